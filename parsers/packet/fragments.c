#include "parsers/packet/fragments.h"

#include "parsers/base/alloc.h"

enum { UNITS = TC_DATAGRAM_MAX / 8 };
#define PATIENCE (30 * TC_SECOND)

typedef struct open_datagram {
    bool used;
    tc_fragment key;
    uint64_t order;  /* of its first piece */
    uint32_t length; /* 0: its last piece has not come */
    uint32_t units;  /* that have come */
    uint32_t reach;  /* where the furthest of them ends */
    uint8_t *bytes;
    size_t capacity;
    uint8_t present[UNITS / 8];
} open_datagram;

struct tc_fragments {
    open_datagram *open[TC_FRAGMENTS_OPEN];
    open_datagram *given; /* whose bytes the caller looks at */
    uint64_t arrivals;
    tc_fragment_counts counts;
};

tc_fragments *tc_fragments_new(void)
{
    return tc_alloc(1, sizeof(tc_fragments));
}

static void drop(open_datagram *d)
{
    if (!d) return;
    tc_free(d->bytes);
    tc_free(d);
}

void tc_fragments_free(tc_fragments *fragments)
{
    if (!fragments) return;
    for (size_t i = 0; i < TC_FRAGMENTS_OPEN; i++)
        drop(fragments->open[i]);
    drop(fragments->given);
    tc_free(fragments);
}

tc_fragment_counts tc_fragments_counts(const tc_fragments *fragments)
{
    return fragments->counts;
}

void tc_fragments_end(tc_fragments *f)
{
    for (size_t i = 0; i < TC_FRAGMENTS_OPEN; i++) {
        f->counts.incomplete += f->open[i] != NULL;
        drop(f->open[i]);
        f->open[i] = NULL;
    }
}

static bool same_datagram(const tc_fragment *a, const tc_fragment *b)
{
    return a->id == b->id && a->protocol == b->protocol && a->tunnel == b->tunnel &&
           tc_ip_equal(a->source, b->source) && tc_ip_equal(a->target, b->target);
}

static bool is_stale(const open_datagram *d, tc_time now)
{
    return now != TC_TIME_NONE && d->key.time != TC_TIME_NONE &&
           tc_time_between(d->key.time, now) > PATIENCE;
}

/* The slot of the piece's datagram; else a free one, or the oldest. */
static size_t slot_of(tc_fragments *f, const tc_fragment *piece)
{
    size_t free_slot = TC_NPOS, oldest = 0;
    for (size_t i = 0; i < TC_FRAGMENTS_OPEN; i++) {
        const open_datagram *d = f->open[i];
        if (d && same_datagram(&d->key, piece) && !is_stale(d, piece->time)) return i;
        if (!d && free_slot == TC_NPOS) free_slot = i;
        if (d && f->open[oldest] && d->order < f->open[oldest]->order) oldest = i;
    }
    return free_slot != TC_NPOS ? free_slot : oldest;
}

static open_datagram *datagram_of(tc_fragments *f, const tc_fragment *piece, size_t *ret_slot)
{
    *ret_slot = slot_of(f, piece);
    open_datagram *d = f->open[*ret_slot];
    if (d && same_datagram(&d->key, piece) && !is_stale(d, piece->time)) return d;
    if (d) (*(is_stale(d, piece->time) ? &f->counts.incomplete : &f->counts.evicted))++;
    drop(d);
    d = f->open[*ret_slot] = tc_alloc(1, sizeof *d);
    if (!d) return NULL;
    d->key = *piece;
    d->key.bytes = TC_EMPTY_SLICE;
    d->order = f->arrivals++;
    return d;
}

/* Units of eight bytes that are not there yet; the others must say the same. */
static void place(tc_fragments *f, open_datagram *d, const tc_fragment *piece)
{
    bool conflict = false;
    for (size_t at = 0; at < piece->bytes.len; at += 8) {
        size_t unit = (piece->offset + at) / 8, n = TC_MIN(piece->bytes.len - at, (size_t)8);
        uint8_t *there = d->bytes + piece->offset + at, bit = (uint8_t)(1 << unit % 8);
        if (d->present[unit / 8] & bit) {
            conflict |= memcmp(there, piece->bytes.ptr + at, n) != 0;
            continue;
        }
        memcpy(there, piece->bytes.ptr + at, n);
        d->present[unit / 8] |= bit;
        d->units++;
    }
    d->reach = TC_MAX(d->reach, (uint32_t)(piece->offset + piece->bytes.len));
    f->counts.conflicts += conflict;
}

/* A last piece ends the datagram where no other one does otherwise: a unit that is cut short, or
 * stands behind the end, would count for one that has not come. */
static bool is_possible(const open_datagram *d, const tc_fragment *piece)
{
    size_t end = piece->offset + piece->bytes.len;
    if (piece->bytes.len == 0 || end > TC_DATAGRAM_MAX) return false;
    if (piece->more && piece->bytes.len % 8 != 0) return false;
    if (piece->more) return d->length == 0 || end <= d->length;
    return d->length == 0 ? end >= d->reach : end == d->length;
}

bool tc_fragments_add(tc_fragments *fragments, const tc_fragment *fragment, tc_slice *ret)
{
    size_t slot;
    drop(fragments->given);
    fragments->given = NULL;
    open_datagram *d = datagram_of(fragments, fragment, &slot);
    size_t end = fragment->offset + fragment->bytes.len;
    if (!d || !is_possible(d, fragment) ||
        tc_failed(
            tc_grow(&d->bytes, &d->capacity, TC_MAX(end, (size_t)2048), 1, TC_DATAGRAM_MAX))) {
        fragments->counts.refused++;
        return false;
    }
    place(fragments, d, fragment);
    if (!fragment->more && d->length == 0) d->length = (uint32_t)end;
    if (d->length == 0 || d->units < (d->length + 7) / 8) return false;
    fragments->open[slot] = NULL;
    fragments->given = d;
    *ret = tc_slice_make(d->bytes, d->length);
    return true;
}
