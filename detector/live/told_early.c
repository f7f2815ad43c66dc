#include "detector/live/told_early.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

typedef struct entry {
    uint64_t id, about;
    tc_time time;
} entry;

struct tc_told_early {
    entry *entries;
    size_t count, capacity;
    tc_time first; /* of the eldest */
    tc_keymap by_id, by_about;
};

tc_told_early *tc_told_early_new(void)
{
    tc_told_early *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->first = TC_TIME_MAX;
    tc_keymap_init(&t->by_id, TC_TOLD_EARLY_MAX);
    tc_keymap_init(&t->by_about, TC_TOLD_EARLY_MAX);
    return t;
}

void tc_told_early_free(tc_told_early *t)
{
    if (t == NULL) return;
    tc_free(t->entries);
    tc_keymap_done(&t->by_id);
    tc_keymap_done(&t->by_about);
    tc_free(t);
}

static uint64_t digest(const char id[33])
{
    return tc_content_hash(tc_slice_of(id));
}

static bool add(tc_told_early *t, const entry *e)
{
    if (tc_keymap_get(&t->by_about, e->about) || tc_keymap_get(&t->by_id, e->id)) return false;
    if (tc_failed(tc_grow(&t->entries, &t->capacity, t->count + 1, sizeof(*t->entries),
                          TC_TOLD_EARLY_MAX)) ||
        tc_failed(tc_keymap_reserve(&t->by_id)) || tc_failed(tc_keymap_reserve(&t->by_about)))
        return false;
    t->entries[t->count++] = *e;
    t->first = TC_MIN(t->first, e->time);
    TC_ASSERT(!tc_failed(tc_keymap_put(&t->by_id, e->id, 1)));
    TC_ASSERT(!tc_failed(tc_keymap_put(&t->by_about, e->about, 1)));
    return true;
}

bool tc_told_early_add(tc_told_early *t, const char id[33], uint64_t about, tc_time time)
{
    const entry e = {digest(id), about, time};
    return add(t, &e);
}

bool tc_told_early_has(const tc_told_early *t, const char id[33])
{
    return tc_keymap_get(&t->by_id, digest(id)) != 0;
}

void tc_told_early_forget(tc_told_early *t, tc_time before)
{
    size_t kept = 0;
    if (t->first >= before) return;
    t->first = TC_TIME_MAX;
    for (size_t i = 0; i < t->count; i++) {
        const entry e = t->entries[i];
        if (e.time < before) {
            tc_keymap_remove(&t->by_id, e.id);
            tc_keymap_remove(&t->by_about, e.about);
            continue;
        }
        t->entries[kept++] = e;
        t->first = TC_MIN(t->first, e.time);
    }
    t->count = kept;
}

size_t tc_told_early_count(const tc_told_early *t)
{
    return t->count;
}

void tc_told_early_visit(tc_told_early *t, tc_visit *v)
{
    size_t count = t->count;
    if (!tc_visit_begin(v, "told early", 1)) return;
    tc_visit_count(v, &count, TC_TOLD_EARLY_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        entry e = {.time = TC_TIME_NONE};
        if (!tc_visit_loads(v)) e = t->entries[i];
        tc_visit_u64(v, &e.id);
        tc_visit_u64(v, &e.about);
        tc_visit_time(v, &e.time);
        if (tc_visit_loads(v) && !tc_visit_failed(v) && !add(t, &e))
            tc_visit_refuse(v, "an alert was told early twice");
    }
    tc_visit_end(v);
}
