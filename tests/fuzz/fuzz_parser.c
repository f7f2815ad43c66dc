/*
 * fuzz_parser: one parser (TC_FUZZ_PARSER, its name) over any bytes.
 *
 * Checked besides what the sanitizers see: two different cuts of the input give the same events and
 * the same ledger, the ledger balances, offsets never fall, framing always gets on, and probing and
 * sampling read nothing but what they are given. The cuts and limits are taken from the bytes, so
 * an input always means the same.
 */
#include "parsers/base/hash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/chunker.h"

#define INPUT_MAX 65536

static const tc_parser *the_parser(void)
{
    const tc_parser *parser = tc_parser_named(tc_slice_of(TC_FUZZ_PARSER));
    TC_ASSERT(parser);
    return parser;
}

static void run(tc_chunker *chunker, tc_slice bytes)
{
    tc_chunker_run(chunker, bytes);
    TC_ASSERT(tc_chunker_sound(chunker, bytes));
}

static void probe_and_sample(const tc_parser *parser, tc_slice bytes)
{
    tc_parse_options options = {.record_max = TC_RECORD_MAX};
    tc_carry carry;
    tc_time time;
    int bid = parser->probe(parser, bytes, TC_LIT("a.log"));
    TC_ASSERT(bid >= 0 && bid <= 100);
    parser->begin(parser, &carry, &options);
    (void)parser->sample_time(parser, &carry, &options, bytes, &time);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) return 0;
    const tc_parser *parser = the_parser();
    tc_slice bytes = {data, size};
    uint64_t choice = tc_content_hash(bytes);
    size_t record_max = (choice & 3) == 0 ? 200 : 0;
    tc_chunker whole = {.parser = parser, .record_max = record_max};
    tc_chunker parts = {.parser = parser,
                        .record_max = record_max,
                        .step = 1 + (choice >> 8) % 300,
                        .late_end = (choice >> 2 & 1) != 0};
    probe_and_sample(parser, bytes);
    run(&whole, bytes);
    run(&parts, bytes);
    TC_ASSERT(tc_chunker_equal(&whole, &parts));
    tc_chunker_done(&whole);
    tc_chunker_done(&parts);
    return 0;
}
