/*
 * verdict: what a scan ends with, decided once for every output and the exit status.
 *
 * "Nothing found" is worth what was judged. So there is one list of the reasons why something that
 * is or looks like evidence was not judged, and one rule:
 *
 *   1  something was found at or above --fail-level
 *   3  else, if there is any reason
 *   0  else: all of it was read and judged
 *
 * A finding that did not reach the receiver that was to have it is such a reason too: who waits for
 * it there hears as little as if it had not been judged. (2, nothing begun, is not decided here.)
 * What needs to be known stands in the summary: files, totals, window, bounds, coverage, counts. A
 * kind of log that was not given at all is a reason where its indicator is required (--require); of
 * others the coverage says so, and that every indicator is blind is one.
 */
#ifndef TC_REPORT_VERDICT_H
#define TC_REPORT_VERDICT_H

#include "detector/summary.h"
#include "parsers/base/arena.h"

/* In the order in which they are told. The first three mean that nothing at all was judged. */
typedef enum tc_unjudged_kind {
    TC_UNJUDGED_NO_EVENT,       /* no event of any kind was read */
    TC_UNJUDGED_WINDOW,         /* the logs hold nothing between --since and --until */
    TC_UNJUDGED_ALL_BLIND,      /* no indicator had what it needs, and no own rule judged */
    TC_UNJUDGED_UNREADABLE,     /* files that could not be opened */
    TC_UNJUDGED_NOT_UNDERSTOOD, /* files of a kind that is not read */
    TC_UNJUDGED_BROKEN_OFF,     /* files that could not be read to their end */
    TC_UNJUDGED_REJECTED,       /* files too much of which was no record */
    TC_UNJUDGED_LATE,           /* records that came behind the order of judging */
    TC_UNJUDGED_CUT_SHORT,      /* temporary files reached their bound or failed */
    TC_UNJUDGED_STATE_FULL,     /* a bound that blinds an indicator */
    TC_UNJUDGED_NO_MEMORY,      /* the system had none: texts, members or matches may be missing */
    TC_UNJUDGED_REQUIRED,       /* an indicator that has to be watched is not, or only partly */
    TC_UNJUDGED_RULES,          /* rules that were left out for their errors */
    TC_UNJUDGED_UNSENT,         /* a receiver was to have messages and did not take them */
    TC_UNJUDGED_COUNT
} tc_unjudged_kind;

/* "no_event", "window", ...: as JSON says it. */
const char *tc_unjudged_key(tc_unjudged_kind kind);
/* Fills summary->verdict; the words live in the arena. */
TC_STATUS tc_verdict_reach(tc_summary *summary, tc_arena *arena);

#endif
