/*
 * alloc: the only way to the heap.
 *
 * Everything that tocsin allocates itself comes through these functions, so that a test can make
 * the n-th allocation fail. Sizes are checked for overflow here and nowhere else. NULL means "no
 * memory"; callers turn it into TC_ENOMEM. A size of zero yields a valid pointer that may be freed.
 */
#ifndef TC_BASE_ALLOC_H
#define TC_BASE_ALLOC_H

#include "parsers/base/status.h"

/* Zeroed memory for count elements of size bytes; NULL on overflow or lack of memory. */
void *tc_alloc(size_t count, size_t size) TC_MUST_USE;

/* Frees what tc_alloc or tc_grow gave; NULL is fine. */
void tc_free(void *memory);

/* Makes *array (of *capacity elements of size bytes) hold at least `needed` elements, doubling; on
 * failure nothing changes. New elements are not zeroed. `limit` bounds the number of elements:
 * beyond it TC_ELIMIT. */
TC_STATUS tc_grow(void *array_address, size_t *capacity, size_t needed, size_t size, size_t limit);

/* How many allocations of the process found no memory. A run that went on all the same asks at its
 * end: it may have lost a text, a member or a match, and must not call itself whole. */
uint64_t tc_alloc_failures(void);

/* Test switches: the n-th allocation from now (1 = the next) fails, and all after it or it alone;
 * 0 = off. tc_alloc_left tells what is left of n: how many allocations there were, and (0 after
 * tc_alloc_fail_once) whether the failure came. */
void tc_alloc_fail_after(uint64_t n);
void tc_alloc_fail_once(uint64_t n);
uint64_t tc_alloc_left(void);

#endif
