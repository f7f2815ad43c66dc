/* What a finding brings into its incident: people, languages, an actor, sources.
 *
 * A finding about one mailbox may name every new source of that mailbox in a week: the intruder's
 * and the owner's own. Only those enter that rank highest: what the incident knows, before what
 * other mailboxes were opened from too, before a system that is not common here, before the rest.
 * The others stay among the kept sessions and come when something else draws them in. */
#include "detector/incident/incident_state.h"

enum { LOOKED_AT = 32 };

typedef enum rank {
    RANK_NONE, /* no source that is new to the mailbox */
    RANK_ANY,
    RANK_UNCOMMON, /* its system is not common here */
    RANK_SHARED,   /* another mailbox was opened from there */
    RANK_KNOWN,    /* the incident has it, or what it looks like */
} rank;

/* -- sources -------------------------------------------------------------------------------- */

/* Another mailbox has kept sessions with that trait. */
static bool others_have(const tc_session_pool *p, uint64_t digest, uint64_t mailbox)
{
    tc_piece holder = digest ? tc_session_pool_holder(p, digest) : 0;
    if (holder == 0) return false;
    int trait = tc_holder_at(p, holder)->trait;
    tc_piece session = tc_holder_at(p, holder)->newest;
    for (size_t i = 0; session && i < LOOKED_AT; i++) {
        const tc_kept_session *s = tc_session_at(p, session);
        if (tc_holder_at(p, s->links[TC_ACCESS_MAILBOX].holder)->digest != mailbox) return true;
        session = s->links[trait].older;
    }
    return false;
}

static bool finding_shares(const tc_finding *f, const tc_subject *s)
{
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *other = &f->subjects[i];
        if (tc_ip_equal(other->ip, s->ip) &&
            (other->entity != s->entity || !tc_slice_equal(other->mailbox, s->mailbox)))
            return true;
    }
    return false;
}

static rank rank_of(const tc_incidents *all, const tc_incident *in, const tc_finding *f,
                    const tc_subject *s)
{
    tc_access a = tc_incident_access(all, s, f->order.time);
    uint64_t mailbox = a.digests[TC_ACCESS_MAILBOX], address = a.digests[TC_ACCESS_ADDRESS];
    if (!s->remote || !(s->novel || s->new_block) || address == 0) return RANK_NONE;
    /* People come there: that others did tells nothing. */
    if (tc_incident_is_place(all, a.digests)) return RANK_ANY;
    if (tc_incident_find_origin(in, address) || tc_incident_looks_alike(all, in, &a))
        return RANK_KNOWN;
    if (finding_shares(f, s) || others_have(&all->pool, address, mailbox) ||
        others_have(&all->blocks, address, mailbox) ||
        (tc_incident_block_key(all, &a) &&
         others_have(&all->pool, a.digests[TC_ACCESS_SITE], mailbox)))
        return RANK_SHARED;
    bool common = tc_incident_is_common(all, a.digests[TC_ACCESS_NETWORK]);
    return a.digests[TC_ACCESS_NETWORK] && !common ? RANK_UNCOMMON : RANK_ANY;
}

/* Ranks of the first subjects; of more there are none. */
typedef struct ranking {
    uint8_t ranks[64];
    size_t count;
} ranking;

static void rank_all(const tc_incidents *all, const tc_incident *in, const tc_finding *f,
                     ranking *ret)
{
    ret->count = TC_MIN(f->subject_count, TC_COUNT_OF(ret->ranks));
    for (size_t i = 0; i < ret->count; i++)
        ret->ranks[i] = (uint8_t)rank_of(all, in, f, &f->subjects[i]);
}

static rank best_of(const ranking *r, const tc_finding *f, const tc_subject *s)
{
    rank best = RANK_NONE;
    for (size_t i = 0; i < r->count; i++) {
        const tc_subject *other = &f->subjects[i];
        if (other->entity == s->entity && tc_slice_equal(other->mailbox, s->mailbox))
            best = TC_MAX(best, (rank)r->ranks[i]);
    }
    return best;
}

static bool is_about_one(const tc_finding *f)
{
    for (size_t i = 1; i < f->subject_count; i++)
        if (f->subjects[i].entity != f->subjects[0].entity ||
            !tc_slice_equal(f->subjects[i].mailbox, f->subjects[0].mailbox))
            return false;
    return true;
}

/* What is light brings an incident that has sources only such as it knows, or as are made known by
 * several people in the finding itself. */
static rank least_of(const tc_incident *in, const tc_finding *f)
{
    bool light = in->members.origin_count != 0 && f->rule->level < TC_LEVEL_HIGH;
    if (!light) return RANK_ANY;
    return is_about_one(f) ? RANK_KNOWN : RANK_SHARED;
}

/* When a source opened a mailbox its sessions say, which are taken in by themselves: the finding
 * may be of a message or a password days later. */
static void take_sources(tc_incidents *all, tc_incident *in, const tc_finding *f)
{
    ranking r;
    rank least = least_of(in, f);
    rank_all(all, in, f, &r);
    for (size_t i = 0; i < r.count; i++) {
        const tc_subject *s = &f->subjects[i];
        rank mine = (rank)r.ranks[i], best = TC_MIN(best_of(&r, f, s), RANK_SHARED);
        if (mine == RANK_NONE || mine < least || mine < best) continue;
        tc_access a = tc_incident_access(all, s, f->order.time);
        if (s->mailbox.len || f->start != f->order.time) a.time = TC_TIME_NONE;
        tc_incident_show_source(all, in, &a);
    }
}

/* -- people --------------------------------------------------------------------------------- */

/* A rule that is worth a look may say a language without saying which was before. */
static bool tells_language(const tc_finding *f, const tc_subject *s)
{
    if (s->language.len == 0 || tc_slice_equal(s->language, s->previous)) return false;
    return s->previous.len != 0 || f->rule->level >= TC_LEVEL_MEDIUM;
}

/* The gravest language is told, and of that the first time. */
static void take_language(tc_incidents *all, tc_incident_members *m, tc_victim *v,
                          const tc_finding *f, const tc_subject *s)
{
    if (!tells_language(f, s)) return;
    if (v->switched != TC_TIME_NONE && f->rule->level <= (tc_level)v->language_level) return;
    if (v->switched != TC_TIME_NONE && tc_slice_equal(s->language, tc_slice_of(v->language))) {
        tc_members_count_out(m, v);
        v->language_level = (uint8_t)f->rule->level;
        tc_members_count_in(all, m, v);
        return;
    }
    tc_members_count_out(m, v);
    tc_incident_keep_short(v->language, TC_INCIDENT_LANGUAGE_MAX, s->language);
    tc_incident_keep_short(v->previous, TC_INCIDENT_LANGUAGE_MAX, s->previous);
    v->switched = f->order.time;
    v->before = v->last;
    v->language_level = (uint8_t)f->rule->level;
    tc_members_count_in(all, m, v);
}

static void take_actor(tc_incidents *all, tc_incident *in, tc_slice actor)
{
    uint64_t key = actor.len ? tc_incident_actor_key(all, actor) : 0;
    in->several_actors |= key != 0 && in->actor_key != 0 && key != in->actor_key;
    if (key == 0 || in->actor_key != 0) return;
    in->actor_key = key;
    if (!tc_incident_keep_text(all, &in->actor, actor, TC_INCIDENT_LABEL_MAX)) in->degraded = true;
    tc_incident_own_key(all, in, key);
}

void tc_incident_take_subjects(tc_incidents *all, tc_incident *in, const tc_finding *f,
                               bool with_sources)
{
    if (with_sources) take_sources(all, in, f);
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        tc_access a = tc_incident_access(all, s, f->order.time);
        tc_victim *v = tc_incident_victim(all, in, &a);
        if (v != NULL) take_language(all, &in->members, v, f, s);
        if (v != NULL) tc_incident_note_kind(all, in, v, f->rule, s);
        if (v != NULL) tc_incident_note_subject(all, v, s, f->order.time);
        if (tc_incident_speaks_foreign(f, s))
            tc_incident_own_key(all, in, tc_incident_language_key(all, s->language));
        tc_incident_own_key(all, in, tc_incident_campaign_key(all, s->campaign));
        take_actor(all, in, s->actor);
    }
}
