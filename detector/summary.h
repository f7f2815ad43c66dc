/*
 * summary: what was read, how well it could be judged, and what it cost.
 *
 * Shown as the inventory before findings come and as the coverage after them. Like an alert it is
 * raw: outputs escape. No verdict is printed without its span and its blind spots.
 */
#ifndef TC_DETECTOR_SUMMARY_H
#define TC_DETECTOR_SUMMARY_H

#include "detector/alert.h"
#include "parsers/event/ledger.h"

typedef struct tc_inventory_row {
    tc_slice host;      /* empty = not known */
    const char *format; /* parser name */
    uint64_t files, bytes;
    tc_time first, last; /* TC_TIME_NONE = not known before reading */
} tc_inventory_row;

typedef enum tc_watch_state {
    TC_WATCHED,
    TC_PARTLY,
    TC_BLIND,
    TC_WATCH_STATE_COUNT
} tc_watch_state;

typedef struct tc_coverage_row {
    const char *indicator; /* "webmail bursts", "system message language", "password resets", ... */
    tc_watch_state state;
    tc_slice why; /* empty when watched */
    tc_slice fix; /* what the administrator can do */
} tc_coverage_row;

typedef struct tc_problem {
    tc_slice file;
    tc_slice text; /* "permission denied", "damaged gzip at byte 123" */
} tc_problem;

typedef struct tc_summary {
    const tc_inventory_row *inventory;
    size_t inventory_count;
    uint64_t irrelevant_files, irrelevant_bytes, duplicate_files;
    const tc_slice *guesses; /* settings taken from the data: "own domain: example.org" */
    size_t guess_count;
    const tc_slice *missing; /* "no message tracking logs: usually below ...": where to look */
    size_t missing_count;
    const tc_problem *problems; /* sources that could not be read */
    size_t problem_count;
    /* The rest only at the end. */
    const tc_coverage_row *coverage;
    size_t coverage_count;
    tc_ledger totals;
    tc_time first, last; /* of all events judged */
    uint64_t mailboxes_seen, mailboxes_joined, mailboxes_judged;
    size_t incidents[TC_LEVEL_COUNT];
    bool incomplete;
    double seconds;
    double cpu_seconds, ordered_cpu_seconds; /* of all threads; of the ordered stage */
    uint64_t observations;                   /* handed to the ordered stage, copies too */
    uint64_t peak_rss_bytes, spilled_bytes;
} tc_summary;

const char *tc_watch_state_name(tc_watch_state state);

#endif
