#include "tests/support/relay.h"

void tc_relay_save(tc_correlator *k, const tc_ruleset *rules, tape *t)
{
    tc_references references = {.rules = rules};
    tc_visit *v = tape_saver(t);
    tc_correlator_visit(k, v, &references);
    cr_assert_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
    tc_visit_free(v);
}

tc_correlator *tc_relay_load(const tc_ruleset *rules, size_t bytes, tape *t, uint64_t *ret_lost,
                             char why[256])
{
    tc_references references = {.rules = rules};
    tc_correlator *k = tc_correlator_new(rules, bytes);
    cr_assert(k);
    tc_visit *v = tape_loader(t);
    tc_correlator_visit(k, v, &references);
    bool failed = tc_visit_failed(v);
    (void)snprintf(why, 256, "%s", tc_visit_problem(v));
    tc_visit_free(v);
    if (ret_lost) *ret_lost = references.rules_lost;
    if (!failed) return k;
    tc_correlator_free(k);
    return NULL;
}

void tc_relay_hand_over(tc_correlator **k, const tc_ruleset *rules, size_t bytes)
{
    char why[256];
    uint64_t lost;
    tape *first = tape_new(), *second = tape_new();
    tc_relay_save(*k, rules, first);
    tc_correlator *next = tc_relay_load(rules, bytes, first, &lost, why);
    cr_assert(next, "%s", why);
    cr_assert_eq(lost, 0);
    tc_relay_save(next, rules, second);
    cr_assert(tape_equal(first, second), "saved, loaded and saved again it is not the same");
    tape_free(first);
    tape_free(second);
    tc_correlator_free(*k);
    *k = next;
}

void tc_relay_expect_same(tc_firing_log *got, tc_firing_log *wanted, uint64_t seed,
                          const char *what)
{
    const char *a = tc_str_cstr(&got->text), *b = tc_str_cstr(&wanted->text);
    while (*a && *b) {
        size_t length = strcspn(a, "\n");
        if (strncmp(a, b, length + 1) != 0) break;
        a += length + 1;
        b += length + 1;
    }
    cr_assert(!*a && !*b, "seed %" PRIu64 ": %s\n%.*s\nnot\n%.*s", seed, what,
              (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

void tc_relay_expect_stats(const tc_correlator *got, const tc_correlator *wanted)
{
    tc_correlator_stats a = tc_correlator_statistics(got), b = tc_correlator_statistics(wanted);
    cr_expect_eq(a.hits, b.hits);
    cr_expect_eq(a.firings, b.firings);
    cr_expect_eq(a.ungrouped, b.ungrouped);
    cr_expect_eq(a.evicted_groups, b.evicted_groups);
    cr_expect_eq(a.saturated_values, b.saturated_values);
    cr_expect_eq(a.uncounted_values, b.uncounted_values);
}

void tc_relay_open(tc_relay *s, uint64_t seed)
{
    *s = (tc_relay){.dice = tc_dice_of(seed)};
    s->rules = tc_random_ruleset(&s->dice, &s->room);
}

void tc_relay_close(tc_relay *s)
{
    tc_fake_ruleset_free(s->rules);
}

const tc_hit *tc_relay_next(tc_relay *s)
{
    tc_dice *d = &s->dice;
    if (!s->matches) {
        if (tc_chance(d, 70)) s->time += tc_roll(d, 8) * (TC_SECOND / 2);
        if (tc_chance(d, 4)) s->time += tc_roll(d, 60) * TC_SECOND;
        tc_random_hit_make(d, &s->event, s->number++, s->time);
        s->event.evidence.at.source = tc_roll(d, 5);
        s->event.evidence.at.offset = s->number * 100;
        s->event.subject.remote = tc_chance(d, 50);
        s->event.subject.newcomer = tc_chance(d, 50);
        s->matches = tc_chance(d, 20) ? 2 : 1;
        s->first = tc_roll(d, TC_RANDOM_DETECTIONS);
    }
    s->matches--;
    s->hit = (tc_hit){.rule = (s->first + s->matches) % TC_RANDOM_DETECTIONS,
                      .order = s->event.evidence.order,
                      .captures = s->event.captures,
                      .evidence = &s->event.evidence,
                      .evidence_count = tc_chance(d, 95) ? 1 : 0,
                      .subject = tc_chance(d, 95) ? &s->event.subject : NULL};
    return &s->hit;
}
