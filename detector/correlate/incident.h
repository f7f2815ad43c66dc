/*
 * incident: findings that belong together, told as one story.
 *
 * A finding is a reported match or firing of a rule. It is told as an alert at once and joins the
 * incident that shares a strong key with it: a mailbox, a remote source that is new to its mailbox,
 * or an acting account, within the merge window. A finding that shares keys with several open
 * incidents merges them into the eldest. Besides, every webmail session is shown to this module: a
 * session from an incident's source adds its mailbox to the incident, and a session of an
 * incident's mailbox from a source that looks like the incident's sources (same country, system,
 * network or agent, and new to the mailbox) adds that source, also when it came before the finding
 * (kept for the merge window).
 *
 * Ids are made of content. Everything kept is bounded and copied. One thread, total order.
 */
#ifndef TC_CORRELATE_INCIDENT_H
#define TC_CORRELATE_INCIDENT_H

#include "detector/alert.h"
#include "detector/sigma/rule.h"

typedef struct tc_incidents tc_incidents;

typedef struct tc_finding {
    const tc_rule *rule;
    tc_order order;
    tc_time start;
    tc_slice entity; /* group-by values joined, or what a single match is about */
    const tc_subject *subjects;
    size_t subject_count;
    const tc_evidence *evidence;
    size_t evidence_count;
    double count;
    tc_slice value, previous;
    bool degraded;
} tc_finding;

/* What weighs on the confidence of everything found in this run; empty texts = nothing does. */
typedef struct tc_doubt {
    uint8_t minus; /* taken off the rule's confidence */
    tc_slice why;  /* one clause: "no geo database: novelty by network and agent" */
} tc_doubt;

typedef struct tc_incident_options {
    int64_t merge_ns;    /* default 14 days */
    tc_level open_level; /* findings below it are told but belong to no incident */
    tc_level tell_level; /* findings below it and below open_level are not even put into words */
    tc_time since;       /* findings before it are historic; TC_TIME_NONE = none */
    size_t state_bytes;
    /* The display path of a source index. */
    tc_slice (*source_path)(void *context, uint32_t source);
    /* Doubts about joins and novelty at this moment; writes at most `max`, returns how many. */
    size_t (*doubts)(void *context, const tc_finding *finding, tc_doubt *out, size_t max);
    void *context;
} tc_incident_options;

typedef struct tc_alert_sink {
    void *context;
    /* The alert lives during the call. */
    tc_status (*alert)(void *context, const tc_alert *alert);
} tc_alert_sink;

tc_incidents *tc_incidents_new(const tc_incident_options *options) TC_MUST_USE;
void tc_incidents_free(tc_incidents *incidents);

/* A webmail session that has just begun. */
void tc_incidents_session(tc_incidents *incidents, const tc_subject *subject,
                          const tc_evidence *evidence);
tc_status tc_incidents_find(tc_incidents *incidents, const tc_finding *finding,
                            const tc_alert_sink *sink) TC_MUST_USE;
/* The final state of every incident, the gravest first, then by time. */
tc_status tc_incidents_finish(tc_incidents *incidents, const tc_alert_sink *sink) TC_MUST_USE;
size_t tc_incidents_count(const tc_incidents *incidents, tc_level at_least);

#endif
