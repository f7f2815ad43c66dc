#include "tests/support/relay.h"

/* If it loads, it can be used. */
static bool try_out(const tc_relay *s, tape *t)
{
    char why[256];
    tc_correlator *k = tc_relay_load(s->rules, 2 * 1024 * 1024, t, NULL, why);
    if (!k) {
        cr_expect(why[0], "a failure without words");
        return false;
    }
    tc_firing_log log;
    tc_firing_log_init(&log);
    tc_firing_sink sink = tc_firing_log_episodes(&log);
    tc_relay go_on = *s;
    for (uint32_t n = 0; n < 40; n++) {
        const tc_hit *hit = tc_relay_next(&go_on);
        const tc_order *last = tc_correlator_last(k);
        if (last && tc_order_compare(last, &hit->order) > 0) break;
        cr_assert_eq(tc_correlator_push(k, hit, &sink).code, TC_OK);
    }
    tape *again = tape_new();
    tc_relay_save(k, s->rules, again);
    cr_assert_eq(tc_correlator_advance(k, TC_TIME_MAX, &sink).code, TC_OK);
    tape_free(again);
    tc_firing_log_done(&log);
    tc_correlator_free(k);
    return true;
}

Test(correlator_visit_hostile, torn_and_damaged_states_do_no_harm)
{
    uint64_t loaded = 0, refused = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        static tc_relay s;
        tc_relay_open(&s, seed);
        tc_correlator *k = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
        tc_firing_log log;
        tc_firing_log_init(&log);
        tc_firing_sink sink = tc_firing_log_episodes(&log);
        for (uint32_t n = 0; n < 25; n++) {
            cr_assert_eq(tc_correlator_push(k, tc_relay_next(&s), &sink).code, TC_OK);
        }
        s.matches = 0;
        tape *whole = tape_new();
        tc_relay_save(k, s.rules, whole);
        for (size_t length = 0; seed == 1 && length < whole->length; length++) {
            tape *torn = tape_copy(whole);
            torn->length = length;
            cr_assert_not(try_out(&s, torn), "%zu bytes are no state", length);
            tape_free(torn);
        }
        for (uint64_t i = 0; i < 600; i++) {
            tape *bad = tape_copy(whole);
            tape_damage(bad, (uint64_t)tc_roll(&s.dice, UINT32_MAX) << 16 | tc_roll(&s.dice, 256));
            if (tc_chance(&s.dice, 30))
                tape_damage(bad, (uint64_t)tc_roll(&s.dice, UINT32_MAX) << 8);
            *(try_out(&s, bad) ? &loaded : &refused) += 1;
            tape_free(bad);
        }
        cr_assert(try_out(&s, whole));
        tape_free(whole);
        tc_firing_log_done(&log);
        tc_correlator_free(k);
        tc_relay_close(&s);
    }
    cr_expect_gt(loaded, 500, "%" PRIu64 " were loaded", loaded);
    cr_expect_gt(refused, 500, "%" PRIu64 " were refused", refused);
}

/* A save that cannot be written leaves what it was to save as it is. */
Test(correlator_visit_hostile, a_failed_save_changes_nothing)
{
    static tc_relay s;
    tc_relay_open(&s, 3);
    tc_correlator *k = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
    for (uint32_t n = 0; n < 60; n++) {
        cr_assert_eq(tc_correlator_push(k, tc_relay_next(&s), NULL).code, TC_OK);
    }
    tape *before = tape_new(), *after = tape_new(), *small = tape_new();
    tc_relay_save(k, s.rules, before);
    for (small->room = 0; small->room < 60; small->room += 20) {
        tc_references references = {.rules = s.rules};
        tc_visit *v = tape_saver(small);
        tc_correlator_visit(k, v, &references);
        cr_expect_eq(tc_visit_status(v).code, TC_EIO);
        tc_visit_free(v);
    }
    tc_relay_save(k, s.rules, after);
    cr_expect(tape_equal(before, after));
    tape_free(before);
    tape_free(after);
    tape_free(small);
    tc_correlator_free(k);
    tc_relay_close(&s);
}
