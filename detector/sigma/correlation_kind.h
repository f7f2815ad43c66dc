/*
 * correlation_kind: the types of correlations: their names in documents, and what each may and must
 * say.
 *
 * Sigma knows more types than this version evaluates: those are here to be refused by name.
 */
#ifndef TC_SIGMA_CORRELATION_KIND_H
#define TC_SIGMA_CORRELATION_KIND_H

#include "detector/sigma/rule.h"

enum { TC_CORRELATION_KINDS = 11 };

typedef struct tc_correlation_kind {
    const char *name;
    tc_correlation_type type; /* TC_CORRELATION_TYPE_COUNT: not evaluated */
    bool counts;              /* must compare with a number */
    bool values;              /* must name fields whose values it compares */
    bool learns;              /* has a baseline; a firing is about a `value` */
    bool each;                /* fires for each new value: there is nothing to compare with */
    bool replaces;            /* the value stands in place of a `previous` one */
    bool expression;          /* the condition may be a boolean expression over its rules */
} tc_correlation_kind;

extern const tc_correlation_kind tc_correlation_kinds[TC_CORRELATION_KINDS];
/* NULL if Sigma knows no such type. */
const tc_correlation_kind *tc_correlation_kind_find(tc_slice name);
/* Of a type that is evaluated. */
const tc_correlation_kind *tc_correlation_kind_of(tc_correlation_type type);

#endif
