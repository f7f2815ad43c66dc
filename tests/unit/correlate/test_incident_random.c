/* Random sessions, findings, episodes, unions and forgotten entities, with little room: two modules
 * under different keys say the same, and every alert agrees with itself. */
#include "detector/correlate/incident.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

enum { SEEDS = 60, STEPS = 1500, ENTITIES = 40, RULES = 6, LOG_MAX = 64 << 20 };

typedef struct dice {
    uint64_t state;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(d->state >> 33) % sides;
}

typedef struct teller {
    tc_str log;
    size_t transitions, degraded;
} teller;

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

static TC_STATUS tell(void *context, const tc_alert *a)
{
    teller *t = context;
    tc_str_addf(&t->log, "%s %s %s %" PRId64 "-%" PRId64 " %zu %d ",
                tc_transition_name(a->transition), a->id, a->merged_into, a->start, a->end,
                a->alert_count, a->degraded);
    tc_str_add(&t->log, a->message);
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        tc_str_add_byte(&t->log, ' ');
        tc_str_add(&t->log, m->name);
        tc_str_addf(&t->log, ":%u:%" PRId64 ":%" PRId64, m->sessions, m->first_access, m->switched);
    }
    for (size_t i = 0; i < a->source_count; i++) {
        char ip[TC_IP_TEXT];
        tc_str_addf(&t->log, " %s:%u:%" PRId64 " ", tc_ip_format(a->sources[i].ip, ip),
                    a->sources[i].mailboxes, a->sources[i].first);
        tc_str_add(&t->log, a->sources[i].agent);
    }
    tc_str_add_byte(&t->log, '\n');
    t->transitions += a->transition != TC_TRANSITION_NONE;
    t->degraded += a->degraded;
    if (a->transition == TC_TRANSITION_FINAL) check_final(a);
    return tc_str_status(&t->log);
}

typedef struct texts {
    char mailbox[80], agent[300], actor[24];
} texts;

/* Entity 0 is a mailbox that is known by its label only. */
static tc_subject random_subject(dice *d, const uint32_t roots[ENTITIES], texts *t)
{
    static const char *const languages[] = {"", "en", "fr", "zh-Hans", "ru"};
    static const char *const countries[] = {"", "CN", "BE", "US"};
    uint32_t entity = roots[roll(d, ENTITIES)], number = roll(d, 4), long_agent = roll(d, 8) == 0;
    snprintf(t->mailbox, sizeof(t->mailbox), "mailbox%u@%s.example.org",
             entity ? entity : 100 + roll(d, 9),
             entity % 2 ? "a-long-name-that-does-not-fit-into-forty-bytes" : "x");
    snprintf(t->agent, sizeof(t->agent), "agent %u %0*u", roll(d, 30), long_agent ? 270 : 1, 0);
    snprintf(t->actor, sizeof(t->actor), "actor%u", roll(d, 50));
    tc_subject s = {.mailbox = tc_slice_of(t->mailbox),
                    .entity = entity,
                    .agent = tc_slice_of(t->agent),
                    .country = tc_slice_of(countries[number]),
                    .asn = roll(d, 3) ? 64500 + roll(d, 20) : 0,
                    .as_org = TC_LIT("organisation"),
                    .language = tc_slice_of(languages[roll(d, 5)]),
                    .previous = tc_slice_of(languages[roll(d, 5)]),
                    .remote = roll(d, 8) != 0,
                    .novel = roll(d, 3) != 0};
    if (roll(d, 6) == 0) s.actor = tc_slice_of(t->actor);
    if (roll(d, 10)) {
        s.ip.bytes[0] = 0x20;
        s.ip.bytes[1] = (uint8_t)roll(d, 3);
        s.ip.bytes[5] = (uint8_t)roll(d, 12);
        s.ip.bytes[15] = (uint8_t)(1 + roll(d, 20));
    }
    return s;
}

/* The younger of two people becomes the elder. */
static TC_STATUS unite_random(dice *d, tc_incidents *all, uint32_t roots[ENTITIES])
{
    uint32_t a = roots[roll(d, ENTITIES)], b = roots[roll(d, ENTITIES)];
    if (a == 0 || b == 0 || a == b) return TC_SUCCESS;
    uint32_t root = TC_MIN(a, b), absorbed = TC_MAX(a, b);
    for (size_t i = 0; i < ENTITIES; i++)
        if (roots[i] == absorbed) roots[i] = root;
    return tc_incidents_unite(all, root, absorbed);
}

static TC_STATUS step(dice *d, tc_incidents *all, const tc_alert_sink *sink, const tc_rule *rules,
                      uint32_t roots[ENTITIES], tc_time time, uint32_t position)
{
    texts t[3];
    tc_subject s[3];
    for (size_t i = 0; i < TC_COUNT_OF(s); i++)
        s[i] = random_subject(d, roots, &t[i]);
    tc_evidence e = {.order = {.time = time, .position = position}, .text = TC_LIT("line")};
    tc_finding f = {.rule = &rules[roll(d, RULES)],
                    .order = e.order,
                    .start = time,
                    .entity = roll(d, 8) ? s[0].mailbox : TC_EMPTY_SLICE,
                    .subjects = s,
                    .subject_count = 1 + roll(d, 3),
                    .evidence = &e,
                    .evidence_count = roll(d, 2),
                    .count = 1 + roll(d, 60)};
    switch (roll(d, 20)) {
    case 0:
    case 1:
        return tc_incidents_find(all, &f, sink);
    case 2:
    case 3:
        return tc_incidents_continue(all, &f, sink);
    case 4:
        return roll(d, 10) ? TC_SUCCESS : unite_random(d, all, roots);
    case 5:
        tc_incidents_forget(all, roots[roll(d, ENTITIES)]);
        return TC_SUCCESS;
    default:
        return tc_incidents_session(all, &s[0], &e);
    }
}

static void run(uint64_t seed, size_t state_bytes, teller *t)
{
    dice d = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    uint32_t roots[ENTITIES];
    tc_rule rules[RULES];
    for (uint32_t i = 0; i < ENTITIES; i++)
        roots[i] = i;
    for (uint32_t i = 0; i < RULES; i++)
        rules[i] = (tc_rule){.kind = i % 2 ? TC_RULE_CORRELATION : TC_RULE_DETECTION,
                             .index = i,
                             .title = TC_LIT("title"),
                             .level = (tc_level)(i % TC_LEVEL_COUNT),
                             .confidence = 80,
                             .reports = true};
    const tc_incident_options options = {.open_level = TC_LEVEL_LOW,
                                         .since = TC_TIME_NONE,
                                         .merge_ns = TC_DAY,
                                         .state_bytes = state_bytes};
    tc_incidents *all = tc_incidents_new(&options);
    const tc_alert_sink sink = {t, tell};
    cr_assert_not_null(all);
    tc_time time = 0;
    for (uint32_t n = 0; n < STEPS; n++) {
        if (roll(&d, 3)) time += roll(&d, 20) * TC_MINUTE;
        if (roll(&d, 200) == 0) time += 2 * TC_DAY;
        cr_assert(!tc_failed(step(&d, all, &sink, rules, roots, time, n)));
    }
    cr_assert(!tc_failed(tc_incidents_finish(all, &sink)));
    tc_incidents_free(all);
}

static void compare(size_t state_bytes, size_t *ret_transitions, size_t *ret_degraded)
{
    *ret_transitions = *ret_degraded = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        teller t[2] = {0};
        for (size_t i = 0; i < 2; i++) {
            tc_str_init(&t[i].log, LOG_MAX);
            run(seed, state_bytes, &t[i]);
        }
        cr_expect(tc_slice_equal(tc_str_view(&t[0].log), tc_str_view(&t[1].log)),
                  "seed %" PRIu64 " is told differently under another key", seed);
        *ret_transitions += t[0].transitions;
        *ret_degraded += t[0].degraded;
        tc_str_done(&t[0].log);
        tc_str_done(&t[1].log);
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
