#include "detector/sigma/yaml_tree.h"

#include <criterion/criterion.h>

static TC_STATUS read_text(tc_arena *arena, tc_slice text, tc_yaml_documents *ret, char out[512])
{
    tc_error error = {.code = TC_OK};
    tc_status status = tc_yaml_read(arena, text, ret, &error);
    (void)tc_error_format(&error, out, 512);
    return status;
}

Test(yaml_tree, places_styles_and_kinds)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_yaml_documents docs;
    char error[512];
    cr_assert_eq(read_text(arena, TC_LIT("a: 1\nb:\n  - 'x'\n  - {c: d}\n"), &docs, error).code,
                 TC_OK, "%s", error);
    cr_assert_eq(docs.count, 1);
    const tc_yaml *key = NULL;
    const tc_yaml *b = tc_yaml_get(docs.roots[0], TC_LIT("b"), &key);
    cr_assert(b && b->kind == TC_YAML_LIST && b->count == 2);
    cr_expect(key && key->line == 2 && key->column == 1);
    cr_expect(!b->items[0]->plain && b->items[0]->line == 3 && b->items[0]->column == 5);
    cr_expect(b->items[1]->kind == TC_YAML_MAP);
    const tc_yaml *a = tc_yaml_get(docs.roots[0], TC_LIT("a"), NULL);
    cr_expect(a && a->plain);
    cr_expect_null(tc_yaml_get(docs.roots[0], TC_LIT("c"), NULL));
    tc_arena_free(arena);
}

Test(yaml_tree, streams_marks_and_line_ends)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_yaml_documents docs;
    char error[512];
    cr_assert_eq(read_text(arena,
                           TC_LIT("\xef\xbb\xbf"
                                  "a: 1\r\n---\r\n---\r\nb: 'x\\'\r\n"),
                           &docs, error)
                     .code,
                 TC_OK, "%s", error);
    cr_assert_eq(docs.count, 2);
    cr_expect(tc_slice_equal(docs.roots[0]->items[0]->text, TC_LIT("1")));
    cr_expect(tc_slice_equal(docs.roots[1]->items[0]->text, TC_LIT("x\\")));
    cr_expect_eq(read_text(arena, TC_EMPTY_SLICE, &docs, error).code, TC_OK);
    cr_expect_eq(docs.count, 0);
    tc_arena_free(arena);
}

Test(yaml_tree, an_alias_is_its_anchor_again)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_yaml_documents docs;
    char error[512];
    cr_assert_eq(read_text(arena, TC_LIT("a: &x [1, 2]\nb: *x\n"), &docs, error).code, TC_OK);
    cr_expect_eq(docs.roots[0]->items[0], docs.roots[0]->items[1]);
    tc_arena_free(arena);
}

Test(yaml_tree, what_is_refused_is_named_with_its_place)
{
    static const char *const rows[][2] = {
        {"a: 1\nb: 2\na: 3\n",
         "line 3:1: the key 'a' stands twice in one map (first in line 1): only one would count"},
        {"a: [1\n",
         "line 2:1: not YAML: did not find expected ',' or ']' while parsing a flow sequence"},
        {"a: *x\n", "line 1:4: a YAML alias without its anchor"},
        {"a: &x [*x]\n", "line 1:8: a YAML alias inside its own anchor"},
        {"a: {b: 1}\n<<: {c: 1}\n", "line 2:1: the YAML merge key '<<': write the keys out"},
        {"? [a]\n: 1\n", "line 1:3: a YAML key that is no scalar"},
        {"a: !weird x\n", "line 1:4: a private YAML tag: remove it"},
        {"a: \x01\n", "line 1:1: not YAML: bytes that are not UTF-8 text"},
        {"a: \xff\n", "line 1:1: not YAML: bytes that are not UTF-8 text"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_arena *arena = tc_arena_new(1 << 20);
        tc_yaml_documents docs;
        char error[512];
        cr_expect_eq(read_text(arena, tc_slice_of(rows[i][0]), &docs, error).code, TC_ESYNTAX, "%s",
                     rows[i][0]);
        cr_expect_str_eq(error, rows[i][1], "%s gives %s", rows[i][0], error);
        tc_arena_free(arena);
    }
}

Test(yaml_tree, aliases_cannot_multiply_without_end)
{
    static const char laughs[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
                                 "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                                 "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                                 "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                                 "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                                 "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    tc_arena *arena = tc_arena_new(1 << 24);
    tc_yaml_documents docs;
    char error[512];
    cr_expect_eq(read_text(arena, tc_slice_of(laughs), &docs, error).code, TC_ESYNTAX);
    cr_expect(strstr(error, "too many nodes"), "%s", error);
    tc_arena_free(arena);
}

Test(yaml_tree, depth_is_bounded)
{
    char text[200];
    memset(text, '[', sizeof text);
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_yaml_documents docs;
    char error[512];
    cr_expect_eq(read_text(arena, tc_slice_make(text, sizeof text), &docs, error).code, TC_ESYNTAX);
    cr_expect_str_eq(error, "line 1:33: YAML nested too deep");
    tc_arena_free(arena);
}

Test(yaml_tree, an_arena_at_its_limit_is_an_error_not_a_crash)
{
    tc_arena *arena = tc_arena_new(600);
    tc_yaml_documents docs;
    char error[512];
    cr_expect_eq(
        read_text(arena, TC_LIT("a: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]\n"), &docs, error)
            .code,
        TC_ENOMEM);
    tc_arena_free(arena);
}
