/* Use by programs and open pages, told once a day. */
#include "detector/enrich/web_request.h"

/* By what is written, so that a repetition costs no look at the address. */
static uint64_t use_hash(const tc_enrich_worker *w, const tc_web_request *r)
{
    uint64_t h = r->agent_hash + (uint64_t)r->protocol + 1;
    h += (uint64_t)(r->event->time / TC_DAY) << 32;
    h = tc_quick_hash(w->key, h, tc_web_text(w, r->event, TC_WEB_CLIENT));
    tc_slice forwarded = tc_web_text(w, r->event, TC_WEB_FORWARDED);
    if (forwarded.len) h = tc_quick_hash(w->key, h, forwarded);
    return tc_quick_hash(w->key, h, r->user);
}

TC_STATUS tc_web_use(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    uint64_t hash = use_hash(w, r);
    if (tc_seen_earlier(&w->seen, hash, r->event->time, w->block)) return TC_SUCCESS;
    TC_ASSERT(w->pending_count < TC_PENDING_FACTS);
    w->pending[w->pending_count++] = hash;
    return tc_web_emit(w, r, TC_OBS_WEB_USE, &o);
}
