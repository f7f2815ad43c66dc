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
static tc_seen_piece slots[2 * TC_SEEN_PIECES];
static bool used[2 * TC_SEEN_PIECES];

static void keep(tc_seen *s)
{
    const tc_seen_piece *piece;
    while ((piece = tc_seen_unkept(s)) != NULL) {
        slots[piece->number % (2 * TC_SEEN_PIECES)] = *piece;
        used[piece->number % (2 * TC_SEEN_PIECES)] = true;
    }
}

static tc_seen *again(void)
{
    tc_seen *s = tc_seen_new();
    for (size_t i = 2 * TC_SEEN_PIECES; i > 0; i--)
        if (used[i - 1]) tc_seen_load(s, &slots[i - 1]);
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
