/* Looks cultures up, and keeps the marks in the order of their times. */
#include "tests/simulate/organisation/culture.h"

#include "parsers/base/alloc.h"
#include "tests/simulate/organisation/people.h"

struct marks {
    mark *all; /* by mailbox, then time */
    size_t count, capacity;
};

const culture *culture_of(const char *tag)
{
    for (uint32_t i = 0; i < culture_count; i++)
        if (strcmp(cultures[i].tag, tag) == 0) return &cultures[i];
    return &cultures[0];
}

const culture *culture_draw(rng *r)
{
    double sum = 0, at;
    for (uint32_t i = 0; i < culture_count; i++)
        sum += cultures[i].share;
    at = rng_between(r, 0, sum);
    for (uint32_t i = 0; i < culture_count; i++) {
        at -= cultures[i].share;
        if (at < 0) return &cultures[i];
    }
    return &cultures[0];
}

marks *marks_new(void)
{
    return sim_alloc(1, sizeof(marks));
}

void marks_free(marks *m)
{
    tc_free(m->all);
    tc_free(m);
}

/* How many marks lie before (mailbox, t], in the order kept. */
static size_t rank(const marks *m, uint32_t mailbox, tc_time t)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const mark *x = &m->all[middle];
        if (x->mailbox < mailbox || (x->mailbox == mailbox && x->from <= t))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void marks_set(org *o, uint32_t mailbox, tc_time from, const culture *now, int campaign)
{
    marks *m = o->marks;
    size_t at = rank(m, mailbox, from);
    sim_grow(&m->all, &m->capacity, m->count + 1, sizeof(mark));
    memmove(m->all + at + 1, m->all + at, (m->count - at) * sizeof(mark));
    m->all[at] = (mark){mailbox, from, now, campaign};
    m->count++;
}

const mark *marks_at(const org *o, uint32_t mailbox, tc_time t)
{
    size_t at = rank(o->marks, mailbox, t);
    if (at == 0 || o->marks->all[at - 1].mailbox != mailbox) return NULL;
    return &o->marks->all[at - 1];
}

const culture *marks_culture(const org *o, uint32_t mailbox, tc_time t)
{
    const mark *m = marks_at(o, mailbox, t);
    return m ? m->now : o->mailboxes[mailbox].own;
}
