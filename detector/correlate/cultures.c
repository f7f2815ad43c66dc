#include "detector/correlate/cultures.h"

#include "detector/correlate/observation_visit.h"
#include "parsers/base/alloc.h"

struct tc_cultures {
    tc_culture *ring;
    size_t eldest, count;
    uint64_t given_up;
};

tc_cultures *tc_cultures_new(void)
{
    tc_cultures *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return NULL;
    c->ring = tc_alloc(TC_CULTURES_MAX, sizeof(tc_culture));
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

/* What is kept of each text; the others are not asked for. */
static size_t room_of(size_t which)
{
    static const uint16_t rooms[TC_OBS_TEXT_COUNT] = {
        [TC_OBS_TEXT_AGENT] = 256,   [TC_OBS_TEXT_HOST] = 64,
        [TC_OBS_TEXT_PROTOCOL] = 24, [TC_OBS_TEXT_VALUE] = 24,
        [TC_OBS_TEXT_EXTRA] = 24,    [TC_OBS_TEXT_RAW] = TC_EVIDENCE_TEXT_MAX};
    return which < TC_OBS_TEXT_COUNT ? rooms[which] : 64;
}

static tc_text_ref *text_of(tc_observation *o, size_t which)
{
    return which < TC_OBS_TEXT_COUNT ? &o->text[which] : &o->as_org;
}

static void fill(tc_culture *c, const tc_observation *o, tc_slice heap)
{
    size_t used = 0;
    c->o = *o;
    for (size_t i = 0; i <= TC_OBS_TEXT_COUNT; i++) {
        tc_text_ref *ref = text_of(&c->o, i);
        size_t length = TC_MIN((size_t)ref->length, room_of(i));
        if (length) memcpy(c->heap + used, heap.ptr + ref->offset, length);
        *ref = (tc_text_ref){(uint32_t)used, (uint32_t)length};
        used += length;
    }
    TC_ASSERT(used <= sizeof(c->heap));
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
    fill(&c->ring[(c->eldest + c->count++) % TC_CULTURES_MAX], o, heap);
}

const tc_culture *tc_cultures_ended(const tc_cultures *c, tc_time time)
{
    if (c->count == 0) return NULL;
    const tc_culture *it = &c->ring[c->eldest];
    return tc_time_add(it->o.order.time, TC_CULTURE_WAIT) < time ? it : NULL;
}

void tc_cultures_bounds(const tc_cultures *c, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "requests for a language that wait to be known whose they are",
                  TC_CULTURES_MAX, c->given_up, TC_BLINDS(TC_INDICATOR_LANGUAGE));
}

/* -- saved state ---------------------------------------------------------------------------- */

static bool in_order(const tc_cultures *c, const tc_observation *o)
{
    if (o->kind != TC_OBS_WEB_CULTURE || o->order.sub != 0) return false;
    if (c->count == 0) return true;
    const tc_culture *before = &c->ring[(c->eldest + c->count - 1) % TC_CULTURES_MAX];
    return tc_order_compare(&before->o.order, &o->order) <= 0;
}

static void load_one(tc_cultures *c, tc_visit *v, tc_references *r, tc_observations *batch)
{
    tc_observations_clear(batch);
    if (!tc_observation_load(v, r, batch)) return;
    const tc_observation *o = tc_observations_at(batch, 0);
    if (in_order(c, o))
        tc_cultures_wait(c, o, tc_observations_heap(batch));
    else
        tc_visit_refuse(v, "requests for a language are not in order");
}

static void load_all(tc_cultures *c, tc_visit *v, tc_references *r, size_t count)
{
    tc_observations *batch = tc_observations_new(4 * TC_OBSERVATION_BYTES);
    if (batch == NULL) tc_visit_fail(v, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++)
        load_one(c, v, r, batch);
    tc_observations_free(batch);
}

void tc_cultures_visit(tc_cultures *c, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "cultures", 1)) return;
    size_t count = c->count;
    tc_visit_u64(v, &c->given_up);
    tc_visit_count(v, &count, TC_CULTURES_MAX);
    if (tc_visit_loads(v)) {
        load_all(c, v, r, count);
    } else {
        for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
            const tc_culture *it = &c->ring[(c->eldest + i) % TC_CULTURES_MAX];
            tc_observation_save(v, r, &it->o, tc_slice_make(it->heap, sizeof(it->heap)));
        }
    }
    tc_visit_end(v);
}
