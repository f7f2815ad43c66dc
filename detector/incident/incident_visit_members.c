/* Victims and sources of an incident, saved and loaded in their order, which decides what is looked
 * at and told next. Whatever follows from the members (indexes, counts) is made anew. */
#include "detector/incident/incident_state.h"

#include "parsers/base/alloc.h"

/* -- where a member is at home -------------------------------------------------------------- */

enum { ELSEWHERE, HERE, HERE_AND_ELSEWHERE, HOMES };

static uint32_t home_of(const tc_incidents *all, const tc_incident *in, uint64_t digest)
{
    uint32_t number = tc_keymap_get(&all->homes, digest);
    if ((number & ~TC_HOME_SEVERAL) != in->number) return ELSEWHERE;
    return number & TC_HOME_SEVERAL ? HERE_AND_ELSEWHERE : HERE;
}

static void load_home(tc_incidents *all, tc_visit *v, const tc_incident *in, uint64_t digest,
                      uint32_t home)
{
    if (home == ELSEWHERE || tc_visit_failed(v)) return;
    uint32_t several = home == HERE_AND_ELSEWHERE ? TC_HOME_SEVERAL : 0;
    if (tc_keymap_get(&all->homes, digest))
        tc_visit_refuse(v, "somebody is at home in two incidents");
    else
        tc_incident_kept(v, tc_keymap_put(&all->homes, digest, in->number | several));
}

static void visit_home(tc_incidents *all, tc_visit *v, const tc_incident *in, uint64_t digest)
{
    uint32_t home = tc_visit_loads(v) ? ELSEWHERE : home_of(all, in, digest);
    tc_visit_below(v, &home, HOMES);
    if (tc_visit_loads(v)) load_home(all, v, in, digest, home);
}

/* -- one member ----------------------------------------------------------------------------- */

/* Enters a member that is the next of its kind; false if it is refused. */
static bool enter(tc_incidents *all, tc_visit *v, const tc_incident *in, tc_keymap *at,
                  uint64_t digest, size_t place, bool newcomer)
{
    if (tc_visit_failed(v)) return false;
    if (digest == 0 || tc_keymap_get(at, digest))
        tc_visit_refuse(v, "a member of an incident is nobody, or is there twice");
    else if (!tc_incident_member_room(all, in, newcomer))
        tc_visit_refuse(v, "incidents have more members than there is room for");
    else
        tc_incident_kept(v, tc_keymap_put(at, digest, (uint32_t)place));
    return !tc_visit_failed(v);
}

static void load_victim(tc_incidents *all, tc_visit *v, tc_incident *in, const tc_victim *victim)
{
    tc_incident_members *m = &in->members;
    size_t place = m->victim_count + 1;
    if (!tc_incident_kept(v, tc_grow(&m->victims, &m->victim_capacity, place, sizeof(tc_victim),
                                     all->members_max)) ||
        !enter(all, v, in, &m->victim_at, victim->digest, place, victim->newcomer))
        return;
    m->victims[m->victim_count++] = *victim;
    tc_incident_count_member(all, victim->newcomer);
}

static void visit_met(tc_visit *v, tc_victim *victim)
{
    uint32_t count = victim->met_count;
    tc_visit_below(v, &count, TC_VICTIM_MET + 1);
    victim->met_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++)
        tc_visit_u64(v, &victim->met[i]);
}

/* Who is known by an entity has the digest of that. */
static void visit_victim(tc_incidents *all, tc_visit *v, tc_incident *in, tc_victim *victim)
{
    tc_visit_u32(v, &victim->entity);
    if (victim->entity == 0)
        tc_visit_u64(v, &victim->digest);
    else
        victim->digest = tc_incident_mailbox_digest(all, victim->entity, TC_EMPTY_SLICE);
    tc_visit_u32(v, &victim->sessions);
    tc_visit_bool(v, &victim->told);
    tc_visit_bool(v, &victim->newcomer);
    tc_visit_time(v, &victim->first);
    tc_visit_time(v, &victim->last);
    tc_visit_time(v, &victim->switched);
    tc_visit_time(v, &victim->before);
    tc_visit_u8(v, &victim->kinds);
    tc_visit_u8(v, &victim->grave_kinds);
    tc_visit_u8(v, &victim->language_level);
    tc_visit_bool(v, &victim->stands);
    tc_visit_bool(v, &victim->strange);
    visit_met(v, victim);
    tc_visit_cstr(v, victim->language, sizeof(victim->language));
    tc_visit_cstr(v, victim->previous, sizeof(victim->previous));
    tc_incident_visit_label(all, v, victim);
    if (tc_visit_loads(v)) load_victim(all, v, in, victim);
    visit_home(all, v, in, victim->digest);
}

static void load_origin(tc_incidents *all, tc_visit *v, tc_incident *in, const tc_origin *origin)
{
    tc_incident_members *m = &in->members;
    size_t place = m->origin_count + 1;
    uint64_t digest = origin->digests[TC_ACCESS_ADDRESS];
    if (!tc_incident_kept(v, tc_grow(&m->origins, &m->origin_capacity, place, sizeof(tc_origin),
                                     all->members_max)) ||
        !enter(all, v, in, &m->origin_at, digest, place, origin->newcomer))
        return;
    m->origins[m->origin_count++] = *origin;
    tc_incident_count_member(all, origin->newcomer);
}

static void visit_origin(tc_incidents *all, tc_visit *v, tc_incident *in, tc_origin *origin)
{
    tc_visit_ip(v, &origin->ip);
    tc_visit_u32(v, &origin->asn);
    tc_visit_u64(v, &origin->digests[TC_ACCESS_COUNTRY]);
    tc_visit_u64(v, &origin->digests[TC_ACCESS_AGENT]);
    tc_incident_address_digests(all, origin->ip, origin->asn, origin->digests);
    origin->digests[TC_ACCESS_CLIENT] = tc_incident_client_digest(all, origin->digests);
    tc_visit_u32(v, &origin->mailboxes);
    tc_visit_bool(v, &origin->told);
    tc_visit_bool(v, &origin->newcomer);
    tc_visit_time(v, &origin->first);
    tc_visit_time(v, &origin->last);
    tc_visit_cstr(v, origin->country, sizeof(origin->country));
    tc_incident_visit_text(all, v, &origin->as_org, TC_INCIDENT_ORG_MAX);
    tc_incident_visit_text(all, v, &origin->agent, TC_INCIDENT_AGENT_MAX);
    if (tc_visit_loads(v)) load_origin(all, v, in, origin);
    visit_home(all, v, in, origin->digests[TC_ACCESS_ADDRESS]);
}

/* -- figures -------------------------------------------------------------------------------- */

static void visit_language(tc_visit *v, tc_incident_members *m, size_t place)
{
    tc_incident_spoken spoken = {0};
    if (!tc_visit_loads(v)) spoken = m->spoken[place];
    tc_visit_cstr(v, spoken.language, sizeof(spoken.language));
    tc_visit_cstr(v, spoken.previous, sizeof(spoken.previous));
    tc_visit_time(v, &spoken.switched);
    uint32_t level = (uint32_t)spoken.level;
    tc_visit_below(v, &level, TC_LEVEL_COUNT);
    spoken.level = (tc_level)level;
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    spoken.count = 0;
    if (tc_incident_kept(v, tc_grow(&m->spoken, &m->spoken_capacity, place + 1, sizeof(spoken),
                                    TC_INCIDENT_LANGUAGES_MAX)))
        m->spoken[m->spoken_count++] = spoken;
}

static void visit_languages(tc_visit *v, tc_incident_members *m)
{
    size_t count = m->spoken_count;
    tc_visit_count(v, &count, TC_INCIDENT_LANGUAGES_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++)
        visit_language(v, m, i);
}

static void visit_countries(tc_visit *v, tc_incident_members *m)
{
    tc_visit_count(v, &m->country_count, TC_INCIDENT_COUNTRIES_MAX);
    for (size_t i = 0; i < m->country_count; i++)
        tc_visit_cstr(v, m->countries[i], sizeof(m->countries[i]));
}

static void visit_places(tc_visit *v, tc_incident_members *m)
{
    tc_visit_count(v, &m->victims_looked, m->victim_count);
    tc_visit_count(v, &m->origins_looked, m->origin_count);
    tc_visit_count(v, &m->victims_listed, m->victim_count);
    tc_visit_count(v, &m->origins_listed, m->origin_count);
}

void tc_incident_visit_members(tc_incidents *all, tc_visit *v, tc_incident *in)
{
    tc_incident_members *m = &in->members;
    bool loads = tc_visit_loads(v);
    size_t victims = m->victim_count, origins = m->origin_count;
    tc_visit_count(v, &victims, all->members_max);
    for (size_t i = 0; i < victims && !tc_visit_failed(v); i++) {
        tc_victim victim = {0};
        visit_victim(all, v, in, loads ? &victim : &m->victims[i]);
    }
    tc_visit_count(v, &origins, all->members_max);
    for (size_t i = 0; i < origins && !tc_visit_failed(v); i++) {
        tc_origin origin = {0};
        visit_origin(all, v, in, loads ? &origin : &m->origins[i]);
    }
    visit_languages(v, m);
    visit_countries(v, m);
    visit_places(v, m);
    tc_visit_time(v, &m->first_access);
    if (!loads || tc_visit_failed(v)) return;
    tc_members_recount(m);
    tc_incident_restore_traits(all, in);
}
