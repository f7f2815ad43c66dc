#include "detector/send/gate_tables.h"

#include "parsers/base/hash.h"

static uint64_t key_of(tc_slice name)
{
    uint64_t key = tc_content_hash(name);
    return key ? key : 1;
}

void tc_gate_hold(tc_gate_held *held, tc_level level, tc_time now, tc_time due)
{
    if (held->count++ == 0) {
        held->first = now;
        held->due = due;
        held->level = level;
    }
    held->last = now;
    held->level = TC_MAX(held->level, level);
    held->due = TC_MIN(held->due, due);
}

void tc_gate_let_go(tc_gate_held *held)
{
    *held = (tc_gate_held){.due = TC_TIME_MAX};
}

/* -- rules ----------------------------------------------------------------------------------- */

tc_gate_rule *tc_gate_rule_of(tc_gate *g, tc_slice name)
{
    uint64_t key = key_of(name);
    tc_gate_rule *place = NULL;
    for (size_t i = 1; i < TC_GATE_RULES; i++) {
        tc_gate_rule *r = &g->rules[i];
        if (r->key == key) return r;
        bool is_idle = r->key == 0 ||
                       (r->held.count == 0 && tc_time_between(r->last_used, g->now) > 2 * TC_HOUR);
        if (place == NULL && is_idle) place = r;
    }
    if (place == NULL) return &g->rules[0];
    *place = (tc_gate_rule){.key = key, .last_told = TC_TIME_NONE};
    tc_gate_let_go(&place->held);
    (void)tc_slice_to_cstr(name, place->name, sizeof(place->name));
    return place;
}

/* -- incidents ------------------------------------------------------------------------------- */

/* The less it is missed, the smaller. */
static int weight(const tc_gate_incident *i)
{
    if (i->key == 0) return 0;
    return 1 + (i->is_open ? 1 : 0) + (i->held.count > 0 ? 2 : 0);
}

static bool is_missed_less(const tc_gate_incident *a, const tc_gate_incident *b)
{
    int of_a = weight(a), of_b = weight(b);
    return of_a != of_b ? of_a < of_b : a->last_used < b->last_used;
}

/* What was held of one that is forgotten is told with the other rules. */
static void forget(tc_gate *g, tc_gate_incident *i)
{
    tc_gate_held *others = &g->rules[0].held;
    if (i->held.count == 0) return;
    if (others->count == 0) *others = (tc_gate_held){.first = i->held.first, .due = i->held.due};
    others->count += i->held.count;
    others->first = TC_MIN(others->first, i->held.first);
    others->last = TC_MAX(others->last, i->held.last);
    others->due = TC_MIN(others->due, i->held.due);
    others->level = TC_MAX(others->level, i->held.level);
}

tc_gate_incident *tc_gate_incident_of(tc_gate *g, tc_slice id, bool add)
{
    uint64_t key = key_of(id);
    tc_gate_incident *place = &g->incidents[0];
    for (size_t i = 0; i < TC_GATE_INCIDENTS; i++) {
        tc_gate_incident *one = &g->incidents[i];
        if (one->key == key) return one;
        if (is_missed_less(one, place)) place = one;
    }
    if (!add) return NULL;
    forget(g, place);
    *place = (tc_gate_incident){.key = key};
    tc_gate_let_go(&place->held);
    for (size_t i = 0; i < TC_GATE_GROWTH_MAX; i++)
        place->grown[i] = TC_TIME_NONE;
    (void)tc_slice_to_cstr(id, place->id, sizeof(place->id));
    return place;
}
