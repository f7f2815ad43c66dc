#include "detector/live/live_stream.h"

#include "detector/input/growing.h"
#include "detector/input/live_reader.h"
#include "detector/live/live_feed.h"
#include "detector/live/live_lanes.h"
#include "detector/live/live_place.h"
#include "detector/live/live_rings.h"
#include "parsers/base/alloc.h"

/* -- a stream ------------------------------------------------------------------------------- */

void tc_live_stream_free(tc_live_stream *s)
{
    if (s == NULL) return;
    if (s->reader != NULL)
        tc_reader_close(s->reader); /* closes the bytes, too */
    else
        tc_bytes_close(s->bytes);
    tc_ring_remove(s->ring);
    tc_free(s->head);
    tc_live_slice_free(&s->path);
    tc_free(s);
}

/* The reader's bytes: what was read of the head before it was known what it is, then the rest. */
static tc_bytes_result read_stream(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    tc_live_stream *s = context;
    size_t left = s->head_length - s->head_given;
    if (left == 0) {
        tc_free(s->head);
        s->head = NULL;
        return tc_bytes_read(s->bytes, buffer, room, ret_got, reterr);
    }
    *ret_got = TC_MIN(room, left);
    memcpy(buffer, s->head + s->head_given, *ret_got);
    s->head_given += *ret_got;
    return TC_BYTES_MORE;
}

/* An input's bytes. */
static tc_bytes_result read_received(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                     tc_error *reterr)
{
    tc_live_stream *s = context;
    (void)reterr;
    *ret_got = tc_receive_read(s->receive, s->number, buffer, room, &s->ended);
    return *ret_got > 0 ? TC_BYTES_MORE : s->ended ? TC_BYTES_END : TC_BYTES_IDLE;
}

bool tc_live_stream_is_received(const tc_live_stream *s)
{
    return s->number >= TC_RECEIVE_NUMBERS;
}

static void close_stream(void *context)
{
    tc_live_stream *s = context;
    tc_bytes_close(s->bytes);
    s->bytes = (tc_bytes){0};
}

static TC_STATUS note(tc_live_context *c, const tc_live_stream *s, tc_note_kind kind)
{
    return tc_notes_put(c->notes, &(tc_note){.kind = kind,
                                             .source = s->source,
                                             .stream = s->number,
                                             .key = s->key,
                                             .blocks = s->blocks});
}

TC_STATUS tc_live_stream_note_more(tc_live_context *c, tc_live_stream *s)
{
    if (s->source == UINT32_MAX || !s->caught_up) return TC_SUCCESS;
    s->caught_up = false;
    return note(c, s, TC_NOTE_MORE);
}

void tc_live_stream_leave(tc_live_context *c, tc_live_stream *s)
{
    bool strange = !s->ended || s->source == UINT32_MAX;
    if (strange && tc_live_stream_is_received(s)) tc_receive_drop(c->receive, s->number);
    if (!s->ended && !tc_live_stream_is_received(s)) tc_follow_drop(c->follow, s->number);
    if (s->reader != NULL)
        tc_reader_close(s->reader);
    else
        tc_bytes_close(s->bytes);
    s->reader = NULL;
    tc_ring_remove(s->ring);
    s->ring = NULL;
    s->bytes = (tc_bytes){0};
    tc_free(s->head);
    s->head = NULL;
    s->head_length = s->head_given = 0;
    s->half_since = TC_TIME_NONE;
    s->over = true;
}

/* -- a reader ------------------------------------------------------------------------------- */

/* What is known of the times that come first. */
static tc_time first_bound(const tc_live_context *c, const tc_live_stream *s)
{
    const tc_source *source = tc_input_source(c->input, s->source);
    tc_time first = s->ring ? tc_ring_time(s->ring) : source->first;
    if (s->ring && first == TC_TIME_NONE)
        first = tc_ring_first_time(tc_slice_make(s->head, s->head_length));
    if (source->parser->order == TC_ORDER_WRITTEN) return first;
    return tc_live_stream_is_received(s) ? 0 : TC_TIME_NONE;
}

/* Begins to read the source; behind `place`, if there is one. A capture's bytes are those of the
 * file, and its reader's are what was said in it. */
static TC_STATUS start_reader(tc_live_context *c, tc_live_stream *s, const tc_slice *place,
                              bool is_ring, tc_error *reterr)
{
    tc_bytes bytes = {s, read_stream, close_stream};
    TC_TRY(tc_live_reader_new(c->input, s->source, c->block_size, &s->reader, reterr));
    if (is_ring) TC_TRY(tc_live_rings_join(c->rings, s, bytes));
    if (place != NULL) TC_TRY(tc_live_place_load(s, *place, reterr));
    uint64_t offset = tc_live_reader_offset(s->reader);
    s->start = place != NULL ? offset : 0;
    /* The mark is no part of what the reader is given. */
    if (place == NULL && !is_ring) s->head_given = (size_t)offset;
    s->bound = first_bound(c, s);
    return tc_live_reader_attach(s->reader, is_ring ? tc_ring_bytes(s->ring) : bytes, reterr);
}

TC_STATUS tc_live_stream_new(tc_live_context *c, const tc_live_origin *e, tc_live_stream **ret)
{
    tc_live_stream *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return (tc_status){TC_ENOMEM};
    *ret = s;
    s->number = e->number;
    s->key = e->key;
    s->offset = e->offset;
    s->source = UINT32_MAX;
    s->half_since = s->bound = TC_TIME_NONE;
    s->receive = c->receive;
    s->bytes = tc_live_stream_is_received(s) ? (tc_bytes){s, read_received, NULL}
                                             : tc_follow_bytes(c->follow, e->number);
    TC_TRY(tc_live_slice_copy(e->path, &s->path));
    const uint64_t *at = tc_live_context_find(c, s->key);
    if (at == NULL) return TC_SUCCESS;
    tc_error error = {0};
    s->source = c->places[*at].source;
    s->blocks = c->places[*at].blocks;
    tc_slice place = c->places[*at].place;
    bool back, is_ring = tc_live_place_is_ring(place, &back);
    if (back && c->awaited > 0) c->awaited--;
    tc_status status = start_reader(c, s, &place, is_ring, &error);
    if (status.code == TC_ENOMEM) return status;
    if (!tc_failed(status)) return note(c, s, TC_NOTE_FOUND);
    tc_live_stream_leave(c, s);
    return tc_live_say(c, TC_NOTE_SAID, s->path, error.text);
}

/* -- what is it? ---------------------------------------------------------------------------- */

/* Many files may wait for a record: they keep what they hold. */
static void shrink_head(tc_live_stream *s)
{
    if (s->head == NULL || s->head_length == TC_NEW_FILE_HEAD) return;
    uint8_t *smaller = s->head_length > 0 ? tc_alloc(s->head_length, 1) : NULL;
    if (s->head_length > 0 && smaller == NULL) return;
    if (smaller != NULL) memcpy(smaller, s->head, s->head_length);
    tc_free(s->head);
    s->head = smaller;
}

static TC_STATUS widen_head(tc_live_stream *s, tc_error *reterr)
{
    uint8_t *wider = tc_alloc(TC_NEW_FILE_HEAD, 1);
    if (wider == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (s->head_length > 0) memcpy(wider, s->head, s->head_length);
    tc_free(s->head);
    s->head = wider;
    return TC_SUCCESS;
}

static TC_STATUS fill_head(tc_live_stream *s, tc_error *reterr)
{
    TC_TRY(widen_head(s, reterr));
    tc_bytes_result result = TC_BYTES_MORE;
    while (result == TC_BYTES_MORE && s->head_length < TC_NEW_FILE_HEAD) {
        size_t got;
        result = tc_bytes_read(s->bytes, s->head + s->head_length,
                               TC_NEW_FILE_HEAD - s->head_length, &got, reterr);
        s->head_length += got;
    }
    s->head_ends = result == TC_BYTES_END || result == TC_BYTES_FAILED;
    return TC_SUCCESS;
}

/* Where the last component of what the user named begins in the path. */
static size_t root_of(const tc_live_context *c, tc_slice path)
{
    for (size_t i = 0; i < c->path_count; i++) {
        tc_slice given = tc_slice_of(c->paths[i]);
        while (given.len > 1 && given.ptr[given.len - 1] == '/')
            given.len--;
        if (!tc_slice_starts(path, given)) continue;
        size_t slash = tc_slice_rfind(given, '/');
        return slash == TC_NPOS ? 0 : slash + 1;
    }
    return 0;
}

static TC_STATUS become_log(tc_live_context *c, tc_live_stream *s, uint32_t source, bool is_ring)
{
    tc_error error = {0};
    s->source = source;
    TC_TRY(start_reader(c, s, NULL, is_ring, &error));
    return tc_live_place_note(c, s, TC_NOTE_ADDED);
}

/* What nobody knows is said when it holds a line, and left when it will not become a log. */
static TC_STATUS refuse(tc_live_context *c, tc_live_stream *s, const char *words)
{
    bool final = s->head_length >= TC_LIVE_LOOK_BYTES || s->head_ends;
    bool line = tc_slice_find(tc_slice_make(s->head, s->head_length), '\n') != TC_NPOS;
    bool say = !s->said && (final || line);
    if (say) TC_TRY(tc_live_say(c, TC_NOTE_SAID, s->path, words));
    s->said = s->said || say;
    s->refused = true;
    if (final)
        tc_live_stream_leave(c, s);
    else
        shrink_head(s);
    return TC_SUCCESS;
}

static TC_STATUS look(tc_live_context *c, tc_live_stream *s)
{
    tc_error error = {0};
    tc_new_source added;
    TC_TRY(fill_head(s, &error));
    if (s->head_length == s->looked_at && !s->head_ends) {
        shrink_head(s);
        return TC_SUCCESS;
    }
    s->looked_at = s->head_length;
    s->refused = false;
    bool full = s->head_length == TC_NEW_FILE_HEAD;
    tc_slice head = tc_slice_make(s->head, s->head_length);
    bool is_ring = tc_ring_begins(head);
    tc_new_file file = {.path = s->path,
                        .root = root_of(c, s->path),
                        .head = is_ring ? tc_ring_head() : head,
                        .more = full || s->head_ends || is_ring,
                        .now = c->now};
    tc_status status = tc_input_add(c->input, &file, &added, &error);
    if (status.code == TC_ENOMEM) return status;
    if (tc_failed(status)) return refuse(c, s, error.text);
    if (added.verdict == TC_NEW_LOG) return become_log(c, s, added.index, is_ring);
    if (added.verdict == TC_NEW_NONE) return refuse(c, s, added.words);
    if (s->head_ends) tc_live_stream_leave(c, s);
    if (!s->over && !full) shrink_head(s);
    return full ? refuse(c, s, "holds no record in its first 64 KiB") : TC_SUCCESS;
}

/* -- a step --------------------------------------------------------------------------------- */

/* About when the records are that come next: to choose whom to read. */
static void guess_bound(const tc_live_context *c, tc_live_stream *s, const tc_block *block)
{
    const tc_parser *parser = tc_input_source(c->input, s->source)->parser;
    tc_time time;
    if (s->ring) s->bound = tc_ring_time(s->ring);
    if (parser->sample_time == NULL || block->length == 0) return;
    if (parser->order != TC_ORDER_WRITTEN && s->bound == TC_TIME_NONE) return;
    tc_slice bytes = tc_slice_make(block->data, block->length);
    if (parser->sample_time(parser, &block->carry, &block->options, bytes, &time) &&
        time != TC_TIME_NONE)
        s->bound = TC_MAX(s->bound, time);
}

static TC_STATUS hand_over(tc_live_context *c, tc_live_stream *s, tc_block *block)
{
    block->source = s->source;
    block->sequence = s->blocks++;
    block->last = false;
    s->half_since = TC_TIME_NONE;
    guess_bound(c, s, block);
    TC_TRY(tc_live_place_note(c, s, TC_NOTE_PLACE));
    return s->ring ? tc_live_rings_move(c, s) : TC_SUCCESS;
}

static TC_STATUS come_to_rest(tc_live_context *c, tc_live_stream *s)
{
    bool half = tc_live_reader_waiting(s->reader) > 0;
    if (!half) s->half_since = TC_TIME_NONE;
    if (half && s->half_since == TC_TIME_NONE) s->half_since = c->now;
    if (s->bound == TC_TIME_NONE) s->bound = c->now; /* read to its end: like any other */
    return tc_live_stream_rest(c, s);
}

/* An agent that is behind sends its next piece at once. */
static bool may_be_behind(const tc_live_context *c, const tc_live_stream *s)
{
    return tc_live_stream_is_received(s) && !s->ended &&
           tc_time_between(s->heard, c->now) < TC_LANE_QUIET && s->bound > 0 &&
           tc_time_between(s->bound, c->now) > TC_LANE_NOW;
}

TC_STATUS tc_live_stream_rest(tc_live_context *c, tc_live_stream *s)
{
    if (s->caught_up || may_be_behind(c, s)) return TC_SUCCESS;
    s->caught_up = true;
    return tc_notes_put(c->notes, &(tc_note){.kind = TC_NOTE_CAUGHT_UP,
                                             .source = s->source,
                                             .stream = s->number,
                                             .key = s->key,
                                             .blocks = s->blocks,
                                             .half = s->half_since != TC_TIME_NONE});
}

static TC_STATUS end_log(tc_live_context *c, tc_live_stream *s, const tc_error *error)
{
    if (error->code != TC_OK) TC_TRY(tc_live_say(c, TC_NOTE_SAID, s->path, error->text));
    if (s->ring) {
        s->blocks++; /* none of its bytes is wanted again */
        TC_TRY(tc_live_place_note(c, s, TC_NOTE_MOVED));
    }
    TC_TRY(note(c, s, TC_NOTE_ENDED));
    tc_live_stream_leave(c, s);
    return TC_SUCCESS;
}

static TC_STATUS read_log(tc_live_context *c, tc_live_stream *s, bool flush, tc_block *block,
                          bool *ret_block, bool *ret_more)
{
    tc_error error = {0};
    switch (tc_live_reader_poll(s->reader, flush, block, &error)) {
    case TC_LIVE_BLOCK:
        *ret_block = *ret_more = true;
        return hand_over(c, s, block);
    case TC_LIVE_IDLE:
        return come_to_rest(c, s);
    case TC_LIVE_END:
    case TC_LIVE_FAILED:
        break;
    }
    return end_log(c, s, &error);
}

TC_STATUS tc_live_stream_step(tc_live_context *c, tc_live_stream *s, bool flush, tc_block *block,
                              bool *ret_block, bool *ret_more)
{
    *ret_more = false;
    if (s->over) return TC_SUCCESS;
    if (s->source != UINT32_MAX) return read_log(c, s, flush, block, ret_block, ret_more);
    TC_TRY(look(c, s));
    *ret_more = s->source != UINT32_MAX;
    return TC_SUCCESS;
}
