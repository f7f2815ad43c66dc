/*
 * count: how many lines end in a run of bytes, at memory speed.
 */
#ifndef TC_INPUT_COUNT_H
#define TC_INPUT_COUNT_H

#include "parsers/base/slice.h"

uint64_t tc_count_newlines(tc_slice s);

#endif
