/*
 * derive: what only order and memory can tell.
 *
 * Takes the observations of all logs in total order and turns them into derived events of logsource
 * `product: tocsin`, which the second matcher judges like any other event:
 *
 *   service webmail   session_started, logon_succeeded, logon_failed, culture_requested,
 *                     session_before_failures
 *   service message   system_message (one per message and mailbox)
 *   service account   password_reset, password_changed, account_created, account_locked,
 *                     logon_failed, reset_then_access
 *   service baseline  password_change_wave (value, share, median, ratio, days),
 *                     failed_logons, failed_logons_of_all, routine_resets,
 *                     campaign (one event per stranger: campaign_score.h)
 *
 * It knows which names are one mailbox (tc_identity), which sources each mailbox has used, which
 * languages the organisation speaks, and who is changing passwords. It learns from the past only,
 * in one pass; nothing is judged by what comes later. A forms logon that no request follows within
 * ten seconds is a presumed failure, stamped with the end of that wait.
 *
 * State is bounded; what is given up is counted. One thread.
 *
 * It can be saved between two observations, and had back by a deriver that is fresh and whose
 * identity has been loaded before. Languages keep their numbers; which of them are declared is the
 * affair of the run that loads: it declares its own, and those that only the earlier run declared
 * are languages like any other from then on. Nobody is told of what a load makes. Sessions go on
 * only if their hashes are still made under the same key, which its owner keeps. Which observation
 * was the last is not kept: a file must not decide what may come, so whoever loads sees to it that
 * nothing comes that is earlier than what was told before.
 */
#ifndef TC_DERIVE_DERIVE_H
#define TC_DERIVE_DERIVE_H

#include "detector/bound.h"
#include "detector/enrich/identity.h"
#include "detector/enrich/observation.h"
#include "detector/memory/references.h"
#include "parsers/event/event.h"

/* Derived events have the order of their observation with order.sub from 1 on; a raw hit has 0. */

/* Mailboxes and accounts that are remembered at most. */
#define TC_PERSONS_MAX 262144

typedef struct tc_deriver tc_deriver;

/* So long nothing is called new: what is usual is not known yet. */
#define TC_LEARNING (7 * TC_DAY)
/* ... and nobody a stranger. */
#define TC_STRANGERS_LEARN (14 * TC_DAY)

/* A response that was declared explains what it brings with it for so long. */
#define TC_RESPONSE_LASTS (7 * TC_DAY)

typedef struct tc_derive_options {
    bool have_country; /* a geo database tells countries */
    bool have_asn;     /* ... and autonomous systems */
    int64_t
        learn_ns; /* no source is called new before so much webmail history; default TC_LEARNING */
    int64_t novelty_ns; /* a source stays new for so long; default 7 days */
    int64_t idle_ns;    /* a session ends after so much silence; default 30 minutes */
    /* Bounds; 0 = for 200,000 mailboxes. */
    size_t persons_max;  /* mailboxes and accounts remembered */
    size_t habits_max;   /* pieces of four countries, systems, networks or agents of one of them */
    size_t sessions_max; /* webmail sessions under way at once */
    size_t uses_max;     /* uses by programs that are remembered for a week */
    size_t places_max;   /* countries and systems that the organisation uses */
    size_t values_max;   /* agents, networks, systems and countries that mailboxes use */
    const tc_slice *languages; /* languages declared the organisation's own; may be empty */
    size_t language_count;
    const tc_slice *foreign; /* languages declared never the organisation's own */
    size_t foreign_count;
    const tc_slice *routine; /* accounts declared to reset passwords by trade */
    size_t routine_count;
    tc_time
        response_since; /* the organisation asked all to change their passwords; 0: it did not */
    uint32_t password_days; /* how old passwords may grow; 0: as most of them do */
} tc_derive_options;

typedef struct tc_derived {
    const tc_event *event;
    tc_order order;
    const tc_evidence *evidence;
    const tc_subject *subject;
} tc_derived;

typedef struct tc_derived_sink {
    void *context;
    TC_STATUS (*event)(void *context, const tc_derived *derived);
    /* Two mailboxes turned out to be one: `absorbed` is `root` from now on. May be NULL. */
    TC_STATUS (*united)(void *context, tc_entity root, tc_entity absorbed);
} tc_derived_sink;

/* How much could be judged, for the coverage at the end. */
typedef struct tc_derive_coverage {
    uint64_t mailboxes_seen;    /* distinct mailboxes with webmail use or messages */
    uint64_t mailboxes_joined;  /* whose webmail and mail names are known to be one */
    uint64_t mailboxes_assumed; /* of these: by equal local part only */
    uint64_t mailboxes_judged;  /* with at least three readable system messages */
    uint64_t sessions, remote_sessions, internal_sessions;
    /* Of the latter: through declared exits, and from shared addresses that nobody declared. */
    uint64_t egress_sessions, shared_sessions;
    uint64_t doubted_sessions; /* whose forwarded address no declared proxy vouches for */
    uint64_t logons_succeeded, logons_failed;
    uint64_t system_messages, unreadable_messages, blank_subjects;
    uint64_t garbled_messages; /* of which characters that tell the language are lost */
    uint64_t password_resets, password_changes;
    uint64_t routine_resets; /* of these: exempt */
    uint64_t web_records_without_address;
    uint64_t flawed[TC_NAME_FLAWS]; /* sessions and uses under what is no name, by what is wrong */
    uint32_t audit_types;           /* bit of each tc_audit_type of which there was a record */
    bool audit_off;                 /* of the whole organisation */
    bool forwarded_ignored;         /* forwarded addresses are logged, and not believed */
    uint64_t mailboxes_forgotten;   /* of those seen: at a bound */
    uint64_t unvouched_messages;    /* not known to be written by an own mailbox: not judged */
    uint64_t unproven_messages;     /* of these: in the name of a mailbox that is one of ours */
    tc_time first_web, last_web, first_message, last_message, first_account, last_account;
    /* Most webmail comes from a few addresses that are not remote: a balancer hides the clients. */
    bool nat_blind;
    tc_ip nat_address[4];
    size_t nat_address_count;
    double nat_share; /* of all sessions */
} tc_derive_coverage;

/* What audit logs leave out, of mailboxes. */
typedef enum tc_audit_lack {
    TC_LACK_OFF, /* nothing is recorded of them */
    TC_LACK_BYPASSED,
    TC_LACK_THROTTLED,
    TC_LACK_NEVER, /* people log on to them, and there is no record of what they do */
    TC_LACK_COUNT
} tc_audit_lack;

#define TC_LACK_NAMES 10
typedef struct tc_derive_audit_lack {
    uint64_t mailboxes;
    tc_slice names[TC_LACK_NAMES]; /* the first of them, in their order */
    size_t name_count;
} tc_derive_audit_lack;

typedef struct tc_derive_audit_facts {
    uint32_t types; /* bit of each tc_audit_type of which there was a record */
    bool all_off;   /* it was switched off for the whole organisation */
    bool any_kept;  /* there are records of what is done in mailboxes */
    tc_derive_audit_lack lacks[TC_LACK_COUNT];
} tc_derive_audit_facts;

/* What was usual of changes of passwords by the users themselves. */
typedef struct tc_derive_usual {
    uint32_t days, most; /* accounts on any of the days before; of no day nothing is known */
    uint64_t accounts;   /* in use; 0: not known */
} tc_derive_usual;

/* `identity` is the caller's and must outlive the deriver; what it forgets is handed on by
 * tc_deriver_forget. */
TC_STATUS tc_deriver_new(const tc_derive_options *options, tc_identity *identity,
                         const tc_names *names, tc_deriver **ret);
void tc_deriver_free(tc_deriver *deriver);

/* The next observation in total order. TC_OBS_HIT is none of its business and is ignored. */
TC_STATUS tc_deriver_observe(tc_deriver *deriver, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink);
/* Nothing before `watermark` will come: waits that have ended are decided. */
TC_STATUS tc_deriver_advance(tc_deriver *deriver, tc_time watermark, const tc_derived_sink *sink);
/* Another log knows more of the logon of that time; false if it does not wait any more. */
bool tc_deriver_amend(tc_deriver *deriver, const tc_observation *o, tc_slice heap, tc_time time);
/* Whether something should have been decided before `watermark`: never, but in state that nobody
 * honest has saved. */
bool tc_deriver_overdue(const tc_deriver *deriver, tc_time watermark);
/* Two entities have become one otherwise than by an observation (--accounts): so do their persons.
 */
void tc_deriver_unite(tc_deriver *deriver, tc_entity root, tc_entity absorbed);
/* Something was found about the entity's mailbox: what is withheld of it waits on. */
void tc_deriver_found(tc_deriver *deriver, tc_entity entity, tc_time now);
/* People have looked: what was found of the mailbox is an intruder's, so nothing that is withheld
 * of it is ever learned; or it is the owner's, and it is learned with the next observation. */
void tc_deriver_confirm(tc_deriver *deriver, tc_entity entity, tc_time now);
void tc_deriver_clear(tc_deriver *deriver, tc_entity entity);
/* The organisation asks all to change their passwords from then on. */
void tc_deriver_declare_response(tc_deriver *deriver, tc_time since);
/* Identity forgets that entity. */
void tc_deriver_forget(tc_deriver *deriver, tc_entity root);
/* Walks all mailboxes. */
void tc_deriver_coverage(const tc_deriver *deriver, tc_derive_coverage *ret);
/* What audit logs leave out: walks all mailboxes. Names live in the arena. */
TC_STATUS tc_deriver_audit(const tc_deriver *deriver, tc_arena *arena, tc_derive_audit_facts *ret);
/* A person who knows says that the mailbox is not audited, before anything is read. */
void tc_deriver_unaudited(tc_deriver *deriver, tc_entity root);
/* How many mailboxes are known by webmail or mail, and of how many both names are: a running count
 * of what tc_deriver_coverage counts exactly. */
void tc_deriver_joined(const tc_deriver *deriver, uint64_t *ret_seen, uint64_t *ret_joined);
/* How many mailboxes use a client agent, or the network of an address, in ordinary life.
 * *ret_crowd: people come to the network with devices of their own. */
uint32_t tc_deriver_agent_users(const tc_deriver *deriver, tc_slice agent);
uint32_t tc_deriver_network_users(const tc_deriver *deriver, tc_ip ip, bool *ret_crowd);
/* What was usual before; and who changed a password within the last 24 hours, the eldest change
 * first and somebody for each of his, at most `max`: how many were written. */
size_t tc_deriver_changers(const tc_deriver *deriver, tc_entity *out, size_t max,
                           tc_derive_usual *ret);
void tc_deriver_bounds(const tc_deriver *deriver, tc_bounds *bounds);
/* With all that it has: people, sessions, logons, familiars. */
void tc_deriver_visit(tc_deriver *deriver, tc_visit *visit, tc_references *references);

#endif
