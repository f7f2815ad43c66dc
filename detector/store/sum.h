/*
 * sum: the checksum of what the store keeps: over numbers and bytes, in order. For damage, not for
 * people who mean harm.
 */
#ifndef TC_STORE_SUM_H
#define TC_STORE_SUM_H

#include "parsers/base/hash.h"

/* As the database keeps it. */
int64_t tc_sum_of(const uint64_t *numbers, size_t number_count, const tc_slice *parts,
                  size_t part_count);

#endif
