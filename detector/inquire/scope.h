/*
 * scope: everybody whom an incident touched, alerting or not.
 *
 * A scan ends with incidents. Here they become selectors: the addresses of an incident, the blocks
 * around them (/24 or /48), its client agents, and the account that acts in it. A second look over
 * the same observations then notes every mailbox and account that a selector meets, and the end
 * says of each why, how surely, from when to when, and whether it was let in or refused.
 *
 * What many innocents share must not drag them in. A mailbox is at home at a selector if it came
 * there a week before the incident began, or shortly before with a device that it also uses
 * elsewhere; one that had a client, or was acted on, before the incident is at home too. A visitor
 * comes with such a device for the first time. Where three are at home, or ten come with devices of
 * their own, the selector is shared: it is told with how many others use it and followed no
 * further, but for whom the incident's own rare client met. Blocks and agents that three mailboxes
 * use in ordinary life are never followed; neither is what is not outside.
 *
 * The second look needs no order: what is noted are least and largest times, sums and sets, so the
 * answer is the same for any number of workers and order of files. Memory is bounded: when more
 * than TC_SCOPE_TOUCHES pairs of selector and name come, of all pairs one in two (four, ...) is
 * kept, by their content alone, and the answer says so. Names are resolved by what the scan knew at
 * its end. One thread.
 */
#ifndef TC_INQUIRE_SCOPE_H
#define TC_INQUIRE_SCOPE_H

#include "detector/alert.h"
#include "detector/enrich/identity.h"
#include "detector/enrich/observation.h"
#include "parsers/base/arena.h"

#define TC_SCOPE_TOUCHES ((size_t)1 << 18)
#define TC_SCOPE_SELECTORS ((size_t)1 << 16)

typedef struct tc_scope tc_scope;

typedef enum tc_scope_kind {
    TC_SCOPE_ADDRESS = 0,
    TC_SCOPE_BLOCK,
    TC_SCOPE_AGENT,
    TC_SCOPE_ACTOR,
    TC_SCOPE_KIND_COUNT
} tc_scope_kind;

typedef enum tc_scope_mark {
    TC_SCOPE_CERTAIN = 0,
    TC_SCOPE_LIKELY,
    TC_SCOPE_NETWORK, /* the same network (or place) only */
    TC_SCOPE_MARK_COUNT
} tc_scope_mark;

const char *tc_scope_kind_name(tc_scope_kind kind); /* "address", "block", "agent", "actor" */
const char *tc_scope_mark_name(tc_scope_mark mark); /* "certain", "likely", "network" */

/* How many mailboxes use a thing in ordinary life, as the scan learned. */
typedef struct tc_scope_habits {
    void *context;
    uint32_t (*agent)(void *context, tc_slice agent);
    uint32_t (*block)(void *context, tc_ip ip, bool *ret_crowd);
} tc_scope_habits;

/* `identity` is the scan's at its end, and outlives the scope. NULL without memory. `max_touches`:
 * 0 = TC_SCOPE_TOUCHES. */
tc_scope *tc_scope_new(tc_identity *identity, const tc_scope_habits *habits,
                       size_t max_touches) TC_MUST_USE;
void tc_scope_free(tc_scope *scope);
/* Takes an incident in, by its final state. TC_ELIMIT where there are too many. */
TC_STATUS tc_scope_add(tc_scope *scope, const tc_alert *incident);
/* One observation of the second look, in any order. */
TC_STATUS tc_scope_observe(tc_scope *scope, const tc_observation *o, tc_slice heap);

/* -- the answer ----------------------------------------------------------------------------- */

typedef struct tc_scope_reason {
    tc_scope_kind kind;
    tc_scope_mark mark;
    tc_slice what; /* address, block, agent or account */
    tc_time first, last;
    uint64_t in, refused, asked; /* requests let in, refused, and logons of unknown outcome */
    bool home;                   /* the mailbox came there before the incident too */
    bool device;                 /* ... with a device that it uses elsewhere */
} tc_scope_reason;

typedef struct tc_scope_row {
    tc_slice name;
    bool named;   /* the incident itself names it */
    bool guest;   /* ... apart from the victims, as somebody who is at home at the place */
    bool unknown; /* nobody of that name was seen otherwise */
    tc_scope_mark mark;
    tc_time first, last;
    uint64_t in, refused, asked;
    const tc_scope_reason *reasons; /* the surest first */
    size_t reason_count;
} tc_scope_row;

/* A selector that was not followed, and how many others use it. */
typedef struct tc_scope_shared {
    tc_scope_kind kind;
    tc_slice what;
    uint64_t others;
    bool inside; /* it is not outside: a balancer or an own exit */
} tc_scope_shared;

typedef struct tc_scope_answer {
    char id[33];
    tc_level level;
    tc_slice title;
    tc_time start, end;
    tc_time last_sign;        /* of the incident, or of what it certainly or likely touched */
    const tc_scope_row *rows; /* by mark, then time, then name */
    size_t row_count;
    const tc_scope_shared *shared;
    size_t shared_count;
} tc_scope_answer;

/* When everything was observed: judges, once. */
void tc_scope_judge(tc_scope *scope);
size_t tc_scope_count(const tc_scope *scope);
/* Of the index-th incident in the order of tc_scope_add. The answer lives in the arena and the
 * scope. TC_ELIMIT if the arena is too small. */
TC_STATUS tc_scope_answer_of(tc_scope *scope, size_t index, tc_arena *arena, tc_scope_answer *ret);
/* One in so many pairs was kept: 1 if all were. */
uint64_t tc_scope_kept_one_in(const tc_scope *scope);

#endif
