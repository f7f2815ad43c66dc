/*
 * statements: what the workers of a scan say about logs, kept, to be told to the ordered stage
 * again and again in other ways.
 *
 * A way changes how often a statement is told, in how many pieces a span is told, and in what
 * batches and between which releases, but never what is said: so what comes out must be the same
 * bytes. Pieces of a span but the first carry a record that is none (text, host, status, place),
 * and every span a number of requests of its own: whatever of these reached an output would differ.
 */
#ifndef TC_TEST_APP_STATEMENTS_H
#define TC_TEST_APP_STATEMENTS_H

#include "detector/pipeline/ordered.h"
#include "parsers/base/str.h"

typedef struct statements {
    tc_options options;
    tc_run run;
    tc_observations **batches; /* as the workers handed them over */
    size_t batch_count, batch_capacity;
} statements;

/* The words of a command line behind `tocsin`, with a NULL behind. They, and `s` where it is, must
 * stay until done_statements. Blocks end where `block_size` says. */
void read_statements(statements *s, const char *const *words, size_t block_size);
void done_statements(statements *s);
size_t count_statements(const statements *s, tc_observation_kind kind);

typedef enum telling_again {
    TOLD_ONCE = 0,
    TOLD_TWICE_RUNNING, /* side by side */
    TOLD_TWICE_APART    /* all of them, then all of them again */
} telling_again;

/* As `batch`: one at a time for a while, then many at once. */
#define TOLD_IN_STRETCHES SIZE_MAX

typedef struct telling {
    const char *name;
    uint64_t seed;
    telling_again again;
    bool cut;         /* spans of more than one instant in two or three pieces */
    bool again_later; /* facts once more, so much later as another record could say them */
    bool shuffled;    /* across batches */
    bool by_time; /* told in the order of time, released between batches as far as that allows */
    size_t batch; /* statements per batch; 0 = as the workers had them */
    bool saved;   /* told in total order; between batches all state is saved and had back */
} telling;

/* Appends all alerts as JSON lines, then what was covered, copies by source and bounds reached.
 * Returns how many bytes went through temporary files on the way. */
uint64_t tell(const statements *s, const telling *how, tc_str *out);

/* Tells all statements and saves the state in the middle of their time; then loads it `rounds`
 * times with one value changed each time behind right checksums, and where it is not refused tells
 * the second half. Returns how often it was not. */
size_t tell_after_damage(const statements *s, size_t rounds);

/* Tells all statements, saves the state, asks who each user is, as a page would, and saves it
 * again: whether both are the same bytes. */
bool looks_leave_no_trace(const statements *s);

#endif
