/* Draws the mailboxes. */
#include "tests/simulate/organisation/people.h"

#include "tests/simulate/organisation/people_names.h"

#include <ctype.h>

typedef struct site {
    const char *country;
    int zone, share; /* per thousand */
} site;

static const site sites[] = {
    {"BE", 1, 560}, {"LU", 1, 130}, {"FR", 1, 90},  {"DE", 1, 40}, {"IT", 1, 30}, {"IE", 0, 20},
    {"EL", 2, 15},  {"PL", 1, 15},  {"US", -5, 15}, {"CN", 8, 12}, {"KE", 3, 10}, {"TR", 3, 10},
    {"UA", 2, 10},  {"RS", 1, 10},  {"IN", 5, 8},   {"BR", -3, 8}, {"EG", 2, 7},  {"RU", 3, 10}};

static const site *draw_site(rng *r)
{
    int at = (int)rng_below(r, 1000);
    for (size_t i = 0; i < TC_COUNT_OF(sites); i++)
        if ((at -= sites[i].share) < 0) return &sites[i];
    return &sites[0];
}

static void lower(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

static void draw_uuid(rng *r, char out[40])
{
    uint64_t a = rng_next(r), b = rng_next(r);
    snprintf(out, 40, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), 0x8000u | (unsigned)(b >> 50),
             b & UINT64_C(0xffffffffffff));
}

static void name_account(const org *o, person *m)
{
    char given[20], family[24];
    snprintf(given, sizeof(given), "%s", m->given);
    snprintf(family, sizeof(family), "%s", m->family);
    lower(given);
    lower(family);
    snprintf(m->staff, sizeof(m->staff), "%c%06u", 'k', 100000 + m->number * 37 % 800000);
    if (o->t.sam_style == 1)
        snprintf(m->sam, sizeof(m->sam), "%s", m->staff);
    else if (o->t.sam_style == 0)
        snprintf(m->sam, sizeof(m->sam), "%.2s%.5s%u", given, family, m->number % 1000);
    else
        snprintf(m->sam, sizeof(m->sam), "%.12s.%.5s%u", given, family, m->number);
}

static void name_user(const org *o, person *m, rng *r)
{
    char local[64];
    snprintf(m->given, sizeof(m->given), "%s", given_names[rng_below(r, given_count)]);
    snprintf(m->family, sizeof(m->family), "%s", family_names[rng_below(r, family_count)]);
    snprintf(local, sizeof(local), "%s.%s", m->given, m->family);
    lower(local);
    /* Two of one name: the later one gets a number. */
    for (uint32_t i = 0; i < m->number; i++) {
        size_t n = strlen(local);
        if (strncmp(o->mailboxes[i].mail, local, n) == 0 && o->mailboxes[i].mail[n] == '@') {
            snprintf(local + n, sizeof(local) - n, "%u", m->number);
            break;
        }
    }
    snprintf(m->mail, sizeof(m->mail), "%s@%s", local, o->t.domain);
    name_account(o, m);
}

static void name_other(const org *o, person *m, rng *r)
{
    static const char *const shared[] = {"secretariat", "recruitment", "press",  "helpdesk-info",
                                         "legal-unit",  "budget",      "events", "translation"};
    static const char *const service[] = {"scan-to-mail", "monitor", "archive-journal", "crm-sync"};
    const char *word = m->kind == BOX_SHARED ? shared[rng_below(r, TC_COUNT_OF(shared))]
                       : m->kind == BOX_ROOM ? "room"
                                             : service[rng_below(r, TC_COUNT_OF(service))];
    snprintf(m->given, sizeof(m->given), "%s", m->kind == BOX_ROOM ? "Room" : "Functional");
    snprintf(m->family, sizeof(m->family), "%s %u", word, m->number);
    snprintf(m->mail, sizeof(m->mail), "%s-%u@%s", word, m->number, o->t.domain);
    snprintf(m->sam, sizeof(m->sam), "%.9s%u", word, m->number);
    snprintf(m->staff, sizeof(m->staff), "f%06u", m->number);
}

static void draw_identity(org *o, person *m, rng *r)
{
    double kind = rng_between(r, 0, 1);
    m->kind = kind < 0.91   ? BOX_USER
              : kind < 0.96 ? BOX_SHARED
              : kind < 0.98 ? BOX_ROOM
                            : BOX_SERVICE;
    if (m->kind == BOX_USER)
        name_user(o, m, r);
    else
        name_other(o, m, r);
    const char *local_end = strchr(m->mail, '@');
    if (o->t.upn_style == 0)
        snprintf(m->upn, sizeof(m->upn), "%s", m->mail);
    else if (o->t.upn_style == 1)
        snprintf(m->upn, sizeof(m->upn), "%s@%s", m->sam, o->t.ad_domain);
    else
        snprintf(m->upn, sizeof(m->upn), "%s%s", m->staff, local_end ? local_end : "");
    snprintf(m->domain_sam, sizeof(m->domain_sam), "%s\\%s", o->t.nt_domain, m->sam);
    snprintf(m->sid, sizeof(m->sid), "%s-%u", o->t.domain_sid, 1200 + m->number);
    draw_uuid(r, m->guid);
    rng db = org_rng(o, "database", m->number % 5);
    draw_uuid(&db, m->database);
    static const char *const roles[] = {"policy", "policy", "policy", "assistant",
                                        "other",  "other",  "vip",    "support"};
    m->role = m->kind == BOX_USER ? roles[rng_below(r, TC_COUNT_OF(roles))] : "functional";
}

/* Local staff of a delegation speak the language of the place, a few elsewhere one of their own. */
static void draw_cultures(person *m, rng *r, bool locals)
{
    m->own = culture_draw(r);
    if (locals && m->kind == BOX_USER && !m->own->european) m->own = culture_of("en-GB");
    for (uint32_t i = 0; locals && i < culture_count; i++)
        if (!cultures[i].european && strcmp(cultures[i].country, m->site) == 0 &&
            rng_chance(r, 0.5))
            m->own = &cultures[i];
    if (locals && m->kind == BOX_USER && rng_chance(r, 0.004)) {
        static const char *const rare[] = {"uk-UA", "sr-Latn-RS", "tr-TR", "ru-RU", "ja-JP"};
        m->own = culture_of(rare[rng_below(r, TC_COUNT_OF(rare))]);
    }
    m->outlook = m->own;
    m->phone_language = m->own;
    /* A computer of the house, a phone bought at home. */
    if (rng_chance(r, 0.12)) m->outlook = culture_of("en-US");
    if (rng_chance(r, 0.15))
        m->phone_language = rng_chance(r, 0.6) ? culture_of("en-US") : culture_draw(r);
}

static void draw_spells(const org *o, person *m, rng *r)
{
    bool frequent = rng_chance(r, 0.14);
    uint32_t trips = rng_count(r, (frequent ? 1.4 : 0.25) * o->opt.days / 30.0);
    uint32_t leaves = rng_count(r, 1.1 * o->opt.days / 58.0), n = 0;
    for (uint32_t i = 0; i < trips + leaves && n < SPELLS_MAX; i++) {
        spell s = {.first = (uint16_t)rng_below(r, o->opt.days), .place = rng_below(r, 1 << 20)};
        if (i < trips) {
            s.days = (uint16_t)(1 + rng_below(r, 4));
            s.country = internet_country(r, rng_chance(r, 0.7));
        } else {
            s.days = (uint16_t)(rng_chance(r, 0.4) ? 5 + rng_below(r, 12) : 1 + rng_below(r, 3));
        }
        s.replies = rng_chance(r, s.country ? 0.22 : 0.5);
        m->spells[n++] = s;
    }
}

static void draw_network(const org *o, person *m, rng *r)
{
    /* Some live across the border. */
    const char *lives = m->site;
    if (strcmp(m->site, "LU") == 0 && rng_chance(r, 0.45))
        lives = rng_chance(r, 0.6) ? "FR" : "DE";
    else if (strcmp(m->site, "BE") == 0 && rng_chance(r, 0.03))
        lives = rng_chance(r, 0.5) ? "NL" : "FR";
    m->home = internet_find(o, NET_HOME, lives, rng_below(r, 64));
    m->mobile = internet_find(o, NET_MOBILE, m->site, rng_below(r, 8));
    m->home_v6 = m->home->v6 && rng_chance(r, 0.3);
    m->phone_v6 = m->home_v6;
    m->has_tunnel = rng_chance(r, 0.012);
}

static void draw_habits(const org *o, person *m, rng *r)
{
    double c = rng_between(r, 0, 1);
    m->owa_rate = c < 0.33   ? 0
                  : c < 0.72 ? rng_wide(r, 0.03, 0.3)
                  : c < 0.94 ? rng_between(r, 0.4, 1.1)
                             : rng_between(r, 1.8, 3.6);
    m->browser_home = agent_draw(o, AGENT_BROWSER, r);
    m->browser_work = agent_draw(o, AGENT_BROWSER, r);
    m->browser_road = rng_chance(r, 0.6) ? m->browser_home : agent_draw(o, AGENT_BROWSER, r);
    m->phone = agent_draw(o, AGENT_PHONE, r);
    m->mac = rng_chance(r, 0.07);
    m->desk = agent_draw(o, m->mac ? AGENT_MAC : AGENT_OUTLOOK, r);
    m->has_phone = rng_chance(r, o->t.era == ERA_LEGACY ? 0.38 : 0.6);
    m->outlook_away = rng_chance(r, 0.3);
    double form = rng_between(r, 0, 1);
    m->form = form < 0.4 ? 0 : form < 0.75 ? 1 : form < 0.9 ? 2 : 3;
    m->start_hour = 8.6 + rng_normal(r) * 0.7;
    m->end_hour = m->start_hour + 8.7 + rng_normal(r) * 0.6;
    m->password_day = rng_below(r, o->t.expiry_days);
    m->joined = 0;
    m->left = o->opt.days + 1;
    if (rng_chance(r, 0.03))
        m->joined = rng_below(r, o->opt.days);
    else if (rng_chance(r, 0.03))
        m->left = 1 + rng_below(r, o->opt.days);
}

void people_draw(org *o)
{
    rng all = org_rng(o, "locals", 0);
    bool locals = rng_chance(&all, 0.7);
    o->mailboxes = sim_alloc(o->opt.mailboxes, sizeof(person));
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        rng r = org_rng(o, "person", i);
        person *m = &o->mailboxes[i];
        m->number = i;
        const site *s = draw_site(&r);
        m->site = s->country;
        m->zone = s->zone;
        draw_identity(o, m, &r);
        draw_cultures(m, &r, locals);
        draw_network(o, m, &r);
        draw_habits(o, m, &r);
        m->boss = i;
        if (m->kind != BOX_USER) {
            m->owa_rate = 0;
            m->has_phone = false;
            m->joined = 0;
            m->left = o->opt.days + 1;
            continue;
        }
        draw_spells(o, m, &r);
        if (i > 3 && rng_chance(&r, 0.05)) m->boss = rng_below(&r, i);
    }
}
