/* Digests, and texts in pieces that their owner gives back. */
#include "detector/incident/incident_state.h"

/* Digests lie in saved state: what is hashed has one order of bytes everywhere. */
static void put(uint8_t *out, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

uint64_t tc_incident_digest(const tc_incidents *all, char kind, uint32_t number, tc_slice text)
{
    uint8_t buffer[1 + sizeof(uint32_t) + sizeof(uint64_t)];
    buffer[0] = (uint8_t)kind;
    put(buffer + 1, number, sizeof(uint32_t));
    put(buffer + 1 + sizeof(uint32_t), tc_siphash(all->key, text), sizeof(uint64_t));
    uint64_t digest = tc_siphash(all->key, tc_slice_make(buffer, sizeof(buffer)));
    return digest ? digest : 1;
}

uint64_t tc_incident_digest_of_two(const tc_incidents *all, char kind, uint64_t a, uint64_t b)
{
    uint8_t buffer[2 * sizeof(uint64_t)];
    put(buffer, a, sizeof(a));
    put(buffer + sizeof(a), b, sizeof(b));
    return tc_incident_digest(all, kind, 0, tc_slice_make(buffer, sizeof(buffer)));
}

uint64_t tc_incident_mailbox_digest(const tc_incidents *all, uint32_t entity, tc_slice label)
{
    if (entity) return tc_incident_digest(all, 'e', entity, TC_EMPTY_SLICE);
    return label.len ? tc_incident_digest(all, 'm', 0, label) : 0;
}

void tc_incident_address_digests(const tc_incidents *all, tc_ip ip, uint32_t asn,
                                 uint64_t digests[TC_ACCESS_TRAITS])
{
    tc_ip site = tc_ip_site(ip).network;
    digests[TC_ACCESS_ADDRESS] =
        tc_incident_digest(all, 'i', 0, tc_slice_make(ip.bytes, sizeof(ip.bytes)));
    digests[TC_ACCESS_SITE] =
        tc_incident_digest(all, 's', 0, tc_slice_make(site.bytes, sizeof(site.bytes)));
    if (asn) digests[TC_ACCESS_NETWORK] = tc_incident_digest(all, 'n', asn, TC_EMPTY_SLICE);
}

uint64_t tc_incident_client_digest(const tc_incidents *all,
                                   const uint64_t digests[TC_ACCESS_TRAITS])
{
    uint64_t network = digests[TC_ACCESS_NETWORK], agent = digests[TC_ACCESS_AGENT];
    return network && agent ? tc_incident_digest_of_two(all, 'k', network, agent) : 0;
}

tc_access tc_incident_access(const tc_incidents *all, const tc_subject *s, tc_time time)
{
    tc_access a = {.time = time,
                   .entity = s->entity,
                   .asn = s->asn,
                   .ip = s->ip,
                   .newcomer = s->newcomer,
                   .novel = s->novel,
                   .new_block = s->new_block,
                   .own = s->own,
                   .place = s->place,
                   .mailbox = s->mailbox,
                   .country = s->country,
                   .as_org = s->as_org,
                   .agent = s->agent};
    a.digests[TC_ACCESS_MAILBOX] = tc_incident_mailbox_digest(all, s->entity, s->mailbox);
    if (tc_ip_is_zero(s->ip)) return a;
    tc_incident_address_digests(all, s->ip, s->asn, a.digests);
    if (s->country.len) a.digests[TC_ACCESS_COUNTRY] = tc_incident_digest(all, 'c', 0, s->country);
    if (s->agent.len) a.digests[TC_ACCESS_AGENT] = tc_incident_digest(all, 'g', 0, s->agent);
    a.digests[TC_ACCESS_CLIENT] = tc_incident_client_digest(all, a.digests);
    return a;
}

bool tc_incident_lacks(tc_incidents *all, tc_status status)
{
    if (status.code == TC_ENOMEM) all->status = status;
    return tc_failed(status);
}

void tc_incident_drop_text(tc_incidents *all, tc_kept_text *text)
{
    tc_pool_chain_give(&all->texts, text->more);
    *text = (tc_kept_text){0};
}

bool tc_incident_keep_text(tc_incidents *all, tc_kept_text *text, tc_slice from, size_t max)
{
    tc_slice cut = tc_slice_sub(from, 0, max);
    tc_incident_drop_text(all, text);
    bool refused = all->newcomer && all->texts.used >= all->texts.limit / 2;
    if (refused ||
        tc_incident_lacks(all, tc_pool_reserve(&all->texts, tc_pool_chain_need(cut.len)))) {
        all->texts_refused++;
        return false;
    }
    *text = (tc_kept_text){tc_pool_chain_put(&all->texts, cut), (uint16_t)cut.len};
    return true;
}

void tc_incident_keep_short(char *out, size_t max, tc_slice from)
{
    tc_slice cut = tc_slice_sub(from, 0, max);
    if (cut.len) memcpy(out, cut.ptr, cut.len);
    out[cut.len] = 0;
}

tc_slice tc_incident_show_text(tc_incidents *all, tc_kept_text text, bool *ret_degraded)
{
    if (text.length == 0) return TC_EMPTY_SLICE;
    uint8_t *copy = tc_arena_get(all->arena, text.length, 1);
    if (copy == NULL) {
        *ret_degraded = true;
        return TC_EMPTY_SLICE;
    }
    tc_pool_chain_copy(&all->texts, text.more, copy, text.length);
    return tc_slice_make(copy, text.length);
}

bool tc_incident_keep_label(tc_incidents *all, tc_victim *v, tc_slice label)
{
    tc_slice cut = tc_slice_sub(label, 0, TC_INCIDENT_LABEL_MAX);
    size_t rest = cut.len - TC_MIN(cut.len, (size_t)TC_VICTIM_ROOM);
    if (tc_incident_lacks(all, tc_pool_reserve(&all->texts, tc_pool_chain_need(rest)))) {
        all->texts_refused++;
        cut = tc_slice_sub(cut, 0, TC_VICTIM_ROOM);
        rest = 0;
    }
    v->label_more = tc_pool_text_put(&all->texts, v->room, TC_VICTIM_ROOM, cut);
    v->label_length = (uint16_t)cut.len;
    return rest > 0 || cut.len == TC_MIN(label.len, (size_t)TC_INCIDENT_LABEL_MAX);
}

/* -- saving and loading --------------------------------------------------------------------- */

bool tc_incident_kept(tc_visit *v, tc_status status)
{
    if (status.code == TC_ELIMIT)
        tc_visit_refuse(v, "incidents hold more than there is room for");
    else if (tc_failed(status))
        tc_visit_fail(v, status.code, "incidents find no memory");
    return !tc_visit_failed(v);
}

static bool room_for(tc_incidents *all, tc_visit *v, size_t length)
{
    return tc_incident_kept(v, tc_pool_reserve(&all->texts, tc_pool_chain_need(length)));
}

void tc_incident_visit_text(tc_incidents *all, tc_visit *v, tc_kept_text *text, size_t max)
{
    uint8_t room[TC_INCIDENT_WHY_MAX];
    TC_ASSERT(max <= sizeof(room));
    tc_pool_chain_copy(&all->texts, text->more, room, text->length);
    tc_slice whole = tc_slice_make(room, text->length);
    tc_visit_text(v, &whole, max);
    if (!tc_visit_loads(v) || !room_for(all, v, whole.len)) return;
    *text = (tc_kept_text){tc_pool_chain_put(&all->texts, whole), (uint16_t)whole.len};
}

void tc_incident_visit_label(tc_incidents *all, tc_visit *v, tc_victim *victim)
{
    uint8_t room[TC_INCIDENT_LABEL_MAX];
    tc_pool_text_copy(&all->texts, victim->room, TC_VICTIM_ROOM, victim->label_more, room,
                      victim->label_length);
    tc_slice whole = tc_slice_make(room, victim->label_length);
    tc_visit_text(v, &whole, sizeof(room));
    size_t rest = whole.len - TC_MIN(whole.len, (size_t)TC_VICTIM_ROOM);
    if (!tc_visit_loads(v) || !room_for(all, v, rest)) return;
    victim->label_more = tc_pool_text_put(&all->texts, victim->room, TC_VICTIM_ROOM, whole);
    victim->label_length = (uint16_t)whole.len;
}
