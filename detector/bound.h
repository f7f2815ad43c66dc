/*
 * bound: a limit of the program's memory that was reached, as coverage and people are told.
 *
 * Every module that keeps something for strangers' input has a bound and a policy at it. What it
 * gave up there is counted; at the end it adds a row here for every bound that was reached and none
 * for the others. `blinds` are the indicators that may have missed something for it; 0 means that
 * only repetitions or display suffer. Nothing is allocated; texts are constants.
 */
#ifndef TC_DETECTOR_BOUND_H
#define TC_DETECTOR_BOUND_H

#include "parsers/base/slice.h"

typedef enum tc_indicator {
    TC_INDICATOR_WEBMAIL = 0,
    TC_INDICATOR_LANGUAGE,
    TC_INDICATOR_PASSWORDS,
    TC_INDICATOR_JOIN, /* a language switch with access */
    TC_INDICATOR_COUNT
} tc_indicator;

/* "webmail", "language", "resets", "switch": as people name them. */
static inline const char *tc_indicator_name(tc_indicator indicator)
{
    static const char *const names[TC_INDICATOR_COUNT] = {[TC_INDICATOR_WEBMAIL] = "webmail",
                                                          [TC_INDICATOR_LANGUAGE] = "language",
                                                          [TC_INDICATOR_PASSWORDS] = "resets",
                                                          [TC_INDICATOR_JOIN] = "switch"};
    return names[indicator];
}
/* False if the word names none. */
static inline bool tc_indicator_parse(tc_slice word, tc_indicator *ret)
{
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++) {
        if (!tc_slice_equal_ascii(word, tc_slice_of(tc_indicator_name((tc_indicator)i)))) continue;
        *ret = (tc_indicator)i;
        return true;
    }
    return false;
}

#define TC_BLINDS(indicator) (1u << (indicator))
#define TC_REQUIRED_BY_DEFAULT                                                                     \
    (TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_LANGUAGE) |                          \
     TC_BLINDS(TC_INDICATOR_PASSWORDS))
#define TC_BLINDS_ALL ((1u << TC_INDICATOR_COUNT) - 1)

typedef struct tc_bound {
    const char *what;  /* in the plural: "names of mailboxes" */
    uint64_t limit;    /* how many fit; 0 if that has no number */
    uint64_t given_up; /* how many were forgotten before their time, or not taken in */
    uint32_t blinds;   /* TC_BLINDS of each indicator concerned */
} tc_bound;

#define TC_BOUNDS_MAX 48
typedef struct tc_bounds {
    tc_bound items[TC_BOUNDS_MAX];
    size_t count;
} tc_bounds;

/* Adds the row if anything was given up. `what` is a constant. */
static inline void tc_bounds_add(tc_bounds *bounds, const char *what, uint64_t limit,
                                 uint64_t given_up, uint32_t blinds)
{
    if (given_up == 0 || bounds->count == TC_BOUNDS_MAX) return;
    bounds->items[bounds->count++] = (tc_bound){what, limit, given_up, blinds};
}

#endif
