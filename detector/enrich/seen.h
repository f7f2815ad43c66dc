/*
 * seen: facts that a worker has told already need not be told again.
 *
 * A log states the same two names of one mailbox on every line, and the same phone asks all day. A
 * table of two ways, keyed by a hash of the fact, remembers the earliest time at which this worker
 * told it; a sighting is suppressed only if the one told is earlier. The ordered stage needs the
 * earliest sighting of a fact and ignores the others. That one is never suppressed: whichever
 * worker meets it has told, if anything, a later one, or one of the same instant. So the outcome is
 * the same for any number of workers and any assignment of blocks, though the number of repetitions
 * is not. A fact displaced from its set is told again.
 */
#ifndef TC_ENRICH_SEEN_H
#define TC_ENRICH_SEEN_H

#include "parsers/base/time.h"

/* Room for some facts and the uses of each of 10,000 mailboxes: 4 MiB a worker, and the ordered
 * stage is spared most repetitions. */
#define TC_SEEN_SETS 131072

typedef struct tc_seen_slot {
    uint64_t hash; /* 0 = the slot is free */
    tc_time time;
} tc_seen_slot;

typedef struct tc_seen {
    tc_seen_slot sets[TC_SEEN_SETS][2];
} tc_seen;

/* Fetches what the next question about the fact looks at. */
static inline void tc_seen_ahead(const tc_seen *seen, uint64_t hash)
{
    __builtin_prefetch(seen->sets[hash % TC_SEEN_SETS]);
}

/* True if the fact need not be told at this time. */
static inline bool tc_seen_earlier(const tc_seen *seen, uint64_t hash, tc_time time)
{
    const tc_seen_slot *set = seen->sets[hash % TC_SEEN_SETS];
    const tc_seen_slot *slot = set[0].hash == hash ? &set[0] : &set[1];
    return slot->hash == hash && hash != 0 && slot->time < time;
}

static inline void tc_seen_note(tc_seen *seen, uint64_t hash, tc_time time)
{
    tc_seen_slot *set = seen->sets[hash % TC_SEEN_SETS];
    if (set[0].hash != hash) set[1] = set[0];
    set[0] = (tc_seen_slot){hash, time};
}

#endif
