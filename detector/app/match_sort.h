/*
 * match_sort: texts of any number, given back in the order of their times.
 *
 * What does not fit into the memory that is allowed lies sorted in runs in one temporary file
 * without a name, and is merged on the way back. Texts of equal time keep the order in which they
 * were added. Errors name the folder and the way out.
 */
#ifndef TC_APP_MATCH_SORT_H
#define TC_APP_MATCH_SORT_H

#include "parsers/base/slice.h"
#include "parsers/base/time.h"

#define TC_MATCH_TEXT_MAX ((size_t)64 << 20) /* of one text */

typedef struct tc_match_sort tc_match_sort;

/* `memory` bounds what is held at a time, but for one text; NULL without memory. */
tc_match_sort *tc_match_sort_new(size_t memory, const char *folder) TC_MUST_USE;
void tc_match_sort_free(tc_match_sort *sort);
TC_STATUS tc_match_sort_add(tc_match_sort *sort, tc_time time, tc_slice text, tc_error *reterr);

typedef struct tc_match_taker {
    void *context;
    /* `sequence`: how many were added before it. A failure ends the giving. */
    TC_STATUS (*take)(void *context, tc_time time, uint64_t sequence, tc_slice text);
} tc_match_taker;

/* Gives all of them, once; nothing can be added any more. */
TC_STATUS tc_match_sort_give(tc_match_sort *sort, const tc_match_taker *taker, tc_error *reterr);
/* Bytes that lie in the temporary file. */
uint64_t tc_match_sort_spilled(const tc_match_sort *sort);

#endif
