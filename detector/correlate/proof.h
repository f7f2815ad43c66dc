/*
 * proof: what a window keeps to show for itself: lines of evidence and whom they are about.
 *
 * Evidence and subjects are copied once per hit and shared by all windows that the hit counts in
 * (counted references). A window keeps at most five lines: when a sixth comes, the third goes, so
 * that the first two and the last three remain; lines leave with the hits that brought them. It
 * keeps at most 64 subjects, distinct by mailbox, actor, target and address, in order of first
 * sight; a subject leaves when its last hit does. Texts of subjects are cut at 255 bytes.
 */
#ifndef TC_CORRELATE_PROOF_H
#define TC_CORRELATE_PROOF_H

#include "detector/correlate/correlator.h"
#include "detector/memory/pool.h"
#include "parsers/base/hash.h"

enum { TC_SUBJECT_TEXTS = 10, TC_SUBJECT_TEXT_MAX = 255 };

/* A hit under evaluation: one that was pushed, or the firing of an inner correlation. It holds a
 * reference to all that stands in its arrays. */
typedef struct tc_arrival {
    tc_order order;
    const tc_capture *captures;
    const tc_hit *given; /* of a pushed hit; its parts are copied when first needed */
    bool loaded;
    bool known; /* it is about somebody who cannot have been invented */
    size_t evidence_count, subject_count;
    tc_piece evidence[TC_FIRING_EVIDENCE_MAX];
    tc_piece subjects[TC_FIRING_SUBJECTS_MAX]; /* 0 = that of `given`, not copied yet */
    uint64_t subject_hashes[TC_FIRING_SUBJECTS_MAX];
} tc_arrival;

typedef struct tc_proofs {
    tc_pool *pool;
    tc_hash_key key;
} tc_proofs;

/* Cells that loading a pushed hit, and adding any hit to a proof, may take. */
size_t tc_arrival_load_need(void);
size_t tc_proof_add_need(void);

/* Copies the evidence of a pushed hit; its subject is copied when a proof wants it. */
void tc_arrival_load(const tc_proofs *proofs, tc_arrival *arrival);
/* True if the evidence of a loaded arrival is that of `hit`. */
bool tc_arrival_shows(const tc_proofs *proofs, const tc_arrival *arrival, const tc_hit *hit);
void tc_arrival_drop_subjects(const tc_proofs *proofs, tc_arrival *arrival);
/* Lets go of everything. */
void tc_arrival_clear(const tc_proofs *proofs, tc_arrival *arrival);
/* Adds evidence (holding it); the same line is not added twice. More than five: the third goes. */
void tc_arrival_add_evidence(const tc_proofs *proofs, tc_arrival *arrival, tc_piece evidence);
/* Adds the subjects of `from`. */
void tc_arrival_add_subjects(const tc_proofs *proofs, tc_arrival *arrival, tc_arrival *from);
/* Brings the evidence into total order. */
void tc_arrival_sort(const tc_proofs *proofs, tc_arrival *arrival);

void tc_evidence_hold(const tc_proofs *proofs, tc_piece evidence);
void tc_evidence_drop(const tc_proofs *proofs, tc_piece evidence);
tc_order tc_evidence_order(const tc_proofs *proofs, tc_piece evidence);
/* The text goes to `out` of at least TC_EVIDENCE_TEXT_MAX bytes. */
void tc_evidence_show(const tc_proofs *proofs, tc_piece evidence, uint8_t *out, tc_evidence *ret);
/* The texts go to `out` of at least TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX bytes. */
void tc_subject_show(const tc_proofs *proofs, tc_piece subject, uint8_t *out, tc_subject *ret);

tc_piece tc_proof_new(const tc_proofs *proofs);
void tc_proof_free(const tc_proofs *proofs, tc_piece proof);
/* Counts a hit in: its evidence too unless the owner of the proof keeps that itself. */
void tc_proof_add(const tc_proofs *proofs, tc_piece proof, tc_arrival *arrival, bool with_evidence);
/* Lets go of what came with hits before `floor`. */
void tc_proof_expire(const tc_proofs *proofs, tc_piece proof, tc_time floor);
/* Adds what is kept to a firing's arrays. */
void tc_proof_collect(const tc_proofs *proofs, tc_piece proof, tc_arrival *into);

struct tc_proof_visitor;
/* Saved or had back; 0 stays 0. */
void tc_proof_visit(struct tc_proof_visitor *visitor, tc_piece *proof);

#endif
