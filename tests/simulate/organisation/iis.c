#include "tests/simulate/organisation/iis.h"

#include "parsers/base/hash.h"

uint32_t iis_host(const org *o, const char *ip)
{
    return (uint32_t)(tc_content_hash_add(o->day, tc_slice_of(ip)) % o->t.front_ends);
}

void iis_guid(rng *r, char out[40])
{
    uint64_t a = rng_next(r), b = rng_next(r);
    snprintf(out, 40, "%08x-%04x-%04x-%04x-%012" PRIx64, (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xffff), (unsigned)(b >> 48),
             b & UINT64_C(0xffffffffffff));
}

static const char *or_dash(const char *s)
{
    return s && *s ? s : "-";
}

static void add_query(org *o, tc_str *out, const hit *h)
{
    char guid[40];
    if (o->t.era == ERA_LEGACY || strncmp(h->stem, "/owa/health", 11) == 0) {
        tc_str_addf(out, "%s", or_dash(h->query));
        return;
    }
    rng r = org_rng(o, "request", o->serial++);
    iis_guid(&r, guid);
    tc_str_addf(out, "%s&CorrelationID=<empty>;&cafeReqId=%s;", h->query ? h->query : "", guid);
}

static bool hides_user(const org *o, const hit *h)
{
    return o->opt.without.names || (o->opt.without.users && strcmp(h->stem, "/owa/auth.owa") == 0);
}

bool iis_hit(org *o, const hit *h)
{
    char time[TC_TIME_TEXT];
    tc_str *out = sink_begin(o->sink);
    bool balanced = o->t.front != FRONT_DIRECT && strncmp(h->ip, "127.", 4) != 0;
    tc_time_format_human(h->t, time);
    tc_str_addf(out, "%.19s 10.2.1.%u %s %s ", time, 21 + h->host, h->method, h->stem);
    add_query(o, out, h);
    tc_str_addf(out, " 443 %s %s %s", hides_user(o, h) ? "-" : or_dash(h->user),
                balanced ? h->host % 2 ? "10.2.0.9" : "10.2.0.8" : h->ip, or_dash(h->agent));
    if (o->t.era == ERA_2013) tc_str_addf(out, " %s", or_dash(h->referer));
    tc_str_addf(out, " %d %d %u %u", h->status, h->substatus, h->win32, h->taken);
    if (o->t.front == FRONT_FORWARDED) {
        if (!balanced)
            tc_str_addf(out, " -");
        else if (h->pretended)
            tc_str_addf(out, " %s,+%s", h->pretended, h->ip);
        else
            tc_str_addf(out, " %s", h->ip);
    }
    return sink_end(o->sink, h->t, LOG_IIS, h->host);
}
