/* Bytes that wait until they are safe. */
#include "detector/receive/inlet.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

TestSuite(inlet, .timeout = 30);

static tc_inlet *make(void)
{
    tc_inlet *i = tc_alloc(1, sizeof(*i));
    cr_assert_not_null(i);
    return i;
}

Test(inlet, what_is_safe_is_forgotten_and_marks_come_in_their_order)
{
    tc_inlet *i = make();
    tc_inlet_mark mark;
    for (uint64_t n = 1; n <= 1000; n++) {
        cr_assert(!tc_failed(tc_inlet_add(i, TC_LIT("0123456789"), true, n)));
        if (n % 7 != 0) continue;
        uint64_t safe = tc_inlet_end(i) - 20;
        while (tc_inlet_take_mark(i, safe, &mark))
            cr_assert_eq(mark.end, mark.identity * 10);
        cr_assert_eq(mark.end, safe);
        tc_inlet_forget(i, safe);
        cr_assert_eq(i->length, 20);
        cr_assert_eq(i->data[0], '0');
    }
    cr_expect_eq(tc_inlet_end(i), 10000);
    tc_inlet_forget(i, 10000);
    cr_expect_null(i->data);
    tc_inlet_free(i);
}

Test(inlet, it_is_bounded)
{
    static uint8_t many[TC_INLET_BYTES];
    tc_inlet *i = make();
    cr_expect(tc_inlet_has_room(i, sizeof(many) + 1), "what is larger goes in alone");
    cr_assert(!tc_failed(tc_inlet_add(i, tc_slice_make(many, sizeof(many)), true, 1)));
    cr_expect(!tc_inlet_has_room(i, 1));
    tc_inlet_forget(i, 10);
    cr_expect(tc_inlet_has_room(i, 10));
    cr_expect(!tc_inlet_has_room(i, 11));
    tc_inlet_free(i);
}

Test(inlet, without_memory_nothing_is_added)
{
    for (uint64_t n = 1; n <= 2; n++) {
        tc_inlet *i = make();
        tc_alloc_fail_after(n);
        cr_expect(tc_failed(tc_inlet_add(i, TC_LIT("x"), true, 1)));
        tc_alloc_fail_after(0);
        cr_expect_eq(i->length, 0);
        cr_expect_eq(i->mark_count, 0);
        tc_inlet_free(i);
    }
}
