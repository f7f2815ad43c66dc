/* Passwords that expire, a helpdesk that resets, people who come and go. */
#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

static void change_own(org *o, const person *m, rng *r)
{
    tc_time t = people_work_time(o, m, o->day, r);
    if (m->owa_rate > 0.4 && rng_chance(r, 0.2))
        accounts_change_at_form(o, m, t, life_home(o, m, o->day).ip, r);
    else
        accounts_change(o, m, t);
    if (rng_chance(r, 0.25)) accounts_stale_phone(o, m, t + 5 * TC_MINUTE, r);
}

static bool expires_today(const org *o, const person *m)
{
    if (!o->t.big_bang_expiry) return (m->password_day + o->day) % o->t.expiry_days == 0;
    /* Set together long ago: most of them within five days. */
    return m->number % 100 < 55 ? o->day == o->t.bang_day + m->number % 5
                                : (m->password_day + o->day) % o->t.expiry_days == 0;
}

static void expiries(org *o)
{
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        if (m->kind != BOX_USER || !people_is_there(m, o->day) || !expires_today(o, m)) continue;
        rng r = org_rng(o, "expiry", (uint64_t)i << 16 | o->day);
        change_own(o, m, &r);
        if (o->t.big_bang_expiry && o->day >= o->t.bang_day && o->day < o->t.bang_day + 5)
            truth_trap(o, "B10", org_day(o, o->day), org_day(o, o->day + 1), i, NULL, "expiry");
    }
}

/* Who calls from home or a trip logs on from there at once with what the clerk told. */
static void after_reset(org *o, const person *m, tc_time t, rng *r)
{
    char agent[AGENT_TEXT];
    const spell *s = people_spell(m, o->day);
    place p = s && s->country      ? life_away(o, m, s, o->day, 0)
              : rng_chance(r, 0.5) ? life_office(o, m)
                                   : life_home(o, m, o->day);
    agent_text(o, s && s->country ? m->browser_road : m->browser_work, o->day, agent);
    accounts_change_at_form(o, m, t + (tc_time)(120 + rng_below(r, 900)) * TC_SECOND, p.ip, r);
    visit v = {.at = t + (tc_time)(1100 + rng_below(r, 600)) * TC_SECOND,
               .mailbox = m->number,
               .ip = p.ip,
               .agent = agent,
               .browser = m->own,
               .minutes = 5 + rng_below(r, 20),
               .reads = 2 + rng_below(r, 9),
               .opens = UINT32_MAX,
               .campaign = -1};
    if (org_day_of(o, v.at) == o->day && rng_chance(r, 0.4)) (void)webmail_visit(o, &v, r);
    if (s && s->country) truth_trap(o, "S2", t, v.at, m->number, p.ip, "reset while travelling");
}

static void helpdesk(org *o)
{
    rng r = org_rng(o, "helpdesk", o->day);
    char clerk[32], sid[64];
    if (!org_works(o, o->day)) return;
    double monday = org_weekday(o->day) == 0 ? 2.4 : 0.8;
    uint32_t resets = rng_count(&r, 4.5 / 1000 * o->opt.mailboxes * monday);
    for (uint32_t i = 0; i < resets; i++) {
        const person *m = &o->mailboxes[people_any(o, &r, BOX_USER)];
        tc_time t = people_work_time(o, m, o->day, &r);
        accounts_clerk(o, rng_below(&r, 2 + o->opt.mailboxes / 400), clerk, sid);
        (void)accounts_reset(o, m, t, clerk, sid);
        if (rng_chance(&r, 0.7)) after_reset(o, m, t, &r);
    }
}

/* Self-service: one connector account writes back what users chose in the cloud. */
static void connector(org *o)
{
    rng r = org_rng(o, "connector", o->day);
    char sid[64], name[32];
    if (!o->t.connector_resets) return;
    accounts_connector(o, name, sid);
    uint32_t resets =
        rng_count(&r, 6.0 / 1000 * o->opt.mailboxes * (org_works(o, o->day) ? 1 : 0.3));
    for (uint32_t i = 0; i < resets; i++) {
        const person *m = &o->mailboxes[people_any(o, &r, BOX_USER)];
        (void)accounts_reset(o, m, people_free_time(o, m, o->day, &r), name, sid);
    }
}

static void health_passwords(org *o)
{
    rng r = org_rng(o, "health-passwords", o->day);
    for (uint32_t i = 0; i < 2 * o->t.front_ends; i++) {
        char box[40], server[16], parameters[300], sid[64];
        uint32_t host = i % o->t.front_ends;
        tc_time t = org_day(o, o->day) + (tc_time)rng_below(&r, 86000) * TC_SECOND;
        snprintf(server, sizeof(server), "%s$", files_host(LOG_SERVER, host));
        snprintf(box, sizeof(box), "HealthMailbox%07x",
                 (unsigned)(o->opt.seed * 31 + i * 7919) & 0xfffffff);
        snprintf(sid, sizeof(sid), "%s-%u", o->t.domain_sid, 900000 + i);
        if (o->t.era == ERA_LEGACY) continue;
        (void)winlog_account(o, t, 4724, box, sid, server, "S-1-5-18");
        snprintf(parameters, sizeof(parameters),
                 "-Identity \"%s/Microsoft Exchange System Objects/Monitoring Mailboxes/%s\" "
                 "-Password \"System.Security.SecureString\"",
                 o->t.ad_domain, box);
        subject system = {"SYSTEM", "S-1-5-18", "NT AUTHORITY\\SYSTEM (MSExchangeHMHost)"};
        (void)winlog_cmdlet(o, t + TC_SECOND, "Set-Mailbox", parameters, system,
                            "MSExchangeHMHost");
    }
}

static void comings(org *o)
{
    char clerk[32], sid[64], parameters[300], path[128];
    accounts_clerk(o, 0, clerk, sid);
    snprintf(path, sizeof(path), "%s/Admins/%s", o->t.ad_domain, clerk);
    subject by = {clerk, sid, path};
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        rng r = org_rng(o, "comings", i);
        tc_time t = org_day(o, o->day) + 8 * TC_HOUR + (tc_time)rng_below(&r, 14000) * TC_SECOND;
        if (m->left == o->day) (void)winlog_account(o, t, 4725, m->sam, m->sid, clerk, sid);
        if (m->joined != o->day || o->day == 0) continue;
        (void)winlog_account(o, t, 4720, m->sam, m->sid, clerk, sid);
        snprintf(parameters, sizeof(parameters), "-Identity \"%s\"", m->upn);
        (void)winlog_cmdlet(o, t + 3 * TC_SECOND, "Enable-Mailbox", parameters, by,
                            "Microsoft.Exchange.PowerShell");
        snprintf(parameters, sizeof(parameters),
                 "-Identity \"%s\" -Language \"%s\" -TimeZone \"%s\" -LocalizeDefaultFolderName "
                 "\"True\"",
                 m->mail, m->own->tag, m->own->zone);
        (void)winlog_cmdlet(o, t + 5 * TC_SECOND, "Set-MailboxRegionalConfiguration", parameters,
                            by, "Microsoft.Exchange.PowerShell");
        (void)accounts_reset(o, m, t + 8 * TC_SECOND, clerk, sid);
    }
}

/* Everyday rules, replies and rights, by their owners and by the helpdesk. */
static void everyday_cmdlets(org *o)
{
    rng r = org_rng(o, "cmdlets", o->day);
    uint32_t count =
        rng_count(&r, (org_works(o, o->day) ? 7.0 : 1.0) / 1000 * o->opt.mailboxes + 0.3);
    char parameters[400], path[128], clerk[32], sid[64];
    for (uint32_t i = 0; i < count; i++) {
        const person *m = &o->mailboxes[people_any(o, &r, BOX_USER)];
        tc_time t = people_work_time(o, m, o->day, &r);
        subject by = winlog_person(o, m, path);
        uint32_t kind = rng_below(&r, 10);
        const char *cmdlet = kind < 5   ? "New-InboxRule"
                             : kind < 8 ? "Set-MailboxAutoReplyConfiguration"
                                        : "Add-MailboxPermission";
        if (kind < 5)
            snprintf(
                parameters, sizeof(parameters),
                "-Name \"%s\" -SubjectContainsWords \"newsletter\" -MoveToFolder \"%s:\\Lists\"",
                kind < 2 ? "Lists" : "Sort", m->mail);
        else if (kind < 8)
            snprintf(parameters, sizeof(parameters),
                     "-Identity \"%s\" -AutoReplyState \"Scheduled\"", m->mail);
        else
            snprintf(parameters, sizeof(parameters),
                     "-Identity \"%s\" -User \"%s\" -AccessRights \"FullAccess\"",
                     o->mailboxes[people_any(o, &r, BOX_SHARED)].mail, m->domain_sam);
        if (kind >= 8) {
            accounts_clerk(o, 0, clerk, sid);
            snprintf(path, sizeof(path), "%s/Admins/%s", o->t.ad_domain, clerk);
            by = (subject){clerk, sid, path};
        }
        (void)winlog_cmdlet(o, t, cmdlet, parameters, by,
                            kind < 8 ? "OWA" : "Microsoft.Exchange.PowerShell");
    }
}

void life_accounts(org *o)
{
    expiries(o);
    helpdesk(o);
    connector(o);
    health_passwords(o);
    comings(o);
    everyday_cmdlets(o);
}
