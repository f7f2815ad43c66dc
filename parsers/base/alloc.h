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
tc_status tc_grow(void *array_address, size_t *capacity, size_t needed, size_t size,
                  size_t limit) TC_MUST_USE;

/* Test switch: the n-th allocation from now (1 = the next) and all after it fail; 0 = off. */
void tc_alloc_fail_after(uint64_t n);

#endif
