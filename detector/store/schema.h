/*
 * schema: the tables of the database, and what of an older or a strange one becomes of it.
 *
 *   fact      numbers by name: version, born, sequence (of the journal's last row), journal_bytes,
 *             renewed (points come from a snapshot)
 *   kept      points and small values, by space and key, with a checksum
 *   journal   rows by sequence, with version, length and checksum
 *   outbox    what waits for a receiver (state 0) and dead letters (state 1)
 *   told      (receiver, id, ordinal) of what is no longer in the outbox
 *   tally     rows of a receiver and level, by what became of them
 *   snapshot  the snapshots that are whole: their files, bytes, checksums
 *
 * The version stands twice, in the head of the file and in a row, so that damage is told from the
 * work of a newer program.
 */
#ifndef TC_STORE_SCHEMA_H
#define TC_STORE_SCHEMA_H

#include "detector/store/sql.h"
#include "parsers/base/time.h"

typedef enum tc_schema_found {
    TC_SCHEMA_SOUND,
    TC_SCHEMA_NEW,     /* was empty: has its tables now */
    TC_SCHEMA_UPGRADED /* was of an older version */
} tc_schema_found;

/* One version after the other, each in SQL that makes it out of the one before it. */
typedef struct tc_schema_steps {
    const char *const *steps;
    size_t count;
} tc_schema_steps;

extern const tc_schema_steps tc_schema;

/* Looks at the database, makes or upgrades its tables in one transaction, and lets SQLite check it.
 * TC_ESYNTAX: damaged, or no database of this program. TC_EUNSUPPORTED: a newer version's; nothing
 * was changed. */
TC_STATUS tc_schema_open(tc_sql *sql, const tc_schema_steps *schema, tc_time now,
                         tc_schema_found *ret, tc_error *reterr);
/* Whether it may be read: the same without any change. */
TC_STATUS tc_schema_look(tc_sql *sql, const tc_schema_steps *schema, tc_error *reterr);
/* SQLite's own check, of `all` or of what can be checked at every start: *ret_problem is empty or
 * what is wrong first. */
TC_STATUS tc_schema_check(tc_sql *sql, bool all, char *ret_problem, size_t size, tc_error *reterr);

#endif
