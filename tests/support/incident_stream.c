#include "tests/support/incident_stream.h"

#include "tests/support/alert_text.h"

enum { LOG_MAX = 64 << 20, LINES = 7, SUBJECTS = 3 };

size_t tc_ruleset_count(const tc_ruleset *rules)
{
    return rules->count;
}

const tc_rule *tc_ruleset_rule(const tc_ruleset *rules, size_t index)
{
    return &rules->rules[index];
}

static uint32_t roll(incident_stream *s, uint32_t sides)
{
    s->dice = s->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s->dice >> 33) % sides;
}

/* -- what the module asks and tells --------------------------------------------------------- */

static TC_STATUS tell(void *context, const tc_alert *a)
{
    incident_stream *s = context;
    alert_text(&s->log, a);
    s->transitions += a->transition != TC_TRANSITION_NONE;
    s->degraded += a->degraded;
    if (s->look) s->look(a);
    return tc_str_status(&s->log);
}

static void pin(void *context, uint32_t entity)
{
    incident_stream *s = context;
    tc_str_addf(&s->log, "pin %u\n", entity);
}

/* Some have a name of their own. */
static tc_slice label(void *context, uint32_t entity)
{
    incident_stream *s = context;
    if (entity % 4 != 1) return TC_EMPTY_SLICE;
    snprintf(s->label, sizeof(s->label), "name of %u", entity);
    return tc_slice_of(s->label);
}

static tc_slice source_path(void *context, uint32_t source)
{
    static const char *const paths[] = {"a.log", "b.log", "c.log"};
    (void)context;
    return source < TC_COUNT_OF(paths) ? tc_slice_of(paths[source]) : TC_EMPTY_SLICE;
}

static size_t doubts(void *context, const tc_finding *f, tc_doubt *out, size_t max)
{
    static const char why[] = "no geo database, and so many other reasons to doubt what was found "
                              "that they do not fit into one piece of a hundred and twenty-four";
    size_t n = TC_MIN((size_t)f->count % 3, max);
    (void)context;
    for (size_t i = 0; i < n; i++)
        out[i] = (tc_doubt){10, tc_slice_of(why + 20 * i)};
    return n;
}

tc_incidents *incident_stream_module(incident_stream *s)
{
    const tc_incident_options options = {.open_level = TC_LEVEL_LOW,
                                         .since = 10 * TC_HOUR,
                                         .merge_ns = TC_DAY,
                                         .state_bytes = s->state_bytes,
                                         .source_path = source_path,
                                         .doubts = doubts,
                                         .label = label,
                                         .pin = pin,
                                         .context = s};
    tc_incidents *all = tc_incidents_new(&options);
    TC_ASSERT(all != NULL);
    return all;
}

/* -- beginnings and ends -------------------------------------------------------------------- */

void incident_stream_init(incident_stream *s, uint64_t seed, size_t state_bytes)
{
    static const char *const names[INCIDENT_STREAM_RULES] = {"first",  "second", "third",
                                                             "fourth", "fifth",  "sixth"};
    *s = (incident_stream){.state_bytes = state_bytes,
                           .dice = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    tc_str_init(&s->log, LOG_MAX);
    for (uint32_t i = 0; i < INCIDENT_STREAM_ENTITIES; i++)
        s->roots[i] = i;
    for (uint32_t i = 0; i < INCIDENT_STREAM_RULES; i++)
        s->rules.rules[i] = (tc_rule){.kind = i % 2 ? TC_RULE_CORRELATION : TC_RULE_DETECTION,
                                      .index = i,
                                      .fingerprint = 1000 + i,
                                      .title = tc_slice_of(names[i]),
                                      .level = (tc_level)(i % TC_LEVEL_COUNT),
                                      .confidence = 80,
                                      .reports = true};
    s->rules.count = INCIDENT_STREAM_RULES;
}

void incident_stream_branch(incident_stream *s, const incident_stream *from)
{
    *s = *from;
    tc_str_init(&s->log, LOG_MAX);
    s->all = incident_stream_module(s);
}

void incident_stream_done(incident_stream *s)
{
    tc_incidents_free(s->all);
    tc_str_done(&s->log);
}

/* -- a step --------------------------------------------------------------------------------- */

typedef struct texts {
    char mailbox[80], agent[300], actor[24];
} texts;

/* Entity 0 is a mailbox that is known by its label only. */
static tc_subject random_subject(incident_stream *s, texts *t)
{
    static const char *const languages[] = {"", "en", "fr", "zh-Hans", "ru"};
    static const char *const countries[] = {"", "CN", "BE", "US"};
    uint32_t entity = s->roots[roll(s, INCIDENT_STREAM_ENTITIES)], number = roll(s, 4);
    snprintf(t->mailbox, sizeof(t->mailbox), "mailbox%u@%s.example.org",
             entity ? entity : 100 + roll(s, 9),
             entity % 2 ? "a-long-name-that-does-not-fit-into-forty-bytes" : "x");
    snprintf(t->agent, sizeof(t->agent), "agent %u %0*u", roll(s, 30), roll(s, 8) ? 1 : 270, 0);
    snprintf(t->actor, sizeof(t->actor), "actor%u", roll(s, 50));
    tc_subject subject = {.mailbox = tc_slice_of(t->mailbox),
                          .entity = entity,
                          .agent = tc_slice_of(t->agent),
                          .country = tc_slice_of(countries[number]),
                          .asn = roll(s, 3) ? 64500 + roll(s, 20) : 0,
                          .as_org = TC_LIT("organisation"),
                          .language = tc_slice_of(languages[roll(s, 5)]),
                          .previous = tc_slice_of(languages[roll(s, 5)]),
                          .newcomer = entity % 3 == 2 && roll(s, 20) != 0,
                          .remote = roll(s, 8) != 0,
                          .novel = roll(s, 3) != 0,
                          .new_block = roll(s, 3) == 0,
                          .own = roll(s, 2) == 0,
                          .place = (uint8_t)(roll(s, 40) < 3 ? roll(s, TC_SETTLED_COUNT) : 0)};
    if (roll(s, 6) == 0) subject.actor = tc_slice_of(t->actor);
    if (roll(s, 10)) {
        subject.ip.bytes[0] = 0x20;
        subject.ip.bytes[1] = (uint8_t)roll(s, 3);
        subject.ip.bytes[5] = (uint8_t)roll(s, 12);
        subject.ip.bytes[15] = (uint8_t)(1 + roll(s, 20));
    }
    return subject;
}

/* The younger of two people becomes the elder. */
static TC_STATUS unite_random(incident_stream *s)
{
    uint32_t a = s->roots[roll(s, INCIDENT_STREAM_ENTITIES)];
    uint32_t b = s->roots[roll(s, INCIDENT_STREAM_ENTITIES)];
    if (a == 0 || b == 0 || a == b) return TC_SUCCESS;
    uint32_t root = TC_MIN(a, b), absorbed = TC_MAX(a, b);
    for (size_t i = 0; i < INCIDENT_STREAM_ENTITIES; i++)
        if (s->roots[i] == absorbed) s->roots[i] = root;
    return tc_incidents_unite(s->all, root, absorbed);
}

static size_t random_lines(incident_stream *s, tc_evidence lines[LINES], const texts *t)
{
    for (size_t i = 0; i < LINES; i++)
        lines[i] = (tc_evidence){.order = {.time = s->time, .position = s->position},
                                 .at = {roll(s, 3), roll(s, 500), roll(s, 99999), roll(s, 999)},
                                 .text = tc_slice_of(i % 2 ? t->agent : t->actor)};
    return roll(s, LINES + 1);
}

static TC_STATUS act(incident_stream *s)
{
    texts t[SUBJECTS];
    tc_subject subjects[SUBJECTS];
    tc_evidence lines[LINES];
    const tc_alert_sink sink = {s, tell};
    for (size_t i = 0; i < SUBJECTS; i++)
        subjects[i] = random_subject(s, &t[i]);
    size_t line_count = random_lines(s, lines, &t[0]);
    TC_TRY(tc_incidents_advance(s->all, s->time, &sink));
    tc_finding f = {.rule = &s->rules.rules[roll(s, INCIDENT_STREAM_RULES)],
                    .order = lines[0].order,
                    .start = s->time,
                    .entity = roll(s, 8) ? subjects[0].mailbox : TC_EMPTY_SLICE,
                    .subjects = subjects,
                    .subject_count = 1 + roll(s, SUBJECTS),
                    .evidence = lines,
                    .evidence_count = line_count,
                    .count = 1 + roll(s, 60)};
    switch (roll(s, 20)) {
    case 0:
    case 1:
        return tc_incidents_find(s->all, &f, &sink);
    case 2:
    case 3:
        return tc_incidents_continue(s->all, &f, &sink);
    case 4:
        return roll(s, 10) ? TC_SUCCESS : unite_random(s);
    case 5:
        tc_incidents_forget(s->all, s->roots[roll(s, INCIDENT_STREAM_ENTITIES)]);
        return TC_SUCCESS;
    default:
        return tc_incidents_session(s->all, &subjects[0], &lines[0]);
    }
}

TC_STATUS incident_stream_step(incident_stream *s)
{
    if (roll(s, 3)) s->time += roll(s, 20) * TC_MINUTE;
    if (roll(s, 200) == 0) s->time += 2 * TC_DAY;
    s->position++;
    return act(s);
}

TC_STATUS incident_stream_finish(incident_stream *s)
{
    const tc_alert_sink sink = {s, tell};
    return tc_incidents_finish(s->all, &sink);
}
