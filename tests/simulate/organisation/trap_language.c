/* Harmless changes of language, and replies that only look like one. */
#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/topics.h"
#include "tests/simulate/organisation/tracking.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

uint32_t trap_count(const org *o, rng *r, double per_thousand_week, double once)
{
    uint32_t n = rng_count(r, per_thousand_week * o->opt.mailboxes / 1000.0 * o->opt.days / 7.0);
    if (o->opt.natural_rates) return n;
    return n ? n : rng_chance(r, once);
}

/* At the webmail, with the form, or in the options (a management event). */
static void switch_owner(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    char agent[AGENT_TEXT], parameters[300], path[128];
    place p = e->a ? (place){.inside = false} : life_home(o, m, o->day);
    if (e->a) snprintf(p.ip, sizeof(p.ip), "%s", e->ip);
    agent_text(o, m->browser_home, o->day, agent);
    visit v = {.at = e->at,
               .mailbox = m->number,
               .ip = p.ip,
               .agent = agent,
               .browser = e->culture,
               .minutes = 10 + rng_below(r, 20),
               .reads = 5 + rng_below(r, 20),
               .opens = UINT32_MAX,
               .fetches_resources = true,
               .writes_language = rng_chance(r, 0.6),
               .campaign = -1};
    (void)webmail_visit(o, &v, r);
    truth_trap(o, e->text, e->at, e->at, m->number, p.ip, e->culture->tag);
    if (v.writes_language || o->t.era == ERA_LEGACY) return;
    snprintf(parameters, sizeof(parameters), "-Identity \"%s\" -Language \"%s\" -TimeZone \"%s\"",
             m->mail, e->culture->tag, e->culture->zone);
    if (winlog_cmdlet(o, e->at + 4 * TC_MINUTE, "Set-MailboxRegionalConfiguration", parameters,
                      winlog_person(o, m, path), "OWA"))
        marks_set(o, m->number, e->at + 4 * TC_MINUTE, e->culture, -1);
}

static const culture *other(const person *m, bool european, rng *r)
{
    for (;;) {
        const culture *c = &cultures[rng_below(r, culture_count)];
        if (c != m->own && c->european == european && strcmp(c->folder, m->own->folder) != 0)
            return c;
    }
}

static void set_switches(org *o, rng *r)
{
    double rate = rng_wide(r, 0.1, 2), foreign_rate = rng_wide(r, 0.005, 0.15);
    uint32_t own = trap_count(o, r, rate, 0.7), foreign = trap_count(o, r, foreign_rate, 0.15);
    for (uint32_t i = 0; i < own + foreign; i++) {
        uint32_t who = people_any(o, r, BOX_USER), day = rng_below(r, o->opt.days);
        const person *m = &o->mailboxes[who];
        errand e = {.at = people_free_time(o, m, day, r),
                    .run = switch_owner,
                    .mailbox = who,
                    .campaign = -1,
                    .culture = other(m, i < own, r),
                    .text = i < own ? "B1" : "B2"};
        /* One in ten of the foreign ones goes there the same week. */
        if (i >= own && rng_chance(r, 0.1)) {
            e.a = 1;
            e.text = "B3";
            internet_v4(internet_find(o, NET_HOME, e.culture->country, 1), who, e.ip);
        }
        agenda_add(o, e);
    }
}

/* A functional mailbox whose two secretaries have two languages. */
static void flap(org *o, const errand *e, rng *r)
{
    const culture *c = culture_of(rng_chance(r, 0.5) ? "fr-BE" : "en-GB");
    if (c != marks_culture(o, e->mailbox, e->at)) marks_set(o, e->mailbox, e->at, c, -1);
    errand next = *e;
    next.at = e->at + (tc_time)(12 + rng_below(r, 60)) * TC_HOUR;
    agenda_add(o, next);
}

static void set_flappers(org *o, rng *r)
{
    uint32_t count = 1 + o->opt.mailboxes * 3 / 1000;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t who = people_any(o, r, rng_chance(r, 0.7) ? BOX_SHARED : BOX_USER);
        /* They answer for somebody who is never there. */
        o->mailboxes[who].spells[0] = (spell){0, (uint16_t)o->opt.days, NULL, true, 0};
        agenda_add(
            o, (errand){
                   .at = org_day(o, 0) + 9 * TC_HOUR, .run = flap, .mailbox = who, .campaign = -1});
        truth_trap(o, "B4", org_day(o, 0), org_day(o, o->opt.days), who, NULL, "two secretaries");
    }
}

static void migrate(org *o, const errand *e, rng *r)
{
    char clerk[32], sid[64], path[128], parameters[300];
    accounts_clerk(o, 1, clerk, sid);
    snprintf(path, sizeof(path), "%s/Admins/%s", o->t.ad_domain, clerk);
    tc_time t = e->at;
    for (uint32_t i = 0; i < e->a; i++) {
        const person *m = &o->mailboxes[(e->b + i) % o->opt.mailboxes];
        t += (tc_time)(1 + rng_below(r, 9)) * TC_SECOND;
        snprintf(parameters, sizeof(parameters),
                 "-Identity \"%s\" -Language \"%s\" -LocalizeDefaultFolderName \"True\"", m->mail,
                 e->culture->tag);
        (void)winlog_cmdlet(o, t, "Set-MailboxRegionalConfiguration", parameters,
                            (subject){clerk, sid, path}, "Microsoft.Exchange.PowerShell");
        marks_set(o, m->number, t, e->culture, -1);
        truth_trap(o, "B5", t, t, m->number, NULL, "migration");
    }
}

static void set_migration(org *o, rng *r)
{
    if (!rng_chance(r, o->opt.natural_rates ? o->opt.days / 60.0 * 0.5 : 0.35)) return;
    uint32_t most = TC_MAX(o->opt.mailboxes / 5, 10u);
    errand e = {.at = org_day(o, rng_below(r, o->opt.days - 1)) + 19 * TC_HOUR,
                .run = migrate,
                .campaign = -1,
                .culture = culture_of(rng_chance(r, 0.5) ? "en-US" : "fr-FR"),
                .a = 8 + rng_below(r, most),
                .b = rng_below(r, o->opt.mailboxes)};
    if (rng_chance(r, 0.6)) config_window(o, e.at, e.at + 2 * TC_HOUR, "migration", "mailboxes");
    agenda_add(o, e);
}

/* Somebody writes his own automatic answer in Chinese, by a rule: no text of the server. */
static void written_reply(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    char recipient[64];
    snprintf(recipient, sizeof(recipient), "guest%u@partner-cn.example", rng_below(r, 90));
    message x = {.t = e->at,
                 .sender = m->mail,
                 .recipient = recipient,
                 .subject = "我正在休假，将于下周一返回",
                 .class = "IPM.Note",
                 .client = "MOMT",
                 .from = m};
    (void)tracking_message(o, &x);
    truth_trap(o, "B7", e->at, e->at, e->mailbox, NULL, "a Chinese answer of one's own");
}

static void set_written(org *o, rng *r)
{
    uint32_t count = trap_count(o, r, 2.5, 0.8);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t who = people_any(o, r, BOX_USER), day = rng_below(r, o->opt.days);
        agenda_add(o, (errand){.at = people_work_time(o, &o->mailboxes[who], day, r),
                               .run = written_reply,
                               .mailbox = who,
                               .campaign = -1});
    }
}

void trap_language_set(org *o)
{
    rng r = org_rng(o, "trap-language", 0);
    set_switches(o, &r);
    set_flappers(o, &r);
    set_migration(o, &r);
    set_written(o, &r);
}
