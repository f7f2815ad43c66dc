/* Use by programs and open pages, told once a week. */
#include "detector/enrich/web_request.h"

/* Whether the client is inside, asked of each written address once in a while: a slot holds the
 * hash of what is written, and in its last bits that it is in use and the answer. */
static bool is_inside(tc_enrich_worker *w, tc_web_request *r, uint64_t written)
{
    uint64_t *slot = &w->clients[written / 4 % TC_CLIENT_SLOTS], held = written | 3;
    if ((*slot | 1) == held) return *slot & 1;
    tc_address_class class = tc_address_classify(&w->enricher->networks, tc_web_client(w, r)->ip);
    bool inside = class != TC_ADDRESS_REMOTE && class != TC_ADDRESS_EGRESS;
    *slot = inside ? held : held - 1;
    return inside;
}

/* Inside it says whom an agent belongs to, whatever the address. By what is written, so that a
 * repetition costs no look at the address. */
static uint64_t use_hash(tc_enrich_worker *w, tc_web_request *r)
{
    uint64_t period = (uint64_t)(tc_use_begun(r->event->time) / TC_USE_PERIOD);
    uint64_t h = tc_quick_hash(w->key, r->agent_hash + (period << 32) + 1, r->user);
    uint64_t written = tc_quick_hash(w->key, 1, tc_web_text(w, r->event, TC_WEB_CLIENT));
    tc_slice forwarded = tc_web_text(w, r->event, TC_WEB_FORWARDED);
    if (forwarded.len) written = tc_quick_hash(w->key, written, forwarded);
    return is_inside(w, r, written) ? h : tc_quick_mix(h, written | 1);
}

void tc_web_use_ahead(tc_enrich_worker *w, tc_web_request *r)
{
    r->use_hash = use_hash(w, r);
    tc_seen_ahead(&w->seen, r->use_hash);
}

TC_STATUS tc_web_use(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    if (w->every_use) return tc_web_span(w, r);
    uint64_t hash = r->use_hash ? r->use_hash : use_hash(w, r);
    if (tc_seen_earlier(&w->seen, hash, r->event->time)) return TC_SUCCESS;
    TC_ASSERT(w->pending_count < TC_PENDING_FACTS);
    w->pending[w->pending_count++] = hash;
    TC_TRY(tc_web_emit(w, r, TC_OBS_WEB_USE, &o));
    o->session_hash = hash;
    return TC_SUCCESS;
}
