/*
 * modifier: the chain behind a field's name, read and checked.
 *
 * The order rules: re, cidr, exists, comparisons and time parts stand before everything else that
 * changes the value; encoders stand before contains, startswith and endswith; utf16 forms stand
 * directly before a base64 form; all and neq stand anywhere.
 */
#ifndef TC_SIGMA_MODIFIER_H
#define TC_SIGMA_MODIFIER_H

#include "detector/sigma/diagnostics.h"
#include "detector/sigma/program.h"

typedef enum tc_modifier {
    TC_MOD_CONTAINS,
    TC_MOD_STARTSWITH,
    TC_MOD_ENDSWITH,
    TC_MOD_ALL,
    TC_MOD_CASED,
    TC_MOD_NEQ,
    TC_MOD_EXISTS,
    TC_MOD_RE,
    TC_MOD_IGNORECASE,
    TC_MOD_MULTILINE,
    TC_MOD_DOTALL,
    TC_MOD_CIDR,
    TC_MOD_LT,
    TC_MOD_LTE,
    TC_MOD_GT,
    TC_MOD_GTE,
    TC_MOD_BASE64,
    TC_MOD_BASE64OFFSET,
    TC_MOD_UTF16LE,
    TC_MOD_UTF16BE,
    TC_MOD_UTF16,
    TC_MOD_WINDASH,
    TC_MOD_EXPAND,
    TC_MOD_FIELDREF,
    TC_MOD_MINUTE,
    TC_MOD_HOUR,
    TC_MOD_DAY,
    TC_MOD_WEEK,
    TC_MOD_MONTH,
    TC_MOD_YEAR,
    TC_MOD_COUNT
} tc_modifier;

#define TC_ENCODERS_MAX 6

typedef struct tc_chain {
    tc_slice field; /* may be empty */
    bool has[TC_MOD_COUNT];
    tc_modifier encoders[TC_ENCODERS_MAX]; /* left to right */
    size_t encoder_count;
} tc_chain;

/* Reads "field|modifier|modifier". False after an error. */
bool tc_chain_read(tc_diagnostics *d, const tc_yaml *key, tc_chain *ret) TC_MUST_USE;

#endif
