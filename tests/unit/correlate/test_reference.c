#include "tests/support/firing_log.h"
#include "tests/support/random_hits.h"
#include "tests/support/reference_correlator.h"

#include <criterion/criterion.h>

enum { EVENTS = 120 };

/* Random rules and random hits, seen by the correlator and by the slow reference: every firing must
 * say the same, and come in the same order. */

/* The first line in which the two differ, or NULL. */
static const char *difference(const char *a, const char *b)
{
    while (*a) {
        size_t length = strcspn(a, "\n");
        if (strncmp(a, b, length + 1) != 0) return a;
        a += length + 1;
        b += length + 1;
    }
    return *b ? b : NULL;
}

typedef struct totals {
    uint64_t firings;
    uint64_t by_type[TC_CORRELATION_TYPE_COUNT];
    uint64_t chained;
    uint64_t went_on;
    tc_ruleset *rules;
} totals;

static TC_STATUS count_firing(void *context, const tc_firing *firing)
{
    totals *t = context;
    const tc_correlation *c = firing->rule->correlation;
    t->firings++;
    t->by_type[c->type]++;
    bool chained = false;
    for (size_t i = 0; i < c->rule_count; i++) {
        chained |= c->rules[i] >= TC_RANDOM_DETECTIONS;
    }
    if (chained) t->chained++;
    return TC_SUCCESS;
}

typedef struct pair {
    tc_firing_sink log, count;
} pair;

static TC_STATUS both(void *context, const tc_firing *firing)
{
    pair *p = context;
    TC_TRY(p->log.fired(p->log.context, firing));
    return p->count.fired(p->count.context, firing);
}

static TC_STATUS both_on(void *context, const tc_firing *firing)
{
    pair *p = context;
    totals *t = p->count.context;
    t->went_on++;
    return p->log.went_on(p->log.context, firing);
}

static TC_STATUS count_going_on(void *context, const tc_firing *firing)
{
    totals *t = context;
    t->went_on++;
    cr_expect_gt(firing->count, 0);
    return TC_SUCCESS;
}

static void expect_same(tc_firing_log *got, tc_firing_log *expected, uint64_t seed)
{
    const char *a = tc_str_cstr(&got->text), *b = tc_str_cstr(&expected->text);
    const char *differs = difference(a, b);
    if (differs) {
        cr_assert_fail("seed %" PRIu64 ": correlator says\n%.*s\nreference says\n%.*s", seed,
                       (int)strcspn(differs, "\n"), differs, (int)strcspn(b + (differs - a), "\n"),
                       b + (differs - a));
    }
}

static void run_seed(uint64_t seed, totals *t)
{
    tc_dice d = tc_dice_of(seed);
    static tc_random_rules m;
    tc_ruleset *rules = tc_random_ruleset(&d, &m);
    tc_correlator *tested = tc_correlator_new(rules, 64 * 1024 * 1024);
    tc_reference_correlator *reference = tc_reference_correlator_new(rules);
    tc_firing_log got, expected;
    tc_firing_log_init(&got);
    tc_firing_log_init(&expected);
    pair p = {tc_firing_log_episodes(&got), {.context = t, .fired = count_firing}};
    tc_firing_sink sink = {.context = &p, .fired = both, .went_on = both_on},
                   reference_sink = tc_firing_log_episodes(&expected);
    if (seed % 4 == 0) sink.went_on = reference_sink.went_on = NULL;

    static tc_random_hit e;
    tc_time time = 0;
    for (uint64_t n = 0; n < EVENTS; n++) {
        if (tc_chance(&d, 70)) time += tc_roll(&d, 8) * (TC_SECOND / 2);
        if (tc_chance(&d, 4)) time += tc_roll(&d, 60) * TC_SECOND;
        tc_random_hit_make(&d, &e, n, time);
        uint32_t first = tc_roll(&d, TC_RANDOM_DETECTIONS), matched = tc_chance(&d, 20) ? 2 : 1;
        for (uint32_t i = 0; i < matched; i++) {
            tc_hit hit = {.rule = (first + i) % TC_RANDOM_DETECTIONS,
                          .order = e.evidence.order,
                          .captures = e.captures,
                          .evidence = &e.evidence,
                          .evidence_count = tc_chance(&d, 95) ? 1 : 0,
                          .subject = tc_chance(&d, 95) ? &e.subject : NULL};
            cr_assert_eq(tc_correlator_push(tested, &hit, &sink).code, TC_OK);
            cr_assert_eq(tc_reference_correlator_push(reference, &hit, &reference_sink).code,
                         TC_OK);
        }
        if (tc_chance(&d, 10)) {
            cr_assert_eq(tc_correlator_advance(tested, time, &sink).code, TC_OK);
        }
    }
    expect_same(&got, &expected, seed);
    tc_correlator_stats stats = tc_correlator_statistics(tested);
    cr_assert_eq(stats.firings, got.count);
    cr_assert_eq(stats.ungrouped, tc_reference_correlator_ungrouped(reference));
    cr_assert_eq(stats.saturated_values, tc_reference_correlator_saturated(reference));
    cr_assert_eq(stats.evicted_groups, 0);

    tc_firing_log_done(&got);
    tc_firing_log_done(&expected);
    tc_correlator_free(tested);
    tc_reference_correlator_free(reference);
    tc_fake_ruleset_free(rules);
}

Test(reference, says_the_same_of_random_hits_and_rules)
{
    totals t = {0};
    for (uint64_t seed = 1; seed <= 700; seed++) {
        run_seed(seed, &t);
    }
    /* The comparison is worth something only if much has fired, of every type and in chains. */
    cr_expect_gt(t.firings, 20000, "fired %" PRIu64, t.firings);
    cr_expect_gt(t.chained, 3000, "chained %" PRIu64, t.chained);
    cr_expect_gt(t.went_on, 10000, "went on %" PRIu64, t.went_on);
    for (int i = 0; i < TC_CORRELATION_TYPE_COUNT; i++) {
        cr_expect_gt(t.by_type[i], 1000, "type %d fired %" PRIu64 " times", i, t.by_type[i]);
    }
}

/* At the bound groups go while firings that they caused are still on their way to outer rules. */
Test(reference, loses_no_memory_when_groups_are_given_up_in_chains)
{
    uint64_t evicted = 0;
    totals t = {0}, on = {0};
    for (uint64_t seed = 1; seed <= 30; seed++) {
        tc_dice d = tc_dice_of(seed);
        static tc_random_rules m;
        tc_ruleset *rules = tc_random_ruleset(&d, &m);
        tc_correlator *tested = tc_correlator_new(rules, 0);
        size_t empty = tc_correlator_statistics(tested).bytes;
        tc_correlator *listened = tc_correlator_new(rules, 0);
        tc_firing_sink sink = {.context = &t, .fired = count_firing},
                       ear = {.context = &on, .fired = count_firing, .went_on = count_going_on};
        static tc_random_hit e;
        for (uint64_t n = 0; n < 4000; n++) {
            tc_random_hit_make(&d, &e, n, (tc_time)n * (TC_SECOND / 1000));
            char name[600];
            memset(name, 'x', sizeof(name));
            snprintf(name, sizeof(name), "name %u", tc_roll(&d, 3000));
            e.captures[0].text = tc_slice_make(name, tc_chance(&d, 10) ? sizeof(name) : 10);
            e.subject.mailbox = e.captures[0].text;
            tc_hit hit = {.rule = tc_roll(&d, TC_RANDOM_DETECTIONS),
                          .order = e.evidence.order,
                          .captures = e.captures,
                          .evidence = &e.evidence,
                          .evidence_count = 1,
                          .subject = &e.subject};
            cr_assert_eq(tc_correlator_push(tested, &hit, &sink).code, TC_OK);
            cr_assert_eq(tc_correlator_push(listened, &hit, &ear).code, TC_OK);
        }
        tc_correlator_stats silent = tc_correlator_statistics(tested);
        tc_correlator_stats heard = tc_correlator_statistics(listened);
        cr_expect_eq(silent.firings, heard.firings, "seed %" PRIu64 ": listening changes it", seed);
        cr_expect_eq(silent.evicted_groups, heard.evicted_groups);
        cr_assert_eq(tc_correlator_advance(listened, TC_TIME_MAX, &ear).code, TC_OK);
        cr_expect_lt(tc_correlator_statistics(listened).bytes - empty, 16 * 1024);
        tc_correlator_free(listened);
        evicted += tc_correlator_statistics(tested).evicted_groups;
        cr_assert_eq(tc_correlator_advance(tested, TC_TIME_MAX, &sink).code, TC_OK);
        /* What is left is the last hit's own evidence, and lookups that have grown. */
        size_t left = tc_correlator_statistics(tested).bytes - empty;
        cr_expect_lt(left, 16 * 1024, "seed %" PRIu64 ": %zu bytes are left", seed, left);
        tc_correlator_free(tested);
        tc_fake_ruleset_free(rules);
    }
    cr_expect_gt(evicted, 10000, "%" PRIu64 " evicted", evicted);
    cr_expect_gt(t.chained, 1000, "%" PRIu64 " chained firings", t.chained);
    cr_expect_gt(on.went_on, 1000, "%" PRIu64 " went on", on.went_on);
}
