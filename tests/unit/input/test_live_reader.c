/* Sources that appear and grow, with the real registry of parsers. */
#include "detector/input/growing.h"
#include "detector/input/live_reader.h"
#include "tests/support/tape.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>

static tc_names *names;
static tc_schemas *schemas;

static void make_names(void)
{
    names = tc_names_new();
    tc_names_freeze(names);
    schemas = tc_schemas_new(names, 1000);
    cr_assert(names != NULL && schemas != NULL);
}

static void free_names(void)
{
    tc_schemas_free(schemas);
    tc_names_free(names);
}

TestSuite(live_reader, .init = make_names, .fini = free_names);

#define HEADER "#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n"
#define FIELDS "#Fields: date time cs-method cs-uri-stem cs-username c-ip sc-status\r\n"
#define OTHERS "#Fields: date time c-ip cs-username cs-uri-stem cs-method sc-status\r\n"
#define TEXT                                                                                       \
    HEADER FIELDS "2011-03-09 07:00:01 GET /owa/ EX\\anna 198.51.100.7 200\r\n"                    \
                  "2011-03-09 07:00:02 GET /owa/ EX\\b\xC3\xA9rt 198.51.100.8 200\r\n"             \
                  "no record\r\n" OTHERS                                                           \
                  "2011-03-09 07:00:03 198.51.100.9 EX\\carl /owa/auth POST 302\r\n"               \
                  "2011-03-09 07:00:04 198.51.100.9 EX\\carl /owa/ GET 200\r\n"

/* -- a file that grows ---------------------------------------------------------------------- */

typedef struct growing {
    tc_slice all;
    size_t at, shown; /* given; and there now */
    bool ended;
} growing;

static tc_bytes_result read_growing(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                    tc_error *reterr)
{
    growing *g = context;
    (void)reterr;
    size_t n = g->at < g->shown ? TC_MIN(room, g->shown - g->at) : 0;
    if (n == 0) return g->ended ? TC_BYTES_END : TC_BYTES_IDLE;
    memcpy(buffer, g->all.ptr + g->at, n);
    g->at += n;
    *ret_got = n;
    return TC_BYTES_MORE;
}

static tc_input *open_growing(void)
{
    tc_input *input;
    tc_input_options options = {.names = names, .schemas = schemas};
    cr_assert(!tc_failed(tc_input_open(&options, &input, NULL)));
    cr_assert(!tc_failed(tc_input_reserve(input, 100)));
    return input;
}

static tc_new_source add(tc_input *input, const char *path, tc_slice head)
{
    tc_new_source added;
    tc_new_file file = {.path = tc_slice_of(path), .head = head};
    cr_assert(!tc_failed(tc_input_add(input, &file, &added, NULL)));
    return added;
}

/* -- reading -------------------------------------------------------------------------------- */

typedef struct told {
    tc_str events;
    const tc_block *block;
    tc_ledger ledger;
} told;

static TC_STATUS tell(void *context, tc_event *event)
{
    told *t = context;
    tc_locator at;
    uint64_t position;
    tc_block_locate(t->block, event->place, &at, &position);
    tc_slice user = tc_event_value(event, TC_FIELD_CS_USERNAME).text;
    tc_str_addf(&t->events, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %.*s\n", position,
                at.offset, at.line, event->time, (int)user.len, (const char *)user.ptr);
    return TC_SUCCESS;
}

static void take(told *t, const tc_block *block, const tc_parser *parser)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_sink sink = {.context = t, .event = tell};
    tc_ledger ledger = block->ledger;
    t->block = block;
    tc_slice data = tc_slice_make(block->data, block->length);
    cr_assert(!tc_failed(
        parser->parse(parser, &block->carry, &block->options, data, arena, &ledger, &sink)));
    tc_ledger_add(&t->ledger, &ledger);
    tc_arena_free(arena);
}

static tc_live_result read_on(tc_reader *reader, bool flush, told *t, const tc_parser *parser)
{
    tc_block block = {0};
    tc_live_result result;
    while ((result = tc_live_reader_poll(reader, flush, &block, NULL)) == TC_LIVE_BLOCK)
        take(t, &block, parser);
    tc_block_done(&block);
    return result;
}

static tc_reader *go_on(const tc_input *input, uint32_t index, tape *from, growing *g)
{
    tc_reader *reader;
    cr_assert(!tc_failed(tc_live_reader_new(input, index, 1 << 16, &reader, NULL)));
    if (from) {
        tc_visit *v = tape_loader(from);
        cr_assert(tc_visit_begin(v, "place", 1));
        tc_live_reader_visit(reader, v);
        tc_visit_end(v);
        cr_assert(!tc_visit_failed(v), "%s", tc_visit_problem(v));
        tc_visit_free(v);
    }
    g->at = (size_t)tc_live_reader_offset(reader);
    tc_bytes bytes = {g, read_growing, NULL};
    cr_assert(!tc_failed(tc_live_reader_attach(reader, bytes, NULL)));
    return reader;
}

static tape *save(tc_reader *reader)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "place", 1));
    tc_live_reader_visit(reader, v);
    tc_visit_end(v);
    cr_assert(!tc_visit_failed(v));
    tc_visit_free(v);
    return t;
}

static void begin_told(told *t)
{
    *t = (told){0};
    tc_str_init(&t->events, 1 << 20);
}

static void expect_same(told *a, told *b, size_t cut)
{
    cr_expect(tc_slice_equal(tc_str_view(&a->events), tc_str_view(&b->events)), "cut at %zu:\n%s%s",
              cut, tc_str_cstr(&a->events), tc_str_cstr(&b->events));
    cr_expect(memcmp(&a->ledger, &b->ledger, sizeof a->ledger) == 0, "ledger, cut at %zu", cut);
}

/* Reads `all` in one go, and cut, saved and loaded at every byte: the same is told. */
static void cut_everywhere(tc_slice all)
{
    tc_input *input = open_growing();
    tc_new_source log = add(input, "/logs/EX01/u_ex.log", all);
    cr_assert_eq((int)log.verdict, TC_NEW_LOG);
    const tc_parser *parser = tc_input_source(input, log.index)->parser;
    told whole;
    begin_told(&whole);
    growing g = {.all = all, .shown = all.len, .ended = true};
    tc_reader *reader = go_on(input, log.index, NULL, &g);
    cr_assert_eq((int)read_on(reader, false, &whole, parser), TC_LIVE_END);
    tc_reader_close(reader);
    cr_assert_eq(whole.ledger.records.accepted, 4);
    for (size_t cut = 0; cut <= all.len; cut++) {
        told parts;
        begin_told(&parts);
        g = (growing){.all = all, .shown = cut};
        reader = go_on(input, log.index, NULL, &g);
        cr_assert_eq((int)read_on(reader, false, &parts, parser), TC_LIVE_IDLE);
        tape *place = save(reader);
        tc_reader_close(reader);
        g = (growing){.all = all, .shown = all.len, .ended = true};
        reader = go_on(input, log.index, place, &g);
        cr_assert_eq((int)read_on(reader, false, &parts, parser), TC_LIVE_END);
        expect_same(&whole, &parts, cut);
        tc_reader_close(reader);
        tape_free(place);
        tc_str_done(&parts.events);
    }
    tc_str_done(&whole.events);
    tc_input_free(input);
}

Test(live_reader, goes_on_from_any_byte_as_if_it_had_never_stopped)
{
    cut_everywhere(TC_LIT(TEXT));
}

Test(live_reader, goes_on_in_a_file_with_a_mark_and_in_utf16)
{
    tc_str marked, wide;
    tc_str_init(&marked, 1 << 16);
    tc_str_init(&wide, 1 << 16);
    tc_str_add(&marked, TC_LIT("\xEF\xBB\xBF"));
    tc_str_add(&marked, TC_LIT(TEXT));
    add_utf16(&wide, TEXT, false);
    cut_everywhere(tc_str_view(&marked));
    cut_everywhere(tc_str_view(&wide));
    tc_str_done(&marked);
    tc_str_done(&wide);
}

Test(live_reader, half_a_record_waits_until_it_is_asked_for)
{
    tc_input *input = open_growing();
    tc_slice all = tc_slice_sub(TC_LIT(TEXT), 0, sizeof(TEXT) - 3); /* without its line end */
    tc_new_source log = add(input, "u_ex.log", all);
    const tc_parser *parser = tc_input_source(input, log.index)->parser;
    told t;
    begin_told(&t);
    growing g = {.all = all, .shown = all.len};
    tc_reader *reader = go_on(input, log.index, NULL, &g);
    cr_expect_eq((int)read_on(reader, false, &t, parser), TC_LIVE_IDLE);
    cr_expect_eq(t.ledger.records.accepted, 3);
    cr_expect(tc_live_reader_waiting(reader) > 10);
    cr_expect_eq((int)read_on(reader, true, &t, parser), TC_LIVE_IDLE);
    cr_expect_eq(t.ledger.records.accepted, 4);
    cr_expect_eq(tc_live_reader_waiting(reader), 0);
    cr_expect_eq(tc_live_reader_offset(reader), all.len);
    tc_reader_close(reader);
    tc_str_done(&t.events);
    tc_input_free(input);
}

/* -- what a new file is --------------------------------------------------------------------- */

Test(live_reader, a_new_file_is_told_when_it_can_be)
{
    static const struct {
        const char *head;
        tc_new_verdict verdict;
        const char *words;
    } rows[] = {
        {"", TC_NEW_WAIT, ""},
        {HEADER, TC_NEW_WAIT, ""},
        {HEADER FIELDS, TC_NEW_WAIT, ""},
        {TEXT, TC_NEW_LOG, ""},
        {"\x1f\x8b\x08\x00", TC_NEW_NONE, ""},
        {"Dear all,\nplease come.\n", TC_NEW_NONE, "is no log that is known"},
    };
    tc_input *input = open_growing();
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        size_t before = tc_input_count(input);
        tc_new_source added = add(input, "/logs/u_ex.log", tc_slice_of(rows[i].head));
        cr_expect_eq((int)added.verdict, (int)rows[i].verdict, "row %zu: %d", i,
                     (int)added.verdict);
        if (rows[i].words[0]) cr_expect_str_eq(added.words, rows[i].words);
        cr_expect_eq(tc_input_count(input), before + (rows[i].verdict == TC_NEW_LOG));
    }
    tc_input_free(input);
}

Test(live_reader, a_saved_source_comes_back_without_its_file)
{
    tc_input *input = open_growing();
    tc_new_source log = add(input, "/logs/EX01/W3SVC1/u_ex.log", TC_LIT(TEXT));
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "source", 1));
    tc_input_visit_source(input, &log.index, v);
    tc_visit_end(v);
    tc_visit_free(v);
    tc_input *other = open_growing();
    v = tape_loader(t);
    uint32_t index = 99;
    cr_assert(tc_visit_begin(v, "source", 1));
    tc_input_visit_source(other, &index, v);
    tc_visit_end(v);
    cr_assert(!tc_visit_failed(v), "%s", tc_visit_problem(v));
    tc_visit_free(v);
    const tc_source *a = tc_input_source(input, log.index), *b = tc_input_source(other, index);
    cr_expect(index == 0 && tc_slice_equal(a->path, b->path) && tc_slice_equal(a->host, b->host));
    cr_expect(a->host.len > 0 && a->key == b->key && a->parser == b->parser);
    cr_expect(a->first == b->first && a->first != TC_TIME_NONE);
    for (uint64_t dice = 0; dice < 200; dice++) {
        tape *damaged = tape_copy(t);
        tape_damage(damaged, dice);
        v = tape_loader(damaged);
        if (tc_visit_begin(v, "source", 1)) {
            tc_input_visit_source(other, &index, v);
            tc_visit_end(v);
        }
        tc_visit_free(v);
        tape_free(damaged);
        if (tc_input_count(other) > 90) break;
    }
    tape_free(t);
    tc_input_free(input);
    tc_input_free(other);
}
