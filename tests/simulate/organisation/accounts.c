#include "tests/simulate/organisation/accounts.h"

#include "tests/simulate/organisation/iis.h"

void accounts_clerk(const org *o, uint32_t n, char name[32], char sid[64])
{
    static const char *const forms[] = {"hd-%u", "sd.agent%u", "adm_sup%u"};
    /* The texts of the table take one number. */
    const char *form = forms[o->opt.seed % TC_COUNT_OF(forms)];
    const char *at = strstr(form, "%u");
    snprintf(name, 32, "%.*s%u", (int)(at ? at - form : 0), form, 11 + n);
    snprintf(sid, 64, "%s-%u", o->t.domain_sid, 1150 + n);
}

void accounts_connector(const org *o, char name[32], char sid[64])
{
    snprintf(sid, 64, "%s-%u", o->t.domain_sid, 1109);
    snprintf(name, 32, "MSOL_%08x%04x", (unsigned)(o->opt.seed * 2654435761u),
             (unsigned)(o->opt.seed & 0xffff));
}

void accounts_change(org *o, const person *m, tc_time t)
{
    (void)winlog_account(o, t, 4723, m->sam, m->sid, m->sam, m->sid);
}

bool accounts_reset(org *o, const person *m, tc_time t, const char *by, const char *by_sid)
{
    return winlog_account(o, t, 4724, m->sam, m->sid, by, by_sid);
}

void accounts_stale_phone(org *o, const person *m, tc_time t, rng *r)
{
    char agent[AGENT_TEXT], id[40], query[160], ip[ADDRESS_TEXT];
    const char *type;
    if (!m->has_phone) return;
    agent_text(o, m->phone, o->day, agent);
    agent_device(m->phone, id, &type);
    internet_v4(m->mobile, m->number % 60, ip);
    snprintf(query, sizeof(query), "Cmd=Ping&User=%s&DeviceId=%s&DeviceType=%s", m->sam, id, type);
    uint32_t tries = 3 + rng_below(r, 9);
    for (uint32_t i = 0; i < tries; i++) {
        hit h = {.t = t,
                 .host = iis_host(o, ip),
                 .method = "POST",
                 .stem = "/Microsoft-Server-ActiveSync/default.eas",
                 .query = query,
                 .user = m->domain_sam,
                 .ip = ip,
                 .agent = agent,
                 .status = 401,
                 .substatus = 1,
                 .win32 = 1326,
                 .taken = 15};
        (void)iis_hit(o, &h);
        (void)winlog_logon(o, t + 20000000, h.host, m->sam, m->sid, ip, "0xc000006a");
        t += (tc_time)(60 + rng_below(r, 900)) * TC_SECOND;
    }
    if (tries > 9) (void)winlog_account(o, t, 4740, m->sam, m->sid, "MX01$", "S-1-5-18");
}

void accounts_change_at_form(org *o, const person *m, tc_time t, const char *ip, rng *r)
{
    char agent[AGENT_TEXT];
    agent_text(o, m->browser_home, o->day, agent);
    hit h = {.t = t,
             .host = iis_host(o, ip),
             .method = "GET",
             .stem = "/owa/auth/expiredpassword.aspx",
             .query = "url=/owa/auth.owa",
             .ip = ip,
             .agent = agent,
             .status = 200,
             .taken = 12 + rng_below(r, 80)};
    (void)iis_hit(o, &h);
    h.t += (tc_time)(15 + rng_below(r, 60)) * TC_SECOND;
    h.method = "POST";
    (void)iis_hit(o, &h);
    accounts_change(o, m, h.t + 200000000);
}
