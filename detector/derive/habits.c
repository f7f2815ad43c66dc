#include "detector/derive/habits.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"

/* So many are looked at to find one that few use. */
#define LOOKED_AT 64

typedef struct habit {
    uint64_t key;
    uint32_t mailboxes;
} habit;

struct tc_habits {
    habit *items;
    size_t count, item_capacity, capacity;
    size_t hand;
    tc_keymap places; /* key -> place among the items + 1 */
    uint64_t values[TC_HABIT_KINDS], uses[TC_HABIT_KINDS];
    uint64_t people, given_up;
};

tc_habits *tc_habits_new(size_t capacity)
{
    tc_habits *h = tc_alloc(1, sizeof(*h));
    if (h == NULL) return NULL;
    h->capacity = capacity;
    tc_keymap_init(&h->places, capacity);
    return h;
}

void tc_habits_free(tc_habits *h)
{
    if (h == NULL) return;
    tc_keymap_done(&h->places);
    tc_free(h->items);
    tc_free(h);
}

static uint64_t key_of(unsigned kind, uint64_t value)
{
    return value * 8 + kind;
}

static unsigned kind_of(uint64_t key)
{
    return (unsigned)(key % 8);
}

/* The place of the one that goes: of one mailbox, or of the fewest among those looked at. */
static size_t make_room(tc_habits *h)
{
    size_t best = h->hand, at = h->hand;
    for (size_t i = 0; i < LOOKED_AT && h->items[best].mailboxes > 1; i++) {
        if (h->items[at].mailboxes < h->items[best].mailboxes) best = at;
        at = (at + 1) % h->count;
    }
    h->hand = (best + 1) % h->count;
    habit *gone = &h->items[best];
    h->values[kind_of(gone->key)]--;
    h->uses[kind_of(gone->key)] -= gone->mailboxes;
    tc_keymap_remove(&h->places, gone->key);
    h->given_up++;
    return best;
}

static habit *make(tc_habits *h, uint64_t key)
{
    size_t at = h->count;
    if (h->count == h->capacity) {
        at = make_room(h);
    } else if (tc_failed(
                   tc_grow(&h->items, &h->item_capacity, h->count + 1, sizeof(habit), SIZE_MAX))) {
        h->given_up++;
        return NULL;
    }
    if (tc_failed(tc_keymap_put(&h->places, key, (uint32_t)at + 1))) {
        h->given_up++;
        return NULL;
    }
    if (at == h->count) h->count++;
    h->items[at] = (habit){key, 0};
    h->values[kind_of(key)]++;
    return &h->items[at];
}

void tc_habits_note(tc_habits *h, unsigned kind, uint64_t value)
{
    uint64_t key = key_of(kind, value);
    uint32_t number = tc_keymap_get(&h->places, key);
    habit *it = number ? &h->items[number - 1] : make(h, key);
    if (it == NULL || it->mailboxes == UINT32_MAX) return;
    it->mailboxes++;
    h->uses[kind]++;
}

void tc_habits_person(tc_habits *h)
{
    h->people++;
}

uint32_t tc_habits_of(const tc_habits *h, unsigned kind, uint64_t value)
{
    uint32_t number = tc_keymap_get(&h->places, key_of(kind, value));
    return number ? h->items[number - 1].mailboxes : 0;
}

uint64_t tc_habits_values(const tc_habits *h, unsigned kind)
{
    return h->values[kind];
}

uint64_t tc_habits_uses(const tc_habits *h, unsigned kind)
{
    return h->uses[kind];
}

uint64_t tc_habits_people(const tc_habits *h)
{
    return h->people;
}

void tc_habits_bounds(const tc_habits *h, tc_bounds *bounds)
{
    /* What is forgotten looks rarer than it is: more is told, nothing is missed. */
    tc_bounds_add(bounds, "agents and networks that mailboxes use", h->capacity, h->given_up, 0);
}

/* -- saved state ---------------------------------------------------------------------------- */

static void load_habit(tc_habits *h, tc_visit *v, const habit *saved)
{
    if (tc_visit_failed(v)) return;
    if (kind_of(saved->key) >= TC_HABIT_KINDS || saved->mailboxes == 0 ||
        tc_keymap_get(&h->places, saved->key) != 0) {
        tc_visit_refuse(v, "a habit stands twice or is none");
        return;
    }
    habit *it = make(h, saved->key);
    if (it == NULL) {
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
        return;
    }
    it->mailboxes = saved->mailboxes;
    h->uses[kind_of(saved->key)] += saved->mailboxes;
}

void tc_habits_visit(tc_habits *h, tc_visit *v)
{
    if (!tc_visit_begin(v, "habits", 1)) return;
    size_t count = h->count;
    uint32_t hand = (uint32_t)h->hand;
    tc_visit_u64(v, &h->given_up);
    tc_visit_u64(v, &h->people);
    tc_visit_count(v, &count, h->capacity);
    tc_visit_below(v, &hand, (uint32_t)TC_MAX(count, (size_t)1));
    if (tc_visit_loads(v)) h->hand = hand;
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        habit it = {0};
        if (!tc_visit_loads(v)) it = h->items[i];
        tc_visit_u64(v, &it.key);
        tc_visit_u32(v, &it.mailboxes);
        if (tc_visit_loads(v)) load_habit(h, v, &it);
    }
    tc_visit_end(v);
}
