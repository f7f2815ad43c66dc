#include "tests/simulate/organisation/agenda.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

struct agenda {
    errand *all;
    size_t count, capacity;
};

agenda *agenda_new(void)
{
    return sim_alloc(1, sizeof(agenda));
}

void agenda_free(agenda *a)
{
    tc_free(a->all);
    tc_free(a);
}

void agenda_add(org *o, errand e)
{
    agenda *a = o->agenda;
    if (e.at < o->t.start || e.at >= org_day(o, o->opt.days)) return;
    e.at -= e.at % TC_SECOND;
    sim_grow(&a->all, &a->capacity, a->count + 1, sizeof(errand));
    a->all[a->count++] = e;
}

void agenda_run(org *o)
{
    agenda *a = o->agenda;
    tc_time end = org_day(o, o->day + 1);
    for (size_t i = 0; i < a->count; i++) {
        /* A copy: what it sets may move the array. */
        errand e = a->all[i];
        if (e.done || e.at >= end) continue;
        a->all[i].done = true;
        /* By what it is, not by its place: other errands change nothing in it. */
        uint64_t key = tc_content_hash_add((uint64_t)e.at ^ (uint64_t)(e.campaign + 1),
                                           tc_slice_make(&e.mailbox, sizeof(e.mailbox)));
        rng r = org_rng(o, "errand", key ^ ((uint64_t)e.a << 32 | e.b));
        e.run(o, &e, &r);
    }
}
