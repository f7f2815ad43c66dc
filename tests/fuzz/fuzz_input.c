/*
 * fuzz_input: any bytes as one file of logs: packed once or twice, UTF-16, byte order marks, cut
 * anywhere.
 *
 * The first byte chooses how the file is taken (by its content, or as one of the formats) and how
 * long a record may be; the rest is the file. Checked besides what the sanitizers see: two sizes of
 * block give the same events, ledger and failure, and blocks whose bytes are those that the file
 * decodes to at their place; the ledger balances and has all of these bytes; positions and lines
 * never fall; a failure is told again by every later call.
 */
#include "detector/input/input.h"
#include "detector/input/sniff.h"
#include "parsers/base/hash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/take.h"
#include "tests/support/memory_sink.h"

#include <fcntl.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define DATA_MAX ((size_t)256 << 20)
/* 64 KiB of gzip may hold 64 MiB of anything, and of zstd more: so many decoded bytes are enough.
 */
#define READ_ENOUGH ((uint64_t)2 << 20)

/* The file decoded in one go, by nothing but the stream. */
typedef struct decoded {
    tc_str text;
    uint32_t mark; /* bytes of a UTF-8 mark, which are not in the text */
    bool failed;
} decoded;

typedef struct outcome {
    tc_memory_sink memory;
    tc_ledger ledger;
    uint64_t position, line;
    bool failed, full;
    tc_error error;
} outcome;

static void decode(const char *path, decoded *ret)
{
    static uint8_t piece[8192];
    tc_stream *stream = tc_stream_new();
    tc_error error = {0};
    bool end = false;
    size_t got;
    tc_str_init(&ret->text, DATA_MAX);
    TC_ASSERT(stream);
    tc_sniffed sniffed;
    tc_stream_start(stream, open(path, O_RDONLY | O_CLOEXEC), 0);
    ret->failed = tc_failed(tc_sniff(stream, TC_EMPTY_SLICE, &sniffed, &error));
    while (!end && !ret->failed && ret->text.len <= READ_ENOUGH) {
        ret->failed = tc_failed(tc_stream_fill(stream, piece, sizeof(piece), &got, &end, &error));
        if (!ret->failed) tc_str_add(&ret->text, tc_slice_make(piece, got));
    }
    ret->mark = sniffed.layers.encoding == TC_ENCODING_UTF8 ? sniffed.layers.mark : 0;
    tc_stream_free(stream);
    TC_ASSERT(!tc_failed(tc_str_status(&ret->text)));
}

/* Are these the bytes that stand there? Those behind what was decoded are not looked at. */
static void expect_decoded(const decoded *whole, const tc_block *block)
{
    tc_slice data = tc_slice_make(block->data, block->length);
    tc_slice there = tc_slice_sub(tc_str_view(&whole->text), block->position, data.len);
    TC_ASSERT(tc_slice_equal(there, tc_slice_sub(data, 0, there.len)));
}

static void take_block(outcome *o, const tc_block *block, const tc_parser *parser, tc_arena *arena)
{
    tc_slice data = tc_slice_make(block->data, block->length);
    tc_ledger ledger = block->ledger;
    tc_sink sink = tc_memory_sink_view(&o->memory);
    TC_ASSERT(block->position >= o->position && block->line >= o->line);
    o->position = block->position + block->length;
    o->line = block->line;
    tc_memory_sink_at(&o->memory, data, block->position);
    tc_arena_reset(arena);
    TC_ASSERT(!tc_failed(
        parser->parse(parser, &block->carry, &block->options, data, arena, &ledger, &sink)));
    tc_ledger_add(&o->ledger, &ledger);
}

static void expect_failure_again(tc_reader *reader, tc_block *block, const outcome *o)
{
    tc_error again = {0};
    bool more = true;
    TC_ASSERT(tc_failed(tc_reader_next(reader, block, &more, &again)));
    TC_ASSERT(block->length == 0 && !more && strcmp(again.text, o->error.text) == 0);
}

static void read_in(const tc_input *input, const decoded *whole, size_t block_size, outcome *o)
{
    tc_reader *reader = NULL;
    tc_block block = {0};
    tc_arena *arena = tc_arena_new(ARENA_BYTES);
    const tc_parser *parser = tc_input_source(input, 0)->parser;
    bool more = true;
    *o = (outcome){.failed = false};
    tc_memory_sink_init(&o->memory);
    TC_ASSERT(arena && !tc_failed(tc_reader_open(input, 0, block_size, &reader, &o->error)));
    while (more && !o->full) {
        o->failed = tc_failed(tc_reader_next(reader, &block, &more, &o->error));
        if (o->failed) break;
        expect_decoded(whole, &block);
        take_block(o, &block, parser, arena);
        o->full = o->ledger.bytes.read > READ_ENOUGH;
    }
    o->ledger.events.delivered = o->memory.events;
    if (o->failed) expect_failure_again(reader, &block, o);
    tc_reader_close(reader);
    tc_block_done(&block);
    tc_arena_free(arena);
}

static void compare(const outcome *a, const outcome *b, const decoded *whole)
{
    TC_ASSERT(a->memory.monotonic && b->memory.monotonic);
    /* Reading ended at a block's end, which is another one for another size. */
    if (a->full || b->full) return;
    TC_ASSERT(tc_ledger_balanced(&a->ledger));
    TC_ASSERT(a->failed == b->failed && (a->failed || !whole->failed));
    TC_ASSERT(!a->failed || strcmp(a->error.text, b->error.text) == 0);
    TC_ASSERT(a->ledger.bytes.read == whole->text.len + whole->mark || a->failed);
    TC_ASSERT(memcmp(&a->ledger, &b->ledger, sizeof(a->ledger)) == 0);
    TC_ASSERT(tc_slice_equal(tc_str_view(&a->memory.text), tc_str_view(&b->memory.text)));
}

static void read_twice(const tc_input *input, const decoded *whole, tc_slice bytes)
{
    outcome small, large;
    read_in(input, whole, 16 + tc_content_hash(bytes) % 3000, &small);
    read_in(input, whole, (size_t)1 << 20, &large);
    compare(&small, &large, whole);
    tc_memory_sink_done(&small.memory);
    tc_memory_sink_done(&large.memory);
}

static const tc_parser *forced(size_t choice)
{
    size_t count = 0;
    while (tc_parsers[count])
        count++;
    return choice % (count + 1) == count ? NULL : tc_parsers[choice % (count + 1)];
}

static tc_input *open_input(const char *path, uint8_t how, const tc_names *names,
                            tc_schemas *schemas)
{
    tc_input_options options = {.paths = &path,
                                .path_count = 1,
                                .format = forced(how & 15),
                                .record_max = how & 16 ? 200 : 0,
                                .all = (how & 32) != 0,
                                .now = 1300000000 * TC_SECOND,
                                .names = names,
                                .schemas = schemas};
    tc_input *input = NULL;
    tc_error error = {0};
    TC_ASSERT(!tc_failed(tc_input_open(&options, &input, &error)));
    return input;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static memory_file file;
    tc_slice bytes = {data, size};
    uint8_t how = take_byte(&bytes);
    tc_names *names = tc_names_new();
    TC_ASSERT(names);
    tc_names_freeze(names);
    tc_schemas *schemas = tc_schemas_new(names, 16384);
    TC_ASSERT(schemas);
    memory_file_write(&file, bytes);
    tc_input *input = open_input(file.path, how, names, schemas);
    decoded whole;
    decode(file.path, &whole);
    if (tc_input_count(input) == 1 && tc_input_source(input, 0)->parser)
        read_twice(input, &whole, bytes);
    tc_str_done(&whole.text);
    tc_input_free(input);
    tc_schemas_free(schemas);
    tc_names_free(names);
    return 0;
}
