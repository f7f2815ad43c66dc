#include "tests/support/incident_bench.h"

enum { LOG_MAX = 64 << 20 };

tc_rule tc_bench_rule(const char *name, tc_level level, tc_rule_kind kind)
{
    static uint32_t index;
    return (tc_rule){.kind = kind,
                     .index = index++,
                     .id = tc_slice_of(name),
                     .name = tc_slice_of(name),
                     .title = tc_slice_of(name),
                     .level = level,
                     .confidence = 80,
                     .reports = true};
}

static void write_members(tc_incident_bench *b, const tc_alert *a)
{
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        tc_str_add(&b->log, TC_LIT(" "));
        tc_str_add(&b->log, m->name);
        tc_str_addf(&b->log, "(%u %" PRId64 " ", m->sessions, m->first_access);
        tc_str_add(&b->log, m->language);
        tc_str_add_byte(&b->log, ')');
    }
    for (size_t i = 0; i < a->guest_count; i++) {
        tc_str_add(&b->log, TC_LIT(" also "));
        tc_str_add(&b->log, a->guests[i]);
    }
    for (size_t i = 0; i < a->source_count; i++) {
        char ip[TC_IP_TEXT];
        tc_str_addf(&b->log, " %s(%u ", tc_ip_format(a->sources[i].ip, ip),
                    a->sources[i].mailboxes);
        tc_str_add(&b->log, a->sources[i].agent);
        tc_str_add_byte(&b->log, ')');
    }
}

static double fact(const tc_alert *a, const char *name)
{
    double number = 0;
    for (size_t i = 0; i < a->baseline_count; i++)
        if (strcmp(a->baseline[i].name, name) == 0 &&
            !tc_slice_to_double(a->baseline[i].text, &number))
            number = -1;
    return number;
}

static void note_transition(tc_incident_bench *b, const tc_alert *a)
{
    memcpy(b->last_incident, a->id, sizeof(b->last_incident));
    b->mailboxes = a->mailbox_count;
    b->sources = a->source_count;
    b->guests = a->guest_count;
    b->first_access = a->mailbox_count ? a->mailboxes[0].first_access : TC_TIME_NONE;
    b->start = a->start;
    b->end = a->end;
    b->degraded = a->degraded;
    tc_slice_to_cstr(a->message, b->message, sizeof(b->message));
    b->count = fact(a, "count");
    b->all_mailboxes = fact(a, "mailboxes");
    if (a->transition != TC_TRANSITION_FINAL) b->told_mailboxes += a->mailbox_count;
}

static TC_STATUS tell(void *context, const tc_alert *a)
{
    tc_incident_bench *b = context;
    bool alert = a->transition == TC_TRANSITION_NONE;
    tc_str_addf(&b->log, "%s %s %zu/%zu", alert ? "alert" : tc_transition_name(a->transition),
                tc_level_name(a->level), a->mailbox_count, a->source_count);
    if (!b->quiet) write_members(b, a);
    tc_str_add_byte(&b->log, '\n');
    if (a->transition != TC_TRANSITION_NONE) note_transition(b, a);
    return tc_str_status(&b->log);
}

static tc_slice label(void *context, uint32_t entity)
{
    const tc_incident_bench *b = context;
    if (entity >= TC_COUNT_OF(b->renamed) || b->renamed[entity] == NULL) return TC_EMPTY_SLICE;
    return tc_slice_of(b->renamed[entity]);
}

static void pin(void *context, uint32_t entity)
{
    tc_incident_bench *b = context;
    if (entity < TC_COUNT_OF(b->pinned)) b->pinned[entity]++;
}

bool tc_bench_start(tc_incident_bench *b, size_t state_bytes)
{
    static const tc_slice vips[] = {{(const uint8_t *)"nobody", 6},
                                    {(const uint8_t *)"minister", 8}};
    *b = (tc_incident_bench){0};
    const tc_incident_options options = {.open_level = TC_LEVEL_LOW,
                                         .since = TC_TIME_NONE,
                                         .state_bytes = state_bytes,
                                         .label = label,
                                         .pin = pin,
                                         .vips = vips,
                                         .vip_count = TC_COUNT_OF(vips),
                                         .context = b};
    b->all = tc_incidents_new(&options);
    b->sink = (tc_alert_sink){b, tell};
    tc_str_init(&b->log, LOG_MAX);
    return b->all != NULL;
}

void tc_bench_stop(tc_incident_bench *b)
{
    tc_incidents_free(b->all);
    tc_str_done(&b->log);
}

tc_subject tc_bench_subject(const char *mailbox, const char *ip)
{
    tc_subject s = {.agent = TC_LIT("X"), .country = TC_LIT("CN")};
    if (mailbox != NULL) s.mailbox = tc_slice_of(mailbox);
    if (ip == NULL) return s;
    TC_ASSERT(tc_ip_parse(tc_slice_of(ip), &s.ip));
    s.remote = s.novel = true;
    return s;
}

static tc_evidence evidence_at(tc_incident_bench *b, tc_time time)
{
    return (tc_evidence){{.time = time, .position = b->position++}, {0, 4, 10, 2}, TC_LIT("line")};
}

TC_STATUS tc_bench_session_of(tc_incident_bench *b, tc_time time, const tc_subject *subject)
{
    tc_evidence e = evidence_at(b, time);
    return tc_incidents_session(b->all, subject, &e);
}

void tc_bench_session(tc_incident_bench *b, tc_time time, const char *mailbox, const char *ip)
{
    tc_subject s = tc_bench_subject(mailbox, ip);
    TC_ASSERT(!tc_failed(tc_bench_session_of(b, time, &s)));
}

tc_finding tc_bench_finding(const tc_rule *rule, tc_time time, tc_slice entity,
                            const tc_subject *subject)
{
    return (tc_finding){.rule = rule,
                        .order = {.time = time},
                        .start = time,
                        .entity = entity,
                        .subjects = subject,
                        .subject_count = subject != NULL,
                        .count = 1};
}

TC_STATUS tc_bench_tell(tc_incident_bench *b, const tc_finding *finding)
{
    TC_TRY(tc_incidents_find(b->all, finding, &b->sink));
    return tc_incidents_advance(b->all, TC_TIME_MAX, &b->sink);
}

TC_STATUS tc_bench_go_on(tc_incident_bench *b, const tc_finding *finding)
{
    TC_TRY(tc_incidents_continue(b->all, finding, &b->sink));
    return tc_incidents_advance(b->all, TC_TIME_MAX, &b->sink);
}

void tc_bench_find(tc_incident_bench *b, const tc_rule *rule, tc_time time, const char *mailbox,
                   const char *ip)
{
    tc_subject s = tc_bench_subject(mailbox, ip);
    s.newcomer = b->newcomers;
    tc_evidence e = evidence_at(b, time);
    tc_finding f = tc_bench_finding(rule, time, s.mailbox, &s);
    f.order = e.order;
    f.evidence = &e;
    f.evidence_count = 1;
    TC_ASSERT(!tc_failed(tc_bench_tell(b, &f)));
}

void tc_bench_finish(tc_incident_bench *b)
{
    TC_ASSERT(!tc_failed(tc_incidents_finish(b->all, &b->sink)));
}

size_t tc_bench_count(const tc_incident_bench *b, const char *text)
{
    size_t n = 0;
    tc_slice rest = tc_str_view(&b->log);
    for (size_t at; (at = tc_slice_search(rest, tc_slice_of(text))) != TC_NPOS; n++)
        rest = tc_slice_sub(rest, at + 1, rest.len);
    return n;
}
