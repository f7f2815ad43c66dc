/*
 * outbox: what is to be told to one receiver, for the thread that tells it.
 *
 * A connection of its own to the database of a store that is open in this process; it belongs to
 * one thread and takes no lock of the process, so any number of senders work beside the store.
 * Rows come in the order in which they were committed. A row stays until it was sent or is dead;
 * dead letters are kept, bounded, for people. What is marked may be taken back by a power cut, not
 * by a crash: the row is then sent again under the same id. A row whose bytes are damaged is made
 * dead and passed over.
 *
 * What fails (busy, full, input/output) changes nothing and is to be tried again; the connection
 * is opened anew then.
 */
#ifndef TC_STORE_OUTBOX_H
#define TC_STORE_OUTBOX_H

#include "detector/store/store.h"

typedef struct tc_outbox tc_outbox;

/* A row; its texts are valid until the next call for this outbox. */
typedef struct tc_outbox_row {
    uint64_t sequence; /* 0: there is none */
    tc_slice id, payload;
    uint32_t ordinal, level;
    uint32_t attempts; /* that failed */
    tc_time time;      /* as it was put */
    tc_time made;      /* when it was committed, by the clock */
} tc_outbox_row;

/* Rows and bytes of a receiver, by level. put = waiting + sent + dead + dropped. */
typedef struct tc_outbox_tally {
    uint64_t put, waiting, waiting_bytes, sent, dead, dropped;
} tc_outbox_tally;

/* The store of the folder must be open. */
TC_STATUS tc_outbox_open(const char *folder, const char *receiver, const tc_store_options *options,
                         tc_outbox **ret, tc_error *reterr);
void tc_outbox_close(tc_outbox *outbox);

/* The first row behind `after` (0: of all) of at least that level. */
TC_STATUS tc_outbox_next(tc_outbox *outbox, uint64_t after, uint32_t least_level,
                         tc_outbox_row *ret, tc_error *reterr);
/* It was told. A row that is not there any more is fine. */
TC_STATUS tc_outbox_sent(tc_outbox *outbox, uint64_t sequence, tc_error *reterr);
/* It was not, and will be tried again: counts the attempt and keeps the words. */
TC_STATUS tc_outbox_retry(tc_outbox *outbox, uint64_t sequence, const char *why, tc_error *reterr);
/* It never will be. */
TC_STATUS tc_outbox_dead(tc_outbox *outbox, uint64_t sequence, const char *why, tc_error *reterr);
TC_STATUS tc_outbox_tallies(tc_outbox *outbox, tc_outbox_tally ret[TC_STORE_LEVELS],
                            tc_error *reterr);

#endif
