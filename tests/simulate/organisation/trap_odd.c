/* A conference, new browsers, a proxy in the cloud, a phishing drill, new phones. */
#include "tests/simulate/organisation/trap_odd.h"

#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

uint32_t odd_day(const org *o, rng *r)
{
    uint32_t room = o->opt.days - o->opt.learn_days;
    uint32_t day = o->opt.learn_days + 1 + rng_below(r, TC_MAX(1u, room / 2));
    while (!org_works(o, day) && day + 1 < o->opt.days)
        day++;
    return day;
}

uint32_t odd_user(const org *o, uint32_t from, double chance, rng *r)
{
    for (; from < o->opt.mailboxes; from++)
        if (o->mailboxes[from].kind == BOX_USER && rng_chance(r, chance)) return from;
    return UINT32_MAX;
}

void odd_visit(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    visit v = {.at = e->at,
               .mailbox = m->number,
               .ip = e->ip,
               .agent = e->agent,
               .browser = e->culture ? e->culture : m->own,
               .minutes = 2 + rng_below(r, 30),
               .reads = 1 + rng_below(r, 20),
               .opens = UINT32_MAX,
               .fetches_resources = rng_chance(r, 0.3),
               .campaign = -1};
    (void)webmail_visit(o, &v, r);
    truth_trap(o, e->text, e->at, e->at, m->number, e->ip, "odd");
}

static void reset_one(org *o, const errand *e, rng *r)
{
    char clerk[32], sid[64];
    (void)r;
    accounts_clerk(o, e->a, clerk, sid);
    (void)accounts_reset(o, &o->mailboxes[e->mailbox], e->at, clerk, sid);
    truth_trap(o, e->text, e->at, e->at, e->mailbox, NULL, "reset");
}

static void add_reset(org *o, uint32_t who, uint32_t clerk, tc_time at, const char *label)
{
    agenda_add(
        o,
        (errand){
            .at = at, .run = reset_one, .mailbox = who, .a = clerk, .campaign = -1, .text = label});
}

/* Own machines and some on loan, one venue and one hotel; some have forgotten their password. */
static void odd_conference(org *o, rng *r)
{
    uint32_t day = odd_day(o, r), lasts = 3 + rng_below(r, 2), clerk = rng_below(r, 3);
    const char *country = internet_country(r, false);
    const network *net = internet_find(o, NET_PLACE, country, 0);
    agent_habit loan = agent_draw(o, AGENT_BROWSER, r);
    uint64_t venue = rng_next(r);
    double share = rng_between(r, 0.07, 0.22), lost = rng_between(r, 0.2, 0.6);
    for (uint32_t i = odd_user(o, 0, share, r); i != UINT32_MAX; i = odd_user(o, i + 1, share, r)) {
        const person *m = &o->mailboxes[i];
        errand e = {.run = odd_visit, .mailbox = i, .campaign = -1, .text = "B15"};
        agent_text(o, rng_chance(r, 0.3) ? loan : m->browser_road, day, e.agent);
        tc_time morning = org_day(o, day) + 7 * TC_HOUR + (tc_time)rng_below(r, 9000) * TC_SECOND;
        if (rng_chance(r, lost)) {
            add_reset(o, i, clerk, morning, "B15");
            e.at = morning + (tc_time)(3 + rng_below(r, 50)) * TC_MINUTE;
            internet_v4(net, venue, e.ip);
            agenda_add(o, e);
        }
        for (uint32_t k = 0; k < 2 * lasts; k++) {
            e.at = people_work_time(o, m, day + k / 2, r);
            internet_v4(net, venue + (rng_chance(r, 0.3) ? 1 : 0), e.ip);
            if (rng_chance(r, 0.6)) agenda_add(o, e);
        }
    }
}

/* Everybody has another browser within three days, of which nobody has heard. */
static void odd_rollout(org *o, rng *r)
{
    uint32_t day = odd_day(o, r);
    for (uint32_t i = odd_user(o, 0, 0.6, r); i != UINT32_MAX; i = odd_user(o, i + 1, 0.6, r)) {
        const person *m = &o->mailboxes[i];
        uint32_t first = day + rng_below(r, 3), visits = 1 + rng_below(r, 4);
        for (uint32_t k = 0; k < visits; k++) {
            uint32_t on = first + k * (1 + rng_below(r, 3));
            if (on >= o->opt.days) break;
            errand e = {.at = people_free_time(o, m, on, r),
                        .run = odd_visit,
                        .mailbox = i,
                        .campaign = -1,
                        .text = "B16"};
            snprintf(e.ip, sizeof(e.ip), "%s",
                     rng_chance(r, 0.3) ? life_mobile(o, m, on, k).ip : life_home(o, m, on).ip);
            snprintf(e.agent, sizeof(e.agent),
                     "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:102.0)+Gecko/20100101+"
                     "Firefox/102.0+House/%u",
                     1 + rng_below(r, 2));
            agenda_add(o, e);
        }
    }
}

/* From one day on half of the house comes through a proxy that somebody else runs. */
static void odd_proxy(org *o, rng *r)
{
    uint32_t day = odd_day(o, r);
    const network *net = internet_find(o, NET_HOSTING, internet_country(r, true), 0);
    uint64_t first = rng_next(r);
    for (uint32_t i = odd_user(o, 0, 0.5, r); i != UINT32_MAX; i = odd_user(o, i + 1, 0.5, r)) {
        const person *m = &o->mailboxes[i];
        for (uint32_t on = day; on < o->opt.days && on < day + 14; on++) {
            if (!org_works(o, on) || !rng_chance(r, 0.3)) continue;
            errand e = {.at = people_work_time(o, m, on, r),
                        .run = odd_visit,
                        .mailbox = i,
                        .campaign = -1,
                        .text = "B17"};
            internet_v4(net, first + rng_below(r, 3), e.ip);
            agent_text(o, m->browser_work, on, e.agent);
            agenda_add(o, e);
        }
    }
}

/* Whoever followed the link of the drill gets another password, and logs on from where he is. */
static void odd_drill(org *o, rng *r)
{
    uint32_t day = odd_day(o, r), clerk = rng_below(r, 3);
    tc_time t = org_day(o, day) + 9 * TC_HOUR;
    double share = rng_between(r, 0.1, 0.35);
    for (uint32_t i = odd_user(o, 0, share, r); i != UINT32_MAX; i = odd_user(o, i + 1, share, r)) {
        const person *m = &o->mailboxes[i];
        t += (tc_time)(20 + rng_below(r, 200)) * TC_SECOND;
        add_reset(o, i, clerk, t, "B18");
        errand e = {.at = t + (tc_time)(10 + rng_below(r, 200)) * TC_MINUTE,
                    .run = odd_visit,
                    .mailbox = i,
                    .campaign = -1,
                    .text = "B18"};
        const spell *s = people_spell(m, day);
        place p = s && s->country      ? life_away(o, m, s, day, 0)
                  : rng_chance(r, 0.3) ? life_mobile(o, m, day, 1)
                                       : life_home(o, m, day);
        snprintf(e.ip, sizeof(e.ip), "%s", p.ip);
        agent_text(o, rng_chance(r, 0.7) ? m->browser_home : m->browser_road, day, e.agent);
        if (rng_chance(r, 0.7)) agenda_add(o, e);
    }
}

/* New phones of one make, by another operator; who gets one looks at the webmail with it. */
static void odd_phones(org *o, rng *r)
{
    uint32_t day = odd_day(o, r), by = rng_below(r, 8);
    for (uint32_t i = odd_user(o, 0, 0.4, r); i != UINT32_MAX; i = odd_user(o, i + 1, 0.4, r)) {
        const person *m = &o->mailboxes[i];
        const network *net = internet_find(o, NET_MOBILE, "FR", by);
        uint32_t first = day + rng_below(r, 6), visits = 1 + rng_below(r, 5);
        for (uint32_t k = 0; k < visits && first + k < o->opt.days; k++) {
            errand e = {.at = people_free_time(o, m, first + k, r),
                        .run = odd_visit,
                        .mailbox = i,
                        .campaign = -1,
                        .text = "B19"};
            internet_v4(net, rng_below(r, 60), e.ip);
            snprintf(e.agent, sizeof(e.agent),
                     "Mozilla/5.0+(Linux;+Android+11;+FP4)+AppleWebKit/537.36+(KHTML,+like+Gecko)+"
                     "Chrome/90.0.4430.91+Mobile+Safari/537.36");
            agenda_add(o, e);
        }
    }
}

bool trap_odd_set(org *o)
{
    static const struct {
        const char *name;
        void (*set)(org *o, rng *r);
    } all[] = {{"conference", odd_conference}, {"rollout", odd_rollout},
               {"proxy", odd_proxy},           {"drill", odd_drill},
               {"phones", odd_phones},         {"merger", odd_merger},
               {"monitor", odd_monitor},       {"holiday", odd_holiday},
               {"shared", odd_shared},         {"pack", odd_pack}};
    for (const char *at = o->opt.odd; *at;) {
        size_t length = strcspn(at, "+"), i = 0;
        while (i < TC_COUNT_OF(all) &&
               (strlen(all[i].name) != length || strncmp(all[i].name, at, length) != 0))
            i++;
        if (i == TC_COUNT_OF(all)) return false;
        rng r = org_rng(o, "odd", i);
        all[i].set(o, &r);
        at += length + (at[length] == '+');
    }
    return true;
}
