/*
 * fixture: a store in a folder of its own, a clock that is set, what was told, and a state to keep:
 * the numbers of the journal's rows, added up, and the points.
 */
#ifndef TC_TEST_STORE_FIXTURE_H
#define TC_TEST_STORE_FIXTURE_H

#include "detector/store/outbox.h"
#include "detector/store/store.h"

#define POINTS_MAX 32

typedef struct memory {
    uint64_t count, sum, last;
    bool refuses; /* whatever is loaded */
    size_t begun, points;
    char keys[POINTS_MAX][32], values[POINTS_MAX][64];
} memory;

typedef struct fixture {
    char folder[64];
    tc_time now;
    tc_store_options options;
    tc_store *store;
    tc_error error;
    size_t told[TC_STORE_RECOVERED + 1];
    char words[4096]; /* all sentences, a line each */
} fixture;

void fixture_open(fixture *f);
/* Opens the store; it has to work. */
void fixture_store(fixture *f);
void fixture_close_store(fixture *f);
void fixture_close(fixture *f);
/* folder/name. */
const char *fixture_path(const fixture *f, const char *name);
/* How many names in the folder begin so and hold `part`. */
size_t fixture_files(const fixture *f, const char *begin, const char *part);
/* Writes bytes into the middle of a file; cuts a file. */
void fixture_damage(const fixture *f, const char *name, long at, const char *bytes, size_t count);
/* Where the text stands in a file; -1: nowhere. */
long fixture_find(const fixture *f, const char *name, const char *text);

/* One row of the journal, one point, one alert for each of two receivers, committed. */
void fixture_commit(fixture *f, unsigned number);
void fixture_alert(fixture *f, const char *receiver, const char *id, unsigned level,
                   const char *payload);
/* The state of these commits, in a snapshot. */
void fixture_snapshot(fixture *f, memory *m);
/* The memory's section, either way. */
void fixture_save(tc_visit *v, memory *m);
void fixture_restore(fixture *f, memory *m, tc_store_restored *ret);
const char *memory_point(const memory *m, const char *key);
tc_outbox *fixture_outbox(fixture *f, const char *receiver);
/* Takes all that waits for the receiver, in order; the ids with a blank behind each. */
void fixture_drain(fixture *f, const char *receiver, char *out, size_t size);

#endif
