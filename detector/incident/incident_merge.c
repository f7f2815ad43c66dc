/* Members of one incident become another's, and one victim becomes another. */
#include "detector/incident/incident_state.h"

#include "parsers/base/alloc.h"

static void drop_label(tc_incidents *all, tc_victim *v)
{
    tc_pool_chain_give(&all->texts, v->label_more);
    v->label_more = 0;
    v->label_length = 0;
}

/* The graver switch counts, of equals the earlier. */
static void take_switch(tc_victim *into, const tc_victim *v)
{
    if (v->switched == TC_TIME_NONE) return;
    if (into->switched != TC_TIME_NONE &&
        (into->language_level > v->language_level ||
         (into->language_level == v->language_level && into->switched <= v->switched)))
        return;
    into->switched = v->switched;
    into->before = v->before;
    into->language_level = v->language_level;
    memcpy(into->language, v->language, sizeof(v->language));
    memcpy(into->previous, v->previous, sizeof(v->previous));
}

static void add_victim_to(tc_incidents *all, tc_incident_members *m, tc_victim *into,
                          const tc_victim *v)
{
    tc_members_count_out(m, into);
    into->sessions += v->sessions;
    into->first = tc_incident_earlier(into->first, v->first);
    into->last = TC_MAX(into->last, v->last);
    into->told |= v->told;
    tc_incident_unite_met(into, v);
    into->kinds |= v->kinds;
    into->grave_kinds |= v->grave_kinds;
    all->newcomer_members -= into->newcomer && !v->newcomer;
    into->newcomer &= v->newcomer;
    take_switch(into, v);
    tc_members_count_in(all, m, into);
}

static void move_victim(tc_incidents *all, tc_incident *into, const tc_incident *from, tc_victim *v)
{
    tc_victim *mine = tc_incident_find_victim(into, v->digest);
    bool created = mine == NULL;
    if (created) mine = tc_incident_new_victim(all, into, v->digest, v->newcomer);
    if (mine == NULL) {
        drop_label(all, v);
        tc_incident_leave_home(all, into, from, v->digest);
    } else if (created) {
        *mine = *v;
        tc_members_count_in(all, &into->members, mine);
    } else {
        add_victim_to(all, &into->members, mine, v);
        drop_label(all, v);
    }
}

static void move_origin(tc_incidents *all, tc_incident *into, const tc_incident *from, tc_origin *o)
{
    uint64_t digest = o->digests[TC_ACCESS_ADDRESS];
    tc_origin *mine = tc_incident_find_origin(into, digest);
    bool created = mine == NULL;
    if (created) mine = tc_incident_new_origin(all, into, digest, o->newcomer);
    if (mine != NULL && created) {
        *mine = *o;
        tc_members_count_country(&into->members, o->country);
        return;
    }
    if (mine == NULL) {
        tc_incident_leave_home(all, into, from, digest);
    } else {
        mine->first = tc_incident_earlier(mine->first, o->first);
        mine->last = TC_MAX(mine->last, o->last);
        mine->told |= o->told;
        /* Pairs are remembered for all incidents: each was counted in one of the two. */
        mine->mailboxes += o->mailboxes;
    }
    tc_incident_drop_text(all, &o->as_org);
    tc_incident_drop_text(all, &o->agent);
}

void tc_incident_move_members(tc_incidents *all, tc_incident *into, tc_incident *from)
{
    tc_incident_members *fewer = &from->members;
    into->changed = true;
    if (fewer->victim_count + fewer->origin_count >
        into->members.victim_count + into->members.origin_count) {
        tc_incident_members swap = into->members;
        into->members = from->members;
        from->members = swap;
    }
    for (size_t i = 0; i < fewer->victim_count; i++)
        tc_incident_uncount_member(all, fewer->victims[i].newcomer);
    for (size_t i = 0; i < fewer->origin_count; i++)
        tc_incident_uncount_member(all, fewer->origins[i].newcomer);
    for (size_t i = 0; i < fewer->victim_count; i++)
        move_victim(all, into, from, &fewer->victims[i]);
    for (size_t i = 0; i < fewer->origin_count; i++)
        move_origin(all, into, from, &fewer->origins[i]);
    all->work += fewer->victim_count + fewer->origin_count;
    tc_incident_free_members(from);
}

/* -- two mailboxes are one ------------------------------------------------------------------ */

/* The last victim moves into the hole: their order is nobody's. */
static void remove_victim(tc_incidents *all, tc_incident_members *m, tc_victim *v)
{
    size_t place = (size_t)(v - m->victims), last = m->victim_count - 1;
    tc_incident_uncount_member(all, v->newcomer);
    drop_label(all, v);
    tc_members_count_out(m, v);
    tc_keymap_remove(&m->victim_at, v->digest);
    if (place != last) {
        *v = m->victims[last];
        TC_ASSERT(!tc_failed(tc_keymap_put(&m->victim_at, v->digest, (uint32_t)place + 1)));
    }
    m->victim_count = last;
    m->victims_looked = TC_MIN(m->victims_looked, last);
    m->victims_listed = TC_MIN(m->victims_listed, place);
}

void tc_incident_rename_victim(tc_incidents *all, tc_incident *in, uint64_t from, uint64_t to,
                               uint32_t entity)
{
    tc_incident_members *m = &in->members;
    tc_victim *v = tc_incident_find_victim(in, from), *root = tc_incident_find_victim(in, to);
    if (v == NULL) return;
    if (root != NULL) {
        add_victim_to(all, m, root, v);
        remove_victim(all, m, v);
        return;
    }
    if (!tc_incident_settle(all, in, to)) return;
    tc_keymap_remove(&m->victim_at, from);
    v->digest = to;
    v->entity = entity;
    /* There is room: an entry has just left. */
    TC_ASSERT(!tc_failed(tc_keymap_put(&m->victim_at, to, (uint32_t)(v - m->victims) + 1)));
}
