/* What the site knows about itself, with the gaps that such files have; and the list of mailboxes.
 */
#include "tests/simulate/folder.h"
#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/life.h"

#define WINDOWS_MAX 64

typedef struct window {
    tc_time from, to;
    const char *kind, *scope;
} window;

static window windows[WINDOWS_MAX];
static uint32_t window_count;

void config_window(org *o, tc_time from, tc_time until, const char *kind, const char *scope)
{
    (void)o;
    if (window_count < WINDOWS_MAX) windows[window_count++] = (window){from, until, kind, scope};
}

static FILE *open_config(const org *o, const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", o->opt.folder, folder);
    if (!files_folder(path)) return NULL;
    snprintf(path, sizeof(path), "%s/%s/%s", o->opt.folder, folder, name);
    return fopen(path, "wb");
}

static bool write_windows(const org *o)
{
    char from[TC_TIME_TEXT], to[TC_TIME_TEXT];
    rng r = org_rng(o, "omissions", 1);
    FILE *out = open_config(o, "config", "change_windows.csv");
    if (out == NULL) return false;
    fputs("start,end,kind,scope,reference\n", out);
    for (uint32_t i = 0; i < window_count; i++) {
        if (strcmp(windows[i].kind, "response") != 0 && rng_chance(&r, 0.08)) continue;
        fprintf(out, "%s,%s,%s,%s,REQ%u\n", tc_time_format(windows[i].from, from),
                tc_time_format(windows[i].to, to), windows[i].kind, windows[i].scope,
                20100 + i * 37);
    }
    return fclose(out) == 0;
}

static bool write_networks(const org *o)
{
    rng r = org_rng(o, "omissions", 2);
    FILE *out = open_config(o, "config", "internal.txt");
    if (out == NULL) return false;
    fputs("10.0.0.0/8\n127.0.0.0/8\n::1/128\nfe80::/10\n", out);
    if (fclose(out) != 0) return false;
    out = open_config(o, "config", "egress.csv");
    if (out == NULL) return false;
    fputs("network,kind,note\n", out);
    for (uint32_t i = 0; i < (uint32_t)o->t.exits; i++)
        /* Now and then one exit is forgotten. */
        if (i == 0 || !rng_chance(&r, 0.06))
            fprintf(out, "%s/32,corporate,exit of proxies and VPN\n", life_exit(o, i).ip);
    if (o->t.front == FRONT_FORWARDED)
        fputs("10.2.0.8/32,proxy,load balancer\n10.2.0.9/32,proxy,load balancer\n", out);
    return fclose(out) == 0;
}

static bool write_domains(const org *o)
{
    FILE *out = open_config(o, "config", "domains.txt");
    if (out == NULL) return false;
    fprintf(out, "%s\n%s\n%s\n", o->t.domain, o->t.ad_domain, o->t.nt_domain);
    return fclose(out) == 0;
}

static bool write_mailboxes(const org *o)
{
    static const char *const kinds[] = {"user", "shared", "room", "service"};
    FILE *out = open_config(o, "truth", "mailboxes.csv");
    if (out == NULL) return false;
    fputs("id,kind,role,site,display,smtp,upn,sam,domain_sam,alias,guid,sid,culture,unmonitorable,"
          "owa_rate\n",
          out);
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        fprintf(out, "u%04u,%s,%s,%s,%s %s,%s,%s,%s,%s,,%s,%s,%s,0,%.2f\n", i, kinds[m->kind],
                m->role, m->site, m->family, m->given, m->mail, m->upn, m->sam, m->domain_sam,
                m->guid, m->sid, m->own->tag, m->owa_rate);
    }
    return fclose(out) == 0;
}

/* What of the logs is not delivered, beside what --without takes. */
static void write_lost(const org *o, FILE *out)
{
    static const char *const kinds[LOG_KINDS] = {"iis", "tracking", "server", "controller"};
    fprintf(out, "{\"files\": {");
    for (unsigned k = 0; k < LOG_KINDS; k++) {
        file_count n = files_count(sink_files(o->sink), (log_kind)k);
        fprintf(out, "%s\"%s\": {\"made\": %u, \"lost\": %u}", k ? ", " : "", kinds[k], n.made,
                n.lost);
    }
    fprintf(out, "}, \"front_ends\": %u, \"host_lost\": %s, \"mailboxes_lost\": %u, ",
            o->t.front_ends, o->opt.lose_host && o->t.front_ends > 1 ? "true" : "false",
            sink_lost_people(o->sink));
}

static bool write_traits(const org *o)
{
    static const char *const fronts[] = {"direct", "forwarded", "hidden"};
    char start[TC_TIME_TEXT], learned[TC_TIME_TEXT], end[TC_TIME_TEXT];
    FILE *out = open_config(o, "truth", "organisation.json");
    if (out == NULL) return false;
    write_lost(o, out);
    fprintf(out,
            "\"seed\": %" PRIu64 ", \"mailboxes\": %u, \"days\": %u, \"era\": \"%s\", "
            "\"front\": \"%s\", \"start\": \"%s\", \"judged_from\": \"%s\", \"end\": \"%s\", "
            "\"upn_style\": %d, \"expiry_wave\": %s, \"lines\": %" PRIu64 "}\n",
            o->opt.seed, o->opt.mailboxes, o->opt.days, o->t.era == ERA_LEGACY ? "legacy" : "2013",
            fronts[o->t.front], tc_time_format(o->t.start, start),
            tc_time_format(org_day(o, o->opt.learn_days), learned),
            tc_time_format(org_day(o, o->opt.days), end), o->t.upn_style,
            o->t.big_bang_expiry ? "true" : "false", sink_lines(o->sink));
    return fclose(out) == 0;
}

bool config_write(const org *o)
{
    return write_windows(o) && write_networks(o) && write_domains(o) && write_mailboxes(o) &&
           write_traits(o);
}
