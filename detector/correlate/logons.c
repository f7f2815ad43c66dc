#include "detector/correlate/logons.h"

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

static void unlink_logon(tc_logons *l, uint32_t place)
{
    tc_logon *gone = &l->ring[place - 1];
    bucket *b = bucket_of(l, gone->ip, gone->agent_hash);
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

static uint16_t keep_text(uint8_t *out, size_t size, tc_slice text)
{
    size_t length = TC_MIN(size, text.len);
    if (length) memcpy(out, text.ptr, length);
    return (uint16_t)length;
}

static void fill(tc_logon *p, const tc_observation *o, tc_slice heap, tc_slice agent)
{
    p->order = o->order;
    p->at = o->at;
    p->ip = o->ip;
    p->agent_hash = tc_content_hash(agent);
    p->asn = o->asn;
    p->next = 0;
    p->address_class = o->address_class;
    p->open = true;
    memcpy(p->country, o->country, sizeof(p->country));
    p->user_length =
        keep_text(p->user, sizeof(p->user), tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    p->agent_length = keep_text(p->agent, sizeof(p->agent), agent);
    p->host_length =
        keep_text(p->host, sizeof(p->host), tc_observation_text(o, heap, TC_OBS_TEXT_HOST));
    p->as_org_length = keep_text(p->as_org, sizeof(p->as_org),
                                 (tc_slice){heap.ptr + o->as_org.offset, o->as_org.length});
    p->raw_length =
        keep_text(p->raw, sizeof(p->raw), tc_observation_text(o, heap, TC_OBS_TEXT_RAW));
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
    tc_logon *p = &l->ring[place - 1];
    if (l->count == 1) l->due = tc_time_add(o->order.time, TC_LOGON_WAIT);
    fill(p, o, heap, tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    bucket *b = bucket_of(l, p->ip, p->agent_hash);
    if (b->last)
        l->ring[b->last - 1].next = place;
    else
        b->first = place;
    b->last = place;
}

const tc_logon *tc_logons_answer(tc_logons *l, const tc_observation *o, tc_slice heap)
{
    if (l->count == 0) return NULL;
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    for (uint32_t at = bucket_of(l, o->ip, agent)->first; at; at = l->ring[at - 1].next) {
        tc_logon *p = &l->ring[at - 1];
        if (p->agent_hash != agent || !tc_ip_equal(p->ip, o->ip)) continue;
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
        l->due = tc_time_add(p->order.time, TC_LOGON_WAIT);
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

void tc_logons_bounds(const tc_logons *l, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "webmail logons under way at once", TC_LOGONS_MAX, l->given_up,
                  TC_BLINDS(TC_INDICATOR_WEBMAIL));
}
