/* Logs that tests/support/make_evtx.py wrote, read by plans and as XML; and what plans may cost. */
#include "parsers/windows/evtx_plan.h"

#include "parsers/windows/binxml_value.h"
#include "parsers/windows/evtx.h"
#include "parsers/windows/evtx_chunk.h"
#include "tests/support/chunker.h"
#include "tests/support/evtx_twice.h"

#include <criterion/criterion.h>

static uint8_t chunk[TC_EVTX_CHUNK];

static size_t load(const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s.evtx", TC_EVTX_CORPUS, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s cannot be read", path);
    memset(chunk, 0, sizeof chunk);
    size_t length = fread(chunk, 1, sizeof chunk, file);
    fclose(file);
    return length;
}

/* In two records of "nested" a template stands where a text belongs, and "inline" has one without.
 */
Test(evtx_plan, reads_what_the_xml_says)
{
    static const struct {
        const char *name;
        size_t records, planned;
    } rows[] = {{"template", 3, 3}, {"inline", 2, 1}, {"headless", 2, 2}, {"nested", 14, 12}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        size_t length = load(rows[i].name);
        for (int all = 0; all < 2; all++) {
            tc_evtx_twice found = tc_evtx_read_twice(tc_slice_make(chunk, length), all);
            cr_expect_eq(found.records, rows[i].records, "%s: %zu", rows[i].name, found.records);
            cr_expect_eq(found.planned, rows[i].planned, "%s: %zu", rows[i].name, found.planned);
            cr_expect_eq(found.differ, 0, "%s: %zu differ", rows[i].name, found.differ);
        }
    }
}

Test(evtx_plan, reads_what_the_xml_says_whatever_byte_is_changed)
{
    static const uint8_t changes[] = {0x00, 0x01, 0x04, 0x05, 0x0E, 0x21, 0x81, 0xFF};
    size_t length = load("nested"), planned = 0;
    for (size_t at = TC_EVTX_CHUNK_HEAD; at < length; at++) {
        uint8_t kept = chunk[at];
        chunk[at] = changes[at % TC_COUNT_OF(changes)];
        tc_evtx_twice found = tc_evtx_read_twice(tc_slice_make(chunk, length), at % 2 == 0);
        planned += found.planned;
        cr_expect_eq(found.differ, 0, "byte %zu: %zu differ", at, found.differ);
        chunk[at] = kept;
    }
    cr_expect_gt(planned, length, "%zu records were read by plans", planned);
}

/* -- bounds ---------------------------------------------------------------------------------- */

typedef struct planning {
    tc_names *names;
    tc_schemas *schemas;
    tc_arena *arena;
    tc_parse_options options;
    tc_windows_fill fill;
    tc_evtx_plans *plans;
} planning;

static void begin(planning *p)
{
    tc_windows_schemas schemas;
    p->names = tc_names_new();
    cr_assert(p->names);
    tc_names_freeze(p->names);
    p->schemas = tc_schemas_new(p->names, 4);
    p->arena = tc_arena_new((size_t)16 << 20);
    cr_assert(p->schemas && p->arena);
    p->options = (tc_parse_options){.names = p->names, .schemas = p->schemas, .all = true};
    tc_windows_schemas_init(&schemas, &p->options, "evtx");
    p->plans = tc_arena_get(p->arena, 1, sizeof *p->plans);
    cr_assert(p->plans && tc_windows_fill_init(&p->fill, &p->options, &schemas, p->arena));
    cr_assert(tc_evtx_plans_init(p->plans, &p->fill, p->arena));
    tc_evtx_plans_begin(p->plans, tc_slice_make(chunk, sizeof chunk));
}

static void end(planning *p)
{
    tc_arena_free(p->arena);
    tc_schemas_free(p->schemas);
    tc_names_free(p->names);
}

static size_t add(size_t at, const void *bytes, size_t length)
{
    cr_assert_leq(at + length, sizeof chunk);
    memcpy(chunk + at, bytes, length);
    return at + length;
}

/* An element's start with the name that stands at `name`. */
static size_t start_of(size_t at, uint32_t name)
{
    at = add(at, "\x01\xff\xff\x04\0\0\0", 7);
    return add(add(at, &name, sizeof name), "\x02", 1);
}

/* A name of `units` letters at `at`. */
static size_t name_of(size_t at, uint16_t units)
{
    at = add(add(at, "\0\0\0\0\0\0", 6), &units, sizeof units);
    for (size_t i = 0; i < units; i++)
        at = add(at, "a\0", 2);
    return add(at, "\0\0", 2);
}

static void expect_bounds(const tc_evtx_plans *plans)
{
    cr_expect_leq(plans->count, TC_EVTX_PLANS);
    cr_expect_leq(plans->step_count, TC_EVTX_STEPS);
    cr_expect_leq(plans->text_used, TC_EVTX_TEXT);
}

/* <EventData> with `count` elements in it. */
static tc_binxml_place data_template(size_t count)
{
    static const char event_data[] = "E\0v\0e\0n\0t\0D\0a\0t\0a";
    memset(chunk, 0, sizeof chunk);
    name_of(0x400, 9);
    memcpy(chunk + 0x408, event_data, sizeof event_data);
    name_of(0x500, 200);
    size_t at = start_of(0x1000, 0x400);
    for (size_t i = 0; i < count; i++)
        at = add(start_of(at, 0x500), "\x0d\0\0\x01\x04", 5);
    at = add(at, "\x04", 1);
    return (tc_binxml_place){0x1000, at};
}

Test(evtx_plan, works_each_template_out_once)
{
    planning p;
    begin(&p);
    tc_binxml_place body = data_template(20);
    const tc_evtx_plan *plan = tc_evtx_plan_of(p.plans, TC_EVTX_PART, 0x1000, body);
    cr_assert(plan);
    cr_expect_eq(plan->count, 20);
    cr_expect_eq(tc_evtx_plan_of(p.plans, TC_EVTX_PART, 0x1000, body), plan);
    cr_expect_eq(p.plans->step_count, 20);
    cr_expect_null(tc_evtx_plan_of(p.plans, TC_EVTX_PART, 0x400, (tc_binxml_place){0x400, 0x500}));
    cr_expect_null(tc_evtx_plan_of(p.plans, TC_EVTX_PART, 0x400, body), "it has been tried");
    cr_expect_eq(p.plans->count, 2);
    tc_evtx_plans_begin(p.plans, tc_slice_make(chunk, sizeof chunk));
    cr_expect(tc_evtx_plan_of(p.plans, TC_EVTX_PART, 0x400, body), "another chunk");
    end(&p);
}

/* As many templates as a chunk has offsets: each begins elsewhere in the same bytes. */
Test(evtx_plan, holds_no_more_than_its_room)
{
    static const size_t sizes[] = {0, 1, 100, 900};
    for (size_t i = 0; i < TC_COUNT_OF(sizes); i++) {
        planning p;
        begin(&p);
        tc_binxml_place body = data_template(sizes[i]);
        size_t made = 0;
        for (uint32_t offset = 0; offset < sizeof chunk; offset++)
            made += tc_evtx_plan_of(p.plans, TC_EVTX_PART, offset, body) != NULL;
        expect_bounds(p.plans);
        cr_expect_leq(made, TC_EVTX_PLANS);
        cr_expect_geq(made, sizes[i] > 300 ? 0 : 2, "%zu elements: %zu", sizes[i], made);
        end(&p);
    }
}

Test(evtx_plan, looks_at_so_many_tokens_and_no_more)
{
    planning p;
    begin(&p);
    tc_binxml_place body = data_template(1);
    for (size_t fragments = 0; fragments <= 2000; fragments += 1000) {
        uint8_t copy[64];
        size_t length = body.end - body.at, at = 0x2000;
        cr_assert_leq(length, sizeof copy);
        memcpy(copy, chunk + body.at, length);
        for (size_t i = 0; i < fragments; i++)
            at = add(at, "\x0f\x01\x01\0", 4);
        at = add(at, copy, length);
        const tc_evtx_plan *plan = tc_evtx_plan_of(p.plans, TC_EVTX_PART, (uint32_t)fragments,
                                                   (tc_binxml_place){0x2000, at});
        cr_expect_eq(plan != NULL, fragments <= 1000, "%zu", fragments);
    }
    end(&p);
}

/* A name that is that word. */
static void word_at(size_t at, const char *word)
{
    name_of(at, (uint16_t)strlen(word));
    for (size_t i = 0; word[i]; i++)
        chunk[at + 8 + 2 * i] = (uint8_t)word[i];
}

static size_t number_at(size_t at, uint32_t number)
{
    return add(at, &number, sizeof number);
}

/* A record of a template of its own: <Event><System><EventID>7</EventID></System></Event>. */
static size_t record_at(size_t start)
{
    static const char head[] = "**\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\x80\x3e\xd5\xde\xb1\x9d\1";
    size_t at = add(add(start, head, 24), "\x0f\1\1\0\x0c\1\7\0\0\0", 10);
    at = number_at(at, (uint32_t)at + 4);
    size_t size = at + 20, body = at + 24;
    at = add(body, "\x0f\1\1\0", 4);
    at = start_of(start_of(start_of(at, 0x200), 0x240), 0x280);
    at = add(at, "\5\1\1\0007\0\4\4\4\0", 10);
    number_at(size, (uint32_t)(at - body));
    at = add(number_at(at, 0), "\0", 1);
    number_at(start + 4, (uint32_t)(at + 4 - start));
    return number_at(at, (uint32_t)(at + 4 - start));
}

/* More templates than there is room for: the records of the others are read as XML. */
Test(evtx_plan, loses_no_record_of_a_chunk_of_many_templates)
{
    memset(chunk, 0, sizeof chunk);
    memcpy(chunk, "ElfChnk", 8);
    word_at(0x200, "Event");
    word_at(0x240, "System");
    word_at(0x280, "EventID");
    size_t records = 0, at = 0x300;
    for (; records < 300; records++)
        at = record_at(at);
    number_at(48, (uint32_t)at);
    tc_evtx_twice found = tc_evtx_read_twice(tc_slice_make(chunk, sizeof chunk), true);
    cr_expect_eq(found.records, records);
    cr_expect_eq(found.planned, TC_EVTX_PLANS, "%zu", found.planned);
    cr_expect_eq(found.differ, 0);
    tc_chunker run = {.parser = &tc_parser_evtx};
    tc_chunker_run(&run, tc_slice_make(chunk, sizeof chunk));
    cr_expect_eq(run.ledger.records.accepted, records, "%" PRIu64, run.ledger.records.accepted);
    tc_chunker_done(&run);
}

/* -- values ---------------------------------------------------------------------------------- */

/* What is written plain is what the escaped text means, and has no more bytes than there is room.
 */
Test(evtx_plan, writes_values_plain_as_their_text_says)
{
    static const size_t lengths[] = {1, 2, 4, 8, 12, 16, 17, 28, 68, 1028, 3000};
    uint8_t data[3000], plain[TC_BINXML_PLAIN_MAX(3000)];
    uint32_t dice = 2011;
    for (unsigned round = 0; round < 4000; round++) {
        size_t length = lengths[round % TC_COUNT_OF(lengths)];
        uint8_t type = (uint8_t)(round / TC_COUNT_OF(lengths) % 0x24);
        for (size_t i = 0; i < length; i++) {
            dice = dice * 1664525 + 1013904223;
            data[i] = round % 3 == 0 ? (uint8_t)(dice >> 24) : i % 2 ? 0 : (uint8_t)(dice >> 25);
        }
        if (type == 0x13 && length >= 8) data[1] = (uint8_t)((length - 8) / 4);
        tc_slice value = tc_slice_make(data, length);
        tc_str text;
        tc_str_init(&text, 1 << 20);
        tc_binxml_value_write(type, value, &text);
        uint8_t *behind = tc_binxml_value_put(type, value, plain);
        tc_arena *arena = tc_arena_new(1 << 20);
        tc_cell cell = tc_cell_text(tc_str_view(&text));
        cell.form = TC_FORM_XML;
        tc_slice wanted = tc_cell_value(cell, arena).text;
        cr_expect_leq((size_t)(behind - plain), TC_BINXML_PLAIN_MAX(length));
        cr_expect(tc_slice_equal(tc_slice_make(plain, (size_t)(behind - plain)), wanted),
                  "type %02x, %zu bytes", type, length);
        tc_arena_free(arena);
        tc_str_done(&text);
    }
}
