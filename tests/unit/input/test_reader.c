#include "detector/input/count.h"
#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(reader, .init = init_files, .fini = done_files);

static const size_t block_sizes[] = {16, 17, 61, 100, 1000, 4096, 65536, 1 << 20};

static tc_input *open_forced(const char *name, size_t record_max)
{
    tc_input_options options = {.format = &tc_fake_parser, .record_max = record_max};
    return open_with(&options, name);
}

static void expect_same(const outcome *a, const outcome *b, size_t block_size)
{
    cr_expect(tc_slice_equal(tc_str_view(&a->events), tc_str_view(&b->events)), "events at %zu",
              block_size);
    cr_expect(tc_slice_equal(tc_str_view(&a->data), tc_str_view(&b->data)), "data at %zu",
              block_size);
    cr_expect(memcmp(&a->ledger, &b->ledger, sizeof a->ledger) == 0, "ledger at %zu", block_size);
}

/* Reads a source in every block size, expecting the same of each; the caller ends *ret. */
static void read_in_all_sizes(const tc_input *input, outcome *ret)
{
    read_source(input, 0, 1 << 20, ret);
    cr_expect(ret->ledger.bytes.read == ret->ledger.bytes.parsed + ret->ledger.bytes.header +
                                            ret->ledger.bytes.blank + ret->ledger.bytes.rejected +
                                            ret->ledger.bytes.pending);
    for (size_t i = 0; i < TC_COUNT_OF(block_sizes); i++) {
        outcome other;
        read_source(input, 0, block_sizes[i], &other);
        cr_expect(other.failed == ret->failed);
        expect_same(ret, &other, block_sizes[i]);
        done_outcome(&other);
    }
}

static void add_mixture(tc_str *out)
{
    for (int i = 0; i < 300; i++) {
        if (i % 50 == 0) tc_str_addf(out, "#fake %d\r\n", i / 50);
        tc_str_addf(out, "@%d record %d%.*s\n", 1000 + i, i, i % 70,
                    "----------------------------------------------------------------------");
        if (i % 30 == 7) tc_str_add(out, TC_LIT("\n"));
        if (i % 40 == 9) tc_str_add(out, TC_LIT("this is no record\n"));
    }
    tc_str_add(out, TC_LIT("@9999 without a line end"));
}

Test(reader, cuts_blocks_so_that_nothing_depends_on_their_size)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    add_mixture(&text);
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_forced("log", 0);
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect(!o.failed && o.ledger.bytes.read == text.len);
    cr_expect(o.ledger.records.accepted == 301 && o.ledger.records.header == 6);
    cr_expect(tc_slice_equal(tc_str_view(&o.data), tc_str_view(&text)));
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(reader, tells_where_a_record_stands)
{
    put_text("log", "\xEF\xBB\xBF#fake 7\n@1 first\n\n@2 caf\xC3\xA9\n");
    tc_input *input = open_files("log");
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect_str_eq(tc_str_cstr(&o.events), "8 11 2 8 55 @1 first\n"
                                             "18 21 4 8 55 @2 caf\xC3\xA9\n");
    cr_expect(o.ledger.bytes.read == 30 && o.ledger.bytes.header == 8 + 3, "a mark is header");
    done_outcome(&o);
    tc_input_free(input);
}

/* What looks like UTF-16 stays as it is, and records are counted, not lines. */
Test(reader, gives_a_binary_format_its_bytes_and_counts_its_records)
{
    put_text("packed", FAKE_PACKED "\n@1 a\n\n@2 b\n#fake 7\n@3 c\n");
    tc_input *input = open_files("packed");
    cr_assert(tc_input_count(input) == 1);
    const tc_source *source = tc_input_source(input, 0);
    cr_expect_str_eq(source->parser->name, "fake-packed");
    cr_expect(!source->utf16 && source->first == TC_SECOND);
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect(tc_slice_starts(tc_str_view(&o.data), TC_LIT(FAKE_PACKED)));
    cr_expect_str_eq(tc_str_cstr(&o.events), "4 4 2 4 0 @1 a\n"
                                             "10 10 4 4 0 @2 b\n"
                                             "23 23 6 4 0 @3 c\n");
    done_outcome(&o);
    tc_input_free(input);
}

Test(reader, counts_a_record_that_is_too_long)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_addf(&text, FAKE_PACKED "\n@1 %0500d\n@2 b\n", 7);
    put_bytes("packed", tc_str_view(&text));
    tc_input_options options = {.record_max = 100};
    tc_input *input = open_with(&options, "packed");
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect_str_eq(tc_str_cstr(&o.events), "508 508 3 4 0 @2 b\n");
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&text);
}

/* The offset of a record in a UTF-16 file, found by looking for it there. */
Test(reader, gives_exact_file_offsets_in_utf16)
{
    for (int big = 0; big < 2; big++) {
        tc_str wide, text;
        tc_str_init(&wide, 1 << 22);
        tc_str_init(&text, 1 << 22);
        for (int i = 0; i < 500; i++) {
            tc_str_addf(&text, "@%d caf\xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 %.*s\n", 1000 + i, i % 20,
                        "....................");
        }
        add_utf16(&wide, tc_str_cstr(&text), big);
        put_bytes("wide", tc_str_view(&wide));
        tc_input *input = open_files("wide");
        outcome o;
        read_in_all_sizes(input, &o);
        tc_slice rest = tc_str_view(&o.events);
        uint64_t expected = 2;
        for (int i = 0; i < 500; i++) {
            uint64_t position, offset, line, length;
            tc_cursor c = tc_cursor_on(tc_slice_split(rest, '\n', &rest));
            cr_assert(tc_cursor_digits(&c, 9, &position) && tc_cursor_byte(&c, ' '));
            cr_assert(tc_cursor_digits(&c, 9, &offset) && tc_cursor_byte(&c, ' '));
            cr_assert(tc_cursor_digits(&c, 9, &line) && tc_cursor_byte(&c, ' '));
            cr_assert(tc_cursor_digits(&c, 9, &length));
            uint64_t units = 14 + (uint64_t)(i % 20);
            /* The fake format trims the blank that ends a line without dots. */
            cr_expect(length == 2 * (units - (i % 20 == 0)), "%d: %" PRIu64, i, length);
            cr_expect(offset == expected && line == (uint64_t)i + 1, "%d: %" PRIu64, i, offset);
            cr_expect(memcmp(wide.data + offset, big ? "\0@" : "@\0", 2) == 0, "%d", i);
            expected += 2 * (units + 1);
        }
        done_outcome(&o);
        tc_input_free(input);
        tc_str_done(&wide);
        tc_str_done(&text);
    }
}

Test(reader, grows_its_window_to_a_record_of_a_mebibyte_and_no_further)
{
    tc_str text;
    tc_str_init(&text, 1 << 23);
    tc_str_add(&text, TC_LIT("@1 first\n@2 "));
    while (text.len < (size_t)TC_RECORD_MAX + 8)
        tc_str_add_byte(&text, 'x');
    tc_str_add(&text, TC_LIT("\n@3 last\n"));
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_files("log");
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect(o.ledger.records.accepted == 3 && o.ledger.bytes.rejected == 0);
    done_outcome(&o);
    read_source(input, 0, 4096, &o);
    cr_expect(o.capacity <= (size_t)TC_RECORD_MAX + 4096 + 8, "%zu", o.capacity);
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(reader, books_a_record_beyond_the_maximum_once_and_goes_on)
{
    tc_str text;
    tc_str_init(&text, 1 << 26);
    tc_str_add(&text, TC_LIT("@1 first\n"));
    size_t from = text.len;
    while (text.len - from < (size_t)40 << 20)
        tc_str_add(&text, TC_LIT("@ a line that never ends "));
    tc_str_add(&text, TC_LIT("\n@3 last\n"));
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_files("log");
    outcome o;
    static const size_t sizes[] = {4096, 1 << 20};
    for (size_t i = 0; i < TC_COUNT_OF(sizes); i++) {
        read_source(input, 0, sizes[i], &o);
        cr_expect(o.ledger.bytes.read == text.len);
        cr_expect(o.ledger.bytes.rejected == text.len - 9 - 8);
        cr_expect(o.ledger.records.rejected[TC_REASON_OVERSIZE] == 1);
        cr_expect(o.ledger.records.accepted == 2);
        cr_expect(o.blocks >= 3, "an endless record shows a block now and then");
        done_outcome(&o);
    }
    tc_input_free(input);
    tc_str_done(&text);
}

Test(reader, rejects_small_oversize_records_alike_in_every_size)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    for (int i = 0; i < 100; i++) {
        tc_str_addf(
            &text, "@%d %.*s\n", i, i,
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "xxxxxxxxxxxxxxxxxxxx");
    }
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_forced("log", 64);
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect(o.ledger.records.rejected[TC_REASON_OVERSIZE] == 40, "%" PRIu64,
              o.ledger.records.rejected[TC_REASON_OVERSIZE]);
    cr_expect(o.ledger.bytes.read == text.len);
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(reader, copes_with_a_header_before_every_record)
{
    tc_str text;
    tc_str_init(&text, 1 << 24);
    for (int i = 0; i < 100000; i++)
        tc_str_addf(&text, "#fake %d\n@%d x\n", i % 10, 1000 + i);
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_files("log");
    outcome o;
    read_source(input, 0, 1 << 20, &o);
    cr_expect(o.blocks >= 100000 && o.ledger.records.accepted == 100000);
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(reader, reads_nothing_and_header_only_sources)
{
    put_text("log", "#fake 1\n");
    tc_input *input = open_files("log");
    cr_assert(tc_input_source(input, 0)->state == TC_SOURCE_EMPTY);
    outcome o;
    read_in_all_sizes(input, &o);
    cr_expect(o.ledger.records.header == 1 && o.ledger.bytes.read == 8);
    done_outcome(&o);
    tc_input_free(input);
}

static void expect_read_like(const outcome *plain, const char *name)
{
    tc_input *input = open_files(name);
    outcome unpacked;
    read_source(input, 0, 65536, &unpacked);
    expect_same(plain, &unpacked, 65536);
    done_outcome(&unpacked);
    tc_input_free(input);
}

static void expect_broken_off(tc_slice text, const char *name)
{
    tc_input *input = open_files(name);
    outcome cut;
    read_in_all_sizes(input, &cut);
    cr_expect(cut.failed && strstr(cut.error.text, "ends inside") != NULL, "%s", cut.error.text);
    cr_expect(strstr(cut.error.source, name) != NULL, "%s", cut.error.source);
    cr_expect(cut.data.len > text.len / 4, "%s: %zu bytes", name, cut.data.len);
    cr_expect(tc_slice_starts(text, tc_str_view(&cut.data)));
    cr_expect(cut.ledger.bytes.read == cut.data.len);
    done_outcome(&cut);
    tc_input_free(input);
}

Test(reader, reads_packed_sources_like_plain_ones_and_tells_damage_last)
{
    tc_str text, packed;
    tc_str_init(&text, 1 << 24);
    tc_str_init(&packed, 1 << 24);
    add_records(&text, 1000 * TC_SECOND, 20000);
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_files("log");
    outcome plain;
    read_source(input, 0, 65536, &plain);
    for (size_t k = 0; k < PACKERS; k++) {
        tc_str_clear(&packed);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        put_bytes("packed", tc_str_view(&packed));
        put_bytes("cut", tc_slice_sub(tc_str_view(&packed), 0, packed.len * 2 / 3));
        expect_read_like(&plain, "packed");
        expect_broken_off(tc_str_view(&text), "cut");
    }
    done_outcome(&plain);
    tc_input_free(input);
    tc_str_done(&text);
    tc_str_done(&packed);
}

/* What the inventory saw is what is read: a file that became another one is told, not misread. */
Test(reader, reads_a_source_with_the_layers_that_it_had)
{
    tc_str packed;
    tc_str_init(&packed, 1 << 20);
    add_packed(&packed, &packers[1], TC_LIT("@1 one\n"));
    put_bytes("log", tc_str_view(&packed));
    tc_input *input = open_files("log");
    put_text("log", "@2 two, and plain, and longer than what was there before it\n");
    outcome o;
    read_source(input, 0, 1000, &o);
    cr_expect(o.failed && strstr(o.error.text, "damaged zstd near byte") != NULL, "%s",
              o.error.text);
    done_outcome(&o);
    tc_input_free(input);
    tc_str_done(&packed);
}

/* Runs with standard input reading from the file. */
static void use_stdin(const char *name)
{
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    close(fd);
}

Test(reader, reads_standard_input_once)
{
    tc_str text, packed;
    tc_str_init(&text, 1 << 24);
    tc_str_init(&packed, 1 << 24);
    add_records(&text, 1000 * TC_SECOND, 20000);
    for (size_t i = 0; i <= PACKERS; i++) {
        tc_str_clear(&packed);
        if (i < PACKERS) add_packed(&packed, &packers[i], tc_str_view(&text));
        put_bytes("log", tc_str_view(i < PACKERS ? &packed : &text));
        use_stdin("log");
        const char *path = "-";
        tc_input_options options = {.paths = &path, .path_count = 1};
        tc_input *input = open_with(&options, "");
        cr_assert(tc_input_count(input) == 1);
        const tc_source *source = tc_input_source(input, 0);
        cr_expect(tc_slice_equal(source->path, TC_LIT("-")) && source->size == 0);
        cr_expect(!source->seekable && source->first == 1000 * TC_SECOND);
        outcome o, again;
        read_source(input, 0, 1000, &o);
        cr_expect(!o.failed && tc_slice_equal(tc_str_view(&o.data), tc_str_view(&text)));
        read_source(input, 0, 1000, &again);
        cr_expect(again.failed && strstr(again.error.text, "only once") != NULL);
        done_outcome(&o);
        done_outcome(&again);
        tc_input_free(input);
    }
    tc_str_done(&text);
    tc_str_done(&packed);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

Test(reader, gives_the_same_for_any_bytes_in_any_block_size)
{
    tc_str text, seed[2 + PACKERS];
    uint32_t state = 1;
    tc_str_init(&text, 1 << 20);
    for (size_t i = 0; i < TC_COUNT_OF(seed); i++)
        tc_str_init(&seed[i], 1 << 20);
    add_mixture(&text);
    tc_str_add(&seed[0], tc_str_view(&text));
    add_utf16(&seed[1], tc_str_cstr(&text), false);
    for (size_t k = 0; k < PACKERS; k++)
        add_packed(&seed[2 + k], &packers[k], tc_str_view(&seed[1]));
    for (int round = 0; round < 500; round++) {
        tc_str *s = &seed[(size_t)round % TC_COUNT_OF(seed)];
        for (int i = 0; i < 4; i++)
            s->data[next_random(&state) % s->len] = (uint8_t)next_random(&state);
        put_bytes("log", tc_slice_sub(tc_str_view(s), 0, next_random(&state) % s->len + 1));
        tc_input *input = open_forced("log", 100);
        if (tc_input_source(input, 0)->parser) {
            outcome one, two;
            read_source(input, 0, 50, &one);
            read_source(input, 0, 10000, &two);
            cr_expect(one.failed == two.failed, "round %d", round);
            expect_same(&one, &two, (size_t)round);
            done_outcome(&one);
            done_outcome(&two);
        }
        tc_input_free(input);
    }
    for (size_t i = 0; i < TC_COUNT_OF(seed); i++)
        tc_str_done(&seed[i]);
    tc_str_done(&text);
}

Test(reader, refuses_a_file_that_went_away)
{
    put_text("log", "@1 x\n");
    tc_input *input = open_files("log");
    cr_assert(unlink(in_files("log")) == 0);
    cr_assert(mkfifo(in_files("log"), 0600) == 0);
    outcome o;
    read_source(input, 0, 1000, &o);
    cr_expect(o.failed && strstr(o.error.source, "/log") != NULL);
    done_outcome(&o);
    tc_input_free(input);
}

Test(reader, counts_line_ends_of_any_length)
{
    uint8_t bytes[20000];
    uint64_t expected[8] = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = i % 3 == 0 || i > 9000 ? '\n' : 'x';
    static const size_t lengths[] = {0, 1, 31, 32, 33, 8160, 8161, 20000};
    for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
        for (size_t k = 0; k < lengths[i]; k++)
            expected[i] += bytes[k] == '\n';
        cr_expect(tc_count_newlines(tc_slice_make(bytes, lengths[i])) == expected[i], "%zu",
                  lengths[i]);
    }
}
