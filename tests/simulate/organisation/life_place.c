/* Addresses of everyday life. */
#include "tests/simulate/organisation/life.h"

#include "parsers/base/hash.h"

static uint64_t key_of(const org *o, const char *tag, uint64_t a, uint64_t b)
{
    return tc_content_hash_add(tc_content_hash_add(o->opt.seed ^ a, tc_slice_of(tag)) + b,
                               tc_slice_of(tag));
}

/* A lease lasts some days; the new address is often in the same block. */
place life_home(const org *o, const person *m, uint32_t day)
{
    place p = {.inside = false};
    double length = o->t.churn_days * (0.5 + (m->number % 7) / 4.0);
    uint64_t lease = (uint64_t)((day + m->number % 11) / TC_MAX(length, 1.0));
    if (m->home_v6)
        internet_v6(m->home, key_of(o, "home", m->number, lease / 3),
                    key_of(o, "device", m->number, day), p.ip);
    else
        internet_v4(m->home, key_of(o, "home", m->number, lease), p.ip);
    return p;
}

place life_office(const org *o, const person *m)
{
    place p = {.inside = true};
    snprintf(p.ip, sizeof(p.ip), "10.%u.%u.%u", 20 + (unsigned)(m->site[0] + m->site[1]) % 40,
             m->number / 200 % 250, 10 + m->number % 200);
    (void)o;
    return p;
}

/* The organisation's exits: for those behind its VPN or proxies. */
place life_exit(const org *o, uint32_t n)
{
    place p = {.inside = true};
    const network *own = internet_find(o, NET_OWN, NULL, 0);
    uint32_t a = own->v4 + 10 + n % (uint32_t)o->t.exits;
    snprintf(p.ip, sizeof(p.ip), "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
    return p;
}

/* Mobile operators put thousands behind few addresses and change them often. */
place life_mobile(const org *o, const person *m, uint32_t day, uint32_t n)
{
    place p = {.inside = false};
    internet_v4(m->mobile, key_of(o, "mobile", m->number, day * 8 + n) % 60, p.ip);
    return p;
}

place life_away(const org *o, const person *m, const spell *s, uint32_t day, uint32_t n)
{
    place p = {.inside = false};
    rng r = org_rng(o, "away", ((uint64_t)m->number << 16) + s->first);
    bool hotel = rng_chance(&r, 0.6);
    const network *net = internet_find(o, hotel ? NET_PLACE : NET_HOME, s->country, s->place);
    if (rng_chance(&r, 0.3) || n % 3 == 2) net = internet_find(o, NET_MOBILE, s->country, s->place);
    if (net->kind == NET_MOBILE)
        internet_v4(net, key_of(o, "roam", m->number, day * 4 + n) % 60, p.ip);
    else
        internet_v4(net, key_of(o, "hotel", s->place, 0), p.ip);
    return p;
}
