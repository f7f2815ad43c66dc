#include "detector/correlate/dedupe.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define SLOTS 16384u /* a power of two */
#define FILLED_MAX (SLOTS / 2)

/* How often a key was seen at the present instant. */
typedef struct slot {
    uint64_t key;
    uint32_t instant; /* which instant it belongs to: others are free */
    uint32_t count;
} slot;

typedef struct table {
    slot *slots;
    uint32_t filled;
} table;

struct tc_dedupe {
    table delivered; /* by record */
    table seen;      /* by record and source */
    uint32_t instant;
    tc_time time;
    uint64_t *copies;
    size_t source_count;
    uint64_t last_copy; /* position and source of the last copy: a record is counted once */
};

tc_dedupe *tc_dedupe_new(size_t source_count)
{
    tc_dedupe *d = tc_alloc(1, sizeof(*d));
    if (d == NULL) return NULL;
    d->delivered.slots = tc_alloc(SLOTS, sizeof(slot));
    d->seen.slots = tc_alloc(SLOTS, sizeof(slot));
    d->copies = tc_alloc(source_count, sizeof(uint64_t));
    d->source_count = source_count;
    d->time = TC_TIME_NONE;
    d->instant = 1;
    if (d->delivered.slots && d->seen.slots && d->copies) return d;
    tc_dedupe_free(d);
    return NULL;
}

void tc_dedupe_free(tc_dedupe *d)
{
    if (d == NULL) return;
    tc_free(d->delivered.slots);
    tc_free(d->seen.slots);
    tc_free(d->copies);
    tc_free(d);
}

/* The counter of a key at this instant, NULL when the table is full. */
static uint32_t *counter(tc_dedupe *d, table *t, uint64_t key)
{
    uint32_t at = (uint32_t)(key ^ key >> 32) & (SLOTS - 1);
    while (t->slots[at].instant == d->instant && t->slots[at].key != key)
        at = (at + 1) & (SLOTS - 1);
    if (t->slots[at].instant != d->instant) {
        if (t->filled >= FILLED_MAX) return NULL;
        t->filled++;
        t->slots[at] = (slot){key, d->instant, 0};
    }
    return &t->slots[at].count;
}

static void begin_instant(tc_dedupe *d, tc_time time)
{
    d->time = time;
    d->delivered.filled = d->seen.filled = 0;
    if (++d->instant != 0) return;
    memset(d->delivered.slots, 0, SLOTS * sizeof(slot));
    memset(d->seen.slots, 0, SLOTS * sizeof(slot));
    d->instant = 1;
}

bool tc_dedupe_is_copy(tc_dedupe *d, const tc_observation *o)
{
    if (o->kind == TC_OBS_WEB_SPAN || o->kind == TC_OBS_ALIAS) return false;
    if (o->order.time != d->time) begin_instant(d, o->order.time);
    const uint64_t parts[] = {o->order.record_hash, (uint64_t)o->kind << 32 | o->order.sub};
    uint64_t record = tc_content_hash(tc_slice_make(parts, sizeof(parts)));
    uint64_t own = tc_content_hash_add(record, tc_slice_make(&o->at.source, sizeof(o->at.source)));
    uint32_t *delivered = counter(d, &d->delivered, record);
    uint32_t *seen = counter(d, &d->seen, own);
    if (delivered == NULL || seen == NULL) return false;
    if (++*seen > *delivered) {
        *delivered = *seen;
        return false;
    }
    uint64_t identity =
        tc_content_hash_add(o->order.position, tc_slice_make(&o->at.source, sizeof(o->at.source)));
    if (o->at.source < d->source_count && identity != d->last_copy) d->copies[o->at.source]++;
    d->last_copy = identity;
    return true;
}

uint64_t tc_dedupe_copies(const tc_dedupe *d, uint32_t source)
{
    return source < d->source_count ? d->copies[source] : 0;
}
