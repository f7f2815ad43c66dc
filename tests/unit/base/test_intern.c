#include "parsers/base/intern.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

Test(intern, ids_count_up_from_one_in_order_of_first_sight)
{
    tc_intern *table = tc_intern_new(10000);
    static const char *const texts[] = {"b", "a", "b", "", "a", "c"};
    static const uint32_t want[] = {1, 2, 1, 3, 2, 4};
    cr_expect_eq(tc_intern_find(table, TC_LIT("b")), 0);
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        uint32_t id = 0;
        cr_expect_not(tc_failed(tc_intern_put(table, tc_slice_of(texts[i]), &id)));
        cr_expect_eq(id, want[i], "row %zu", i);
        cr_expect_eq(tc_intern_find(table, tc_slice_of(texts[i])), want[i], "row %zu", i);
    }
    cr_expect_eq(tc_intern_count(table), 4);
    cr_expect(tc_slice_equal(tc_intern_text(table, 1), TC_LIT("b")));
    cr_expect_eq(tc_intern_text(table, 3).len, 0);
    cr_expect_eq(tc_intern_find(table, TC_EMPTY_SLICE), 3);
    cr_expect_eq(tc_intern_text(table, 0).len, 0);
    cr_expect_eq(tc_intern_find(table, TC_LIT("d")), 0);
    tc_intern_free(table);
    tc_intern_free(NULL);
}

Test(intern, texts_stay_where_they_are_while_the_table_grows)
{
    tc_intern *table = tc_intern_new(SIZE_MAX);
    char text[32];
    uint32_t id;
    cr_assert_not(tc_failed(tc_intern_put(table, TC_LIT("first"), &id)));
    const uint8_t *first = tc_intern_text(table, 1).ptr;
    for (unsigned i = 0; i < 50000; i++) {
        int len = snprintf(text, sizeof(text), "text %u", i);
        tc_slice s = tc_slice_make(text, (size_t)len);
        cr_assert_not(tc_failed(tc_intern_put(table, s, &id)));
        cr_assert_eq(id, i + 2);
        /* Now, because the next growth would set right what this one put in a wrong place. */
        cr_assert_eq(tc_intern_find(table, s), id);
    }
    cr_expect_eq(tc_intern_text(table, 1).ptr, first);
    for (unsigned i = 0; i < 50000; i++) {
        int len = snprintf(text, sizeof(text), "text %u", i);
        tc_slice s = tc_slice_make(text, (size_t)len);
        cr_assert_eq(tc_intern_find(table, s), i + 2);
        cr_assert(tc_slice_equal(tc_intern_text(table, i + 2), s));
    }
    tc_intern_free(table);
}

Test(intern, the_bound_holds_and_known_texts_go_on_working)
{
    tc_intern *table = tc_intern_new(2000);
    char text[32];
    uint32_t id = 0;
    unsigned n = 0;
    tc_status status = TC_SUCCESS;
    for (; n < 2000; n++) {
        int len = snprintf(text, sizeof(text), "text %u", n);
        status = tc_intern_put(table, tc_slice_make(text, (size_t)len), &id);
        if (tc_failed(status)) break;
    }
    cr_expect_eq(status.code, TC_ELIMIT);
    cr_expect(n > 20 && n < 100, "%u", n);
    cr_expect(tc_intern_bytes(table) <= 2000);
    cr_expect_eq(tc_intern_count(table), n);
    cr_expect_not(tc_failed(tc_intern_put(table, TC_LIT("text 5"), &id)));
    cr_expect_eq(id, 6);
    tc_intern_free(table);
}

Test(intern, a_text_longer_than_the_bound_is_refused_alone)
{
    static const uint8_t text[3000];
    tc_intern *table = tc_intern_new(2000);
    uint32_t id = 0;
    cr_expect_eq(tc_intern_put(table, tc_slice_make(text, sizeof(text)), &id).code, TC_ELIMIT);
    cr_expect_not(tc_failed(tc_intern_put(table, TC_LIT("x"), &id)));
    cr_expect_eq(id, 1);
    tc_intern_free(table);
    table = tc_intern_new(0);
    cr_expect_eq(tc_intern_put(table, TC_EMPTY_SLICE, &id).code, TC_ELIMIT);
    tc_intern_free(table);
}

Test(intern, without_memory_nothing_changes)
{
    for (uint64_t n = 1; n <= 3; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_intern_new(1000));
    }
    tc_alloc_fail_after(0);
    tc_intern *table = tc_intern_new(SIZE_MAX);
    uint32_t done = 0;
    for (uint64_t n = 0; n < 60; n++) {
        char text[32];
        uint32_t id = 0;
        tc_status status;
        tc_alloc_fail_after(n % 3 + 1);
        do {
            int len = snprintf(text, sizeof(text), "text %u", done);
            status = tc_intern_put(table, tc_slice_make(text, (size_t)len), &id);
            done += !tc_failed(status);
        } while (!tc_failed(status) && done < 20000);
        tc_alloc_fail_after(0);
        cr_assert_eq(tc_intern_count(table), done);
        cr_assert(tc_failed(status) ? status.code == TC_ENOMEM : id == done);
    }
    cr_expect(done > 1000, "%u", done);
    for (uint32_t i = 0; i < done; i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "text %u", i);
        cr_assert_eq(tc_intern_find(table, tc_slice_make(text, (size_t)len)), i + 1);
    }
    tc_intern_free(table);
}
