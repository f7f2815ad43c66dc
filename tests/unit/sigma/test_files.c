#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#define RULE(title)                                                                                \
    "title: " title "\nlogsource: {product: x}\ndetection: {s: {f: a}, condition: s}\n"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "w");
    cr_assert(f);
    cr_assert_geq(fputs(text, f), 0);
    cr_assert_eq(fclose(f), 0);
}

static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/tocsin-rules-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert_eq(mkdir(in_folder("b"), 0700), 0);
    write_file("c.yml", RULE("c"));
    write_file("b/z.yaml", RULE("z"));
    write_file("a.YML", RULE("a"));
    write_file("notes.txt", "no rule at all: [");
    write_file(".hidden.yml", "no rule at all: [");
    cr_assert_eq(symlink(folder, in_folder("b/loop")), 0);
}

static void remove_folder(void)
{
    static const char *const names[] = {"c.yml",       "b/z.yaml", "a.YML",   "notes.txt",
                                        ".hidden.yml", "b/loop",   "bad.yml", "gone.yml"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        (void)unlink(in_folder(names[i]));
    (void)rmdir(in_folder("b"));
    (void)rmdir(folder);
}

Test(files, a_folder_is_read_in_byte_order_of_paths, .init = make_folder, .fini = remove_folder)
{
    loaded l;
    load_begin(&l);
    cr_assert_eq(tc_ruleset_add_path(l.rules, folder, NULL).code, TC_OK);
    load_end(&l);
    cr_assert(l.matcher, "%s", l.errors);
    cr_assert_eq(tc_ruleset_count(l.rules), 3);
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 0)->title, TC_LIT("a")));
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 1)->title, TC_LIT("z")));
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 2)->title, TC_LIT("c")));
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 2)->file, tc_slice_of(in_folder("c.yml"))));
    load_free(&l);
}

Test(files, one_file_and_none, .init = make_folder, .fini = remove_folder)
{
    loaded l;
    load_begin(&l);
    cr_expect_eq(tc_ruleset_add_path(l.rules, in_folder("c.yml"), NULL).code, TC_OK);
    cr_expect_eq(tc_ruleset_count(l.rules), 1);
    cr_expect_eq(tc_ruleset_add_path(l.rules, in_folder("nowhere"), NULL).code, TC_EIO);
    load_end(&l);
    cr_expect_null(l.matcher, "a file that cannot be read is an error, not no rule");
    load_free(&l);
}

Test(files, a_bad_file_fails_the_set_but_the_others_are_looked_at, .init = make_folder,
     .fini = remove_folder)
{
    loaded l;
    write_file("bad.yml", "title: x\n");
    load_begin(&l);
    cr_expect_eq(tc_ruleset_add_path(l.rules, folder, NULL).code, TC_ESYNTAX);
    cr_expect_eq(tc_ruleset_count(l.rules), 4);
    load_end(&l);
    cr_expect_null(l.matcher);
    load_free(&l);
}

Test(files, a_link_to_nothing_is_an_error, .init = make_folder, .fini = remove_folder)
{
    loaded l;
    cr_assert_eq(symlink("nowhere", in_folder("gone.yml")), 0);
    load_begin(&l);
    cr_expect_eq(tc_ruleset_add_path(l.rules, folder, NULL).code, TC_EIO);
    load_free(&l);
}
