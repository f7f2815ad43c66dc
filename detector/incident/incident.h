/*
 * incident: findings that belong together, told as one story.
 *
 * A finding is a reported match or firing of a rule. It is told as an alert at once and joins the
 * incident that shares a key with it within the merge window: a mailbox, a remote source that is
 * new to its mailbox, an acting account, a foreign language; incident_gate.c says when a key is
 * enough. A finding that leads to several open incidents merges them into the eldest. Besides,
 * every webmail session is shown to this module: a session from an incident's source adds its
 * mailbox to the incident, and a session of an incident's mailbox from a source that looks like the
 * incident's sources adds that source, also when it came before the finding (kept for the merge
 * window). What the organisation uses in ordinary life is learned from the other sessions, and is
 * no likeness.
 *
 * What is told once goes on: further hits of an open episode (tc_incidents_continue), and single
 * matches that are not told again, are taken into the incident that their alert belongs to. The
 * alert keeps its id; the incident's figures become the episode's. A match about nobody (a measure
 * of the whole organisation) is one episode for as long as it comes again within a day; its largest
 * figure is told, and it lasts until it has fallen below half of that.
 *
 * A mailbox is known by tc_subject.entity and called by the best name at the time of telling;
 * without an entity by its label. A `grown` transition carries the members that were not told yet
 * and the counts of all; `merged` likewise; every other transition carries all members. What
 * happens to an incident at one moment of event time is one transition, told when time has moved
 * on: opened before raised before grown, at the level that it has then.
 *
 * Ids are made of content. Everything kept is bounded, copied and cut to length. What could not be
 * kept marks the incident degraded and is counted (tc_incidents_bounds). One thread, total order.
 */
#ifndef TC_INCIDENT_INCIDENT_H
#define TC_INCIDENT_INCIDENT_H

#include "detector/alert.h"
#include "detector/bound.h"
#include "detector/memory/references.h"

typedef struct tc_incidents tc_incidents;

typedef struct tc_finding {
    const tc_rule *rule;
    tc_order order;
    tc_time start;
    tc_slice entity; /* group-by values joined, or what a single match is about; empty: nobody */
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

/* What was usual of a measure of the whole organisation; nothing is known of no day. */
typedef struct tc_usual {
    uint32_t days, most;
    uint64_t accounts; /* in use; 0: not known */
} tc_usual;

typedef struct tc_incident_options {
    int64_t merge_ns;    /* default 14 days */
    tc_level open_level; /* findings below it are told but belong to no incident */
    tc_level tell_level; /* findings below it and below open_level are not even put into words */
    tc_time since;       /* findings before it are historic; TC_TIME_NONE = none */
    size_t state_bytes;  /* default 48 MiB */
    /* The display path of a source index. */
    tc_slice (*source_path)(void *context, uint32_t source);
    /* What places in it are counted in: "line". NULL: lines. */
    const char *(*source_unit)(void *context, uint32_t source);
    /* Doubts about joins and novelty at this moment; writes at most `max`, returns how many. */
    size_t (*doubts)(void *context, const tc_finding *finding, tc_doubt *out, size_t max);
    /* The best name of a mailbox now (valid until the next call); empty: the label that came first
     * is told. May be NULL. */
    tc_slice (*label)(void *context, uint32_t entity);
    /* The entity that a name means now; 0: nobody's. NULL: names are told apart by their text. */
    uint32_t (*entity)(void *context, tc_slice name);
    /* How many mailboxes the organisation is known to have. NULL: not known. */
    size_t (*mailboxes)(void *context);
    /* Names of those whose mailboxes weigh more. */
    const tc_slice *vips;
    size_t vip_count;
    /* Who is counted in the wave of password changes, by entity: at most `max`, returns how many;
     * and what was usual. NULL: nobody knows. */
    size_t (*changers)(void *context, uint32_t *out, size_t max, tc_usual *ret);
    /* The mailbox has become a victim: its names must not be forgotten. May be NULL. */
    void (*pin)(void *context, uint32_t entity);
    void *context;
} tc_incident_options;

typedef struct tc_alert_sink {
    void *context;
    /* The alert lives during the call. */
    TC_STATUS (*alert)(void *context, const tc_alert *alert);
} tc_alert_sink;

tc_incidents *tc_incidents_new(const tc_incident_options *options) TC_MUST_USE;
void tc_incidents_free(tc_incidents *incidents);

/* A webmail session that has just begun; its time is evidence->order.time. TC_ENOMEM if memory was
 * lacking, and then something was not kept. */
TC_STATUS tc_incidents_session(tc_incidents *incidents, const tc_subject *subject,
                               const tc_evidence *evidence);
TC_STATUS tc_incidents_find(tc_incidents *incidents, const tc_finding *finding,
                            const tc_alert_sink *sink);
/* incident_early.c: of a finding of one record, before its turn comes; what is kept stays as it is.
 * Whether something of the rule was told lately about the same, so that it will not be. */
bool tc_incidents_has_told(const tc_incidents *incidents, const tc_finding *finding);
/* Shows the ids of the incidents that it might come to belong to. */
void tc_incidents_each_near(const tc_incidents *incidents, const tc_finding *finding,
                            void (*near)(void *context, const char id[33]), void *context);
/* Puts it into the alert that its turn will tell, but for the incident's id. */
TC_STATUS tc_incidents_tell_early(tc_incidents *incidents, const tc_finding *finding,
                                  const tc_alert_sink *sink);
/* A further hit of the episode that `finding->rule` and `finding->entity` fired for: its subjects
 * and its count so far. No alert; the incident may grow. Nothing happens if no incident is known
 * for it. */
TC_STATUS tc_incidents_continue(tc_incidents *incidents, const tc_finding *finding,
                                const tc_alert_sink *sink);
/* Nothing before `now` will come: what happened to incidents before is told, each once for a moment
 * in its gravest form. Whoever gives sessions only calls this with them; tc_incidents_find and the
 * others do so by themselves. */
TC_STATUS tc_incidents_advance(tc_incidents *incidents, tc_time now, const tc_alert_sink *sink);
/* There is data of that time; whatever it says. */
void tc_incidents_data(tc_incidents *incidents, tc_time time);
/* A record is of that time: the oldest of them tells which spans began before the data. A watermark
 * is no record: how far back the first one lies depends on the order of the files. */
void tc_incidents_began(tc_incidents *incidents, tc_time time);
/* Two entities turned out to be one person, who is called `root` from now on. */
TC_STATUS tc_incidents_unite(tc_incidents *incidents, uint32_t root, uint32_t absorbed);
/* The entity was forgotten and its number may come again for somebody else. A victim (pinned unless
 * a newcomer) stays one under the name that it had. */
void tc_incidents_forget(tc_incidents *incidents, uint32_t entity);
/* What is saved from now on counts as told, because tc_incidents_finish follows: whoever goes on
 * from it tells the final state of an incident only if that has changed. */
void tc_incidents_finals_follow(tc_incidents *incidents);
/* The final state of every incident that has changed, the gravest first, then by time. */
TC_STATUS tc_incidents_finish(tc_incidents *incidents, const tc_alert_sink *sink);
/* The state of the incident of that id as it is now, as a final one; changes nothing, and whoever
 * is told by others is told as if nobody had asked. Nothing if none of that id lives. */
TC_STATUS tc_incidents_show(tc_incidents *incidents, const char *id, const tc_alert_sink *sink);
/* The newest session, finding or other data; TC_TIME_NONE: none yet. */
tc_time tc_incidents_newest(const tc_incidents *incidents);
/* Calls for the mailboxes of it that are somebody's. */
void tc_incidents_each_mailbox(const tc_incidents *incidents, const char *id,
                               void (*mailbox)(void *context, uint32_t entity), void *context);
/* How many the last finish did not tell, because they had not changed. */
size_t tc_incidents_unchanged(const tc_incidents *incidents);
size_t tc_incidents_count(const tc_incidents *incidents, tc_level at_least);
/* A row for every bound that was reached. */
void tc_incidents_bounds(const tc_incidents *incidents, tc_bounds *ret);
/* How many members and kept sessions were looked at so far: what tests hold against the input. */
uint64_t tc_incidents_work(const tc_incidents *incidents);

/* incident_visit.c: section "incidents". Entities keep their numbers; that victims are pinned is
 * for their owner to remember. An incident stays as it was told without the rules that do not hold
 * any more, led by the gravest of those that are left; without any it is dropped. */
void tc_incidents_visit(tc_incidents *incidents, tc_visit *visit, tc_references *references);
/* How many were dropped so when this state was loaded. */
uint64_t tc_incidents_lost(const tc_incidents *incidents);

#endif
