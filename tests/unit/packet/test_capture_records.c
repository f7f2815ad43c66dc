/* Packets of a capture that comes in pieces, and goes on in another process. */
#include "parsers/packet/capture_records.h"

#include <criterion/criterion.h>

static const uint8_t capture[] = {
    0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, /* head */
    1,    0,    0,    0,    0, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 7, 8, 9, /* packets */
    2,    0,    0,    0,    0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 5};

/* How many packets come out of pieces of that size; *ret_sum: of their bytes. */
static size_t packets_in(tc_capture_records *r, tc_slice bytes, size_t piece, unsigned *ret_sum)
{
    size_t count = 0;
    for (size_t at = 0; at < bytes.len; at += piece) {
        tc_slice in = tc_slice_sub(bytes, at, piece);
        tc_packet packet;
        tc_capture_step step = TC_CAPTURE_PASSED;
        while (in.len > 0 && step != TC_CAPTURE_MORE) {
            step = tc_capture_records_next(r, &in, &packet);
            if (step != TC_CAPTURE_PACKET) continue;
            count++;
            for (size_t i = 0; i < packet.bytes.len; i++)
                *ret_sum += packet.bytes.ptr[i];
        }
    }
    return count;
}

Test(capture_records, every_cut_gives_the_same_packets)
{
    for (size_t piece = 1; piece <= sizeof capture; piece++) {
        tc_capture_records r = {.length = 0};
        unsigned sum = 0;
        tc_capture_records_begin(&r);
        cr_assert_eq(packets_in(&r, tc_slice_make(capture, sizeof capture), piece, &sum), 2u);
        cr_assert_eq(sum, 29u);
        cr_assert_not(tc_capture_records_half(&r));
        tc_capture_records_done(&r);
    }
}

Test(capture_records, what_is_not_whole_is_said)
{
    tc_capture_records r = {.length = 0};
    unsigned sum = 0;
    tc_capture_records_begin(&r);
    cr_assert_eq(packets_in(&r, tc_slice_make(capture, sizeof capture - 1), 10, &sum), 1u);
    cr_assert(tc_capture_records_half(&r));
    tc_capture_records_done(&r);
}
