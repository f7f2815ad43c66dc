#include "tests/support/fake_ruleset.h"
#include "tests/support/firing_log.h"
#include "tests/support/reference_correlator.h"

#include <criterion/criterion.h>

/* Random rules and random hits, seen by the correlator and by the slow reference: every firing must
 * say the same, and come in the same order. */

enum { CAPTURES = 4, DETECTIONS = 3, CORRELATIONS = 9, EVENTS = 120 };

typedef struct dice {
    uint64_t state;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(d->state >> 33) % sides;
}

static bool chance(dice *d, uint32_t percent)
{
    return roll(d, 100) < percent;
}

static const char *const detection_captures[] = {"u", "v", "w", "x", NULL};
static const char *const correlation_captures[] = {"u",     "v",        "w", "count",
                                                   "value", "previous", NULL};
static const char *const groups[][3] = {
    {"u", NULL}, {"u", NULL}, {"u", NULL}, {"v", NULL}, {"u", "v", NULL}, {NULL},
};
static const char *const fields[][3] = {
    {"v", NULL}, {"v", NULL}, {"w", NULL}, {"v", "w", NULL}, {"value", NULL}, {"count", NULL},
};
static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};

typedef struct made {
    uint32_t rules[CORRELATIONS][4];
    tc_expression expressions[CORRELATIONS][5];
} made;

static void make_condition(dice *d, tc_fake_correlation *c, uint32_t greatest)
{
    if (chance(d, 60)) {
        c->condition.set[TC_GTE] = true;
        c->condition.number[TC_GTE] = 1 + roll(d, greatest);
        return;
    }
    uint32_t count = 1 + roll(d, 2);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t which = roll(d, TC_COMPARE_COUNT);
        c->condition.set[which] = true;
        c->condition.number[which] = roll(d, greatest + 1) + (chance(d, 10) ? 0.5 : 0);
    }
}

/* a and not b; a or b and c: whatever fits the number of rules. */
static void make_expression(dice *d, tc_fake_correlation *c, tc_expression *e)
{
    size_t count = 0;
    e[count++] = (tc_expression){TC_EXPR_RULE, 0};
    if (chance(d, 30)) e[count++] = (tc_expression){TC_EXPR_NOT, 0};
    if (c->rule_count > 1) {
        e[count++] = (tc_expression){TC_EXPR_RULE, 1};
        if (chance(d, 30)) e[count++] = (tc_expression){TC_EXPR_NOT, 0};
        e[count++] = (tc_expression){chance(d, 50) ? TC_EXPR_AND : TC_EXPR_OR, 0};
    }
    c->expression = e;
    c->expression_count = count;
}

static void make_correlation(dice *d, tc_ruleset *rules, made *m, uint32_t index)
{
    tc_fake_correlation c = {.name = names[index], .captures = correlation_captures};
    c.type = (tc_correlation_type)roll(d, TC_CORRELATION_TYPE_COUNT);
    uint32_t wanted = 1 + roll(d, c.type == TC_CORRELATION_TEMPORAL ? 3 : 2);
    for (uint32_t i = 0; i < wanted; i++) {
        /* Inner correlations are wanted often, or chains would be rare. */
        bool inner = index > 0 && chance(d, 35);
        m->rules[index][i] = inner ? DETECTIONS + roll(d, index) : roll(d, DETECTIONS);
    }
    c.rules = m->rules[index];
    c.rule_count = wanted;
    c.group_by = groups[roll(d, TC_COUNT_OF(groups))];
    c.timespan_ns = (1 + roll(d, 40)) * TC_SECOND;
    if (chance(d, 20)) c.suppress_ns = (1 + roll(d, 60)) * TC_SECOND;
    if (chance(d, 20)) c.learn_ns = roll(d, 20) * TC_SECOND;
    c.min_events = roll(d, 5);
    c.max_values = roll(d, 4);
    c.share = chance(d, 70) ? 0.8 : 0.3 + roll(d, 7) * 0.1;
    c.global_scope = chance(d, 20);
    bool valued = c.type != TC_CORRELATION_EVENT_COUNT && c.type != TC_CORRELATION_TEMPORAL;
    if (valued) c.fields = fields[roll(d, TC_COUNT_OF(fields))];
    if (c.type == TC_CORRELATION_TEMPORAL && chance(d, 40)) {
        make_expression(d, &c, m->expressions[index]);
    } else if (c.type != TC_CORRELATION_TEMPORAL || chance(d, 30)) {
        make_condition(d, &c, valued ? 3 : 6);
    }
    tc_fake_correlation_add(rules, &c);
}

typedef struct event {
    tc_capture captures[CAPTURES];
    char texts[CAPTURES][8];
    char line[16];
    tc_evidence evidence;
    tc_subject subject;
} event;

static void make_event(dice *d, event *e, uint64_t number, tc_time time)
{
    static const char *const languages[] = {"de", "en", "zh"};
    *e = (event){0};
    for (size_t i = 0; i < CAPTURES; i++) {
        if (chance(d, 6)) continue;
        uint32_t choice = roll(d, i ? 4 : 3);
        if (chance(d, 50)) choice = 0;
        snprintf(e->texts[i], sizeof(e->texts[i]), "%c%u", (char)('a' + (int)i), choice);
        e->captures[i] = (tc_capture){tc_slice_of(e->texts[i]), true};
    }
    int length = snprintf(e->line, sizeof(e->line), "line %" PRIu64, number);
    e->evidence.order = (tc_order){.time = time, .position = number, .record_hash = number * 7};
    e->evidence.at.line = number + 1;
    e->evidence.text = tc_slice_make(e->line, (size_t)length);
    e->subject.mailbox = e->captures[0].text;
    e->subject.target = chance(d, 30) ? e->captures[1].text : TC_EMPTY_SLICE;
    e->subject.user = TC_LIT("DOMAIN\\user");
    e->subject.language = tc_slice_of(languages[roll(d, 3)]);
    e->subject.ip.bytes[15] = (uint8_t)roll(d, 3);
    e->subject.asn = roll(d, 100);
    e->subject.novel = chance(d, 50);
}

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
        chained |= c->rules[i] >= DETECTIONS;
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

static dice dice_of(uint64_t seed)
{
    return (dice){seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
}

/* The rules live as long as `m`. */
static tc_ruleset *make_rules(dice *d, made *m)
{
    tc_ruleset *rules = tc_fake_ruleset_new();
    static const char *const detection_names[] = {"d0", "d1", "d2"};
    for (size_t i = 0; i < DETECTIONS; i++) {
        tc_fake_detection(rules, detection_names[i], detection_captures);
    }
    for (uint32_t i = 0; i < CORRELATIONS; i++) {
        make_correlation(d, rules, m, i);
    }
    return rules;
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
    dice d = dice_of(seed);
    static made m;
    tc_ruleset *rules = make_rules(&d, &m);
    tc_correlator *tested = tc_correlator_new(rules, 64 * 1024 * 1024);
    tc_reference_correlator *reference = tc_reference_correlator_new(rules);
    tc_firing_log got, expected;
    tc_firing_log_init(&got);
    tc_firing_log_init(&expected);
    pair p = {tc_firing_log_episodes(&got), {t, count_firing, NULL}};
    tc_firing_sink sink = {&p, both, both_on}, reference_sink = tc_firing_log_episodes(&expected);
    if (seed % 4 == 0) sink.went_on = reference_sink.went_on = NULL;

    static event e;
    tc_time time = 0;
    for (uint64_t n = 0; n < EVENTS; n++) {
        if (chance(&d, 70)) time += roll(&d, 8) * (TC_SECOND / 2);
        if (chance(&d, 4)) time += roll(&d, 60) * TC_SECOND;
        make_event(&d, &e, n, time);
        uint32_t first = roll(&d, DETECTIONS), matched = chance(&d, 20) ? 2 : 1;
        for (uint32_t i = 0; i < matched; i++) {
            tc_hit hit = {.rule = (first + i) % DETECTIONS,
                          .order = e.evidence.order,
                          .captures = e.captures,
                          .evidence = &e.evidence,
                          .evidence_count = chance(&d, 95) ? 1 : 0,
                          .subject = chance(&d, 95) ? &e.subject : NULL};
            cr_assert_eq(tc_correlator_push(tested, &hit, &sink).code, TC_OK);
            cr_assert_eq(tc_reference_correlator_push(reference, &hit, &reference_sink).code,
                         TC_OK);
        }
        if (chance(&d, 10)) {
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
        dice d = dice_of(seed);
        static made m;
        tc_ruleset *rules = make_rules(&d, &m);
        tc_correlator *tested = tc_correlator_new(rules, 0);
        size_t empty = tc_correlator_statistics(tested).bytes;
        tc_correlator *listened = tc_correlator_new(rules, 0);
        tc_firing_sink sink = {&t, count_firing, NULL}, ear = {&on, count_firing, count_going_on};
        static event e;
        for (uint64_t n = 0; n < 4000; n++) {
            make_event(&d, &e, n, (tc_time)n * (TC_SECOND / 1000));
            char name[600];
            memset(name, 'x', sizeof(name));
            snprintf(name, sizeof(name), "name %u", roll(&d, 3000));
            e.captures[0].text = tc_slice_make(name, chance(&d, 10) ? sizeof(name) : 10);
            e.subject.mailbox = e.captures[0].text;
            tc_hit hit = {.rule = roll(&d, DETECTIONS),
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
