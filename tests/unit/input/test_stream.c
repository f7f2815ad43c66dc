#include "detector/input/sniff.h"
#include "tests/unit/input/packed.h"
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
static TC_STATUS read_all(const char *name, size_t room, tc_str *out, tc_sniffed *ret_sniffed,
                          tc_error *reterr)
{
    static uint8_t buffer[1 << 16];
    tc_stream *stream = tc_stream_new();
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(stream != NULL && fd >= 0 && room <= sizeof buffer);
    tc_str_init(out, 1u << 30);
    *reterr = (tc_error){0};
    tc_sniffed sniffed;
    tc_stream_start(stream, fd, 0);
    tc_status status = tc_sniff(stream, tc_slice_of(name), &sniffed, reterr);
    if (ret_sniffed) *ret_sniffed = sniffed;
    bool end = false;
    while (!tc_failed(status) && !end) {
        size_t got = 0;
        status = tc_stream_fill(stream, buffer, room, &got, &end, reterr);
        cr_assert(got <= room && (got == 0) == (end || tc_failed(status)));
        tc_str_add(out, tc_slice_make(buffer, got));
    }
    tc_stream_free(stream);
    return status;
}

static void expect_text(const char *name, tc_slice wanted)
{
    static const size_t rooms[] = {1, 4, 5, 7, 64, 4096, 65536};
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

/* Without a mark, UTF-16 is told by most of its characters, not by all of the first. */
Test(stream, knows_utf16_without_a_mark_by_most_of_its_characters)
{
    static const char *const texts[] = {
        "#Software: \xC3\x89"
        "tat Internet\r\n#Fields: date time s-ip cs-method\r\n2021\r\n",
        "Niveau,Date et heure,Source,ID de l\xE2\x80\x99\xC3\xA9v\xC3\xA9nement,Cat\xC3\xA9gorie "
        "de "
        "la t\xC3\xA2"
        "che\r\nInformation,09/03/2011 10:00:00,Security,4724,Gestion\r\n",
        "\xD0\xA3\xD1\x80\xD0\xBE\xD0\xB2\xD0\xB5\xD0\xBD\xD1\x8C,\xD0\x94\xD0\xB0\xD1\x82\xD0\xB0,"
        "ID\r\n\xD0\xA1\xD0\xB2,09.03.2011 10:00:00,Microsoft-Windows-Security-Auditing,4724\r\n",
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        for (int big = 0; big < 2; big++) {
            fresh();
            add_utf16(&packed, texts[i], big);
            put_bytes("no mark", tc_slice_sub(tc_str_view(&packed), 2, SIZE_MAX));
            expect_text("no mark", tc_slice_of(texts[i]));
            done();
        }
    }
    /* Numbers and characters of two bytes are no text, and neither is a line without an end. */
    fresh();
    for (int i = 0; i < 300; i++)
        tc_str_add(&packed, i % 3 ? TC_LIT("a\0") : TC_LIT("\n\0\1\0"));
    put_bytes("numbers", tc_str_view(&packed));
    expect_text("numbers", tc_str_view(&packed));
    done();
    fresh();
    for (int i = 0; i < 300; i++)
        tc_str_add(&packed, TC_LIT("a\0\xE9\0"));
    put_bytes("no line", tc_str_view(&packed));
    expect_text("no line", tc_str_view(&packed));
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

Test(stream, stops_a_file_that_swells_beyond_measure)
{
    fresh();
    for (size_t i = 0; i < (size_t)16 << 20; i++)
        tc_str_add_byte(&text, 0);
    for (size_t k = 0; k < PACKERS; k++) {
        tc_str_clear(&packed);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        put_bytes("bomb", tc_str_view(&packed));
        tc_str out;
        tc_error error;
        tc_status status = read_all("bomb", 65536, &out, NULL, &error);
        cr_expect(status.code == TC_ELIMIT, "%s", error.text);
        cr_expect(out.len > TC_CAP_RATIO_FROM && out.len < text.len);
        tc_str_done(&out);
    }
    done();
}

Test(stream, unpacks_one_packing_inside_another_and_no_deeper)
{
    for (size_t k = 0; k < (size_t)PACKERS * PACKERS; k++) {
        const packer *inner = &packers[k % PACKERS];
        const packer *outer = &packers[k / PACKERS];
        fresh();
        tc_str once, thrice;
        tc_str_init(&once, 1u << 20);
        tc_str_init(&thrice, 1u << 20);
        add_records(&text, 0, 500);
        add_packed(&once, inner, tc_str_view(&text));
        add_packed(&packed, outer, tc_str_view(&once));
        put_bytes("twice", tc_str_view(&packed));
        expect_text("twice", tc_str_view(&text));
        put_bytes("cut", tc_slice_sub(tc_str_view(&packed), 0, packed.len - 1));
        expect_damage("cut", tc_str_view(&text), "ends inside");
        tc_str_clear(&packed);
        add_packed(&packed, outer, tc_slice_sub(tc_str_view(&once), 0, once.len - 1));
        put_bytes("cut inside", tc_str_view(&packed));
        char name[64];
        snprintf(name, sizeof name, "%s inside %s: it ends", inner->packing->name,
                 outer->packing->name);
        expect_damage("cut inside", TC_EMPTY_SLICE, name);
        tc_str_clear(&packed);
        add_packed(&packed, outer, tc_str_view(&once));
        add_packed(&thrice, inner, tc_str_view(&packed));
        put_bytes("thrice", tc_str_view(&thrice));
        expect_text("thrice", tc_str_view(&once));
        tc_str_done(&once);
        tc_str_done(&thrice);
        done();
    }
}

Test(stream, says_what_the_first_bytes_told)
{
    tc_str out;
    tc_error error;
    tc_sniffed sniffed;
    for (size_t k = 0; k < PACKERS; k++) {
        fresh();
        add_packed(&packed, &packers[k], TC_LIT("\xFF\xFEh\0i\0"));
        put_bytes("kind", tc_str_view(&packed));
        cr_assert(!tc_failed(read_all("kind", 64, &out, &sniffed, &error)));
        cr_expect(sniffed.layers.packings[0] == packers[k].packing && !sniffed.layers.packings[1]);
        cr_expect(sniffed.layers.encoding == TC_ENCODING_UTF16LE && sniffed.layers.mark == 2);
        cr_expect(memcmp(sniffed.magic, "\xFF\xFEh\0i\0\0", 7) == 0);
        tc_str_done(&out);
        done();
    }
    put_text("kind", "plain");
    cr_assert(!tc_failed(read_all("kind", 64, &out, &sniffed, &error)));
    cr_expect(!sniffed.layers.packings[0] && sniffed.layers.encoding == TC_ENCODING_UTF8);
    cr_expect(sniffed.layers.mark == 0);
    tc_str_done(&out);
}

Test(stream, takes_a_file_cut_inside_its_magic_at_its_name)
{
    static const char *const suffixes[PACKERS] = {".gz", ".zst", ".xz"};
    for (size_t k = 0; k < PACKERS; k++) {
        const tc_packing *p = packers[k].packing;
        cr_assert(strcmp(p->suffix, suffixes[k]) == 0);
        char name[32];
        snprintf(name, sizeof name, "cut.log%s", suffixes[k]);
        for (size_t length = 1; length <= p->magic.length; length++) {
            put_bytes(name, tc_slice_make(p->magic.bytes, length));
            expect_damage(name, TC_EMPTY_SLICE, "ends inside");
            if (length == p->magic.length) continue;
            put_bytes("cut.log", tc_slice_make(p->magic.bytes, length));
            expect_text("cut.log", tc_slice_make(p->magic.bytes, length));
        }
    }
}

/* A stream on the file, started with what it should hold at least. */
static tc_stream *start_least(const char *name, uint64_t least)
{
    tc_stream *stream = tc_stream_new();
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(stream && fd >= 0);
    tc_stream_start(stream, fd, least);
    return stream;
}

Test(stream, tells_a_file_that_ends_before_its_size)
{
    static uint8_t buffer[65536], bytes[20000];
    memset(bytes, 'a', sizeof bytes);
    put_bytes("long", tc_slice_make(bytes, sizeof bytes));
    for (uint64_t least = sizeof bytes - 1; least <= sizeof bytes + 1; least++) {
        size_t all = 0, got = 0;
        bool end = false;
        tc_error error = {0};
        tc_layers none = {0};
        tc_stream *stream = start_least("long", least);
        tc_status status = tc_stream_add(stream, &none, &error);
        while (!end && !tc_failed(status)) {
            status = tc_stream_fill(stream, buffer, 8192, &got, &end, &error);
            all += tc_failed(status) ? 0 : got;
        }
        cr_expect(all == sizeof bytes, "what is there comes first");
        cr_expect(tc_failed(status) == (least > sizeof bytes), "%" PRIu64, least);
        cr_expect(least <= sizeof bytes || strstr(error.text, "shrank while it was read"));
        cr_expect_not(tc_stream_damaged(stream));
        tc_stream_free(stream);
    }
}

Test(stream, knows_damage_of_packed_data_from_a_failure_of_the_system)
{
    static uint8_t buffer[4096];
    for (size_t k = 0; k < PACKERS; k++) {
        fresh();
        tc_str_add(&packed, tc_slice_make(packers[k].packing->magic.bytes, 6));
        tc_str_add(&packed, TC_LIT("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
        put_bytes("broken", tc_str_view(&packed));
        tc_error error = {0};
        size_t got;
        bool end;
        tc_layers layers = {.packings = {packers[k].packing}};
        tc_stream *stream = start_least("broken", 0);
        cr_assert(!tc_failed(tc_stream_add(stream, &layers, &error)));
        tc_status status = tc_stream_fill(stream, buffer, 4096, &got, &end, &error);
        cr_expect(tc_failed(status) && tc_stream_damaged(stream), "%zu", k);
        tc_stream_free(stream);
        done();
    }
}

/* A pipe that must not block, written to by a child, byte after byte. */
Test(stream, waits_for_a_pipe)
{
    fresh();
    add_records(&text, 0, 100);
    add_packed(&packed, &packers[1], tc_str_view(&text));
    int ends[2];
    cr_assert(pipe2(ends, O_CLOEXEC) == 0);
    pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < packed.len; i++)
            if (write(ends[1], packed.data + i, 1) != 1) _exit(1);
        _exit(0);
    }
    cr_assert(child > 0 && close(ends[1]) == 0);
    cr_assert(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    static uint8_t buffer[1 << 16];
    tc_stream *stream = tc_stream_new();
    tc_sniffed sniffed;
    tc_error error = {0};
    bool end = false;
    size_t all = 0, got = 0;
    tc_stream_start(stream, ends[0], 0);
    tc_status status = tc_sniff(stream, TC_LIT("-"), &sniffed, &error);
    while (!end && !tc_failed(status)) {
        status = tc_stream_fill(stream, buffer + all, sizeof buffer - all, &got, &end, &error);
        all += got;
    }
    cr_expect(!tc_failed(status), "%s", error.text);
    cr_expect(tc_slice_equal(tc_slice_make(buffer, all), tc_str_view(&text)));
    tc_stream_free(stream);
    done();
}
