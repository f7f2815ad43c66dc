#include "detector/follow/pattern.h"
#include "detector/follow/stem.h"

#include <criterion/criterion.h>

/* Walks a path name by name as a walk does; whether the file at its end matches. */
static bool matches(const tc_follow_pattern *p, const char *path)
{
    tc_slice rest = tc_slice_of(path);
    tc_slice root = tc_slice_of(p->root);
    if (!tc_slice_starts(rest, root)) return false;
    rest = tc_slice_sub(rest, root.len == 1 ? 1 : root.len + 1, SIZE_MAX);
    tc_follow_pattern_state state = tc_follow_pattern_begin(p);
    while (rest.ptr) {
        tc_slice name = tc_slice_split(rest, '/', &rest);
        bool all = state.all;
        state = tc_follow_pattern_step(p, state, name);
        state.all = all;
        if (!rest.ptr) return tc_follow_pattern_is_whole(p, state);
        if (!tc_follow_pattern_enters(p, &state)) return false;
    }
    return false;
}

Test(pattern, files_folders_and_globs)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"/logs/a.log", "/logs/a.log", true},
        {"/logs/a.log", "/logs/b.log", false},
        {"/logs/a.log", "/logs/a.log/x", true},
        {"/logs", "/logs/a/b/c.log", true},
        {"/logs/", "/logs/a.log", true},
        {"/logs/./x//", "/logs/x/a.log", true},
        {"/logs/*.log", "/logs/a.log", true},
        {"/logs/*.log", "/logs/a/b.log", false},
        {"/logs/*.log", "/logs/a.log.1", false},
        {"/logs/*.log*", "/logs/a.log.1", true},
        {"/logs/EX0?/W3SVC*/u_ex*.log", "/logs/EX01/W3SVC1/u_ex26.log", true},
        {"/logs/EX0?/W3SVC*/u_ex*.log", "/logs/EX1/W3SVC1/u_ex26.log", false},
        {"/logs/**/u_ex*.log", "/logs/u_ex1.log", true},
        {"/logs/**/u_ex*.log", "/logs/a/b/c/u_ex1.log", true},
        {"/logs/**/u_ex*.log", "/logs/a/b/c/x.log", false},
        {"/logs/**/IIS/**/u*.log", "/logs/a/IIS/u1.log", true},
        {"/logs/**/IIS/**/u*.log", "/logs/a/u1.log", false},
        {"/logs/**", "/logs/a/b.log", true},
        {"logs/*", "/home/x/logs/a", true},
        {"./a.log", "/home/x/a.log", true},
        {"/", "/etc/x", true},
        {"*.log", "/home/x/a.log", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_follow_pattern p;
        tc_error error = {0};
        tc_status status =
            tc_follow_pattern_parse(tc_slice_of(rows[i].pattern), TC_LIT("/home/x"), &p, &error);
        cr_assert_not(tc_failed(status), "%s", rows[i].pattern);
        cr_expect_eq(matches(&p, rows[i].path), rows[i].matches, "%s of %s", rows[i].path,
                     rows[i].pattern);
        tc_follow_pattern_done(&p);
    }
}

Test(pattern, the_last_name_is_never_fixed)
{
    tc_follow_pattern p;
    cr_assert_not(tc_failed(tc_follow_pattern_parse(TC_LIT("/a/b/c.log"), TC_LIT("/"), &p, NULL)));
    cr_expect_str_eq(p.root, "/a/b");
    cr_expect(p.literal);
    cr_expect_eq(p.count, 1);
    tc_follow_pattern_done(&p);
    cr_assert_not(tc_failed(tc_follow_pattern_parse(TC_LIT("/a/*/c.log"), TC_LIT("/"), &p, NULL)));
    cr_expect_str_eq(p.root, "/a");
    cr_expect_not(p.literal);
    tc_follow_pattern_done(&p);
}

Test(pattern, what_is_none_is_refused)
{
    static char many[4096 * 2], longest[5000];
    for (size_t i = 0; i + 2 < 200; i += 2)
        memcpy(many + i, "*/", 2);
    memset(longest, 'x', sizeof longest - 1);
    tc_follow_pattern p;
    tc_error error = {0};
    cr_expect_eq(tc_follow_pattern_parse(TC_LIT(""), TC_LIT("/"), &p, &error).code, TC_ESYNTAX);
    cr_expect_eq(tc_follow_pattern_parse(TC_LIT("a\0b"), TC_LIT("/"), &p, &error).code, TC_ESYNTAX);
    cr_expect_eq(tc_follow_pattern_parse(tc_slice_of(many), TC_LIT("/"), &p, &error).code,
                 TC_ESYNTAX);
    cr_expect_eq(tc_follow_pattern_parse(tc_slice_of(longest), TC_LIT("/"), &p, &error).code,
                 TC_ESYNTAX);
}

Test(pattern, stems_are_what_a_rotated_name_was)
{
    static const char *const stems[] = {"/v/app-x.log.1", "/v/app-x.log", "/v/app-x", "/v/app"};
    tc_slice path = TC_LIT("/v/app-x.log.1.gz");
    for (size_t i = 0; i < TC_COUNT_OF(stems); i++) {
        cr_assert(tc_stem_cut(&path), "%s", stems[i]);
        cr_expect(tc_slice_equal(path, tc_slice_of(stems[i])), "%s", stems[i]);
    }
    cr_expect_not(tc_stem_cut(&path));
    tc_slice hidden = TC_LIT("/v.d/.x");
    cr_expect_not(tc_stem_cut(&hidden));
}
