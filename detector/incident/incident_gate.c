/* What may become one story.
 *
 * A shared mailbox alone proves little: somebody may be read by an intruder and travel besides, and
 * a shared mailbox belongs to many. So what meets in a mailbox must be grave on one side, or share
 * a source, a system or a rare client, or be about that person alone; what both sides have besides
 * must not be more than what they share; and an incident that has grown large takes in only what
 * comes from its own sources. A country is never enough. */
#include "detector/incident/incident_state.h"

enum { LOOKED_AT = 64, SHARED_BLOCKS = 8, A_FEW = 5, SAME_PEOPLE = 3 };

/* -- what two sides share ------------------------------------------------------------------- */

static bool has_trait(const tc_incidents *all, const tc_incident *in, uint64_t digest)
{
    return digest != 0 && tc_keymap_get(&in->members.traits, digest) != 0 &&
           !tc_incident_is_common(all, digest);
}

static bool has_place(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    uint64_t address = digests[TC_ACCESS_ADDRESS];
    if (address == 0) return false;
    if (tc_keymap_get(&in->members.origin_at, address) && !tc_incident_is_common(all, address))
        return true;
    return has_trait(all, in, digests[TC_ACCESS_SITE]) &&
           !tc_incident_is_common(all, digests[TC_ACCESS_NETWORK]);
}

static bool has_any(const tc_incidents *all, const tc_incident *in, const uint64_t *digests)
{
    return has_place(all, in, digests) || has_trait(all, in, digests[TC_ACCESS_NETWORK]) ||
           has_trait(all, in, digests[TC_ACCESS_AGENT]);
}

typedef bool (*shares)(const tc_incidents *all, const tc_incident *in, const uint64_t *digests);

static bool finding_shares(const tc_incidents *all, const tc_finding *f, const tc_incident *other,
                           shares test)
{
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        tc_access a = tc_incident_access(all, s, f->order.time);
        if (s->remote && (a.novel || a.new_block) && test(all, other, a.digests)) return true;
    }
    return false;
}

static bool incidents_share(const tc_incidents *all, const tc_incident *a, const tc_incident *b,
                            shares test)
{
    const tc_incident *fewer = a->members.origin_count <= b->members.origin_count ? a : b;
    const tc_incident *more = fewer == a ? b : a;
    for (size_t i = 0; i < fewer->members.origin_count; i++)
        if (test(all, more, fewer->members.origins[i].digests)) return true;
    return false;
}

static bool either_shares(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                          const tc_incident *other, shares test)
{
    return finding_shares(all, f, other, test) ||
           (in != NULL && incidents_share(all, in, other, test));
}

/* -- whom two sides share ------------------------------------------------------------------- */

typedef struct crowd {
    size_t mine;      /* people of the finding, or of the incident that it stands in */
    size_t both;      /* of these: also in the other incident */
    bool all_entered; /* the other's sources have been in the mailboxes of all of the finding */
} crowd;

static bool is_repeated(const tc_incidents *all, const tc_finding *f, size_t place, uint64_t digest)
{
    for (size_t i = 0; i < place; i++)
        if (tc_incident_mailbox_digest(all, f->subjects[i].entity, f->subjects[i].mailbox) ==
            digest)
            return true;
    return false;
}

/* NULL for who passed by: to have been at one place joins nobody. */
static const tc_victim *member_of(const tc_incidents *all, const tc_incident *in, uint64_t digest)
{
    const tc_victim *v = tc_incident_find_victim(in, digest);
    return v != NULL && !tc_incident_is_passer(all, v) ? v : NULL;
}

/* Without those who stand in `in`. */
static crowd people_of_finding(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                               const tc_incident *other)
{
    crowd c = {.all_entered = true};
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        uint64_t digest = tc_incident_mailbox_digest(all, s->entity, s->mailbox);
        if (digest == 0 || is_repeated(all, f, i, digest)) continue;
        if (in != NULL && tc_incident_find_victim(in, digest)) continue;
        const tc_victim *v = member_of(all, other, digest);
        c.mine++;
        c.both += v != NULL;
        c.all_entered &= v != NULL && v->sessions > 0;
    }
    c.all_entered &= c.mine > 0;
    return c;
}

static bool shares_person(const tc_incidents *all, const tc_incident *fewer,
                          const tc_incident *more, size_t place)
{
    const tc_victim *v = &fewer->members.victims[place];
    return !tc_incident_is_passer(all, v) && member_of(all, more, v->digest) != NULL;
}

static crowd people_of_both(const tc_incidents *all, const tc_incident *a, const tc_incident *b)
{
    const tc_incident *fewer = a->members.victim_count <= b->members.victim_count ? a : b;
    const tc_incident *more = fewer == a ? b : a;
    crowd c = {.mine = a->members.victim_count};
    for (size_t i = 0; i < fewer->members.victim_count; i++)
        c.both += shares_person(all, fewer, more, i);
    return c;
}

/* Those of the incident, and those whom the finding adds. */
static crowd people_of(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                       const tc_incident *other)
{
    crowd c = people_of_finding(all, f, in, other);
    if (in == NULL) return c;
    const tc_incident *fewer = in->members.victim_count <= other->members.victim_count ? in : other;
    const tc_incident *more = fewer == in ? other : in;
    c.all_entered = false;
    c.mine += in->members.victim_count;
    for (size_t i = 0; i < fewer->members.victim_count; i++)
        c.both += shares_person(all, fewer, more, i);
    return c;
}

static size_t less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

/* Whom one actor did something to: no sign that anybody else was there. */
static bool is_list(const tc_incident *in)
{
    return in->actor_key != 0 && !in->several_actors && in->members.accessed == 0 &&
           in->members.spoken_count == 0;
}

static bool brings_list(const tc_finding *f, const crowd *c)
{
    return c->mine > 1 && f->subject_count > 0 && f->subjects[0].actor.len != 0;
}

/* Not both sides bring many people whom the other does not know; where one is a mere list of
 * targets, neither does. */
static bool is_one_crowd(const tc_finding *f, const tc_incident *in, const tc_incident *other,
                         const crowd *c)
{
    size_t mine = less(c->mine, c->both), others = less(other->members.victim_count, c->both);
    bool list = is_list(other) || (in != NULL ? is_list(in) : brings_list(f, c));
    return (list ? TC_MAX(mine, others) : TC_MIN(mine, others)) <= 2 * c->both;
}

/* Several people met the new sources of both: those are one campaign's. Many people do many things:
 * of a large incident it must be half. */
static bool is_same_crowd(const tc_incidents *all, const tc_incident *in, const tc_incident *other,
                          const crowd *c)
{
    size_t others = other->members.victim_count, fewer = TC_MIN(c->mine, others);
    size_t more = TC_MAX(c->mine, others), most = tc_incident_most(all);
    return c->both >= SAME_PEOPLE && !is_list(other) && (in == NULL || !is_list(in)) &&
           2 * c->both >= (more > most ? more : fewer);
}

/* -- judgement ------------------------------------------------------------------------------ */

/* So many networks in the kept sessions of one mailbox are many people. */
static bool is_shared_mailbox(const tc_incidents *all, uint64_t mailbox)
{
    tc_piece seen[SHARED_BLOCKS];
    size_t count = 0, steps = 0;
    tc_piece holder = tc_session_pool_holder(&all->pool, mailbox);
    tc_piece session = holder ? tc_holder_at(&all->pool, holder)->oldest : 0;
    for (; session && steps < LOOKED_AT && count < SHARED_BLOCKS; steps++) {
        const tc_kept_session *s = tc_session_at(&all->pool, session);
        tc_piece site = s->links[TC_ACCESS_SITE].holder;
        size_t i = 0;
        while (i < count && seen[i] != site)
            i++;
        if (i == count) seen[count++] = site;
        session = s->links[TC_ACCESS_MAILBOX].newer;
    }
    return count == SHARED_BLOCKS;
}

static bool has_rule(const tc_incident *in, const tc_rule *rule)
{
    for (size_t i = 0; i < in->rule_count; i++)
        if (in->rules[i] == rule) return true;
    return false;
}

static bool is_grave(const tc_finding *f, const tc_incident *in, const tc_incident *other)
{
    return f->rule->level >= TC_LEVEL_HIGH || other->level >= TC_LEVEL_HIGH ||
           (in != NULL && in->level >= TC_LEVEL_HIGH);
}

/* A light finding is no bridge between two that are worth a look. */
static bool is_light_bridge(const tc_finding *f, const tc_incident *in, const tc_incident *other)
{
    return in != NULL && f->rule->level < TC_LEVEL_MEDIUM && in->level >= TC_LEVEL_MEDIUM &&
           other->level >= TC_LEVEL_MEDIUM;
}

static bool is_too_large(const tc_incidents *all, const tc_incident *in, const tc_incident *other,
                         const crowd *c)
{
    size_t most = tc_incident_most(all);
    return other->members.victim_count > most || c->mine > most ||
           (in != NULL && in->members.victim_count > most);
}

/* All whom the finding is about were opened from the incident's sources. That says nothing when it
 * is large and light, for then those may be anybody's, or when the finding has another source. */
static bool was_entered_by(const tc_incidents *all, const tc_finding *f, const tc_incident *other)
{
    if (other->members.victim_count <= tc_incident_most(all)) return true;
    for (size_t i = 0; i < f->subject_count; i++)
        if (f->subjects[i].remote && !tc_ip_is_zero(f->subjects[i].ip)) return false;
    return other->level >= TC_LEVEL_HIGH;
}

static bool may_meet(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                     const tc_incident *other, tc_meeting meeting)
{
    crowd c = people_of(all, f, in, other);
    if (is_light_bridge(f, in, other)) return false;
    if (c.all_entered && was_entered_by(all, f, other)) return true;
    if (either_shares(all, f, in, other, has_place)) return true;
    if (!brings_list(f, &c) && is_same_crowd(all, in, other, &c)) return true;
    if (is_too_large(all, in, other, &c)) return false;
    if (meeting == TC_MEET_ACTOR && c.mine + other->members.victim_count <= A_FEW) return true;
    if (!is_one_crowd(f, in, other, &c)) return false;
    if (meeting == TC_MEET_ACTOR) return true;
    if (c.mine == 1 && other->members.victim_count == 1) return true;
    return is_grave(f, in, other) || either_shares(all, f, in, other, has_any);
}

bool tc_incident_may_join(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                          const tc_incident *other, tc_meeting meeting)
{
    switch (meeting) {
    case TC_MEET_CAMPAIGN:
        return is_grave(f, in, other) && !is_light_bridge(f, in, other);
    case TC_MEET_ADDRESS:
        return !is_light_bridge(f, in, other);
    case TC_MEET_LANGUAGE:
        return in == NULL || may_meet(all, f, in, other, meeting);
    case TC_MEET_ACTOR:
        return (in == NULL && has_rule(other, f->rule)) || may_meet(all, f, in, other, meeting);
    case TC_MEET_MAILBOX:
        break;
    }
    return may_meet(all, f, in, other, meeting);
}

/* -- two incidents -------------------------------------------------------------------------- */

static bool has_access(const tc_incidents *all, const tc_incident *in)
{
    return in->level >= TC_LEVEL_MEDIUM && in->members.accessed && in->members.origin_count &&
           tc_incident_is_open(all, in, all->newest);
}

/* Whose people and sources all stand in the other tells nothing that is not told there: the single
 * matches of a campaign that became known by what they have in common. */
static bool is_within(const tc_incidents *all, const tc_incident *in, const tc_incident *other)
{
    const tc_incident_members *m = &in->members;
    if (m->victim_count == 0 || m->victim_count > other->members.victim_count || is_list(other) ||
        TC_MIN(in->level, other->level) < TC_LEVEL_MEDIUM ||
        !tc_incident_is_open(all, in, all->newest) || !tc_incident_is_open(all, other, all->newest))
        return false;
    for (size_t i = 0; i < m->victim_count; i++)
        if (!member_of(all, other, m->victims[i].digest)) return false;
    for (size_t i = 0; i < m->origin_count; i++)
        if (!tc_keymap_get(&other->members.origin_at, m->origins[i].digests[TC_ACCESS_ADDRESS]))
            return false;
    return true;
}

bool tc_incident_is_same(const tc_incidents *all, const tc_incident *a, const tc_incident *b)
{
    if (is_within(all, a, b) || is_within(all, b, a)) return true;
    if (!has_access(all, a) || !has_access(all, b)) return false;
    crowd c = people_of_both(all, a, b);
    size_t most = tc_incident_most(all), mine = less(c.mine, c.both),
           others = less(b->members.victim_count, c.both);
    if (c.both == 0) return false;
    if (is_same_crowd(all, a, b, &c)) return true;
    if (c.mine > most || b->members.victim_count > most || TC_MIN(mine, others) > 2 * c.both)
        return false;
    return incidents_share(all, a, b, has_any) ||
           (c.both > 1 && (a->level >= TC_LEVEL_HIGH || b->level >= TC_LEVEL_HIGH));
}

/* -- a mailbox of several incidents --------------------------------------------------------- */

static bool is_better(const tc_incident *in, const tc_incident *best)
{
    if (best == NULL || in->level != best->level) return best == NULL || in->level > best->level;
    return in->number < best->number;
}

static bool may_join_over(const tc_incidents *all, const tc_finding *f, const tc_incident *in,
                          const tc_incident *other, uint64_t mailbox)
{
    return other != in && tc_incident_is_open(all, other, f->order.time) &&
           member_of(all, other, mailbox) != NULL &&
           tc_incident_may_join(all, f, in, other, TC_MEET_MAILBOX);
}

tc_incident *tc_incident_of_mailbox(const tc_incidents *all, const tc_finding *f,
                                    const tc_incident *in, uint64_t mailbox)
{
    uint32_t number = tc_keymap_get(&all->homes, mailbox);
    tc_incident *home = tc_incident_home(all, mailbox), *best = NULL;
    if (home == NULL || (f->subject_count > 1 && is_shared_mailbox(all, mailbox))) return NULL;
    if (may_join_over(all, f, in, home, mailbox)) return home;
    for (size_t i = 0; number & TC_HOME_SEVERAL && i < all->living; i++) {
        tc_incident *other = all->alive[i];
        if (may_join_over(all, f, in, other, mailbox) && is_better(other, best)) best = other;
    }
    return best;
}
