/* Room for incidents and members: who may take it, and who gives it up.
 *
 * Newcomers may be invented, so they never hold more than half of anything. When there is no room
 * for an incident, one that is over is told in its final state and let go, which loses nothing;
 * else the least grave of those looked at, the longest quiet first, makes room for one that is at
 * least as grave, which is counted. */
#include "detector/incident/incident_state.h"

#include "parsers/base/alloc.h"

enum { LOOKED_AT = 64 };

bool tc_incident_enlist(tc_incidents *all, tc_incident *in)
{
    if (tc_incident_lacks(all, tc_grow(&all->alive, &all->alive_capacity, all->living + 1,
                                       sizeof(tc_incident *), all->max)))
        return false;
    in->place = (uint32_t)all->living;
    all->alive[all->living++] = in;
    all->living_newcomers += in->newcomers;
    return true;
}

void tc_incident_delist(tc_incidents *all, const tc_incident *in)
{
    tc_incident *last = all->alive[--all->living];
    all->alive[in->place] = last;
    last->place = in->place;
    all->living_newcomers -= in->newcomers;
}

void tc_incident_known(tc_incidents *all, tc_incident *in)
{
    all->living_newcomers -= in->newcomers;
    in->newcomers = false;
}

void tc_incident_count_member(tc_incidents *all, bool newcomer)
{
    all->members++;
    all->newcomer_members += newcomer;
}

void tc_incident_uncount_member(tc_incidents *all, bool newcomer)
{
    all->members--;
    all->newcomer_members -= newcomer;
}

/* -- letting go ----------------------------------------------------------------------------- */

void tc_incident_release(tc_incidents *all, tc_incident *in)
{
    const tc_incident_members *m = &in->members;
    for (size_t i = 0; i < m->victim_count; i++) {
        tc_incident_leave_home(all, in, in, m->victims[i].digest);
        tc_incident_uncount_member(all, m->victims[i].newcomer);
        tc_pool_chain_give(&all->texts, m->victims[i].label_more);
    }
    for (size_t i = 0; i < m->origin_count; i++) {
        tc_incident_leave_home(all, in, in, m->origins[i].digests[TC_ACCESS_ADDRESS]);
        tc_incident_uncount_member(all, m->origins[i].newcomer);
        tc_incident_drop_text(all, &m->origins[i].as_org);
        tc_incident_drop_text(all, &m->origins[i].agent);
    }
    all->list[in->number - 1] = NULL;
    tc_incident_clear_due(all, in);
    tc_incident_delist(all, in);
    tc_incident_free(all, in);
}

static TC_STATUS let_go(tc_incidents *all, tc_incident *in)
{
    tc_status status = tc_incident_tell_due(all, in, all->sink);
    if (in->changed && !tc_failed(status))
        status = tc_incident_tell(all, in, TC_TRANSITION_FINAL, in->last, all->sink);
    tc_incident_release(all, in);
    return status;
}

/* -- who goes ------------------------------------------------------------------------------- */

static bool goes_before(const tc_incident *a, const tc_incident *b)
{
    if (b == NULL) return true;
    if (a->newcomers != b->newcomers) return a->newcomers;
    if (a->level != b->level) return a->level < b->level;
    return a->last < b->last;
}

/* One that is over, or the least of those that are no graver; NULL if there is none. */
static tc_incident *least(tc_incidents *all, tc_level level, bool newcomers, tc_time now)
{
    tc_incident *best = NULL;
    size_t steps = TC_MIN(all->living, (size_t)LOOKED_AT);
    for (size_t i = 0; i < steps; i++) {
        if (all->hand >= all->living) all->hand = 0;
        tc_incident *in = all->alive[all->hand++];
        if (!tc_incident_is_open(all, in, now)) return in;
        if (in->level > level || (newcomers && !in->newcomers)) continue;
        if (goes_before(in, best)) best = in;
    }
    return best;
}

TC_STATUS tc_incident_make_room(tc_incidents *all, tc_level level, bool newcomers, tc_time now,
                                bool *ret_room)
{
    size_t held = newcomers ? all->living_newcomers : all->living;
    *ret_room = held < (newcomers ? all->max / 2 : all->max) && all->living < all->max;
    if (*ret_room) return TC_SUCCESS;
    tc_incident *in = least(all, level, newcomers, now);
    /* Newcomers' half is not made larger by somebody else's incident that is over. */
    *ret_room = in != NULL && (!newcomers || in->newcomers);
    if (in == NULL) return TC_SUCCESS;
    if (tc_incident_is_open(all, in, now)) all->incidents_given_up++;
    return let_go(all, in);
}

/* One incident may hold three quarters of all members: an endless one leaves room for others. */
bool tc_incident_member_room(const tc_incidents *all, const tc_incident *in, bool newcomer)
{
    size_t mine = in->members.victim_count + in->members.origin_count;
    if (newcomer && all->newcomer_members >= all->members_max / 2) return false;
    return all->members < all->members_max && mine < all->members_max / 4 * 3;
}

TC_STATUS tc_incident_release_over(tc_incidents *all, tc_time now)
{
    for (size_t i = 0; i < LOOKED_AT && all->living && all->members >= all->members_max; i++) {
        if (all->hand >= all->living) all->hand = 0;
        tc_incident *in = all->alive[all->hand];
        if (tc_incident_is_open(all, in, now))
            all->hand++;
        else
            TC_TRY(let_go(all, in));
    }
    return TC_SUCCESS;
}
