/*
 * alert: what is told, before it is worded for anybody.
 *
 * The one type between detection and outputs: a rule's firing (type alert) or a transition of an
 * incident. All text is raw (hostile bytes included); every output escapes on its own. An alert is
 * built in an arena and lives as long as that; outputs are pure functions of it.
 */
#ifndef TC_DETECTOR_ALERT_H
#define TC_DETECTOR_ALERT_H

#include "detector/evidence.h"

typedef enum tc_level {
    TC_LEVEL_INFORMATIONAL = 0,
    TC_LEVEL_LOW,
    TC_LEVEL_MEDIUM,
    TC_LEVEL_HIGH,
    TC_LEVEL_CRITICAL,
    TC_LEVEL_COUNT
} tc_level;

typedef enum tc_transition {
    TC_TRANSITION_NONE = 0, /* an alert, not an incident */
    TC_TRANSITION_OPENED,
    TC_TRANSITION_RAISED,
    TC_TRANSITION_GROWN,
    TC_TRANSITION_MERGED,
    TC_TRANSITION_CLOSED,
    TC_TRANSITION_FINAL, /* the state at the end of a scan */
    TC_TRANSITION_COUNT
} tc_transition;

typedef struct tc_alert_source {
    tc_ip ip;
    tc_slice country;
    uint32_t asn;
    tc_slice as_org;
    tc_slice agent;
    uint32_t mailboxes; /* how many of the alert's mailboxes it touched */
    bool place;         /* people come there with devices of their own */
    uint32_t regulars;  /* to how many it is no news, as far as was kept: 3 means 3 or more */
    tc_time first, last;
} tc_alert_source;

typedef struct tc_alert_mailbox {
    tc_slice name;
    tc_time first_access; /* TC_TIME_NONE if no access from the incident's sources was seen */
    tc_time last_access;
    uint32_t sessions;
    tc_slice language; /* foreign or changed system language seen; empty if none */
    tc_slice previous;
    tc_time switched; /* time of the first message in it */
    bool joined;      /* both an access and a switch are known of it */
    bool vip;         /* the site says that it weighs more */
} tc_alert_mailbox;

typedef struct tc_alert_evidence {
    tc_slice file; /* display path, container as a.zip!b.log */
    uint64_t offset;
    const char *unit; /* what `line` counts: "line", "record"...; NULL is "line" */
    uint64_t line;
    uint32_t length;
    tc_time time;
    tc_slice text;
} tc_alert_evidence;

/* "baseline against now" as named plain numbers or texts. */
typedef struct tc_alert_fact {
    const char *name; /* snake_case */
    tc_slice text;
    bool number; /* text is a JSON number */
} tc_alert_fact;

/* A rule that an incident rests on. */
typedef struct tc_alert_rule {
    tc_slice name, message; /* raw words of the rule; the message is its title where it has none */
    tc_level level;
} tc_alert_rule;

/* What a rule counted against what it wants; of a rule that counts nothing, nothing is known. */
typedef struct tc_alert_measure {
    bool known;
    double count, wants;
    const char *relation; /* "gte", "gt", "lt", "lte", "eq", "neq" */
    int64_t within_ns;    /* 0: no span */
    tc_slice of;          /* the field whose values are counted; empty: events */
} tc_alert_measure;

/* Who is counted in a measure of the whole organisation, and what was usual before. Names are the
 * first of them that fit; how many there were is the alert's own count. */
typedef struct tc_alert_crowd {
    const tc_slice *names;
    size_t name_count;
    uint32_t days; /* that the usual figure rests on; 0: none is known */
    uint32_t most; /* on any of these days */
    uint64_t of;   /* accounts in use; 0: not known */
} tc_alert_crowd;

/* How an incident ran. The first access lies between `earliest` (the first session from one of its
 * sources) and `latest` (by then somebody was certainly in: the last session before the first
 * visible switch, or the first from a source that opened several mailboxes). */
typedef struct tc_alert_course {
    bool known; /* else nothing below is */
    tc_time earliest, latest;
    /* At the end of a scan: the newest data, and whether the last sign is less than three days
     * older. TC_TIME_NONE before. */
    tc_time until;
    bool active;
} tc_alert_course;

typedef struct tc_alert {
    tc_transition transition;
    char id[33];  /* event.id: 32 hex digits, from content */
    tc_time time; /* event time of the completing evidence */
    tc_time start, end;
    tc_time created; /* TC_TIME_NONE offline */
    tc_level level;
    uint8_t confidence;      /* 0..100 */
    tc_slice confidence_why; /* what lowers it; empty if nothing does */
    tc_slice rule_id, rule_name, rule_title, rule_version;
    tc_slice rule_message, rule_description, rule_file; /* as the rule has them */
    const tc_slice *rule_falsepositives;                /* what else its finding may be */
    size_t rule_falsepositive_count;
    const tc_alert_rule *rules; /* of an incident: all, the gravest first */
    size_t rule_count;
    tc_alert_measure measure; /* of an alert */
    tc_alert_crowd crowd;
    const tc_slice *techniques; /* ATT&CK ids, "T1078" */
    size_t technique_count;
    tc_slice message; /* the verdict in one sentence */
    tc_slice user_name, user_email;
    const tc_alert_mailbox *mailboxes;
    size_t mailbox_count;
    const tc_slice *guests; /* of an incident: at its sources too, and at home there most likely */
    size_t guest_count;
    const tc_slice *related_users;
    size_t related_user_count;
    const tc_alert_source *sources;
    size_t source_count;
    const tc_alert_fact *baseline;
    size_t baseline_count;
    const tc_alert_evidence *evidence; /* at most five */
    size_t evidence_count;
    const tc_slice *next; /* steps, numbered by the output */
    size_t next_count;
    char incident_id[33]; /* empty if none */
    char merged_into[33];
    const char (*former_ids)[33];
    size_t former_id_count;
    tc_alert_course course;
    size_t alert_count; /* of an incident: how many alerts it holds */
    bool historic;      /* older than --since: context only */
    bool degraded;      /* state was evicted: counts may be low */
    /* What was counted within a span began before the first record: counts may be low. */
    bool incomplete_window;
} tc_alert;

const char *tc_level_name(tc_level level);
/* "high" in any ASCII case; false if it is no level. */
bool tc_level_parse(tc_slice s, tc_level *ret);
/* "high" from 80 of 100 on, "medium" from 50, else "low". */
const char *tc_confidence_word(uint8_t confidence);
/* event.severity: 1, 21, 47, 73, 99 as Elastic maps them; syslog severity 6, 5, 4, 3, 2. */
int tc_level_severity(tc_level level);
int tc_level_syslog(tc_level level);
const char *tc_transition_name(tc_transition transition);

#endif
