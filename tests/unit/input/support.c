#include "tests/unit/input/support.h"

#include "parsers/base/alloc.h"
#include "parsers/base/utf8.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[512];

/* -- files ---------------------------------------------------------------------------------- */

void init_files(void)
{
    const char *base = getenv("TMPDIR");
    int length = snprintf(folder, sizeof folder, "%s/tocsin-input-XXXXXX", base ? base : "/tmp");
    cr_assert(length > 0 && (size_t)length < sizeof folder);
    cr_assert(mkdtemp(folder) != NULL);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void done_files(void)
{
    cr_assert(nftw(folder, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0);
}

const char *in_files(const char *name)
{
    static char paths[8][1024];
    static size_t turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s%s%s", folder, *name ? "/" : "", name);
    return path;
}

void put_folder(const char *name)
{
    cr_assert(mkdir(in_files(name), 0700) == 0, "mkdir %s", name);
}

void put_bytes(const char *name, tc_slice bytes)
{
    FILE *file = fopen(in_files(name), "wb");
    cr_assert(file != NULL, "cannot write %s", name);
    cr_assert(bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    cr_assert(fclose(file) == 0);
}

void put_text(const char *name, const char *text)
{
    put_bytes(name, tc_slice_of(text));
}

static void add_unit(tc_str *out, uint32_t unit, bool big_endian)
{
    tc_str_add_byte(out, (uint8_t)(big_endian ? unit >> 8 : unit));
    tc_str_add_byte(out, (uint8_t)(big_endian ? unit : unit >> 8));
}

void add_utf16(tc_str *out, const char *text, bool big_endian)
{
    add_unit(out, 0xFEFF, big_endian);
    tc_slice rest = tc_slice_of(text);
    while (rest.len > 0) {
        size_t length;
        add_unit(out, tc_utf8_next(rest, &length), big_endian);
        rest = tc_slice_sub(rest, length, SIZE_MAX);
    }
}

void add_records(tc_str *out, tc_time start, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_str_addf(out, "@%" PRId64 " record %zu of a log that goes on\n",
                    start / TC_SECOND + (int64_t)i, i);
    }
}

/* -- reading -------------------------------------------------------------------------------- */

tc_input *open_with(tc_input_options *options, const char *name)
{
    tc_input *input = NULL;
    tc_error error;
    const char *path = in_files(name);
    if (options->path_count == 0) {
        options->paths = &path;
        options->path_count = 1;
    }
    tc_status status = tc_input_open(options, &input, &error);
    cr_assert(!tc_failed(status), "%s: %s", error.source, error.text);
    return input;
}

tc_input *open_files(const char *name)
{
    tc_input_options options = {0};
    return open_with(&options, name);
}

const tc_source *source_named(const tc_input *input, const char *end)
{
    for (size_t i = 0; i < tc_input_count(input); i++) {
        const tc_source *source = tc_input_source(input, i);
        if (tc_slice_ends(source->path, tc_slice_of(end))) return source;
    }
    return NULL;
}

typedef struct collector {
    outcome *outcome;
    const tc_block *block;
    bool fake;
} collector;

static TC_STATUS collect(void *context, tc_event *event)
{
    collector *c = context;
    tc_locator at;
    uint64_t position;
    tc_block_locate(c->block, event->place, &at, &position);
    tc_str_addf(&c->outcome->events,
                "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu32 " %" PRIu64 " %.*s\n", position,
                at.offset, at.line, at.length, c->fake ? event->place.record : 0,
                (int)event->place.length, (const char *)event->raw.ptr);
    return TC_SUCCESS;
}

static void take_block(outcome *o, const tc_block *block, const tc_parser *parser, tc_arena *arena)
{
    collector c = {o, block, strcmp(parser->name, "fake") == 0};
    tc_sink sink = {.context = &c, .event = collect};
    tc_ledger ledger = block->ledger;
    tc_slice data = tc_slice_make(block->data, block->length);
    tc_arena_reset(arena);
    cr_assert(!tc_failed(
        parser->parse(parser, &block->carry, &block->options, data, arena, &ledger, &sink)));
    tc_ledger_add(&o->ledger, &ledger);
    tc_str_add(&o->data, data);
    o->blocks++;
    o->longest = TC_MAX(o->longest, block->length);
    o->capacity = TC_MAX(o->capacity, block->capacity);
}

void read_source(const tc_input *input, size_t index, size_t block_size, outcome *ret)
{
    tc_reader *reader = NULL;
    tc_block block = {0};
    tc_arena *arena = tc_arena_new(64 << 20);
    const tc_parser *parser = tc_input_source(input, index)->parser;
    *ret = (outcome){0};
    tc_str_init(&ret->events, (size_t)1 << 30);
    tc_str_init(&ret->data, (size_t)1 << 30);
    bool more = true;
    uint64_t framed_away = 0; /* rejected bytes come before a block's data */
    ret->failed = tc_failed(tc_reader_open(input, index, block_size, &reader, &ret->error));
    while (more && !ret->failed) {
        ret->failed = tc_failed(tc_reader_next(reader, &block, &more, &ret->error));
        if (ret->failed) break;
        cr_assert(block.last == !more);
        cr_assert(block.sequence == ret->blocks);
        framed_away += block.ledger.bytes.rejected;
        cr_assert(block.length == 0 || block.position == ret->data.len + framed_away);
        take_block(ret, &block, parser, arena);
    }
    if (ret->failed && reader) {
        tc_error again;
        cr_assert(tc_failed(tc_reader_next(reader, &block, &more, &again)));
        cr_assert(block.length == 0 && !more);
        cr_assert_str_eq(again.text, ret->error.text);
    }
    tc_reader_close(reader);
    tc_block_done(&block);
    tc_arena_free(arena);
}

void done_outcome(outcome *o)
{
    tc_str_done(&o->events);
    tc_str_done(&o->data);
}
