/*
 * store: what a run that lasts for years keeps on disk.
 *
 * One folder: a SQLite database (WAL) and the last two snapshots of the whole state, files of their
 * own. The database holds resume points and small values by key, the journal of all that the
 * state is a function of, and the outbox, whose rows sender threads take (outbox.h). The store
 * knows bytes, keys and ids, and nothing of what they mean. It belongs to one thread, which owns
 * the folder by a lock: a second store on it is refused.
 *
 * Errors are always wanted: no `reterr` of this module may be NULL.
 *
 * What is put waits in memory; tc_store_commit writes all of it in one transaction and, when it
 * returns TC_OK, it has reached the disk (TC_STORE_FULL). If it fails, everything waits on and the
 * next commit writes it, so a full disk costs nothing but memory until it is over. Every change is
 * idempotent: a transaction of which the machine said that it failed, and that stands there all the
 * same, is written again without harm. Outbox rows are keyed by (receiver, id, ordinal); one that
 * waits, is dead, or was sent since the eldest kept snapshot is not taken a second time, so
 * a replay may put all its alerts again.
 *
 * After a crash tc_store_restore loads the newest snapshot that is sound and hands out the journal
 * behind it. A snapshot has a copy of the points and values as they stood when it was made: a
 * database that is damaged is set aside under a name with the time, never deleted, and a new one
 * begins at the newest snapshot, so that the sources are read again from there on; outbox rows
 * that can still be read move over. What was lost is told in words.
 *
 * Refused in words: folders on network file systems, of another owner, or that others can write;
 * a database of a newer version of the program (nothing is touched). An older one is upgraded.
 */
#ifndef TC_STORE_STORE_H
#define TC_STORE_STORE_H

#include "parsers/base/str.h"
#include "parsers/base/visit.h"

#define TC_STORE_KEY_MAX ((size_t)4096)
#define TC_STORE_VALUE_MAX TC_VISIT_TEXT_MAX
#define TC_STORE_BODY_MAX ((size_t)16 << 20)
#define TC_STORE_NAME_MAX ((size_t)256) /* a receiver's name, an id */
#define TC_STORE_LEVELS 8u              /* levels of outbox rows: 0 to 7, higher is more urgent */

typedef struct tc_store tc_store;

typedef enum tc_store_news {
    TC_STORE_SET_ASIDE, /* something damaged got another name, and what that costs */
    TC_STORE_LOST,      /* memory that could not be had back */
    TC_STORE_UPGRADED,
    TC_STORE_TROUBLE,  /* nothing can be written: from now on degraded */
    TC_STORE_RECOVERED /* and over again */
} tc_store_news;

typedef enum tc_store_durability {
    TC_STORE_FULL,  /* a commit that was acknowledged outlives a power cut */
    TC_STORE_NORMAL /* a power cut may take back the last commits, all of each */
} tc_store_durability;

/* 0 and NULL are the defaults; there must be `now`, the clock. */
typedef struct tc_store_options {
    tc_time (*now)(void *context);
    void *now_context;
    /* Hears a sentence for people about what happened; called on the store's own thread. */
    void (*tell)(void *context, tc_store_news news, const char *sentence);
    void *tell_context;
    tc_store_durability durability;
    int64_t journal_keep;        /* 14 days: so long rows stay that no snapshot needs any more */
    uint64_t journal_keep_bytes; /* 2 GiB: and so many of them */
    uint64_t outbox_rows;  /* 1,000,000 waiting rows of one receiver, then the lowest level's */
    uint64_t outbox_bytes; /* 1 GiB: eldest are dropped and counted */
    uint64_t dead_rows;    /* 10,000 dead letters, then the eldest are dropped and counted */
    size_t waiting_bytes;  /* 64 MiB may wait for a commit */
    int busy_ms;           /* 5,000: so long another connection may keep it locked */
} tc_store_options;

/* `folder` is made if its parent exists. The options' contexts must live as long as the store. A
 * damaged database is set aside here. TC_EUNSUPPORTED: a newer version's, or a folder where none
 * can be kept. */
TC_STATUS tc_store_open(const char *folder, const tc_store_options *options, tc_store **ret,
                        tc_error *reterr);
/* What was put and not committed is gone. NULL is fine. */
void tc_store_close(tc_store *store);

/* -- putting and committing ------------------------------------------------------------------ */

/* All copy what they are given. TC_ELIMIT: too large, or too much waits because nothing can be
 * written; commit first. Key and value are any bytes. */
TC_STATUS tc_store_put_point(tc_store *store, tc_slice key, tc_slice value);
TC_STATUS tc_store_drop_point(tc_store *store, tc_slice key);
TC_STATUS tc_store_put_meta(tc_store *store, const char *key, tc_slice value);
/* The row's number: one more than that of the row before it, for ever. */
TC_STATUS tc_store_journal(tc_store *store, uint32_t kind, tc_slice body, uint64_t *ret_sequence);

typedef struct tc_store_alert {
    tc_slice receiver, id, payload;
    uint32_t ordinal;
    uint32_t level;
    tc_time time; /* of the event, not of the clock */
} tc_store_alert;

TC_STATUS tc_store_outbox_put(tc_store *store, const tc_store_alert *alert);

/* What became of the outbox rows of a commit. */
typedef struct tc_store_committed {
    uint64_t inserted, known, dropped;
} tc_store_committed;

/* Writes what waits. Without anything to write it only looks after a trouble. While degraded it
 * tries again after 1 to 30 s of the clock, and in between fails at once with the same words. */
TC_STATUS tc_store_commit(tc_store *store, tc_store_committed *ret, tc_error *reterr);
/* Forgets what was put since the last commit, numbers of journal rows included; not after a commit
 * that failed: that one may stand on disk. */
void tc_store_rollback(tc_store *store);

typedef enum tc_store_state {
    TC_STORE_WELL,
    TC_STORE_DEGRADED, /* nothing can be written now; commits go on trying */
    TC_STORE_DAMAGED   /* the database is damaged: tc_store_renew */
} tc_store_state;

typedef struct tc_store_health {
    tc_store_state state;
    tc_error why;  /* of DEGRADED and DAMAGED */
    tc_time since; /* TC_TIME_NONE when well */
    size_t waiting_bytes;
    uint64_t last_sequence; /* of the journal, what waits included */
    uint64_t journal_bytes, bytes_since_snapshot;
    tc_time snapshot_made; /* TC_TIME_NONE: there is none */
    uint64_t snapshot_bytes;
} tc_store_health;

void tc_store_health_of(const tc_store *store, tc_store_health *ret);

/* Sets a database that was found DAMAGED while in use aside and begins a new one. What waits is
 * kept; the caller then puts all points and values, commits, and takes a snapshot. Outboxes of the
 * folder have to be closed before, or they go on with the old one. */
TC_STATUS tc_store_renew(tc_store *store, tc_error *reterr);

/* One bounded step of forgetting what is not needed any more; *ret_more: there is more to do. */
TC_STATUS tc_store_prune(tc_store *store, bool *ret_more, tc_error *reterr);

/* -- snapshots and restoring ----------------------------------------------------------------- */

/* A saver for the whole state, as it is after all journal rows so far. Nothing may wait: commit
 * first. What is put and committed until it is done itself comes behind it. */
TC_STATUS tc_store_snapshot_begin(tc_store *store, tc_visit **ret, tc_error *reterr);
/* Begins to write what was saved so far to disk, and does not wait for it. */
void tc_store_snapshot_flush(tc_store *store);
/* All was saved; nothing may wait. */
TC_STATUS tc_store_snapshot_end(tc_store *store, tc_error *reterr);
/* Brings what was ended to disk under its name, and takes as long as the disk does. The one
 * function that another thread may call while the store's own puts and commits; that one does
 * nothing with the snapshot until it has returned. If it fails, drop it. */
TC_STATUS tc_store_snapshot_place(tc_store *store, tc_error *reterr);
/* Counts it beside the other from now on, when nothing waits; of the elder ones only the newest
 * stays. Ends and places it first, if nobody has. A failed one is dropped and leaves all as it
 * was. */
TC_STATUS tc_store_snapshot_commit(tc_store *store, tc_error *reterr);
void tc_store_snapshot_drop(tc_store *store);

/* Where a restore puts what it finds. What a function fails with ends the restore. */
typedef struct tc_store_hooks {
    void *context;
    /* From now on everything begins anew: called first, and again after what was no use. */
    TC_STATUS (*fresh)(void *context);
    /* Loads the state. Visits that fail are the store's business: it goes on with the elder one. */
    void (*state)(void *context, tc_visit *visit);
    /* One row of the journal behind it. May put outbox rows and commit. */
    TC_STATUS (*row)(void *context, uint64_t sequence, uint32_t kind, tc_slice body);
    /* At the end, for every point. */
    TC_STATUS (*point)(void *context, tc_slice key, tc_slice value);
} tc_store_hooks;

typedef struct tc_store_restored {
    tc_time snapshot_made; /* TC_TIME_NONE: none */
    uint64_t sequence;     /* of the journal, up to which the state stands now */
    uint64_t rows;         /* that were replayed */
    bool whole;            /* false: something was lost, which was told */
} tc_store_restored;

/* Once after opening, before anything is put. An empty store gives an empty state. */
TC_STATUS tc_store_restore(tc_store *store, const tc_store_hooks *hooks, tc_store_restored *ret,
                           tc_error *reterr);

/* The value of a key as it was committed, appended to `out`; *ret_found false: there is none. */
TC_STATUS tc_store_meta(tc_store *store, const char *key, tc_str *out, bool *ret_found,
                        tc_error *reterr);

#endif
