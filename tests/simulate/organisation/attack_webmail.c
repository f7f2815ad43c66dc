/* Campaigns that log on to mailboxes and read: A1, A2, A3, A11. */
#include "tests/simulate/organisation/attack_parts.h"

#include "tests/simulate/organisation/truth.h"

/* A visit that may leave the actor's language. */
static errand flipping(const actor *a, uint32_t mailbox, tc_time at, bool flips, rng *r)
{
    errand e = actor_visit(a, mailbox, at, r);
    if (flips) e.culture = a->language;
    return e;
}

void attack_2011(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 8, 60, r);
    if (rng_chance(r, 0.4)) attack_lure(o, a, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t sessions = 1 + rng_below(r, 4), first = rng_below(r, a->days);
        bool flips = rng_chance(r, a->flip);
        for (uint32_t k = 0; k < sessions; k++) {
            uint32_t day =
                a->first_day + first + (k ? rng_below(r, TC_MAX(1u, a->days - first)) : 0);
            errand e = flipping(a, a->victims[i], actor_time(o, a, day, r), flips, r);
            /* The language is written once, unless its owner set it back. */
            agenda_add(o, e);
        }
    }
    attack_aftermath(o, a, r);
}

void attack_patient(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 3, 7, r);
    a->days = TC_MAX(1u, TC_MIN(a->days + 6, o->opt.days - a->first_day));
    for (uint32_t i = 0; i < a->victim_count; i++) {
        bool flips = rng_chance(r, a->flip);
        uint32_t day = a->first_day + rng_below(r, 3);
        while (day < a->first_day + a->days) {
            agenda_add(o, flipping(a, a->victims[i], actor_time(o, a, day, r), flips, r));
            day += 1 + rng_below(r, 3);
        }
    }
}

/* One host, many mailboxes within a quarter of an hour, some mornings. */
void attack_quarter(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 5, 20, r);
    a->source_count = 1;
    a->agent_count = 1;
    uint32_t visits = 2 + rng_below(r, 4), day = a->first_day;
    for (uint32_t k = 0; k < visits && day < o->opt.days; k++) {
        tc_time t = org_day(o, day) + 7 * TC_HOUR + (tc_time)rng_below(r, 5000) * TC_SECOND;
        uint32_t gap = 840 / a->victim_count;
        for (uint32_t i = 0; i < a->victim_count; i++) {
            errand e = actor_visit(a, a->victims[i], t, r);
            e.a = 2 + rng_below(r, 6);
            agenda_add(o, e);
            t += (tc_time)rng_between(r, 0.4 * gap, gap) * TC_SECOND;
        }
        day += 1 + rng_below(r, 4);
    }
}

/* A home of the victim's country for every session, and a client like anybody's. */
void attack_homely(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 3, 20, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        const person *m = &o->mailboxes[a->victims[i]];
        uint32_t sessions = 1 + rng_below(r, 4);
        bool flips = rng_chance(r, a->flip * 0.4);
        for (uint32_t k = 0; k < sessions; k++) {
            uint32_t day = a->first_day + rng_below(r, a->days);
            errand e = flipping(a, m->number, actor_time(o, a, day, r), flips, r);
            internet_v4(internet_find(o, NET_HOME, m->site, rng_below(r, 9)), rng_next(r), e.ip);
            agent_habit habit = agent_draw(o, AGENT_BROWSER, r);
            agent_text(o, habit, day, e.agent);
            agenda_add(o, e);
        }
    }
}
