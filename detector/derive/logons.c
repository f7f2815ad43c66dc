#include "detector/derive/logons.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define BUCKETS 4096

typedef struct bucket {
    uint32_t first, last; /* places in the ring, from 1, by time */
} bucket;

struct tc_logons {
    tc_logon *ring;
    size_t oldest, count;
    tc_time due; /* when the oldest wait ends, or before; looked at for every observation */
    bucket *buckets;
    tc_hash_key key;
    uint64_t given_up;
};

tc_logons *tc_logons_new(void)
{
    tc_logons *l = tc_alloc(1, sizeof(*l));
    if (l == NULL) return NULL;
    l->ring = tc_alloc(TC_LOGONS_MAX, sizeof(tc_logon));
    l->buckets = tc_alloc(BUCKETS, sizeof(bucket));
    l->key = tc_hash_random_key();
    if (l->ring != NULL && l->buckets != NULL) return l;
    tc_logons_free(l);
    return NULL;
}

void tc_logons_free(tc_logons *l)
{
    if (l == NULL) return;
    tc_free(l->ring);
    tc_free(l->buckets);
    tc_free(l);
}

static bucket *bucket_of(tc_logons *l, tc_ip ip, uint64_t agent_hash)
{
    uint8_t key[24];
    memcpy(key, ip.bytes, 16);
    memcpy(key + 16, &agent_hash, 8);
    return &l->buckets[tc_siphash(l->key, tc_slice_make(key, sizeof(key))) % BUCKETS];
}

/* Whether it came earlier: places go round. */
static bool is_earlier(const tc_logons *l, uint32_t a, uint32_t b)
{
    return (a - 1 + TC_LOGONS_MAX - l->oldest) % TC_LOGONS_MAX <
           (b - 1 + TC_LOGONS_MAX - l->oldest) % TC_LOGONS_MAX;
}

/* By age among those that wait in the same bucket: behind all of them, as a rule. */
static void link_logon(tc_logons *l, uint32_t place)
{
    tc_logon *fresh = &l->ring[place - 1];
    bucket *b = bucket_of(l, fresh->request.o.ip, fresh->agent_hash);
    uint32_t *from = b->last ? &l->ring[b->last - 1].next : &b->first;
    if (b->last && is_earlier(l, place, b->last))
        for (from = &b->first; is_earlier(l, *from, place);)
            from = &l->ring[*from - 1].next;
    fresh->next = *from;
    *from = place;
    if (fresh->next == 0) b->last = place;
}

static void unlink_logon(tc_logons *l, uint32_t place)
{
    tc_logon *gone = &l->ring[place - 1];
    bucket *b = bucket_of(l, gone->request.o.ip, gone->agent_hash);
    uint32_t before = 0, at = b->first;
    while (at != place) {
        before = at;
        at = l->ring[at - 1].next;
    }
    if (before)
        l->ring[before - 1].next = gone->next;
    else
        b->first = gone->next;
    if (b->last == place) b->last = before;
    gone->open = false;
}

void tc_logons_wait(tc_logons *l, const tc_observation *o, tc_slice heap)
{
    if (l->count == TC_LOGONS_MAX) {
        if (l->ring[l->oldest].open) {
            unlink_logon(l, (uint32_t)l->oldest + 1);
            l->given_up++;
        }
        l->oldest = (l->oldest + 1) % TC_LOGONS_MAX;
        l->count--;
    }
    uint32_t place = (uint32_t)((l->oldest + l->count++) % TC_LOGONS_MAX) + 1;
    if (l->count == 1) l->due = tc_time_add(o->order.time, TC_LOGON_WAIT);
    tc_logon *p = &l->ring[place - 1];
    tc_kept_fill(&p->request, o, heap);
    p->agent_hash = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    p->open = true;
    link_logon(l, place);
}

bool tc_logons_amend(tc_logons *l, const tc_observation *o, tc_slice heap, tc_time time)
{
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    for (size_t i = 0; i < l->count; i++) {
        uint32_t place = (uint32_t)((l->oldest + i) % TC_LOGONS_MAX) + 1;
        tc_logon *p = &l->ring[place - 1];
        if (!p->open || p->agent_hash != agent || p->request.o.order.time != time) continue;
        unlink_logon(l, place);
        tc_kept_amend(&p->request, o, heap);
        p->open = true;
        link_logon(l, place);
        return true;
    }
    return false;
}

const tc_logon *tc_logons_answer(tc_logons *l, const tc_observation *o, tc_slice heap)
{
    if (l->count == 0) return NULL;
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    for (uint32_t at = bucket_of(l, o->ip, agent)->first; at; at = l->ring[at - 1].next) {
        tc_logon *p = &l->ring[at - 1];
        if (p->agent_hash != agent || !tc_ip_equal(p->request.o.ip, o->ip)) continue;
        unlink_logon(l, at);
        return p;
    }
    return NULL;
}

bool tc_logons_end(tc_logons *l, tc_time time, tc_logon *ret)
{
    while (l->count > 0 && l->due < time) {
        tc_logon *p = &l->ring[l->oldest];
        bool open = p->open;
        l->due = tc_time_add(p->request.o.order.time, TC_LOGON_WAIT);
        if (open && l->due >= time) return false;
        if (open) {
            unlink_logon(l, (uint32_t)l->oldest + 1);
            *ret = *p;
        }
        l->oldest = (l->oldest + 1) % TC_LOGONS_MAX;
        l->count--;
        if (open) return true;
    }
    return false;
}

bool tc_logons_overdue(const tc_logons *l, tc_time time)
{
    for (size_t i = 0; i < l->count; i++) {
        const tc_logon *p = &l->ring[(l->oldest + i) % TC_LOGONS_MAX];
        if (p->open) return tc_time_add(p->request.o.order.time, TC_LOGON_WAIT) < time;
    }
    return false;
}

/* -- saved state ---------------------------------------------------------------------------- */

/* Of one that is decided nothing counts any more but its place in the ring. */
static void visit_logon(tc_visit *v, tc_references *r, tc_observations *batch, tc_logon *p)
{
    tc_observation *o = &p->request.o;
    tc_visit_bool(v, &p->open);
    if (!p->open) {
        tc_visit_order(v, &o->order);
        return;
    }
    tc_visit_u64(v, &p->agent_hash);
    (void)tc_kept_visit(v, r, 1u << TC_OBS_WEB_LOGON, batch, &p->request);
}

/* Whoever is told of failures relies on their order. */
static bool in_order(const tc_logons *l, size_t at)
{
    const tc_order *order = &l->ring[at].request.o.order;
    if (order->rank != tc_observation_rank(TC_OBS_WEB_LOGON, 0) || order->sub != 0) return false;
    return at == 0 || tc_order_compare(&l->ring[at - 1].request.o.order, order) <= 0;
}

/* Into the ring from its beginning on. */
static void loaded(tc_logons *l, tc_visit *v, size_t at)
{
    if (!tc_visit_failed(v) && !in_order(l, at)) tc_visit_refuse(v, "logons are not in order");
    if (tc_visit_failed(v)) return;
    l->count = at + 1;
    if (l->ring[at].open) link_logon(l, (uint32_t)at + 1);
}

static void visit_all(tc_logons *l, tc_visit *v, tc_references *r, tc_observations *batch)
{
    size_t count = l->count;
    tc_visit_count(v, &count, TC_LOGONS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        visit_logon(v, r, batch, &l->ring[(l->oldest + i) % TC_LOGONS_MAX]);
        if (tc_visit_loads(v)) loaded(l, v, i);
    }
}

void tc_logons_visit(tc_logons *l, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "logons", 3)) return;
    tc_observations *batch = tc_kept_batch(v);
    tc_visit_u64(v, &l->given_up);
    tc_visit_time(v, &l->due);
    visit_all(l, v, r, batch);
    tc_observations_free(batch);
    tc_visit_end(v);
}

void tc_logons_bounds(const tc_logons *l, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "webmail logons under way at once", TC_LOGONS_MAX, l->given_up,
                  TC_BLINDS(TC_INDICATOR_WEBMAIL));
}
