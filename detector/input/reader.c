#include "detector/input/reader_state.h"

#include "detector/input/chain.h"
#include "detector/input/count.h"
#include "detector/input/discover.h"
#include "detector/input/open.h"
#include "detector/input/utf16.h"
#include "parsers/base/alloc.h"

/* A source that is one endless bad record still shows a block now and then. */
#define REJECTED_PER_BLOCK (UINT64_C(16) << 20)
#define BLOCK_MIN ((size_t)16)
#define BLOCK_MAX ((size_t)64 << 20)

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS take_stream(tc_reader *r, tc_entry *entry, tc_error *reterr)
{
    if (!entry->once) {
        r->stream = tc_stream_new();
        if (!r->stream) return tc_fail(reterr, TC_ENOMEM, "no memory to read");
        return tc_entry_start(entry, r->stream, reterr);
    }
    if (!entry->stream) {
        tc_status status = tc_fail(reterr, TC_EIO, "can be read only once");
        tc_error_set_path(reterr, r->source->path);
        return status;
    }
    r->stream = entry->stream;
    r->head = entry->head;
    entry->stream = NULL;
    return TC_SUCCESS;
}

/* A source's headers are its own: what a run can hold of them is not for one source to use up. */
static TC_STATUS own_schemas(tc_reader *r, tc_error *reterr)
{
    if (!r->options.schemas) return TC_SUCCESS;
    r->schemas = tc_schemas_new_source(r->options.schemas);
    r->options.schemas = r->schemas;
    return r->schemas ? TC_SUCCESS : tc_fail(reterr, TC_ENOMEM, "no memory to read");
}

static TC_STATUS make(tc_reader *r, size_t block_size, tc_error *reterr)
{
    uint32_t mark = r->entry->layers.mark;
    TC_TRY(own_schemas(r, reterr));
    r->block_size = TC_MIN(TC_MAX(block_size, BLOCK_MIN), BLOCK_MAX);
    r->window_max = r->options.record_max + r->block_size;
    r->line = 1;
    r->file_offset = mark;
    r->mark = r->source->utf16 ? 0 : mark;
    r->source->parser->begin(r->source->parser, &r->carry, &r->options);
    return TC_SUCCESS;
}

TC_STATUS tc_reader_make(const tc_input *input, const tc_entry *entry, size_t block_size,
                         tc_reader **ret, tc_error *reterr)
{
    TC_ASSERT(entry->source.parser);
    *ret = NULL;
    if (reterr) *reterr = (tc_error){0};
    tc_reader *r = tc_alloc(1, sizeof *r);
    if (!r) return tc_fail(reterr, TC_ENOMEM, "no memory to read");
    r->entry = entry;
    r->source = &entry->source;
    r->options = input->options;
    r->options.zone_offset_ns = entry->source.zone_offset_ns;
    r->options.newest = entry->source.newest;
    r->options.growing = input->reserved;
    r->options.columns = entry->source.columns.lists;
    tc_status status = make(r, block_size, reterr);
    if (tc_failed(status)) {
        tc_reader_close(r);
        return status;
    }
    *ret = r;
    return TC_SUCCESS;
}

TC_STATUS tc_reader_open(const tc_input *input, size_t index, size_t block_size, tc_reader **ret,
                         tc_error *reterr)
{
    TC_ASSERT(index < input->count);
    tc_entry *entry = input->entries[index];
    TC_TRY(tc_reader_make(input, entry, block_size, ret, reterr));
    tc_status status = take_stream(*ret, entry, reterr);
    if (tc_failed(status)) {
        tc_reader_close(*ret);
        *ret = NULL;
    }
    return status;
}

/* When the capture begins that is read behind this one; TC_TIME_NONE: none of its ring. */
static tc_time next_of_ring(const tc_input *input, const tc_source *source)
{
    const tc_source *s = source;
    do {
        if (s->behind == TC_NO_SOURCE) return TC_TIME_NONE;
        s = tc_input_source(input, s->behind);
    } while (s->state != TC_SOURCE_READABLE);
    return tc_slice_equal(s->ring, source->ring) ? s->first : TC_TIME_NONE;
}

TC_STATUS tc_reader_open_behind(const tc_input *input, size_t index, size_t block_size,
                                struct tc_chain *chain, tc_reader **ret, tc_error *reterr)
{
    const tc_source *source = tc_input_source(input, index);
    TC_TRY(tc_reader_open(input, index, block_size, ret, reterr));
    if (source->ring.len == 0) return TC_SUCCESS;
    if (tc_failed(
            tc_chain_enter(chain, source->ring, source->first, next_of_ring(input, source)))) {
        tc_reader_close(*ret);
        *ret = NULL;
        return tc_fail(reterr, TC_ENOMEM, "no memory to read");
    }
    tc_stream_join((*ret)->stream, chain);
    return TC_SUCCESS;
}

void tc_reader_close(tc_reader *reader)
{
    if (!reader) return;
    tc_stream_free(reader->stream);
    tc_bytes_close(reader->live_top);
    tc_wide_done(&reader->live_wide);
    tc_schemas_free(reader->schemas);
    tc_free(reader->window);
    tc_free(reader);
}

/* -- the window ----------------------------------------------------------------------------- */

/* Notes a failure, to be told when everything before it has been delivered. */
static void note_failure(tc_reader *r, tc_code code, const char *text)
{
    r->stuck = true;
    r->failure = tc_fail(&r->error, code, "%s", text);
    tc_error_set_path(&r->error, r->source->path);
}

static bool grow_window(tc_reader *r, size_t needed)
{
    if (!tc_failed(tc_grow(&r->window, &r->capacity, needed, 1, r->window_max))) {
        return true;
    }
    note_failure(r, TC_ENOMEM, "no memory to read");
    return false;
}

static TC_STATUS read_stream(tc_reader *r, uint8_t *out, size_t room, size_t *ret_got)
{
    if (!r->live) return tc_stream_fill(r->stream, out, room, ret_got, &r->ended, &r->error);
    tc_bytes_result result = tc_bytes_read(r->live_top, out, room, ret_got, &r->error);
    r->ended = result == TC_BYTES_END;
    r->idle = result == TC_BYTES_IDLE;
    return (tc_status){result == TC_BYTES_FAILED ? r->error.code : TC_OK};
}

static size_t read_some(tc_reader *r, uint8_t *out, size_t room)
{
    size_t got = TC_MIN(r->head.len, room);
    if (got > 0) {
        memcpy(out, r->head.ptr, got);
        r->head = tc_slice_sub(r->head, got, SIZE_MAX);
        return got;
    }
    tc_status status = read_stream(r, out, room, &got);
    if (!tc_failed(status)) return got;
    r->failure = status;
    r->ended = true;
    tc_error_set_path(&r->error, r->source->path);
    return 0;
}

/* Reads until at least `want` unframed bytes stand in the window, or the end. */
static void fill_window(tc_reader *r, size_t want)
{
    size_t have = r->to - r->from;
    if (r->from > 0) memmove(r->window, r->window + r->from, have);
    r->from = 0;
    r->to = have;
    if (!grow_window(r, want)) return;
    while (r->to < want && !r->ended && !r->idle)
        r->to += read_some(r, r->window + r->to, r->capacity - r->to);
}

/* -- blocks --------------------------------------------------------------------------------- */

void tc_reader_start_block(tc_reader *r, tc_block *block)
{
    block->length = 0;
    block->mark_stride = 0;
    block->source = r->source->index;
    block->sequence = r->sequence++;
    block->utf16 = r->source->utf16;
    block->records = r->source->parser->unit != TC_UNIT_LINE;
    block->last = false;
    block->options = r->options;
    tc_schemas_free(block->schemas);
    block->schemas = tc_schemas_hold(r->schemas);
    block->ledger = (tc_ledger){0};
    block->ledger.bytes.read = r->mark;
    block->ledger.bytes.header = r->mark;
    r->mark = 0;
}

/* Where data[0] of the block stands: at the first byte not framed yet. */
static void place_block(const tc_reader *r, tc_block *block, const tc_carry *carry)
{
    block->position = r->position;
    block->file_offset = r->file_offset;
    block->line = r->line;
    block->carry = *carry;
}

/* Moves all counters behind the first `length` bytes of the window. */
static void advance(tc_reader *r, tc_block *block, size_t length)
{
    tc_slice bytes = tc_slice_make(r->window + r->from, length);
    uint64_t units = r->source->utf16 ? tc_utf16_units_of(bytes) : 0;
    r->position += length;
    r->file_offset += r->source->utf16 ? 2 * units : length;
    if (r->source->parser->unit == TC_UNIT_LINE) r->line += tc_count_newlines(bytes);
    block->ledger.bytes.read += length;
    r->from += length;
}

/* The same for bytes that become the block's data, leaving marks on the way. */
static void advance_with_marks(tc_reader *r, tc_block *block, size_t length)
{
    size_t stride = (length + TC_BLOCK_MARKS - 1) / TC_BLOCK_MARKS;
    uint64_t line = r->line;
    uint64_t offset = r->file_offset;
    block->mark_stride = stride;
    for (size_t i = 0, done = 0; done < length; i++) {
        size_t n = TC_MIN(stride, length - done);
        block->mark_lines[i] = (uint32_t)(r->line - line);
        block->mark_units[i] = (uint32_t)((r->file_offset - offset) / 2);
        advance(r, block, n);
        done += n;
    }
}

/* Hands the framed bytes over. When they are most of the window the window itself is given away and
 * the rest is copied into the block's old memory; else they are copied. Either way each byte is
 * copied at most about once. */
static TC_STATUS hand_over(tc_reader *r, tc_block *block, size_t length)
{
    size_t start = r->from;
    size_t rest = r->to - start - length;
    bool give_away = start == 0 && rest <= length;
    size_t needed = give_away ? TC_MAX(r->block_size, rest) : length;
    size_t limit = r->window_max;
    TC_TRY(tc_grow(&block->data, &block->capacity, needed, 1, limit));
    advance_with_marks(r, block, length);
    block->length = length;
    if (!give_away) {
        memcpy(block->data, r->window + start, length);
        return TC_SUCCESS;
    }
    memcpy(block->data, r->window + r->from, rest);
    uint8_t *window = r->window;
    size_t capacity = r->capacity;
    r->window = block->data;
    r->capacity = block->capacity;
    r->from = 0;
    r->to = rest;
    block->data = window;
    block->capacity = capacity;
    return TC_SUCCESS;
}

static void book_rejected(tc_reader *r, tc_block *block, const tc_frame *frame)
{
    tc_ledger_reject(&block->ledger, tc_slice_make(r->window + r->from, frame->length));
    if (frame->rejected_end) block->ledger.records.rejected[frame->reason]++;
    r->in_rejected = !frame->rejected_end;
    r->reason = frame->reason;
    advance(r, block, frame->length);
}

/* A rejected record may turn out to be the last only when nothing follows: the framer, which is
 * shown no empty run, could not tell its end. */
void tc_reader_book_end(tc_reader *r, tc_block *block)
{
    if (r->in_rejected) block->ledger.records.rejected[r->reason]++;
    r->in_rejected = false;
}

typedef enum step {
    STEP_MORE,  /* the framer must see more bytes */
    STEP_AGAIN, /* bytes were rejected */
    STEP_BLOCK, /* the block is ready */
    STEP_END,   /* nothing is left, or a failure was noted */
} step;

static step frame_once(tc_reader *r, tc_block *block)
{
    tc_slice rest = tc_slice_make(r->window + r->from, r->to - r->from);
    tc_carry before = r->carry;
    tc_frame frame = {0};
    place_block(r, block, &before);
    if (rest.len == 0) return r->ended ? STEP_END : STEP_MORE;

    bool last = r->ended || (r->flush && r->idle);
    const tc_parser *parser = r->source->parser;
    tc_status status = parser->frame(parser, &r->carry, &r->options, rest, last, &frame);
    if (!tc_failed(status)) TC_ASSERT(frame.length <= rest.len);
    if (tc_failed(status)) {
        note_failure(r, status.code,
                     status.code == TC_ELIMIT ? "too many different headers" : "no memory to read");
        return STEP_END;
    }
    if (frame.length == 0) {
        if (!last && rest.len < r->window_max) return STEP_MORE;
        note_failure(r, TC_ELIMIT, "the format's reader cannot go on here");
        return STEP_END;
    }
    r->line += parser->unit == TC_UNIT_LINE ? 0 : frame.units;
    if (frame.rejected) {
        book_rejected(r, block, &frame);
        return block->ledger.bytes.rejected < REJECTED_PER_BLOCK ? STEP_AGAIN : STEP_BLOCK;
    }
    r->in_rejected = false;
    if (!tc_failed(hand_over(r, block, frame.length))) return STEP_BLOCK;
    note_failure(r, TC_ENOMEM, "no memory to read");
    return STEP_END;
}

/* Frames until the block is ready or the source is exhausted. */
void tc_reader_fill_block(tc_reader *r, tc_block *block)
{
    while (!r->stuck) {
        if (!r->ended && !r->idle && r->to - r->from <= r->block_size / 2)
            fill_window(r, r->block_size);
        size_t have = r->to - r->from;
        switch (frame_once(r, block)) {
        case STEP_MORE:
            if (r->idle) return;
            fill_window(r, TC_MIN(TC_MAX(2 * have, r->block_size), r->window_max));
            break;
        case STEP_AGAIN:
            break;
        case STEP_BLOCK:
        case STEP_END:
            return;
        }
    }
}

/* Everything was read, but not everything could be understood. */
static void note_refused_headers(tc_reader *r)
{
    if (tc_failed(r->failure) || !r->schemas || tc_schemas_refused(r->schemas) == 0) return;
    note_failure(r, TC_ELIMIT,
                 "too many different headers; records below the last ones were left out");
}

TC_STATUS tc_reader_next(tc_reader *reader, tc_block *block, bool *ret_more, tc_error *reterr)
{
    tc_reader_start_block(reader, block);
    tc_reader_fill_block(reader, block);
    bool exhausted = reader->stuck || (reader->ended && reader->from == reader->to);
    if (exhausted) {
        tc_reader_book_end(reader, block);
        note_refused_headers(reader);
    }
    bool failed = tc_failed(reader->failure);
    /* What was booked is delivered first; a failure is told by the call after it. */
    bool booked = block->ledger.bytes.read > 0 || tc_ledger_rejected(&block->ledger) > 0;
    *ret_more = !exhausted || (failed && booked);
    if (*ret_more) return TC_SUCCESS;
    block->last = true;
    if (!failed) return TC_SUCCESS;
    if (reterr) *reterr = reader->error;
    return reader->failure;
}
