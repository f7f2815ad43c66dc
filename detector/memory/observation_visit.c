#include "detector/memory/observation_visit.h"

static void visit_small(tc_visit *v, tc_observation *o)
{
    uint32_t kind = o->kind;
    tc_visit_below(v, &kind, TC_OBS_KIND_COUNT);
    o->kind = (uint16_t)kind;
    tc_visit_u16(v, &o->flags);
    tc_visit_u32(v, &o->count);
    tc_visit_u32(v, &o->status);
    tc_visit_ip(v, &o->ip);
    tc_visit_ip(v, &o->peer);
    tc_visit_u32(v, &o->asn);
    tc_visit_cstr(v, o->country, sizeof(o->country));
    uint32_t address_class = o->address_class;
    tc_visit_below(v, &address_class, TC_ADDRESS_CLASS_COUNT);
    o->address_class = (uint8_t)address_class;
    tc_visit_u8(v, &o->weight_percent);
    tc_visit_u8(v, &o->script);
    tc_visit_u8(v, &o->certainty);
    tc_visit_u64(v, &o->session_hash);
    tc_visit_time(v, &o->last);
}

static void visit_twin(tc_visit *v, tc_twin_sign *twin)
{
    uint32_t log = twin->log;
    tc_visit_u64(v, &twin->alike);
    tc_visit_u64(v, &twin->id);
    tc_visit_below(v, &log, TC_TWIN_LOG_COUNT);
    twin->log = (uint8_t)log;
}

/* The rule of a match; false if it does not hold any more. */
static bool visit_rule(tc_visit *v, tc_references *r, tc_observation *o)
{
    const tc_rule *rule = NULL;
    if (o->kind != TC_OBS_HIT) return true;
    if (!tc_visit_loads(v)) rule = tc_ruleset_rule(r->rules, o->rule);
    tc_visit_rule(v, r, &rule);
    if (rule == NULL) return false;
    o->rule = rule->index;
    o->order.rank = tc_observation_rank(TC_OBS_HIT, rule->index);
    return true;
}

static void visit_fixed(tc_visit *v, tc_references *r, tc_observation *o)
{
    tc_visit_order(v, &o->order);
    tc_visit_locator(v, r, &o->at);
    visit_small(v, o);
    visit_twin(v, &o->twin);
    tc_visit_bool(v, &o->once);
}

/* Their number is even, so that each text stands behind its own reference. */
static tc_text_ref *text_of(tc_observation *o, size_t i)
{
    return i < TC_OBS_TEXT_COUNT ? &o->text[i] : &o->as_org;
}

void tc_observation_save(tc_visit *v, tc_references *r, const tc_observation *o, tc_slice heap)
{
    tc_observation copy = *o;
    visit_fixed(v, r, &copy);
    (void)visit_rule(v, r, &copy);
    for (size_t i = 0; i <= TC_OBS_TEXT_COUNT; i++) {
        const tc_text_ref *ref = text_of(&copy, i);
        tc_slice text = {ref->length ? heap.ptr + ref->offset : NULL, ref->length};
        tc_visit_text(v, &text, TC_OBSERVATION_TEXT_MAX);
    }
}

/* Once the making of an account stood among what else accounts meet, and there are such states. */
static bool is_ranked(const tc_observation *o)
{
    bool created = o->kind == TC_OBS_ACCOUNT && (o->flags & TC_OBS_FLAG_CREATED) != 0;
    return o->kind == TC_OBS_HIT || o->order.rank == tc_observation_rank(o->kind, 0) ||
           (created && o->order.rank == TC_RANK_CREATED);
}

/* What a worker would never say. */
static bool is_sound(const tc_observation *o)
{
    return o->order.time != TC_TIME_NONE && o->last >= o->order.time && is_ranked(o);
}

static bool load_texts(tc_visit *v, tc_observations *batch, tc_observation *o)
{
    bool kept = true;
    for (size_t i = 0; i <= TC_OBS_TEXT_COUNT && !tc_visit_failed(v); i++) {
        tc_slice text = TC_EMPTY_SLICE;
        tc_visit_text(v, &text, TC_OBSERVATION_TEXT_MAX);
        /* Nearly every record reads otherwise: it is not looked for. */
        tc_status status = i == TC_OBS_TEXT_RAW
                               ? tc_observations_new_text(batch, text, text_of(o, i))
                               : tc_observations_text(batch, text, text_of(o, i));
        if (tc_failed(status)) tc_visit_fail(v, status.code, "an observation finds no room");
    }
    return kept && !tc_visit_failed(v);
}

bool tc_observation_load(tc_visit *v, tc_references *r, tc_observations *batch)
{
    tc_observation loaded = {0}, *at;
    visit_fixed(v, r, &loaded);
    bool holds = visit_rule(v, r, &loaded);
    if (!tc_visit_failed(v) && holds && !is_sound(&loaded))
        tc_visit_refuse(v, "an observation contradicts itself");
    if (loaded.kind == TC_OBS_ACCOUNT && (loaded.flags & TC_OBS_FLAG_CREATED) != 0)
        tc_observation_set_created(&loaded);
    if (!load_texts(v, batch, &loaded) || !holds) return false;
    tc_status status = tc_observations_add(batch, &at);
    if (tc_failed(status)) {
        tc_visit_fail(v, status.code, "an observation finds no room");
        return false;
    }
    *at = loaded;
    return true;
}
