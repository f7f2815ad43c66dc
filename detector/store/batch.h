/*
 * batch: changes that wait for a commit, in the order in which they were put.
 */
#ifndef TC_STORE_BATCH_H
#define TC_STORE_BATCH_H

#include "parsers/base/arena.h"
#include "parsers/base/time.h"

typedef enum tc_change_kind {
    TC_CHANGE_KEEP,    /* key, body; level is the space */
    TC_CHANGE_FORGET,  /* key; level is the space */
    TC_CHANGE_JOURNAL, /* number is the row's kind, sequence, body */
    TC_CHANGE_OUTBOX   /* key is the receiver, id, number the ordinal, level, time, body */
} tc_change_kind;

typedef struct tc_change {
    tc_change_kind kind;
    uint32_t number, level;
    uint64_t sequence;
    tc_time time;
    tc_slice key, id, body;
} tc_change;

typedef struct tc_batch {
    tc_arena *bytes;
    tc_change *changes;
    size_t count, capacity;
} tc_batch;

/* Whatever is added may take `limit` bytes together. */
TC_STATUS tc_batch_open(tc_batch *batch, size_t limit);
void tc_batch_close(tc_batch *batch);
/* Copies; TC_ELIMIT when it is full, and then nothing changed. */
TC_STATUS tc_batch_add(tc_batch *batch, const tc_change *change);
void tc_batch_clear(tc_batch *batch);

#endif
