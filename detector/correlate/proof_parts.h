/*
 * proof_parts: single lines of evidence and subjects, for proof.c.
 *
 * Each is one piece, or a few, with a count of who holds it, and goes with the last holder. The
 * pieces are the pool's and were reserved when the arrival was loaded, so nothing here can fail.
 * Texts are cut, never refused.
 */
#ifndef TC_CORRELATE_PROOF_PARTS_H
#define TC_CORRELATE_PROOF_PARTS_H

#include "detector/correlate/proof.h"

/* Pieces that a line of so many bytes, and a subject, take. */
size_t tc_evidence_need(size_t length);
size_t tc_subject_need(const tc_subject *subject);
/* Made, with the caller as its holder; what it takes was reserved. */
tc_piece tc_evidence_new(const tc_proofs *proofs, const tc_evidence *evidence);
tc_piece tc_subject_new(const tc_proofs *proofs, const tc_subject *subject);
/* What makes a subject distinct, under the key of `proofs`. */
uint64_t tc_subject_hash(const tc_proofs *proofs, const tc_subject *subject);
uint64_t tc_subject_hash_at(const tc_proofs *proofs, tc_piece subject);
void tc_subject_hold(const tc_proofs *proofs, tc_piece subject);
void tc_subject_drop(const tc_proofs *proofs, tc_piece subject);
/* The subject of a loaded arrival as a piece, made when first asked for. */
tc_piece tc_arrival_subject(const tc_proofs *proofs, tc_arrival *arrival, size_t index);

#endif
