#include "detector/input/stream.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

TestSuite(stream, .init = init_files, .fini = done_files);

static tc_str text, packed;

static void fresh(void)
{
    tc_str_init(&text, 1u << 30);
    tc_str_init(&packed, 1u << 30);
}

static void done(void)
{
    tc_str_done(&text);
    tc_str_done(&packed);
}

/* Reads a file in pieces of `room` bytes; the failure's text goes to *reterr. */
static TC_STATUS read_all(const char *name, size_t room, tc_str *out, tc_stream_kind *ret_kind,
                          tc_error *reterr)
{
    static uint8_t buffer[1 << 16];
    tc_stream *stream = tc_stream_new();
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(stream != NULL && fd >= 0 && room <= sizeof buffer);
    tc_str_init(out, 1u << 30);
    *reterr = (tc_error){0};
    tc_status status = tc_stream_start(stream, fd, 0, reterr);
    if (ret_kind) *ret_kind = tc_stream_kind_of(stream);
    bool end = false;
    while (!tc_failed(status) && !end) {
        size_t got = 0;
        status = tc_stream_fill(stream, buffer, room, &got, &end, reterr);
        cr_assert(got <= room && (end || tc_failed(status) || got + 4 > room || got > 0));
        tc_str_add(out, tc_slice_make(buffer, got));
    }
    tc_stream_free(stream);
    return status;
}

static void expect_text(const char *name, tc_slice wanted)
{
    static const size_t rooms[] = {4, 5, 7, 64, 4096, 65536};
    for (size_t i = 0; i < TC_COUNT_OF(rooms); i++) {
        tc_str out;
        tc_error error;
        tc_status status = read_all(name, rooms[i], &out, NULL, &error);
        cr_expect(!tc_failed(status), "%s, room %zu: %s", name, rooms[i], error.text);
        cr_expect(tc_slice_equal(tc_str_view(&out), wanted), "%s, room %zu: %zu bytes for %zu",
                  name, rooms[i], out.len, wanted.len);
        tc_str_done(&out);
    }
}

/* What was readable comes first, then the failure, which names the trouble. */
static void expect_damage(const char *name, tc_slice least, const char *trouble)
{
    tc_str out;
    tc_error error;
    tc_status status = read_all(name, 1024, &out, NULL, &error);
    cr_expect(tc_failed(status), "%s", name);
    cr_expect(strstr(error.text, trouble) != NULL, "%s: %s", name, error.text);
    cr_expect(tc_slice_starts(tc_str_view(&out), least), "%s: %zu bytes for %zu", name, out.len,
              least.len);
    tc_str_done(&out);
}

Test(stream, hands_plain_bytes_through_and_drops_a_mark)
{
    put_text("plain", "one\ntwo\n");
    put_text("marked", "\xEF\xBB\xBFone\n");
    put_text("two marks", "\xEF\xBB\xBF\xEF\xBB\xBFone\n");
    put_text("latin", "caf\xE9\n");
    put_text("empty", "");
    expect_text("plain", TC_LIT("one\ntwo\n"));
    expect_text("marked", TC_LIT("one\n"));
    expect_text("two marks", TC_LIT("\xEF\xBB\xBFone\n"));
    expect_text("latin", TC_LIT("caf\xE9\n"));
    expect_text("empty", TC_EMPTY_SLICE);
}

Test(stream, turns_utf16_of_both_orders_into_utf8)
{
    static const char wanted[] = "caf\xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 end\r\n";
    for (int big = 0; big < 2; big++) {
        fresh();
        for (int i = 0; i < 20000; i++)
            tc_str_add(&text, tc_slice_of(wanted));
        add_utf16(&packed, tc_str_cstr(&text), big);
        put_bytes("wide", tc_str_view(&packed));
        expect_text("wide", tc_str_view(&text));
        put_bytes("no mark", tc_slice_sub(tc_str_view(&packed), 2, SIZE_MAX));
        done();
    }
    fresh();
    add_utf16(&packed, "#Fields: date time\r\n", false);
    put_bytes("no mark", tc_slice_sub(tc_str_view(&packed), 2, SIZE_MAX));
    expect_text("no mark", TC_LIT("#Fields: date time\r\n"));
    done();
}

Test(stream, keeps_surrogate_pairs_and_replaces_broken_ones)
{
    static const struct {
        const char *name;
        tc_slice bytes;
        tc_slice wanted;
    } rows[] = {
        {"pair", {(const uint8_t *)"\xFF\xFE\x3D\xD8\x14\xDD.", 7}, {NULL, 0}},
        {"high alone",
         {(const uint8_t *)"\xFF\xFE\x3D\xD8"
                           "a\0",
          6},
         {NULL, 0}},
        {"low alone",
         {(const uint8_t *)"\xFF\xFE\x14\xDD"
                           "a\0",
          6},
         {NULL, 0}},
        {"high at the end",
         {(const uint8_t *)"\xFF\xFE"
                           "a\0\x3D\xD8",
          6},
         {NULL, 0}},
    };
    const char *wanted[] = {"\xF0\x9F\x94\x94\xEF\xBF\xBD",
                            "\xEF\xBF\xBD"
                            "a",
                            "\xEF\xBF\xBD"
                            "a",
                            "a\xEF\xBF\xBD"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        put_bytes(rows[i].name, rows[i].bytes);
        expect_text(rows[i].name, tc_slice_of(wanted[i]));
    }
}

Test(stream, reads_all_members_of_a_gzip_and_padding_behind)
{
    fresh();
    add_records(&text, 0, 20000);
    tc_slice all = tc_str_view(&text);
    add_gzip(&packed, tc_slice_sub(all, 0, 1000));
    add_gzip(&packed, TC_EMPTY_SLICE);
    add_gzip(&packed, tc_slice_sub(all, 1000, SIZE_MAX));
    put_bytes("members", tc_str_view(&packed));
    expect_text("members", all);
    for (int i = 0; i < 1000; i++)
        tc_str_add_byte(&packed, 0);
    put_bytes("padded", tc_str_view(&packed));
    expect_text("padded", all);
    done();
}

Test(stream, drops_the_mark_and_decodes_utf16_inside_a_gzip)
{
    tc_str wide;
    fresh();
    tc_str_init(&wide, 1u << 20);
    add_gzip(&packed, TC_LIT("\xEF\xBB\xBFone\n"));
    put_bytes("marked.gz", tc_str_view(&packed));
    expect_text("marked.gz", TC_LIT("one\n"));
    add_utf16(&wide, "one two three\n", true);
    tc_str_clear(&packed);
    add_gzip(&packed, tc_str_view(&wide));
    put_bytes("wide.gz", tc_str_view(&packed));
    expect_text("wide.gz", TC_LIT("one two three\n"));
    tc_str_done(&wide);
    done();
}

Test(stream, delivers_what_stands_before_damage_and_then_tells)
{
    fresh();
    add_records(&text, 0, 20000);
    add_gzip(&packed, tc_str_view(&text));
    tc_slice whole = tc_str_view(&packed);
    tc_slice half = tc_slice_sub(tc_str_view(&text), 0, text.len / 3);

    put_bytes("truncated.gz", tc_slice_sub(whole, 0, whole.len / 2));
    expect_damage("truncated.gz", half, "ends inside");
    put_bytes("no trailer.gz", tc_slice_sub(whole, 0, whole.len - 8));
    expect_damage("no trailer.gz", tc_str_view(&text), "ends inside");
    put_bytes("header.gz", tc_slice_sub(whole, 0, 5));
    expect_damage("header.gz", TC_EMPTY_SLICE, "ends inside");

    packed.data[packed.len - 6] ^= 1;
    put_bytes("checksum.gz", tc_str_view(&packed));
    expect_damage("checksum.gz", half, "damaged");
    packed.data[packed.len - 6] ^= 1;

    tc_str_add(&packed, TC_LIT("rubbish"));
    put_bytes("rubbish.gz", tc_str_view(&packed));
    expect_damage("rubbish.gz", tc_str_view(&text), "follow");
    done();
}

Test(stream, survives_any_flipped_byte_of_a_gzip)
{
    fresh();
    add_records(&text, 0, 50);
    add_gzip(&packed, tc_str_view(&text));
    size_t differing = 0;
    for (size_t i = 0; i < packed.len; i++) {
        tc_str out;
        tc_error error;
        packed.data[i] ^= 0x55;
        put_bytes("flipped", tc_str_view(&packed));
        packed.data[i] ^= 0x55;
        tc_status status = read_all("flipped", 512, &out, NULL, &error);
        if (!tc_failed(status) && !tc_slice_equal(tc_str_view(&out), tc_str_view(&text))) {
            /* Only a broken magic makes it pass as plain bytes. */
            cr_expect(i < 3, "byte %zu went unnoticed", i);
        }
        differing += tc_failed(status);
        tc_str_done(&out);
    }
    cr_expect(differing > packed.len / 2, "%zu of %zu told", differing, packed.len);
    done();
}

Test(stream, stops_a_gzip_that_swells_beyond_measure)
{
    fresh();
    for (size_t i = 0; i < (size_t)16 << 20; i++)
        tc_str_add_byte(&text, 0);
    add_gzip(&packed, tc_str_view(&text));
    put_bytes("bomb.gz", tc_str_view(&packed));
    tc_str out;
    tc_error error;
    tc_status status = read_all("bomb.gz", 65536, &out, NULL, &error);
    cr_expect(status.code == TC_ELIMIT, "%s", error.text);
    cr_expect(out.len > TC_STREAM_RATIO_FROM && out.len < text.len);
    tc_str_done(&out);
    done();
}

Test(stream, says_what_the_first_bytes_told)
{
    tc_str out;
    tc_error error;
    tc_stream_kind kind;
    fresh();
    add_gzip(&packed, TC_LIT("\xFF\xFEh\0i\0"));
    put_bytes("kind", tc_str_view(&packed));
    cr_assert(!tc_failed(read_all("kind", 64, &out, &kind, &error)));
    cr_expect(kind.compressed && kind.utf16 && kind.bom == 2);
    tc_str_done(&out);
    put_text("kind", "plain");
    cr_assert(!tc_failed(read_all("kind", 64, &out, &kind, &error)));
    cr_expect(!kind.compressed && !kind.utf16 && kind.bom == 0);
    tc_str_done(&out);
    done();
}

/* A stream on the file, started with what it should hold at least. */
static TC_STATUS start_least(const char *name, uint64_t least, tc_stream **ret, tc_error *reterr)
{
    *ret = tc_stream_new();
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(*ret && fd >= 0);
    return tc_stream_start(*ret, fd, least, reterr);
}

Test(stream, tells_a_file_that_ends_before_its_size)
{
    static uint8_t buffer[65536], bytes[20000];
    memset(bytes, 'a', sizeof bytes);
    put_bytes("long", tc_slice_make(bytes, sizeof bytes));
    put_text("short", "abc");
    tc_stream *stream;
    tc_error error = {0};
    cr_expect(start_least("short", 4, &stream, &error).code == TC_EIO);
    cr_expect(strstr(error.text, "shrank while it was read: 3 of 4"), "%s", error.text);
    tc_stream_free(stream);
    for (uint64_t least = sizeof bytes - 1; least <= sizeof bytes + 1; least++) {
        size_t all = 0, got = 0;
        bool end = false;
        tc_status status = start_least("long", least, &stream, &error);
        cr_assert(!tc_failed(status));
        while (!end && !tc_failed(status)) {
            status = tc_stream_fill(stream, buffer, 8192, &got, &end, &error);
            all += tc_failed(status) ? 0 : got;
        }
        cr_expect(all == sizeof bytes, "what is there comes first");
        cr_expect(tc_failed(status) == (least > sizeof bytes), "%" PRIu64, least);
        cr_expect_not(tc_stream_damaged(stream));
        tc_stream_free(stream);
    }
}

Test(stream, knows_damage_of_a_gzip_from_a_failure_of_the_system)
{
    static uint8_t buffer[4096];
    put_bytes("broken.gz", TC_LIT("\x1F\x8B\x08\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF"));
    tc_stream *stream;
    tc_error error = {0};
    size_t got;
    bool end;
    tc_status status = start_least("broken.gz", 0, &stream, &error);
    if (!tc_failed(status)) status = tc_stream_fill(stream, buffer, 4096, &got, &end, &error);
    cr_expect(tc_failed(status) && tc_stream_damaged(stream));
    tc_stream_free(stream);
}
