#include "detector/derive/rates.h"

#include "detector/derive/past_counts.h"
#include "parsers/base/alloc.h"

#define DAYS 28

typedef struct kind {
    int64_t length;
    uint32_t kept, every;
} kind;

static const kind kinds[TC_RATE_COUNT] = {
    [TC_RATE_SESSIONS] = {TC_HOUR, DAYS * 24, 24},
    [TC_RATE_RESETS] = {TC_DAY, DAYS, 1},
    [TC_RATE_EGRESS] = {TC_DAY, DAYS, 1},
    [TC_RATE_PLACE] = {TC_DAY, DAYS, 1},
};

struct tc_rates {
    tc_past_counts counts[TC_RATE_COUNT];
    uint32_t others;
    uint64_t novel[TC_RATE_NOVEL_MAX];
    uint32_t novels;
};

tc_rates *tc_rates_new(void)
{
    return tc_alloc(1, sizeof(tc_rates));
}

void tc_rates_free(tc_rates *r)
{
    tc_free(r);
}

static void turn(tc_rates *r, tc_rate which, tc_time now)
{
    const kind *k = &kinds[which];
    if (!tc_past_counts_turn(&r->counts[which], now / k->length, k->kept)) return;
    if (which != TC_RATE_SESSIONS) return;
    r->others = 0;
    r->novels = 0;
}

uint32_t tc_rates_count(tc_rates *r, tc_rate which, tc_time now)
{
    turn(r, which, now);
    return ++r->counts[which].count;
}

void tc_rates_usual(const tc_rates *r, tc_rate which, tc_rate_usual *ret)
{
    const tc_past_counts *c = &r->counts[which];
    ret->value = c->count;
    ret->days = tc_past_counts_usual(c, kinds[which].every, &ret->median, &ret->mad);
}

void tc_rates_other(tc_rates *r, tc_time now)
{
    turn(r, TC_RATE_SESSIONS, now);
    r->others++;
}

void tc_rates_novel(tc_rates *r, uint64_t mailbox, tc_time now)
{
    turn(r, TC_RATE_SESSIONS, now);
    for (uint32_t i = 0; i < r->novels; i++)
        if (r->novel[i] == mailbox) return;
    if (r->novels < TC_RATE_NOVEL_MAX) r->novel[r->novels++] = mailbox;
}

uint32_t tc_rates_others(const tc_rates *r)
{
    return r->others;
}

uint32_t tc_rates_novels(const tc_rates *r)
{
    return r->novels;
}

void tc_rates_visit(tc_rates *r, tc_visit *v)
{
    if (!tc_visit_begin(v, "rates", 1)) return;
    for (size_t i = 0; i < TC_RATE_COUNT; i++)
        tc_past_counts_visit(&r->counts[i], v, kinds[i].kept, kinds[i].length);
    tc_visit_u32(v, &r->others);
    tc_visit_below(v, &r->novels, TC_RATE_NOVEL_MAX + 1);
    for (uint32_t i = 0; i < r->novels; i++)
        tc_visit_u64(v, &r->novel[i]);
    tc_visit_end(v);
}
