#include "detector/derive/cultures.h"

#include "parsers/base/alloc.h"

struct tc_cultures {
    tc_kept_observation *ring;
    size_t eldest, count;
    uint64_t given_up;
};

tc_cultures *tc_cultures_new(void)
{
    tc_cultures *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return NULL;
    c->ring = tc_alloc(TC_CULTURES_MAX, sizeof(tc_kept_observation));
    if (c->ring != NULL) return c;
    tc_cultures_free(c);
    return NULL;
}

void tc_cultures_free(tc_cultures *c)
{
    if (c == NULL) return;
    tc_free(c->ring);
    tc_free(c);
}

void tc_cultures_drop(tc_cultures *c)
{
    c->eldest = (c->eldest + 1) % TC_CULTURES_MAX;
    c->count--;
}

void tc_cultures_wait(tc_cultures *c, const tc_observation *o, tc_slice heap)
{
    if (c->count == TC_CULTURES_MAX) {
        tc_cultures_drop(c);
        c->given_up++;
    }
    tc_kept_fill(&c->ring[(c->eldest + c->count++) % TC_CULTURES_MAX], o, heap);
}

const tc_kept_observation *tc_cultures_ended(const tc_cultures *c, tc_time time)
{
    if (c->count == 0) return NULL;
    const tc_kept_observation *it = &c->ring[c->eldest];
    return tc_time_add(it->o.order.time, TC_CULTURE_WAIT) < time ? it : NULL;
}

void tc_cultures_bounds(const tc_cultures *c, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "requests for a language that wait to be known whose they are",
                  TC_CULTURES_MAX, c->given_up, TC_BLINDS(TC_INDICATOR_LANGUAGE));
}

/* -- saved state ---------------------------------------------------------------------------- */

static bool in_order(const tc_cultures *c)
{
    size_t place = (c->eldest + c->count) % TC_CULTURES_MAX;
    if (c->count == 0) return true;
    const tc_observation *before = &c->ring[(place + TC_CULTURES_MAX - 1) % TC_CULTURES_MAX].o;
    return tc_order_compare(&before->order, &c->ring[place].o.order) <= 0;
}

static void visit_all(tc_cultures *c, tc_visit *v, tc_references *r, tc_observations *batch)
{
    size_t count = c->count;
    tc_visit_count(v, &count, TC_CULTURES_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_kept_observation *it = &c->ring[(c->eldest + i) % TC_CULTURES_MAX];
        if (!tc_kept_visit(v, r, 1u << TC_OBS_WEB_CULTURE, batch, it)) return;
        if (!tc_visit_loads(v)) continue;
        if (!in_order(c)) tc_visit_refuse(v, "requests for a language are not in order");
        c->count++;
    }
}

void tc_cultures_visit(tc_cultures *c, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "cultures", 2)) return;
    tc_observations *batch = tc_kept_batch(v);
    tc_visit_u64(v, &c->given_up);
    visit_all(c, v, r, batch);
    tc_observations_free(batch);
    tc_visit_end(v);
}
