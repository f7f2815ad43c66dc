#include "tests/support/reference_parts.h"

#define EVIDENCE TC_FIRING_EVIDENCE_MAX
#define SUBJECTS TC_FIRING_SUBJECTS_MAX

void *tc_reference_get(tc_reference_correlator *r, size_t count, size_t size)
{
    void *memory = tc_arena_zero(r->arena, count + 1, size);
    TC_ASSERT(memory);
    return memory;
}

tc_slice tc_reference_keep(tc_reference_correlator *r, tc_slice text)
{
    tc_slice copy;
    bool fits = tc_arena_copy(r->arena, text, &copy);
    TC_ASSERT(fits);
    return copy;
}

bool tc_reference_parts_equal(const tc_slice *a, const tc_slice *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!tc_slice_equal(a[i], b[i])) return false;
    }
    return true;
}

bool tc_reference_same_value(const tc_correlation *c, const tc_reference_entry *a,
                             const tc_reference_entry *b)
{
    return tc_reference_parts_equal(a->value, b->value, c->field_count);
}

bool tc_reference_too_old(const tc_correlation *c, const tc_reference_entry *e, tc_time now)
{
    return e->time < now - c->timespan_ns;
}

/* --- proof --- */

static bool same_line(const tc_evidence *a, const tc_evidence *b)
{
    return tc_order_compare(&a->order, &b->order) == 0;
}

static bool same_subject(const tc_subject *a, const tc_subject *b)
{
    return tc_slice_equal(a->mailbox, b->mailbox) && tc_slice_equal(a->actor, b->actor) &&
           tc_slice_equal(a->target, b->target) && tc_ip_equal(a->ip, b->ip);
}

void tc_reference_proof_line(tc_reference_proof *p, const tc_evidence *line, tc_time time)
{
    for (size_t i = 0; i < p->evidence_count; i++) {
        if (!same_line(&p->evidence[i], line)) continue;
        p->brought[i] = time;
        return;
    }
    if (p->evidence_count == EVIDENCE) {
        for (size_t i = 2; i + 1 < EVIDENCE; i++) {
            p->evidence[i] = p->evidence[i + 1];
            p->brought[i] = p->brought[i + 1];
        }
        p->evidence_count--;
    }
    p->evidence[p->evidence_count] = *line;
    p->brought[p->evidence_count++] = time;
}

static void proof_subject(tc_reference_proof *p, const tc_subject *subject, tc_time time)
{
    for (size_t i = 0; i < p->subject_count; i++) {
        if (!same_subject(&p->subjects[i], subject)) continue;
        p->last[i] = time;
        return;
    }
    if (p->subject_count == SUBJECTS) return;
    p->subjects[p->subject_count] = *subject;
    p->last[p->subject_count++] = time;
}

static void proof_expire(tc_reference_proof *p, tc_time floor)
{
    size_t lines = 0, subjects = 0;
    for (size_t i = 0; i < p->evidence_count; i++) {
        if (p->brought[i] < floor) continue;
        p->evidence[lines] = p->evidence[i];
        p->brought[lines++] = p->brought[i];
    }
    for (size_t i = 0; i < p->subject_count; i++) {
        if (p->last[i] < floor) continue;
        p->subjects[subjects] = p->subjects[i];
        p->last[subjects++] = p->last[i];
    }
    p->evidence_count = lines;
    p->subject_count = subjects;
}

void tc_reference_proof_add(tc_reference_proof *p, const tc_reference_entry *e)
{
    for (size_t i = 0; i < e->evidence_count; i++) {
        tc_reference_proof_line(p, &e->evidence[i], e->time);
    }
    for (size_t i = 0; i < e->subject_count; i++) {
        proof_subject(p, &e->subjects[i], e->time);
    }
}

void tc_reference_proof_sort(tc_reference_proof *p)
{
    for (size_t i = 0; i < p->evidence_count; i++) {
        for (size_t j = i + 1; j < p->evidence_count; j++) {
            if (tc_order_compare(&p->evidence[i].order, &p->evidence[j].order) <= 0) continue;
            tc_evidence swap = p->evidence[i];
            p->evidence[i] = p->evidence[j];
            p->evidence[j] = swap;
        }
    }
}

/* What the window that ends with the last entry has kept, hit by hit. */
void tc_reference_proof_of_window(const tc_correlation *c, tc_reference_series s,
                                  tc_reference_proof *p)
{
    *p = (tc_reference_proof){0};
    for (size_t i = 0; i < s.count; i++) {
        if (i && tc_reference_too_old(c, s.at[i - 1], s.at[i]->time)) *p = (tc_reference_proof){0};
        proof_expire(p, s.at[i]->time - c->timespan_ns);
        tc_reference_proof_add(p, s.at[i]);
    }
}
