/*
 * Campaigns by passwords: spraying that succeeds (A4), and whose passwords are used from another
 * block with another client (A4E); a helpdesk that is hijacked (A5), at leisure (A15); one name
 * that is guessed until it fits (A12); self-service that is abused (A14).
 */
#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/attack_parts.h"
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"
#include "tests/simulate/organisation/winlog.h"

/* So many tries make a spraying. */
#define SPRAYED_LEAST 20

static void try_password(org *o, const errand *e, rng *r)
{
    char typed[160];
    bool exists = e->mailbox < o->opt.mailboxes;
    if (exists)
        snprintf(typed, sizeof(typed), "%s",
                 e->b ? o->mailboxes[e->mailbox].domain_sam : o->mailboxes[e->mailbox].mail);
    else
        snprintf(typed, sizeof(typed), "%c.%c%u@%s", 'a' + (char)rng_below(r, 26),
                 'a' + (char)rng_below(r, 26), rng_below(r, 90), o->t.domain);
    if (webmail_failure(o, e->at, typed, e->ip, e->agent, e->a,
                        exists ? "0xc000006a" : "0xc0000064", r))
        truth_seen(o, e->campaign, e->at);
    truth_source(o, e->campaign, e->ip, true);
}

static void spray_round(org *o, const actor *a, tc_time from, double gap_seconds, bool distributed,
                        const network *const *nets, rng *r)
{
    uint32_t names = TC_MIN(o->opt.mailboxes, 2000u), step = 1 + rng_below(r, 6);
    tc_time t = from;
    bool follows = rng_chance(r, 0.3);
    for (uint32_t i = 0; i < names; i++) {
        errand e = {.at = t,
                    .run = try_password,
                    .campaign = a->campaign,
                    .a = follows,
                    .b = (uint32_t)a->campaign % 2};
        e.mailbox = rng_chance(r, 0.15) ? UINT32_MAX : (i * step + 3) % o->opt.mailboxes;
        snprintf(e.ip, sizeof(e.ip), "%s", a->sources[i % a->source_count]);
        if (distributed) internet_v4(nets[i % 8], i % 160, e.ip);
        snprintf(e.agent, sizeof(e.agent), "%s", a->agents[0]);
        if (!actor_spares(a, e.mailbox)) agenda_add(o, e);
        t += (tc_time)rng_between(r, 0.3 * gap_seconds, 1.7 * gap_seconds) * TC_SECOND;
    }
}

void attack_spray(org *o, actor *a, rng *r)
{
    const network *nets[8];
    uint32_t kind = rng_below(r, 3); /* fast, slow, distributed */
    actor_choose_victims(o, a, 1, 12, r);
    for (size_t i = 0; i < TC_COUNT_OF(nets); i++)
        nets[i] =
            internet_find(o, rng_chance(r, 0.5) ? NET_HOSTING : NET_HOME, NULL, rng_below(r, 300));
    tc_time start = actor_time(o, a, a->first_day, r);
    double gap = kind == 0   ? rng_between(r, 1, 6)
                 : kind == 1 ? rng_between(r, 900, 1800)
                             : rng_between(r, 30, 400);
    uint32_t rounds = kind == 0 ? 1 + rng_below(r, 3) : 1;
    for (uint32_t i = 0; i < rounds; i++)
        spray_round(o, a, start + (tc_time)i * 3 * TC_HOUR, gap, kind == 2, nets, r);
    tc_time during = start + (tc_time)(gap * o->opt.mailboxes * 0.6) * TC_SECOND;
    tc_time sprayed = tc_time_add(start, (tc_time)(gap * SPRAYED_LEAST) * TC_SECOND);
    bool elsewhere = rng_chance(r, 0.5), near = !elsewhere && kind != 2;
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t sessions = 1 + rng_below(r, 3);
        tc_time t = rng_span(r, start + TC_MINUTE, TC_MAX(during, start + TC_HOUR));
        for (uint32_t k = 0; k < sessions; k++) {
            errand e = actor_visit(a, a->victims[i], t, r);
            /* Not before the tries are enough to be seen as such. */
            if (e.at >= sprayed && (near || strcmp(e.agent, a->agents[0]) == 0))
                truth_linked(o, a->campaign, e.at);
            if (elsewhere) internet_v4(nets[(i + k) % 8], 7000 + i % 5, e.ip);
            e.culture = rng_chance(r, a->flip * 0.5) ? a->language : NULL;
            agenda_add(o, e);
            t += (tc_time)rng_wide(r, 2, 90) * TC_HOUR;
        }
    }
}

/* The try that fits, as the form's log and the domain controllers' events have it. */
static void find_password(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    hit h = {.t = e->at,
             .host = iis_host(o, e->ip),
             .method = "POST",
             .stem = "/owa/auth.owa",
             .user = e->b ? m->domain_sam : m->mail,
             .ip = e->ip,
             .agent = e->agent,
             .status = 302,
             .taken = 30 + rng_below(r, 160)};
    (void)iis_hit(o, &h);
    (void)winlog_logon(o, e->at + 80000000, h.host, m->sam, m->sid, e->ip, NULL);
    truth_seen(o, e->campaign, e->at);
    truth_source(o, e->campaign, e->ip, true);
}

/* Rounds of one password each, from the sprayer's machines or from eight networks in turn. */
typedef struct spraying {
    const actor *by;
    tc_time start, pause;
    double gap;
    uint32_t rounds;
    bool distributed;
    const network *nets[8];
} spraying;

static void draw_spraying(org *o, const actor *a, const actor *by, spraying *s, rng *r)
{
    uint32_t kind = rng_below(r, 3), slow = kind == 1; /* fast, slow, distributed */
    *s = (spraying){.by = by, .distributed = kind == 2};
    s->gap = kind == 0 ? rng_between(r, 1, 6)
             : slow    ? rng_between(r, 500, 900)
                       : rng_between(r, 30, 400);
    s->rounds = slow ? 2 : 2 + rng_below(r, 3);
    double lasts = s->gap * TC_MIN(o->opt.mailboxes, 2000u);
    s->pause = (tc_time)(lasts + rng_between(r, 0.5, 12) * 3600) * TC_SECOND;
    s->start = actor_time(o, a, a->first_day, r);
    for (size_t i = 0; i < TC_COUNT_OF(s->nets); i++) {
        char ip[ADDRESS_TEXT];
        bool apart;
        do {
            s->nets[i] = internet_find(o, rng_chance(r, 0.5) ? NET_HOSTING : NET_HOME, NULL,
                                       rng_below(r, 300));
            internet_v4(s->nets[i], 0, ip);
            apart = true;
            for (uint32_t k = 0; k < a->source_count; k++)
                apart = apart && !internet_same_block(ip, a->sources[k]);
        } while (!apart);
    }
}

/* The tries at one victim, one a round until one fits; when that was. */
static tc_time spray_victim(org *o, const spraying *s, uint32_t mailbox, bool silent, rng *r)
{
    uint32_t fits = rng_below(r, s->rounds);
    double lasts = s->gap * TC_MIN(o->opt.mailboxes, 2000u);
    errand e = {
        .mailbox = mailbox, .campaign = s->by->campaign, .b = (uint32_t)s->by->campaign % 2};
    snprintf(e.agent, sizeof(e.agent), "%.180s", s->by->agents[0]);
    for (uint32_t i = 0; i <= fits; i++) {
        e.at = tc_time_add(s->start, (tc_time)i * s->pause);
        e.at = tc_time_add(e.at, (tc_time)rng_between(r, 0, lasts) * TC_SECOND);
        e.run = i < fits ? try_password : find_password;
        uint32_t by = rng_below(r, 160);
        snprintf(e.ip, sizeof(e.ip), "%s", s->by->sources[by % s->by->source_count]);
        if (s->distributed) internet_v4(s->nets[by % 8], by, e.ip);
        if (i < fits || !silent) agenda_add(o, e);
    }
    return e.at;
}

void attack_elsewhere(org *o, actor *a, rng *r)
{
    spraying s;
    actor_choose_victims(o, a, 1, 12, r);
    actor by = actor_apart(o, a, r);
    by.spares_victims = true; /* they are tried once a round */
    draw_spraying(o, a, &by, &s, r);
    /* A password may fit at a service whose log is not read: then only failures are seen. */
    bool silent = rng_chance(r, 0.5);
    truth_variant(o, a->campaign, silent ? "silent" : "seen");
    for (uint32_t i = 0; i < s.rounds; i++)
        spray_round(o, &by, tc_time_add(s.start, (tc_time)i * s.pause), s.gap, s.distributed,
                    s.nets, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        tc_time t = spray_victim(o, &s, a->victims[i], silent, r);
        uint32_t sessions = 1 + rng_below(r, 3);
        for (uint32_t k = 0; k < sessions; k++) {
            t = tc_time_add(t, (tc_time)(rng_wide(r, 0.2, 72) * 3600) * TC_SECOND);
            errand e = actor_visit(a, a->victims[i], t, r);
            e.culture = rng_chance(r, a->flip * 0.5) ? a->language : NULL;
            agenda_add(o, e);
        }
    }
}

static void reset_victim(org *o, const errand *e, rng *r)
{
    char clerk[64], sid[64];
    static const char *const routine[] = {"MSOL_deadbeef0001", "AAD_svc", "ssprint", "SYSTEM"};
    const person *m = &o->mailboxes[e->mailbox];
    (void)r;
    accounts_clerk(o, e->b % 2, clerk, sid);
    if (e->tricks & TRICK_ROUTINE) {
        snprintf(clerk, sizeof(clerk), "%s", routine[e->b % TC_COUNT_OF(routine)]);
        snprintf(sid, sizeof(sid), "%s-%u", o->t.domain_sid, 71000 + e->b % 97);
    }
    if (accounts_reset(o, m, e->at, clerk, sid))
        truth_evidence(o, e->campaign, e->mailbox, EVIDENCE_ACCOUNT, e->at);
    truth_actor(o, e->campaign, clerk);
}

void attack_resets(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 3, 40, r);
    uint32_t by = rng_below(r, 1000);
    tc_time t = actor_time(o, a, a->first_day, r);
    double gap = rng_between(r, 5, 60) * 60 / a->victim_count;
    for (uint32_t i = 0; i < a->victim_count; i++) {
        agenda_add(o, (errand){.at = t,
                               .run = reset_victim,
                               .mailbox = a->victims[i],
                               .campaign = a->campaign,
                               .b = by,
                               .tricks = a->tricks});
        tc_time then = t + (tc_time)rng_between(r, 2, 58) * TC_MINUTE;
        agenda_add(o, actor_visit(a, a->victims[i], then, r));
        t += (tc_time)rng_between(r, 0.3 * gap, 1.5 * gap) * TC_SECOND;
    }
}

/* One name after the other, guessed until it fits, then read from there. */
void attack_guess(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 1, 3, r);
    a->source_count = 1 + rng_below(r, 2);
    a->agent_count = 1;
    tc_time t = actor_time(o, a, a->first_day, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t tries = 12 + rng_below(r, 80);
        double gap = rng_wide(r, 2, 200);
        for (uint32_t k = 0; k < tries; k++) {
            errand e = actor_visit(a, a->victims[i], t, r);
            e.run = try_password;
            e.a = 1;
            agenda_add(o, e);
            t = tc_time_add(t, (tc_time)rng_between(r, 0.5 * gap, 1.5 * gap) * TC_SECOND);
        }
        tc_time then = t;
        for (uint32_t k = 0; k < 1 + a->days / 4; k++) {
            agenda_add(o, actor_visit(a, a->victims[i], then, r));
            then = tc_time_add(then, (tc_time)rng_between(r, 5, 60) * TC_HOUR);
        }
        t = tc_time_add(t, (tc_time)rng_between(r, 1, 30) * TC_HOUR);
    }
}

static void self_service(org *o, const errand *e, rng *r)
{
    char name[32], sid[64];
    (void)r;
    accounts_connector(o, name, sid);
    if (accounts_reset(o, &o->mailboxes[e->mailbox], e->at, name, sid))
        truth_evidence(o, e->campaign, e->mailbox, EVIDENCE_ACCOUNT, e->at);
}

/* With answers to the questions of self-service, some a day. */
void attack_self_service(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 3, 12, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        tc_time t = actor_time(o, a, a->first_day + i / 3, r);
        agenda_add(o, (errand){.at = t,
                               .run = self_service,
                               .mailbox = a->victims[i],
                               .campaign = a->campaign});
        t += (tc_time)rng_between(r, 2, 40) * TC_MINUTE;
        agenda_add(o, actor_visit(a, a->victims[i], t, r));
    }
}

/* A hijacked clerk resets one or two a day; each is entered from another home, with a client like
 * anybody's. */
void attack_drip(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 5, 14, r);
    uint32_t by = rng_below(r, 1000);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t day = a->first_day + i / 2;
        tc_time t = actor_time(o, a, day, r);
        agenda_add(o, (errand){.at = t,
                               .run = reset_victim,
                               .mailbox = a->victims[i],
                               .campaign = a->campaign,
                               .b = by,
                               .tricks = a->tricks});
        t += (tc_time)rng_between(r, 3, 90) * TC_MINUTE;
        errand e = actor_visit(a, a->victims[i], t, r);
        internet_v4(internet_find(o, NET_HOME, internet_country(r, true), rng_below(r, 9)),
                    rng_next(r), e.ip);
        agent_text(o, agent_draw(o, AGENT_BROWSER, r), day, e.agent);
        agenda_add(o, e);
    }
}
