/* Owners at their webmail: from home in the evening, on the road, from the office, for their chief.
 */
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/webmail.h"

static place where(const org *o, const person *m, const spell *s, rng *r, agent_habit *with,
                   bool *office)
{
    uint32_t day = o->day;
    *office = false;
    *with = m->browser_home;
    if (s && s->country) {
        *with = m->browser_road;
        return life_away(o, m, s, day, rng_below(r, 4));
    }
    double c = rng_between(r, 0, 1);
    if (c < 0.22 && org_works(o, day) && !s) {
        *office = true;
        *with = m->browser_work;
        return rng_chance(r, 0.7) ? life_office(o, m) : life_exit(o, m->number);
    }
    if (c < 0.3) return life_exit(o, m->number);
    if (c < 0.42) {
        *with = m->browser_road;
        return life_mobile(o, m, day, rng_below(r, 8));
    }
    if (m->has_tunnel && c < 0.6) {
        place p = {.inside = false};
        internet_v4(internet_find(o, NET_TUNNEL, NULL, m->number + rng_below(r, 2)),
                    rng_below(r, 40), p.ip);
        return p;
    }
    return life_home(o, m, day);
}

/* Owners whose language was changed behind their back notice sooner or later and set it back. */
static bool sets_back(const org *o, const person *m, tc_time t, rng *r)
{
    const mark *x = marks_at(o, m->number, t);
    return x && x->campaign >= 0 && x->now != m->own && rng_chance(r, 0.5);
}

static void one_visit(org *o, const person *m, const spell *s, rng *r)
{
    agent_habit with;
    bool office;
    char agent[AGENT_TEXT];
    place p = where(o, m, s, r, &with, &office);
    agent_text(o, with, o->day, agent);
    visit v = {.mailbox = m->number,
               .ip = p.ip,
               .agent = agent,
               .browser = m->own,
               .opens = UINT32_MAX,
               .campaign = -1};
    bool works = org_works(o, o->day);
    v.at = office || (s && s->country && works && rng_chance(r, 0.6))
               ? people_work_time(o, m, o->day, r)
               : people_free_time(o, m, o->day, r);
    v.minutes = (uint32_t)rng_wide(r, 2, 70);
    v.reads = (uint32_t)rng_wide(r, 1, 30);
    /* Back from leave, one catches up. */
    const spell *before = o->day > 0 ? people_spell(m, o->day - 1) : NULL;
    if (before && !before->country && rng_chance(r, 0.5)) v.reads += 40 + rng_below(r, 160);
    v.attachments = rng_chance(r, 0.4) ? rng_below(r, 5) : 0;
    v.fetches_resources = rng_chance(r, 0.12);
    v.writes_language = sets_back(o, m, v.at, r);
    if (v.writes_language) v.fetches_resources = true;
    if (m->boss != m->number && rng_chance(r, 0.4)) v.opens = m->boss;
    (void)webmail_visit(o, &v, r);
}

/* Before 2007, a program that connects leaves its language too: the owner's, most mornings. */
static void desk_sets_back(org *o, const person *m, rng *r)
{
    tc_time t = people_work_time(o, m, o->day, r);
    const mark *x = marks_at(o, m->number, t);
    if (o->t.era == ERA_LEGACY && org_works(o, o->day) && x && x->campaign >= 0 &&
        x->now != m->own && rng_chance(r, 0.35))
        marks_set(o, m->number, t, m->own, -1);
}

void life_web(org *o)
{
    double shape = org_works(o, o->day) ? org_weekday(o->day) == 0 ? 1.25 : 1 : 0.3;
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        if (!people_is_there(m, o->day)) continue;
        rng r = org_rng(o, "web", (uint64_t)i << 16 | o->day);
        const spell *s = people_spell(m, o->day);
        if (s == NULL) desk_sets_back(o, m, &r);
        if (m->owa_rate <= 0) continue;
        double rate = m->owa_rate * shape * (s ? s->country ? 2.0 : 0.25 : 1.0);
        uint32_t visits = rng_count(&r, rate);
        for (uint32_t k = 0; k < visits; k++)
            one_visit(o, m, s, &r);
    }
}
