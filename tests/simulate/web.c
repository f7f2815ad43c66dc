/* Webmail, mobile devices and the noise of the Internet, as IIS 7.5 writes them (W3C, 14 fields).
 */
#include "tests/simulate/world.h"

#define BALANCER "10.1.1.5"

static const char *text_time(tc_time t, char out[32])
{
    char iso[TC_TIME_TEXT];
    tc_time_format_human(t, iso);
    snprintf(out, 32, "%.19s", iso);
    return out;
}

/* date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent)
 * sc-status sc-substatus sc-win32-status time-taken */
static void hit(world *w, tc_time t, log_file file, const char *method, const char *stem,
                const char *query, const char *user, const char *ip, const char *agent, int status,
                uint32_t taken)
{
    char time[32];
    world_linef(w, t, file, "%s 10.1.0.%d %s %s %s 443 %s %s %s %d 0 0 %u", text_time(t, time),
                file == LOG_IIS1 ? 11 : 12, method, stem, query, user, w->set.nat ? BALANCER : ip,
                agent, status, taken);
}

static log_file server_of(rng *r)
{
    return rng_chance(r, 0.5) ? LOG_IIS1 : LOG_IIS2;
}

/* A forms logon, then pages, notifications and item requests for some minutes. */
tc_time web_visit(world *w, const visit *v, rng *r)
{
    log_file file = server_of(r);
    char user[96], query[96];
    tc_time t = v->from, landed;
    snprintf(user, sizeof(user), NT_DOMAIN "\\%s", v->who->account);
    hit(w, t, file, "GET", "/owa/auth/logon.aspx", "url=https://webmail/owa/&reason=0", "-", v->ip,
        v->agent, 200, 31);
    t += (4 + (tc_time)rng_below(r, 20)) * TC_SECOND;
    if (rng_chance(r, 0.05)) {
        hit(w, t, file, "POST", "/owa/auth/owaauth.dll", "-", v->who->account, v->ip, v->agent, 302,
            47);
        hit(w, t + TC_SECOND, file, "GET", "/owa/auth/logon.aspx",
            "url=https://webmail/owa/&reason=2", "-", v->ip, v->agent, 200, 15);
        t += (8 + (tc_time)rng_below(r, 12)) * TC_SECOND;
    }
    hit(w, t, file, "POST", "/owa/auth/owaauth.dll", "-", user, v->ip, v->agent, 302, 78);
    landed = t + TC_SECOND;
    hit(w, landed, file, "GET", "/owa/", "-", user, v->ip, v->agent, 200, 312);
    t += 3 * TC_SECOND;
    for (uint32_t i = 0; i < v->pages; i++) {
        t += (tc_time)(1 + rng_below(r, 45)) * TC_SECOND;
        if (rng_chance(r, 0.6)) {
            snprintf(query, sizeof(query),
                     "oeh=1&ns=PendingRequest&ev=PendingNotificationRequest&n=%u", i);
            hit(w, t, file, "GET", "/owa/ev.owa", query, user, v->ip, v->agent, 200,
                rng_below(r, 60000));
        } else if (rng_chance(r, 0.7)) {
            snprintf(query, sizeof(query), "ae=Item&t=IPM.Note&id=RgAAAAD%08x",
                     rng_below(r, 1u << 30));
            hit(w, t, file, "GET", "/owa/", query, user, v->ip, v->agent, 200,
                60 + rng_below(r, 400));
        } else {
            hit(w, t, file, "POST", "/owa/ev.owa", "oeh=1&ns=Item&ev=Move", user, v->ip, v->agent,
                200, 30 + rng_below(r, 90));
        }
    }
    if (rng_chance(r, 0.3))
        hit(w, t + 5 * TC_SECOND, file, "GET", "/owa/logoff.owa", "-", user, v->ip, v->agent, 302,
            16);
    return landed;
}

static void phone_day(world *w, const person *p, uint32_t day, rng *r)
{
    char user[96], query[224], ip[48];
    snprintf(user, sizeof(user), NT_DOMAIN "\\%s", p->account);
    snprintf(query, sizeof(query), "Cmd=Ping&User=" NT_DOMAIN "%%5C%s&DeviceId=%s&DeviceType=%s",
             p->account, p->phone, p->phone[0] == 'A' ? "iPhone" : "Android");
    uint32_t polls = world_is_workday(w, day) ? 10 : 5;
    for (uint32_t i = 0; i < polls; i++) {
        tc_time t = world_day(w, day) + (tc_time)rng_below(r, 86400) * TC_SECOND;
        snprintf(ip, sizeof(ip), "198.51.100.%u", 1 + rng_below(r, 60));
        hit(w, t, server_of(r), "POST", "/Microsoft-Server-ActiveSync/default.eas", query, user, ip,
            p->phone[0] == 'A' ? "Apple-iPhone3C1/803.148" : "Android/2.2-EAS-1.2", 200,
            rng_below(r, 900000));
    }
}

static void person_day(world *w, const person *p, uint32_t day, rng *r)
{
    double visits = p->webmail_per_day * (world_is_workday(w, day) ? 1.0 : 0.4);
    char mobile[48];
    while (visits > 0) {
        if (rng_chance(r, TC_MIN(visits, 1.0))) {
            visit v = {.who = p, .ip = p->home, .agent = p->agent, .pages = 8 + rng_below(r, 30)};
            v.from = world_day(w, day) + (tc_time)(17 * 3600 + rng_below(r, 5 * 3600)) * TC_SECOND;
            if (rng_chance(r, 0.3)) {
                v.ip = p->workstation;
                v.from = world_office_time(w, day, r);
            } else if (rng_chance(r, 0.15)) {
                snprintf(mobile, sizeof(mobile), "198.51.100.%u", 61 + rng_below(r, 60));
                v.ip = mobile;
            }
            web_visit(w, &v, r);
        }
        visits -= 1.0;
    }
    if (p->phone) phone_day(w, p, day, r);
}

/* A few people travel: three days in a country they never were in, same machine, own language. */
static void travels(world *w)
{
    for (uint32_t i = 0; i < w->set.people / 20; i++) {
        rng r = rng_for(w->set.seed, "travel", i);
        const person *p = &w->people[rng_below(&r, w->set.people)];
        uint32_t first = 10 + rng_below(&r, w->set.days > 14 ? w->set.days - 14 : 1);
        char ip[48];
        snprintf(ip, sizeof(ip), "198.51.100.%u", 200 + i % 20);
        for (uint32_t day = first; day < first + 3 && day < w->set.days; day++) {
            visit v = {.who = p, .ip = ip, .agent = p->agent, .pages = 10 + rng_below(&r, 20)};
            v.from = world_office_time(w, day, &r) + 6 * TC_HOUR;
            web_visit(w, &v, &r);
        }
    }
}

/* Webmail that faces the Internet is sprayed at all times: bots that do not follow the redirect. */
void web_spray(world *w)
{
    for (uint32_t day = 0; day < w->set.days; day++) {
        rng r = rng_for(w->set.seed, "spray", day);
        uint32_t tries = 5 + rng_below(&r, 40);
        for (uint32_t i = 0; i < tries; i++) {
            char ip[48], name[32];
            tc_time t = world_day(w, day) + (tc_time)rng_below(&r, 86400) * TC_SECOND;
            snprintf(ip, sizeof(ip), "203.0.113.%u", 1 + rng_below(&r, 120));
            snprintf(name, sizeof(name), "%s", rng_chance(&r, 0.5) ? "administrator" : "info");
            hit(w, t, server_of(&r), "POST", "/owa/auth/owaauth.dll", "-", name, ip, "-", 302, 62);
        }
    }
}

void web_everyday(world *w)
{
    for (uint32_t i = 0; i < w->set.people; i++) {
        rng r = rng_for(w->set.seed, "web", i);
        for (uint32_t day = 0; day < w->set.days; day++)
            person_day(w, &w->people[i], day, &r);
    }
    travels(w);
    web_spray(w);
}
