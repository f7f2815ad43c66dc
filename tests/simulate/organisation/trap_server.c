/* Scanners with exploits that fail, loggers that stop, clocks that are off, copies of files. */
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/winlog.h"

static const struct {
    const char *method, *stem, *query;
} tests[] = {
    {"GET", "/autodiscover/autodiscover.json",
     "@scan.example/owa/?&Email=autodiscover/autodiscover.json%3F@scan.example"},
    {"GET", "/autodiscover/autodiscover.json",
     "@evil.corp/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@evil.corp"},
    {"POST", "/autodiscover/autodiscover.json",
     "a@b.example/powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dz&Email=autodiscover/"
     "autodiscover.json%3Fa@b.example"},
    {"GET", "/owa/auth/x.js", ""},
    {"POST", "/ecp/y.js", ""},
    {"GET", "/ecp/default.flt", ""},
    {"GET", "/aspnet_client/shell.aspx", ""},
    {"GET", "/owa/auth/OutlookEN.aspx", ""},
};

static void scan(org *o, const errand *e, rng *r)
{
    tc_time t = e->at;
    for (size_t i = 0; i < TC_COUNT_OF(tests); i++) {
        t += (tc_time)(1 + rng_below(r, 30)) * TC_SECOND;
        hit h = {.t = t,
                 .host = (uint32_t)i % o->t.front_ends,
                 .method = tests[i].method,
                 .stem = tests[i].stem,
                 .query = tests[i].query,
                 .ip = e->ip,
                 .agent = "Mozilla/5.0+(compatible;+Nuclei+-+Open-source+project)",
                 .status = rng_chance(r, 0.6)   ? 404
                           : rng_chance(r, 0.7) ? 401
                                                : 302,
                 .taken = rng_below(r, 90)};
        (void)iis_hit(o, &h);
    }
    truth_trap(o, "B13", e->at, t, UINT32_MAX, e->ip, "scanner");
}

static void stop(org *o, const errand *e, rng *r)
{
    tc_time until = e->at + (tc_time)e->a * TC_MINUTE;
    log_kind kind = rng_chance(r, 0.6) ? LOG_IIS : rng_chance(r, 0.5) ? LOG_TRACKING : LOG_SERVER;
    bool all = rng_chance(r, 0.4); /* the whole server is patched */
    for (int k = 0; k < LOG_KINDS; k++)
        if (k == (int)kind || (all && k != LOG_CONTROLLER))
            sink_silence(o->sink, (log_kind)k, e->b, e->at, until);
    truth_trap(o, "B14", e->at, until, UINT32_MAX, NULL,
               all ? "server is patched" : "a log stopped");
}

static void slew(org *o, const errand *e, rng *r)
{
    tc_time until = e->at + (tc_time)(2 + rng_below(r, 20)) * TC_HOUR;
    sink_skew(o->sink, e->b, e->at, until, (tc_time)(20 + rng_below(r, 40)) * TC_SECOND);
    truth_trap(o, "B14", e->at, until, UINT32_MAX, NULL, "clock");
}

static void set_stops(org *o, rng *r)
{
    uint32_t count = rng_count(r, o->opt.days / 10.0);
    for (uint32_t i = 0; i < count; i++) {
        errand e = {.at = org_day(o, rng_below(r, o->opt.days - 1)) +
                          (tc_time)rng_below(r, 80000) * TC_SECOND,
                    .run = rng_chance(r, 0.75) ? stop : slew,
                    .campaign = -1,
                    .a = (uint32_t)rng_wide(r, 5, 240),
                    .b = rng_below(r, o->t.front_ends)};
        if (e.run == stop && rng_chance(r, 0.5))
            config_window(o, e.at, e.at + (tc_time)e.a * TC_MINUTE, "maintenance",
                          files_host(LOG_IIS, e.b));
        agenda_add(o, e);
    }
}

void trap_server_set(org *o)
{
    rng r = org_rng(o, "trap-server", 0);
    uint32_t scans = rng_count(&r, o->opt.days / 15.0);
    for (uint32_t i = 0; i < scans; i++) {
        errand e = {.at = org_day(o, rng_below(&r, o->opt.days - 1)) +
                          (tc_time)rng_below(&r, 80000) * TC_SECOND,
                    .run = scan,
                    .campaign = -1};
        internet_v4(internet_find(o, NET_HOSTING, NULL, rng_below(&r, 200)), rng_next(&r), e.ip);
        agenda_add(o, e);
    }
    set_stops(o, &r);
    if (rng_chance(&r, 0.4)) {
        uint32_t day = rng_below(&r, o->opt.days);
        sink_copy(o->sink, rng_chance(&r, 0.5) ? LOG_IIS : LOG_TRACKING, 0, org_day(o, day));
        truth_trap(o, "S8", org_day(o, day), org_day(o, day + 1), UINT32_MAX, NULL,
                   "the same file twice");
    }
}
