/*
 * seen: facts that a worker has told already need not be told again.
 *
 * A log states the same two names of one mailbox on every line. A table of two ways, keyed by a
 * hash of the fact, remembers the earliest time at which this worker told it; a sighting is
 * suppressed only if the one told is earlier, or of the same instant and block (a block is walked
 * in order, so its position is smaller). The ordered stage needs the earliest sighting of a fact
 * and ignores the others. That one is never suppressed: whichever worker meets it has told, if
 * anything, a later one. So the outcome is the same for any number of workers and any assignment of
 * blocks, though the number of repetitions is not. A fact displaced from its set is told again.
 */
#ifndef TC_ENRICH_SEEN_H
#define TC_ENRICH_SEEN_H

#include "parsers/base/time.h"

/* Room for some facts of each of 10,000 mailboxes: 3 MiB a worker, and the ordered stage is spared
 * most repetitions. */
#define TC_SEEN_SETS 65536

typedef struct tc_seen_slot {
    uint64_t hash;
    tc_time time;
    uint64_t block; /* 0 = the slot is free */
} tc_seen_slot;

typedef struct tc_seen {
    tc_seen_slot sets[TC_SEEN_SETS][2];
} tc_seen;

/* True if the fact need not be told at this time and block (from 1, never used twice). */
static inline bool tc_seen_earlier(const tc_seen *seen, uint64_t hash, tc_time time, uint64_t block)
{
    const tc_seen_slot *set = seen->sets[hash % TC_SEEN_SETS];
    const tc_seen_slot *slot = set[0].hash == hash ? &set[0] : &set[1];
    if (slot->hash != hash || slot->block == 0) return false;
    return slot->time < time || (slot->time == time && slot->block == block);
}

static inline void tc_seen_note(tc_seen *seen, uint64_t hash, tc_time time, uint64_t block)
{
    tc_seen_slot *set = seen->sets[hash % TC_SEEN_SETS];
    if (set[0].hash != hash) set[1] = set[0];
    set[0] = (tc_seen_slot){hash, time, block};
}

#endif
