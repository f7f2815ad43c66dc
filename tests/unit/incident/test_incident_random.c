/* Random sessions, findings, episodes, unions and forgotten entities, with little room: two modules
 * under different keys say the same, and every alert agrees with itself. */
#include "tests/support/incident_stream.h"

#include <criterion/criterion.h>

enum { SEEDS = 60, STEPS = 1500 };

static double fact(const tc_alert *a, const char *name)
{
    double number = 0;
    for (size_t i = 0; i < a->baseline_count; i++)
        if (strcmp(a->baseline[i].name, name) == 0)
            cr_assert(tc_slice_to_double(a->baseline[i].text, &number));
    return number;
}

/* The figures of a final state are those of the members that it lists. */
static void check_final(const tc_alert *a)
{
    size_t accessed = 0, switched = 0;
    if (a->transition != TC_TRANSITION_FINAL) return;
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        accessed += m->first_access != TC_TIME_NONE;
        switched += m->language.len != 0;
        cr_expect_eq(m->first_access != TC_TIME_NONE, m->sessions > 0);
        cr_expect_leq(m->first_access, m->last_access);
    }
    cr_expect_eq((double)a->mailbox_count, fact(a, "mailboxes"));
    cr_expect_eq((double)a->source_count, fact(a, "sources"));
    cr_expect_eq((double)accessed, fact(a, "mailboxes_accessed"));
    cr_expect_leq(fact(a, "mailboxes_switched"), (double)switched);
    cr_expect_eq(switched > 0, fact(a, "mailboxes_switched") > 0);
    for (size_t i = 1; i < a->source_count; i++)
        cr_expect(!tc_ip_equal(a->sources[i - 1].ip, a->sources[i].ip));
}

static void run(incident_stream *s, uint64_t seed, size_t state_bytes)
{
    incident_stream_init(s, seed, state_bytes);
    s->look = check_final;
    s->all = incident_stream_module(s);
    for (uint32_t n = 0; n < STEPS; n++)
        cr_assert(!tc_failed(incident_stream_step(s)));
    cr_assert(!tc_failed(incident_stream_finish(s)));
}

static void compare(size_t state_bytes, size_t *ret_transitions, size_t *ret_degraded)
{
    *ret_transitions = *ret_degraded = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        incident_stream s[2];
        for (size_t i = 0; i < 2; i++)
            run(&s[i], seed, state_bytes);
        cr_expect(tc_slice_equal(tc_str_view(&s[0].log), tc_str_view(&s[1].log)),
                  "seed %" PRIu64 " is told differently under another key", seed);
        *ret_transitions += s[0].transitions;
        *ret_degraded += s[0].degraded;
        incident_stream_done(&s[0]);
        incident_stream_done(&s[1]);
    }
}

Test(incident_random, with_room_for_all_nothing_is_degraded)
{
    size_t transitions, degraded;
    compare(0, &transitions, &degraded);
    cr_expect_gt(transitions, SEEDS * 10, "%zu", transitions);
    cr_expect_eq(degraded, 0);
}

Test(incident_random, with_little_room_it_is_said)
{
    size_t transitions, degraded;
    compare(24 << 10, &transitions, &degraded);
    cr_expect_gt(transitions, SEEDS * 10, "%zu", transitions);
    cr_expect_gt(degraded, SEEDS, "%zu", degraded);
}
