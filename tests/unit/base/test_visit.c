#include "tests/support/tape.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

typedef struct values {
    bool yes;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32, below;
    uint64_t u64;
    int32_t i32;
    int64_t i64;
    tc_time time;
    double number;
    tc_ip ip;
    char name[8];
    size_t count;
    char text[70000];
    size_t length;
} values;

static void visit_text(tc_visit *v, values *x)
{
    tc_slice text = tc_slice_make(x->text, x->length);
    tc_visit_text(v, &text, TC_VISIT_TEXT_MAX);
    if (!tc_visit_loads(v)) return;
    if (text.len) memcpy(x->text, text.ptr, text.len);
    x->length = text.len;
}

static void visit_values(tc_visit *v, values *x)
{
    if (!tc_visit_begin(v, "values", 3)) return;
    tc_visit_bool(v, &x->yes);
    tc_visit_u8(v, &x->u8);
    tc_visit_u16(v, &x->u16);
    tc_visit_u32(v, &x->u32);
    tc_visit_below(v, &x->below, 10);
    tc_visit_u64(v, &x->u64);
    tc_visit_i32(v, &x->i32);
    tc_visit_i64(v, &x->i64);
    tc_visit_time(v, &x->time);
    tc_visit_double(v, &x->number);
    tc_visit_ip(v, &x->ip);
    tc_visit_cstr(v, x->name, sizeof(x->name));
    tc_visit_count(v, &x->count, 5);
    visit_text(v, x);
    tc_visit_end(v);
}

static values *some(size_t text)
{
    values *x = tc_alloc(1, sizeof(*x));
    cr_assert(x);
    *x = (values){.yes = true,
                  .u8 = UINT8_MAX,
                  .u16 = UINT16_MAX,
                  .u32 = UINT32_MAX,
                  .below = 9,
                  .u64 = UINT64_MAX,
                  .i32 = INT32_MIN,
                  .i64 = INT64_MIN,
                  .time = TC_TIME_NONE,
                  .number = -0.1,
                  .name = "example",
                  .count = 5,
                  .length = text};
    for (size_t i = 0; i < sizeof(x->ip.bytes); i++)
        x->ip.bytes[i] = (uint8_t)(i + 1);
    for (size_t i = 0; i < text; i++)
        x->text[i] = (char)(i * 7);
    return x;
}

static tape *saved(values *x)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(v);
    visit_values(v, x);
    cr_assert_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
    tc_visit_free(v);
    return t;
}

static tc_code load_code(tape *t, values *x)
{
    tc_visit *v = tape_loader(t);
    cr_assert(v);
    visit_values(v, x);
    tc_code code = tc_visit_status(v).code;
    cr_expect_neq(tc_visit_problem(v), NULL);
    tc_visit_free(v);
    return code;
}

Test(visit, what_is_saved_comes_back)
{
    const size_t lengths[] = {0, 1, 100, 65536};
    for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
        values *x = some(lengths[i]), *y = tc_alloc(1, sizeof(*y));
        cr_assert(y);
        tape *t = saved(x);
        cr_assert_eq(load_code(t, y), TC_OK);
        cr_expect_eq(memcmp(x, y, sizeof(*x)), 0, "text of %zu", lengths[i]);
        tape *again = saved(y);
        cr_expect(tape_equal(again, t));
        tape_free(again);
        tape_free(t);
        tc_free(x);
        tc_free(y);
    }
}

Test(visit, any_byte_that_changes_is_told)
{
    values *x = some(100), *y = tc_alloc(1, sizeof(*y));
    tape *t = saved(x);
    for (size_t i = 0; i < t->length; i++) {
        t->bytes[i] ^= 0x10;
        cr_expect_eq(load_code(t, y), TC_ESYNTAX, "byte %zu", i);
        t->bytes[i] ^= 0x10;
    }
    cr_expect_eq(load_code(t, y), TC_OK);
    tape_free(t);
    tc_free(x);
    tc_free(y);
}

Test(visit, whoever_mends_the_checksum_gets_through)
{
    values *x = some(100), *y = tc_alloc(1, sizeof(*y));
    tape *t = saved(x);
    size_t through = 0;
    for (uint64_t dice = 1; dice < 2000; dice++) {
        tape *copy = tape_copy(t);
        tape_damage(copy, dice * UINT64_C(0x9E3779B97F4A7C15));
        cr_expect_not(tape_equal(copy, t));
        through += load_code(copy, y) == TC_OK;
        tape_free(copy);
    }
    cr_expect(through > 500 && through < 2000, "%zu", through);
    tape_free(t);
    tc_free(x);
    tc_free(y);
}

Test(visit, a_torn_end_is_told)
{
    values *x = some(100), *y = tc_alloc(1, sizeof(*y));
    tape *t = saved(x);
    size_t whole = t->length;
    for (t->length = 0; t->length < whole; t->length++)
        cr_expect_eq(load_code(t, y), TC_ESYNTAX, "%zu bytes", t->length);
    tape_free(t);
    tc_free(x);
    tc_free(y);
}

Test(visit, what_cannot_be_written_is_told)
{
    values *x = some(100);
    tape *t = tape_new();
    t->room = 80;
    tc_visit *v = tape_saver(t);
    visit_values(v, x);
    cr_expect_eq(tc_visit_status(v).code, TC_EIO);
    cr_expect_str_eq(tc_visit_where(v), "values");
    tc_visit_free(v);
    tape_free(t);
    tc_free(x);
}

/* -- sections ------------------------------------------------------------------------------- */

static void visit_number(tc_visit *v, const char *name, uint32_t version, uint32_t *number)
{
    if (!tc_visit_begin(v, name, version)) return;
    tc_visit_u32(v, number);
    tc_visit_end(v);
}

static tape *two_sections(uint32_t padding)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    uint32_t first = 11, second = 22;
    cr_assert(tc_visit_begin(v, "first", 1));
    tc_visit_u32(v, &first);
    for (uint32_t i = 0; i < padding; i++)
        tc_visit_u32(v, &first);
    tc_visit_end(v);
    visit_number(v, "second", 1, &second);
    cr_assert_not(tc_visit_failed(v));
    tc_visit_free(v);
    return t;
}

Test(visit, a_section_of_another_version_is_passed_over)
{
    const uint32_t paddings[] = {0, 200000};
    for (size_t i = 0; i < TC_COUNT_OF(paddings); i++) {
        tape *t = two_sections(paddings[i]);
        tc_visit *v = tape_loader(t);
        uint32_t first = 5, second = 5;
        visit_number(v, "first", 2, &first);
        visit_number(v, "second", 1, &second);
        cr_expect_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
        cr_expect_eq(first, 5);
        cr_expect_eq(second, 22);
        cr_expect_eq(tc_visit_passed_over(v), 1);
        tc_visit_free(v);
        tape_free(t);
    }
}

Test(visit, sections_have_an_order_and_an_end)
{
    tape *t = two_sections(3);
    uint32_t number = 0;
    tc_visit *v = tape_loader(t);
    visit_number(v, "second", 1, &number);
    cr_expect_eq(tc_visit_status(v).code, TC_ESYNTAX);
    tc_visit_free(v);
    v = tape_loader(t);
    visit_number(v, "first", 1, &number);
    cr_expect_eq(tc_visit_status(v).code, TC_ESYNTAX, "it holds more than one number");
    cr_expect_str_eq(tc_visit_problem(v), "a section is longer than what it should hold");
    tc_visit_free(v);
    tape_free(t);
}

/* -- what is refused ------------------------------------------------------------------------- */

Test(visit, numbers_that_do_not_fit_are_refused)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    uint64_t large = 256;
    cr_assert(tc_visit_begin(v, "numbers", 1));
    tc_visit_u64(v, &large);
    tc_visit_end(v);
    tc_visit_free(v);
    for (int kind = 0; kind < 5; kind++) {
        uint8_t u8 = 0;
        bool yes = false;
        uint32_t below = 0;
        size_t count = 0;
        tc_slice text = TC_EMPTY_SLICE;
        v = tape_loader(t);
        cr_assert(tc_visit_begin(v, "numbers", 1));
        if (kind == 0) tc_visit_u8(v, &u8);
        if (kind == 1) tc_visit_bool(v, &yes);
        if (kind == 2) tc_visit_below(v, &below, 256);
        if (kind == 3) tc_visit_count(v, &count, 255);
        if (kind == 4) tc_visit_text(v, &text, 255);
        cr_expect_eq(tc_visit_status(v).code, TC_ESYNTAX, "kind %d", kind);
        cr_expect(u8 == 0 && !yes && below == 0 && count == 0 && text.len == 0);
        tc_visit_end(v);
        tc_visit_free(v);
    }
    tape_free(t);
}

Test(visit, failures_stick_and_loops_end)
{
    tape *t = two_sections(0);
    tc_visit *v = tape_loader(t);
    uint32_t number = 7;
    size_t count = 9;
    cr_assert(tc_visit_begin(v, "first", 1));
    tc_visit_refuse(v, "it does not fit");
    tc_visit_fail(v, TC_ENOMEM, "too late");
    tc_visit_u32(v, &number);
    tc_visit_count(v, &count, SIZE_MAX);
    cr_expect_eq(number, 0);
    cr_expect_eq(count, 0);
    cr_expect_eq(tc_visit_status(v).code, TC_ESYNTAX);
    cr_expect_str_eq(tc_visit_problem(v), "it does not fit");
    cr_expect_not(tc_visit_begin(v, "second", 1));
    tc_visit_free(v);
    tape_free(t);
}
