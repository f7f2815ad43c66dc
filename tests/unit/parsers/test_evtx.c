/* Logs that tests/support/make_evtx.py wrote, put together to files, and damaged. */
#include "parsers/base/alloc.h"
#include "parsers/windows/binxml.h"
#include "parsers/windows/evtx.h"
#include "parsers/windows/evtx_chunk.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>

#define FILE_HEAD 4096

static uint8_t chunk[TC_EVTX_CHUNK];
static size_t chunk_length; /* of the sample; zeros follow */

static void load(const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s.evtx", TC_EVTX_CORPUS, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s cannot be read", path);
    memset(chunk, 0, sizeof chunk);
    chunk_length = fread(chunk, 1, sizeof chunk, file);
    fclose(file);
}

static tc_event_run parse(tc_slice bytes)
{
    tc_event_run run = {.parser = &tc_parser_evtx, .all = true};
    tc_event_run_text(&run, bytes);
    return run;
}

static void expect(tc_slice bytes, uint64_t events, tc_reason reason, uint64_t rejected)
{
    tc_event_run run = parse(bytes);
    cr_expect_eq(run.events, events, "%" PRIu64 " events", run.events);
    cr_expect_eq(run.ledger.records.rejected[reason], rejected, "%" PRIu64 " rejected for %d",
                 run.ledger.records.rejected[reason], (int)reason);
    cr_expect_eq(tc_ledger_rejected(&run.ledger), rejected);
    tc_event_run_done(&run);
}

static tc_slice whole_chunk(void)
{
    return tc_slice_make(chunk, sizeof chunk);
}

/* A file of `chunks` copies of the sample behind a head with that signature. */
static tc_slice file_of(uint8_t *file, const char signature[8], size_t chunks)
{
    memset(file, 0, FILE_HEAD);
    memcpy(file, signature, 8);
    file[41] = FILE_HEAD >> 8;
    for (size_t i = 0; i < chunks; i++)
        memcpy(file + FILE_HEAD + i * sizeof chunk, chunk, sizeof chunk);
    return tc_slice_make(file, FILE_HEAD + chunks * sizeof chunk);
}

Test(evtx, reads_records_as_windows_shows_them)
{
    load("template");
    tc_event_run run = parse(tc_slice_make(chunk, chunk_length));
    cr_expect_eq(run.events, 3);
    cr_expect(tc_event_run_has(&run, "[windows/security]"));
    cr_expect(tc_event_run_has(&run, "SubjectUserSid=text:S-1-5-32-544"));
    cr_expect(tc_event_run_has(&run, "TimeCreated=text:2011-03-09T07:12:03.000000000Z"));
    cr_expect_not(tc_event_run_has(&run, "of the past"), "free space holds no events");
    cr_expect_eq(run.ledger.records.rejected[TC_REASON_BAD_BINARY], 1);
    cr_expect(run.has_sample);
    tc_event_run_done(&run);
}

Test(evtx, reads_every_type_of_value_and_what_forwarded_events_are_made_of)
{
    static const char *const wanted[] = {"v00=text:latin \xC3\xA9",
                                         "v01=text:-1 ",
                                         "v02=text:255 ",
                                         "v05=text:-3 ",
                                         "v08=text:18446744073709551612 ",
                                         "v09=text:0.5 ",
                                         "v0a=text:-0.25 ",
                                         "v0b=text:true ",
                                         "v0c=text:01AB ",
                                         "v0d=text:0x12 ",
                                         "v0e=text:2011-03-09T07:12:03.250Z ",
                                         "v10=text:0x3e7 ",
                                         "v11=text:one v11=text:two v12=text:1 v12=text:2 ",
                                         "v13=text:0102 ",
                                         "SubjectUserName=text:help"};
    load("inline");
    tc_event_run run = parse(tc_slice_make(chunk, chunk_length));
    cr_expect_eq(run.events, 2);
    for (size_t i = 0; i < TC_COUNT_OF(wanted); i++)
        cr_expect(tc_event_run_has(&run, wanted[i]), "no '%s' in\n%s", wanted[i],
                  tc_str_cstr(&run.text));
    tc_event_run_done(&run);
}

Test(evtx, reads_whole_files_and_those_whose_heads_are_damaged)
{
    uint8_t *file = tc_alloc(1, FILE_HEAD + 2 * sizeof chunk);
    load("template");
    expect(file_of(file, "ElfFile", 2), 6, TC_REASON_BAD_BINARY, 2);
    expect(file_of(file, "XlfFile", 2), 6, TC_REASON_BAD_BINARY, 3);
    expect(whole_chunk(), 3, TC_REASON_BAD_BINARY, 1);
    expect(tc_slice_make(file, FILE_HEAD), 0, TC_REASON_BAD_BINARY, 1);
    load("headless");
    expect(file_of(file, "ElfFile", 2), 4, TC_REASON_BAD_BINARY, 2);
    memset(chunk, 0, sizeof chunk);
    expect(file_of(file, "ElfFile", 2), 0, TC_REASON_BAD_BINARY, 0);
    tc_free(file);
}

/* A head that is older than the records, or that somebody changed. */
Test(evtx, reads_what_goes_on_behind_the_place_where_free_space_should_begin)
{
    load("inline");
    size_t first = TC_EVTX_CHUNK_HEAD, length = chunk[first + 4] | (size_t)chunk[first + 5] << 8;
    tc_event_run whole = parse(whole_chunk());
    cr_assert_eq(whole.events, 2);
    memcpy(chunk + 24, chunk + first + 8, 8); /* the number of its first record */
    const size_t ends[] = {first, first + length};
    for (size_t i = 0; i < TC_COUNT_OF(ends); i++) {
        chunk[48] = (uint8_t)ends[i];
        chunk[49] = (uint8_t)(ends[i] >> 8);
        expect(whole_chunk(), whole.events, TC_REASON_BAD_BINARY, 0);
    }
    /* What an older round left behind has lower numbers, and is none any more. */
    chunk[44] = (uint8_t)first;
    chunk[45] = (uint8_t)(first >> 8);
    memset(chunk + first + length + 8, 0, 8);
    expect(whole_chunk(), 1, TC_REASON_BAD_BINARY, 0);
    tc_event_run_done(&whole);
}

Test(evtx, loses_one_record_to_an_end_inside_it)
{
    load("template");
    size_t third = tc_evtx_find(whole_chunk(), 2000, chunk_length);
    cr_assert_neq(third, TC_NPOS);
    expect(tc_slice_make(chunk, 512 + 100), 0, TC_REASON_TRUNCATED, 1);
    expect(tc_slice_make(chunk, 300), 0, TC_REASON_TRUNCATED, 0);
    load("inline");
    expect(tc_slice_make(chunk, chunk_length - 1), 1, TC_REASON_TRUNCATED, 1);
}

/* Whatever a byte is changed to: no more than all events, and an end. */
Test(evtx, survives_any_byte_changed)
{
    static const char *const names[] = {"template", "inline"};
    for (size_t n = 0; n < TC_COUNT_OF(names); n++) {
        load(names[n]);
        for (size_t at = 512; at < chunk_length; at += 3) {
            uint8_t kept = chunk[at];
            static const uint8_t changes[] = {0xFF, 0x0C};
            for (size_t i = 0; i < TC_COUNT_OF(changes); i++) {
                chunk[at] = changes[i];
                tc_event_run run = parse(tc_slice_make(chunk, chunk_length));
                cr_expect_leq(run.events, 4);
                cr_expect_not(tc_failed(run.status));
                tc_event_run_done(&run);
            }
            chunk[at] = kept;
        }
    }
}

static tc_binxml_result write(tc_slice bytes, size_t max, tc_str *out)
{
    tc_arena *arena = tc_arena_new((size_t)1 << 24);
    tc_str_init(out, max);
    tc_binxml_result result = tc_binxml_write(bytes, 0, bytes.len, arena, out);
    tc_arena_free(arena);
    return result;
}

#define LENGTH "\x40\0\0\0"
#define NAME_AT(at) at "\0\0\0"
/* <a ...: the name stands at offset 11, behind its own reference */
#define OPEN_A "\x01\xff\xff" LENGTH NAME_AT("\x0b") "\0\0\0\0\0\0\1\0a\0\0\0"

Test(binxml, lets_nothing_of_a_value_become_markup)
{
    static const char text[] = OPEN_A "\x02\x05\x01\x04\0<\0&\0>\0\"\0\x04"
                                      "000000000000000000000000000000000000000000000000000000";
    tc_str out;
    cr_expect_eq(write(tc_slice_make(text, 80), 1000, &out), TC_BINXML_DAMAGED, "digits follow");
    tc_str_done(&out);
    static const char sound[] = OPEN_A "\x02\x05\x01\x04\0<\0&\0>\0\"\0\x04\0"
                                       "0000000000000000000000000000000000000000000000000000";
    cr_expect_eq(write(tc_slice_make(sound, 80), 1000, &out), TC_BINXML_WRITTEN);
    cr_expect_str_eq(tc_str_cstr(&out), "<a>&lt;&amp;&gt;&quot;</a>");
    tc_str_done(&out);
    cr_expect_eq(write(tc_slice_make(sound, 80), 10, &out), TC_BINXML_TOO_LONG);
    tc_str_done(&out);
}

Test(binxml, refuses_names_that_are_markup)
{
    static const char bad[] = "<> /='\"&!?\x01 ";
    for (size_t i = 0; i + 1 < sizeof bad; i++) {
        char text[] = OPEN_A "\x03\0"
                             "0000000000000000000000000000000000000000000000000000000000000";
        tc_str out;
        text[19] = bad[i];
        cr_expect_eq(write(tc_slice_make(text, 80), 1000, &out), TC_BINXML_DAMAGED, "%02x", bad[i]);
        tc_str_done(&out);
    }
}

/* A template whose body is instances of itself writes nothing and would never end. */
Test(binxml, ends_where_templates_use_one_another)
{
    uint8_t text[4096] = {0};
    static const uint8_t instance[] = {0x0C, 1, 7, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0};
    uint32_t size = 100 * sizeof instance;
    memcpy(text, instance, sizeof instance);
    memcpy(text + 0x40 + 20, &size, sizeof size);
    for (size_t i = 0; i < 100; i++)
        memcpy(text + 0x40 + 24 + i * sizeof instance, instance, sizeof instance);
    tc_str out;
    cr_expect_eq(write(tc_slice_make(text, sizeof text), 1000, &out), TC_BINXML_DAMAGED);
    tc_str_done(&out);
}
