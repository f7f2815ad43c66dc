/*
 * incident_state: what the parts of the incident module share. Internal to incident*.c.
 *
 * Members (victims and sources) of an incident stand in two arrays, found by digest; `looked` says
 * up to where they have drawn in what they can (incident_absorb.c), `listed` up to where they were
 * told. Merging moves the fewer members to the more. Texts are owned by what they describe (victim,
 * source, incident) and lie in pieces. Of an incident that was merged away only the number
 * of the elder is left.
 *
 * Each kind of thing has a bound of its own, by who chooses it: kept sessions (strangers, single
 * mailbox owners), members, texts of members, and what is remembered for a while (recall).
 *
 * Lack of memory sticks in tc_incidents.status and is returned by the call in which it came.
 */
#ifndef TC_INCIDENT_INCIDENT_STATE_H
#define TC_INCIDENT_INCIDENT_STATE_H

#include "detector/incident/incident.h"
#include "detector/incident/incident_commons.h"
#include "detector/incident/incident_pool.h"
#include "detector/incident/incident_recall.h"
#include "detector/memory/keymap.h"
#include "parsers/base/arena.h"
#include "parsers/base/hash.h"
#include "parsers/base/str.h"

enum {
    TC_INCIDENT_EVIDENCE_KEPT = 5,
    TC_INCIDENT_FORMER_MAX = 64,
    TC_INCIDENT_RULES_MAX = 64,
    TC_INCIDENT_LANGUAGE_MAX = 15,
    TC_INCIDENT_LANGUAGES_MAX = 32, /* more of one incident are not counted */
    TC_INCIDENT_COUNTRY_MAX = 7,
    TC_INCIDENT_COUNTRIES_MAX = 8,
    TC_INCIDENT_WHY_MAX = 2048,
    TC_VICTIM_MET = 3,
    TC_VICTIM_ROOM = 40
};

typedef struct tc_kept_text {
    tc_piece more;
    uint16_t length;
} tc_kept_text;

typedef struct tc_victim {
    uint64_t digest;
    uint32_t entity;   /* 0 = known by its label */
    uint32_t sessions; /* from the incident's sources */
    bool told;
    bool newcomer;              /* it may be invented */
    bool vip;                   /* marked before it is told; not kept */
    uint8_t kinds, grave_kinds; /* of evidence, by rules from medium and from high on */
    uint8_t language_level;     /* of the rule that told the language */
    uint8_t met_count;
    bool stands;                 /* by more than by where it was met */
    bool strange;                /* it was met with a client that it did not have before */
    uint64_t met[TC_VICTIM_MET]; /* the sites where it was met */
    tc_piece label_more;
    uint16_t label_length;
    tc_time first, last; /* of these sessions */
    tc_time switched;
    tc_time before; /* the last of these sessions before the switch; TC_TIME_NONE: none */
    char language[TC_INCIDENT_LANGUAGE_MAX + 1];
    char previous[TC_INCIDENT_LANGUAGE_MAX + 1];
    uint8_t room[TC_VICTIM_ROOM]; /* the label's beginning */
} tc_victim;

typedef struct tc_origin {
    uint64_t digests[TC_ACCESS_TRAITS]; /* [TC_ACCESS_MAILBOX] is 0 */
    tc_ip ip;
    uint32_t asn;
    uint32_t mailboxes;
    bool told;
    bool newcomer; /* seen with a newcomer first */
    char country[TC_INCIDENT_COUNTRY_MAX + 1];
    tc_kept_text as_org, agent;
    tc_time first, last;
} tc_origin;

/* How many victims were switched to a language; time and language before of the first of them. */
typedef struct tc_incident_spoken {
    char language[TC_INCIDENT_LANGUAGE_MAX + 1];
    char previous[TC_INCIDENT_LANGUAGE_MAX + 1];
    tc_time switched;
    size_t count;
    tc_level level; /* of the gravest rule that told it */
} tc_incident_spoken;

typedef struct tc_incident_members {
    tc_victim *victims;
    size_t victim_count, victim_capacity, victims_looked;
    tc_origin *origins;
    size_t origin_count, origin_capacity, origins_looked;
    size_t victims_listed, origins_listed; /* all before these places were told */
    size_t accessed;                       /* victims with sessions from the sources */
    tc_time first_access;                  /* of any of them; nothing while `accessed` is 0 */
    size_t three_kinds, four_kinds, two_grave_kinds; /* victims with so many kinds of evidence */
    tc_incident_spoken *spoken;
    size_t spoken_count, spoken_capacity;
    char countries[TC_INCIDENT_COUNTRIES_MAX][TC_INCIDENT_COUNTRY_MAX + 1]; /* as they came */
    size_t country_count;
    tc_keymap victim_at, origin_at; /* digest -> place + 1 */
    tc_keymap traits;               /* of the sources: what looks like them */
} tc_incident_members;

typedef struct tc_shown_line {
    tc_locator at;
    tc_time time;
    tc_kept_text text;
} tc_shown_line;

enum { TC_CROWD_NAMES = 1000, TC_CROWD_BYTES = 64 << 10 };

/* Accounts counted in a measure of the whole organisation (incident_crowd.h). */
typedef struct tc_crowd {
    bool begun;
    tc_str names; /* once begun: each with a line end behind it */
    size_t count; /* of them */
    uint32_t days, most;
    uint64_t of;
} tc_crowd;

typedef struct tc_incident {
    uint32_t number; /* place in the list, from 1 */
    uint32_t place;  /* among the living */
    bool newcomers;  /* it is about nobody but newcomers */
    char id[33];
    tc_level level;
    uint8_t confidence;
    tc_kept_text confidence_why;
    tc_time first, last; /* of findings and sessions */
    size_t alerts;
    const tc_rule **rules; /* distinct, in order of first sight */
    size_t rule_count, rule_capacity;
    const tc_rule *lead; /* the gravest rule, earliest on a tie */
    double lead_count;
    tc_incident_members members;
    size_t victims_told;
    double count_told;
    tc_kept_text actor;  /* the first of them */
    uint64_t actor_key;  /* of it; 0: none */
    bool several_actors; /* people who did something to themselves, or hands of one intruder */
    tc_crowd crowd;
    tc_shown_line evidence[TC_INCIDENT_EVIDENCE_KEPT];
    size_t evidence_count;
    char (*former)[33];
    size_t former_count, former_capacity;
    const struct tc_incident *merged_into; /* while it is told as merged */
    bool degraded, historic;
    bool incomplete_window; /* some rule of it counted in a span that began before the data */
    bool opened;            /* it was told of */
    bool due;               /* something is to be told when the moment is over */
    bool checks;            /* another one may have turned out to be the same */
    tc_level level_told;
    tc_time due_time;
    bool changed; /* since its final state was told, by an earlier run */
} tc_incident;

struct tc_incidents {
    tc_incident_options options;
    tc_hash_key key;
    tc_arena *arena;
    tc_incident **list; /* by number, in order of opening; NULL: merged away */
    uint32_t *elders;   /* by number: the incident that it was merged into; 0: none */
    size_t count, capacity, elders_capacity;
    tc_incident **alive; /* `max` may live at once; newcomers' at most half of them */
    size_t living, living_newcomers, alive_capacity, max;
    size_t hand; /* where room is looked for among the living */
    size_t members, newcomer_members, members_max;
    const tc_alert_sink *sink; /* of the last finding: who is told of one that is given up */
    tc_keymap homes;      /* digest of a mailbox or source -> the incident that took it in last */
    tc_session_pool pool; /* sessions that may yet belong to one */
    /* The same of sessions that are new to the mailbox by their network only, of which there are
     * many: the oldest make room. */
    tc_session_pool blocks;
    tc_commons commons; /* what the organisation uses in ordinary life */
    tc_time newest;     /* the newest session or finding */
    tc_time moment;     /* of what is due */
    tc_time until;      /* the newest data of any kind */
    tc_time began;      /* the oldest; TC_TIME_MAX: there was none */
    size_t due;         /* incidents of which something is to be told */
    bool checks;        /* one of them has to be compared with others */
    tc_pool texts;      /* of members and incidents */
    tc_recalls keys;    /* actors, languages -> incident */
    tc_recalls told;    /* rule and entity -> what was told about them */
    tc_recalls pairs;   /* mailbox and source that were seen together */
    tc_access_texts scratch;
    tc_status status;
    bool finals_follow; /* what is saved counts as told */
    bool newcomer;      /* the present call is about newcomers alone */
    uint64_t forgotten; /* victims whose entity was */
    uint64_t incidents_refused, incidents_given_up, members_refused, texts_refused;
    uint64_t incidents_lost; /* of the state that was loaded: no rule of theirs is left */
    uint64_t work;
};

/* In `homes`: the mailbox is a victim of several incidents. */
#define TC_HOME_SEVERAL (UINT32_C(1) << 31)

/* incident_texts.c */
uint64_t tc_incident_digest(const tc_incidents *all, char kind, uint32_t number, tc_slice text);
uint64_t tc_incident_digest_of_two(const tc_incidents *all, char kind, uint64_t a, uint64_t b);
uint64_t tc_incident_mailbox_digest(const tc_incidents *all, uint32_t entity, tc_slice label);
/* What a session or a subject shares with others; all zero without an address or a mailbox. */
tc_access tc_incident_access(const tc_incidents *all, const tc_subject *subject, tc_time time);
/* What a source at the address shares with others, but for its mailbox, country and agent. */
void tc_incident_address_digests(const tc_incidents *all, tc_ip ip, uint32_t asn,
                                 uint64_t digests[TC_ACCESS_TRAITS]);
/* Of network and agent together; 0 if one is not known. */
uint64_t tc_incident_client_digest(const tc_incidents *all,
                                   const uint64_t digests[TC_ACCESS_TRAITS]);
/* Replaces *text; false (counted, and *text is empty) if there was no room. */
bool tc_incident_keep_text(tc_incidents *all, tc_kept_text *text, tc_slice from, size_t max);
void tc_incident_drop_text(tc_incidents *all, tc_kept_text *text);
/* The same of a text that is saved and loaded. */
void tc_incident_visit_text(tc_incidents *all, tc_visit *visit, tc_kept_text *text, size_t max);
/* Copies a short text, cut to `max`, with a NUL behind it. */
void tc_incident_keep_short(char *out, size_t max, tc_slice from);
/* Whether the finding was counted within a span that began before there was any data. */
bool tc_incident_is_cut(const tc_incidents *all, const tc_finding *f);
/* A copy in the arena; *ret_degraded is set if that is full. */
tc_slice tc_incident_show_text(tc_incidents *all, tc_kept_text text, bool *ret_degraded);
bool tc_incident_keep_label(tc_incidents *all, tc_victim *victim, tc_slice label);
void tc_incident_visit_label(tc_incidents *all, tc_visit *visit, tc_victim *victim);
/* Remembers lack of memory for the end of the call; true if the status is a failure. */
bool tc_incident_lacks(tc_incidents *all, tc_status status);
/* Of what a visit brought: false if the visit has failed, or does now because that could not be
 * kept. */
bool tc_incident_kept(tc_visit *visit, tc_status status);

/* incident_counts.c: figures of the members, kept up to date. A victim is counted out before it
 * changes and in after that. */
void tc_members_count_in(tc_incidents *all, tc_incident_members *members, const tc_victim *victim);
void tc_members_count_out(tc_incident_members *members, const tc_victim *victim);
/* Counts all victims of loaded members; what they were counted by is there. */
void tc_members_recount(tc_incident_members *members);
void tc_members_count_country(tc_incident_members *members, const char *country);

/* incident_one.c */
void tc_incident_free(tc_incidents *all, tc_incident *in);
void tc_incident_free_members(tc_incident *in);
/* True if the incident's last event is within the merge window before `now`. */
bool tc_incident_is_open(const tc_incidents *all, const tc_incident *in, tc_time now);

/* incident_key.c: what leads to an incident besides its members. */
/* The incident that took the key last; NULL if none did. */
tc_incident *tc_incident_of_key(const tc_incidents *all, uint64_t key);
void tc_incident_own_key(tc_incidents *all, const tc_incident *in, uint64_t key);
/* An incident with more mailboxes takes in only what shares a source with it. */
size_t tc_incident_most(const tc_incidents *all);
/* What three mailboxes use in ordinary life, or more than an incident takes in ever came by. */
bool tc_incident_is_common(const tc_incidents *all, uint64_t digest);
/* People come to the site with devices of their own. */
bool tc_incident_is_place(const tc_incidents *all, const uint64_t digests[TC_ACCESS_TRAITS]);
uint64_t tc_incident_campaign_key(const tc_incidents *all, uint64_t campaign);
uint64_t tc_incident_language_key(const tc_incidents *all, tc_slice language);
/* By the person if the name is known, so that CORP\ann is ann@example.org. */
uint64_t tc_incident_actor_key(const tc_incidents *all, tc_slice actor);
/* Of what was told by the rule about somebody. By what the rule is, not by its place among the
 * rules: that is another one in the next run. */
uint64_t tc_incident_told_key(const tc_incidents *all, const tc_rule *rule, char kind,
                              uint64_t about);
/* What is remembered of `absorbed`, as an actor, in findings told before and at the incident's
 * sources, is remembered of `root`, once. */
void tc_incident_unite_keys(tc_incidents *all, const tc_incident *in, uint32_t root,
                            uint32_t absorbed);
/* The network that the source stands in, as a key; 0: it is nobody's in particular. */
uint64_t tc_incident_block_key(const tc_incidents *all, const tc_access *access);

/* incident_due.c: transitions that wait for their moment to be over. */
void tc_incident_make_due(tc_incidents *all, tc_incident *in, tc_time now);
/* Something will be told of it no more, or was. */
void tc_incident_clear_due(tc_incidents *all, tc_incident *in);
/* Tells what is due of that incident. */
TC_STATUS tc_incident_tell_due(tc_incidents *all, tc_incident *in, const tc_alert_sink *sink);

/* incident_moment.c: what is told when a moment is over. */
/* Tells all that is due, however late it is. */
TC_STATUS tc_incident_settle_moment(tc_incidents *all, const tc_alert_sink *sink);

/* incident_gate.c: what may become one story. */
typedef enum tc_meeting {
    TC_MEET_MAILBOX,
    TC_MEET_ACTOR,
    TC_MEET_LANGUAGE,
    TC_MEET_ADDRESS, /* or network */
    TC_MEET_CAMPAIGN,
} tc_meeting;
/* The finding, which stands in `in` already unless that is NULL, may join `other`. */
bool tc_incident_may_join(const tc_incidents *all, const tc_finding *finding, const tc_incident *in,
                          const tc_incident *other, tc_meeting meeting);
/* The two are one campaign's: the same people, or some of them and a source, system or client. */
bool tc_incident_is_same(const tc_incidents *all, const tc_incident *a, const tc_incident *b);
/* An open incident with that mailbox in it which the finding may join, the gravest first; NULL. */
tc_incident *tc_incident_of_mailbox(const tc_incidents *all, const tc_finding *finding,
                                    const tc_incident *in, uint64_t mailbox);

/* incident_home.c */
/* The incident that took the mailbox or source in last; NULL if none did. */
tc_incident *tc_incident_home(const tc_incidents *all, uint64_t digest);
tc_incident *tc_incident_of_number(const tc_incidents *all, uint32_t number);
/* The incident is the digest's home from now on, or one of its homes while a graver one is open;
 * false without memory. */
bool tc_incident_settle(tc_incidents *all, const tc_incident *in, uint64_t digest);
/* The member has left `a` and `b` (which may be the same one): another incident that has it is its
 * home then. */
void tc_incident_leave_home(tc_incidents *all, const tc_incident *a, const tc_incident *b,
                            uint64_t digest);
/* The living are numbered from 1 on without gaps, and only they are known by number. Nothing
 * changes if there is no memory for it. */
TC_STATUS tc_incident_renumber(tc_incidents *all);

/* incident_members.c */
tc_victim *tc_incident_find_victim(const tc_incident *in, uint64_t digest);
tc_origin *tc_incident_find_origin(const tc_incident *in, uint64_t digest);
/* A new member of which nothing but the digest is known; NULL (counted) without room. */
tc_victim *tc_incident_new_victim(tc_incidents *all, tc_incident *in, uint64_t digest,
                                  bool newcomer);
tc_origin *tc_incident_new_origin(tc_incidents *all, tc_incident *in, uint64_t digest,
                                  bool newcomer);
/* The victim or source, made when new; NULL (counted, the incident is degraded) without room. */
tc_victim *tc_incident_victim(tc_incidents *all, tc_incident *in, const tc_access *access);
tc_origin *tc_incident_origin(tc_incidents *all, tc_incident *in, const tc_access *access);
/* A finding shows that source, of whose sessions nothing need be known. */
void tc_incident_show_source(tc_incidents *all, tc_incident *in, const tc_access *access);
/* The session belongs to the incident. */
void tc_incident_note_session(tc_incidents *all, tc_incident *in, const tc_access *access);

/* incident_aside.c: who is named apart. */
typedef struct tc_incident_people {
    size_t count, accessed; /* victims, those with sessions from the sources */
    size_t guests;          /* the others, who are named apart */
    tc_time first_access;   /* of a victim; TC_TIME_NONE: none has any */
} tc_incident_people;
/* The victim came by such a session; or a finding speaks of it. */
void tc_incident_note_met(tc_victim *victim, const tc_access *access);
void tc_incident_note_subject(const tc_incidents *all, tc_victim *victim, const tc_subject *subject,
                              tc_time time);
void tc_incident_unite_met(tc_victim *into, const tc_victim *victim);
/* It was met at places only, with devices of its own, and nothing else is told of it. */
bool tc_incident_is_guest(const tc_incidents *all, const tc_victim *victim);
/* It was met at places only, or at what may be some, and nothing else is told of it. */
bool tc_incident_is_passer(const tc_incidents *all, const tc_victim *victim);
/* Where all are guests nobody is set apart. */
tc_incident_people tc_incident_count_people(const tc_incidents *all, const tc_incident *in);

/* incident_room.c: the living incidents, and room for more of them and of members. */
bool tc_incident_enlist(tc_incidents *all, tc_incident *in);
void tc_incident_delist(tc_incidents *all, const tc_incident *in);
/* The incident is about somebody who is no newcomer. */
void tc_incident_known(tc_incidents *all, tc_incident *in);
void tc_incident_count_member(tc_incidents *all, bool newcomer);
void tc_incident_uncount_member(tc_incidents *all, bool newcomer);
bool tc_incident_member_room(const tc_incidents *all, const tc_incident *in, bool newcomer);
/* The incident lives no more; nobody is told. */
void tc_incident_release(tc_incidents *all, tc_incident *in);
/* Makes room for an incident of that level; whoever goes is told. */
TC_STATUS tc_incident_make_room(tc_incidents *all, tc_level level, bool newcomers, tc_time now,
                                bool *ret_room);
/* Lets incidents go that are over while there is no room for members. */
TC_STATUS tc_incident_release_over(tc_incidents *all, tc_time now);

/* incident_merge.c */
/* All members of `from` become members of `into`. */
void tc_incident_move_members(tc_incidents *all, tc_incident *into, tc_incident *from);
/* The victim `from` is the victim `to` from now on. */
void tc_incident_rename_victim(tc_incidents *all, tc_incident *in, uint64_t from, uint64_t to,
                               uint32_t entity);

/* incident_absorb.c */
/* Takes from the pool what belongs to the incident, until nothing more does. */
void tc_incident_absorb(tc_incidents *all, tc_incident *in);
/* The same after a victim's sessions have become more. */
void tc_incident_look_again(tc_incidents *all, tc_incident *in, uint64_t digest);
/* What looks like the sources that were looked at is known again after a load. */
void tc_incident_restore_traits(tc_incidents *all, tc_incident *in);
/* True if the session, which is new to its mailbox, comes from a source that looks like the
 * incident's: from its networks, or by its client (system and agent together), or from a system
 * that is not common here. A country is no likeness. */
bool tc_incident_looks_alike(const tc_incidents *all, const tc_incident *in,
                             const tc_access *access);
/* Of a session at one of the incident's addresses whose network, but not its system, is new to the
 * mailbox: nobody uses the address in ordinary life, and few its system, or its client is the
 * incident's. */
bool tc_incident_shares_address(const tc_incidents *all, const tc_incident *in,
                                const tc_access *access);
/* From the same network (/24 or /48), which is not common here, with the same client. */
bool tc_incident_is_neighbour(const tc_incidents *all, const tc_incident *in,
                              const tc_access *access);

/* incident_join.c: the incident that a finding belongs to, made when it is new; merges. NULL if no
 * more can be opened. */
TC_STATUS tc_incident_of_finding(tc_incidents *all, const tc_finding *finding, tc_incident **ret,
                                 const tc_alert_sink *sink);
/* The elder of the two, which has taken the other in. */
TC_STATUS tc_incident_unify(tc_incidents *all, tc_incident *a, tc_incident *b, tc_time now,
                            tc_incident **ret, const tc_alert_sink *sink);
bool tc_incident_speaks_foreign(const tc_finding *finding, const tc_subject *subject);
void tc_incident_note_rule(tc_incidents *all, tc_incident *in, const tc_rule *rule);

/* incident_bring.c: victims, languages and the actor; sources only if they are what the finding is
 * made of. */
void tc_incident_take_subjects(tc_incidents *all, tc_incident *in, const tc_finding *finding,
                               bool with_sources);

/* incident_level.c */
/* The rule speaks of the victim. */
void tc_incident_note_kind(tc_incidents *all, tc_incident *in, tc_victim *victim,
                           const tc_rule *rule, const tc_subject *subject);
/* What its rules and people are worth together, in 1/1024. */
uint32_t tc_incident_score(const tc_incident *in);
/* As grave as it is by now, never less than before. */
void tc_incident_set_level(const tc_incidents *all, tc_incident *in);
/* Marks the victims whose mailboxes weigh more. */
void tc_incident_mark_vips(const tc_incidents *all, tc_incident *in);
/* Whether there are any. */
bool tc_incident_has_vip(const tc_incidents *all, const tc_incident *in);

/* incident_visit_members.c */
void tc_incident_visit_members(tc_incidents *all, tc_visit *visit, tc_incident *in);

/* incident_story.c: 32 hex digits made of rule, entity, window and completing record; `what` keeps
 * kinds apart. */
void tc_incident_content_id(char out[33], const tc_finding *finding, const char *what);
/* incident_find.c: what is remembered of a finding that was told, and of others like it. */
/* A match of a single-event rule about the same entity is told so seldom. */
#define TC_INCIDENT_TOLD_AGAIN TC_DAY
uint64_t tc_incident_told_digest(const tc_incidents *all, const tc_finding *finding);
/* A match like it was told so lately that this one is not. */
bool tc_incident_is_lately(const tc_recall *told, const tc_finding *finding);

/* incident_tell_finding.c, incident_tell.c: the alert of a finding, or of an incident's state. */
TC_STATUS tc_incident_tell_finding(tc_incidents *all, const tc_incident *in,
                                   const tc_finding *finding, uint8_t confidence, tc_slice why,
                                   const tc_alert_sink *sink);
TC_STATUS tc_incident_tell(tc_incidents *all, tc_incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink);

static inline tc_time tc_incident_earlier(tc_time a, tc_time b)
{
    if (b == TC_TIME_NONE) return a;
    return a == TC_TIME_NONE || b < a ? b : a;
}

#endif
