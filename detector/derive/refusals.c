#include "detector/derive/refusals.h"

#include "parsers/base/alloc.h"

struct tc_refusals {
    tc_refusal *ring;
    size_t oldest, count;
};

tc_refusals *tc_refusals_new(void)
{
    tc_refusals *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return NULL;
    r->ring = tc_alloc(TC_REFUSALS_MAX, sizeof(tc_refusal));
    if (r->ring != NULL) return r;
    tc_refusals_free(r);
    return NULL;
}

void tc_refusals_free(tc_refusals *r)
{
    if (r == NULL) return;
    tc_free(r->ring);
    tc_free(r);
}

static tc_refusal *at(tc_refusals *r, size_t i)
{
    return &r->ring[(r->oldest + i) % TC_REFUSALS_MAX];
}

/* What others have told of is passed by. */
static const tc_refusal *eldest(tc_refusals *r)
{
    while (r->count > 0 && !at(r, 0)->open)
        tc_refusals_take(r);
    return r->count > 0 ? at(r, 0) : NULL;
}

void tc_refusals_wait(tc_refusals *r, uint64_t who, const tc_observation *o, tc_slice heap)
{
    tc_observation named = *o;
    TC_ASSERT(r->count < TC_REFUSALS_MAX);
    tc_refusal *fresh = at(r, r->count++);
    named.text[TC_OBS_TEXT_USER] = o->text[TC_OBS_TEXT_TARGET];
    tc_kept_fill(&fresh->kept, &named, heap);
    fresh->who = who;
    fresh->open = true;
}

bool tc_refusals_drop(tc_refusals *r, uint64_t who, tc_time time)
{
    for (size_t i = 0; i < r->count; i++) {
        tc_refusal *it = at(r, i);
        if (!it->open || it->who != who || it->kept.o.order.time != time) continue;
        it->open = false;
        return true;
    }
    return false;
}

const tc_refusal *tc_refusals_ended(tc_refusals *r, tc_time time)
{
    const tc_refusal *it = eldest(r);
    return it && tc_time_add(it->kept.o.order.time, TC_REFUSAL_WAIT) < time ? it : NULL;
}

const tc_refusal *tc_refusals_crowded(tc_refusals *r)
{
    const tc_refusal *it = eldest(r);
    return r->count == TC_REFUSALS_MAX ? it : NULL;
}

void tc_refusals_take(tc_refusals *r)
{
    r->oldest = (r->oldest + 1) % TC_REFUSALS_MAX;
    r->count--;
}

/* -- saving and loading --------------------------------------------------------------------- */

static void visit_one(tc_visit *v, tc_references *references, tc_observations *batch,
                      tc_refusal *it)
{
    tc_visit_u64(v, &it->who);
    tc_visit_bool(v, &it->open);
    (void)tc_kept_visit(v, references, 1u << TC_OBS_ACCOUNT, batch, &it->kept);
}

static void load(tc_refusals *r, tc_visit *v, tc_references *references, size_t count)
{
    tc_observations *batch = tc_kept_batch(v);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        visit_one(v, references, batch, at(r, i));
        bool ordered =
            i == 0 || tc_order_compare(&at(r, i - 1)->kept.o.order, &at(r, i)->kept.o.order) <= 0;
        if (!ordered) tc_visit_refuse(v, "refused logons are not in order");
        if (!tc_visit_failed(v)) r->count = i + 1;
    }
    tc_observations_free(batch);
}

/* Those that others have told of, too: how many there are decides when the eldest has to go. */
void tc_refusals_visit(tc_refusals *r, tc_visit *v, tc_references *references)
{
    size_t count = r->count;
    if (!tc_visit_begin(v, "refusals", 1)) return;
    tc_visit_count(v, &count, TC_REFUSALS_MAX);
    if (tc_visit_loads(v)) load(r, v, references, count);
    for (size_t i = 0; !tc_visit_loads(v) && i < r->count; i++)
        visit_one(v, references, NULL, at(r, i));
    tc_visit_end(v);
}
