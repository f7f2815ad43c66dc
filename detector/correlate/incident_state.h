/*
 * incident_state: what the parts of the incident module share. Internal to incident*.c.
 *
 * Texts are interned in incidents->texts and referred to by number. Victims and sources are lists
 * in order of first sight; an incident that was merged away keeps only its id and a pointer to the
 * elder.
 */
#ifndef TC_CORRELATE_INCIDENT_STATE_H
#define TC_CORRELATE_INCIDENT_STATE_H

#include "detector/correlate/incident.h"
#include "parsers/base/arena.h"
#include "parsers/base/intern.h"
#include "parsers/base/map.h"
#include "parsers/base/str.h"

#define POOL_MAX 65536
#define EVIDENCE_KEPT 5
#define MEMBERS_MAX 20000 /* victims or sources of one incident */
#define FORMER_MAX 64
#define RULES_MAX 64

typedef struct victim {
    uint32_t mailbox;
    uint32_t language, previous;
    tc_time switched;
    tc_time first, last; /* sessions from the incident's sources */
    uint32_t sessions;
} victim;

typedef struct origin {
    tc_ip ip;
    uint32_t country, as_org, agent;
    uint32_t asn;
    uint32_t mailboxes;
    tc_time first, last;
} origin;

typedef struct kept_evidence {
    tc_locator at;
    tc_time time;
    uint32_t text;
} kept_evidence;

/* A session that was new to its mailbox, kept in case an incident turns out to own it. */
typedef struct pooled_session {
    uint32_t mailbox, country, as_org, agent;
    uint32_t asn;
    tc_ip ip;
    tc_time time;
    bool taken;
} pooled_session;

typedef struct incident {
    size_t number; /* place in the list, from 1 */
    char id[33];
    tc_level level;
    uint8_t confidence;
    uint32_t confidence_why;
    tc_time first, last; /* of findings and sessions */
    tc_time told;        /* event time of the last transition */
    size_t alerts;
    size_t victims_told;
    const tc_rule *rules[RULES_MAX]; /* distinct, in order of first sight */
    size_t rule_count;
    const tc_rule *lead; /* the gravest rule, earliest on a tie */
    double lead_count;
    victim *victims;
    size_t victim_count, victim_capacity;
    origin *origins;
    size_t origin_count, origin_capacity;
    uint32_t actor;
    kept_evidence evidence[EVIDENCE_KEPT];
    size_t evidence_count;
    char former[FORMER_MAX][33];
    size_t former_count;
    struct incident *merged_into;
    bool degraded, historic;
} incident;

struct tc_incidents {
    tc_incident_options options;
    tc_arena *arena;
    tc_intern *texts;
    incident **list; /* in order of opening */
    size_t count, capacity;
    tc_map *keys;         /* "m" mailbox, "a" actor, "i" address -> incident number + 1 */
    tc_map *told;         /* rule and entity of single matches -> time of the last alert + 1 */
    pooled_session *pool; /* ring */
    size_t pool_first, pool_count;
};

/* incident_members.c */
victim *tc_incident_victim(tc_incidents *all, incident *in, uint32_t mailbox);
origin *tc_incident_origin(tc_incidents *all, incident *in, const tc_subject *subject);
void tc_incident_note_session(tc_incidents *all, incident *in, const pooled_session *s);
/* Takes from the pool what belongs to the incident, until nothing more does. */
void tc_incident_absorb(tc_incidents *all, incident *in);
incident *tc_incident_of_key(tc_incidents *all, char kind, tc_slice key);
void tc_incident_own_key(tc_incidents *all, incident *in, char kind, tc_slice key);
uint32_t tc_incident_text(tc_incidents *all, tc_slice text);
tc_slice tc_incident_text_of(const tc_incidents *all, uint32_t id);

/* incident_story.c */
/* 32 hex digits made of rule, entity, window and completing record; `what` keeps kinds apart. */
void tc_incident_content_id(char out[33], const tc_finding *finding, const char *what);
/* Builds the alert of a finding or of an incident's state in all->arena. */
tc_status tc_incident_tell_finding(tc_incidents *all, const incident *in, const tc_finding *finding,
                                   uint8_t confidence, tc_slice why, const tc_alert_sink *sink);
tc_status tc_incident_tell(tc_incidents *all, const incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink);

#endif
