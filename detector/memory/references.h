/*
 * references: how saved state names what lies outside of it: rules, sources, evidence.
 *
 * A rule is named by its id (or title) and its fingerprint; of rules that are alike in both, by its
 * place among them. One that is gone, or that reads otherwise than when the state was made, is
 * loaded as NULL: what was remembered for it does not hold any more, is read and dropped by whoever
 * kept it, and counted here. An index into a run's table of sources is a run's business: the owner
 * of the table turns it into a number that stands for the source in the state, and back.
 */
#ifndef TC_MEMORY_REFERENCES_H
#define TC_MEMORY_REFERENCES_H

#include "detector/evidence.h"
#include "detector/sigma/ruleset.h"
#include "parsers/base/visit.h"

typedef struct tc_references {
    const tc_ruleset *rules;
    uint64_t rules_lost; /* loaded references to rules that do not hold any more */
    void *context;
    /* The number in the state of a source of this run (saving), or the other way round (loading;
     * UINT32_MAX: there is none, and the load is refused). NULL: the index is the number. */
    uint32_t (*source)(void *context, uint32_t source, bool loading);
} tc_references;

/* *rule may be NULL; it is after a load whose rule does not hold any more. */
void tc_visit_rule(tc_visit *visit, tc_references *references, const tc_rule **rule);
void tc_visit_source(tc_visit *visit, tc_references *references, uint32_t *source);
void tc_visit_locator(tc_visit *visit, tc_references *references, tc_locator *at);
void tc_visit_order(tc_visit *visit, tc_order *order);

#endif
