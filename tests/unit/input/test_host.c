#include "detector/input/glob.h"
#include "detector/input/host.h"

#include <criterion/criterion.h>

static void expect_host(const char *path, size_t root, const char *wanted)
{
    tc_slice host = tc_host_from_path(tc_slice_of(path), root);
    cr_expect(tc_slice_equal(host, tc_slice_of(wanted)), "%s: \"%.*s\" for \"%s\"", path,
              (int)host.len, (const char *)host.ptr, wanted);
}

Test(host, is_the_first_unknown_folder_that_has_the_shape_of_a_name)
{
    static const struct {
        const char *path, *wanted;
    } rows[] = {
        {"EX01/W3SVC1/u_ex110309.log", "EX01"},
        {"EX01/u_ex110309.log", "EX01"},
        {"evidence/mail-02/inetpub/logs/LogFiles/W3SVC2/u.log", "mail-02"},
        {"ex01.example.org/MessageTracking/MSGTRK1.LOG", "ex01.example.org"},
        {"EX01/V15/Logging/HttpProxy/Owa/a.LOG", "EX01"},
        {"EX01/2011-03/09/a.log", "EX01"},
        {"192.0.2.10/u.log", "192.0.2.10"},
        {"SRV-EXCH-01/sec/security.evtx", "SRV-EXCH-01"},
        {"a.log", ""},
        {"./a.log", ""},
        {"/a.log", ""},
        {"evidence/a.log", ""},
        {"W3SVC1/a.log", ""},
        {"case12/a.log", ""},
        {"day3/EX01.zip/a.log", "EX01"},
        {"day3/EX02.tar.gz/logs.zip/a.log", "EX02"},
        {"day3/logs.zip/a.log", ""},
        {"day3/.zip/a.log", ""},
        {"tocsin-a1B2c3/a.log", ""},
        {"march2011/a.log", ""},
        {"/home/anna1/logs/a.log", ""},
        {"EX01/somewhere/a.log", ""},
        {"logs.old/a.log", ""},
        {"..//a.log", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        expect_host(rows[i].path, 0, rows[i].wanted);
}

Test(host, looks_no_higher_than_the_users_own_argument)
{
    expect_host("/srv01/data/logs/a.log", 12, "");
    expect_host("/data/srv01/logs/a.log", 6, "srv01");
    expect_host("/data/srv01/logs/a.log", 12, "");
}

Test(glob, compares_names_folders_and_paths)
{
    static const struct {
        const char *glob, *path;
        bool wanted;
    } rows[] = {
        {"*", "a/b.log", true},
        {"u_ex*.log", "a/u_ex11.log", true},
        {"u_ex*.log", "a/u_ex11.txt", false},
        {"EX01", "x/EX01/W3SVC1/a.log", true},
        {"EX0?", "x/EX01/a.log", true},
        {"EX01", "x/EX011/a.log", false},
        {"EX01/*", "/data/EX01/a/b.log", true},
        {"EX01/*.log", "/data/EX01/a/b.log", true},
        {"EX01/*.log", "/data/EX01/a/b.txt", false},
        {"/data/*", "/data/EX01/b.log", true},
        {"data/*", "/data/EX01/b.log", true},
        {"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {"", "a", false},
        {"a**b", "ab", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        bool got = tc_glob_match_path(tc_slice_of(rows[i].glob), tc_slice_of(rows[i].path));
        cr_expect(got == rows[i].wanted, "\"%s\" on %s", rows[i].glob, rows[i].path);
    }
}

Test(glob, splits_a_rule_at_its_last_equals_sign)
{
    tc_glob_rule rule;
    tc_error error = {0};
    cr_assert(!tc_failed(tc_glob_rule_parse(TC_LIT("a=b/*=ex01"), "--host", &rule, &error)));
    cr_expect(tc_slice_equal(rule.glob, TC_LIT("a=b/*")));
    cr_expect(tc_slice_equal(rule.value, TC_LIT("ex01")));
    static const char *const wrong[] = {"", "=", "x", "=x", "x="};
    for (size_t i = 0; i < TC_COUNT_OF(wrong); i++) {
        tc_status status = tc_glob_rule_parse(tc_slice_of(wrong[i]), "--host", &rule, &error);
        cr_expect(status.code == TC_ESYNTAX, "\"%s\"", wrong[i]);
        cr_expect_str_eq(error.source, "--host");
    }
}
