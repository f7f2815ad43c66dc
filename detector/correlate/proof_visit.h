/*
 * proof_visit: evidence and subjects as saved state.
 *
 * Many windows share one line of evidence or one subject. Each is told where it is met first and
 * named by how many others were told since wherever it is met again, so that what is loaded shares
 * as much as what was saved, and takes no more pieces. While a state is loaded, the visitor holds
 * all that it has made. What does not fit into the pool is refused.
 */
#ifndef TC_CORRELATE_PROOF_VISIT_H
#define TC_CORRELATE_PROOF_VISIT_H

#include "detector/correlate/proof.h"
#include "detector/memory/references.h"

/* What has been told so far. */
typedef struct tc_told {
    tc_piece *pieces; /* loading: by number */
    size_t capacity;
    uint32_t count;
} tc_told;

typedef struct tc_proof_visitor {
    tc_visit *visit;
    tc_references *references;
    const tc_proofs *proofs;
    uint32_t *numbers; /* saving: per piece 1 + its number; 0 = not told yet */
    tc_told evidence, subjects;
} tc_proof_visitor;

/* False (and the visit has failed) without memory. Either way tc_proof_visitor_done is called. */
bool tc_proof_visitor_init(tc_proof_visitor *visitor, const tc_proofs *proofs, tc_visit *visit,
                           tc_references *references);
void tc_proof_visitor_done(tc_proof_visitor *visitor);

/* Loading: makes sure that so many takes succeed; else false, and the load has failed. */
bool tc_proof_visitor_reserve(tc_proof_visitor *visitor, size_t pieces);
/* A piece that is told next; false if the load has failed. */
bool tc_told_add(tc_proof_visitor *visitor, tc_told *told, tc_piece piece);
/* Not 0; what is loaded is held. */
void tc_evidence_visit(tc_proof_visitor *visitor, tc_piece *evidence);
/* At most `max` lines; *count of them. */
void tc_evidence_visit_some(tc_proof_visitor *visitor, tc_piece *evidence, size_t *count,
                            size_t max);
void tc_subject_visit(tc_proof_visitor *visitor, tc_piece *subject);

#endif
