/*
 * correlator_visit: what the visitors of the correlator's parts share.
 *
 * A group whose rule is gone is read like any other, into a flow without a rule, and dropped: so a
 * visitor checks against the rule only if there is one. What it leaves behind must be safe to count
 * with, whatever was loaded.
 */
#ifndef TC_CORRELATE_CORRELATOR_VISIT_H
#define TC_CORRELATE_CORRELATOR_VISIT_H

#include "detector/correlate/correlator_state.h"
#include "detector/correlate/proof_visit.h"

typedef struct tc_correlator_visitor {
    tc_proof_visitor parts;
    tc_correlator *k;
    tc_flow *flow;  /* at hand; `rule` is NULL if that is gone */
    tc_told values; /* of the group at hand */
} tc_correlator_visitor;

/* The values of a list of a group; each is told (in `values`) as it is met. */
void tc_values_visit(tc_correlator_visitor *visitor, tc_piece group, tc_piece_list *list);
/* One of them by its number; 0 stays 0. */
void tc_value_visit(tc_correlator_visitor *visitor, tc_piece *value);

#endif
