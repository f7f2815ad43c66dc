#include "parsers/base/str.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

Test(str, text_grows_by_every_kind_of_append)
{
    tc_str s;
    tc_str_init(&s, 1000);
    tc_str_add(&s, TC_LIT("ab"));
    tc_str_add(&s, TC_EMPTY_SLICE);
    tc_str_add_byte(&s, 0);
    tc_str_addf(&s, "%d-%s", -5, "x");
    tc_str_addf(&s, "%s", "");
    tc_str_add_u64(&s, 0);
    tc_str_add_u64(&s, UINT64_MAX);
    cr_expect(tc_slice_equal(tc_str_view(&s), TC_LIT("ab\0-5-x018446744073709551615")));
    cr_expect_not(tc_failed(tc_str_status(&s)));
    tc_str_done(&s);
    cr_expect_eq(tc_str_view(&s).len, 0);
}

Test(str, many_appends_give_all_their_bytes)
{
    tc_str s;
    tc_str_init(&s, SIZE_MAX);
    for (unsigned i = 0; i < 10000; i++) {
        tc_str_addf(&s, "%04u", i);
    }
    cr_assert_eq(s.len, 40000);
    const char *text = tc_str_cstr(&s);
    cr_expect_eq(strlen(text), 40000);
    for (unsigned i = 0; i < 10000; i++) {
        char want[5];
        snprintf(want, sizeof(want), "%04u", i);
        cr_assert_eq(memcmp(text + 4 * i, want, 4), 0);
    }
    tc_str_done(&s);
}

Test(str, past_the_maximum_the_text_stays_and_the_failure_sticks)
{
    tc_str s;
    tc_str_init(&s, 5);
    tc_str_add(&s, TC_LIT("abcde"));
    cr_expect_not(tc_failed(tc_str_status(&s)));
    tc_str_add_byte(&s, 'f');
    cr_expect_eq(tc_str_status(&s).code, TC_ELIMIT);
    cr_expect_str_eq(tc_str_cstr(&s), "abcde");
    tc_str_clear(&s);
    cr_expect_not(tc_failed(tc_str_status(&s)));
    cr_expect_str_empty(tc_str_cstr(&s));
    tc_str_add(&s, TC_LIT("abcdef"));
    tc_str_add(&s, TC_LIT("g"));
    cr_expect_eq(tc_str_status(&s).code, TC_ELIMIT);
    cr_expect_eq(s.len, 0);
    tc_str_clear(&s);
    tc_str_addf(&s, "%s", "abcdef");
    cr_expect_eq(tc_str_status(&s).code, TC_ELIMIT);
    cr_expect_eq(s.len, 0);
    tc_str_clear(&s);
    tc_str_add_u64(&s, 123456);
    cr_expect_eq(tc_str_status(&s).code, TC_ELIMIT);
    tc_str_clear(&s);
    tc_str_addf(&s, "%s", "abcde");
    cr_expect_str_eq(tc_str_cstr(&s), "abcde");
    tc_str_done(&s);
}

Test(str, a_maximum_of_nothing_holds_nothing)
{
    tc_str s;
    tc_str_init(&s, 0);
    tc_str_add(&s, TC_EMPTY_SLICE);
    tc_str_addf(&s, "%s", "");
    cr_expect_not(tc_failed(tc_str_status(&s)));
    cr_expect_str_empty(tc_str_cstr(&s));
    tc_str_add_byte(&s, 'x');
    cr_expect_eq(tc_str_status(&s).code, TC_ELIMIT);
    cr_expect_str_empty(tc_str_cstr(&s));
    tc_str_done(&s);
}

Test(str, the_c_string_of_a_fresh_text_is_empty)
{
    tc_str s;
    tc_str_init(&s, 10);
    cr_expect_eq(tc_str_view(&s).len, 0);
    cr_expect_str_empty(tc_str_cstr(&s));
    tc_str_add(&s, TC_LIT("ab"));
    cr_expect_str_eq(tc_str_cstr(&s), "ab");
    tc_str_done(&s);
}

Test(str, without_memory_the_failure_sticks)
{
    tc_str s;
    tc_str_init(&s, 1000);
    tc_alloc_fail_after(1);
    cr_expect_str_empty(tc_str_cstr(&s));
    cr_expect_eq(tc_str_status(&s).code, TC_ENOMEM);
    tc_alloc_fail_after(0);
    tc_str_add(&s, TC_LIT("x"));
    cr_expect_eq(s.len, 0);
    tc_str_clear(&s);
    tc_str_add(&s, TC_LIT("abc"));
    tc_alloc_fail_after(1);
    for (int i = 0; i < 100; i++) {
        tc_str_addf(&s, "%s", "0123456789");
    }
    cr_expect_eq(tc_str_status(&s).code, TC_ENOMEM);
    cr_expect_str_empty(tc_str_cstr(&s));
    tc_alloc_fail_after(0);
    cr_expect(tc_slice_starts(tc_str_view(&s), TC_LIT("abc")));
    tc_str_done(&s);
}
