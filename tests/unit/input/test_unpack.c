#include "detector/input/unpack.h"
#include "parsers/base/alloc.h"
#include "tests/unit/input/fake_bytes.h"
#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>

static tc_str text, packed;
static packed_mark marks[PACKED_MARKS];
static size_t mark_count;
static tc_unpack unpack;

static void init(void)
{
    tc_str_init(&text, 1u << 30);
    tc_str_init(&packed, 1u << 30);
}

static void fini(void)
{
    tc_unpack_done(&unpack);
    tc_str_done(&text);
    tc_str_done(&packed);
}

TestSuite(unpack, .init = init, .fini = fini);

/* About 1.5 KiB in a dozen flushed pieces. */
static void pack_small(const packer *p)
{
    tc_str_clear(&text);
    tc_str_clear(&packed);
    mark_count = 0;
    add_records(&text, 1000 * TC_SECOND, 36);
    p->add(&packed, tc_str_view(&text), 123, marks, &mark_count);
    cr_assert(mark_count > 10 && marks[mark_count - 1].text == text.len);
}

/* What must come out of the first n packed bytes. */
static tc_slice due_after(size_t n)
{
    size_t due = 0;
    for (size_t i = 0; i < mark_count && marks[i].packed <= n; i++)
        due = marks[i].text;
    return tc_slice_sub(tc_str_view(&text), 0, due);
}

static void drain_fake(const packer *p, fake_bytes *fake, size_t room, drained *ret)
{
    tc_bytes top;
    tc_status status = tc_unpack_start(&unpack, fake_start(fake), p->packing, NULL, &top);
    cr_assert(!tc_failed(status));
    drain(top, room, ret);
    tc_bytes_close(top);
    cr_expect(fake->closed == 1);
}

static void drain_slice(const packer *p, tc_slice bytes, size_t room, drained *ret)
{
    fake_bytes fake = {.bytes = bytes, .piece = SIZE_MAX};
    drain_fake(p, &fake, room, ret);
}

static void expect_all(const packer *p, tc_slice bytes, const char *what)
{
    static const size_t pieces[] = {1, 2, 7, 4096};
    static const size_t rooms[] = {1, 3, 64, 65536};
    for (size_t i = 0; i < 32; i++) {
        drained d;
        fake_bytes fake = {.bytes = bytes, .piece = pieces[i % 4], .idles = i / 16};
        size_t room = rooms[i / 4 % 4];
        drain_fake(p, &fake, room, &d);
        cr_expect(d.result == TC_BYTES_END, "%s, %s, piece %zu, room %zu: %s", p->packing->name,
                  what, pieces[i % 4], room, d.error.text);
        cr_expect(tc_slice_equal(drained_text(&d), tc_str_view(&text)), "%s, %s: %zu for %zu",
                  p->packing->name, what, d.text.len, text.len);
        cr_expect(!fake.idles || d.idle > 0);
        cr_expect(!unpack.damaged && unpack.used == bytes.len);
        drained_done(&d);
    }
}

static void expect_trouble(const packer *p, tc_slice bytes, tc_slice due, const char *trouble)
{
    drained d;
    drain_slice(p, bytes, 1000, &d);
    cr_expect(d.result == TC_BYTES_FAILED && d.error.code == TC_EIO, "%s: %s", p->packing->name,
              trouble);
    cr_expect(strstr(d.error.text, trouble) != NULL, "%s: %s", p->packing->name, d.error.text);
    cr_expect(strstr(d.error.text, p->packing->name) != NULL, "%s", d.error.text);
    cr_expect(tc_slice_starts(drained_text(&d), due), "%s, %s: %zu for %zu", p->packing->name,
              trouble, d.text.len, due.len);
    cr_expect(unpack.damaged);
    drained_done(&d);
}

Test(unpack, gives_all_of_a_file_whatever_the_pieces)
{
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        expect_all(&packers[k], tc_str_view(&packed), "one member");
    }
}

Test(unpack, reads_member_after_member)
{
    for (size_t k = 0; k < PACKERS; k++) {
        const packer *p = &packers[k];
        pack_small(p);
        tc_str_clear(&packed);
        add_packed(&packed, p, tc_slice_sub(tc_str_view(&text), 0, 700));
        add_packed(&packed, p, TC_EMPTY_SLICE);
        add_packed(&packed, p, tc_slice_sub(tc_str_view(&text), 700, SIZE_MAX));
        expect_all(p, tc_str_view(&packed), "members");
    }
}

Test(unpack, skips_the_padding_that_a_format_allows)
{
    for (size_t k = 0; k < PACKERS; k++) {
        const packer *p = &packers[k];
        size_t padding = p->packing->padding;
        pack_small(p);
        size_t bare = packed.len;
        for (size_t zeros = 1; zeros <= 2000; zeros++) {
            tc_str_add_byte(&packed, 0);
            if (zeros > 8 && zeros < 1999) continue;
            if (padding > 0 && zeros % padding == 0) {
                expect_all(p, tc_str_view(&packed), "padding");
            } else {
                expect_trouble(p, tc_str_view(&packed), tc_str_view(&text), "zeros follow");
            }
        }
        packed.len = bare + 8;
        add_packed(&packed, p, TC_LIT("more"));
        tc_str_add(&text, TC_LIT("more"));
        if (padding > 0) expect_all(p, tc_str_view(&packed), "padding between members");
    }
}

Test(unpack, skips_frames_that_are_to_be_skipped)
{
    const packer *zstd = &packers[1];
    cr_assert(zstd->packing == &tc_packing_zstd);
    tc_str_add(&text, TC_LIT("onetwo"));
    tc_str_add(&packed, TC_LIT("\x50\x2A\x4D\x18\x04\0\0\0abcd"));
    add_packed(&packed, zstd, TC_LIT("one"));
    tc_str_add(&packed, TC_LIT("\x5F\x2A\x4D\x18\0\0\0\0"));
    add_packed(&packed, zstd, TC_LIT("two"));
    tc_str_add(&packed, TC_LIT("\x5E\x2A\x4D\x18\x01\0\0\0."));
    expect_all(zstd, tc_str_view(&packed), "skippable frames");
    cr_expect(tc_packing_of(tc_str_view(&packed)) == &tc_packing_zstd);
}

Test(unpack, tells_what_follows_the_members)
{
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        size_t bare = packed.len;
        char place[64];
        snprintf(place, sizeof place, "other data follow the compressed data at byte %zu", bare);
        static const char *const rests[] = {"rubbish", "\x1F", "\x28\xB5", "\xFD\x37z", "x"};
        for (size_t i = 0; i < TC_COUNT_OF(rests); i++) {
            packed.len = bare;
            tc_slice rest = tc_slice_of(rests[i]);
            tc_str_add(&packed, rest);
            bool begins = tc_packing_begins(packers[k].packing, rest);
            expect_trouble(&packers[k], tc_str_view(&packed), tc_str_view(&text),
                           begins ? "ends inside" : place);
        }
    }
}

Test(unpack, tells_every_truncation_after_what_stands_before)
{
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        for (size_t length = 0; length < packed.len; length++) {
            drained d;
            drain_slice(&packers[k], tc_slice_sub(tc_str_view(&packed), 0, length), 100, &d);
            char place[64];
            snprintf(place, sizeof place, "ends inside the compressed data, at byte %zu", length);
            cr_expect(d.result == TC_BYTES_FAILED && strstr(d.error.text, place), "%s, %zu: %s",
                      packers[k].packing->name, length, d.error.text);
            cr_expect(tc_slice_starts(drained_text(&d), due_after(length)), "%s, %zu: %zu for %zu",
                      packers[k].packing->name, length, d.text.len, due_after(length).len);
            cr_expect(tc_slice_starts(tc_str_view(&text), drained_text(&d)));
            drained_done(&d);
        }
    }
}

Test(unpack, survives_every_damaged_byte_and_is_never_silently_short)
{
    static const uint8_t flips[] = {0x01, 0x55, 0x80, 0xFF};
    static const size_t rooms[] = {1, 100, 65536};
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        size_t told = 0;
        for (size_t i = 0; i < packed.len * TC_COUNT_OF(flips); i++) {
            size_t at = i / TC_COUNT_OF(flips);
            drained d;
            packed.data[at] ^= flips[i % TC_COUNT_OF(flips)];
            drain_slice(&packers[k], tc_str_view(&packed), rooms[i % 3], &d);
            packed.data[at] ^= flips[i % TC_COUNT_OF(flips)];
            bool failed = d.result == TC_BYTES_FAILED;
            told += failed;
            cr_expect(failed || tc_slice_equal(drained_text(&d), tc_str_view(&text)),
                      "%s, byte %zu went unnoticed", packers[k].packing->name, at);
            cr_expect(tc_slice_starts(drained_text(&d), due_after(at)), "%s, byte %zu: %zu for %zu",
                      packers[k].packing->name, at, d.text.len, due_after(at).len);
            drained_done(&d);
        }
        cr_expect(told > packed.len * 3, "%s: %zu told", packers[k].packing->name, told);
    }
}

Test(unpack, gives_all_before_a_failure_below)
{
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        for (size_t length = 0; length <= packed.len; length++) {
            drained d;
            tc_slice part = tc_slice_sub(tc_str_view(&packed), 0, length);
            fake_bytes fake = {.bytes = part, .piece = 1 + length % 50, .fails = true};
            fake.idles = length % 2;
            drain_fake(&packers[k], &fake, 1 + length % 3 * 100, &d);
            cr_expect(d.result == TC_BYTES_FAILED && strcmp(d.error.text, "the fake failed") == 0,
                      "%s, %zu: %s", packers[k].packing->name, length, d.error.text);
            cr_expect(tc_slice_starts(drained_text(&d), due_after(length)), "%s, %zu",
                      packers[k].packing->name, length);
            cr_expect(!unpack.damaged);
            drained_done(&d);
        }
    }
}

Test(unpack, loses_no_block_to_damage_behind_it)
{
    static const size_t rooms[] = {100, 70000, 1 << 20};
    for (size_t k = 0; k < PACKERS; k++) {
        tc_str_clear(&text);
        tc_str_clear(&packed);
        add_records(&text, 0, 30000);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        packed.data[packed.len - 2] ^= 1; /* in what checks the whole */
        for (size_t i = 0; i < TC_COUNT_OF(rooms); i++) {
            drained d;
            drain_slice(&packers[k], tc_str_view(&packed), rooms[i], &d);
            cr_expect(d.result == TC_BYTES_FAILED && strstr(d.error.text, "near byte"), "%s",
                      d.error.text);
            cr_expect(tc_slice_equal(drained_text(&d), tc_str_view(&text)), "%s: %zu for %zu",
                      packers[k].packing->name, d.text.len, text.len);
            drained_done(&d);
        }
    }
}

Test(unpack, gives_up_where_there_is_no_memory)
{
    for (size_t k = 0; k < PACKERS; k++) {
        pack_small(&packers[k]);
        bool whole = false;
        for (uint64_t n = 1; !whole; n++) {
            cr_assert(n < 100);
            tc_unpack fresh = {0};
            fake_bytes fake = {.bytes = tc_str_view(&packed), .piece = SIZE_MAX};
            static uint8_t out[65536];
            tc_bytes top = fake_start(&fake);
            size_t got = 0;
            tc_error error = {0};
            tc_alloc_fail_after(n);
            tc_status status = tc_unpack_start(&fresh, top, packers[k].packing, NULL, &top);
            tc_bytes_result result = TC_BYTES_FAILED;
            if (!tc_failed(status)) result = tc_bytes_read(top, out, sizeof out, &got, &error);
            tc_alloc_fail_after(0);
            whole = result == TC_BYTES_MORE;
            cr_expect(whole || tc_failed(status) || error.code == TC_ENOMEM, "%s", error.text);
            tc_unpack_done(&fresh);
        }
    }
}

Test(unpack, keeps_its_decoder_for_files_that_are_packed_alike)
{
    for (size_t i = 0; i < (size_t)4 * PACKERS; i++) {
        const packer *p = &packers[i / 2 % PACKERS];
        pack_small(p);
        const void *before = unpack.decoder_of == p->packing ? unpack.decoder : NULL;
        drained d;
        /* A file that breaks off leaves nothing for the next. */
        drain_slice(p, tc_slice_sub(tc_str_view(&packed), 0, packed.len - i % 2), 100, &d);
        cr_expect(d.result == (i % 2 ? TC_BYTES_FAILED : TC_BYTES_END));
        cr_expect(!before || before == unpack.decoder);
        drained_done(&d);
    }
}

Test(unpack, knows_a_packing_by_its_magic_and_its_name)
{
    for (size_t k = 0; k < PACKERS; k++) {
        const tc_packing *p = packers[k].packing;
        pack_small(&packers[k]);
        cr_expect(tc_packing_of(tc_str_view(&packed)) == p);
        for (size_t i = 0; i < p->magic.length; i++) {
            tc_slice part = tc_slice_sub(tc_str_view(&packed), 0, i);
            cr_expect(tc_packing_of(part) == NULL);
            cr_expect(tc_packing_begins(p, part) == (i > 0));
            cr_expect(!tc_packing_begins(packers[(k + 1) % PACKERS].packing, part));
        }
        char name[32];
        snprintf(name, sizeof name, "U_EX.LOG%s", p->suffix);
        cr_expect(tc_packing_of_name(tc_slice_of(name)) == p);
    }
    cr_expect(tc_packing_of_name(TC_LIT("u_ex.log")) == NULL);
    cr_expect(tc_packing_of(TC_LIT("(plain) text")) == NULL);
    cr_expect(tc_slice_equal(tc_packing_strip(TC_LIT("a.log.GZ.zst")), TC_LIT("a.log")));
    cr_expect(tc_slice_equal(tc_packing_strip(TC_LIT("a.log.gz.xz.zst")), TC_LIT("a.log.gz")));
    cr_expect(tc_slice_equal(tc_packing_strip(TC_LIT("a.log")), TC_LIT("a.log")));
}
