#include "detector/app/live_stream.h"

#include "detector/app/blob.h"
#include "detector/app/live_feed.h"
#include "detector/app/live_lanes.h"
#include "detector/input/growing.h"
#include "detector/input/live_reader.h"
#include "parsers/base/alloc.h"

#define KNOWN_MAX ((size_t)1 << 20)
#define PLACE_MAX ((size_t)1 << 20)
#define SENTENCE_MAX ((size_t)8192)

/* -- what is shared ------------------------------------------------------------------------- */

/* What was allocated as a slice. */
static void free_slice(tc_slice *s)
{
    tc_free((void *)(uintptr_t)s->ptr);
    *s = TC_EMPTY_SLICE;
}

static TC_STATUS copy_slice(tc_slice s, tc_slice *ret)
{
    uint8_t *copy = tc_alloc(s.len + 1, 1);
    if (copy == NULL) return (tc_status){TC_ENOMEM};
    if (s.len > 0) memcpy(copy, s.ptr, s.len);
    *ret = tc_slice_make(copy, s.len);
    return TC_SUCCESS;
}

void tc_live_context_done(tc_live_context *c)
{
    for (size_t i = 0; i < c->place_count; i++)
        free_slice(&c->places[i].place);
    tc_free(c->places);
    tc_map_free(c->known);
}

static tc_slice bytes_of(const uint64_t *key)
{
    return tc_slice_make(key, sizeof(*key));
}

TC_STATUS tc_live_context_know(tc_live_context *c, uint64_t key, uint32_t source, tc_slice place)
{
    uint64_t *at;
    TC_TRY(tc_grow(&c->places, &c->place_capacity, c->place_count + 1, sizeof(tc_live_known),
                   KNOWN_MAX));
    TC_TRY(tc_map_put(c->known, bytes_of(&key), &at, NULL));
    TC_TRY(copy_slice(place, &c->places[c->place_count].place));
    c->places[c->place_count].source = source;
    *at = c->place_count++;
    return TC_SUCCESS;
}

void tc_live_context_forget(tc_live_context *c, uint64_t key)
{
    (void)tc_map_remove(c->known, bytes_of(&key));
}

TC_STATUS tc_live_say(tc_live_context *c, tc_note_kind kind, tc_slice path, const char *what)
{
    tc_str sentence;
    tc_str_init(&sentence, SENTENCE_MAX);
    tc_str_add(&sentence, path);
    if (path.len > 0) tc_str_addf(&sentence, ": ");
    tc_str_addf(&sentence, "%s", what);
    tc_status status =
        tc_notes_put(c->notes, &(tc_note){.kind = kind, .text = tc_str_view(&sentence)});
    tc_str_done(&sentence);
    return status;
}

/* -- a stream ------------------------------------------------------------------------------- */

void tc_live_stream_free(tc_live_stream *s)
{
    if (s == NULL) return;
    if (s->reader != NULL)
        tc_reader_close(s->reader); /* closes the bytes, too */
    else
        tc_bytes_close(s->bytes);
    tc_free(s->head);
    free_slice(&s->path);
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

static TC_STATUS save_place(const tc_live_stream *s, tc_str *out)
{
    tc_blob blob;
    if (tc_blob_save(&blob, out, "place", 1)) tc_live_reader_visit(s->reader, blob.visit);
    return tc_blob_end(&blob, NULL);
}

/* Notes where reading goes on behind what was handed over. */
static TC_STATUS note_place(tc_live_context *c, const tc_live_stream *s, tc_note_kind kind)
{
    tc_str place;
    tc_str_init(&place, PLACE_MAX);
    tc_status status = save_place(s, &place);
    if (!tc_failed(status))
        status =
            tc_notes_put(c->notes, &(tc_note){.kind = kind,
                                              .source = s->source,
                                              .stream = s->number,
                                              .key = s->key,
                                              .blocks = s->blocks,
                                              .taken = tc_live_reader_offset(s->reader) - s->start,
                                              .text = tc_str_view(&place)});
    tc_str_done(&place);
    return status;
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
    s->bytes = (tc_bytes){0};
    tc_free(s->head);
    s->head = NULL;
    s->head_length = s->head_given = 0;
    s->half_since = TC_TIME_NONE;
    s->over = true;
}

/* -- a reader ------------------------------------------------------------------------------- */

static TC_STATUS load_place(tc_live_stream *s, tc_slice place, tc_error *reterr)
{
    tc_blob blob;
    if (tc_blob_load(&blob, place, "place", 1)) tc_live_reader_visit(s->reader, blob.visit);
    return tc_blob_end(&blob, reterr);
}

/* Begins to read the source; behind `place`, if there is one. */
static TC_STATUS start_reader(tc_live_context *c, tc_live_stream *s, const tc_slice *place,
                              tc_error *reterr)
{
    const tc_source *source = tc_input_source(c->input, s->source);
    TC_TRY(tc_live_reader_new(c->input, s->source, c->block_size, &s->reader, reterr));
    if (place != NULL) TC_TRY(load_place(s, *place, reterr));
    uint64_t offset = tc_live_reader_offset(s->reader);
    s->start = place != NULL ? offset : 0;
    /* The mark is no part of what the reader is given. */
    if (place == NULL) s->head_given = (size_t)offset;
    s->bound = source->parser->order == TC_ORDER_WRITTEN ? source->first
               : tc_live_stream_is_received(s)           ? 0
                                                         : TC_TIME_NONE;
    return tc_live_reader_attach(s->reader, (tc_bytes){s, read_stream, close_stream}, reterr);
}

TC_STATUS tc_live_stream_new(tc_live_context *c, const tc_live_origin *e, tc_live_stream **ret)
{
    tc_live_stream *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return (tc_status){TC_ENOMEM};
    *ret = s;
    s->number = e->number;
    s->key = e->key;
    s->source = UINT32_MAX;
    s->half_since = s->bound = TC_TIME_NONE;
    s->receive = c->receive;
    s->bytes = tc_live_stream_is_received(s) ? (tc_bytes){s, read_received, NULL}
                                             : tc_follow_bytes(c->follow, e->number);
    TC_TRY(copy_slice(e->path, &s->path));
    const uint64_t *at = tc_map_get(c->known, bytes_of(&s->key));
    if (at == NULL) return TC_SUCCESS;
    tc_error error = {0};
    s->source = c->places[*at].source;
    tc_status status = start_reader(c, s, &c->places[*at].place, &error);
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

static TC_STATUS become_log(tc_live_context *c, tc_live_stream *s, uint32_t source)
{
    tc_error error = {0};
    s->source = source;
    TC_TRY(start_reader(c, s, NULL, &error));
    return note_place(c, s, TC_NOTE_ADDED);
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
    tc_new_file file = {.path = s->path,
                        .root = root_of(c, s->path),
                        .head = tc_slice_make(s->head, s->head_length),
                        .more = full || s->head_ends,
                        .now = c->now};
    tc_status status = tc_input_add(c->input, &file, &added, &error);
    if (status.code == TC_ENOMEM) return status;
    if (tc_failed(status)) return refuse(c, s, error.text);
    if (added.verdict == TC_NEW_LOG) return become_log(c, s, added.index);
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
    return note_place(c, s, TC_NOTE_PLACE);
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
    return note(c, s, TC_NOTE_CAUGHT_UP);
}

static TC_STATUS end_log(tc_live_context *c, tc_live_stream *s, const tc_error *error)
{
    if (error->code != TC_OK) TC_TRY(tc_live_say(c, TC_NOTE_SAID, s->path, error->text));
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
