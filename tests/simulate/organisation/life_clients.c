/* Phones, desktop programs and web services: most of the lines of any front end. */
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/life.h"

static void phone_request(org *o, const person *m, const char *command, tc_time t, const char *ip,
                          int status, rng *r)
{
    char agent[AGENT_TEXT], id[40], query[200], user[128];
    const char *type;
    agent_text(o, m->phone, o->day, agent);
    agent_device(m->phone, id, &type);
    /* The name as the phone was told it: half with the domain. */
    bool domain = m->number % 2;
    snprintf(query, sizeof(query), "Cmd=%s&User=%s%s%s&DeviceId=%s&DeviceType=%s", command,
             domain ? o->t.nt_domain : "", domain ? "%5C" : "", domain ? m->sam : m->upn, id, type);
    snprintf(user, sizeof(user), "%s", domain ? m->domain_sam : m->upn);
    hit h = {.t = t,
             .host = iis_host(o, ip),
             .method = "POST",
             .stem = "/Microsoft-Server-ActiveSync/default.eas",
             .query = query,
             .user = user,
             .ip = ip,
             .agent = agent,
             .status = status,
             .substatus = status == 401 ? 1 : 0,
             .win32 = status == 401 ? 1326 : 0,
             .taken =
                 strcmp(command, "Ping") == 0 ? rng_below(r, 1800000) : 30 + rng_below(r, 400)};
    (void)iis_hit(o, &h);
}

static void phone_day(org *o, const person *m, const spell *s, rng *r)
{
    uint32_t polls = 9 + rng_below(r, 14);
    for (uint32_t i = 0; i < polls; i++) {
        tc_time t = org_day(o, o->day) + (tc_time)((i + rng_between(r, 0, 1)) / polls * 86399e9);
        double hour = (double)((t / TC_HOUR + org_offset(o, m->zone, t)) % 24);
        bool night = hour < 7 || hour >= 22,
             working = org_works(o, o->day) && hour >= 9 && hour < 17;
        place p = s && s->country                 ? life_away(o, m, s, o->day, i)
                  : night || rng_chance(r, 0.35)  ? life_home(o, m, o->day)
                  : working && rng_chance(r, 0.4) ? life_exit(o, m->number)
                                                  : life_mobile(o, m, o->day, i);
        phone_request(o, m,
                      rng_chance(r, 0.75)  ? "Ping"
                      : rng_chance(r, 0.8) ? "Sync"
                                           : "FolderSync",
                      t, p.ip, 200, r);
    }
}

static void desk_request(org *o, const person *m, tc_time t, const char *ip, rng *r)
{
    char agent[AGENT_TEXT], query[140];
    bool legacy = o->t.era == ERA_LEGACY;
    agent_text(o, m->desk, o->day, agent);
    snprintf(query, sizeof(query), "mailboxId=%s@%s", m->guid, o->t.domain);
    const char *stem = m->mac || rng_chance(r, 0.25) ? "/EWS/Exchange.asmx"
                       : legacy                      ? "/rpc/rpcproxy.dll"
                                                     : "/mapi/emsmdb/";
    if (stem[1] == 'E') query[0] = 0;
    if (stem[1] == 'r') snprintf(query, sizeof(query), "mx01.%s:6001", o->t.ad_domain);
    hit h = {.t = t,
             .host = iis_host(o, ip),
             .method = stem[1] == 'r' ? "RPC_IN_DATA" : "POST",
             .stem = stem,
             .query = query,
             .ip = ip,
             .agent = stem[1] == 'r' ? "MSRPC" : agent,
             .status = 401,
             .substatus = 1,
             .win32 = 2148074254u,
             .taken = 4};
    if (rng_chance(r, 0.3)) (void)iis_hit(o, &h);
    h.t += 400000000;
    h.user = m->domain_sam;
    h.status = 200;
    h.substatus = 0;
    h.win32 = 0;
    h.taken = rng_below(r, 60000);
    (void)iis_hit(o, &h);
}

static void desk_day(org *o, const person *m, const spell *s, rng *r)
{
    bool works = org_works(o, o->day) && !(s && s->country == NULL);
    uint32_t requests = works                       ? 3 + rng_below(r, 6)
                        : m->mac || m->outlook_away ? rng_below(r, 3)
                                                    : 0;
    for (uint32_t i = 0; i < requests; i++) {
        bool away = m->outlook_away && rng_chance(r, 0.4);
        tc_time t =
            works && !away ? people_work_time(o, m, o->day, r) : people_free_time(o, m, o->day, r);
        place p = s && s->country  ? life_away(o, m, s, o->day, i)
                  : works && !away ? life_office(o, m)
                                   : life_home(o, m, o->day);
        desk_request(o, m, t, p.ip, r);
    }
}

void life_clients(org *o)
{
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        if (m->kind != BOX_USER || !people_is_there(m, o->day)) continue;
        rng r = org_rng(o, "clients", (uint64_t)i << 16 | o->day);
        const spell *s = people_spell(m, o->day);
        if (m->has_phone) phone_day(o, m, s, &r);
        desk_day(o, m, s, &r);
    }
}
