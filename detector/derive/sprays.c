#include "detector/derive/sprays.h"

#include "detector/derive/past_counts.h"
#include "detector/derive/place.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

typedef enum place_kind {
    PLACE_ADDRESS,
    PLACE_NETWORK,
    PLACE_AGENT,
    PLACE_AGENT_SOURCE,
    PLACE_MAILBOX,
    PLACE_COUNT
} place_kind;

static const struct {
    size_t places_max;
    const char *what, *section;
} kinds[PLACE_COUNT] = {
    [PLACE_ADDRESS] = {32768, "addresses that logons fail from", "spray addresses"},
    [PLACE_NETWORK] = {16384, "networks that logons fail from", "spray networks"},
    [PLACE_AGENT] = {8192, "agents that logons fail with", "spray agents"},
    [PLACE_AGENT_SOURCE] = {4096, "agents by where logons fail from", "spray agents' sources"},
    [PLACE_MAILBOX] = {32768, "mailboxes that logons fail at", "spray mailboxes"},
};

struct tc_sprays {
    tc_spray_table *tables[PLACE_COUNT];
    tc_past_counts hours;
    uint32_t fresh; /* addresses of this hour that never failed before */
};

tc_sprays *tc_sprays_new(void)
{
    tc_sprays *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        s->tables[i] = tc_spray_table_new(kinds[i].places_max);
        if (s->tables[i] != NULL) continue;
        tc_sprays_free(s);
        return NULL;
    }
    return s;
}

void tc_sprays_free(tc_sprays *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < PLACE_COUNT; i++)
        tc_spray_table_free(s->tables[i]);
    tc_free(s);
}

/* -- places of an attempt ------------------------------------------------------------------- */

typedef struct pair {
    uint64_t place, member; /* no place: 0 */
} pair;

static void pairs_of(const tc_attempt *a, pair ret[PLACE_COUNT])
{
    uint64_t address = tc_place_address(a->ip), network = tc_place_network(a->ip);
    ret[PLACE_ADDRESS] = (pair){address, a->who};
    ret[PLACE_NETWORK] = (pair){network, a->who};
    ret[PLACE_AGENT] = (pair){a->agent, a->who};
    ret[PLACE_AGENT_SOURCE] = (pair){address ? a->agent : 0, address};
    ret[PLACE_MAILBOX] = (pair){network ? a->mailbox : 0, network};
}

bool tc_sprays_failed(tc_sprays *s, const tc_attempt *a)
{
    pair pairs[PLACE_COUNT];
    bool grown = false;
    uint32_t fresh = 0;
    pairs_of(a, pairs);
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (pairs[i].place == 0) continue;
        tc_spray_growth growth =
            tc_spray_table_failed(s->tables[i], pairs[i].place, pairs[i].member, a->time);
        grown |= growth != TC_SPRAY_KNOWN;
        if (i == PLACE_ADDRESS) fresh = growth == TC_SPRAY_NEW;
    }
    if (tc_past_counts_turn(&s->hours, a->time / TC_HOUR, TC_PAST_COUNTS_MAX)) s->fresh = 0;
    s->hours.count++;
    s->fresh += fresh;
    return grown;
}

/* Of agents it is kept who succeeds before anybody fails: a browser that the organisation's own
 * people use is known by that. */
void tc_sprays_succeeded(tc_sprays *s, const tc_attempt *a)
{
    pair pairs[PLACE_COUNT];
    pairs_of(a, pairs);
    for (size_t i = 0; i < PLACE_COUNT; i++)
        if (pairs[i].place != 0) {
            tc_spray_guest guest = {pairs[i].member, a->entity, a->novel};
            tc_spray_table_succeeded(s->tables[i], pairs[i].place, &guest, a->time,
                                     i == PLACE_AGENT);
        }
}

size_t tc_sprays_strangers(const tc_sprays *s, const tc_attempt *a,
                           tc_spray_guest ret[TC_SPRAY_GUESTS])
{
    return a->agent ? tc_spray_table_strangers(s->tables[PLACE_AGENT], a->agent, a->time, ret) : 0;
}

void tc_sprays_report(const tc_sprays *s, const tc_attempt *a, tc_spray_report *ret)
{
    pair pairs[PLACE_COUNT];
    tc_spray_figures *figures[PLACE_COUNT] = {
        [PLACE_ADDRESS] = &ret->address, [PLACE_NETWORK] = &ret->network,
        [PLACE_AGENT] = &ret->agent,     [PLACE_AGENT_SOURCE] = &ret->agent_sources,
        [PLACE_MAILBOX] = &ret->mailbox,
    };
    *ret = (tc_spray_report){0};
    pairs_of(a, pairs);
    for (size_t i = 0; i < PLACE_COUNT; i++)
        if (pairs[i].place != 0)
            *figures[i] = tc_spray_table_figures(s->tables[i], pairs[i].place, a->time);
}

void tc_sprays_fleet(const tc_sprays *s, tc_spray_fleet *ret)
{
    ret->failures = s->hours.count;
    ret->sources = s->fresh;
    ret->days = tc_past_counts_usual(&s->hours, 24, &ret->median, &ret->mad);
}

void tc_sprays_bounds(const tc_sprays *s, tc_bounds *bounds)
{
    for (size_t i = 0; i < PLACE_COUNT; i++)
        tc_spray_table_bounds(s->tables[i], kinds[i].what, bounds);
}

void tc_sprays_visit(tc_sprays *s, tc_visit *v)
{
    for (size_t i = 0; i < PLACE_COUNT; i++)
        tc_spray_table_visit(s->tables[i], kinds[i].section, v);
    if (!tc_visit_begin(v, "spray hours", 2)) return;
    tc_past_counts_visit(&s->hours, v, TC_PAST_COUNTS_MAX, TC_HOUR);
    tc_visit_u32(v, &s->fresh);
    tc_visit_end(v);
}
