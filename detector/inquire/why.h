/*
 * why: why a mailbox is, or is not, in what a scan found.
 *
 * Given all names of one person, learned by a scan before, it observes a second one and notes what
 * was seen of the person at all, and for each rule asked about how near it came: of a detection how
 * many events of the mailbox it was held against, which of its conditions held how often, and the
 * event that met most of them with the values that the others met; of a correlation the most that a
 * group with the mailbox in it has come to. A rule brings those that it rests on. Bounded: some
 * addresses, languages and groups are kept, of further ones only that there were more.
 */
#ifndef TC_INQUIRE_WHY_H
#define TC_INQUIRE_WHY_H

#include "detector/inquire/observer.h"
#include "detector/sigma/explain.h"

enum {
    TC_WHY_ADDRESSES = 12,
    TC_WHY_LANGUAGES = 8,
    TC_WHY_RULES = 256,
    TC_WHY_VALUE = 48,
    TC_WHY_GROUPS = 128
};

typedef enum tc_why_kind {
    TC_WHY_WEB = 0, /* requests in webmail that were let in */
    TC_WHY_PROGRAM, /* weeks of use by programs: more often it is not told for certain */
    TC_WHY_REFUSED, /* logons and requests that were refused */
    TC_WHY_LOGON,   /* forms logons, however they ended */
    TC_WHY_MESSAGE, /* messages of the mailbox in the tracking logs */
    TC_WHY_ACCOUNT, /* events about the account */
    TC_WHY_ACTED,   /* events in which the account acts */
    TC_WHY_KIND_COUNT
} tc_why_kind;

typedef struct tc_why_seen {
    uint64_t count;
    tc_time first, last; /* TC_TIME_NONE: never */
} tc_why_seen;

typedef struct tc_why_address {
    tc_ip ip;
    tc_address_class address_class;
    char country[4];
    tc_why_seen seen;
} tc_why_address;

typedef struct tc_why_language {
    char tag[16];
    bool foreign;
    tc_why_seen seen;
} tc_why_language;

typedef struct tc_why_rule {
    const tc_rule *rule;
    bool asked; /* else another one rests on it */
    tc_why_seen events, matched, fired;
    /* Detections: */
    size_t condition_count;
    uint64_t held[TC_CONJUNCTS_MAX];
    size_t nearest; /* conditions that the nearest event met */
    tc_time nearest_time;
    bool nearest_held[TC_CONJUNCTS_MAX];
    char nearest_value[TC_CONJUNCTS_MAX][TC_WHY_VALUE];
    /* Correlations: */
    double reached; /* below 0: no group with the mailbox */
    tc_time reached_time;
    uint64_t groups[TC_WHY_GROUPS]; /* content hashes of groups that the mailbox is in */
    size_t group_count;
    bool groups_full;
} tc_why_rule;

typedef struct tc_why {
    const tc_ruleset *rules;
    const uint64_t *names; /* content hashes of normal forms */
    size_t name_count;
    tc_why_seen seen[TC_WHY_KIND_COUNT];
    tc_why_seen classes[TC_ADDRESS_CLASS_COUNT]; /* webmail, by where it came from */
    tc_why_seen sessions, novel;                 /* ... begun, and from a source new to it */
    uint64_t doubted, routine, newcomer;
    tc_why_address addresses[TC_WHY_ADDRESSES];
    size_t address_count;
    bool addresses_full;
    tc_why_language languages[TC_WHY_LANGUAGES];
    size_t language_count;
    tc_why_rule *about;
    size_t about_count;
    int32_t *place; /* by rule: in `about`; -1: not asked */
    /* While observing: */
    tc_time week; /* of use by programs, the last one counted */
    bool ours;
    tc_time now;
} tc_why;

/* `names` and `rules` are borrowed. */
TC_STATUS tc_why_init(tc_why *why, const tc_ruleset *rules, const uint64_t *names, size_t count);
void tc_why_done(tc_why *why);
/* Asks about a rule, and those that it rests on. TC_ELIMIT where there are too many. */
TC_STATUS tc_why_ask(tc_why *why, uint32_t rule);
/* Forgets what was seen, not what is asked. */
void tc_why_clear(tc_why *why);
tc_observer tc_why_observer(tc_why *why);
/* What a name counts as among the names; 0: it is none. */
uint64_t tc_why_name(tc_slice written);
bool tc_why_has(const tc_why *why, tc_slice written);

#endif
