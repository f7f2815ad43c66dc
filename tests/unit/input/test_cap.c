#include "detector/input/cap.h"
#include "detector/input/unpack.h"
#include "tests/unit/input/fake_bytes.h"
#include "tests/unit/input/packed.h"

#include <criterion/criterion.h>

static tc_str text, packed;

static void init(void)
{
    tc_str_init(&text, 1u << 30);
    tc_str_init(&packed, 1u << 30);
}

static void fini(void)
{
    tc_str_done(&text);
    tc_str_done(&packed);
}

TestSuite(cap, .init = init, .fini = fini);

enum { ROOM = 65536, PIECE = 256 * 1024 };

/* An unpacker under a cap on the packed bytes. */
static void drain_capped(const tc_packing *packing, size_t room, drained *ret)
{
    tc_unpack unpack = {0};
    tc_cap cap = {0};
    fake_bytes fake = {.bytes = tc_str_view(&packed), .piece = SIZE_MAX};
    tc_bytes top = fake_start(&fake);
    cr_assert(!tc_failed(tc_unpack_start(&unpack, top, packing, NULL, &top)));
    cr_assert(!tc_failed(tc_cap_start(&cap, top, unpack.name, &unpack.used, &top)));
    drain(top, room, ret);
    tc_bytes_close(top);
    tc_cap_done(&cap);
    cr_expect(fake.closed == 1);
    tc_unpack_done(&unpack);
}

static void add_zeros(size_t count)
{
    for (size_t i = 0; i < count; i++)
        tc_str_add_byte(&text, 0);
}

static void expect_stopped(const drained *d, const char *name)
{
    cr_expect(d->result == TC_BYTES_FAILED && d->error.code == TC_ELIMIT, "%s", name);
    cr_expect(strstr(d->error.text, "times its own size; unpack it if you trust it") != NULL, "%s",
              d->error.text);
    cr_expect(strstr(d->error.text, name) != NULL, "%s", d->error.text);
    cr_expect(d->text.len > TC_CAP_RATIO_FROM && d->text.len <= TC_CAP_RATIO_FROM + PIECE,
              "%s: %zu bytes", name, d->text.len);
}

Test(cap, stops_what_swells_beyond_measure)
{
    add_zeros((size_t)24 << 20);
    for (size_t k = 0; k < PACKERS; k++) {
        drained d;
        tc_str_clear(&packed);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        drain_capped(packers[k].packing, ROOM, &d);
        expect_stopped(&d, packers[k].packing->name);
        static const size_t rooms[] = {1000, 300000, 1 << 20};
        for (size_t i = 0; i < TC_COUNT_OF(rooms); i++) {
            drained other;
            drain_capped(packers[k].packing, rooms[i], &other);
            cr_expect(other.text.len == d.text.len, "the place hangs on the room %zu", rooms[i]);
            drained_done(&other);
        }
        drained_done(&d);
    }
}

Test(cap, lets_through_what_is_small_or_packs_as_logs_do)
{
    add_zeros((size_t)9 << 20);
    for (size_t k = 0; k < PACKERS; k++) {
        drained d;
        tc_str_clear(&packed);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        drain_capped(packers[k].packing, ROOM, &d);
        cr_expect(d.result == TC_BYTES_END && d.text.len == text.len, "%s", d.error.text);
        drained_done(&d);
    }
    /* 20 MiB of numbers. */
    tc_str_clear(&text);
    uint32_t x = 1;
    while (text.len < (size_t)20 << 20) {
        x = x * 1664525 + 1013904223;
        tc_str_addf(&text, "GET /owa/ - 443 192.0.2.%u Mozilla/5.0+(Windows) 200 0 0 %u\n", x >> 24,
                    x >> 20);
    }
    for (size_t k = 0; k < PACKERS; k++) {
        drained d;
        tc_str_clear(&packed);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        drain_capped(packers[k].packing, ROOM, &d);
        cr_expect(d.result == TC_BYTES_END, "%s", d.error.text);
        cr_expect(tc_slice_equal(drained_text(&d), tc_str_view(&text)));
        drained_done(&d);
    }
}

/* A file's own bytes count, so two packings of a bomb in one another are worth no more than one. */
Test(cap, measures_against_the_file_however_often_it_is_packed)
{
    add_zeros((size_t)24 << 20);
    for (size_t k = 0; k < (size_t)PACKERS * PACKERS; k++) {
        const packer *inner = &packers[k % PACKERS];
        const packer *outer = &packers[k / PACKERS];
        tc_str once;
        tc_str_init(&once, 1u << 30);
        add_packed(&once, inner, tc_str_view(&text));
        tc_str_clear(&packed);
        add_packed(&packed, outer, tc_str_view(&once));
        tc_unpack unpacks[2] = {0};
        tc_cap caps[2] = {0};
        fake_bytes fake = {.bytes = tc_str_view(&packed), .piece = SIZE_MAX};
        tc_bytes top = fake_start(&fake);
        cr_assert(!tc_failed(tc_unpack_start(&unpacks[0], top, outer->packing, NULL, &top)));
        cr_assert(!tc_failed(tc_cap_start(&caps[0], top, "outer", &unpacks[0].used, &top)));
        tc_status status = tc_unpack_start(&unpacks[1], top, inner->packing, outer->packing, &top);
        cr_assert(!tc_failed(status));
        status = tc_cap_start(&caps[1], top, unpacks[1].name, &unpacks[0].used, &top);
        cr_assert(!tc_failed(status));
        drained d;
        drain(top, ROOM, &d);
        expect_stopped(&d, " inside ");
        drained_done(&d);
        tc_bytes_close(top);
        for (size_t i = 0; i < 2; i++) {
            tc_unpack_done(&unpacks[i]);
            tc_cap_done(&caps[i]);
        }
        tc_str_done(&once);
    }
}

/* A layer that never ends and does not swell: only its total is too much. */
static tc_bytes_result read_for_ever(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                     tc_error *reterr)
{
    uint64_t *used = context;
    (void)buffer;
    (void)reterr;
    *used += room;
    *ret_got = room;
    return TC_BYTES_MORE;
}

Test(cap, stops_at_a_total)
{
    static uint8_t buffer[1 << 20];
    uint64_t used = 0;
    tc_cap cap = {0};
    tc_error error = {0};
    size_t got;
    tc_bytes top = {&used, read_for_ever, NULL};
    cr_assert(!tc_failed(tc_cap_start(&cap, top, "gzip", &used, &top)));
    uint64_t all = 0;
    while (tc_bytes_read(top, buffer, sizeof buffer, &got, &error) == TC_BYTES_MORE)
        all += got;
    cr_expect(all == TC_CAP_OUTPUT + PIECE, "%" PRIu64, all);
    cr_expect(error.code == TC_ELIMIT && strstr(error.text, "64 GiB"), "%s", error.text);
    cr_expect(tc_bytes_read(top, buffer, 1, &got, &error) == TC_BYTES_FAILED && got == 0);
    tc_bytes_close(top);
    tc_cap_done(&cap);
}

Test(cap, refuses_a_window_that_is_too_wide_in_words)
{
    static const struct {
        const tc_packing *packing;
        void (*add)(tc_str *out);
    } rows[] = {{&tc_packing_zstd, add_zstd_of_wide_window},
                {&tc_packing_xz, add_xz_of_wide_window}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        drained d;
        tc_str_clear(&packed);
        rows[i].add(&packed);
        drain_capped(rows[i].packing, ROOM, &d);
        cr_expect(d.result == TC_BYTES_FAILED && d.error.code == TC_ELIMIT && d.text.len == 0);
        cr_expect(strstr(d.error.text, "more than 128 MiB of memory") != NULL, "%s", d.error.text);
        cr_expect(strstr(d.error.text, rows[i].packing->name) != NULL, "%s", d.error.text);
        cr_expect(strstr(d.error.text, "unpack it") != NULL, "%s", d.error.text);
        drained_done(&d);
    }
}
