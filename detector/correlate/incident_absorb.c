/* What a new member of an incident draws in from the kept sessions.
 *
 * A new victim brings those of its sessions that look like the incident's sources; a new source
 * brings all sessions from its address, and those of the victims that look like it. Each of these
 * is one chain of the pool, so only what is new is looked at. */
#include "detector/correlate/incident_state.h"

static void take(tc_incidents *all, tc_incident *in, tc_piece session)
{
    tc_access access;
    tc_session_pool_read(&all->pool, session, &all->scratch, &access);
    tc_incident_note_session(all, in, &access);
    tc_session_pool_remove(&all->pool, session);
}

static bool has(const tc_incident *in, uint64_t digest)
{
    return digest != 0 && tc_keymap_get(&in->members.traits, digest) != 0;
}

bool tc_incident_looks_alike(const tc_incident *in, const tc_access *a)
{
    return has(in, a->digests[TC_ACCESS_COUNTRY]) || has(in, a->digests[TC_ACCESS_NETWORK]) ||
           has(in, a->digests[TC_ACCESS_SITE]) || has(in, a->digests[TC_ACCESS_AGENT]);
}

static bool session_looks_alike(const tc_incidents *all, const tc_incident *in, tc_piece session)
{
    for (int trait = TC_ACCESS_SITE; trait < TC_ACCESS_TRAITS; trait++) {
        tc_piece holder = tc_session_at(&all->pool, session)->links[trait].holder;
        if (holder && has(in, tc_holder_at(&all->pool, holder)->digest)) return true;
    }
    return false;
}

static void look_at_victim(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    tc_piece holder = tc_session_pool_holder(&all->pool, digest);
    tc_piece next, session = holder ? tc_holder_at(&all->pool, holder)->oldest : 0;
    if (holder) in->degraded |= tc_holder_at(&all->pool, holder)->lost;
    for (; session; session = next) {
        next = tc_session_at(&all->pool, session)->links[TC_ACCESS_MAILBOX].newer;
        all->work++;
        if (session_looks_alike(all, in, session)) take(all, in, session);
    }
}

static void take_address(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    tc_piece holder;
    while ((holder = tc_session_pool_holder(&all->pool, digest)) != 0) {
        in->degraded |= tc_holder_at(&all->pool, holder)->lost;
        take(all, in, tc_holder_at(&all->pool, holder)->oldest);
    }
}

/* The sessions with the trait, those of victims are taken. */
static void walk_trait(tc_incidents *all, tc_incident *in, tc_piece holder)
{
    int trait = tc_holder_at(&all->pool, holder)->trait;
    tc_piece next, session = tc_holder_at(&all->pool, holder)->oldest;
    for (; session; session = next) {
        const tc_kept_session *s = tc_session_at(&all->pool, session);
        next = s->links[trait].newer;
        all->work++;
        tc_piece mailbox = s->links[TC_ACCESS_MAILBOX].holder;
        if (tc_incident_find_victim(in, tc_holder_at(&all->pool, mailbox)->digest))
            take(all, in, session);
    }
}

/* The victims' sessions, those with the trait are taken. False if that would be the longer way:
 * more than `most` steps; then not all were seen. */
static bool walk_victims(tc_incidents *all, tc_incident *in, tc_piece holder, int trait,
                         size_t most)
{
    const tc_incident_members *m = &in->members;
    size_t steps = m->victim_count;
    if (steps > most) return false;
    all->work += steps;
    for (size_t i = 0; i < m->victim_count; i++) {
        tc_piece mailbox = tc_session_pool_holder(&all->pool, m->victims[i].digest);
        tc_piece next, session = mailbox ? tc_holder_at(&all->pool, mailbox)->oldest : 0;
        for (; session; session = next) {
            const tc_kept_session *s = tc_session_at(&all->pool, session);
            next = s->links[TC_ACCESS_MAILBOX].newer;
            all->work++;
            if (++steps > most) return false;
            if (s->links[trait].holder == holder) take(all, in, session);
        }
    }
    return true;
}

static void draw(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    if (digest == 0 || has(in, digest)) return;
    if (tc_incident_lacks(all, tc_keymap_put(&in->members.traits, digest, 1))) {
        in->degraded = true;
        return;
    }
    tc_piece holder = tc_session_pool_holder(&all->pool, digest);
    if (holder == 0) return;
    const tc_holder *h = tc_holder_at(&all->pool, holder);
    if (walk_victims(all, in, holder, h->trait, h->count)) return;
    holder = tc_session_pool_holder(&all->pool, digest);
    if (holder) walk_trait(all, in, holder);
}

/* Alike is the same country or system where they are known, else the same network or agent. */
static const uint8_t alike[] = {TC_ACCESS_COUNTRY, TC_ACCESS_NETWORK, TC_ACCESS_SITE,
                                TC_ACCESS_AGENT};

static uint64_t alike_digest(const uint64_t digests[TC_ACCESS_TRAITS], size_t i)
{
    bool known = alike[i] == TC_ACCESS_AGENT && digests[TC_ACCESS_COUNTRY] != 0;
    return known ? 0 : digests[alike[i]];
}

static void look_at_origin(tc_incidents *all, tc_incident *in, size_t place)
{
    uint64_t digests[TC_ACCESS_TRAITS];
    memcpy(digests, in->members.origins[place].digests, sizeof(digests));
    all->work++;
    take_address(all, in, digests[TC_ACCESS_ADDRESS]);
    for (size_t i = 0; i < TC_COUNT_OF(alike); i++)
        draw(all, in, alike_digest(digests, i));
}

void tc_incident_restore_traits(tc_incidents *all, tc_incident *in)
{
    tc_incident_members *m = &in->members;
    for (size_t place = 0; place < m->origins_looked; place++) {
        for (size_t i = 0; i < TC_COUNT_OF(alike); i++) {
            uint64_t digest = alike_digest(m->origins[place].digests, i);
            if (digest) (void)tc_incident_lacks(all, tc_keymap_put(&m->traits, digest, 1));
        }
    }
}

void tc_incident_absorb(tc_incidents *all, tc_incident *in)
{
    tc_incident_members *m = &in->members;
    for (;;) {
        if (m->origins_looked < m->origin_count)
            look_at_origin(all, in, m->origins_looked++);
        else if (m->victims_looked < m->victim_count)
            look_at_victim(all, in, m->victims[m->victims_looked++].digest);
        else
            return;
    }
}

void tc_incident_look_again(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    if (tc_incident_find_victim(in, digest) == NULL) return;
    look_at_victim(all, in, digest);
    tc_incident_absorb(all, in);
}
