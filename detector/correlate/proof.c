#include "detector/correlate/proof.h"

#include "detector/correlate/proof_parts.h"
#include "detector/correlate/proof_visit.h"

enum {
    EVIDENCE = TC_FIRING_EVIDENCE_MAX,
    SUBJECTS = TC_FIRING_SUBJECTS_MAX,
    PER_PIECE = 6,
    MORE = (SUBJECTS - 1 + PER_PIECE - 1) / PER_PIECE
};

/* Most windows are about one subject: it stands in the proof itself. */
typedef struct proof_piece {
    tc_time times[EVIDENCE]; /* of the hits that brought the evidence */
    uint64_t hash;
    tc_time last;
    tc_piece subject;
    tc_piece evidence[EVIDENCE];
    tc_piece more[MORE];
    uint8_t evidence_count, subject_count;
} proof_piece;

typedef struct subjects_piece {
    uint64_t hash[PER_PIECE];
    tc_time last[PER_PIECE];
    tc_piece subject[PER_PIECE];
} subjects_piece;

_Static_assert(sizeof(proof_piece) <= TC_PIECE_BYTES, "a proof is a piece");
_Static_assert(sizeof(subjects_piece) <= TC_PIECE_BYTES, "more subjects are a piece");

/* One row of the table of subjects, wherever it stands. */
typedef struct row {
    uint64_t *hash;
    tc_time *last;
    tc_piece *subject;
} row;

static row row_at(const tc_pool *pool, proof_piece *p, size_t index)
{
    if (index == 0) return (row){&p->hash, &p->last, &p->subject};
    subjects_piece *s = tc_pool_at(pool, p->more[(index - 1) / PER_PIECE]);
    size_t i = (index - 1) % PER_PIECE;
    return (row){&s->hash[i], &s->last[i], &s->subject[i]};
}

size_t tc_proof_add_need(void)
{
    return 1 + MORE;
}

tc_piece tc_proof_new(const tc_proofs *proofs)
{
    tc_piece piece = tc_pool_take(proofs->pool);
    proof_piece *p = tc_pool_at(proofs->pool, piece);
    *p = (proof_piece){0};
    return piece;
}

static void remove_evidence(const tc_proofs *proofs, proof_piece *p, size_t index)
{
    tc_evidence_drop(proofs, p->evidence[index]);
    p->evidence_count--;
    size_t behind = p->evidence_count - index;
    memmove(&p->evidence[index], &p->evidence[index + 1], behind * sizeof(p->evidence[0]));
    memmove(&p->times[index], &p->times[index + 1], behind * sizeof(p->times[0]));
}

static void shrink_subjects(const tc_proofs *proofs, proof_piece *p, size_t count)
{
    size_t before = ((size_t)p->subject_count + PER_PIECE - 2) / PER_PIECE;
    size_t after = (count + PER_PIECE - 2) / PER_PIECE;
    for (size_t i = after; i < before; i++) {
        tc_pool_give(proofs->pool, p->more[i]);
    }
    p->subject_count = (uint8_t)count;
}

void tc_proof_free(const tc_proofs *proofs, tc_piece proof)
{
    if (!proof) return;
    proof_piece *p = tc_pool_at(proofs->pool, proof);
    for (size_t i = 0; i < p->evidence_count; i++) {
        tc_evidence_drop(proofs, p->evidence[i]);
    }
    for (size_t i = 0; i < p->subject_count; i++) {
        tc_subject_drop(proofs, *row_at(proofs->pool, p, i).subject);
    }
    shrink_subjects(proofs, p, 0);
    tc_pool_give(proofs->pool, proof);
}

static void add_evidence(const tc_proofs *proofs, proof_piece *p, tc_piece evidence, tc_time time)
{
    for (size_t i = 0; i < p->evidence_count; i++) {
        if (p->evidence[i] != evidence) continue;
        /* The line came again with a later hit: it stays as long as that one. */
        p->times[i] = time;
        return;
    }
    if (p->evidence_count == EVIDENCE) remove_evidence(proofs, p, 2);
    tc_evidence_hold(proofs, evidence);
    p->evidence[p->evidence_count] = evidence;
    p->times[p->evidence_count] = time;
    p->evidence_count++;
}

static void add_subject(const tc_proofs *proofs, proof_piece *p, tc_arrival *arrival, size_t index)
{
    uint64_t hash = arrival->subject_hashes[index];
    tc_pool *pool = proofs->pool;
    for (size_t i = 0; i < p->subject_count; i++) {
        row r = row_at(pool, p, i);
        if (*r.hash != hash) continue;
        *r.last = arrival->order.time;
        return;
    }
    if (p->subject_count == SUBJECTS) return;
    size_t at = p->subject_count;
    if (at && (at - 1) % PER_PIECE == 0) p->more[(at - 1) / PER_PIECE] = tc_pool_take(pool);
    p->subject_count++;
    row r = row_at(pool, p, at);
    *r.hash = hash;
    *r.last = arrival->order.time;
    *r.subject = tc_arrival_subject(proofs, arrival, index);
    tc_subject_hold(proofs, *r.subject);
}

void tc_proof_add(const tc_proofs *proofs, tc_piece proof, tc_arrival *arrival, bool with_evidence)
{
    proof_piece *p = tc_pool_at(proofs->pool, proof);
    tc_arrival_load(proofs, arrival);
    for (size_t i = 0; with_evidence && i < arrival->evidence_count; i++) {
        add_evidence(proofs, p, arrival->evidence[i], arrival->order.time);
    }
    for (size_t i = 0; i < arrival->subject_count; i++) {
        add_subject(proofs, p, arrival, i);
    }
}

void tc_proof_expire(const tc_proofs *proofs, tc_piece proof, tc_time floor)
{
    proof_piece *p = tc_pool_at(proofs->pool, proof);
    for (size_t i = p->evidence_count; i-- > 0;) {
        if (p->times[i] < floor) remove_evidence(proofs, p, i);
    }
    size_t kept = 0;
    for (size_t i = 0; i < p->subject_count; i++) {
        row from = row_at(proofs->pool, p, i);
        if (*from.last < floor) {
            tc_subject_drop(proofs, *from.subject);
            continue;
        }
        row to = row_at(proofs->pool, p, kept++);
        *to.hash = *from.hash;
        *to.last = *from.last;
        *to.subject = *from.subject;
    }
    shrink_subjects(proofs, p, kept);
}

void tc_proof_collect(const tc_proofs *proofs, tc_piece proof, tc_arrival *into)
{
    proof_piece *p = tc_pool_at(proofs->pool, proof);
    for (size_t i = 0; i < p->evidence_count; i++) {
        tc_arrival_add_evidence(proofs, into, p->evidence[i]);
    }
    for (size_t i = 0; i < p->subject_count; i++) {
        row r = row_at(proofs->pool, p, i);
        tc_subject_hold(proofs, *r.subject);
        into->subjects[into->subject_count] = *r.subject;
        into->subject_hashes[into->subject_count] = *r.hash;
        into->subject_count++;
    }
}

static void visit_lines(tc_proof_visitor *visitor, proof_piece *p)
{
    size_t count = p->evidence_count;
    tc_evidence_visit_some(visitor, p->evidence, &count, EVIDENCE);
    for (size_t i = 0; i < count; i++) {
        tc_visit_time(visitor->visit, &p->times[i]);
    }
    if (tc_visit_loads(visitor->visit)) p->evidence_count = (uint8_t)count;
}

static void visit_subjects(tc_proof_visitor *visitor, proof_piece *p)
{
    tc_visit *v = visitor->visit;
    tc_pool *pool = visitor->proofs->pool;
    size_t count = p->subject_count;
    tc_visit_count(v, &count, SUBJECTS);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v) && i && (i - 1) % PER_PIECE == 0) {
            if (!tc_proof_visitor_reserve(visitor, 1)) return;
            p->more[(i - 1) / PER_PIECE] = tc_pool_take(pool);
        }
        row r = row_at(pool, p, i);
        tc_subject_visit(visitor, r.subject);
        tc_visit_time(v, r.last);
        if (!tc_visit_loads(v) || tc_visit_failed(v)) continue;
        *r.hash = tc_subject_hash_at(visitor->proofs, *r.subject);
        p->subject_count = (uint8_t)(i + 1);
    }
}

void tc_proof_visit(tc_proof_visitor *visitor, tc_piece *proof)
{
    bool some = *proof != 0;
    tc_visit_bool(visitor->visit, &some);
    if (!some) return;
    if (tc_visit_loads(visitor->visit)) {
        if (!tc_proof_visitor_reserve(visitor, 1)) return;
        *proof = tc_proof_new(visitor->proofs);
    }
    proof_piece *p = tc_pool_at(visitor->proofs->pool, *proof);
    visit_lines(visitor, p);
    visit_subjects(visitor, p);
}

void tc_arrival_add_evidence(const tc_proofs *proofs, tc_arrival *arrival, tc_piece evidence)
{
    tc_order order = tc_evidence_order(proofs, evidence);
    for (size_t i = 0; i < arrival->evidence_count; i++) {
        tc_order other = tc_evidence_order(proofs, arrival->evidence[i]);
        if (tc_order_compare(&order, &other) == 0) return;
    }
    if (arrival->evidence_count == EVIDENCE) {
        tc_evidence_drop(proofs, arrival->evidence[2]);
        memmove(&arrival->evidence[2], &arrival->evidence[3], 2 * sizeof(tc_piece));
        arrival->evidence_count--;
    }
    tc_evidence_hold(proofs, evidence);
    arrival->evidence[arrival->evidence_count++] = evidence;
}

void tc_arrival_add_subjects(const tc_proofs *proofs, tc_arrival *arrival, tc_arrival *from)
{
    for (size_t i = 0; i < from->subject_count; i++) {
        tc_piece subject = tc_arrival_subject(proofs, from, i);
        tc_subject_hold(proofs, subject);
        arrival->subjects[arrival->subject_count] = subject;
        arrival->subject_hashes[arrival->subject_count] = from->subject_hashes[i];
        arrival->subject_count++;
    }
}

void tc_arrival_sort(const tc_proofs *proofs, tc_arrival *arrival)
{
    for (size_t i = 1; i < arrival->evidence_count; i++) {
        tc_piece moved = arrival->evidence[i];
        tc_order order = tc_evidence_order(proofs, moved);
        size_t to = i;
        for (; to > 0; to--) {
            tc_order before = tc_evidence_order(proofs, arrival->evidence[to - 1]);
            if (tc_order_compare(&before, &order) <= 0) break;
            arrival->evidence[to] = arrival->evidence[to - 1];
        }
        arrival->evidence[to] = moved;
    }
}

void tc_arrival_drop_subjects(const tc_proofs *proofs, tc_arrival *arrival)
{
    for (size_t i = 0; i < arrival->subject_count; i++) {
        tc_subject_drop(proofs, arrival->subjects[i]);
    }
    arrival->subject_count = 0;
    arrival->loaded = false;
}

void tc_arrival_clear(const tc_proofs *proofs, tc_arrival *arrival)
{
    tc_arrival_drop_subjects(proofs, arrival);
    for (size_t i = 0; i < arrival->evidence_count; i++) {
        tc_evidence_drop(proofs, arrival->evidence[i]);
    }
    arrival->evidence_count = 0;
}
