#include "detector/memory/kept_observation.h"

/* What is kept of each text. */
static const uint16_t rooms[TC_OBS_TEXT_COUNT + 1] = {[TC_OBS_TEXT_USER] = 128,
                                                      [TC_OBS_TEXT_AGENT] = 256,
                                                      [TC_OBS_TEXT_HOST] = 64,
                                                      [TC_OBS_TEXT_PROTOCOL] = 24,
                                                      [TC_OBS_TEXT_VALUE] = 24,
                                                      [TC_OBS_TEXT_EXTRA] = 24,
                                                      [TC_OBS_TEXT_RAW] = TC_EVIDENCE_TEXT_MAX,
                                                      [TC_OBS_TEXT_COUNT] = 64 /* of the system */};

static tc_text_ref *text_of(tc_observation *o, size_t which)
{
    return which < TC_OBS_TEXT_COUNT ? &o->text[which] : &o->as_org;
}

void tc_kept_fill(tc_kept_observation *kept, const tc_observation *o, tc_slice heap)
{
    size_t used = 0;
    kept->o = *o;
    for (size_t i = 0; i <= TC_OBS_TEXT_COUNT; i++) {
        tc_text_ref *ref = text_of(&kept->o, i);
        size_t length = TC_MIN((size_t)ref->length, (size_t)rooms[i]);
        if (length) memcpy(kept->heap + used, heap.ptr + ref->offset, length);
        *ref = (tc_text_ref){(uint32_t)used, (uint32_t)length};
        used += length;
    }
    TC_ASSERT(used <= sizeof(kept->heap));
}

/* The texts of `kept` stand before those of the other one. */
void tc_kept_amend(tc_kept_observation *kept, const tc_observation *o, tc_slice heap)
{
    tc_kept_observation both[2] = {*kept};
    uint8_t texts[2 * TC_KEPT_HEAP];
    tc_kept_fill(&both[1], o, heap);
    memcpy(texts, both[0].heap, TC_KEPT_HEAP);
    memcpy(texts + TC_KEPT_HEAP, both[1].heap, TC_KEPT_HEAP);
    for (size_t i = 0; i <= TC_OBS_TEXT_COUNT; i++)
        text_of(&both[1].o, i)->offset += TC_KEPT_HEAP;
    tc_observation made = both[0].o;
    if (made.text[TC_OBS_TEXT_USER].length == 0)
        made.text[TC_OBS_TEXT_USER] = both[1].o.text[TC_OBS_TEXT_USER];
    if (o->address_class == TC_ADDRESS_REMOTE && made.address_class != TC_ADDRESS_REMOTE) {
        made = both[1].o;
        made.order = kept->o.order;
        if (kept->o.text[TC_OBS_TEXT_USER].length > 0)
            made.text[TC_OBS_TEXT_USER] = both[0].o.text[TC_OBS_TEXT_USER];
    }
    tc_kept_fill(kept, &made, tc_slice_make(texts, sizeof(texts)));
}

tc_observations *tc_kept_batch(tc_visit *v)
{
    if (!tc_visit_loads(v)) return NULL;
    tc_observations *batch = tc_observations_new(4 * TC_OBSERVATION_BYTES);
    if (batch == NULL) tc_visit_fail(v, TC_ENOMEM, "out of memory");
    return batch;
}

bool tc_kept_visit(tc_visit *v, tc_references *r, uint32_t kinds, tc_observations *batch,
                   tc_kept_observation *kept)
{
    if (!tc_visit_loads(v)) {
        tc_observation_save(v, r, &kept->o, tc_kept_heap(kept));
        return !tc_visit_failed(v);
    }
    if (tc_visit_failed(v)) return false;
    tc_observations_clear(batch);
    if (!tc_observation_load(v, r, batch)) return false;
    const tc_observation *o = tc_observations_at(batch, 0);
    if ((kinds >> o->kind & 1) == 0 || o->order.sub != 0) {
        tc_visit_refuse(v, "an observation of another kind was kept");
        return false;
    }
    tc_kept_fill(kept, o, tc_observations_heap(batch));
    return true;
}
