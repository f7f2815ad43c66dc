#include "detector/derive/familiar.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"

#define NEEDED 3 /* mailboxes that make it familiar */
#define LOOKED_AT 64

typedef struct familiar {
    uint64_t key;
    uint64_t who[NEEDED];
    tc_time third; /* when the last of them came */
    uint32_t count;
} familiar;

struct tc_familiars {
    familiar *items;
    size_t count, item_capacity, capacity;
    size_t hand;      /* where room is looked for next */
    tc_keymap places; /* key -> place among the items + 1 */
    uint64_t given_up;
};

tc_familiars *tc_familiars_new(size_t capacity)
{
    tc_familiars *f = tc_alloc(1, sizeof(*f));
    if (f == NULL) return NULL;
    f->capacity = capacity;
    tc_keymap_init(&f->places, capacity);
    return f;
}

void tc_familiars_free(tc_familiars *f)
{
    if (f == NULL) return;
    tc_keymap_done(&f->places);
    tc_free(f->items);
    tc_free(f);
}

/* The place of one that may go: the next that is not familiar yet, or else the next. */
static size_t make_room(tc_familiars *f)
{
    size_t at = f->hand;
    for (size_t i = 0; i < LOOKED_AT && f->items[at].count == NEEDED; i++)
        at = (at + 1) % f->count;
    f->hand = (at + 1) % f->count;
    tc_keymap_remove(&f->places, f->items[at].key);
    f->given_up++;
    return at;
}

static familiar *find_or_make(tc_familiars *f, uint64_t key)
{
    uint32_t number = tc_keymap_get(&f->places, key);
    if (number != 0) return &f->items[number - 1];
    size_t at = f->count;
    if (f->count == f->capacity) {
        at = make_room(f);
    } else if (tc_failed(tc_grow(&f->items, &f->item_capacity, f->count + 1, sizeof(familiar),
                                 f->capacity * 2))) {
        f->given_up++;
        return NULL;
    }
    if (tc_failed(tc_keymap_put(&f->places, key, (uint32_t)at + 1))) {
        f->given_up++;
        return NULL;
    }
    if (at == f->count) f->count++;
    f->items[at] = (familiar){.key = key, .third = TC_TIME_NONE};
    return &f->items[at];
}

tc_time tc_familiars_note(tc_familiars *f, uint64_t key, uint64_t mailbox, tc_time now)
{
    familiar *it = find_or_make(f, key);
    if (it == NULL) return TC_TIME_NONE;
    for (uint32_t i = 0; i < it->count; i++)
        if (it->who[i] == mailbox) return it->third;
    if (it->count < NEEDED) {
        it->who[it->count++] = mailbox;
        if (it->count == NEEDED) it->third = now;
    }
    return it->third;
}

static void visit_familiar(tc_visit *v, familiar *it)
{
    tc_visit_u64(v, &it->key);
    tc_visit_below(v, &it->count, NEEDED + 1);
    for (uint32_t i = 0; i < it->count; i++)
        tc_visit_u64(v, &it->who[i]);
    if (it->count == NEEDED) tc_visit_time(v, &it->third);
}

static void load_familiar(tc_familiars *f, tc_visit *v)
{
    familiar it = {.third = TC_TIME_NONE};
    visit_familiar(v, &it);
    if (tc_visit_failed(v)) return;
    if (tc_keymap_get(&f->places, it.key) != 0) {
        tc_visit_refuse(v, "a country or system stands twice");
        return;
    }
    familiar *place = find_or_make(f, it.key);
    if (place != NULL)
        *place = it;
    else
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
}

void tc_familiars_visit(tc_familiars *f, tc_visit *v)
{
    if (!tc_visit_begin(v, "familiars", 1)) return;
    size_t count = f->count;
    uint32_t hand = (uint32_t)f->hand;
    tc_visit_u64(v, &f->given_up);
    tc_visit_count(v, &count, f->capacity);
    tc_visit_below(v, &hand, (uint32_t)TC_MAX(count, (size_t)1));
    if (tc_visit_loads(v)) f->hand = hand;
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v))
            load_familiar(f, v);
        else
            visit_familiar(v, &f->items[i]);
    }
    tc_visit_end(v);
}

void tc_familiars_bounds(const tc_familiars *f, const char *what, uint32_t blinds,
                         tc_bounds *bounds)
{
    tc_bounds_add(bounds, what, f->capacity, f->given_up, blinds);
}
