#include "tests/support/chunker.h"
#include "parsers/base/alloc.h"
#include "tests/support/tape.h"

#define ARENA_MAX ((size_t)64 << 20)
#define SCHEMAS_MAX 16384
#define RUNS_PER_WORLD 64 /* so few that small inputs cannot use up the schemas between them */
#define SMALL_INPUT 8192

/* What runs share, because they are many and short. */
typedef struct world {
    tc_names *names;
    tc_schemas *schemas;
    tc_arena *arena;
    tc_arena *learned;
    size_t runs;
    const tc_parser *begun_for; /* whose fresh carry this is: making one is most of a short run */
    tc_carry begun;
} world;

static world *world_for(size_t input_length)
{
    static world w;
    if (!w.names) {
        w.names = tc_names_new();
        w.arena = tc_arena_new(ARENA_MAX);
        w.learned = tc_arena_new(ARENA_MAX);
        TC_ASSERT(w.names && w.arena && w.learned);
        tc_names_freeze(w.names);
    }
    if (!w.schemas || ++w.runs >= RUNS_PER_WORLD || input_length > SMALL_INPUT) {
        tc_schemas_free(w.schemas);
        w.schemas = tc_schemas_new(w.names, SCHEMAS_MAX);
        TC_ASSERT(w.schemas);
        w.runs = 0;
        w.begun_for = NULL;
    }
    return &w;
}

#define HEAD_MAX 65536 /* bytes that the input stage learns columns from */

static tc_slice nothing_given(const void *context, tc_slice path)
{
    (void)context;
    (void)path;
    return TC_EMPTY_SLICE;
}

/* What the input stage would learn of rows without a header; valid until the next run. */
static tc_slice learned_columns(world *w, const tc_parser *parser, tc_slice bytes)
{
    tc_columns columns = {.rows = 0};
    if (!parser->columns) return TC_EMPTY_SLICE;
    tc_arena_reset(w->learned);
    tc_slice head = tc_slice_sub(bytes, 0, HEAD_MAX);
    const tc_given_columns given = {NULL, nothing_given};
    const tc_column_reader *reader = parser->columns;
    tc_status status =
        reader->learn_writing
            ? reader->learn_writing(parser, head, TC_EMPTY_SLICE, TC_EMPTY_SLICE, &columns)
        : reader->learn_inside ? reader->learn_inside(parser, head, bytes.len <= HEAD_MAX, &given,
                                                      w->learned, &columns)
                               : reader->learn(parser, head, bytes.len <= HEAD_MAX, TC_EMPTY_SLICE,
                                               w->learned, &columns);
    TC_ASSERT(!tc_failed(status));
    return columns.lists;
}

static tc_carry fresh_carry(world *w, const tc_parser *parser, const tc_parse_options *options)
{
    if (options->columns.len) {
        tc_carry carry;
        parser->begin(parser, &carry, options);
        return carry;
    }
    if (w->begun_for != parser) {
        parser->begin(parser, &w->begun, options);
        w->begun_for = parser;
    }
    return w->begun;
}

/* Bytes in memory of their own, so that nothing readable lies behind them. */
static uint8_t *copy_of(tc_slice s)
{
    uint8_t *copy = malloc(s.len ? s.len : 1);
    TC_ASSERT(copy);
    if (s.len) memcpy(copy, s.ptr, s.len);
    return copy;
}

static void book_rejected(tc_chunker *c, const tc_frame *frame, tc_slice bytes)
{
    tc_ledger_reject(&c->ledger, tc_slice_sub(bytes, 0, frame->length));
    if (frame->rejected_end) c->ledger.records.rejected[frame->reason]++;
}

static void parse_block(tc_chunker *c, world *w, const tc_parse_options *options,
                        const tc_carry *carry, tc_slice bytes, size_t base)
{
    uint8_t *copy = copy_of(bytes);
    tc_slice block = {copy, bytes.len};
    tc_parse_options parsing = *options;
    parsing.schemas = NULL;
    tc_sink sink = tc_memory_sink_view(&c->memory);
    tc_ledger ledger = {0};
    uint64_t before = c->memory.events;
    tc_memory_sink_at(&c->memory, block, base);
    tc_arena_reset(w->arena);
    tc_status status =
        c->parser->parse(c->parser, carry, &parsing, block, w->arena, &ledger, &sink);
    if (tc_failed(status)) c->failed = status.code;
    ledger.events.delivered = c->memory.events - before;
    tc_ledger_add(&c->ledger, &ledger);
    free(copy);
    c->blocks++;
}

/* Where the window ends next, beyond `seen`. */
static size_t next_cut(const tc_chunker *c, size_t seen, size_t length)
{
    if (c->step > 0) return TC_MIN(length, seen + c->step);
    return seen < c->cut && c->cut < length ? c->cut : length;
}

/* One frame of bytes[at..seen); false if it took nothing. */
static bool take_frame(tc_chunker *c, world *w, const tc_parse_options *options, tc_carry *carry,
                       tc_slice window, size_t at, bool last, size_t *ret_taken)
{
    tc_carry before = *carry;
    tc_frame frame = {0};
    uint8_t *copy = copy_of(window);
    tc_status status =
        c->parser->frame(c->parser, carry, options, (tc_slice){copy, window.len}, last, &frame);
    free(copy);
    if (tc_failed(status)) c->failed = status.code;
    if (tc_failed(status) || frame.length == 0) return false;
    TC_ASSERT(frame.length <= window.len);
    if (frame.rejected)
        book_rejected(c, &frame, window);
    else
        parse_block(c, w, options, &before, tc_slice_sub(window, 0, frame.length), at);
    *ret_taken = frame.length;
    return true;
}

static void visit_carry(const tc_chunker *c, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    if (!tc_visit_begin(visit, "carry", 1)) return;
    tc_carry_visit(c->parser, carry, options, visit);
    tc_visit_end(visit);
}

/* Saves the carry and loads it, with nothing left of what it pointed at. */
static void reload(tc_chunker *c, world *w, tc_parse_options *options, tc_carry *carry)
{
    tape *saved = tape_new();
    tc_visit *saver = tape_saver(saved);
    visit_carry(c, carry, options, saver);
    TC_ASSERT(!tc_visit_failed(saver));
    tc_visit_free(saver);
    tc_schemas_free(options->schemas);
    memset(carry, 0xA5, sizeof *carry);
    options->schemas = tc_schemas_new_source(w->schemas);
    if (c->dice) tape_damage(saved, c->dice);
    tc_visit *loader = tape_loader(saved);
    visit_carry(c, carry, options, loader);
    c->refused = tc_visit_failed(loader);
    if (c->refused) c->failed = tc_visit_status(loader).code;
    tc_visit_free(loader);
    tape_free(saved);
}

/* Frames until the bytes are used up, the window growing as it is asked for. */
static void run_frames(tc_chunker *c, world *w, tc_parse_options *options, tc_carry *carry,
                       tc_slice bytes)
{
    size_t at = 0, seen = next_cut(c, 0, bytes.len);
    bool told = !c->late_end; /* whether the end is told with the last byte */
    while (at < bytes.len && c->failed == TC_OK) {
        bool last = seen == bytes.len && told;
        size_t taken = 0;
        bool took =
            take_frame(c, w, options, carry, tc_slice_sub(bytes, at, seen - at), at, last, &taken);
        at += taken;
        if (c->reload && c->failed == TC_OK) reload(c, w, options, carry);
        if (!took) {
            if (seen < bytes.len)
                seen = next_cut(c, seen, bytes.len);
            else if (!told)
                told = true;
            else
                c->stuck = c->failed == TC_OK;
            if (c->stuck) break;
        }
        if (seen <= at) seen = next_cut(c, at, bytes.len);
    }
}

void tc_chunker_run(tc_chunker *c, tc_slice bytes)
{
    world *w = world_for(bytes.len);
    tc_parse_options options = {.names = w->names,
                                .schemas = w->schemas,
                                .zone_offset_ns = c->zone_offset_ns,
                                .columns = learned_columns(w, c->parser, bytes),
                                .record_max = c->record_max ? c->record_max : TC_RECORD_MAX};
    tc_carry carry = fresh_carry(w, c->parser, &options);
    c->ledger = (tc_ledger){0};
    c->ledger.bytes.read = bytes.len;
    c->blocks = 0;
    c->stuck = c->refused = false;
    c->failed = TC_OK;
    tc_memory_sink_init(&c->memory);
    if (c->reload) options.schemas = tc_schemas_new_source(w->schemas);
    run_frames(c, w, &options, &carry, bytes);
    if (c->reload) tc_schemas_free(options.schemas);
}

void tc_chunker_done(tc_chunker *c)
{
    tc_memory_sink_done(&c->memory);
}

bool tc_chunker_equal(const tc_chunker *a, const tc_chunker *b)
{
    return tc_slice_equal(tc_chunker_text(a), tc_chunker_text(b)) &&
           a->memory.events == b->memory.events &&
           memcmp(&a->ledger, &b->ledger, sizeof a->ledger) == 0;
}

bool tc_chunker_sound(const tc_chunker *c, tc_slice bytes)
{
    return !c->stuck && c->failed == TC_OK && c->memory.monotonic &&
           c->ledger.bytes.read == bytes.len && tc_ledger_balanced(&c->ledger) &&
           c->ledger.records.accepted == c->memory.events;
}
