#include "tests/support/relay.h"

/* Saved state under other bounds and other rules. */

static tc_fake_correlation by_u(const char *name, tc_correlation_type type, const char *const *of)
{
    static const uint32_t first[] = {0};
    static const char *const u[] = {"u", NULL};
    tc_fake_correlation c = {.name = name,
                             .type = type,
                             .rules = first,
                             .rule_count = 1,
                             .group_by = u,
                             .fields = of,
                             .timespan_ns = TC_DAY};
    c.condition.set[TC_GTE] = type != TC_CORRELATION_NEW_VALUE;
    c.condition.number[TC_GTE] = 3;
    return c;
}

static tc_ruleset *one_rule(tc_fake_correlation c)
{
    static const char *const captures[] = {"u", "v", NULL};
    tc_ruleset *rules = tc_fake_ruleset_new();
    tc_fake_detection(rules, "d", captures);
    tc_fake_correlation_add(rules, &c);
    return rules;
}

static void push(tc_correlator *k, uint32_t n, const char *user, const char *value,
                 const tc_firing_sink *sink)
{
    tc_capture captures[] = {{tc_slice_of(user), true}, {tc_slice_of(value), true}};
    tc_order order = {.time = n * TC_SECOND, .position = n};
    tc_evidence line = {.order = order, .text = TC_LIT("line")};
    tc_subject subject = {.mailbox = captures[0].text};
    tc_hit hit = {.order = order,
                  .captures = captures,
                  .evidence = &line,
                  .evidence_count = 1,
                  .subject = &subject};
    cr_assert_eq(tc_correlator_push(k, &hit, sink).code, TC_OK);
}

Test(correlator_visit_rules, a_state_that_does_not_fit_is_refused_in_words)
{
    tc_ruleset *rules = one_rule(by_u("c", TC_CORRELATION_EVENT_COUNT, NULL));
    tc_correlator *large = tc_correlator_new(rules, TC_RELAY_AMPLE);
    for (uint32_t n = 0; n < 20000; n++) {
        char name[32];
        snprintf(name, sizeof(name), "user %u", n);
        push(large, n, name, "v", NULL);
    }
    tape *t = tape_new();
    char why[256];
    tc_relay_save(large, rules, t);
    cr_expect_null(tc_relay_load(rules, 0, t, NULL, why));
    cr_expect(strstr(why, "more than they may hold"), "%s", why);
    tc_correlator *larger = tc_relay_load(rules, 2 * (size_t)TC_RELAY_AMPLE, t, NULL, why);
    cr_assert(larger, "%s", why);
    tc_relay_expect_stats(larger, large);
    tape_free(t);
    tc_correlator_free(larger);
    tc_correlator_free(large);
    tc_fake_ruleset_free(rules);
}

/* Values that have left their window count against a bound of their own. */
Test(correlator_visit_rules, values_of_open_episodes_that_do_not_fit_are_refused_in_words)
{
    static const char *const of[] = {"v", NULL};
    tc_ruleset *rules = one_rule(by_u("c", TC_CORRELATION_VALUE_COUNT, of));
    tc_firing_log log;
    tc_firing_log_init(&log);
    tc_firing_sink sink = tc_firing_log_episodes(&log);
    tc_correlator *large = tc_correlator_new(rules, 8 * 1024 * 1024);
    for (uint32_t n = 0; n < 6000; n++) {
        char value[32];
        snprintf(value, sizeof(value), "value %u", n);
        push(large, n, "u", value, &sink);
    }
    cr_assert_gt(log.went_on, 5000);
    tape *t = tape_new();
    char why[256];
    tc_relay_save(large, rules, t);
    cr_expect_null(tc_relay_load(rules, 0, t, NULL, why));
    cr_expect(strstr(why, "open episodes hold more"), "%s", why);
    tc_correlator *same = tc_relay_load(rules, 8 * 1024 * 1024, t, NULL, why);
    cr_expect(same, "%s", why);
    tape_free(t);
    tc_correlator_free(same);
    tc_correlator_free(large);
    tc_firing_log_done(&log);
    tc_fake_ruleset_free(rules);
}

/* -- other rules ------------------------------------------------------------------------------ */

/* Marks what rests on a changed rule. */
static void find_changed(const tc_ruleset *rules, bool *changed)
{
    for (size_t r = 0; r < tc_ruleset_count(rules); r++) {
        const tc_correlation *c = tc_ruleset_rule(rules, r)->correlation;
        for (size_t i = 0; c && i < c->rule_count; i++) {
            changed[r] |= changed[c->rules[i]];
        }
    }
}

/* The lines of the rules that have not changed. */
static void keep_lines(tc_firing_log *log, const tc_ruleset *rules, const bool *changed)
{
    tc_firing_log kept;
    tc_firing_log_init(&kept);
    for (const char *at = tc_str_cstr(&log->text); *at;) {
        size_t length = strcspn(at, "\n") + 1;
        const char *name = *at == '+' ? at + 2 : at;
        for (size_t r = 0; r < tc_ruleset_count(rules); r++) {
            tc_slice own = tc_ruleset_rule(rules, r)->name;
            if (changed[r] || strncmp(name, (const char *)own.ptr, own.len) != 0) continue;
            tc_str_add(&kept.text, tc_slice_make(at, length));
        }
        at += length;
    }
    tc_firing_log_done(log);
    *log = kept;
}

/* The rules of `seed` with one changed, and those that rest on it. */
static tc_ruleset *changed_rules(uint64_t seed, tc_random_rules *room, bool *changed)
{
    tc_dice dice = tc_dice_of(seed), other = tc_dice_of(seed * 77 + 5);
    tc_ruleset *rules = tc_random_ruleset(&dice, room);
    changed[TC_RANDOM_DETECTIONS + tc_roll(&other, TC_RANDOM_CORRELATIONS)] = true;
    find_changed(rules, changed);
    for (uint32_t r = 0; r < tc_ruleset_count(rules); r++) {
        if (changed[r]) tc_fake_fingerprint(rules, r, 1);
    }
    return rules;
}

/* The correlator as it goes on with other rules. */
static tc_correlator *reload(tc_correlator *k, const tc_ruleset *before, const tc_ruleset *after,
                             uint64_t *ret_lost)
{
    char why[256];
    uint64_t none;
    tape *first = tape_new(), *second = tape_new();
    tc_relay_save(k, before, first);
    tc_correlator *next = tc_relay_load(after, TC_RELAY_AMPLE, first, ret_lost, why);
    cr_assert(next, "%s", why);
    cr_expect_leq(tc_correlator_statistics(next).bytes, tc_correlator_statistics(k).bytes);
    tc_relay_save(next, after, second);
    tc_correlator *again = tc_relay_load(after, TC_RELAY_AMPLE, second, &none, why);
    cr_assert(again && none == 0, "what was dropped is gone");
    tc_correlator_free(again);
    tape_free(first);
    tape_free(second);
    return next;
}

static void push_all(tc_correlator *k, const tc_hit *hit, const tc_firing_sink *sink)
{
    cr_assert_eq(tc_correlator_push(k, hit, sink).code, TC_OK);
}

/* True if rules that have not changed fired after the break. */
static bool change_rules(uint64_t seed, uint64_t *ret_lost)
{
    static tc_relay s;
    static tc_random_rules room;
    bool changed[TC_RANDOM_DETECTIONS + TC_RANDOM_CORRELATIONS] = {false};
    tc_relay_open(&s, seed);
    tc_ruleset *after = changed_rules(seed, &room, changed);
    tc_firing_log before, logs[2];
    tc_firing_log_init(&before);
    tc_firing_log_init(&logs[0]);
    tc_firing_log_init(&logs[1]);
    tc_firing_sink ear = tc_firing_log_episodes(&before),
                   sinks[2] = {tc_firing_log_episodes(&logs[0]), tc_firing_log_episodes(&logs[1])};
    tc_correlator *whole = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
    for (uint32_t n = 0; n < 60; n++) {
        push_all(whole, tc_relay_next(&s), &ear);
    }
    tc_correlator *next = reload(whole, s.rules, after, ret_lost);
    for (uint32_t n = 0; n < 60; n++) {
        const tc_hit *hit = tc_relay_next(&s);
        push_all(whole, hit, &sinks[0]);
        push_all(next, hit, &sinks[1]);
    }
    keep_lines(&logs[0], s.rules, changed);
    keep_lines(&logs[1], s.rules, changed);
    tc_relay_expect_same(&logs[1], &logs[0], seed, "with other rules beside it says");
    bool fired = tc_str_view(&logs[1].text).len > 0;
    tc_firing_log_done(&before);
    tc_firing_log_done(&logs[0]);
    tc_firing_log_done(&logs[1]);
    tc_correlator_free(whole);
    tc_correlator_free(next);
    tc_fake_ruleset_free(after);
    tc_relay_close(&s);
    return fired;
}

Test(correlator_visit_rules, what_was_kept_for_changed_rules_is_dropped_and_the_others_go_on)
{
    uint64_t lost = 0, fired = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        uint64_t now;
        fired += change_rules(seed, &now);
        lost += now;
    }
    cr_expect_gt(lost, 100, "%" PRIu64 " lost", lost);
    cr_expect_gt(fired, 100, "%" PRIu64 " runs in which others fired", fired);
}

Test(correlator_visit_rules, without_its_rules_nothing_is_left)
{
    static tc_relay s;
    tc_relay_open(&s, 7);
    tc_correlator *k = tc_correlator_new(s.rules, TC_RELAY_AMPLE);
    for (uint32_t n = 0; n < 100; n++) {
        cr_assert_eq(tc_correlator_push(k, tc_relay_next(&s), NULL).code, TC_OK);
    }
    tc_ruleset *none = one_rule(by_u("other", TC_CORRELATION_EVENT_COUNT, NULL));
    tape *t = tape_new();
    char why[256];
    uint64_t lost;
    tc_relay_save(k, s.rules, t);
    tc_correlator *next = tc_relay_load(none, TC_RELAY_AMPLE, t, &lost, why);
    cr_assert(next, "%s", why);
    cr_expect_gt(lost, 5);
    cr_expect_eq(tc_correlator_statistics(next).hits, 100, "counters stay");
    cr_expect_not_null(tc_correlator_last(next));
    tc_correlator *fresh = tc_correlator_new(none, TC_RELAY_AMPLE);
    cr_expect_null(tc_correlator_last(fresh));
    size_t kept = tc_correlator_statistics(next).bytes - tc_correlator_statistics(fresh).bytes;
    cr_expect_leq(kept, 5 * 6 * 132, "the last event's own lines are left, not %zu bytes", kept);
    tape_free(t);
    tc_correlator_free(fresh);
    tc_correlator_free(next);
    tc_correlator_free(k);
    tc_fake_ruleset_free(none);
    tc_relay_close(&s);
}

Test(correlator_visit_rules, a_marked_rule_stays_marked)
{
    tc_ruleset *rules = one_rule(by_u("c", TC_CORRELATION_EVENT_COUNT, NULL));
    tc_correlator *k = tc_correlator_new(rules, 0);
    for (uint32_t n = 0; n < 20000; n++) {
        char name[32];
        snprintf(name, sizeof(name), "user %u", n);
        push(k, n, name, "v", NULL);
    }
    cr_assert_gt(tc_correlator_statistics(k).evicted_groups, 0);
    cr_assert_eq(tc_correlator_advance(k, TC_TIME_MAX, NULL).code, TC_OK);
    tc_relay_hand_over(&k, rules, 0);
    tc_firing_log log;
    tc_firing_log_init(&log);
    tc_firing_sink sink = tc_firing_log_sink(&log);
    for (uint32_t n = 0; n < 3; n++) {
        push(k, 20000 + n, "u", "v", &sink);
    }
    cr_expect_eq(log.count, 1);
    cr_expect(strstr(tc_str_cstr(&log.text), "degraded"), "%s", tc_str_cstr(&log.text));
    tc_firing_log_done(&log);
    tc_correlator_free(k);
    tc_fake_ruleset_free(rules);
}

/* -- other sources ---------------------------------------------------------------------------- */

static uint32_t renumber(void *context, uint32_t source, bool loading)
{
    (void)context;
    return loading ? source + 7 : source + 30;
}

static TC_STATUS note_source(void *context, const tc_firing *firing)
{
    cr_expect_eq(firing->evidence_count, 3);
    *(uint32_t *)context = firing->evidence[0].at.source;
    return TC_SUCCESS;
}

Test(correlator_visit_rules, evidence_speaks_of_the_sources_of_this_run)
{
    tc_ruleset *rules = one_rule(by_u("c", TC_CORRELATION_EVENT_COUNT, NULL));
    tc_correlator *k = tc_correlator_new(rules, 0), *next = tc_correlator_new(rules, 0);
    tc_references references = {.rules = rules, .source = renumber};
    tape *t = tape_new();
    push(k, 1, "u", "v", NULL);
    push(k, 2, "u", "v", NULL);
    for (int way = 0; way < 2; way++) {
        tc_visit *v = way ? tape_loader(t) : tape_saver(t);
        tc_correlator_visit(way ? next : k, v, &references);
        cr_assert_eq(tc_visit_status(v).code, TC_OK);
        tc_visit_free(v);
    }
    uint32_t source = 0;
    const tc_firing_sink sink = {.context = &source, .fired = note_source};
    push(next, 3, "u", "v", &sink);
    cr_expect_eq(source, 37);
    tape_free(t);
    tc_correlator_free(k);
    tc_correlator_free(next);
    tc_fake_ruleset_free(rules);
}
