#include "detector/correlate/proof_visit.h"

#include "detector/correlate/proof_parts.h"
#include "parsers/base/alloc.h"

bool tc_proof_visitor_init(tc_proof_visitor *p, const tc_proofs *proofs, tc_visit *v,
                           tc_references *references)
{
    *p = (tc_proof_visitor){.visit = v, .references = references, .proofs = proofs};
    if (tc_visit_loads(v)) return true;
    p->numbers = tc_alloc(proofs->pool->fresh, sizeof(*p->numbers));
    if (!p->numbers) tc_visit_fail(v, TC_ENOMEM, "no memory to number what is kept");
    return p->numbers != NULL;
}

void tc_proof_visitor_done(tc_proof_visitor *p)
{
    bool whole = p->visit && tc_visit_loads(p->visit) && !tc_visit_failed(p->visit);
    for (size_t i = 0; whole && i < p->evidence.count; i++) {
        tc_evidence_drop(p->proofs, p->evidence.pieces[i]);
    }
    for (size_t i = 0; whole && i < p->subjects.count; i++) {
        tc_subject_drop(p->proofs, p->subjects.pieces[i]);
    }
    tc_free(p->evidence.pieces);
    tc_free(p->subjects.pieces);
    tc_free(p->numbers);
    *p = (tc_proof_visitor){0};
}

bool tc_proof_visitor_reserve(tc_proof_visitor *p, size_t pieces)
{
    if (tc_visit_failed(p->visit)) return false;
    tc_status status = tc_pool_reserve(p->proofs->pool, pieces);
    if (!tc_failed(status)) return true;
    if (status.code == TC_ELIMIT) {
        tc_visit_refuse(p->visit, "what correlations remember is more than they may hold here");
    } else {
        tc_visit_fail(p->visit, status.code, "no memory for what correlations remember");
    }
    return false;
}

bool tc_told_add(tc_proof_visitor *p, tc_told *told, tc_piece piece)
{
    if (!tc_visit_loads(p->visit)) {
        p->numbers[piece] = ++told->count;
        return true;
    }
    tc_status status = tc_grow(&told->pieces, &told->capacity, (size_t)told->count + 1,
                               sizeof(*told->pieces), UINT32_MAX);
    if (tc_failed(status)) {
        tc_visit_fail(p->visit, status.code, "no memory to number what is loaded");
        return false;
    }
    told->pieces[told->count++] = piece;
    return true;
}

/* True if the piece is told now; else, if nothing has failed, it was told before. */
static bool is_told_now(const tc_proof_visitor *p, const tc_told *told, tc_piece *piece)
{
    bool loads = tc_visit_loads(p->visit);
    uint32_t back = 0; /* 0: it is new */
    if (!loads && p->numbers[*piece]) back = told->count - p->numbers[*piece] + 1;
    tc_visit_below(p->visit, &back, told->count + 1);
    if (loads && back) *piece = told->pieces[told->count - back];
    return !back && !tc_visit_failed(p->visit);
}

static void visit_line(tc_proof_visitor *p, tc_piece *piece)
{
    uint8_t text[TC_EVIDENCE_TEXT_MAX];
    tc_evidence line = {.text = TC_EMPTY_SLICE};
    if (!tc_visit_loads(p->visit)) tc_evidence_show(p->proofs, *piece, text, &line);
    tc_visit_order(p->visit, &line.order);
    tc_visit_locator(p->visit, p->references, &line.at);
    tc_visit_text(p->visit, &line.text, TC_EVIDENCE_TEXT_MAX);
    if (!tc_visit_loads(p->visit) || !tc_proof_visitor_reserve(p, tc_evidence_need(line.text.len)))
        return;
    *piece = tc_evidence_new(p->proofs, &line);
}

void tc_evidence_visit(tc_proof_visitor *p, tc_piece *evidence)
{
    if (is_told_now(p, &p->evidence, evidence)) {
        visit_line(p, evidence);
        if (tc_visit_failed(p->visit) || !tc_told_add(p, &p->evidence, *evidence)) return;
    }
    if (tc_visit_loads(p->visit) && !tc_visit_failed(p->visit)) {
        tc_evidence_hold(p->proofs, *evidence);
    }
}

void tc_evidence_visit_some(tc_proof_visitor *p, tc_piece *evidence, size_t *count, size_t max)
{
    tc_visit_count(p->visit, count, max);
    for (size_t i = 0; i < *count && !tc_visit_failed(p->visit); i++) {
        tc_evidence_visit(p, &evidence[i]);
    }
}

/* The texts of a subject, which are loaded one after the other, kept until it is made. */
static void visit_texts(tc_visit *v, tc_subject *s, uint8_t *room)
{
    tc_slice *const texts[TC_SUBJECT_TEXTS] = {&s->mailbox, &s->actor, &s->target,   &s->user,
                                               &s->agent,   &s->host,  &s->language, &s->previous,
                                               &s->country, &s->as_org};
    for (size_t i = 0; i < TC_SUBJECT_TEXTS; i++, room += TC_SUBJECT_TEXT_MAX) {
        tc_visit_text(v, texts[i], TC_SUBJECT_TEXT_MAX);
        if (!tc_visit_loads(v)) continue;
        if (texts[i]->len) memcpy(room, texts[i]->ptr, texts[i]->len);
        texts[i]->ptr = room;
    }
}

static void visit_subject(tc_proof_visitor *p, tc_piece *piece)
{
    uint8_t shown[TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX], room[sizeof(shown)];
    tc_subject subject = {.mailbox = TC_EMPTY_SLICE};
    if (!tc_visit_loads(p->visit)) tc_subject_show(p->proofs, *piece, shown, &subject);
    visit_texts(p->visit, &subject, room);
    tc_visit_ip(p->visit, &subject.ip);
    tc_visit_u32(p->visit, &subject.asn);
    tc_visit_bool(p->visit, &subject.novel);
    tc_visit_bool(p->visit, &subject.new_block);
    tc_visit_bool(p->visit, &subject.own);
    uint32_t place = subject.place;
    tc_visit_below(p->visit, &place, TC_SETTLED_COUNT);
    subject.place = (uint8_t)place;
    tc_visit_bool(p->visit, &subject.remote);
    if (!tc_visit_loads(p->visit) || !tc_proof_visitor_reserve(p, tc_subject_need(&subject)))
        return;
    *piece = tc_subject_new(p->proofs, &subject);
}

void tc_subject_visit(tc_proof_visitor *p, tc_piece *subject)
{
    if (is_told_now(p, &p->subjects, subject)) {
        visit_subject(p, subject);
        if (tc_visit_failed(p->visit) || !tc_told_add(p, &p->subjects, *subject)) return;
    }
    if (tc_visit_loads(p->visit) && !tc_visit_failed(p->visit)) {
        tc_subject_hold(p->proofs, *subject);
    }
}
