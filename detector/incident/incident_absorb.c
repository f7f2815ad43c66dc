/* What a new member of an incident draws in from the kept sessions.
 *
 * A new victim brings those of its sessions that look like the incident's sources; a new source
 * brings all sessions from its address and its network, and those of the victims that look like it.
 * Each of these is one chain of a pool, so only what is new is looked at. What is common here draws
 * nothing in. */
#include "detector/incident/incident_state.h"

static void take(tc_incidents *all, tc_incident *in, tc_session_pool *p, tc_piece session)
{
    tc_access access;
    tc_session_pool_read(p, session, &all->scratch, &access);
    tc_incident_note_session(all, in, &access);
    tc_session_pool_remove(p, session);
}

static bool has(const tc_incident *in, uint64_t digest)
{
    return digest != 0 && tc_keymap_get(&in->members.traits, digest) != 0;
}

/* The incident has it, and not everybody has. */
static bool has_rare(const tc_incidents *all, const tc_incident *in, uint64_t digest)
{
    return has(in, digest) && !tc_incident_is_common(all, digest);
}

static bool shares_block(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    return has_rare(all, in, digests[TC_ACCESS_SITE]) &&
           !tc_incident_is_common(all, digests[TC_ACCESS_NETWORK]);
}

/* At the incident's own address: it is nobody else's, or it is the incident's client. */
static bool shares_address(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    return !tc_incident_is_common(all, digests[TC_ACCESS_ADDRESS]) &&
           (!tc_incident_is_common(all, digests[TC_ACCESS_NETWORK]) ||
            has(in, digests[TC_ACCESS_AGENT]) ||
            tc_incident_find_victim(in, digests[TC_ACCESS_MAILBOX]) != NULL);
}

bool tc_incident_shares_address(const tc_incidents *all, const tc_incident *in, const tc_access *a)
{
    return shares_address(all, in, a->digests);
}

/* Where the system is not known an agent that is not common says something by itself. */
static bool shares_client(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    return has(in, digests[TC_ACCESS_CLIENT]) || has_rare(all, in, digests[TC_ACCESS_NETWORK]) ||
           (digests[TC_ACCESS_NETWORK] == 0 && has_rare(all, in, digests[TC_ACCESS_AGENT]));
}

/* Whoever else has an address beside the incident's has another client, most likely. */
static bool is_neighbour(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    return shares_block(all, in, digests) && has(in, digests[TC_ACCESS_AGENT]);
}

bool tc_incident_is_neighbour(const tc_incidents *all, const tc_incident *in, const tc_access *a)
{
    return is_neighbour(all, in, a->digests);
}

bool tc_incident_looks_alike(const tc_incidents *all, const tc_incident *in, const tc_access *a)
{
    return shares_block(all, in, a->digests) || (a->novel && shares_client(all, in, a->digests));
}

/* -- what a victim brings ------------------------------------------------------------------- */

static void read_digests(const tc_session_pool *p, tc_piece session, uint64_t *ret)
{
    for (int trait = 0; trait < TC_ACCESS_TRAITS; trait++) {
        tc_piece holder = tc_session_at(p, session)->links[trait].holder;
        ret[trait] = holder ? tc_holder_at(p, holder)->digest : 0;
    }
}

static bool session_looks_alike(const tc_incidents *all, const tc_incident *in,
                                const tc_session_pool *p, tc_piece session)
{
    uint64_t digests[TC_ACCESS_TRAITS];
    read_digests(p, session, digests);
    return shares_block(all, in, digests) || (p == &all->pool && shares_client(all, in, digests));
}

static void look_at_victim(tc_incidents *all, tc_incident *in, tc_session_pool *p, uint64_t digest)
{
    tc_piece holder = tc_session_pool_holder(p, digest);
    tc_piece next, session = holder ? tc_holder_at(p, holder)->oldest : 0;
    if (holder) in->degraded |= tc_holder_at(p, holder)->lost;
    for (; session; session = next) {
        next = tc_session_at(p, session)->links[TC_ACCESS_MAILBOX].newer;
        all->work++;
        if (session_looks_alike(all, in, p, session)) take(all, in, p, session);
    }
}

/* -- what a source brings ------------------------------------------------------------------- */

static void take_all(tc_incidents *all, tc_incident *in, tc_session_pool *p, uint64_t digest)
{
    tc_piece holder;
    while (digest && (holder = tc_session_pool_holder(p, digest)) != 0) {
        in->degraded |= tc_holder_at(p, holder)->lost;
        take(all, in, p, tc_holder_at(p, holder)->oldest);
    }
}

/* Of the network those who are victims or have the same client. */
static void take_neighbours(tc_incidents *all, tc_incident *in, tc_session_pool *p, uint64_t site)
{
    tc_piece holder = site ? tc_session_pool_holder(p, site) : 0;
    tc_piece next, session = holder ? tc_holder_at(p, holder)->oldest : 0;
    for (; session; session = next) {
        uint64_t digests[TC_ACCESS_TRAITS];
        next = tc_session_at(p, session)->links[TC_ACCESS_SITE].newer;
        read_digests(p, session, digests);
        all->work++;
        if (tc_incident_find_victim(in, digests[TC_ACCESS_MAILBOX]) ||
            is_neighbour(all, in, digests))
            take(all, in, p, session);
    }
}

/* Whose network is new to the mailbox, but not its system, must have the incident's client where
 * many have that system. */
static void take_newcomers(tc_incidents *all, tc_incident *in, uint64_t address)
{
    tc_piece holder = tc_session_pool_holder(&all->blocks, address);
    tc_piece next, session = holder ? tc_holder_at(&all->blocks, holder)->oldest : 0;
    for (; session; session = next) {
        uint64_t digests[TC_ACCESS_TRAITS];
        next = tc_session_at(&all->blocks, session)->links[TC_ACCESS_ADDRESS].newer;
        read_digests(&all->blocks, session, digests);
        all->work++;
        if (shares_address(all, in, digests)) take(all, in, &all->blocks, session);
    }
}

/* The address, and its network where neither that nor its system is common. */
static void take_place(tc_incidents *all, tc_incident *in, const uint64_t *digests)
{
    uint64_t address = digests[TC_ACCESS_ADDRESS], site = digests[TC_ACCESS_SITE];
    if (tc_incident_is_place(all, digests)) return;
    take_all(all, in, &all->pool, address);
    take_newcomers(all, in, address);
    if (!shares_block(all, in, digests)) return;
    take_neighbours(all, in, &all->pool, site);
    take_neighbours(all, in, &all->blocks, site);
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
            take(all, in, &all->pool, session);
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
            if (s->links[trait].holder == holder) take(all, in, &all->pool, session);
        }
    }
    return true;
}

/* False if the source's trait was known. */
static bool add_trait(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    if (digest == 0 || has(in, digest)) return false;
    if (!tc_incident_lacks(all, tc_keymap_put(&in->members.traits, digest, 1))) return true;
    in->degraded = true;
    return false;
}

static void draw(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    tc_piece holder = tc_session_pool_holder(&all->pool, digest);
    if (holder == 0) return;
    const tc_holder *h = tc_holder_at(&all->pool, holder);
    if (walk_victims(all, in, holder, h->trait, h->count)) return;
    holder = tc_session_pool_holder(&all->pool, digest);
    if (holder) walk_trait(all, in, holder);
}

static const uint8_t alike[] = {TC_ACCESS_SITE, TC_ACCESS_CLIENT, TC_ACCESS_NETWORK,
                                TC_ACCESS_AGENT};

static bool draws(const tc_incidents *all, const uint64_t *digests, tc_access_trait trait)
{
    if (trait == TC_ACCESS_CLIENT) return true;
    if (trait == TC_ACCESS_SITE) return false; /* taken as a place */
    if (trait == TC_ACCESS_AGENT && digests[TC_ACCESS_NETWORK] != 0) return false;
    return !tc_incident_is_common(all, digests[trait]);
}

static void look_at_origin(tc_incidents *all, tc_incident *in, size_t place)
{
    uint64_t digests[TC_ACCESS_TRAITS];
    bool added[TC_COUNT_OF(alike)];
    memcpy(digests, in->members.origins[place].digests, sizeof(digests));
    all->work++;
    for (size_t i = 0; i < TC_COUNT_OF(alike); i++)
        added[i] = add_trait(all, in, digests[alike[i]]);
    take_place(all, in, digests);
    for (size_t i = 0; i < TC_COUNT_OF(alike); i++)
        if (added[i] && draws(all, digests, (tc_access_trait)alike[i]))
            draw(all, in, digests[alike[i]]);
}

void tc_incident_restore_traits(tc_incidents *all, tc_incident *in)
{
    tc_incident_members *m = &in->members;
    for (size_t place = 0; place < m->origins_looked; place++)
        for (size_t i = 0; i < TC_COUNT_OF(alike); i++)
            (void)add_trait(all, in, m->origins[place].digests[alike[i]]);
}

void tc_incident_absorb(tc_incidents *all, tc_incident *in)
{
    tc_incident_members *m = &in->members;
    for (;;) {
        if (m->origins_looked < m->origin_count) {
            look_at_origin(all, in, m->origins_looked++);
        } else if (m->victims_looked < m->victim_count) {
            uint64_t victim = m->victims[m->victims_looked++].digest;
            look_at_victim(all, in, &all->pool, victim);
            look_at_victim(all, in, &all->blocks, victim);
        } else {
            return;
        }
    }
}

void tc_incident_look_again(tc_incidents *all, tc_incident *in, uint64_t digest)
{
    if (tc_incident_find_victim(in, digest) == NULL) return;
    look_at_victim(all, in, &all->pool, digest);
    look_at_victim(all, in, &all->blocks, digest);
    tc_incident_absorb(all, in);
}
