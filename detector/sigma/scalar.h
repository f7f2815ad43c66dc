/*
 * scalar: what a YAML scalar stands for in a rule.
 *
 * Only plain scalars are anything but text: null (null, ~, nothing), booleans (true, false in any
 * case), integers and decimal fractions. No hexadecimal, octal, sexagesimal, exponent or date
 * forms, no yes/no: they are text (the published rules hold none, and YAML 1.1 and 1.2 differ on
 * them).
 */
#ifndef TC_SIGMA_SCALAR_H
#define TC_SIGMA_SCALAR_H

#include "detector/sigma/yaml_tree.h"

typedef enum tc_scalar_kind {
    TC_SCALAR_TEXT,
    TC_SCALAR_NULL,
    TC_SCALAR_BOOL,
    TC_SCALAR_NUMBER
} tc_scalar_kind;

/* A number: exact where it is an integer of 64 bits, else a double. */
typedef struct tc_number {
    bool integer;
    int64_t whole;
    double real;
} tc_number;

typedef struct tc_scalar {
    tc_scalar_kind kind;
    tc_slice text; /* as written */
    bool truth;
    tc_number number;
} tc_scalar;

tc_scalar tc_scalar_of(const tc_yaml *node);
/* JSON numbers, a leading '+' or zeros allowed: what counts as a number in an event. */
bool tc_number_parse(tc_slice text, tc_number *ret);
int tc_number_compare(tc_number a, tc_number b);

#endif
