#include "tests/support/reference_correlator.h"
#include "tests/support/relay.h"

/* What a correlator says must not depend on whether its state was saved and loaded meanwhile. */

typedef struct totals {
    uint64_t firings, went_on, evicted, uncounted;
} totals;

static void relay(uint64_t seed, uint32_t hits, totals *t)
{
    static tc_relay s;
    tc_relay_open(&s, seed);
    tc_correlator *whole = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
    tc_correlator *handed = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
    tc_reference_correlator *reference = tc_reference_correlator_new(s.rules);
    tc_firing_log logs[3];
    tc_firing_sink sinks[3];
    for (size_t i = 0; i < 3; i++) {
        tc_firing_log_init(&logs[i]);
        sinks[i] = seed % 4 ? tc_firing_log_episodes(&logs[i]) : tc_firing_log_sink(&logs[i]);
    }
    tc_relay_hand_over(&handed, s.rules, TC_RELAY_AMPLE);
    for (uint32_t n = 0; n < hits; n++) {
        const tc_hit *hit = tc_relay_next(&s);
        cr_assert_eq(tc_correlator_push(whole, hit, &sinks[0]).code, TC_OK);
        cr_assert_eq(tc_correlator_push(handed, hit, &sinks[1]).code, TC_OK);
        cr_assert_eq(tc_reference_correlator_push(reference, hit, &sinks[2]).code, TC_OK);
        tc_relay_hand_over(&handed, s.rules, TC_RELAY_AMPLE);
        if (tc_chance(&s.dice, 10)) {
            cr_assert_eq(tc_correlator_advance(whole, s.time, &sinks[0]).code, TC_OK);
            cr_assert_eq(tc_correlator_advance(handed, s.time, &sinks[1]).code, TC_OK);
        }
    }
    tc_relay_expect_same(&logs[1], &logs[0], seed, "after breaks it says");
    tc_relay_expect_same(&logs[1], &logs[2], seed, "the reference says otherwise:");
    tc_relay_expect_stats(handed, whole);
    t->firings += logs[1].count;
    t->went_on += logs[1].went_on;
    for (size_t i = 0; i < 3; i++) {
        tc_firing_log_done(&logs[i]);
    }
    tc_correlator_free(whole);
    tc_correlator_free(handed);
    tc_reference_correlator_free(reference);
    tc_relay_close(&s);
}

Test(correlator_visit, goes_on_after_a_break_behind_every_hit)
{
    totals t = {0};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        relay(seed, 80, &t);
    }
    cr_expect_gt(t.firings, 800, "fired %" PRIu64, t.firings);
    cr_expect_gt(t.went_on, 500, "went on %" PRIu64, t.went_on);
}

/* At the bound, what is given up and when depends on every piece that is held, and by whom. */
static void relay_at_the_bound(uint64_t seed, totals *t)
{
    static tc_relay s;
    tc_relay_open(&s, seed);
    tc_correlator *whole = tc_correlator_new(s.rules, 0), *handed = tc_correlator_new(s.rules, 0);
    tc_firing_log logs[2];
    tc_firing_log_init(&logs[0]);
    tc_firing_log_init(&logs[1]);
    tc_firing_sink sinks[2] = {tc_firing_log_episodes(&logs[0]), tc_firing_log_episodes(&logs[1])};
    for (uint32_t n = 0; n < 4000; n++) {
        char name[600];
        memset(name, 'x', sizeof(name));
        tc_random_hit_make(&s.dice, &s.event, n, (tc_time)n * (TC_SECOND / 1000));
        snprintf(name, sizeof(name), "name %u", tc_roll(&s.dice, 3000));
        s.event.captures[0].text = tc_slice_make(name, tc_chance(&s.dice, 10) ? sizeof(name) : 10);
        snprintf(s.event.texts[1], sizeof(s.event.texts[1]), "%u", tc_roll(&s.dice, 500));
        s.event.captures[1] = (tc_capture){tc_slice_of(s.event.texts[1]), true};
        s.event.subject.mailbox = s.event.captures[0].text;
        s.event.subject.newcomer = tc_chance(&s.dice, 70);
        tc_hit hit = {.rule = tc_roll(&s.dice, TC_RANDOM_DETECTIONS),
                      .order = s.event.evidence.order,
                      .captures = s.event.captures,
                      .evidence = &s.event.evidence,
                      .evidence_count = 1,
                      .subject = &s.event.subject};
        cr_assert_eq(tc_correlator_push(whole, &hit, &sinks[0]).code, TC_OK);
        cr_assert_eq(tc_correlator_push(handed, &hit, &sinks[1]).code, TC_OK);
        if (n % 97 == 0) tc_relay_hand_over(&handed, s.rules, 0);
    }
    tc_relay_expect_same(&logs[1], &logs[0], seed, "after breaks it says");
    tc_relay_expect_stats(handed, whole);
    t->firings += logs[1].count;
    t->evicted += tc_correlator_statistics(handed).evicted_groups;
    t->uncounted += tc_correlator_statistics(handed).uncounted_values;
    tc_firing_log_done(&logs[0]);
    tc_firing_log_done(&logs[1]);
    tc_correlator_free(whole);
    tc_correlator_free(handed);
    tc_relay_close(&s);
}

Test(correlator_visit, gives_up_the_same_groups_after_a_break)
{
    totals t = {0};
    for (uint64_t seed = 1; seed <= 8; seed++) {
        relay_at_the_bound(seed, &t);
    }
    cr_expect_gt(t.evicted, 2000, "%" PRIu64 " evicted", t.evicted);
    cr_expect_gt(t.firings, 1000, "%" PRIu64 " fired", t.firings);
    cr_expect_gt(t.uncounted, 0, "%" PRIu64 " values were not counted", t.uncounted);
}
