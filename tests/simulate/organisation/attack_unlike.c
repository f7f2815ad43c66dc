/*
 * Campaigns that read mailboxes in ways that A1 to A11 do not: a crew of several tongues (A13), one
 * account that opens others' mailboxes (A16), one mailbox a day (A17), a private network for each
 * session (A18). Made to see what rules that were written for the others miss.
 */
#include "tests/simulate/organisation/attack_parts.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

/* Each mailbox has its reader, and each reader a language of his own. */
void attack_babel(org *o, actor *a, rng *r)
{
    static const char *const tongues[] = {"zh-CN", "ru-RU", "fa-IR", "ko-KR", "vi-VN", "ar-SA"};
    actor_choose_victims(o, a, 5, 16, r);
    uint32_t readers = 3 + rng_below(r, 3);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        bool flips = rng_chance(r, a->flip);
        uint32_t sessions = 1 + rng_below(r, 3);
        for (uint32_t k = 0; k < sessions; k++) {
            uint32_t day = a->first_day + rng_below(r, a->days);
            errand e = actor_visit(a, a->victims[i], actor_time(o, a, day, r), r);
            if (flips) e.culture = culture_of(tongues[i % readers]);
            agenda_add(o, e);
        }
    }
}

static void open_other(org *o, const errand *e, rng *r)
{
    visit v = {.at = e->at,
               .mailbox = e->mailbox,
               .ip = e->ip,
               .agent = e->agent,
               .browser = marks_culture(o, e->mailbox, e->at),
               .minutes = 2 + rng_below(r, 20),
               .reads = 5 + rng_below(r, 30),
               .opens = e->a,
               .campaign = e->campaign};
    tc_time t = webmail_visit(o, &v, r);
    truth_access(o, e->campaign, e->a, t);
    truth_evidence(o, e->campaign, e->a, EVIDENCE_ACCESS, t);
}

/* One account that may open others' mailboxes, and does, some a day. */
void attack_delegate(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 6, 16, r);
    for (uint32_t i = 1; i < a->victim_count; i++) {
        uint32_t day = a->first_day + i / 3;
        errand e = actor_visit(a, a->victims[0], actor_time(o, a, day, r), r);
        e.run = open_other;
        e.a = a->victims[i];
        agenda_add(o, e);
    }
}

/* One mailbox a day, from one machine, with a client like anybody's. */
void attack_courier(org *o, actor *a, rng *r)
{
    agent_habit habit = agent_draw(o, AGENT_BROWSER, r);
    actor_choose_victims(o, a, 6, 14, r);
    a->source_count = 1;
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t day = a->first_day + i;
        errand e = actor_visit(a, a->victims[i], actor_time(o, a, day, r), r);
        agent_text(o, habit, a->first_day, e.agent);
        agenda_add(o, e);
    }
}

/* Another exit of private networks for each session. */
void attack_relay(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 4, 15, r);
    a->agent_count = 1;
    for (uint32_t i = 0; i < a->victim_count; i++) {
        bool flips = rng_chance(r, a->flip * 0.5);
        uint32_t sessions = 1 + rng_below(r, 3);
        for (uint32_t k = 0; k < sessions; k++) {
            uint32_t day = a->first_day + rng_below(r, a->days);
            errand e = actor_visit(a, a->victims[i], actor_time(o, a, day, r), r);
            internet_v4(internet_find(o, NET_TUNNEL, NULL, rng_below(r, 15)), rng_next(r), e.ip);
            if (flips) e.culture = a->language;
            agenda_add(o, e);
        }
    }
}
