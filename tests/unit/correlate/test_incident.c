#include "detector/correlate/incident.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

/* Rules made by hand, findings told one by one, transitions kept as lines of text. */
typedef struct bench {
    tc_incidents *all;
    tc_alert_sink sink;
    tc_str log;
    uint64_t position;
    char last_incident[33];
    size_t mailboxes, sources;
    tc_time first_access;
} bench;

static tc_rule rule_of(const char *name, tc_level level, tc_rule_kind kind)
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

static tc_status keep(void *context, const tc_alert *a)
{
    bench *b = context;
    tc_str_addf(&b->log, "%s %s %zu/%zu\n", tc_transition_name(a->transition),
                tc_level_name(a->level), a->mailbox_count, a->source_count);
    if (a->transition != TC_TRANSITION_NONE) {
        memcpy(b->last_incident, a->id, sizeof(b->last_incident));
        b->mailboxes = a->mailbox_count;
        b->sources = a->source_count;
        b->first_access = a->mailbox_count ? a->mailboxes[0].first_access : TC_TIME_NONE;
    }
    return TC_SUCCESS;
}

static void start(bench *b)
{
    tc_incident_options options = {.open_level = TC_LEVEL_LOW, .since = TC_TIME_NONE};
    memset(b, 0, sizeof(*b));
    b->all = tc_incidents_new(&options);
    b->sink = (tc_alert_sink){b, keep};
    tc_str_init(&b->log, 1 << 20);
    cr_assert_not_null(b->all);
}

static void stop(bench *b)
{
    tc_incidents_free(b->all);
    tc_str_done(&b->log);
}

static tc_subject subject_of(const char *mailbox, const char *ip)
{
    tc_subject s = {.mailbox = tc_slice_of(mailbox), .agent = TC_LIT("X"), .country = TC_LIT("CN")};
    if (ip != NULL) {
        cr_assert(tc_ip_parse(tc_slice_of(ip), &s.ip));
        s.remote = s.novel = true;
    }
    return s;
}

static tc_evidence evidence_at(bench *b, tc_time time)
{
    return (tc_evidence){{.time = time, .position = b->position++}, {0, 4, 10, 2}, TC_LIT("line")};
}

static void session(bench *b, tc_time time, const char *mailbox, const char *ip)
{
    tc_subject s = subject_of(mailbox, ip);
    tc_evidence e = evidence_at(b, time);
    cr_assert(!tc_failed(tc_incidents_session(b->all, &s, &e)));
}

static void find(bench *b, const tc_rule *rule, tc_time time, const char *mailbox, const char *ip)
{
    tc_subject s = subject_of(mailbox, ip);
    tc_evidence e = evidence_at(b, time);
    tc_finding f = {.rule = rule,
                    .order = e.order,
                    .start = time,
                    .entity = s.mailbox,
                    .subjects = &s,
                    .subject_count = 1,
                    .evidence = &e,
                    .evidence_count = 1,
                    .count = 1};
    cr_assert(!tc_failed(tc_incidents_find(b->all, &f, &b->sink)));
}

static size_t count(bench *b, const char *text)
{
    size_t n = 0;
    tc_slice rest = tc_str_view(&b->log);
    for (size_t at; (at = tc_slice_search(rest, tc_slice_of(text))) != TC_NPOS; n++)
        rest = tc_slice_sub(rest, at + 1, rest.len);
    return n;
}

Test(incident, findings_of_one_mailbox_are_one_incident_and_raise_it)
{
    bench b;
    tc_rule low = rule_of("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    tc_rule high = rule_of("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &low, TC_DAY, "a@x", NULL);
    find(&b, &high, 2 * TC_DAY, "a@x", NULL);
    cr_assert_eq(count(&b, "opened low"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "raised high"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    stop(&b);
}

Test(incident, informational_findings_are_told_but_join_nothing)
{
    bench b;
    tc_rule note = rule_of("note", TC_LEVEL_INFORMATIONAL, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &note, TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_INFORMATIONAL), 0);
    cr_assert_eq(count(&b, "informational"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, earlier_sessions_from_its_source_bring_their_mailboxes)
{
    bench b;
    tc_rule critical = rule_of("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    session(&b, TC_DAY, "a@x", "192.0.2.1");
    session(&b, TC_DAY + TC_HOUR, "b@x", "192.0.2.1");
    session(&b, TC_DAY + 2 * TC_HOUR, "c@x", "198.51.100.7");
    find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(b.sources, 1);
    cr_assert_eq(b.first_access, TC_DAY);
    stop(&b);
}

Test(incident, later_sessions_from_its_source_bring_their_mailboxes)
{
    bench b;
    tc_rule critical = rule_of("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    session(&b, 3 * TC_DAY, "d@x", "192.0.2.1");
    cr_assert(!tc_failed(tc_incidents_finish(b.all, &b.sink)));
    cr_assert_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, another_source_of_a_victim_counts_when_it_looks_alike)
{
    bench b;
    tc_rule critical = rule_of("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    session(&b, 3 * TC_DAY, "a@x", "203.0.113.9");
    tc_subject home = subject_of("a@x", "198.51.100.3");
    home.country = TC_LIT("BE");
    home.agent = TC_LIT("usual");
    tc_evidence e = evidence_at(&b, 4 * TC_DAY);
    cr_assert(!tc_failed(tc_incidents_session(b.all, &home, &e)));
    cr_assert(!tc_failed(tc_incidents_finish(b.all, &b.sink)));
    cr_assert_eq(b.sources, 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, a_finding_that_shares_keys_with_two_incidents_merges_them)
{
    bench b;
    tc_rule medium = rule_of("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &medium, TC_DAY, "a@x", NULL);
    find(&b, &medium, 2 * TC_DAY, "b@x", "192.0.2.1");
    find(&b, &medium, 3 * TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(count(&b, "merged"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    cr_assert(!tc_failed(tc_incidents_finish(b.all, &b.sink)));
    cr_assert_eq(count(&b, "final medium 2/1"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, what_is_two_weeks_apart_stays_apart)
{
    bench b;
    tc_rule medium = rule_of("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    find(&b, &medium, TC_DAY, "a@x", NULL);
    find(&b, &medium, 16 * TC_DAY, "a@x", NULL);
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, a_single_match_about_one_entity_is_told_once_a_day)
{
    bench b;
    tc_rule single = rule_of("single", TC_LEVEL_MEDIUM, TC_RULE_DETECTION);
    start(&b);
    find(&b, &single, TC_DAY, "a@x", NULL);
    find(&b, &single, TC_DAY + TC_HOUR, "a@x", NULL);
    find(&b, &single, TC_DAY + TC_HOUR, "b@x", NULL);
    find(&b, &single, 2 * TC_DAY + TC_HOUR, "a@x", NULL);
    cr_assert_eq(count(&b, "medium 1/0"), 5, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(incident, ids_are_made_of_content)
{
    bench b, c;
    tc_rule high = rule_of("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    start(&c);
    find(&b, &high, TC_DAY, "a@x", NULL);
    find(&c, &high, TC_DAY, "a@x", NULL);
    cr_assert_str_eq(b.last_incident, c.last_incident);
    find(&c, &high, TC_DAY, "b@x", NULL);
    cr_assert_str_neq(b.last_incident, c.last_incident);
    stop(&b);
    stop(&c);
}
