/*
 * inside: the store as its own files see it. What each file does with it stands above its name.
 */
#ifndef TC_STORE_INSIDE_H
#define TC_STORE_INSIDE_H

#include "detector/store/batch.h"
#include "detector/store/folder.h"
#include "detector/store/snapshot_file.h"
#include "detector/store/sql.h"
#include "detector/store/store.h"

#define TC_STORE_DATABASE "state.db"
#define TC_STORE_LOG "state.db-wal"
#define TC_SPACE_META 0u
#define TC_SPACE_POINT 1u

/* How far a snapshot that was begun has come. */
typedef enum tc_snapshot_stage {
    TC_SNAPSHOT_SAVED, /* the state is being saved */
    TC_SNAPSHOT_ENDED, /* all of it was */
    TC_SNAPSHOT_PLACED /* it is on disk under its name, and no row names it */
} tc_snapshot_stage;

struct tc_store {
    tc_folder folder;
    tc_store_options options;
    tc_sql *sql; /* NULL while degraded by a failure of the disk */
    tc_batch batch;
    uint64_t sequence;  /* of the last row that was put */
    uint64_t committed; /* of the last row that was committed */
    uint64_t journal_bytes, bytes_since_snapshot;
    tc_snapshot newest, elder; /* number 0: there is none */
    uint64_t last_number;      /* of a snapshot that was begun */
    tc_snapshot_file *writing; /* a snapshot that was begun, and what it stands for */
    tc_snapshot beginning;
    tc_snapshot_stage stage;
    bool renewed; /* points and values come from a snapshot, or from nowhere */
    /* trouble */
    tc_store_state state;
    tc_error why;
    tc_time since, next_try;
    int64_t delay;
    bool unsure; /* a sync may have failed: the log has to be written again */
    bool tried;  /* what waits was tried to be written, and may stand there */
};

tc_time tc_store_now(const tc_store *store);
/* Tells whoever listens. */
void tc_store_tell(const tc_store *store, tc_store_news news, const char *format, ...)
    TC_PRINTF(3, 4);

/* -- store.c: the database of an open folder --------------------------------------------------- */

/* Opens it, or sets a damaged one aside and begins anew. */
TC_STATUS tc_store_open_database(tc_store *store, tc_error *reterr);
/* Sets it aside because of `why` and begins anew: snapshots are taken over, what waits in the old
 * outbox too. */
TC_STATUS tc_store_begin_anew(tc_store *store, const char *why, tc_error *reterr);
/* Reads where journal and snapshots stand. */
TC_STATUS tc_store_read_facts(tc_store *store, tc_error *reterr);

/* -- facts.c ----------------------------------------------------------------------------------- */

/* 0 is what nobody has set. */
TC_STATUS tc_store_fact(tc_sql *sql, const char *name, int64_t *ret, tc_error *reterr);
TC_STATUS tc_store_set_fact(tc_sql *sql, const char *name, int64_t value, tc_error *reterr);

/* -- trouble.c --------------------------------------------------------------------------------- */

/* Notes that nothing can be written, and takes back what was begun. */
TC_STATUS tc_store_trouble(tc_store *store, tc_status status, const tc_error *why);
/* Whether writing may be tried: the connection is there and the log is what it says. */
TC_STATUS tc_store_ready(tc_store *store, tc_error *reterr);
void tc_store_recovered(tc_store *store);

/* -- apply.c ----------------------------------------------------------------------------------- */

/* Writes all changes in the transaction that is open. */
TC_STATUS tc_store_apply(tc_store *store, tc_sql *sql, const tc_batch *batch,
                         tc_store_committed *ret, tc_error *reterr);
int64_t tc_store_kept_sum(uint32_t space, tc_slice key, tc_slice value);
int64_t tc_store_journal_sum(uint64_t sequence, uint32_t kind, tc_time made, tc_slice body);

/* -- salvage.c --------------------------------------------------------------------------------- */

/* Takes rows of an outbox that was set aside, as far as they can be read. */
void tc_store_salvage(tc_store *store, const char *name, uint64_t *ret_rows);

/* -- snapshots.c ------------------------------------------------------------------------------- */

/* Reads the table; removes files that no row names (a crash left them). */
TC_STATUS tc_store_read_snapshots(tc_store *store, tc_error *reterr);
/* A database that is new takes over the snapshots that are there. */
TC_STATUS tc_store_adopt(tc_store *store, tc_error *reterr);
/* Sets the newest one aside; the elder one is the newest then. */
TC_STATUS tc_store_refuse_snapshot(tc_store *store, const char *why, tc_error *reterr);

#endif
