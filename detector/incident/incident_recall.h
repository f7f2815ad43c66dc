/*
 * incident_recall: what is remembered for a while and may be forgotten: what was told, which keys
 * lead to an incident, who was seen with whom.
 *
 * A table of entries of one size with a bound. At the bound the oldest makes room: first among
 * those that were touched once (while they are more than an eighth of all), then among those that
 * came again, so that invented names do not push out real ones. Everything given up is counted. A
 * caller who cannot do without what it heard of lately is told that there is no room, for else a
 * cycle of more things than fit would find none of them remembered; for others the table never
 * stops learning. Without memory for growth it lives with what it has. Entries move when one is
 * added: a pointer lives until the next touch. Internal to incident*.c.
 */
#ifndef TC_INCIDENT_INCIDENT_RECALL_H
#define TC_INCIDENT_INCIDENT_RECALL_H

#include "detector/memory/keymap.h"
#include "parsers/base/visit.h"

typedef struct tc_recall {
    uint64_t digest;
    uint32_t older, newer; /* neighbours in its list; number + 1 */
    uint32_t incident;     /* number of the incident it belongs to; 0 = none */
    bool again;            /* or never a newcomer's */
    tc_time told;          /* the last alert */
    tc_time last;          /* the last time it was heard of */
    double peak;           /* the largest figure */
} tc_recall;

typedef struct tc_recall_list {
    uint32_t oldest, newest; /* number + 1 */
    size_t count;
} tc_recall_list;

typedef struct tc_recalls {
    tc_recall *items;
    size_t count, capacity, max;
    tc_keymap at; /* digest -> number + 1 */
    tc_recall_list once, again;
    uint64_t given_up;
} tc_recalls;

void tc_recalls_init(tc_recalls *recalls, size_t max_bytes);
void tc_recalls_done(tc_recalls *recalls);
/* NULL if it is not remembered; does not count as a touch. */
tc_recall *tc_recalls_find(const tc_recalls *recalls, uint64_t digest);
/* The entry, made (all zero behind the digest) if it was not there; one of a newcomer goes before
 * others until it is touched again. NULL: no memory for even one, or every entry has been heard of
 * since `needed` (TC_TIME_MAX: none is needed so much) and no newcomer's can go. */
tc_recall *tc_recalls_touch(tc_recalls *recalls, uint64_t digest, bool newcomer, tc_time needed,
                            bool *ret_created);
/* What is remembered under `from` is from now on under `to`; of two the earlier stays. True if
 * there were two. */
bool tc_recalls_rename(tc_recalls *recalls, uint64_t from, uint64_t to);
/* Into an empty table. Incidents are numbered 1 to `incidents`. */
void tc_recalls_visit(tc_recalls *recalls, tc_visit *visit, uint32_t incidents);

#endif
