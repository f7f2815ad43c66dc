/* Packets of a capture that comes in pieces, and goes on in another process. */
#include "parsers/packet/capture_records.h"

#include "tests/support/tape.h"

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

/* -- saved ---------------------------------------------------------------------------------- */

/* A section with an interface; another one; and a block of another kind that has not come whole. */
static const uint8_t section[] = {
    0x0A, 0x0D, 0x0D, 0x0A, 28,   0,    0,    0,    0x4D, 0x3C, 0x2B, 0x1A, 1,  0, 0, 0, /* head */
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 28,   0,    0,    0,    1,  0, 0, 0,
    20,   0,    0,    0,    1,    0,    0,    0,    0,    0,    0,    0,    20, 0, 0, 0};
static const uint8_t behind[] = {1,  0, 0, 0, 20,   0,    0, 0, 101, 0, 0, 0, 0, 0, 0, 0,
                                 20, 0, 0, 0, 0xAD, 0x0B, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t impossible[] = {6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};

/* As another process finds it, which goes on at the place. */
static tc_capture_records saved_and_loaded(tc_capture_records *r, tc_capture_place *place)
{
    tc_capture_records other = {.length = 0};
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "records", 1));
    tc_capture_records_visit(r, place, v);
    tc_visit_end(v);
    cr_assert_eq(tc_visit_status(v).code, TC_OK);
    tc_visit_free(v);
    v = tape_loader(t);
    tc_capture_records_begin(&other);
    cr_assert(tc_visit_begin(v, "records", 1));
    tc_capture_records_visit(&other, place, v);
    tc_visit_end(v);
    cr_assert_eq(tc_visit_status(v).code, TC_OK);
    tc_visit_free(v);
    tape_free(t);
    return other;
}

static void saves_the_place_before(const uint8_t *bytes, size_t length)
{
    tc_capture_records r = {.length = 0};
    unsigned sum = 0;
    tc_capture_records_begin(&r);
    (void)packets_in(&r, tc_slice_make(section, sizeof section), sizeof section, &sum);
    tc_capture_place place = tc_capture_records_place(&r);
    (void)packets_in(&r, tc_slice_make(bytes, length), length, &sum);
    tc_capture_records other = saved_and_loaded(&r, &place);
    cr_expect_eq(place.interfaces, 1u);
    cr_expect_not(place.broken);
    cr_expect_eq(other.file.count, 1u);
    cr_expect_eq(other.file.skip, 0u);
    cr_expect_not(other.file.broken);
    cr_expect(other.file.begun && other.file.ng);
    tc_capture_records_done(&other);
    tc_capture_records_done(&r);
}

Test(capture_records, a_place_is_saved_without_what_was_read_behind_it)
{
    saves_the_place_before(behind, sizeof behind);
    saves_the_place_before(impossible, sizeof impossible);
}

Test(capture_records, a_break_before_the_place_is_saved)
{
    tc_capture_records r = {.length = 0};
    unsigned sum = 0;
    tc_capture_records_begin(&r);
    (void)packets_in(&r, tc_slice_make(section, sizeof section), sizeof section, &sum);
    (void)packets_in(&r, tc_slice_make(impossible, sizeof impossible), sizeof impossible, &sum);
    tc_capture_place place = tc_capture_records_place(&r);
    tc_capture_records other = saved_and_loaded(&r, &place);
    cr_expect(place.broken);
    cr_expect(other.file.broken);
    tc_capture_records_done(&other);
    tc_capture_records_done(&r);
}
