/*
 * derive_state: what the parts of the deriver share. Internal to derive*.c.
 *
 * What is remembered of mailboxes lies in people, of sessions in sessions, of logons under way in
 * logons, of the organisation's habits in familiar; each has a bound of its own, because different
 * people choose what fills it. No text that a client chooses is kept here.
 */
#ifndef TC_DERIVE_DERIVE_STATE_H
#define TC_DERIVE_DERIVE_STATE_H

#include "detector/derive/campaign_score.h"
#include "detector/derive/cultures.h"
#include "detector/derive/derive.h"
#include "detector/derive/doors.h"
#include "detector/derive/familiar.h"
#include "detector/derive/logons.h"
#include "detector/derive/past_counts.h"
#include "detector/derive/people.h"
#include "detector/derive/rates.h"
#include "detector/derive/refusals.h"
#include "detector/derive/resets.h"
#include "detector/derive/resetters.h"
#include "detector/derive/routines.h"
#include "detector/derive/sessions.h"
#include "detector/derive/silences.h"
#include "detector/derive/sprays.h"
#include "detector/derive/visits.h"
#include "detector/derive/wire_deeds.h"
#include "detector/derive/withheld.h"
#include "detector/memory/keymap.h"
#include "parsers/base/hash.h"

#define RECENT_MESSAGES 65536
#define NAME_CACHE 65536

/* A written name that was looked up lately. */
typedef struct cached_name {
    uint64_t hash;
    uint32_t name, serial;
} cached_name;

/* A system message that was counted: another server logs it again, seldom hours later. */
#define MESSAGE_LOGGED_AGAIN TC_DAY
typedef struct recent_message {
    uint64_t hash; /* of message id and mailbox */
    tc_time time;
} recent_message;

#define LANGUAGE_TEXT 24
typedef struct language_use {
    char text[LANGUAGE_TEXT];
    uint32_t mailboxes; /* that have a vote for it: see derive_vocabulary.c */
    bool declared;      /* the organisation's own */
    bool refused;       /* declared never to be */
} language_use;

#define LANGUAGE_USES 255 /* numbered from 1 in a byte */
#define NAT_ADDRESSES 64
#define NAT_MAILBOXES 64

typedef struct nat_candidate {
    tc_ip ip;
    uint64_t sessions;
    uint64_t mailboxes[NAT_MAILBOXES]; /* content keys of the first distinct ones */
    uint32_t mailbox_count;
} nat_candidate;

#define WAVE_DAYS 64
#define WAVE_AGES 400
#define CHANGES_MAX 262144
typedef struct change {
    tc_time time;
    uint64_t key; /* the person's */
    tc_entity target;
    bool entered;   /* within a day of a session from a new source */
    bool off_hours; /* when the organisation hardly works */
    bool aged;      /* it is known since when the password was the old one */
    bool expired;   /* ... and that is as long as passwords live */
} change;

/* Password changes of the last 24 hours and how many there were on the days before. */
typedef struct wave {
    change *changes; /* ring */
    size_t capacity, first, count;
    uint64_t changers;                          /* distinct targets among `changes` */
    uint64_t entered, off_hours, aged, expired; /* so many of `changes` are */
    uint32_t ages[WAVE_AGES];                   /* passwords that were changed after so many days */
    uint64_t hours[24];                         /* sessions by hour of the day */
    tc_past_counts history;                     /* distinct changers by the day */
    bool suspect;                               /* the present day's looked like an attack */
    uint64_t given_up;
} wave;

struct tc_deriver {
    tc_derive_options options;
    tc_identity *identity;
    tc_people *people;
    tc_sessions *sessions;
    tc_sessions *programs; /* their uses that were told already in this period */
    tc_familiars *familiars;
    tc_habits *habits;
    tc_familiars *crowds; /* networks -> families of agents that people have come with */
    tc_strangers *strangers;
    tc_logons *logons;
    tc_refusals *refusals;
    tc_twins *tries; /* refused logons in logs of several kinds */
    tc_sprays *sprays;
    tc_resets *resets;
    tc_routines *routines;
    tc_resetters *resetters;
    tc_wire_deeds *wire_deeds;
    tc_doors *doors;
    tc_visits *visits;
    tc_cultures *cultures;
    tc_rates *rates;
    tc_silences *silences;
    tc_withheld *withheld;
    tc_schemas *schemas;
    const tc_schema *webmail, *message, *account, *baseline;
    tc_arena *arena;
    tc_overlay overlay;
    tc_order last;    /* of the last observation, or of what had waited: order is checked */
    uint32_t emitted; /* derived events of this observation so far */

    cached_name *names;
    tc_hash_key key; /* of the cache */

    recent_message *recent; /* ring */
    size_t recent_at, recent_count;
    uint64_t recent_given_up;
    tc_keymap recent_index;

    language_use uses[LANGUAGE_USES];
    size_t use_count;
    uint64_t speakers; /* mailboxes with a vote for any language */
    uint64_t languages_refused;
    uint64_t declared_refused; /* of these: languages that this run declares */

    nat_candidate nat[NAT_ADDRESSES];
    size_t nat_count;

    wave wave;
    uint64_t active_accounts;
    uint64_t seen, joined; /* mailboxes; see tc_deriver_joined */

    tc_derive_coverage coverage;
};

/* derive_names.c, derive_census.c, derive_event.c: services to the parts. */
/* The number of a written name, made when new; 0 if it is no name or cannot be kept. */
uint32_t tc_derive_name(tc_deriver *d, tc_slice written);
/* The root of a written name, made when new; 0 if it is no name or cannot be kept. */
tc_entity tc_derive_entity(tc_deriver *d, tc_slice written);
/* The same, never made: names that somebody only tried to log on with. */
tc_entity tc_derive_entity_known(tc_deriver *d, tc_slice written);
/* The person has just used webmail or sent mail. */
void tc_derive_count_joined(tc_deriver *d, tc_person *p);
/* A number as text that lives until the event was handed over. */
void tc_derive_number(tc_deriver *d, tc_field field, double number);
/* A cleared overlay for the next event. */
tc_overlay *tc_derive_overlay(tc_deriver *d);
/* Hands an event over. `order` NULL = that of the present observation. */
TC_STATUS tc_derive_emit(tc_deriver *d, const tc_schema *schema, const tc_order *order,
                         const tc_evidence *evidence, const tc_subject *subject,
                         const tc_derived_sink *sink);
/* The evidence of an observation; text lives in its heap. */
tc_evidence tc_derive_evidence(const tc_observation *o, tc_slice heap);
/* The person's account is in use. */
void tc_derive_active(tc_deriver *d, tc_person *p);
/* The person is counted nowhere any more. */
void tc_derive_uncount(tc_deriver *d, const tc_person *p);
/* Counts anew what is counted of persons; their languages must be in the list. */
void tc_derive_recount(tc_deriver *d);

/* The parts. */
TC_STATUS tc_derive_web(tc_deriver *d, const tc_observation *o, tc_slice heap,
                        const tc_derived_sink *sink);
TC_STATUS tc_derive_logon(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_derived_sink *sink);
TC_STATUS tc_derive_logons_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink);
/* A logon that failed, as an event and as a figure. */
typedef struct tc_failed_logon {
    const tc_observation *o; /* where it came from */
    tc_slice heap;
    tc_slice user, agent, host; /* as typed; may be empty */
    tc_order passed;            /* of the event, where time decided; else time is TC_TIME_NONE */
    tc_evidence evidence;
} tc_failed_logon;
TC_STATUS tc_derive_logon_failed(tc_deriver *d, tc_failed_logon *f, const tc_schema *schema,
                                 const tc_derived_sink *sink);
/* A domain controller has refused a logon: told when nobody told who had been asked. */
TC_STATUS tc_derive_refusal(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
/* Decides all that has waited until before `time`. */
TC_STATUS tc_derive_passed_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink);
/* Decides the requests for a language, and the logons, that have waited until before `time`. */
TC_STATUS tc_derive_cultures_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink);
/* Whether a log of another kind has told of the same try; told of by that one (tc_twin_log). */
bool tc_derive_is_told(tc_deriver *d, const tc_failed_logon *f, uint8_t log);
tc_failed_logon tc_derive_failure_of(const tc_observation *o, tc_slice heap, tc_slice user);
/* Tells it, whatever other logs have told. */
TC_STATUS tc_derive_logon_told(tc_deriver *d, tc_failed_logon *f, const tc_schema *schema,
                               const tc_derived_sink *sink);
/* A record that says itself that a logon was refused. */
TC_STATUS tc_derive_logon_refused(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  tc_slice user, const tc_schema *schema,
                                  const tc_derived_sink *sink);
/* One name under all its spellings, 0 for none; of a name that is no mailbox's the part before the
 * sign. *ret_mailbox: of a mailbox the same, else 0. */
uint64_t tc_derive_who(tc_deriver *d, tc_slice written, uint64_t *ret_mailbox);
/* Notes the failure, and tells what is common to it and others. */
TC_STATUS tc_derive_spray_failed(tc_deriver *d, tc_failed_logon *f, const tc_derived_sink *sink);
/* Sets the fields that tell what failed where a session of the person comes from, and notes the
 * session; `novel`: its source is new to the person. How many logons failed from its address within
 * a day. */
uint32_t tc_derive_spray_session(tc_deriver *d, const tc_observation *o, tc_slice agent,
                                 const tc_person *p, bool novel);
/* Sets those fields of a logon that names nobody, without noting it. */
void tc_derive_spray_before(tc_deriver *d, const tc_observation *o, tc_slice agent);
/* Notes a use that is not told. */
void tc_derive_spray_use(tc_deriver *d, const tc_observation *o, tc_slice agent,
                         const tc_person *p);
TC_STATUS tc_derive_culture(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
/* Withholds what a mailbox shows from what is learned of it, or of all. */
void tc_derive_withhold(tc_deriver *d, tc_withheld_kind kind, const tc_person *p, uint64_t what,
                        uint32_t detail, tc_time now);
/* Learns what was withheld for long enough. */
void tc_derive_withheld_until(tc_deriver *d, tc_time now);
/* A log was written, on that server; tells if it had been silent when it is usually not. */
TC_STATUS tc_derive_silence(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
/* An audit log says what it holds of a mailbox, or leaves out. */
void tc_derive_audit(tc_deriver *d, const tc_observation *o, tc_slice heap);
TC_STATUS tc_derive_message(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
TC_STATUS tc_derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
/* Whether the actor's work is routine, as far as it has proved to be. Once for each observation. */
bool tc_derive_is_routine(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity actor);
/* Remembers a reset, after it was told. */
TC_STATUS tc_derive_reset(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity actor,
                          tc_entity target, bool routine, const tc_derived_sink *sink);
/* Whether the person had a session from a source new to it within a day. */
bool tc_derive_entered_lately(const tc_deriver *d, const tc_person *p, tc_time now);
/* person, machine, system or connector. */
tc_slice tc_derive_actor_class(const tc_observation *o, tc_slice written);
/* Language and time zone that were set for a mailbox, by its owner or another. */
TC_STATUS tc_derive_regional(tc_deriver *d, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink);
/* The number of a language tag, from 1; 0 when there are too many or it is too long. */
uint8_t tc_derive_language_of(tc_deriver *d, tc_slice tag);
/* Marks those of the options as the organisation's own. */
void tc_derive_languages_declare(tc_deriver *d);
/* Whether a language is foreign to the organisation; judged against the other mailboxes only, so
 * that a victim does not vote for its own language. */
typedef enum tc_foreignness { TC_FOREIGN_UNKNOWN, TC_FOREIGN_NO, TC_FOREIGN_YES } tc_foreignness;
tc_foreignness tc_derive_foreign(const tc_deriver *d, const tc_person *p, uint8_t language);
/* Sets the fields that tell how a language stands to what the mailbox and the organisation use. `p`
 * may be NULL. */
void tc_derive_language_history(tc_deriver *d, const tc_person *p, uint8_t language, tc_time time);
/* How surely a language is an intruder's: it is new to a mailbox with a history and rare in the
 * organisation, or foreign to it and told by a stranger's own session. Of a mailbox without a
 * history that a stranger's session asks for a rare language for, half as much. */
typedef enum tc_intrusion { TC_INTRUDES_NOT, TC_INTRUDES_HALF, TC_INTRUDES } tc_intrusion;
tc_intrusion tc_derive_language_intrudes(const tc_deriver *d, const tc_person *p, uint8_t language,
                                         bool strangers);
/* So few others use it that it is no chance when two strangers bring it. */
bool tc_derive_language_rare(const tc_deriver *d, const tc_person *p, uint8_t language);
/* Sets the fields that tell how the message's language stands to the established one. */
void tc_derive_language_change(tc_deriver *d, const tc_person *p, uint8_t language);
/* The mailbox has shown the language; after it was told. */
void tc_derive_language_use(tc_deriver *d, tc_person *p, uint8_t language, tc_time time);
/* Somebody who may has set the language for the mailbox: it is no news there. */
void tc_derive_vocabulary_give(tc_deriver *d, tc_person *p, uint8_t language);
/* The language was withheld as an intruder's and was none: it is the mailbox's own, if it has it.
 */
void tc_derive_vocabulary_adopt(tc_deriver *d, tc_person *p, uint8_t language);
/* ... in a text of the server: it counts for what is established. */
void tc_derive_language_note(tc_person *p, uint8_t language);
/* What the mailbox is used to: the established language, else the one used most. */
tc_slice tc_derive_language_usual(const tc_deriver *d, const tc_person *p);
void tc_derive_language_fold(tc_deriver *d, tc_person *into, const tc_person *from);
/* The votes of a person: added when the languages that it has change or are counted anew. */
void tc_derive_vocabulary_add(tc_deriver *d, const tc_person *p);
void tc_derive_vocabulary_remove(tc_deriver *d, const tc_person *p);
void tc_derive_vocabulary_use(tc_deriver *d, tc_person *p, uint8_t language, tc_time time);
void tc_derive_vocabulary_fold(tc_deriver *d, tc_person *into, const tc_person *from);
/* So many signs of language are a history to hold a new one against. */
#define TC_LANGUAGE_HISTORY 3
/* How often the mailbox has shown any language. */
unsigned tc_derive_vocabulary_uses(const tc_person *p);
/* The language is not among the mailbox's own. */
bool tc_derive_vocabulary_lacks(const tc_person *p, uint8_t language);
/* The language used most, the earlier on a tie; 0 = none. */
uint8_t tc_derive_vocabulary_usual(const tc_person *p);
/* The i-th of the changes, from the oldest on. */
change *tc_derive_wave_change(wave *w, size_t i);
/* Room for one more change at the end of the ring; false without memory. */
bool tc_derive_wave_room(tc_deriver *d);
void tc_derive_wave_fold(tc_deriver *d, tc_person *into, const tc_person *from);
/* Counts a password change of that account and tells the wave; `entered`: it had a session from a
 * new source shortly before. */
TC_STATUS tc_derive_wave(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_person *p,
                         bool entered, const tc_derived_sink *sink);
/* What kind of change it is, by what was before it. */
void tc_derive_wave_judge(tc_deriver *d, const tc_person *p, change *c);
/* Sets the fields that tell what kind of wave it is. */
void tc_derive_wave_class(tc_deriver *d, tc_time now);
/* The change takes part in the wave's figures (by 1), or no more (by -1). */
void tc_derive_wave_count(wave *w, const change *c, int by);
/* The age that most passwords reach, as declared or as so many changes show; 0 if none is known. */
uint32_t tc_derive_wave_policy(const tc_deriver *d, uint32_t *ret_changes);
/* Somebody works at this hour. */
void tc_derive_wave_hour(tc_deriver *d, tc_time now);
void tc_derive_nat_count(tc_deriver *d, const tc_observation *o, uint64_t mailbox);
typedef struct tc_novelty {
    bool known; /* there was enough history to judge */
    bool novel;
    bool new_network, new_agent; /* the mailbox never had it before */
    bool stranger;               /* ... network, system and agent, or it is one (strangers.h) */
    bool place;                  /* people come to the network with own devices */
    bool crowd;                  /* ... and these were known to their mailboxes before */
    bool own;                    /* the mailbox had used that kind of client before */
    tc_stranger *kept;           /* of a stranger; valid until the next is kept. May be NULL */
    const char *what;
} tc_novelty;
/* Sets the fields that tell how new a source is; whether it is novel is the caller's. */
void tc_derive_set_source(tc_overlay *overlay, const tc_novelty *novelty);
/* A session of the person has been told: so is whether its password was reset before it. */
TC_STATUS tc_derive_reset_session(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  tc_entity entity, tc_person *p, const tc_novelty *n,
                                  const tc_derived_sink *sink);
/* Counts a session, and a reset that is no routine, of the whole organisation. `p` may be NULL. */
TC_STATUS tc_derive_rates_session(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  const tc_person *p, const tc_novelty *n,
                                  const tc_derived_sink *sink);
TC_STATUS tc_derive_rates_reset(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                const tc_derived_sink *sink);
/* Learns a session's traits and says whether its source is new to the mailbox. */
tc_novelty tc_derive_novelty(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice heap);
/* Tells the campaigns that the stranger may belong to, as far as their score says so. */
TC_STATUS tc_derive_campaign(tc_deriver *d, const tc_stranger *present,
                             const tc_derived_sink *sink);
/* Something else was seen of the mailbox (bits of tc_campaign_evidence): it weighs on the campaigns
 * of its strangers, if it has any. */
TC_STATUS tc_derive_campaign_evidence(tc_deriver *d, const tc_person *p, uint32_t evidence,
                                      const tc_derived_sink *sink);
/* ... and how surely it turned to that language: what is told of it is told again. */
TC_STATUS tc_derive_campaign_language(tc_deriver *d, const tc_person *p, uint32_t evidence,
                                      uint8_t language, tc_intrusion how,
                                      const tc_derived_sink *sink);
/* Days since 1970; 0 for what cannot be told. */
static inline uint16_t tc_derive_day(tc_time time)
{
    if (time <= 0) return 0;
    return (uint16_t)(TC_MIN(time / TC_DAY, (int64_t)UINT16_MAX) & UINT16_MAX);
}
/* A session from a source that is new to the mailbox. */
void tc_derive_access_note(tc_person *p, const tc_novelty *n, tc_time time);
/* It had one lately: what else is said of it rests on that. */
bool tc_derive_accessed(const tc_deriver *d, const tc_person *p, tc_time time);
/* Sets the fields that tell how long ago the mailbox had such sessions. */
void tc_derive_access(tc_deriver *d, const tc_person *p, tc_time time);
/* Keeps whose session began from which address and agent. */
void tc_derive_visit_keep(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_novelty *n);
/* Sets the fields that all webmail events have on the overlay and the subject. */
void tc_derive_web_common(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity entity,
                          tc_slice action, tc_subject *subject);
/* Sets the source fields (ip, class, network, country, as) on the overlay and the subject. */
void tc_derive_source(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_subject *subject);

#endif
