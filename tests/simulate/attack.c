/*
 * March 2011: from 9 March on, outsiders open mailboxes from a few addresses with one client. At
 * each of their logons the mailbox's system language becomes theirs, until the owner's own client
 * turns it back. Most victims answer somebody meanwhile and so show it. On the tenth day webmail is
 * closed and everybody has to change the password: the defenders' wave, not the attackers'.
 */
#include "tests/simulate/world.h"

#define VICTIMS 12
#define SHOWING 9 /* victims whose language is seen */
#define FIRST_DAY 30
#define LAST_DAY 37
#define AGENT "Mozilla/4.0+(compatible;+MSIE+6.0;+Windows+NT+5.1;+SV1;+zh-cn)"

static const char *const sources[] = {"203.0.113.200", "203.0.113.214", "203.0.113.241"};

static bool suits(const world *w, const person *p)
{
    /* Victims whose names the logs join, so that account and mailbox are known to be one. */
    return !p->victim && (!w->set.accounts_unlike || p->logs_on_by_upn);
}

static void choose(world *w, rng *r)
{
    while (w->truth.victim_count < VICTIMS) {
        person *p = &w->people[rng_below(r, w->set.people)];
        if (!suits(w, p)) continue;
        p->victim = true;
        w->truth.victims[w->truth.victim_count++] = p->number;
    }
    for (size_t i = 0; i < TC_COUNT_OF(sources); i++)
        snprintf(w->truth.sources[w->truth.source_count++], 48, "%s", sources[i]);
}

static void note_access(world *w, tc_time t)
{
    expected *x = &w->truth;
    if (x->first_access == 0 || t < x->first_access) x->first_access = t;
    x->last_access = TC_MAX(x->last_access, t);
}

static void break_in(world *w, uint32_t n)
{
    rng r = rng_for(w->set.seed, "attack", n);
    const person *p = &w->people[w->truth.victims[n]];
    uint32_t visits = 2 + rng_below(&r, 3);
    tc_time first = 0;
    for (uint32_t i = 0; i < visits; i++) {
        uint32_t day = i == 0 ? FIRST_DAY + n / 3 : FIRST_DAY + rng_below(&r, LAST_DAY - FIRST_DAY);
        visit v = {.who = p, .agent = AGENT, .pages = 40 + rng_below(&r, 80)};
        v.ip = sources[n < 3 ? n : rng_below(&r, TC_COUNT_OF(sources))];
        v.from = world_day(w, TC_MAX(day, FIRST_DAY + n / 3)) +
                 (tc_time)(3600 + rng_below(&r, 9 * 3600)) * TC_SECOND;
        note_access(w, web_visit(w, &v, &r));
        if (first == 0 || v.from < first) first = v.from;
    }
    if (n >= SHOWING) return;
    /* Somebody writes to the mailbox within the next day, twice; later the owner's client is back.
     */
    for (uint32_t i = 0; i < 2; i++)
        mail_auto_reply(w, p, "zh-Hans",
                        first + (tc_time)(1800 + rng_below(&r, 20 * 3600)) * TC_SECOND, &r);
    if (rng_chance(&r, 0.5)) mail_auto_reply(w, p, p->language, first + 30 * TC_HOUR, &r);
}

static void response(world *w)
{
    rng r = rng_for(w->set.seed, "response", 0);
    for (uint32_t i = 0; i < w->set.people; i++)
        if (rng_chance(&r, 0.9))
            directory_change(w, &w->people[i], world_office_time(w, LAST_DAY + 1, &r), &r);
}

void attack_march2011(world *w)
{
    rng r = rng_for(w->set.seed, "victims", 0);
    if (w->set.people < 2 * VICTIMS || w->set.days < LAST_DAY + 2) return;
    choose(w, &r);
    for (uint32_t n = 0; n < VICTIMS; n++)
        break_in(w, n);
    response(w);
}
