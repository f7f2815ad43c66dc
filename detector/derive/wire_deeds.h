/*
 * wire_deeds: what was done to an account counts once where a capture and a log both tell of it.
 *
 * A password that is set is seen on the wire and stands in the domain controller's log. Both are
 * one deed if they name the same account, the same actor (or one of them names none), say the same
 * of the outcome, and lie within TC_WIRE_DEED_SPAN of each other. One is paired with one: what a
 * capture tells only with what a log tells. Names count by their user part, since a wire often has
 * no domain, or has it as a realm.
 *
 * Bounded: of those within the span the TC_WIRE_DEEDS last are remembered.
 */
#ifndef TC_DERIVE_WIRE_DEEDS_H
#define TC_DERIVE_WIRE_DEEDS_H

#include "detector/enrich/observation.h"
#include "parsers/base/visit.h"

#define TC_WIRE_DEED_SPAN (5 * TC_SECOND)
#define TC_WIRE_DEEDS 1024

typedef struct tc_wire_deeds tc_wire_deeds;

/* NULL without memory. */
tc_wire_deeds *tc_wire_deeds_new(void) TC_MUST_USE;
void tc_wire_deeds_free(tc_wire_deeds *deeds);
/* Whether it is a deed that the other side has told of; if not, it is remembered. In the order of
 * their times. */
bool tc_wire_deeds_told(tc_wire_deeds *deeds, const tc_observation *o, tc_slice heap);
/* Into empty ones. */
void tc_wire_deeds_visit(tc_wire_deeds *deeds, tc_visit *visit);

#endif
