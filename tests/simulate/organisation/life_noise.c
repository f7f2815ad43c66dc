/* What has no person behind it: probes of one's own, scanners and spraying of others, the cloud. */
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

static void probes(org *o)
{
    rng r = org_rng(o, "probes", o->day);
    bool legacy = o->t.era == ERA_LEGACY;
    char user[96];
    for (uint32_t host = 0; host < o->t.front_ends; host++) {
        snprintf(user, sizeof(user), "HealthMailbox%07x@%s",
                 (unsigned)(o->opt.seed * 31 + host * 7919) & 0xfffffff, o->t.ad_domain);
        for (tc_time t = org_day(o, o->day) + 40 * TC_SECOND; t < org_day(o, o->day + 1);
             t += 10 * TC_MINUTE) {
            hit h = {.t = t,
                     .host = host,
                     .method = "GET",
                     .stem = legacy ? "/owa/auth/logon.aspx" : "/owa/healthcheck.htm",
                     .ip = "10.2.0.8",
                     .status = 200,
                     .taken = 1 + rng_below(&r, 4)};
            (void)iis_hit(o, &h);
            if (legacy || t % (30 * TC_MINUTE) > 10 * TC_MINUTE) continue;
            h.ip = "127.0.0.1";
            h.agent =
                "Mozilla/"
                "4.0+(compatible;+MSIE+9.0;+Windows+NT+6.1;+MSEXCHMON;+ACTIVEMONITORING;+OWACTP)";
            h.user = user;
            h.method = "POST";
            h.stem = "/owa/auth.owa";
            h.status = 302;
            (void)iis_hit(o, &h);
            h.t += TC_SECOND;
            h.method = "GET";
            h.stem = "/owa/";
            h.status = 200;
            (void)iis_hit(o, &h);
        }
    }
}

/* Webmail that faces the Internet is sprayed at all times; few tries each, few real names. */
static void spraying(org *o)
{
    static const char *const names[] = {"administrator", "info",  "admin", "test", "scanner",
                                        "backup",        "sales", "user1", "mail", "reception"};
    static const char *const agents[] = {"-", "Mozilla/5.0", "python-requests/2.25.1",
                                         "Mozilla/5.0+(Windows+NT+6.1)+AppleWebKit/537.36",
                                         "Go-http-client/1.1"};
    rng r = org_rng(o, "spraying", o->day);
    uint32_t count = rng_count(&r, o->t.spray_per_day);
    for (uint32_t i = 0; i < count; i++) {
        char ip[ADDRESS_TEXT], typed[160];
        tc_time t = org_day(o, o->day) + (tc_time)rng_below(&r, 86000) * TC_SECOND;
        internet_v4(internet_find(o, rng_chance(&r, 0.5) ? NET_HOSTING : NET_HOME, NULL,
                                  rng_below(&r, 300)),
                    rng_below(&r, 2000), ip);
        const person *m = &o->mailboxes[rng_below(&r, o->opt.mailboxes)];
        if (rng_chance(&r, 0.35))
            snprintf(typed, sizeof(typed), "%s", m->mail);
        else
            snprintf(typed, sizeof(typed), "%s%s%s", names[rng_below(&r, TC_COUNT_OF(names))],
                     rng_chance(&r, 0.5) ? "@" : "", "");
        if (typed[strlen(typed) - 1] == '@')
            snprintf(typed + strlen(typed), sizeof(typed) - strlen(typed), "%s", o->t.domain);
        (void)webmail_failure(o, t, typed, ip, agents[rng_below(&r, TC_COUNT_OF(agents))],
                              rng_chance(&r, 0.2), strchr(typed, '.') ? "0xc000006a" : "0xc0000064",
                              &r);
    }
}

static void scanners(org *o)
{
    static const char *const stems[] = {"/",
                                        "/robots.txt",
                                        "/.env",
                                        "/owa/auth/x.js",
                                        "/autodiscover/autodiscover.xml",
                                        "/ecp/",
                                        "/owa/auth/logon.aspx",
                                        "/cgi-bin/luci",
                                        "/aspnet_client/"};
    rng r = org_rng(o, "scanners", o->day);
    uint32_t count = 3 + rng_below(&r, 30);
    for (uint32_t i = 0; i < count; i++) {
        char ip[ADDRESS_TEXT];
        internet_v4(internet_find(o, NET_HOSTING, NULL, rng_below(&r, 200)), rng_below(&r, 500),
                    ip);
        hit h = {.t = org_day(o, o->day) + (tc_time)rng_below(&r, 86000) * TC_SECOND,
                 .host = iis_host(o, ip),
                 .method = "GET",
                 .stem = stems[rng_below(&r, TC_COUNT_OF(stems))],
                 .ip = ip,
                 .agent = rng_chance(&r, 0.5) ? "Mozilla/5.0+zgrab/0.x" : "-",
                 .status = rng_chance(&r, 0.6) ? 404 : 302,
                 .taken = rng_below(&r, 30)};
        (void)iis_hit(o, &h);
    }
}

/* Calendar services of the cloud act for people, from the published prefixes. */
static void cloud(org *o)
{
    static const char *const agents[] = {
        "Mozilla/5.0+(compatible;+SkypeSpaces/1.0a$*+MicrosoftTeams/27)",
        "MSExchangeServices/1.0+SchedulingService+TeamsMiddleTier/1.0a",
        "ASProxy/CrossForest/EmailDomain//15.20.4173.021"};
    rng r = org_rng(o, "cloud", o->day);
    if (!o->t.teams && !o->t.hybrid) return;
    uint32_t count = rng_count(&r, (org_works(o, o->day) ? 0.5 : 0.08) * o->opt.mailboxes);
    for (uint32_t i = 0; i < count; i++) {
        char ip[ADDRESS_TEXT];
        const person *m = &o->mailboxes[people_any(o, &r, BOX_USER)];
        uint32_t which = o->t.teams && (!o->t.hybrid || rng_chance(&r, 0.7)) ? rng_below(&r, 2) : 2;
        internet_v4(internet_find(o, NET_MAIL_CLOUD, NULL, rng_below(&r, 3)), rng_below(&r, 400),
                    ip);
        hit h = {.t = people_work_time(o, m, o->day, &r),
                 .host = iis_host(o, ip),
                 .method = "POST",
                 .stem = which == 2 ? "/EWS/Exchange.asmx/WSSecurity" : "/EWS/Exchange.asmx",
                 .user = which == 2 ? NULL : m->upn,
                 .ip = ip,
                 .agent = agents[which],
                 .status = 200,
                 .taken = 40 + rng_below(&r, 500)};
        (void)iis_hit(o, &h);
    }
}

void life_noise(org *o)
{
    probes(o);
    spraying(o);
    scanners(o);
    cloud(o);
}
