/* Which records came lately: bounded, and had back from what was kept. */
#include "detector/receive/seen.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

TestSuite(seen, .timeout = 60);

/* Spread as hashes are. */
static uint64_t identity(uint64_t n)
{
    return (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

Test(seen, what_came_is_known_until_as_many_came_again)
{
    tc_seen *s = tc_seen_new();
    cr_assert_not_null(s);
    for (uint64_t n = 0; n < 3 * TC_SEEN_KEPT; n++) {
        cr_assert(!tc_seen_has(s, identity(n)));
        tc_seen_add(s, identity(n));
        tc_seen_add(s, identity(n));
        cr_assert(tc_seen_has(s, identity(n > TC_SEEN_KEPT ? n - TC_SEEN_KEPT + 1 : 0)));
    }
    cr_expect(!tc_seen_has(s, identity(0)));
    tc_seen_free(s);
}

/* Slots as the state has them. */
static tc_seen_piece slots[TC_SEEN_SLOTS];
static bool used[TC_SEEN_SLOTS];

static void keep(tc_seen *s)
{
    const tc_seen_piece *piece;
    while ((piece = tc_seen_unkept(s)) != NULL) {
        slots[piece->number % TC_SEEN_SLOTS] = *piece;
        used[piece->number % TC_SEEN_SLOTS] = true;
    }
}

static tc_seen *again(void)
{
    tc_seen *s = tc_seen_new();
    size_t newest = 0;
    for (size_t i = 0; i < TC_SEEN_SLOTS; i++)
        if (used[i] && slots[i].number >= slots[newest].number) newest = i;
    for (size_t i = newest + 1; i <= newest + TC_SEEN_SLOTS; i++)
        if (used[i % TC_SEEN_SLOTS]) tc_seen_load(s, &slots[i % TC_SEEN_SLOTS]);
    tc_seen_loaded(s);
    return s;
}

Test(seen, what_was_kept_is_known_in_the_next_process)
{
    uint64_t n = 0;
    tc_seen *s = tc_seen_new();
    for (int process = 0; process < 4; process++) {
        for (int commit = 0; commit < 40; commit++) {
            for (int i = 0; i < 100 * (commit % 20); i++, n++) {
                tc_seen_add(s, identity(n));
                tc_seen_keep(s, identity(n));
            }
            keep(s);
            cr_expect_null(tc_seen_unkept(s));
        }
        tc_seen_add(s, identity(1000000 + (uint64_t)process)); /* no commit holds it */
        tc_seen_free(s);
        s = again();
        for (uint64_t k = 0; k < n; k++)
            cr_assert(tc_seen_has(s, identity(k)), "%" PRIu64, k);
        cr_expect(!tc_seen_has(s, identity(1000000 + (uint64_t)process)));
    }
    tc_seen_free(s);
}

/* Wherever the newest stand among the slots: what was kept last is forgotten last. */
Test(seen, what_was_kept_last_outlives_as_many_that_come_behind_a_restart)
{
    for (uint64_t part = 0; part < 4; part++) {
        uint64_t n = 0, most = 2 * TC_SEEN_KEPT + part * TC_SEEN_KEPT / 2 + 300;
        tc_seen *s = tc_seen_new();
        memset(used, 0, sizeof(used));
        for (; n < most; n++) {
            tc_seen_add(s, identity(n));
            tc_seen_keep(s, identity(n));
            if (n % 1000 == 0) keep(s);
        }
        keep(s);
        tc_seen_free(s);
        s = again();
        for (uint64_t k = n; k < n + TC_SEEN_KEPT; k++)
            tc_seen_add(s, identity(k));
        for (uint64_t k = n - 5000; k < n; k++)
            cr_assert(tc_seen_has(s, identity(k)), "%" PRIu64 " of %" PRIu64, k, n);
        tc_seen_free(s);
    }
}

Test(seen, pieces_that_nobody_takes_are_bounded)
{
    tc_seen *s = tc_seen_new();
    for (uint64_t n = 0; n < 3 * TC_SEEN_KEPT; n++)
        tc_seen_keep(s, identity(n));
    size_t pieces = 0;
    uint64_t before = 0;
    for (const tc_seen_piece *p; (p = tc_seen_unkept(s)) != NULL; pieces++) {
        cr_expect(pieces == 0 || p->number == before + 1);
        before = p->number;
    }
    cr_expect_gt(pieces, 8);
    cr_expect_lt(pieces, 100);
    tc_seen_free(s);
}

Test(seen, without_memory_there_is_none)
{
    for (uint64_t n = 1; n < 5; n++) {
        tc_alloc_fail_after(n);
        tc_seen *s = tc_seen_new();
        tc_alloc_fail_after(0);
        cr_expect_null(s);
    }
}
