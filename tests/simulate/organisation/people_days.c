/* Where a person is on a day, and when there. */
#include "tests/simulate/organisation/people.h"

const spell *people_spell(const person *m, uint32_t day)
{
    for (int i = 0; i < SPELLS_MAX && m->spells[i].days; i++) {
        const spell *s = &m->spells[i];
        if (day >= s->first && day < (uint32_t)s->first + s->days) return s;
    }
    return NULL;
}

bool people_is_there(const person *m, uint32_t day)
{
    return day >= m->joined && day < m->left;
}

const char *people_typed(const person *m, int form)
{
    switch (form) {
    case 0:
        return m->domain_sam;
    case 1:
        return m->upn;
    case 2:
        return m->mail;
    default:
        return m->sam;
    }
}

uint32_t people_any(const org *o, rng *r, box_kind kind)
{
    uint32_t i = 0;
    for (uint32_t tries = 0; tries < 400; tries++) {
        i = rng_below(r, o->opt.mailboxes);
        const person *m = &o->mailboxes[i];
        if (m->kind == kind && m->joined == 0 && m->left > o->opt.days) return i;
    }
    return i;
}

static tc_time local(const org *o, const person *m, uint32_t day, double hour)
{
    tc_time t = org_day(o, day);
    hour -= org_offset(o, m->zone, t);
    /* The days of the generator are UTC; what falls outside stays at the edge. */
    if (hour < 0) hour = 0.01 + (hour + 24) / 240;
    if (hour >= 24) hour = 23.2 + (hour - 24) / 10;
    return t + (tc_time)(hour * 3600e9);
}

tc_time people_work_time(const org *o, const person *m, uint32_t day, rng *r)
{
    return local(o, m, day, rng_between(r, m->start_hour, m->end_hour));
}

tc_time people_free_time(const org *o, const person *m, uint32_t day, rng *r)
{
    if (!org_works(o, day)) return local(o, m, day, rng_between(r, 9, 23));
    if (rng_chance(r, 0.2)) return local(o, m, day, rng_between(r, 6.2, m->start_hour));
    return local(o, m, day, rng_between(r, m->end_hour, 23.4));
}
