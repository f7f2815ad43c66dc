#include "detector/correlate/dedupe.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

enum { FIRST_SLOTS = 256, SLOTS_MAX = 2 * TC_DEDUPE_MAX };

#define ANY_SOURCE UINT32_MAX /* counts what was delivered, from whatever source */
#define COUNTED UINT32_MAX    /* no statement's rank here: a record counted as a copy */

/* How often an observation was seen at the present instant in one source, or delivered. */
typedef struct slot {
    uint64_t record_hash;
    uint32_t rank;
    uint32_t source;
    uint32_t count;
    uint32_t instant; /* that it belongs to; slots of other instants are free */
} slot;

struct tc_dedupe {
    slot *slots;
    size_t slot_count; /* a power of two, at least twice what is filled */
    size_t filled;
    uint64_t seed;
    tc_time time;
    uint32_t instant;
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
    d->slots = tc_alloc(FIRST_SLOTS, sizeof(slot));
    d->slot_count = FIRST_SLOTS;
    d->copies = tc_alloc(source_count, sizeof(uint64_t));
    d->source_count = source_count;
    d->seed = tc_hash_random_key().k0;
    d->time = TC_TIME_NONE;
    d->instant = 1;
    if (d->slots && d->copies) return d;
    tc_dedupe_free(d);
    return NULL;
}

void tc_dedupe_free(tc_dedupe *d)
{
    if (d == NULL) return;
    tc_free(d->slots);
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
static size_t place_of(const tc_dedupe *d, const slot *key)
{
    uint64_t h = key->record_hash ^ d->seed;
    h ^= ((uint64_t)key->source << 32 | key->rank) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)spread(h) & (d->slot_count - 1);
}

static bool same(const slot *a, const slot *b)
{
    return a->record_hash == b->record_hash && a->rank == b->rank && a->source == b->source;
}

/* The slot of this key, or the free one where it belongs. */
static slot *find(const tc_dedupe *d, const slot *key)
{
    size_t at = place_of(d, key);
    while (d->slots[at].instant == d->instant && !same(&d->slots[at], key))
        at = (at + 1) & (d->slot_count - 1);
    return &d->slots[at];
}

static bool grow(tc_dedupe *d)
{
    if (d->slot_count == SLOTS_MAX) return false;
    slot *before = d->slots;
    size_t count = d->slot_count;
    slot *slots = tc_alloc(2 * count, sizeof(slot));
    if (slots == NULL) return false;
    d->slots = slots;
    d->slot_count = 2 * count;
    for (size_t i = 0; i < count; i++) {
        if (before[i].instant == d->instant) *find(d, &before[i]) = before[i];
    }
    tc_free(before);
    return true;
}

static void begin_instant(tc_dedupe *d, tc_time time)
{
    d->time = time;
    d->filled = 0;
    if (++d->instant != 0) return;
    memset(d->slots, 0, d->slot_count * sizeof(slot));
    d->instant = 1;
}

/* The counter of a key; it must have been made sure that there is room. */
static uint32_t *counter(tc_dedupe *d, slot key)
{
    slot *s = find(d, &key);
    if (s->instant != d->instant) {
        *s = key;
        d->filled++;
    }
    return &s->count;
}

/* A record counts once as a copy, however many statements were made of it: they stand apart in the
 * order of an instant, so what was counted is remembered like the rest. */
static void count_copy(tc_dedupe *d, const tc_observation *o)
{
    slot key = {.record_hash = spread(o->order.record_hash + spread(o->order.position)),
                .rank = COUNTED,
                .source = o->at.source,
                .instant = d->instant};
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
    if (o->kind == TC_OBS_WEB_SPAN || o->kind == TC_OBS_ALIAS) return false;
    if (is_repeated(d, o)) return true;
    if (o->order.time != d->time) begin_instant(d, o->order.time);
    if (2 * (d->filled + 3) > d->slot_count && !grow(d)) {
        d->unjudged++;
        return false;
    }
    slot key = {.record_hash = o->order.record_hash,
                .rank = o->order.rank,
                .source = ANY_SOURCE,
                .instant = d->instant};
    uint32_t *delivered = counter(d, key);
    key.source = o->at.source;
    uint32_t *seen = counter(d, key);
    if (++*seen > *delivered) {
        *delivered = *seen;
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
