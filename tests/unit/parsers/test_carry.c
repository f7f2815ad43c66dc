#include "parsers/text/iis_w3c.h"
#include "parsers/text/msgtrk.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

static tc_names *names;
static tc_schemas *known;
static tape *saved;

static void open_tables(void)
{
    names = tc_names_new();
    known = tc_schemas_new(names, 64);
    saved = tape_new();
    cr_assert(names && known);
}

static void close_tables(void)
{
    tape_free(saved);
    tc_schemas_free(known);
    tc_names_free(names);
}

TestSuite(carry, .init = open_tables, .fini = close_tables);

/* A source with tables of its own, as a reader has them. */
static tc_parse_options of_source(void)
{
    return (tc_parse_options){
        .names = names, .schemas = tc_schemas_new_source(known), .record_max = TC_RECORD_MAX};
}

static tc_carry behind(const tc_parser *parser, const tc_parse_options *options, tc_slice bytes)
{
    tc_carry carry;
    tc_frame frame;
    parser->begin(parser, &carry, options);
    cr_assert(!tc_failed(parser->frame(parser, &carry, options, bytes, false, &frame)));
    cr_assert_eq(frame.length, bytes.len);
    return carry;
}

static tc_code visit(const tc_parser *parser, tc_carry *carry, const tc_parse_options *options,
                     tc_visit *visit)
{
    if (tc_visit_begin(visit, "carry", 1)) {
        tc_carry_visit(parser, carry, options, visit);
        tc_visit_end(visit);
    }
    tc_code code = tc_visit_status(visit).code;
    tc_visit_free(visit);
    return code;
}

/* The header `line` saved, and had back by `reader` in tables of its own. */
static tc_code save_and_load(const tc_parser *writer, const tc_parser *reader, tc_slice line,
                             tc_carry *ret, tc_schemas **ret_schemas)
{
    tc_parse_options before = of_source();
    tc_carry carry = behind(writer, &before, line);
    cr_assert_eq(visit(writer, &carry, &before, tape_saver(saved)), TC_OK);
    tc_schemas_free(before.schemas);
    tc_parse_options after = of_source();
    tc_code code = visit(reader, ret, &after, tape_loader(saved));
    *ret_schemas = after.schemas;
    return code;
}

static TC_STATUS count_columns(void *context, tc_event *event)
{
    *(size_t *)context = event->schema->column_count;
    return TC_SUCCESS;
}

Test(carry, keeps_a_header_with_a_name_longer_than_any_text)
{
    enum { LONG = 100000 };
    tc_str line;
    tc_carry carry;
    tc_schemas *schemas;
    tc_str_init(&line, 1 << 20);
    tc_str_add(&line, TC_LIT("#Fields: odd,date-time,"));
    for (size_t i = 0; i < LONG; i++)
        tc_str_add_byte(&line, 'x');
    tc_str_add(&line, TC_LIT("\r\n"));
    const tc_parser *parser = &tc_parser_msgtrk;
    cr_expect_eq(save_and_load(parser, parser, tc_str_view(&line), &carry, &schemas), TC_OK);
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_parse_options options = {.names = names, .record_max = TC_RECORD_MAX};
    tc_ledger ledger = {0};
    size_t columns = 0;
    tc_sink sink = {&columns, count_columns, NULL};
    cr_expect(
        !tc_failed(parser->parse(parser, &carry, &options, TC_LIT("a,2011-03-09T07:00:01.130Z,c\n"),
                                 arena, &ledger, &sink)));
    cr_expect_eq(columns, 3);
    tc_arena_free(arena);
    tc_schemas_free(schemas);
    tc_str_done(&line);
}

Test(carry, of_another_format_or_version_is_refused)
{
    static const tc_slice line = {(const uint8_t *)"#Fields: date time cs-uri-stem\n", 31};
    tc_parser newer = tc_parser_iis_w3c;
    newer.carry_version++;
    const tc_parser *readers[] = {&tc_parser_iis_w3c, &newer, &tc_parser_msgtrk};
    const tc_code expected[] = {TC_OK, TC_ESYNTAX, TC_ESYNTAX};
    for (size_t i = 0; i < TC_COUNT_OF(readers); i++) {
        tc_carry carry;
        tc_schemas *schemas;
        cr_expect_eq(save_and_load(&tc_parser_iis_w3c, readers[i], line, &carry, &schemas),
                     expected[i], "%zu", i);
        tc_schemas_free(schemas);
    }
}

/* How many columns the row has for a reader that goes on from what was saved; 0: it may not. */
static size_t columns_after(tc_slice columns, tc_slice row)
{
    tc_carry carry;
    tc_parse_options options = of_source();
    const tc_parser *parser = &tc_parser_iis_w3c;
    size_t count = 0;
    options.columns = columns;
    if (visit(parser, &carry, &options, tape_loader(saved)) == TC_OK) {
        tc_arena *arena = tc_arena_new(1 << 20);
        tc_ledger ledger = {0};
        tc_sink sink = {&count, count_columns, NULL};
        cr_expect(!tc_failed(parser->parse(parser, &carry, &options, row, arena, &ledger, &sink)));
        tc_arena_free(arena);
    }
    tc_schemas_free(options.schemas);
    return count;
}

/* They are the source's, not the carry's: a wrong column is worse than reading again. */
Test(carry, of_rows_without_a_header_needs_the_columns_that_they_were_read_by)
{
    const tc_slice columns = TC_LIT("date time s-ip -\ndate time s-ip");
    const tc_slice row = TC_LIT("2011-03-09 07:00:01 ::1\n");
    tc_parse_options options = of_source();
    options.columns = columns;
    tc_carry carry = behind(&tc_parser_iis_w3c, &options, row);
    cr_assert_eq(visit(&tc_parser_iis_w3c, &carry, &options, tape_saver(saved)), TC_OK);
    tc_schemas_free(options.schemas);
    cr_expect_eq(columns_after(columns, row), 3);
    cr_expect_eq(columns_after(TC_LIT("date time c-ip"), row), 0);
    cr_expect_eq(columns_after(TC_EMPTY_SLICE, row), 0);
}

Test(carry, that_ends_anywhere_is_refused)
{
    tc_carry carry;
    tc_schemas *schemas;
    tc_slice line = TC_LIT("#Software: Other\n#Date: 2011-03-09 07:00:00\n#Fields: time\ts-ip\n");
    cr_assert_eq(save_and_load(&tc_parser_iis_w3c, &tc_parser_iis_w3c, line, &carry, &schemas),
                 TC_OK);
    tc_schemas_free(schemas);
    for (size_t length = saved->length; length > 0; length--) {
        saved->length = length - 1;
        tc_parse_options options = of_source();
        cr_expect_eq(visit(&tc_parser_iis_w3c, &carry, &options, tape_loader(saved)), TC_ESYNTAX,
                     "%zu", length);
        tc_schemas_free(options.schemas);
    }
}
