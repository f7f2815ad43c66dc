#include "detector/memory/dedupe.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

enum { FIRST_SLOTS = 256, SLOTS_MAX = 2 * TC_DEDUPE_MAX, ITEMS_MAX = TC_DEDUPE_MAX };

#define ANY_SOURCE UINT32_MAX /* counts what was delivered, from whatever source */
#define COUNTED UINT32_MAX    /* no statement's rank here: a record counted as a copy */

/* How often an observation was seen at the present instant in one source, or delivered. */
typedef struct seen {
    uint64_t record_hash;
    uint32_t rank;
    uint32_t source;
    uint32_t count;
    uint32_t place; /* its place in the index, which is how an entry of the index proves itself */
} seen;

struct tc_dedupe {
    seen *items; /* of this instant, in the order in which they came */
    size_t filled, capacity;
    uint32_t *index;   /* into items; whatever does not prove itself is a free place */
    size_t slot_count; /* of the index: a power of two, at least twice what is filled */
    uint64_t seed;
    tc_time time;
    uint64_t *copies;
    size_t source_count;
    uint64_t unjudged;
    tc_order last; /* of what was shown before */
    uint32_t last_shown;
    bool any_shown;
};

tc_dedupe *tc_dedupe_new(size_t source_count)
{
    tc_dedupe *d = tc_alloc(1, sizeof(*d));
    if (d == NULL) return NULL;
    d->index = tc_alloc(FIRST_SLOTS, sizeof(*d->index));
    d->slot_count = FIRST_SLOTS;
    d->copies = tc_alloc(source_count, sizeof(uint64_t));
    d->source_count = source_count;
    d->seed = tc_hash_random_key().k0;
    d->time = TC_TIME_NONE;
    tc_status status = tc_grow(&d->items, &d->capacity, FIRST_SLOTS / 2, sizeof(seen), ITEMS_MAX);
    if (d->index && d->copies && !tc_failed(status)) return d;
    tc_dedupe_free(d);
    return NULL;
}

void tc_dedupe_free(tc_dedupe *d)
{
    if (d == NULL) return;
    tc_free(d->items);
    tc_free(d->index);
    tc_free(d->copies);
    tc_free(d);
}

/* The finalizer of MurmurHash3 spreads the bits. */
static uint64_t spread(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

/* The seed keeps strangers from aiming. */
static size_t place_of(const tc_dedupe *d, const seen *key)
{
    uint64_t h = key->record_hash ^ d->seed;
    h ^= ((uint64_t)key->source << 32 | key->rank) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)spread(h) & (d->slot_count - 1);
}

static bool same(const seen *a, const seen *b)
{
    return a->record_hash == b->record_hash && a->rank == b->rank && a->source == b->source;
}

/* What stands at a place of the index; NULL: it is free. */
static seen *item_at(const tc_dedupe *d, size_t place)
{
    uint32_t number = d->index[place];
    return number < d->filled && d->items[number].place == place ? &d->items[number] : NULL;
}

/* The item of this key; NULL, and the free place where it belongs. */
static seen *find(const tc_dedupe *d, const seen *key, size_t *ret_place)
{
    size_t place = place_of(d, key);
    seen *item;
    while ((item = item_at(d, place)) != NULL && !same(item, key))
        place = (place + 1) & (d->slot_count - 1);
    *ret_place = place;
    return item;
}

static seen *add(tc_dedupe *d, const seen *key, size_t place)
{
    seen *item = &d->items[d->filled];
    *item = *key;
    item->place = (uint32_t)place;
    d->index[place] = (uint32_t)d->filled++;
    return item;
}

static bool grow(tc_dedupe *d)
{
    size_t count = d->filled, place;
    if (d->slot_count == SLOTS_MAX) return false;
    uint32_t *index = tc_alloc(2 * d->slot_count, sizeof(*index));
    if (index == NULL ||
        tc_failed(tc_grow(&d->items, &d->capacity, d->slot_count, sizeof(seen), ITEMS_MAX))) {
        tc_free(index);
        return false;
    }
    tc_free(d->index);
    d->index = index;
    d->slot_count *= 2;
    for (d->filled = 0; d->filled < count;) {
        const seen item = d->items[d->filled];
        (void)find(d, &item, &place);
        (void)add(d, &item, place);
    }
    return true;
}

/* Whether `count` more find room. */
static bool has_room(tc_dedupe *d, size_t count)
{
    return 2 * (d->filled + count) <= d->slot_count || grow(d);
}

/* The counter of a key; it must have been made sure that there is room. */
static uint32_t *counter(tc_dedupe *d, seen key)
{
    size_t place;
    seen *item = find(d, &key, &place);
    if (item == NULL) item = add(d, &key, place);
    return &item->count;
}

/* A record counts once as a copy, however many statements were made of it: they stand apart in the
 * order of an instant, so what was counted is remembered like the rest. */
static void count_copy(tc_dedupe *d, const tc_observation *o)
{
    seen key = {.record_hash = spread(o->order.record_hash + spread(o->order.position)),
                .rank = COUNTED,
                .source = o->at.source};
    if (++*counter(d, key) == 1 && o->at.source < d->source_count) d->copies[o->at.source]++;
}

/* The very same statement once more: equal ones stand side by side in total order. */
static bool is_repeated(tc_dedupe *d, const tc_observation *o)
{
    bool repeated =
        d->any_shown && d->last_shown == o->at.source && tc_order_compare(&d->last, &o->order) == 0;
    d->last = o->order;
    d->last_shown = o->at.source;
    d->any_shown = true;
    return repeated;
}

bool tc_dedupe_is_copy(tc_dedupe *d, const tc_observation *o)
{
    if (o->kind == TC_OBS_WEB_SPAN || o->kind == TC_OBS_WEB_USE || o->kind == TC_OBS_ALIAS ||
        o->kind == TC_OBS_ALIVE || o->kind == TC_OBS_AUDIT)
        return false;
    if (is_repeated(d, o)) return true;
    if (o->order.time != d->time) d->filled = 0;
    d->time = o->order.time;
    if (!has_room(d, 3)) {
        d->unjudged++;
        return false;
    }
    seen key = {.record_hash = o->order.record_hash, .rank = o->order.rank, .source = ANY_SOURCE};
    uint32_t *delivered = counter(d, key);
    key.source = o->at.source;
    uint32_t *mine = counter(d, key);
    if (o->once ? *delivered == 0 : ++*mine > *delivered) {
        *delivered = TC_MAX(*mine, 1u);
        return false;
    }
    count_copy(d, o);
    return true;
}

uint64_t tc_dedupe_copies(const tc_dedupe *d, uint32_t source)
{
    return source < d->source_count ? d->copies[source] : 0;
}

uint64_t tc_dedupe_unjudged(const tc_dedupe *d)
{
    return d->unjudged;
}

/* -- saving and loading --------------------------------------------------------------------- */

/* Which source it was seen in; a source of this run has another number in the state. */
static void visit_where(tc_visit *v, tc_references *r, uint32_t *source)
{
    bool any = *source == ANY_SOURCE;
    tc_visit_bool(v, &any);
    if (!any) tc_visit_source(v, r, source);
    if (any) *source = ANY_SOURCE;
}

static void load_item(tc_dedupe *d, tc_visit *v, const seen *item)
{
    size_t place;
    if (tc_visit_failed(v)) return;
    if (!has_room(d, 1))
        tc_visit_fail(v, TC_ENOMEM, "possible copies find no memory");
    else if (find(d, item, &place) != NULL)
        tc_visit_refuse(v, "a possible copy is there twice");
    else
        (void)add(d, item, place);
}

static void visit_items(tc_dedupe *d, tc_visit *v, tc_references *r)
{
    bool loads = tc_visit_loads(v);
    size_t count = d->filled;
    tc_visit_count(v, &count, ITEMS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        seen item = {0};
        if (!loads) item = d->items[i];
        tc_visit_u64(v, &item.record_hash);
        tc_visit_u32(v, &item.rank);
        visit_where(v, r, &item.source);
        tc_visit_u32(v, &item.count);
        if (loads) load_item(d, v, &item);
    }
}

void tc_dedupe_visit(tc_dedupe *d, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "dedupe", 1)) return;
    tc_visit_time(v, &d->time);
    tc_visit_u64(v, &d->unjudged);
    tc_visit_bool(v, &d->any_shown);
    if (d->any_shown) {
        tc_visit_order(v, &d->last);
        tc_visit_source(v, r, &d->last_shown);
    }
    visit_items(d, v, r);
    tc_visit_end(v);
}
