/* Many people behind one address, and phones that storm. */
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

static void guest(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    char agent[AGENT_TEXT];
    /* A kiosk has one browser for all; at a conference all bring their own. */
    agent_habit shared = {AGENT_BROWSER, (uint8_t)(e->a % 6), e->a};
    agent_text(o, e->b ? shared : m->browser_road, o->day, agent);
    visit v = {.at = e->at,
               .mailbox = m->number,
               .ip = e->ip,
               .agent = agent,
               .browser = m->own,
               .minutes = (uint32_t)rng_wide(r, 2, 25),
               .reads = 1 + rng_below(r, 9),
               .opens = UINT32_MAX,
               .fetches_resources = rng_chance(r, 0.2),
               .campaign = -1};
    (void)webmail_visit(o, &v, r);
    truth_trap(o, "B8", e->at, e->at, e->mailbox, e->ip, e->b ? "kiosk" : "mission or conference");
}

/* A mission: some of the house for some days in one hotel, each with their own machine. */
static void set_mission(org *o, rng *r, bool kiosk)
{
    errand e = {.run = guest, .campaign = -1, .a = rng_below(r, 1 << 16), .b = kiosk};
    uint32_t day = rng_below(r, o->opt.days), days = kiosk ? o->opt.days : 2 + rng_below(r, 3);
    uint32_t people = 3 + rng_below(r, TC_MAX(2u, TC_MIN(30u, o->opt.mailboxes / 8)));
    const char *country = kiosk ? "BE" : internet_country(r, rng_chance(r, 0.7));
    internet_v4(internet_find(o, NET_PLACE, country, rng_below(r, 4)), rng_next(r), e.ip);
    if (kiosk) day = 0;
    for (uint32_t i = 0; i < people; i++) {
        e.mailbox = people_any(o, r, BOX_USER);
        const person *m = &o->mailboxes[e.mailbox];
        uint32_t visits = kiosk ? 1 + rng_below(r, 4) : 1 + rng_below(r, days + 1);
        for (uint32_t k = 0; k < visits; k++) {
            uint32_t at = TC_MIN(day + rng_below(r, days), o->opt.days - 1);
            /* In the coffee break all at once. */
            tc_time coffee = org_day(o, at) + (tc_time)(rng_chance(r, 0.5) ? 9 : 14) * TC_HOUR;
            e.at = rng_chance(r, 0.5) ? coffee + (tc_time)rng_below(r, 1500) * TC_SECOND
                                      : people_work_time(o, m, at, r);
            agenda_add(o, e);
        }
    }
}

/* After an outage every phone comes back at once, at night. */
static void storm(org *o, const errand *e, rng *r)
{
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        char agent[AGENT_TEXT], id[40], query[160];
        const char *type;
        if (!m->has_phone || !people_is_there(m, o->day)) continue;
        place p = life_home(o, m, o->day);
        agent_text(o, m->phone, o->day, agent);
        agent_device(m->phone, id, &type);
        snprintf(query, sizeof(query), "Cmd=Sync&User=%s&DeviceId=%s&DeviceType=%s", m->sam, id,
                 type);
        for (uint32_t k = 0; k < e->a; k++) {
            hit h = {.t = e->at + (tc_time)rng_below(r, 5400) * TC_SECOND,
                     .host = iis_host(o, p.ip),
                     .method = "POST",
                     .stem = "/Microsoft-Server-ActiveSync/default.eas",
                     .query = query,
                     .user = m->domain_sam,
                     .ip = p.ip,
                     .agent = agent,
                     .status = rng_chance(r, 0.4) ? 503 : 200,
                     .taken = rng_below(r, 5000)};
            (void)iis_hit(o, &h);
        }
    }
    truth_trap(o, "B9", e->at, e->at + 90 * TC_MINUTE, UINT32_MAX, NULL, "phones after an outage");
}

void trap_place_set(org *o)
{
    rng r = org_rng(o, "trap-place", 0);
    double weeks = o->opt.days / 7.0;
    uint32_t missions = rng_count(&r, 1.5 * weeks * TC_MIN(1.0, o->opt.mailboxes / 700.0));
    if (!o->opt.natural_rates && missions == 0) missions = 1;
    for (uint32_t i = 0; i < missions; i++)
        set_mission(o, &r, false);
    if (rng_chance(&r, 0.6)) set_mission(o, &r, true);
    uint32_t storms = rng_count(&r, o->opt.days / 30.0);
    for (uint32_t i = 0; i < storms; i++)
        agenda_add(o, (errand){.at = org_day(o, rng_below(&r, o->opt.days - 1)) + 2 * TC_HOUR,
                               .run = storm,
                               .campaign = -1,
                               .a = (uint32_t)rng_wide(&r, 2, 12)});
}
