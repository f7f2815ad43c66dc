/* What a seed draws for the whole organisation, its calendar, and memory. */
#include "tests/simulate/organisation/org.h"

#include "parsers/base/alloc.h"

/* What the options fix of what was drawn; nothing else is drawn differently for it. */
static void fix_traits(const options *opt, traits *t)
{
    if (opt->without.forwarded) t->front = FRONT_HIDDEN;
    if (opt->with.sspr) t->connector_resets = true;
    if (opt->with.hybrid) t->hybrid = true;
    if (opt->names == NAMING_DRAWN) return;
    t->upn_style = opt->names == NAMING_ALIKE ? 0 : opt->names == NAMING_DOMAIN ? 1 : 2;
    t->sam_style = opt->names == NAMING_ALIKE ? 2 : opt->names == NAMING_DOMAIN ? 0 : 1;
}

static const char *const domains[] = {"palais-nord.example",  "secretariat.example",
                                      "joint-agency.example", "marsh-council.example",
                                      "tribunal-int.example", "observatory.example"};
static const char *const nt_domains[] = {"PALAIS", "SECGEN",  "JAGENCY",
                                         "MARSH",  "TRIBINT", "OBSERVAT"};
static const char *const web_hosts[] = {"webmail", "mail", "owa", "courrier"};

void *sim_alloc(size_t count, size_t size)
{
    void *memory = tc_alloc(count, size);
    if (memory == NULL) {
        fputs("tocsin-sim: not enough memory\n", stderr);
        exit(2);
    }
    return memory;
}

void sim_grow(void *array_address, size_t *capacity, size_t needed, size_t size)
{
    if (tc_failed(tc_grow(array_address, capacity, needed, size, SIZE_MAX / 2 / size))) {
        fputs("tocsin-sim: not enough memory\n", stderr);
        exit(2);
    }
}

static void draw_names(org *o, rng *r)
{
    uint32_t n = rng_below(r, TC_COUNT_OF(domains));
    traits *t = &o->t;
    snprintf(t->domain, sizeof(t->domain), "%s", domains[n]);
    snprintf(t->nt_domain, sizeof(t->nt_domain), "%s", nt_domains[n]);
    snprintf(t->ad_domain, sizeof(t->ad_domain), "%s.%s", rng_chance(r, 0.5) ? "ad" : "intra",
             t->domain);
    snprintf(t->web_host, sizeof(t->web_host), "%s.%s",
             web_hosts[rng_below(r, TC_COUNT_OF(web_hosts))], t->domain);
    uint32_t major = t->era == ERA_LEGACY ? 3 : 1 + rng_below(r, 2),
             build = 500 + rng_below(r, 1900), patch = 1 + rng_below(r, 40);
    if (t->era == ERA_LEGACY) {
        snprintf(t->build, sizeof(t->build), "14.%u.%u.0", major, build);
        snprintf(t->build_long, sizeof(t->build_long), "14.%02u.%04u.000", major, build);
    } else {
        snprintf(t->build, sizeof(t->build), "15.%u.%u.%u", major, build, patch);
        snprintf(t->build_long, sizeof(t->build_long), "15.%02u.%04u.%03u", major, build, patch);
    }
    snprintf(t->domain_sid, sizeof(t->domain_sid), "S-1-5-21-%u-%u-%u",
             1000000 + rng_below(r, 1u << 30), 1000000 + rng_below(r, 1u << 30),
             1000000 + rng_below(r, 1u << 30));
}

static void draw_start(org *o, rng *r)
{
    int year = o->t.era == ERA_LEGACY ? 2010 + (int)rng_below(r, 4) : 2017 + (int)rng_below(r, 8);
    if (!tc_time_from_civil(year, 1 + (int)rng_below(r, 9), 1, 0, 0, 0, &o->t.start)) abort();
    /* 1970-01-01 was a Thursday; the next Monday. */
    int64_t day = o->t.start / TC_DAY;
    o->t.start = (day + (7 - (day + 3) % 7) % 7) * TC_DAY;
}

void org_draw(org *o)
{
    rng r = org_rng(o, "organisation", 0);
    traits *t = &o->t;
    t->era = rng_chance(&r, 0.35) ? ERA_LEGACY : ERA_2013;
    if (o->opt.era >= 0) t->era = o->opt.era == ERA_LEGACY ? ERA_LEGACY : ERA_2013;
    draw_names(o, &r);
    draw_start(o, &r);
    t->front = rng_chance(&r, 0.5) ? FRONT_DIRECT : FRONT_FORWARDED;
    t->front_ends = o->opt.mailboxes > 1500 ? 3 : 1 + rng_below(&r, 2);
    t->controllers = 1 + rng_below(&r, 2);
    t->upn_style = rng_chance(&r, 0.6) ? 0 : 1 + (int)rng_below(&r, 2);
    t->sam_style = (int)rng_below(&r, 3);
    t->exits = 2 + (int)rng_below(&r, 5);
    t->hourly_tracking = t->era == ERA_2013 && rng_chance(&r, 0.4);
    t->hourly_iis = rng_chance(&r, 0.15);
    t->client_in_logons = rng_chance(&r, 0.7);
    t->big_bang_expiry = rng_chance(&r, 0.3);
    t->connector_resets = t->era == ERA_2013 && rng_chance(&r, 0.35);
    t->teams = t->era == ERA_2013 && rng_chance(&r, 0.5);
    t->hybrid = t->era == ERA_2013 && rng_chance(&r, 0.5);
    t->winlog_text_ids = rng_chance(&r, 0.5);
    t->spray_per_day = rng_wide(&r, 4, 160);
    t->typo = rng_between(&r, 0.01, 0.06);
    t->mail_per_day = rng_between(&r, 1.6, 3.4);
    t->churn_days = rng_wide(&r, 3, 60);
    t->expiry_days = rng_chance(&r, 0.3) ? 180 : 90;
    t->bang_day = o->opt.learn_days + 1 + rng_below(&r, 20);
    fix_traits(&o->opt, t);
}

bool org_works(const org *o, uint32_t day)
{
    if (org_weekday(day) > 4) return false;
    /* Two days a season when nobody works, and a bridge between. */
    rng r = org_rng(o, "holiday", day / 29);
    return day != day / 29 * 29 + 3 + rng_below(&r, 20);
}

int org_offset(const org *o, int zone, tc_time t)
{
    (void)o;
    /* Near enough to Europe's summer: days 86 to 300 of the year. */
    int64_t day_of_year = t / TC_DAY * 400 % 146097 / 400;
    return zone + (day_of_year >= 86 && day_of_year < 300 && zone >= 0 && zone <= 3);
}
