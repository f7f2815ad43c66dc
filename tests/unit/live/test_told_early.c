/* What was told before its turn is known until that has come, and after a restart. */
#include "detector/live/told_early.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1300000000) * TC_SECOND)

static tc_told_early *fresh(void)
{
    tc_told_early *t = tc_told_early_new();
    cr_assert(t != NULL);
    return t;
}

static const char *id_of(uint64_t number)
{
    static char id[33];
    snprintf(id, sizeof(id), "%032" PRIx64, number);
    return id;
}

Test(told_early, one_of_a_kind_until_its_turn_has_come)
{
    tc_told_early *t = fresh();
    cr_expect(tc_told_early_add(t, id_of(1), 7, NOW));
    cr_expect_not(tc_told_early_add(t, id_of(2), 7, NOW), "the same about the same");
    cr_expect_not(tc_told_early_add(t, id_of(1), 8, NOW), "the same alert");
    cr_expect(tc_told_early_add(t, id_of(3), 9, NOW + TC_MINUTE));
    cr_expect(tc_told_early_has(t, id_of(1)) && !tc_told_early_has(t, id_of(2)));
    tc_told_early_forget(t, NOW);
    cr_expect(tc_told_early_has(t, id_of(1)), "its turn is at that instant, and not before it");
    tc_told_early_forget(t, NOW + TC_SECOND);
    cr_expect(!tc_told_early_has(t, id_of(1)) && tc_told_early_has(t, id_of(3)));
    cr_expect(tc_told_early_add(t, id_of(2), 7, NOW + TC_HOUR));
    cr_expect_eq(tc_told_early_count(t), 2);
    tc_told_early_free(t);
}

Test(told_early, past_its_bound_nothing_is_told_early)
{
    tc_told_early *t = fresh();
    for (uint64_t i = 0; i < TC_TOLD_EARLY_MAX; i++)
        cr_assert(tc_told_early_add(t, id_of(i), i, NOW + (tc_time)i));
    cr_expect_not(tc_told_early_add(t, id_of(TC_TOLD_EARLY_MAX), TC_TOLD_EARLY_MAX, NOW));
    tc_told_early_forget(t, NOW + 1);
    cr_expect(tc_told_early_add(t, id_of(TC_TOLD_EARLY_MAX), TC_TOLD_EARLY_MAX, NOW + 1));
    tc_told_early_free(t);
}

Test(told_early, goes_on_where_it_was_saved)
{
    tc_told_early *t = fresh(), *loaded = fresh();
    tape *kept = tape_new(), *again = tape_new();
    cr_assert(tc_told_early_add(t, id_of(1), 7, NOW) && tc_told_early_add(t, id_of(2), 8, NOW + 1));
    tc_visit *v = tape_saver(kept);
    tc_told_early_visit(t, v);
    tc_visit_free(v);
    v = tape_loader(kept);
    tc_told_early_visit(loaded, v);
    cr_assert_not(tc_visit_failed(v));
    tc_visit_free(v);
    cr_expect(tc_told_early_has(loaded, id_of(1)) && tc_told_early_has(loaded, id_of(2)));
    cr_expect_not(tc_told_early_add(loaded, id_of(3), 8, NOW));
    v = tape_saver(again);
    tc_told_early_visit(loaded, v);
    tc_visit_free(v);
    cr_expect(tape_equal(kept, again));
    tc_told_early_free(t);
    tc_told_early_free(loaded);
    tape_free(kept);
    tape_free(again);
}

Test(told_early, refuses_state_that_says_a_thing_twice)
{
    for (uint64_t dice = 0; dice < 200; dice++) {
        tc_told_early *t = fresh(), *loaded = fresh();
        tape *kept = tape_new();
        cr_assert(tc_told_early_add(t, id_of(1), 7, NOW) && tc_told_early_add(t, id_of(2), 8, NOW));
        tc_visit *v = tape_saver(kept);
        tc_told_early_visit(t, v);
        tc_visit_free(v);
        tape_damage(kept, dice);
        v = tape_loader(kept);
        tc_told_early_visit(loaded, v);
        cr_expect(tc_visit_failed(v) || tc_told_early_count(loaded) <= TC_TOLD_EARLY_MAX);
        tc_visit_free(v);
        tc_told_early_free(t);
        tc_told_early_free(loaded);
        tape_free(kept);
    }
}
