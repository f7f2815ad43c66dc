/*
 * past_counts: a count by the hour or day, and what was usual of those before.
 *
 * Steps are numbered from 1970 on; which length they have and how many of them are kept is the
 * owner's, and always the same. A step in which nothing was counted is a zero; what is older than
 * what is kept is forgotten, after a gap of any length at the same cost. All zero is empty.
 */
#ifndef TC_DERIVE_PAST_COUNTS_H
#define TC_DERIVE_PAST_COUNTS_H

#include "parsers/base/visit.h"

#define TC_PAST_COUNTS_MAX (28 * 24)

typedef struct tc_past_counts {
    bool begun;
    int64_t step;   /* the present one */
    uint32_t count; /* in it */
    uint32_t kept;
    uint32_t past[TC_PAST_COUNTS_MAX]; /* the step before first */
} tc_past_counts;

/* Goes on to that step; true if it is another than before. An earlier one is taken for the present.
 * `room` is how many steps are kept: at most TC_PAST_COUNTS_MAX. */
bool tc_past_counts_turn(tc_past_counts *counts, int64_t step, uint32_t room);
/* Median of the past, and the median distance from it (NULL: not asked for), over every step that
 * is a whole multiple of `every` before the present one; how many those are. Without any both are
 * 0. */
uint32_t tc_past_counts_usual(const tc_past_counts *counts, uint32_t every, double *ret_median,
                              double *ret_distance);
/* The largest count of the past; *ret_steps: over how many steps. */
uint32_t tc_past_counts_most(const tc_past_counts *counts, uint32_t *ret_steps);
/* Puts another count in the place of that of an earlier step, if it is kept; what stood there. */
uint32_t tc_past_counts_correct(tc_past_counts *counts, int64_t step, uint32_t count);
/* Within a section of its owner; `length` is that of a step. */
void tc_past_counts_visit(tc_past_counts *counts, tc_visit *visit, uint32_t room, int64_t length);

#endif
