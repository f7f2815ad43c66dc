/* Victims, sources and keys of incidents, and the pool of sessions that may yet belong to one. */
#include "detector/correlate/incident_state.h"

#include "parsers/base/alloc.h"

uint32_t tc_incident_text(tc_incidents *all, tc_slice text)
{
    uint32_t id = 0;
    if (text.len == 0 || tc_failed(tc_intern_put(all->texts, text, &id))) return 0;
    return id;
}

tc_slice tc_incident_text_of(const tc_incidents *all, uint32_t id)
{
    return tc_intern_text(all->texts, id);
}

static tc_slice key_of(char kind, tc_slice key, uint8_t *buffer, size_t size)
{
    size_t length = TC_MIN(key.len, size - 1);
    buffer[0] = (uint8_t)kind;
    if (length) memcpy(buffer + 1, key.ptr, length);
    return tc_slice_make(buffer, length + 1);
}

incident *tc_incident_of_key(tc_incidents *all, char kind, tc_slice key)
{
    uint8_t buffer[512];
    uint64_t *number = tc_map_get(all->keys, key_of(kind, key, buffer, sizeof(buffer)));
    if (number == NULL || *number == 0) return NULL;
    incident *in = all->list[*number - 1];
    while (in->merged_into != NULL)
        in = in->merged_into;
    return in;
}

void tc_incident_own_key(tc_incidents *all, incident *in, char kind, tc_slice key)
{
    uint8_t buffer[512];
    uint64_t *number = NULL;
    if (tc_failed(tc_map_put(all->keys, key_of(kind, key, buffer, sizeof(buffer)), &number, NULL)))
        in->degraded = true;
    else
        *number = in->number;
}

victim *tc_incident_victim(tc_incidents *all, incident *in, uint32_t mailbox)
{
    if (mailbox == 0) return NULL;
    for (size_t i = 0; i < in->victim_count; i++)
        if (in->victims[i].mailbox == mailbox) return &in->victims[i];
    if (tc_failed(tc_grow(&in->victims, &in->victim_capacity, in->victim_count + 1, sizeof(victim),
                          MEMBERS_MAX))) {
        in->degraded = true;
        return NULL;
    }
    victim *v = &in->victims[in->victim_count++];
    *v = (victim){
        .mailbox = mailbox, .switched = TC_TIME_NONE, .first = TC_TIME_NONE, .last = TC_TIME_NONE};
    tc_incident_own_key(all, in, 'm', tc_incident_text_of(all, mailbox));
    return v;
}

static origin *find_origin(incident *in, tc_ip ip)
{
    for (size_t i = 0; i < in->origin_count; i++)
        if (tc_ip_equal(in->origins[i].ip, ip)) return &in->origins[i];
    return NULL;
}

static origin *add_origin(tc_incidents *all, incident *in, const pooled_session *s)
{
    origin *o = find_origin(in, s->ip);
    if (o != NULL) return o;
    if (tc_failed(tc_grow(&in->origins, &in->origin_capacity, in->origin_count + 1, sizeof(origin),
                          MEMBERS_MAX))) {
        in->degraded = true;
        return NULL;
    }
    o = &in->origins[in->origin_count++];
    *o = (origin){.ip = s->ip,
                  .country = s->country,
                  .as_org = s->as_org,
                  .agent = s->agent,
                  .asn = s->asn,
                  .first = TC_TIME_NONE,
                  .last = TC_TIME_NONE};
    tc_incident_own_key(all, in, 'i', tc_slice_make(s->ip.bytes, sizeof(s->ip.bytes)));
    return o;
}

origin *tc_incident_origin(tc_incidents *all, incident *in, const tc_subject *subject)
{
    if (!subject->remote || !subject->novel || tc_ip_is_zero(subject->ip)) return NULL;
    pooled_session s = {.ip = subject->ip,
                        .country = tc_incident_text(all, subject->country),
                        .as_org = tc_incident_text(all, subject->as_org),
                        .agent = tc_incident_text(all, subject->agent),
                        .asn = subject->asn};
    return add_origin(all, in, &s);
}

static tc_time earlier(tc_time a, tc_time b)
{
    return a == TC_TIME_NONE || b < a ? b : a;
}

/* True the first time that this mailbox is seen with this address. */
static bool new_pair(tc_incidents *all, const pooled_session *s)
{
    uint8_t pair[20], buffer[32];
    uint64_t *slot = NULL;
    bool created = false;
    memcpy(pair, s->ip.bytes, 16);
    memcpy(pair + 16, &s->mailbox, 4);
    tc_slice key = key_of('p', tc_slice_make(pair, sizeof(pair)), buffer, sizeof(buffer));
    return !tc_failed(tc_map_put(all->keys, key, &slot, &created)) && created;
}

void tc_incident_note_session(tc_incidents *all, incident *in, const pooled_session *s)
{
    origin *o = add_origin(all, in, s);
    victim *v = tc_incident_victim(all, in, s->mailbox);
    if (o != NULL) {
        o->mailboxes += new_pair(all, s);
        o->first = earlier(o->first, s->time);
        o->last = TC_MAX(o->last, s->time);
    }
    if (v != NULL) {
        v->first = earlier(v->first, s->time);
        v->last = TC_MAX(v->last, s->time);
        v->sessions++;
    }
    in->first = earlier(in->first, s->time);
    in->last = TC_MAX(in->last, s->time);
}

static bool has_victim(const incident *in, uint32_t mailbox)
{
    for (size_t i = 0; i < in->victim_count; i++)
        if (in->victims[i].mailbox == mailbox) return true;
    return false;
}

/* Alike: the same country or system where they are known, else the same network or agent. */
static bool looks_alike(const incident *in, const pooled_session *s)
{
    for (size_t i = 0; i < in->origin_count; i++) {
        const origin *o = &in->origins[i];
        if (o->country != 0 && o->country == s->country) return true;
        if (o->asn != 0 && o->asn == s->asn) return true;
        if (tc_cidr_contains(tc_ip_site(o->ip), s->ip)) return true;
        if (o->country == 0 && o->agent != 0 && o->agent == s->agent) return true;
    }
    return false;
}

void tc_incident_absorb(tc_incidents *all, incident *in)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < all->pool_count; i++) {
            pooled_session *s = &all->pool[(all->pool_first + i) % POOL_MAX];
            if (s->taken) continue;
            bool mine = find_origin(in, s->ip) != NULL ||
                        (has_victim(in, s->mailbox) && looks_alike(in, s));
            if (!mine) continue;
            s->taken = true;
            more = true;
            tc_incident_note_session(all, in, s);
        }
    }
}
