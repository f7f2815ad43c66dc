/*
 * scope_state: what the parts of scope share. Internal to scope*.c.
 *
 * Selectors of one key (an address, a block, an agent, an account) are chained, because incidents
 * may share it. A touch is a pair of selector and name, found by a content hash of the two.
 */
#ifndef TC_INQUIRE_SCOPE_STATE_H
#define TC_INQUIRE_SCOPE_STATE_H

#include "detector/inquire/scope.h"
#include "detector/memory/keymap.h"
#include "parsers/base/hash.h"

#define TC_SCOPE_WEEK (7 * TC_DAY)
enum {
    TC_SCOPE_BITS = 3,
    TC_SCOPE_NAME = 48,
    TC_SCOPE_HOMES = 3,    /* so many at home make a selector shared */
    TC_SCOPE_VISITORS = 10 /* and so many with devices of their own */
};

/* A set of values in a few words: what was put in is found again, and seldom something else. */
typedef struct tc_scope_set {
    uint64_t words[TC_SCOPE_BITS];
} tc_scope_set;

typedef struct tc_scope_selector {
    uint64_t key; /* content hash */
    uint32_t incident;
    uint32_t next; /* place + 1 of the next of that key; 0 = none */
    tc_scope_kind kind;
    bool followed; /* else it is only counted in the answer */
    bool inside;   /* met at an address that is not outside */
    bool place;    /* people come there with devices of their own */
    bool shared;
    uint32_t others; /* mailboxes that use it in ordinary life, or are at home there */
    uint32_t homes, visitors;
    tc_slice text;
} tc_scope_selector;

typedef struct tc_scope_touch {
    uint64_t hash; /* of selector and name */
    uint64_t who;  /* the entity, or TC_SCOPE_NOBODY and a hash of the name */
    uint32_t selector;
    uint32_t in, refused, asked;
    tc_time first, last, first_in; /* TC_TIME_NONE = never let in */
    tc_scope_set met;              /* agents; of an agent's: networks */
    bool client;                   /* a rare agent of the incident was met */
    bool home, visitor;
    uint8_t length;
    char name[TC_SCOPE_NAME]; /* of nobody's */
} tc_scope_touch;

#define TC_SCOPE_NOBODY (UINT64_C(1) << 63)

/* What a mailbox uses apart from the incidents. */
typedef struct tc_scope_own {
    tc_scope_set agents, networks;
} tc_scope_own;

typedef struct tc_scope_victim {
    uint64_t who;
    tc_slice name;
    tc_time first, last;
    bool guest; /* none: met at a place, and at home there most likely */
} tc_scope_victim;

typedef struct tc_scope_incident {
    char id[33];
    tc_level level;
    tc_slice title;
    tc_time start, end;
    tc_scope_victim *victims;
    size_t victim_count;
} tc_scope_incident;

struct tc_scope {
    tc_identity *identity;
    tc_scope_habits habits;
    tc_arena *texts;
    tc_scope_incident *incidents;
    size_t incident_count, incident_capacity;
    tc_scope_selector *selectors;
    size_t selector_count, selector_capacity;
    tc_keymap keys; /* key of a selector -> the first of its chain, place + 1 */
    tc_scope_touch *touches;
    size_t touch_count, touch_capacity, touch_max;
    tc_keymap touch_at; /* hash -> place + 1 */
    unsigned level;     /* of hashes, so many low bits must be 0 */
    tc_scope_own *owns;
    size_t own_count, own_capacity;
    tc_keymap own_at; /* entity -> place + 1 */
    bool judged;
};

static inline void tc_scope_set_add(tc_scope_set *set, uint64_t value)
{
    uint32_t one = (uint32_t)value % (64 * TC_SCOPE_BITS);
    uint32_t two = (uint32_t)(value >> 32) % (64 * TC_SCOPE_BITS);
    set->words[one / 64] |= UINT64_C(1) << (one % 64);
    set->words[two / 64] |= UINT64_C(1) << (two % 64);
}
static inline bool tc_scope_set_empty(const tc_scope_set *set)
{
    return (set->words[0] | set->words[1] | set->words[2]) == 0;
}
/* Everything of `part` is in `whole`. */
static inline bool tc_scope_set_within(const tc_scope_set *part, const tc_scope_set *whole)
{
    for (size_t i = 0; i < TC_SCOPE_BITS; i++)
        if (part->words[i] & ~whole->words[i]) return false;
    return true;
}

/* Keys of selectors: a hash of the kind and the thing. 0 where there is nothing. */
uint64_t tc_scope_key(tc_scope_kind kind, tc_slice thing);
uint64_t tc_scope_key_ip(tc_scope_kind kind, tc_ip ip);
uint64_t tc_scope_key_entity(tc_entity entity);
/* The first selector of that key; NULL if there is none. */
tc_scope_selector *tc_scope_first(const tc_scope *scope, uint64_t key);
tc_scope_selector *tc_scope_next(const tc_scope *scope, const tc_scope_selector *selector);
/* The touch of a selector by a name, made when new; NULL in *ret if it is none of those that are
 * kept. */
TC_STATUS tc_scope_touch_of(tc_scope *scope, const tc_scope_selector *selector, uint64_t who,
                            tc_slice name, tc_scope_touch **ret);

#endif
