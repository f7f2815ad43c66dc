#include "parsers/base/alloc.h"
#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(inventory, .init = init_files, .fini = done_files);

static const char one_record[] = "@1000 hello\n";

static void put_packed_with(const packer *with, const char *name, tc_slice bytes)
{
    tc_str packed;
    tc_str_init(&packed, 1u << 30);
    add_packed(&packed, with, bytes);
    put_bytes(name, tc_str_view(&packed));
    tc_str_done(&packed);
}

static void put_packed(const char *name, tc_slice bytes)
{
    put_packed_with(&packers[0], name, bytes);
}

static uint32_t state_of(const tc_input *input, const char *end)
{
    const tc_source *source = source_named(input, end);
    return source ? (uint32_t)source->state : TC_SOURCE_STATE_COUNT;
}

Test(inventory, tells_logs_empty_files_and_irrelevant_ones_apart)
{
    put_text("log", one_record);
    put_text("header", "#fake 1\n\n");
    put_text("nothing.log", "");
    put_text("nothing.png", "");
    put_text("readme.txt", "read me\n");
    put_bytes("image", TC_LIT("\x89PNG\r\n\x1A\n\0\0\0\0"));
    put_folder("sub");
    put_text("sub/notes", "notes\n");
    tc_input *input = open_files("");
    cr_expect(tc_input_count(input) == 3);
    cr_expect(state_of(input, "/log") == TC_SOURCE_READABLE);
    cr_expect(state_of(input, "/header") == TC_SOURCE_EMPTY);
    cr_expect(source_named(input, "/header")->parser == &tc_fake_parser);
    cr_expect(state_of(input, "/nothing.log") == TC_SOURCE_EMPTY);
    cr_expect(source_named(input, "/nothing.log")->parser == NULL);
    const tc_irrelevant *groups;
    cr_assert(tc_input_irrelevant(input, &groups) == 2);
    cr_expect(groups[0].files == 3 && groups[0].bytes == 8 + 12);
    cr_expect(groups[1].files == 1 && groups[1].bytes == 6);
    cr_expect(tc_slice_ends(groups[1].folder, TC_LIT("/sub")));
    tc_input_free(input);
}

Test(inventory, lists_an_irrelevant_file_that_the_user_named)
{
    put_text("readme", "read me\n");
    tc_input *input = open_files("readme");
    cr_assert(tc_input_count(input) == 1);
    cr_expect(tc_input_source(input, 0)->state == TC_SOURCE_IRRELEVANT);
    cr_expect(tc_input_source(input, 0)->parser == NULL);
    const tc_irrelevant *groups;
    cr_expect(tc_input_irrelevant(input, &groups) == 1);
    tc_input_free(input);
}

/* Files thrice/KIND: that kind inside two of gzip. */
static void put_packed_thrice(void)
{
    put_folder("thrice");
    for (size_t k = 0; k < PACKERS; k++) {
        char name[64];
        tc_str once, twice;
        tc_str_init(&once, 1u << 20);
        tc_str_init(&twice, 1u << 20);
        add_packed(&once, &packers[k], tc_slice_of(one_record));
        add_gzip(&twice, tc_str_view(&once));
        snprintf(name, sizeof name, "thrice/%s", packers[k].packing->name);
        put_packed(name, tc_str_view(&twice));
        tc_str_done(&once);
        tc_str_done(&twice);
    }
}

Test(inventory, names_archives_that_must_be_unpacked)
{
    static const struct {
        const char *name;
        tc_slice bytes;
        const char *kind; /* NULL: irrelevant */
    } rows[] = {
        {"logs.zip", {(const uint8_t *)"PK\x03\x04rest", 8}, "zip"},
        {"logs.bin", {(const uint8_t *)"7z\xBC\xAF\x27\x1C", 6}, "7-Zip"},
        {"logs.lz4", {(const uint8_t *)"\x04\x22\x4D\x18.", 5}, "lz4"},
        {"logs.lz", {(const uint8_t *)"LZIP\x01.", 6}, "lzip"},
        {"logs.Z", {(const uint8_t *)"\x1F\x9D.", 3}, "compress"},
        {"logs.bz2", {(const uint8_t *)"BZh91AY&SY.", 11}, "bzip2"},
        {"logs.cab", {(const uint8_t *)"MSCF\0\0\0\0.", 9}, "cabinet"},
        {"letter.docx", {(const uint8_t *)"PK\x03\x04rest", 8}, NULL},
        {"BZhello", {(const uint8_t *)"BZhello world", 13}, NULL},
    };
    uint8_t tar[512] = {'l', 'o', 'g'};
    memcpy(tar + 257, "ustar", 5);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        put_bytes(rows[i].name, rows[i].bytes);
    put_packed("all.tar.gz", tc_slice_make(tar, sizeof tar));
    put_packed("bz2.gz", TC_LIT("BZh91AY&SY."));
    put_packed_thrice();
    tc_input *input = open_files("");
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_source *source = source_named(input, rows[i].name);
        cr_expect((source != NULL) == (rows[i].kind != NULL), "%s", rows[i].name);
        if (!source) continue;
        cr_expect(source->state == TC_SOURCE_UNREADABLE, "%s", rows[i].name);
        cr_expect(strstr(source->error->text, rows[i].kind) != NULL, "%s", source->error->text);
        cr_expect(strstr(source->error->text, "unpack it") != NULL);
        cr_expect(strstr(source->error->source, rows[i].name) != NULL);
    }
    cr_expect(strstr(source_named(input, "all.tar.gz")->error->text, "tar archive") != NULL);
    cr_expect(strstr(source_named(input, "bz2.gz")->error->text, "bzip2-compressed") != NULL);
    for (size_t k = 0; k < PACKERS; k++) {
        char kind[64];
        snprintf(kind, sizeof kind, "%s inside two other packings", packers[k].packing->name);
        const tc_source *source = source_named(input, packers[k].packing->name);
        cr_expect(source->state == TC_SOURCE_UNREADABLE && strstr(source->error->text, kind), "%s",
                  source->error->text);
    }
    tc_input_free(input);
}

Test(inventory, reports_files_that_cannot_be_read)
{
    put_folder("a");
    put_text("a/log", one_record);
    put_bytes("a/broken.gz", TC_LIT("\x1F\x8B\x08\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF"));
    cr_assert(symlink("nowhere", in_files("a/dangling")) == 0);
    tc_input_options options = {.follow_links = true};
    tc_input *input = open_with(&options, "a");
    cr_expect(tc_input_count(input) == 3);
    cr_expect(state_of(input, "/log") == TC_SOURCE_READABLE);
    cr_expect(state_of(input, "/broken.gz") == TC_SOURCE_UNREADABLE);
    cr_expect(state_of(input, "/dangling") == TC_SOURCE_UNREADABLE);
    const tc_error *error = source_named(input, "/dangling")->error;
    cr_expect(error->code == TC_EIO && strstr(error->text, "No such file") != NULL, "%s",
              error->text);
    tc_input_free(input);
}

Test(inventory, counts_links_that_were_not_followed)
{
    put_folder("a");
    put_text("a/log", one_record);
    cr_assert(symlink("nowhere", in_files("a/dangling")) == 0);
    cr_assert(symlink("log", in_files("a/link")) == 0);
    tc_input *input = open_files("a");
    const tc_slice *names;
    uint64_t count = 0;
    cr_expect(tc_input_count(input) == 1);
    cr_assert(tc_input_links(input, &names, &count) == 2 && count == 2);
    cr_expect(tc_slice_ends(names[0], TC_LIT("a/dangling")));
    cr_expect(tc_slice_ends(names[1], TC_LIT("a/link")));
    tc_input_free(input);
}

static void expect_twin_of_plain(const tc_input *input, const char *name)
{
    const tc_source *plain = source_named(input, "/plain");
    const tc_source *twin = source_named(input, name);
    cr_assert(twin != NULL, "%s", name);
    cr_expect(twin->key == plain->key && !twin->seekable, "%s", name);
    cr_expect(twin->state == TC_SOURCE_DUPLICATE && twin->twin == plain->index, "%s", name);
}

/* On both sides of the size of a head. */
Test(inventory, gives_equal_keys_to_plain_packed_and_wide_copies)
{
    static const size_t lengths[] = {40,    4096, TC_HEAD_MAX - 1, TC_HEAD_MAX, TC_HEAD_MAX + 3,
                                     300000};
    for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
        tc_str text, wide, once;
        tc_str_init(&text, 1u << 20);
        tc_str_init(&wide, 1u << 22);
        tc_str_init(&once, 1u << 22);
        add_records(&text, 1000 * TC_SECOND, 8000);
        text.len = lengths[i];
        put_bytes("plain", tc_str_view(&text));
        add_utf16(&wide, tc_str_cstr(&text), false);
        put_bytes("wide", tc_str_view(&wide));
        for (size_t k = 0; k < PACKERS; k++) {
            put_packed_with(&packers[k], packers[k].packing->name, tc_str_view(&text));
            tc_str_clear(&once);
            add_packed(&once, &packers[k], tc_str_view(&wide));
            put_packed(packers[k].packing->suffix, tc_str_view(&once));
        }
        tc_input *input = open_files("");
        cr_assert(tc_input_count(input) == 2 + 2 * PACKERS);
        cr_expect(source_named(input, "/plain")->seekable);
        cr_expect(!source_named(input, "/plain")->compressed);
        expect_twin_of_plain(input, "/wide");
        cr_expect(source_named(input, "/wide")->utf16 && !source_named(input, "/wide")->compressed);
        for (size_t k = 0; k < PACKERS; k++) {
            expect_twin_of_plain(input, packers[k].packing->name);
            expect_twin_of_plain(input, packers[k].packing->suffix);
            cr_expect(source_named(input, packers[k].packing->name)->compressed);
            cr_expect(source_named(input, packers[k].packing->suffix)->utf16);
        }
        tc_input_free(input);
        tc_str_done(&text);
        tc_str_done(&wide);
        tc_str_done(&once);
    }
}

Test(inventory, knows_packed_logs_by_their_names_when_their_first_bytes_are_lost)
{
    static const struct {
        const char *name;
        tc_slice bytes;
        const char *trouble; /* NULL: irrelevant */
    } rows[] = {
        {"a.log.gz", {(const uint8_t *)"\x1F\x8B", 2}, "damaged gzip: it ends inside"},
        {"b.log.zst", {(const uint8_t *)"\x28", 1}, "damaged zstd: it ends inside"},
        {"c.log.xz",
         {(const uint8_t *)"\xFD"
                           "7z",
          3},
         "damaged xz: it ends inside"},
        {"d.log.xz",
         {(const uint8_t *)"\xFD"
                           "7zXY\0\0\4",
          8},
         "does not begin so"},
        {"e.log.zst", {(const uint8_t *)"\0\0\0\0\0\0\0\0", 8}, "does not begin so"},
        {"f.bin",
         {(const uint8_t *)"\xFD"
                           "7zXY\0\0\4",
          8},
         NULL},
        {"g.txt.gz", {(const uint8_t *)"just a text", 11}, NULL},
        {"logs.zip", {(const uint8_t *)"\x9C\1\2\3\0\0\0\0", 8}, "does not begin so"},
        {"logs.7z", {(const uint8_t *)"\0\0\0\0\0\0\0\0", 8}, "does not begin so"},
        {"logs.docx", {(const uint8_t *)"\x9C\1\2\3\0\0\0\0", 8}, NULL},
        {"logs.tar", {(const uint8_t *)"just a text", 11}, NULL},
        {"h.log", {(const uint8_t *)"\x1F\x8B", 2}, NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        put_bytes(rows[i].name, rows[i].bytes);
    tc_input *input = open_files("");
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_source *source = source_named(input, rows[i].name);
        cr_expect((source != NULL) == (rows[i].trouble != NULL), "%s", rows[i].name);
        if (!source) continue;
        cr_expect(source->state == TC_SOURCE_UNREADABLE, "%s", rows[i].name);
        cr_expect(strstr(source->error->text, rows[i].trouble) != NULL, "%s", source->error->text);
    }
    tc_input_free(input);
}

Test(inventory, orders_sources_by_time_then_key_then_path)
{
    put_text("a", "@3000 x\n");
    put_text("b", "@1000 x\n");
    put_text("c", "@2000 x\n");
    put_text("d", "not a record, but named\n");
    const char *forward[] = {in_files("a"), in_files("b"), in_files("c"), in_files("d")};
    const char *backward[] = {forward[3], forward[2], forward[1], forward[0]};
    tc_input_options first = {.paths = forward, .path_count = 4};
    tc_input_options second = {.paths = backward, .path_count = 4};
    tc_input *one = open_with(&first, "");
    tc_input *two = open_with(&second, "");
    cr_assert(tc_input_count(one) == 4 && tc_input_count(two) == 4);
    static const char *const wanted[] = {"d", "b", "c", "a"};
    for (size_t i = 0; i < 4; i++) {
        cr_expect(tc_input_source(one, i)->index == i);
        cr_expect(tc_slice_equal(tc_input_source(one, i)->name, tc_slice_of(wanted[i])));
        cr_expect(tc_slice_equal(tc_input_source(two, i)->name, tc_slice_of(wanted[i])));
    }
    tc_input_free(one);
    tc_input_free(two);
}

Test(inventory, parses_a_small_source_whole_for_its_exact_span)
{
    put_text("log", "#fake 1\n@5000 a\n@3000 b\n@9000 c\n@7000 d");
    put_packed("x.gz", TC_LIT("@800 a\n@600 b\n"));
    tc_input *input = open_files("");
    const tc_source *log = source_named(input, "/log");
    cr_expect(log->first == 3000 * TC_SECOND && log->last == 9000 * TC_SECOND);
    const tc_source *packed = source_named(input, "/x.gz");
    cr_expect(packed->first == 600 * TC_SECOND && packed->last == 800 * TC_SECOND);
    cr_expect(!log->once && !packed->once);
    tc_input_free(input);
}

Test(inventory, looks_at_the_beginning_and_the_very_end_of_a_big_file)
{
    tc_str text;
    tc_str_init(&text, 1u << 30);
    tc_str_add(&text, TC_LIT("\xEF\xBB\xBF#fake 1\n"));
    add_records(&text, 1000000 * TC_SECOND, 20000);
    add_records(&text, 500000 * TC_SECOND, 20000);
    add_records(&text, 2000000 * TC_SECOND, 20000);
    put_bytes("log", tc_str_view(&text));
    tc_input *input = open_files("log");
    const tc_source *s = tc_input_source(input, 0);
    /* The middle is not known before it is read, and nothing is concluded for it. */
    cr_expect(s->first == 1000000 * TC_SECOND);
    cr_expect(s->last == 2019999 * TC_SECOND, "%" PRId64, s->last / TC_SECOND);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(inventory, knows_no_end_of_a_big_packed_file_or_of_one_that_shows_no_time)
{
    tc_str text;
    tc_str_init(&text, 1u << 30);
    add_records(&text, 1000000 * TC_SECOND, 10000);
    put_packed("big.gz", tc_str_view(&text));
    for (int i = 0; i < 8 << 20; i++)
        tc_str_add_byte(&text, 'x');
    put_bytes("blind", tc_str_view(&text));
    tc_input *input = open_files("");
    cr_expect(source_named(input, "/big.gz")->first == 1000000 * TC_SECOND);
    cr_expect(source_named(input, "/big.gz")->last == TC_TIME_NONE);
    tc_time seen = source_named(input, "/blind")->last;
    cr_expect(seen < 1010000 * TC_SECOND, "only the head's records are known");
    tc_input_free(input);
    tc_str_done(&text);
}

Test(inventory, takes_server_and_zone_from_the_users_globs_first)
{
    put_folder("EX01");
    put_folder("EX02");
    put_text("EX01/a.log", one_record);
    put_text("EX02/b.log", one_record);
    tc_slice hosts[] = {TC_LIT("EX02=mail.example.org"), TC_LIT("*.log=EX01")};
    tc_slice zones[] = {TC_LIT("EX02/*=+02:00")};
    tc_input_options options = {
        .host_globs = hosts, .host_glob_count = 1, .zone_globs = zones, .zone_glob_count = 1};
    tc_input *input = open_with(&options, "");
    const tc_source *first = source_named(input, "/a.log");
    const tc_source *second = source_named(input, "/b.log");
    cr_expect(tc_slice_equal(first->host, TC_LIT("EX01")));
    cr_expect(first->zone_offset_ns == 0);
    cr_expect(tc_slice_equal(second->host, TC_LIT("mail.example.org")));
    cr_expect(second->zone_offset_ns == 2 * TC_HOUR);
    tc_input_free(input);

    tc_slice wrong[] = {TC_LIT("*=Nowhere/../Land")};
    tc_error error;
    const char *path = in_files("");
    tc_input_options bad = {
        .paths = &path, .path_count = 1, .zone_globs = wrong, .zone_glob_count = 1};
    cr_expect(tc_input_open(&bad, &input, &error).code == TC_ESYNTAX);
    cr_expect(input == NULL && strstr(error.text, "Nowhere/../Land") != NULL, "%s", error.text);
}

Test(inventory, reads_a_forced_format_without_asking)
{
    put_text("odd", "no fake at all\n");
    tc_input_options options = {.format = &tc_fake_parser};
    tc_input *input = open_with(&options, "");
    cr_assert(tc_input_count(input) == 1);
    cr_expect(tc_input_source(input, 0)->state == TC_SOURCE_READABLE);
    tc_input_free(input);
}

Test(inventory, ends_cleanly_whenever_memory_runs_out)
{
    tc_str text, gz;
    tc_str_init(&text, 1u << 20);
    tc_str_init(&gz, 1u << 20);
    add_records(&text, 1000 * TC_SECOND, 3000);
    add_gzip(&gz, tc_str_view(&text));
    put_folder("sub");
    put_bytes("sub/log", tc_str_view(&text));
    put_bytes("log.gz", tc_str_view(&gz));
    put_packed_with(&packers[1], "log.zst", tc_str_view(&text));
    put_packed_with(&packers[2], "log.xz", tc_str_view(&text));
    put_text("small", one_record);
    put_text("readme", "read me\n");
    const char *path = in_files("");
    tc_slice host = TC_LIT("*=EX01");
    tc_input_options options = {
        .paths = &path, .path_count = 1, .host_globs = &host, .host_glob_count = 1};
    uint64_t n = 0;
    tc_status status = {TC_ENOMEM};
    while (tc_failed(status) && ++n < 1000) {
        tc_input *input = NULL;
        tc_error error;
        tc_alloc_fail_after(n);
        status = tc_input_open(&options, &input, &error);
        tc_alloc_fail_after(0);
        cr_expect(!tc_failed(status) || (status.code == TC_ENOMEM && error.text[0] && !input),
                  "allocation %" PRIu64 ": %s", n, error.text);
        tc_input_free(input);
    }
    cr_expect(n > 20 && n < 1000, "%" PRIu64, n);
    tc_str_done(&text);
    tc_str_done(&gz);
}

Test(inventory, looks_through_20000_irrelevant_files_quickly)
{
    char name[64];
    put_folder("many");
    put_bytes("counters", TC_LIT("\x01\x00\x02\x00 no log at all, some counters"));
    for (int i = 0; i < 20000; i++) {
        /* Names of one file: to make so many takes longer than what is tested. */
        snprintf(name, sizeof name, "many/perf%05d.blg", i);
        cr_assert(link(in_files("counters"), in_files(name)) == 0);
    }
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    tc_input *input = open_files("many");
    clock_gettime(CLOCK_MONOTONIC, &to);
    const tc_irrelevant *groups;
    cr_assert(tc_input_irrelevant(input, &groups) == 1);
    cr_expect(groups[0].files == 20000 && tc_input_count(input) == 0);
    tc_input_free(input);
    cr_log_info("20000 files in %.0f ms", (double)(to.tv_sec - from.tv_sec) * 1e3 +
                                              (double)(to.tv_nsec - from.tv_nsec) / 1e6);
}
