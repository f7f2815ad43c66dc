/*
 * org: a made-up organisation, its two months, and what the parts of the generator share.
 *
 * One seed gives one organisation, byte for byte. The days are made one after another: what attacks
 * and odd events do that day (errands), then what people do, then the mail; then the lines of the
 * day are sorted and written, so that memory holds one day whatever the size. Benign life
 * (life_*.c, trap_*.c) and attacks (attack_*.c) draw from tables and streams of their own: neither
 * can be told by the generator's habits in the other. Labels (truth.c) never reach the logs.
 *
 * Everything is owned by the org and lives until the program ends. Lack of memory ends the program.
 */
#ifndef TC_SIMULATE_ORG_H
#define TC_SIMULATE_ORG_H

#include "tests/simulate/rng.h"

typedef enum era {
    ERA_LEGACY, /* Exchange 2010: whoever logs on to webmail leaves his language to the mailbox */
    ERA_2013    /* the language changes only where it is written */
} era;

/* What the delivered logs lack. */
typedef struct lacks {
    bool tracking, users, names, geo, subjects, forwarded, iis, winlog;
} lacks;

/* How account names stand to mail addresses. */
typedef enum naming {
    NAMING_DRAWN,
    NAMING_ALIKE,  /* the user principal name is the mail address */
    NAMING_UNLIKE, /* staff numbers, with the mail domain or alone */
    NAMING_DOMAIN  /* account@ad-domain and first letters */
} naming;

/* What the organisation has whatever the seed draws. */
typedef struct habits_wanted {
    bool sspr;   /* a connector writes back what users reset themselves */
    bool hybrid; /* the mail cloud reads mailboxes through EWS */
} habits_wanted;

typedef struct options {
    uint64_t seed;
    uint32_t mailboxes, days, learn_days;
    int era; /* -1: drawn */
    char families[64];
    uint32_t tricks; /* of actor.h, for every campaign */
    lacks without;
    habits_wanted with;
    char odd[64]; /* names of trap_odd.h joined with '+' */
    naming names;
    double corrupt;        /* share of lines */
    double lose_days;      /* share of files of a day */
    double lose_mailboxes; /* share of mailboxes of which the logs hold nothing */
    bool lose_host;        /* one front end's logs are missing */
    bool natural_rates;    /* rare traps at their natural rates; otherwise each has its turn */
    const char *folder;
} options;

struct network;
struct person;
struct culture;
struct sink;
struct truth;
struct agenda;
struct marks;

typedef enum front {
    FRONT_DIRECT,    /* c-ip is the client */
    FRONT_FORWARDED, /* a balancer that adds X-Forwarded-For */
    FRONT_HIDDEN     /* a balancer that hides the client */
} front;

/* What one seed draws for the whole organisation. */
typedef struct traits {
    era era;
    front front;
    tc_time start; /* a Monday, 00:00 UTC */
    uint32_t front_ends, controllers;
    char domain[48], ad_domain[64], nt_domain[16], web_host[64];
    char build[24];      /* 15.1.2507.6 */
    char build_long[24]; /* 15.01.2507.006 */
    char domain_sid[48];
    int upn_style; /* 0 the mail address, 1 account@ad-domain, 2 staff number@mail domain */
    int sam_style; /* 0 first letters, 1 staff number, 2 given.family cut at 20 */
    int exits;     /* own public exits */
    bool hourly_tracking, hourly_iis, client_in_logons, big_bang_expiry, connector_resets;
    bool teams, hybrid, winlog_text_ids, managed_by_xml;
    double spray_per_day, typo, mail_per_day, churn_days;
    uint32_t expiry_days;
    uint32_t bang_day; /* of a big-bang expiry */
} traits;

typedef struct org {
    options opt;
    traits t;
    struct network *networks;
    uint32_t network_count;
    struct person *mailboxes;
    struct sink *sink;
    struct truth *truth;
    struct agenda *agenda;
    struct marks *marks;
    uint64_t serial; /* event record ids and message ids */
    uint32_t day;    /* the day that is made */
    tc_time webmail_closed_from, webmail_closed_until;
} org;

/* A stream of this organisation. */
static inline rng org_rng(const org *o, const char *tag, uint64_t number)
{
    return rng_for(o->opt.seed, tag, number);
}
static inline tc_time org_day(const org *o, uint32_t day)
{
    return o->t.start + (tc_time)day * TC_DAY;
}
static inline uint32_t org_day_of(const org *o, tc_time t)
{
    return t < o->t.start ? 0 : (uint32_t)((t - o->t.start) / TC_DAY);
}
/* Monday is 0. */
static inline uint32_t org_weekday(uint32_t day)
{
    return day % 7;
}
bool org_works(const org *o, uint32_t day);
/* Hours that local time is ahead of UTC at sites of that offset in winter, with Europe's summer. */
int org_offset(const org *o, int zone, tc_time t);
void org_draw(org *o);

/* Memory or the end of the program. */
void *sim_alloc(size_t count, size_t size);
void sim_grow(void *array_address, size_t *capacity, size_t needed, size_t size);

#endif
