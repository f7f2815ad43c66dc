/*
 * verdict_words: the verdict of a scan in words, the same for every format.
 *
 * Raw text: whoever prints it escapes it. The first sentence says what was found or that nothing
 * was, and how far that can be believed: INCOMPLETE, or that nothing was judged, stands at its
 * beginning, and the time that was judged and the blind spots in it. The other sentences are what a
 * person must know besides; each is true only when it is there.
 */
#ifndef TC_OUTPUT_VERDICT_WORDS_H
#define TC_OUTPUT_VERDICT_WORDS_H

#include "detector/summary.h"
#include "parsers/base/str.h"

void tc_verdict_sentence(const tc_summary *summary, tc_str *out);
/* Parts of it. "2 incidents: 1 critical, 1 low", with the levels in capitals if `loud`; or that
 * nothing was found. */
void tc_verdict_found(const tc_summary *summary, bool loud, tc_str *out);
/* "2011-03-01 00:00 to 2011-03-14 23:59 UTC (14 days)" */
void tc_verdict_window(const tc_summary *summary, tc_str *out);
/* "Every indicator could be watched", or which could not. */
void tc_verdict_gaps(const tc_summary *summary, tc_str *out);
/* The reasons that the sentence does not give itself begin with this one. */
size_t tc_verdict_first_reason(const tc_summary *summary);

typedef enum tc_verdict_note {
    TC_NOTE_BELOW_FAIL, /* incidents below --fail-level */
    TC_NOTE_BELOW_MIN,  /* incidents below --min-level */
    TC_NOTE_HISTORIC,   /* incidents before --since */
    TC_NOTE_PASSES,     /* the logs were read more than once */
    TC_NOTE_STATE,      /* what earlier scans had judged, and how far this one has */
    TC_NOTE_STATE_LOST, /* what of the state does not hold any more */
    TC_NOTE_IDLE_RULES, /* own rules that could not match anything that was read */
    TC_NOTE_COUNT
} tc_verdict_note;
/* Appends nothing where there is nothing to note. */
void tc_verdict_note_words(const tc_summary *summary, tc_verdict_note note, tc_str *out);

/* "names of mailboxes: 200,000 fit, 1,234 were forgotten" */
void tc_bound_words(const tc_bound *bound, tc_str *out);

#endif
