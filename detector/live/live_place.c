#include "detector/live/live_place.h"

#include "detector/input/live_reader.h"
#include "detector/input/ring.h"
#include "detector/live/blob.h"

#define PLACE_MAX ((size_t)1 << 20)
#define PLACE "place"
#define RING "place in a ring"

bool tc_live_place_is_ring(tc_slice place, bool *ret_back)
{
    tc_blob blob;
    *ret_back = false;
    bool is_ring = tc_blob_load(&blob, place, RING, 1);
    if (is_ring) tc_visit_bool(blob.visit, ret_back);
    /* It was only opened: that it was not read to its end is no news. */
    tc_status status = tc_blob_end(&blob, NULL);
    (void)status;
    return is_ring;
}

static void visit(const tc_live_stream *s, tc_visit *v)
{
    bool back = s->ring && tc_ring_wants_back(s->ring);
    if (s->ring) tc_visit_bool(v, &back);
    tc_live_reader_visit(s->reader, v);
    if (s->ring) tc_ring_visit(s->ring, v);
}

TC_STATUS tc_live_place_load(tc_live_stream *s, tc_slice place, tc_error *reterr)
{
    tc_blob blob;
    if (tc_blob_load(&blob, place, s->ring ? RING : PLACE, 1)) visit(s, blob.visit);
    return tc_blob_end(&blob, reterr);
}

static TC_STATUS save(const tc_live_stream *s, tc_str *out)
{
    tc_blob blob;
    if (tc_blob_save(&blob, out, s->ring ? RING : PLACE, 1)) visit(s, blob.visit);
    return tc_blob_end(&blob, NULL);
}

/* Bytes of the stream before the place. */
static uint64_t taken_of(const tc_live_stream *s)
{
    uint64_t offset = tc_live_reader_offset(s->reader);
    return s->ring ? tc_ring_place(s->ring, offset) : offset - s->start;
}

/* Another stream of the same file may go on there. */
static TC_STATUS keep(tc_live_context *c, const tc_live_stream *s, tc_slice place)
{
    TC_TRY(tc_live_context_know(c, s->key, s->source, place));
    c->places[*tc_live_context_find(c, s->key)].blocks = s->blocks;
    return TC_SUCCESS;
}

TC_STATUS tc_live_place_note(tc_live_context *c, tc_live_stream *s, tc_note_kind kind)
{
    tc_str place;
    uint64_t taken = taken_of(s);
    tc_str_init(&place, PLACE_MAX);
    tc_status status = save(s, &place);
    if (!tc_failed(status))
        status = tc_notes_put(c->notes, &(tc_note){.kind = kind,
                                                   .source = s->source,
                                                   .stream = s->number,
                                                   .key = s->key,
                                                   .blocks = s->blocks,
                                                   .taken = taken,
                                                   .text = tc_str_view(&place)});
    if (!tc_failed(status) && s->ring && s->ended) status = keep(c, s, tc_str_view(&place));
    tc_str_done(&place);
    return status;
}
