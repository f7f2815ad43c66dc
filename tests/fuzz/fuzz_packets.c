/*
 * fuzz_packets: the carrier over any bytes, as a capture.
 *
 * Checked besides what the sanitizers see: the exchanges are the same for any cut of the input and
 * any room for the output, the format that reads them books every byte, and no packet is told
 * twice. The cuts are taken from the bytes, so an input always means the same.
 */
#include "parsers/base/hash.h"
#include "parsers/packet/carrier.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/chunker.h"

#define INPUT_MAX 65536
#define OUT_MAX ((size_t)64 << 20)

static void step_all(tc_carrier *carrier, tc_slice *in, size_t room, tc_str *out)
{
    uint8_t buffer[4096];
    size_t got = 0;
    do {
        tc_status status = tc_carrier_step(carrier, in, buffer, room, &got);
        TC_ASSERT(!tc_failed(status));
        tc_str_add(out, tc_slice_make(buffer, got));
    } while (got > 0 || in->len > 0);
}

static void run(tc_slice bytes, size_t step, size_t room, tc_str *out)
{
    tc_carrier *carrier = tc_carrier_new();
    TC_ASSERT(carrier && !tc_failed(tc_carrier_begin(carrier)));
    for (size_t at = 0; at < bytes.len; at += step) {
        tc_slice in = tc_slice_sub(bytes, at, step);
        step_all(carrier, &in, room, out);
    }
    tc_carrier_finish(carrier);
    tc_slice none = TC_EMPTY_SLICE;
    step_all(carrier, &none, room, out);
    tc_carrier_free(carrier);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) return 0;
    tc_slice bytes = {data, size};
    uint64_t choice = tc_content_hash(bytes);
    tc_str whole, parts;
    tc_str_init(&whole, OUT_MAX);
    tc_str_init(&parts, OUT_MAX);
    run(bytes, INPUT_MAX, 4096, &whole);
    run(bytes, 1 + choice % 700, 1 + (choice >> 16) % 4096, &parts);
    TC_ASSERT(tc_slice_equal(tc_str_view(&whole), tc_str_view(&parts)));
    tc_chunker reading = {.parser = tc_parser_named(TC_LIT("capture")), .step = 65536};
    tc_chunker_run(&reading, tc_str_view(&whole));
    TC_ASSERT(tc_chunker_sound(&reading, tc_str_view(&whole)));
    TC_ASSERT(reading.ledger.records.rejected[TC_REASON_OVERSIZE] == 0);
    tc_chunker_done(&reading);
    tc_str_done(&whole);
    tc_str_done(&parts);
    return 0;
}
