/*
 * incident_bench: an incident module, rules made by hand, and what it told, for unit tests.
 *
 * Every alert is a line of text with all that tests compare: transition, level, members, counts,
 * times, names and sources in their order. The bench names entities as its test says.
 */
#ifndef TC_TEST_INCIDENT_BENCH_H
#define TC_TEST_INCIDENT_BENCH_H

#include "detector/incident/incident.h"
#include "parsers/base/str.h"

typedef struct tc_incident_bench {
    tc_incidents *all;
    tc_alert_sink sink;
    tc_str log;
    uint64_t position;
    bool quiet;             /* names and sources are not written */
    char last_incident[33]; /* of the last transition, as all below */
    size_t mailboxes, sources, guests;
    tc_time first_access, start, end;
    bool degraded;
    char message[160];      /* as far as it fits */
    double count;           /* its fact "count" */
    double all_mailboxes;   /* its fact "mailboxes" */
    size_t told_mailboxes;  /* summed over all transitions but the final ones */
    const char *renamed[8]; /* by entity: the best name now */
    bool newcomers;         /* the mailboxes of findings may be invented */
    uint32_t pinned[8];     /* how often an entity below 8 was pinned */
} tc_incident_bench;

tc_rule tc_bench_rule(const char *name, tc_level level, tc_rule_kind kind);
/* `state_bytes` 0 = the default. False without memory. The mailbox "minister" weighs more. */
bool tc_bench_start(tc_incident_bench *bench, size_t state_bytes);
void tc_bench_stop(tc_incident_bench *bench);

/* From `ip`, remote and new to the mailbox; without one (NULL) nothing is known of a source. */
tc_subject tc_bench_subject(const char *mailbox, const char *ip);
TC_STATUS tc_bench_session_of(tc_incident_bench *bench, tc_time time, const tc_subject *subject);
void tc_bench_session(tc_incident_bench *bench, tc_time time, const char *mailbox, const char *ip);
tc_finding tc_bench_finding(const tc_rule *rule, tc_time time, tc_slice entity,
                            const tc_subject *subject);
/* The finding or further hit, and the end of its moment. */
TC_STATUS tc_bench_tell(tc_incident_bench *bench, const tc_finding *finding);
TC_STATUS tc_bench_go_on(tc_incident_bench *bench, const tc_finding *finding);
/* A finding about one mailbox, or (NULL) about nobody. */
void tc_bench_find(tc_incident_bench *bench, const tc_rule *rule, tc_time time, const char *mailbox,
                   const char *ip);
void tc_bench_finish(tc_incident_bench *bench);
/* How often the text stands in what was told. */
size_t tc_bench_count(const tc_incident_bench *bench, const char *text);

#endif
