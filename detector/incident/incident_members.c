/* Victims and sources of incidents: found by digest, and added. */
#include "detector/incident/incident_state.h"

#include "parsers/base/alloc.h"

/* -- adding --------------------------------------------------------------------------------- */

static void *refuse(tc_incidents *all, tc_incident *in)
{
    all->members_refused++;
    in->degraded = true;
    return NULL;
}

/* Room in both indexes, so that adding cannot fail half way. */
static bool prepare(tc_incidents *all, tc_incident *in, tc_keymap *at, uint64_t digest)
{
    return !tc_incident_lacks(all, tc_keymap_reserve(at)) && tc_incident_settle(all, in, digest);
}

static void enter(tc_keymap *at, uint64_t digest, size_t place)
{
    TC_ASSERT(!tc_failed(tc_keymap_put(at, digest, (uint32_t)place)));
}

tc_victim *tc_incident_find_victim(const tc_incident *in, uint64_t digest)
{
    uint32_t place = tc_keymap_get(&in->members.victim_at, digest);
    return place ? &in->members.victims[place - 1] : NULL;
}

tc_victim *tc_incident_new_victim(tc_incidents *all, tc_incident *in, uint64_t digest,
                                  bool newcomer)
{
    tc_incident_members *m = &in->members;
    if (!tc_incident_member_room(all, in, newcomer) ||
        tc_incident_lacks(all, tc_grow(&m->victims, &m->victim_capacity, m->victim_count + 1,
                                       sizeof(tc_victim), all->members_max)) ||
        !prepare(all, in, &m->victim_at, digest))
        return refuse(all, in);
    tc_victim *v = &m->victims[m->victim_count++];
    tc_incident_count_member(all, newcomer);
    *v = (tc_victim){.digest = digest,
                     .newcomer = newcomer,
                     .first = TC_TIME_NONE,
                     .last = TC_TIME_NONE,
                     .switched = TC_TIME_NONE,
                     .before = TC_TIME_NONE};
    enter(&m->victim_at, digest, m->victim_count);
    if (tc_keymap_get(&all->homes, digest) & TC_HOME_SEVERAL) in->checks = all->checks = true;
    return v;
}

tc_victim *tc_incident_victim(tc_incidents *all, tc_incident *in, const tc_access *a)
{
    uint64_t digest = a->digests[TC_ACCESS_MAILBOX];
    if (digest == 0) return NULL;
    tc_victim *v = tc_incident_find_victim(in, digest);
    if (v != NULL) return v;
    v = tc_incident_new_victim(all, in, digest, a->newcomer);
    if (v == NULL) return NULL;
    v->entity = a->entity;
    if (!tc_incident_keep_label(all, v, a->mailbox)) in->degraded = true;
    /* Who may be invented is not kept for it: tc_incidents_forget. */
    if (a->entity && !a->newcomer && all->options.pin)
        all->options.pin(all->options.context, a->entity);
    return v;
}

tc_origin *tc_incident_find_origin(const tc_incident *in, uint64_t digest)
{
    uint32_t place = tc_keymap_get(&in->members.origin_at, digest);
    return place ? &in->members.origins[place - 1] : NULL;
}

tc_origin *tc_incident_new_origin(tc_incidents *all, tc_incident *in, uint64_t digest,
                                  bool newcomer)
{
    tc_incident_members *m = &in->members;
    if (!tc_incident_member_room(all, in, newcomer) ||
        tc_incident_lacks(all, tc_grow(&m->origins, &m->origin_capacity, m->origin_count + 1,
                                       sizeof(tc_origin), all->members_max)) ||
        !prepare(all, in, &m->origin_at, digest))
        return refuse(all, in);
    tc_origin *o = &m->origins[m->origin_count++];
    tc_incident_count_member(all, newcomer);
    *o = (tc_origin){.newcomer = newcomer, .first = TC_TIME_NONE, .last = TC_TIME_NONE};
    enter(&m->origin_at, digest, m->origin_count);
    return o;
}

tc_origin *tc_incident_origin(tc_incidents *all, tc_incident *in, const tc_access *a)
{
    uint64_t digest = a->digests[TC_ACCESS_ADDRESS];
    if (digest == 0) return NULL;
    tc_origin *o = tc_incident_find_origin(in, digest);
    if (o != NULL) return o;
    o = tc_incident_new_origin(all, in, digest, a->newcomer);
    if (o == NULL) return NULL;
    memcpy(o->digests, a->digests, sizeof(o->digests));
    o->digests[TC_ACCESS_MAILBOX] = 0;
    o->ip = a->ip;
    o->asn = a->asn;
    tc_incident_keep_short(o->country, TC_INCIDENT_COUNTRY_MAX, a->country);
    tc_members_count_country(&in->members, o->country);
    if (!tc_incident_keep_text(all, &o->as_org, a->as_org, TC_INCIDENT_ORG_MAX) ||
        !tc_incident_keep_text(all, &o->agent, a->agent, TC_INCIDENT_AGENT_MAX))
        in->degraded = true;
    tc_incident_own_key(all, in, tc_incident_block_key(all, a));
    return o;
}

/* True the first time that this mailbox is seen with this address. */
static bool new_pair(tc_incidents *all, const tc_access *a)
{
    bool created = false;
    if (a->digests[TC_ACCESS_MAILBOX] == 0) return false;
    uint64_t digest = tc_incident_digest_of_two(all, 'p', a->digests[TC_ACCESS_MAILBOX],
                                                a->digests[TC_ACCESS_ADDRESS]);
    tc_recall *r = tc_recalls_touch(&all->pairs, digest, a->newcomer, TC_TIME_MAX, &created);
    if (r == NULL) all->status = (tc_status){TC_ENOMEM};
    return created;
}

static void note_source(tc_incidents *all, tc_origin *o, const tc_access *a)
{
    o->mailboxes += new_pair(all, a);
    o->first = tc_incident_earlier(o->first, a->time);
    o->last = TC_MAX(o->last, a->time);
}

void tc_incident_show_source(tc_incidents *all, tc_incident *in, const tc_access *a)
{
    tc_origin *o = tc_incident_origin(all, in, a);
    if (o != NULL) note_source(all, o, a);
}

void tc_incident_note_session(tc_incidents *all, tc_incident *in, const tc_access *a)
{
    tc_origin *o = tc_incident_origin(all, in, a);
    tc_victim *v = tc_incident_victim(all, in, a);
    all->work++;
    if (o != NULL) note_source(all, o, a);
    if (v != NULL) {
        tc_incident_note_met(v, a);
        tc_members_count_out(&in->members, v);
        v->first = tc_incident_earlier(v->first, a->time);
        v->last = TC_MAX(v->last, a->time);
        v->sessions++;
        if (v->switched != TC_TIME_NONE && a->time <= v->switched)
            v->before = TC_MAX(v->before, a->time);
        tc_members_count_in(all, &in->members, v);
    }
    in->first = tc_incident_earlier(in->first, a->time);
    in->last = TC_MAX(in->last, a->time);
    in->changed = true;
}
