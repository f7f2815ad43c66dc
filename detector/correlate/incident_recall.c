#include "detector/correlate/incident_recall.h"

#include "parsers/base/alloc.h"

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
