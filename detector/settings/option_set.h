/*
 * option_set: which rows of options.def somebody has given a value.
 *
 * As wide as the table: a bit for each of its rows, counted when the program is compiled, so that
 * one more option needs nothing here. A row is named by its index. Beyond the last row is a
 * programmer error. All zero is empty; copied by assignment, owns nothing.
 */
#ifndef TC_SETTINGS_OPTION_SET_H
#define TC_SETTINGS_OPTION_SET_H

#include "parsers/base/prelude.h"

#define TC_OPTION_SET_WORD_BITS 64

enum {
    TC_OPTION_ROW_COUNT = 0
#define TC_OPTION(name, letter, argument, field, option_class, commands, help) +1
#include "detector/settings/options.def"
#undef TC_OPTION
};

typedef struct tc_option_set {
    uint64_t words[(TC_OPTION_ROW_COUNT + TC_OPTION_SET_WORD_BITS - 1) / TC_OPTION_SET_WORD_BITS];
} tc_option_set;

/* Whether the row is in the set. */
static inline bool tc_option_set_has(const tc_option_set *set, size_t row)
{
    TC_ASSERT(row < TC_OPTION_ROW_COUNT);
    return (set->words[row / TC_OPTION_SET_WORD_BITS] >> (row % TC_OPTION_SET_WORD_BITS) & 1) != 0;
}

/* Puts the row into the set, where it may be already. */
static inline void tc_option_set_add(tc_option_set *set, size_t row)
{
    TC_ASSERT(row < TC_OPTION_ROW_COUNT);
    set->words[row / TC_OPTION_SET_WORD_BITS] |= UINT64_C(1) << (row % TC_OPTION_SET_WORD_BITS);
}

#endif
