/* A session that has just begun: whose it is, and what it says of ordinary life. */
#include "detector/incident/incident_state.h"

/* The incident, if it is open. */
static tc_incident *open_one(const tc_incidents *all, tc_incident *in, tc_time now)
{
    return in != NULL && tc_incident_is_open(all, in, now) ? in : NULL;
}

static tc_incident *open_home(const tc_incidents *all, uint64_t digest, tc_time now)
{
    return digest ? open_one(all, tc_incident_home(all, digest), now) : NULL;
}

/* From an incident's source its mailbox is a victim unless it has always used that source. */
static bool is_taken_in(const tc_incidents *all, const tc_incident *in, const tc_access *a)
{
    return a->novel || tc_incident_find_victim(in, a->digests[TC_ACCESS_MAILBOX]) ||
           (a->new_block && tc_incident_shares_address(all, in, a));
}

/* The incident that the session belongs to: of its source, else of its mailbox when the session is
 * new and looks alike, else of its network. */
static tc_incident *owner_of(const tc_incidents *all, const tc_access *a, bool *ret_known)
{
    if (tc_incident_is_place(all, a->digests)) return NULL;
    tc_incident *in = open_home(all, a->digests[TC_ACCESS_ADDRESS], a->time);
    *ret_known = in != NULL;
    if (in != NULL) return is_taken_in(all, in, a) ? in : NULL;
    if (!a->novel && !a->new_block) return NULL;
    in = open_home(all, a->digests[TC_ACCESS_MAILBOX], a->time);
    if (in != NULL && tc_incident_looks_alike(all, in, a)) return in;
    in = open_one(all, tc_incident_of_key(all, tc_incident_block_key(all, a)), a->time);
    return in != NULL && tc_incident_is_neighbour(all, in, a) ? in : NULL;
}

/* -- what is ordinary ----------------------------------------------------------------------- */

/* Under no key of the run, for figures follow from it. */
static uint64_t who(const tc_access *a)
{
    uint8_t number[4];
    for (size_t i = 0; i < sizeof(number); i++)
        number[i] = (uint8_t)(a->entity >> (8 * i));
    return tc_content_hash(a->entity ? tc_slice_make(number, sizeof(number)) : a->mailbox);
}

static void note_common(tc_incidents *all, const tc_access *a, tc_access_trait trait, bool ordinary)
{
    tc_commons_note(&all->commons, a->digests[trait], who(a), ordinary, a->time);
}

/* From a network that is new to it a mailbox may still use a system and a client that are not. */
static void learn(tc_incidents *all, const tc_access *a)
{
    bool place = !a->novel && !a->new_block;
    note_common(all, a, TC_ACCESS_ADDRESS, place);
    note_common(all, a, TC_ACCESS_SITE, place);
    note_common(all, a, TC_ACCESS_NETWORK, !a->novel);
    note_common(all, a, TC_ACCESS_AGENT, !a->novel);
}

static void settle(tc_incidents *all, const tc_access *a)
{
    tc_settled place = (tc_settled)a->place;
    tc_commons_settle(&all->commons, a->digests[TC_ACCESS_ADDRESS], place);
    tc_commons_settle(&all->commons, a->digests[TC_ACCESS_SITE], place);
}

static void keep(tc_incidents *all, const tc_access *a)
{
    tc_session_pool *p = a->novel ? &all->pool : &all->blocks;
    if (!a->novel && !a->new_block) return;
    if (p == &all->blocks) tc_session_pool_make_room(p);
    (void)tc_incident_lacks(all, tc_session_pool_add(p, a));
}

static void begin(tc_incidents *all, const tc_access *a)
{
    tc_time floor = tc_time_sub(a->time, all->options.merge_ns);
    tc_session_pool_expire(&all->pool, floor);
    tc_session_pool_expire(&all->blocks, floor);
    all->newcomer = a->newcomer;
    all->newest = TC_MAX(all->newest, a->time);
}

static void judge(tc_incidents *all, const tc_access *a)
{
    bool known = false;
    if (a->place != TC_SETTLED_NOT) settle(all, a);
    tc_incident *in = owner_of(all, a, &known);
    if (in != NULL) {
        tc_incident_note_session(all, in, a);
        tc_incident_absorb(all, in);
        return;
    }
    learn(all, a);
    if (!known) keep(all, a);
}

TC_STATUS tc_incidents_session(tc_incidents *all, const tc_subject *subject,
                               const tc_evidence *evidence)
{
    tc_access a = tc_incident_access(all, subject, evidence->order.time);
    a.record = evidence->order.record_hash;
    begin(all, &a);
    bool whole = a.digests[TC_ACCESS_MAILBOX] && a.digests[TC_ACCESS_ADDRESS];
    if (whole && subject->remote)
        judge(all, &a);
    else if (whole)
        note_common(all, &a, TC_ACCESS_AGENT, true);
    tc_status status = all->status;
    all->status = TC_SUCCESS;
    return status;
}
