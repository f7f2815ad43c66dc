#include "detector/incident/incident_recall.h"

#include "parsers/base/alloc.h"

#include <math.h>

enum { ENTRY_COST = sizeof(tc_recall) + 2 * sizeof(tc_keymap_slot) };

void tc_recalls_init(tc_recalls *r, size_t max_bytes)
{
    *r = (tc_recalls){.max = TC_MIN(TC_MAX(max_bytes / ENTRY_COST, (size_t)16), UINT32_MAX / 4)};
}

void tc_recalls_done(tc_recalls *r)
{
    tc_free(r->items);
    tc_keymap_done(&r->at);
    *r = (tc_recalls){0};
}

static tc_recall_list *list_of(tc_recalls *r, const tc_recall *item)
{
    return item->again ? &r->again : &r->once;
}

static void append(tc_recalls *r, tc_recall *item)
{
    tc_recall_list *list = list_of(r, item);
    uint32_t number = (uint32_t)(item - r->items) + 1;
    item->older = list->newest;
    item->newer = 0;
    if (list->newest)
        r->items[list->newest - 1].newer = number;
    else
        list->oldest = number;
    list->newest = number;
    list->count++;
}

static void take_out(tc_recalls *r, const tc_recall *item)
{
    tc_recall_list *list = list_of(r, item);
    if (item->older)
        r->items[item->older - 1].newer = item->newer;
    else
        list->oldest = item->newer;
    if (item->newer)
        r->items[item->newer - 1].older = item->older;
    else
        list->newest = item->older;
    list->count--;
}

tc_recall *tc_recalls_find(const tc_recalls *r, uint64_t digest)
{
    uint32_t number = tc_keymap_get(&r->at, digest);
    return number ? &r->items[number - 1] : NULL;
}

/* The place of the entry that goes first; NULL if there is none. */
static tc_recall *give_up(tc_recalls *r, tc_time needed)
{
    bool once = r->once.count * 8 > r->count || r->again.count == 0;
    uint32_t number = once ? r->once.oldest : r->again.oldest;
    if (number == 0) return NULL;
    tc_recall *item = &r->items[number - 1];
    r->given_up++;
    if (item->again && needed != TC_TIME_MAX && TC_MAX(item->told, item->last) >= needed)
        return NULL;
    take_out(r, item);
    tc_keymap_remove(&r->at, item->digest);
    return item;
}

static tc_recall *room(tc_recalls *r, tc_time needed)
{
    if (r->count < r->max && !tc_failed(tc_keymap_reserve(&r->at)) &&
        !tc_failed(tc_grow(&r->items, &r->capacity, r->count + 1, sizeof(*r->items), r->max)))
        return &r->items[r->count++];
    return give_up(r, needed);
}

/* The entry, which is in no map any more, makes room; the last one takes its place. */
static void forget(tc_recalls *r, tc_recall *item)
{
    tc_recall *last = &r->items[r->count - 1];
    take_out(r, item);
    if (item != last) {
        tc_recall_list *list = list_of(r, last);
        uint32_t number = (uint32_t)(item - r->items) + 1;
        *item = *last;
        if (item->older)
            r->items[item->older - 1].newer = number;
        else
            list->oldest = number;
        if (item->newer)
            r->items[item->newer - 1].older = number;
        else
            list->newest = number;
        TC_ASSERT(!tc_failed(tc_keymap_put(&r->at, item->digest, number)));
    }
    r->count--;
}

tc_recall *tc_recalls_touch(tc_recalls *r, uint64_t digest, bool newcomer, tc_time needed,
                            bool *ret_created)
{
    tc_recall *item = tc_recalls_find(r, digest);
    *ret_created = item == NULL;
    if (item != NULL) {
        take_out(r, item);
        item->again = true;
        append(r, item);
        return item;
    }
    item = room(r, needed);
    if (item == NULL) return NULL;
    *item = (tc_recall){.digest = digest, .again = !newcomer};
    append(r, item);
    /* There is room: it was reserved, or an entry has just left. */
    TC_ASSERT(!tc_failed(tc_keymap_put(&r->at, digest, (uint32_t)(item - r->items) + 1)));
    return item;
}

bool tc_recalls_rename(tc_recalls *r, uint64_t from, uint64_t to)
{
    tc_recall *item = tc_recalls_find(r, from), *known = tc_recalls_find(r, to);
    if (item == NULL || from == to) return false;
    uint32_t place = tc_keymap_get(&r->at, from);
    tc_keymap_remove(&r->at, from);
    if (known != NULL) {
        forget(r, item);
        return true;
    }
    item->digest = to;
    /* There is room: an entry has just left. */
    TC_ASSERT(!tc_failed(tc_keymap_put(&r->at, to, place)));
    return false;
}

/* -- saving and loading --------------------------------------------------------------------- */

static void visit_item(tc_visit *v, tc_recall *item, uint32_t incidents)
{
    bool peaked = item->peak != 0;
    tc_visit_u64(v, &item->digest);
    tc_visit_below(v, &item->incident, incidents + 1);
    tc_visit_time(v, &item->told);
    tc_visit_time(v, &item->last);
    tc_visit_bool(v, &peaked);
    if (peaked) tc_visit_double(v, &item->peak);
    if (!isfinite(item->peak)) tc_visit_refuse(v, "a figure is no number");
}

static void keep(tc_recalls *r, tc_visit *v, const tc_recall *item)
{
    if (tc_visit_failed(v)) return;
    if (tc_recalls_find(r, item->digest) != NULL) {
        tc_visit_refuse(v, "something is remembered twice");
        return;
    }
    tc_status status = tc_grow(&r->items, &r->capacity, r->count + 1, sizeof(*r->items), r->max);
    if (!tc_failed(status)) status = tc_keymap_put(&r->at, item->digest, (uint32_t)r->count + 1);
    if (tc_failed(status)) {
        tc_visit_fail(v, status.code, "what is remembered finds no memory");
        return;
    }
    r->items[r->count] = *item;
    append(r, &r->items[r->count++]);
}

/* From the oldest on, who goes first. */
static void visit_list(tc_recalls *r, tc_visit *v, bool again, uint32_t incidents)
{
    bool loads = tc_visit_loads(v);
    const tc_recall_list *list = again ? &r->again : &r->once;
    size_t count = list->count;
    uint32_t at = list->oldest;
    tc_visit_count(v, &count, loads ? r->max - r->count : r->max);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_recall item = {.again = again};
        if (!loads) item = r->items[at - 1];
        at = item.newer;
        visit_item(v, &item, incidents);
        if (loads) keep(r, v, &item);
    }
}

void tc_recalls_visit(tc_recalls *r, tc_visit *v, uint32_t incidents)
{
    tc_visit_u64(v, &r->given_up);
    visit_list(r, v, false, incidents);
    visit_list(r, v, true, incidents);
}
