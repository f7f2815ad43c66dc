/*
 * inspect: a look at a folder that a store keeps or kept, which changes nothing.
 *
 * It may be in use: what is seen is what was committed. The functions that call for something stop
 * when a call fails, and give that failure back. One thread.
 */
#ifndef TC_STORE_INSPECT_H
#define TC_STORE_INSPECT_H

#include "detector/store/outbox.h"

typedef struct tc_inspect tc_inspect;

/* TC_EUNSUPPORTED: of a newer version, or there is no state in it. TC_ESYNTAX: no database. */
TC_STATUS tc_inspect_open(const char *folder, tc_inspect **ret, tc_error *reterr);
void tc_inspect_close(tc_inspect *inspect);

typedef struct tc_inspect_snapshot {
    uint64_t number, journal, bytes; /* number 0: none */
    tc_time made;
} tc_inspect_snapshot;

typedef struct tc_inspect_facts {
    bool used;      /* a store has it open now */
    uint64_t bytes; /* of the database and its log */
    tc_time born;
    uint64_t points, values;
    uint64_t journal_rows, journal_first, journal_last, journal_bytes;
    tc_time journal_from, journal_to; /* TC_TIME_NONE without rows */
    tc_inspect_snapshot snapshots[2]; /* the newest first */
} tc_inspect_facts;

TC_STATUS tc_inspect_facts_of(tc_inspect *inspect, tc_inspect_facts *ret, tc_error *reterr);

typedef struct tc_inspect_calls {
    void *context;
    TC_STATUS (*receiver)(void *context, tc_slice name, const tc_outbox_tally *all_levels);
    void (*set_aside)(void *context, const char *name);
    /* A point, or a value of the program's own. */
    TC_STATUS (*kept)(void *context, bool point, tc_slice key, tc_slice value);
    /* A row of the outbox; `why` is what was last wrong with it. */
    TC_STATUS(*alert)
    (void *context, tc_slice receiver, const tc_outbox_row *row, bool dead, tc_slice why);
    void (*problem)(void *context, const char *words);
} tc_inspect_calls;

TC_STATUS tc_inspect_receivers(tc_inspect *inspect, const tc_inspect_calls *calls,
                               tc_error *reterr);
TC_STATUS tc_inspect_set_aside(tc_inspect *inspect, const tc_inspect_calls *calls,
                               tc_error *reterr);
TC_STATUS tc_inspect_kept(tc_inspect *inspect, const tc_inspect_calls *calls, tc_error *reterr);
TC_STATUS tc_inspect_alerts(tc_inspect *inspect, const tc_inspect_calls *calls, tc_error *reterr);

typedef struct tc_inspect_row {
    uint64_t sequence;
    uint32_t kind;
    tc_time made;
} tc_inspect_row;

/* Behind which row the newest begin that have so many bytes together. */
TC_STATUS tc_inspect_newest(tc_inspect *inspect, uint64_t bytes, uint64_t *ret_after,
                            tc_error *reterr);
/* The first row of the journal behind `after`, its bytes in `body`; *ret_there false: there is
 * none. Nothing is held of the database between two calls, so whoever writes there is not hindered.
 * TC_ESYNTAX: its checksum is wrong. */
TC_STATUS tc_inspect_row_behind(tc_inspect *inspect, uint64_t after, tc_inspect_row *ret,
                                tc_str *body, bool *ret_there, tc_error *reterr);
/* Everything that has a checksum, and SQLite's own check: calls for each problem. */
TC_STATUS tc_inspect_check(tc_inspect *inspect, const tc_inspect_calls *calls, tc_error *reterr);

#endif
