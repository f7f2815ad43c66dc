/* Spans: what one user, address, agent and protocol did within the idle limit. */
#include "detector/enrich/web_request.h"

static uint64_t span_hash(tc_enrich_worker *w, const tc_web_request *r)
{
    uint64_t h = r->agent_hash + (uint64_t)r->protocol;
    h = tc_quick_hash(w->key, h, tc_slice_make(r->client.ip.bytes, sizeof(r->client.ip.bytes)));
    h = tc_quick_hash(w->key, h, r->user);
    return r->mailbox.len ? tc_quick_hash(w->key, h, r->mailbox) : h;
}

/* The slot of the span with that hash, or the free one where it would stand. */
static tc_open_span *span_slot(tc_enrich_worker *w, uint64_t hash)
{
    size_t at = hash % TC_SPAN_SLOTS;
    while (w->spans[at].block == (uint32_t)w->block && w->spans[at].hash != hash)
        at = (at + 1) % TC_SPAN_SLOTS;
    return &w->spans[at];
}

/* Whether the request stands before the one that is the span's evidence: by time, and within an
 * instant by what it is, so that it does not matter how the log was cut or shuffled. */
static bool stands_before(const tc_enrich_worker *w, const tc_web_request *r, tc_time time,
                          const tc_observation *o)
{
    if (time != o->order.time) return time < o->order.time;
    return tc_record_id(w->origin.parser, r->event) < o->order.record_hash;
}

/* The request becomes the span's first, whole or, when a text of it finds no room, not at all. */
static TC_STATUS begin_with(tc_enrich_worker *w, tc_web_request *r, tc_observation *o)
{
    tc_observation made = *o;
    TC_TRY(tc_emit_again(w, r->event, &made));
    TC_TRY(tc_web_fill(w, r, &made));
    *o = made;
    return TC_SUCCESS;
}

/* The span takes the request in unless they are too far apart: then *ret_grown is false. */
static TC_STATUS grow_span(tc_enrich_worker *w, tc_web_request *r, tc_observation *o,
                           bool *ret_grown)
{
    tc_time time = tc_time_whole_ms(r->event->time);
    *ret_grown = o->order.time <= tc_time_add(time, TC_SESSION_IDLE) &&
                 time <= tc_time_add(o->last, TC_SESSION_IDLE);
    if (!*ret_grown) return TC_SUCCESS;
    uint16_t doubted = o->flags & TC_OBS_FLAG_DOUBTED;
    if (stands_before(w, r, time, o)) TC_TRY(begin_with(w, r, o));
    if (r->client.has_forwarded && !r->client.forwarded) doubted = TC_OBS_FLAG_DOUBTED;
    o->flags |= doubted;
    o->last = TC_MAX(o->last, time);
    o->count++;
    return TC_SUCCESS;
}

TC_STATUS tc_web_span(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    bool grown = false;
    bool addressed = !tc_ip_is_zero(tc_web_client(w, r)->ip);
    bool agent = r->agent.len > 0 && !tc_slice_equal(r->agent, TC_AGENT_NOT_LOGGED);
    w->said = (tc_web_fields){.named = 1, .addressed = addressed, .with_agent = agent};
    uint64_t hash = span_hash(w, r);
    tc_open_span *slot = span_slot(w, hash);
    bool found = slot->block == (uint32_t)w->block;
    if (found) {
        o = tc_observations_at(w->batch, slot->index);
        TC_TRY(grow_span(w, r, o, &grown));
        if (grown) return TC_SUCCESS;
    }
    TC_TRY(tc_web_emit(w, r, TC_OBS_WEB_SPAN, &o));
    o->session_hash = hash;
    if (!found && ++w->span_count > TC_SPAN_SLOTS / 2) {
        /* A flood: all spans end here, which costs their further requests a span of their own. */
        memset(w->spans, 0, sizeof(w->spans));
        w->span_count = 1;
        slot = span_slot(w, hash);
    }
    *slot = (tc_open_span){hash, (uint32_t)tc_observations_count(w->batch) - 1, (uint32_t)w->block};
    return TC_SUCCESS;
}
