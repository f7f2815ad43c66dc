/*
 * spans: from when to when records reach, by what they are evidence of.
 *
 * For records that came in envelopes: one source holds several logs, and what one of them covers is
 * no claim for another. Plain values; of a kind that is not among the bits nothing is known.
 */
#ifndef TC_PIPELINE_SPANS_H
#define TC_PIPELINE_SPANS_H

#include "parsers/parser.h"

#define TC_EVIDENCE_KINDS 8
typedef struct tc_spans {
    uint32_t evidence;
    struct {
        tc_time first, last;
    } of[TC_EVIDENCE_KINDS];
} tc_spans;

/* Widens the spans of all those kinds of evidence. */
static inline void tc_spans_widen(tc_spans *spans, uint32_t evidence, tc_time first, tc_time last)
{
    for (unsigned k = 0; k < TC_EVIDENCE_KINDS; k++) {
        if (!(evidence >> k & 1)) continue;
        bool known = spans->evidence >> k & 1;
        spans->of[k].first = known ? TC_MIN(spans->of[k].first, first) : first;
        spans->of[k].last = known ? TC_MAX(spans->of[k].last, last) : last;
    }
    spans->evidence |= evidence;
}

#endif
