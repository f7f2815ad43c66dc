#include "detector/live/live_rings.h"

#include "detector/live/live_place.h"
#include "parsers/base/alloc.h"

#define NAME_MAX_BYTES ((size_t)8192)

tc_live_rings *tc_live_rings_new(bool once)
{
    tc_live_rings *r = tc_alloc(1, sizeof(tc_live_rings));
    if (r) r->once = once;
    return r;
}

void tc_live_rings_free(tc_live_rings *r)
{
    for (size_t i = 0; r && i < r->count; i++) {
        tc_ring_free(r->items[i].ring);
        tc_free((void *)(uintptr_t)r->items[i].name.ptr);
    }
    tc_free(r);
}

static TC_STATUS add(tc_live_rings *r, tc_slice name, tc_live_ring **ret)
{
    uint8_t *copy = tc_alloc(name.len + 1, 1);
    tc_ring *ring = tc_ring_new(r->once);
    if (copy == NULL || ring == NULL) {
        tc_free(copy);
        tc_ring_free(ring);
        return (tc_status){TC_ENOMEM};
    }
    if (name.len > 0) memcpy(copy, name.ptr, name.len);
    *ret = &r->items[r->count++];
    **ret =
        (tc_live_ring){.ring = ring, .name = tc_slice_make(copy, name.len), .since = TC_TIME_NONE};
    return TC_SUCCESS;
}

/* The last one is of all names that have none of their own. */
static TC_STATUS find(tc_live_rings *r, tc_slice name, tc_live_ring **ret)
{
    for (size_t i = 0; i < r->count; i++) {
        *ret = &r->items[i];
        if (tc_slice_equal(name, (*ret)->name)) return TC_SUCCESS;
    }
    return r->count < TC_LIVE_RINGS ? add(r, name, ret) : TC_SUCCESS;
}

TC_STATUS tc_live_rings_join(tc_live_rings *r, tc_live_stream *s, tc_bytes raw)
{
    tc_str name;
    tc_live_ring *of = NULL;
    tc_str_init(&name, NAME_MAX_BYTES);
    tc_ring_name(s->path, &name);
    tc_status status = tc_str_status(&name);
    if (!tc_failed(status)) status = find(r, tc_str_view(&name), &of);
    tc_str_done(&name);
    return tc_failed(status) ? status : tc_ring_add(of->ring, raw, s->offset, s, &s->ring);
}

TC_STATUS tc_live_rings_move(tc_live_context *c, const tc_live_stream *s)
{
    tc_ring_file *file;
    while ((file = tc_ring_outdated(tc_ring_of(s->ring), s->ring)) != NULL) {
        tc_live_stream *other = tc_ring_owner(file);
        other->blocks++;
        TC_TRY(tc_live_place_note(c, other, TC_NOTE_MOVED));
        /* It is at rest behind one block more. */
        tc_note rests = {.kind = TC_NOTE_CAUGHT_UP,
                         .source = other->source,
                         .stream = other->number,
                         .key = other->key,
                         .blocks = other->blocks};
        if (other->caught_up) TC_TRY(tc_notes_put(c->notes, &rests));
    }
    return TC_SUCCESS;
}

static bool is_quiet(tc_live_ring *r, tc_time now)
{
    uint64_t read = tc_ring_read(r->ring);
    if (read != r->read || r->since == TC_TIME_NONE) {
        r->read = read;
        r->since = now;
        r->ended = false;
    }
    return tc_time_between(r->since, now) >= TC_LIVE_RING_QUIET;
}

void tc_live_rings_end(tc_live_rings *r, bool all, tc_time now, tc_live_stream **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < r->count && *ret == NULL; i++) {
        tc_live_ring *item = &r->items[i];
        bool quiet = is_quiet(item, now);
        if (item->ended || !(all || quiet)) continue;
        tc_ring_file *told = tc_ring_end(item->ring);
        item->ended = told != NULL; /* or a file that comes yet tells it */
        if (told) *ret = tc_ring_owner(told);
    }
}
