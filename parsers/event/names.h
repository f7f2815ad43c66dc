/*
 * names: field names and their numbers.
 *
 * Every field has a number. Names known at build time come from fields.def and keep their constants
 * (TC_FIELD_...); names that only the loaded rules mention are added at start and numbered behind
 * them. After freezing, a table is immutable and shared by all threads. Names are case-sensitive
 * (Sigma); an alias is a second name of the same field. There is at most TC_FIELD_MAX.
 */
#ifndef TC_EVENT_NAMES_H
#define TC_EVENT_NAMES_H

#include "parsers/base/slice.h"

/* X-macro kinds: TC_NATIVE(CONSTANT, "name"), TC_ECS(CONSTANT, "name", "doc"), TC_ALIAS(CONSTANT,
 * "name"). */
typedef enum tc_field_static {
    TC_FIELD_NONE = 0,
#define TC_ECS(constant, name, doc) TC_FIELD_##constant,
#define TC_NATIVE(constant, name)
#define TC_ALIAS(constant, name)
#include "parsers/event/fields.def"
#undef TC_ECS
#undef TC_NATIVE
    TC_FIELD_ECS_END,
    TC_FIELD_BEFORE_NATIVE = TC_FIELD_ECS_END - 1,
#define TC_ECS(constant, name, doc)
#define TC_NATIVE(constant, name) TC_FIELD_##constant,
#include "parsers/event/fields.def"
#undef TC_ECS
#undef TC_NATIVE
#undef TC_ALIAS
    TC_FIELD_STATIC_COUNT
} tc_field_static;

typedef uint16_t tc_field; /* 0 = none */
#define TC_FIELD_MAX 16384

typedef struct tc_names tc_names;

/* A table with the static names; NULL without memory. */
tc_names *tc_names_new(void) TC_MUST_USE;
void tc_names_free(tc_names *names);
/* The field of that name, added when new; TC_ELIMIT beyond TC_FIELD_MAX, TC_ENOMEM when the added
 * names would take more than 16 MiB. Not after freezing. */
TC_STATUS tc_names_add(tc_names *names, tc_slice name, tc_field *ret);
/* Makes the name a second one of that field. TC_ESYNTAX if it is the name of another; else as
 * tc_names_add. */
TC_STATUS tc_names_alias(tc_names *names, tc_slice name, tc_field field);
void tc_names_freeze(tc_names *names);
/* 0 if nobody knows the name. Safe from any thread once frozen. */
tc_field tc_names_find(const tc_names *names, tc_slice name);
/* The first name of the field; empty for 0. */
tc_slice tc_names_text(const tc_names *names, tc_field field);
/* Fields are numbered 1 .. count-1. */
size_t tc_names_count(const tc_names *names);
static inline bool tc_field_is_ecs(tc_field field)
{
    return field > TC_FIELD_NONE && field < TC_FIELD_ECS_END;
}

#endif
