/* Packets out of pcap and pcapng, in both byte orders and in any pieces. */
#include "parsers/packet/capture_file.h"

#include <criterion/criterion.h>

typedef struct bytes {
    uint8_t data[4096];
    size_t length;
    bool big;
} bytes;

static void put(bytes *b, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        size_t place = b->big ? size - 1 - i : i;
        b->data[b->length++] = (uint8_t)(place < 8 ? number >> 8 * place : 0);
    }
}

static void put_pcap(bytes *b, uint32_t magic, uint32_t fraction, size_t record_head)
{
    put(b, magic, 4);
    put(b, 2, 2);
    put(b, 4, 2);
    put(b, 0, 8);
    put(b, 65535, 4);
    put(b, UINT32_C(0xF0000001), 4); /* upper half: checksums */
    put(b, 1299654123, 4);
    put(b, fraction, 4);
    put(b, 3, 4);
    put(b, 60, 4);
    for (size_t i = 16; i < record_head; i++)
        put(b, 0, 1);
    put(b, 7, 3);
}

static void put_block(bytes *b, uint32_t type, const bytes *body)
{
    uint32_t length = (uint32_t)(12 + (body->length + 3) / 4 * 4);
    put(b, type, 4);
    put(b, length, 4);
    memcpy(b->data + b->length, body->data, body->length);
    b->length += length - 12;
    put(b, length, 4);
}

static void put_section(bytes *b)
{
    bytes body = {.big = b->big};
    put(&body, 0x1A2B3C4D, 4);
    put(&body, 1, 2);
    put(&body, 0, 2);
    put(&body, UINT64_MAX, 8);
    put_block(b, 0x0A0D0D0A, &body);
}

static void put_interface(bytes *b, uint16_t link, uint32_t snap, int resolution, int64_t offset)
{
    bytes body = {.big = b->big};
    put(&body, link, 2);
    put(&body, 0, 2);
    put(&body, snap, 4);
    put(&body, 9, 2);
    put(&body, 1, 2);
    put(&body, (uint64_t)resolution, 1);
    body.length += 3;
    put(&body, 14, 2);
    put(&body, 8, 2);
    put(&body, (uint64_t)offset, 8);
    put(&body, 0, 4);
    put_block(b, 1, &body);
}

static void put_packet(bytes *b, uint32_t interface, uint64_t stamp, uint32_t length)
{
    bytes body = {.big = b->big};
    put(&body, interface, 4);
    put(&body, stamp >> 32, 4);
    put(&body, stamp & UINT32_MAX, 4);
    put(&body, length, 4);
    put(&body, length + 5, 4);
    body.length += length;
    put_block(b, 6, &body);
}

typedef struct found {
    tc_packet packets[32];
    size_t lengths[32];
    size_t count, broken;
} found;

/* Shows pieces of that size, keeping what was not used. */
static void read_in(const bytes *b, size_t piece, found *ret)
{
    tc_capture_file file;
    uint8_t window[8192];
    size_t have = 0, used = 0;
    tc_packet packet;
    *ret = (found){.count = 0};
    tc_capture_file_init(&file);
    for (size_t at = 0; at < b->length; at += piece) {
        size_t n = TC_MIN(piece, b->length - at);
        memcpy(window + have, b->data + at, n);
        have += n;
        for (bool more = false; have > 0 && !more;) {
            switch (tc_capture_file_next(&file, tc_slice_make(window, have), &used, &packet)) {
            case TC_CAPTURE_PACKET:
                ret->lengths[ret->count] = packet.bytes.len;
                ret->packets[ret->count++] = packet;
                break;
            case TC_CAPTURE_BROKEN:
                ret->broken++;
                break;
            case TC_CAPTURE_MORE:
                more = true;
                break;
            case TC_CAPTURE_PASSED:
            case TC_CAPTURE_NO_MEMORY:
                break;
            }
            have -= used;
            memmove(window, window + used, have);
        }
    }
    tc_capture_file_done(&file);
}

static const tc_time moment = INT64_C(1299654123) * TC_SECOND;

Test(capture_file, reads_pcap_of_every_kind)
{
    static const struct {
        uint32_t magic, fraction;
        tc_time wanted;
        size_t head;
    } kinds[] = {{0xA1B2C3D4, 250000, 250000000, 16},
                 {0xA1B23C4D, 250000, 250000, 16},
                 {0xA1B2CD34, 250000, 250000000, 24}};
    for (size_t i = 0; i < 2 * TC_COUNT_OF(kinds); i++) {
        bytes b = {.big = i % 2 != 0};
        found f;
        put_pcap(&b, kinds[i / 2].magic, kinds[i / 2].fraction, kinds[i / 2].head);
        for (size_t piece = 1; piece <= b.length; piece++) {
            read_in(&b, piece, &f);
            cr_assert_eq(f.count, 1, "kind %zu, pieces of %zu", i, piece);
            cr_expect_eq(f.packets[0].time, tc_time_add(moment, kinds[i / 2].wanted));
            cr_expect_eq(f.packets[0].link, 1);
            cr_expect_eq(f.packets[0].wire_length, 60);
            cr_expect_eq(f.lengths[0], 3);
        }
    }
}

static void put_sections(bytes *b)
{
    bytes unknown = {.big = b->big, .length = 100};
    put_section(b);
    put_interface(b, 1, 0, 6, 0);
    put_interface(b, 101, 2, 9, -3600);
    put_packet(b, 0, UINT64_C(1299654123000001), 5);
    put_block(b, 0xBAD, &unknown);
    put_packet(b, 1, UINT64_C(1299654123) * 1000000000 + 7, 6);
    put_packet(b, 9, 0, 1);
    put_section(b);
    put_interface(b, 113, 0, 0x80 | 10, 0);
    put_packet(b, 0, UINT64_C(1299654123) * 1024 + 512, 4);
}

Test(capture_file, reads_sections_and_interfaces_of_pcapng)
{
    for (int big = 0; big < 2; big++) {
        bytes b = {.big = big != 0};
        found f;
        put_sections(&b);
        for (size_t piece = 1; piece < 400; piece += 7) {
            read_in(&b, piece, &f);
            cr_assert_eq(f.count, 4, "pieces of %zu: %zu", piece, f.count);
            cr_expect_eq(f.packets[0].time, tc_time_add(moment, 1000));
            cr_expect_eq(f.packets[1].time, tc_time_add(moment, 7 - 3600 * TC_SECOND));
            cr_expect_eq(f.packets[1].link, 101);
            cr_expect_eq(f.packets[2].link, UINT32_MAX);
            cr_expect_eq(f.packets[2].time, TC_TIME_NONE);
            cr_expect_eq(f.packets[3].link, 113);
            cr_expect_eq(f.packets[3].time, tc_time_add(moment, TC_SECOND / 2));
            cr_expect_eq(f.broken, 0);
        }
    }
}

Test(capture_file, ends_where_a_length_cannot_be_true)
{
    bytes b = {.big = false};
    found f;
    put_sections(&b);
    size_t sound = b.length;
    put(&b, 6, 4);
    put(&b, 13, 4);
    put(&b, 0, 8);
    put_packet(&b, 0, 0, 4);
    read_in(&b, 50, &f);
    cr_expect_eq(f.count, 4);
    cr_expect_eq(f.broken, 1);
    b.length = sound;
    put(&b, 6, 4);
    put(&b, 40, 4);
    put(&b, 0, 8); /* interface, half a stamp */
    put(&b, 0, 4);
    put(&b, 4000, 4); /* more was kept than the block holds */
    put(&b, 0, 12);
    put(&b, 40, 4);
    read_in(&b, 50, &f);
    cr_expect_eq(f.count, 4);
    cr_expect_eq(f.broken, 1);
}
