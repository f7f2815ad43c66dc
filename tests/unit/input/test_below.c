/* What an archive library reads from, and what stands behind what it read. */
#include "detector/input/below.h"
#include "detector/input/zip_end.h"
#include "tests/unit/input/fake_bytes.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <fcntl.h>

TestSuite(below, .init = init_files, .fini = done_files);

enum { SIZE = 200 * 1024 };
static uint8_t all[SIZE];

static void fill_all(void)
{
    for (size_t i = 0; i < SIZE; i++)
        all[i] = (uint8_t)(i * 7 + i / 251 + 1);
}

static void start_on(tc_below *below, fake_bytes *fake, tc_slice bytes, size_t piece)
{
    *fake = (fake_bytes){.bytes = bytes, .piece = piece};
    cr_assert(tc_below_start(below, fake_start(fake), -1, 0));
}

/* Reads to the end; how many bytes came, which must be those from `at` on. */
static uint64_t read_all(tc_below *below, uint64_t at)
{
    const uint8_t *piece;
    uint64_t total = 0;
    int64_t n;
    while ((n = tc_below_read(below, &piece)) > 0) {
        cr_assert(memcmp(piece, all + at + total, (size_t)n) == 0, "at %zu", (size_t)(at + total));
        total += (uint64_t)n;
    }
    cr_expect(n == 0);
    return total;
}

Test(below, a_layer_gives_its_last_bytes_again)
{
    static const size_t pieces[] = {1, 7, 4096, 100000, SIZE};
    fill_all();
    for (size_t i = 0; i < TC_COUNT_OF(pieces); i++) {
        tc_below below;
        fake_bytes fake;
        const uint8_t *piece;
        start_on(&below, &fake, tc_slice_make(all, SIZE), pieces[i]);
        int64_t n = tc_below_read(&below, &piece);
        uint64_t second = (uint64_t)n + (uint64_t)tc_below_read(&below, &piece);
        cr_expect(tc_below_go(&below, (uint64_t)n - 100), "before the piece");
        cr_expect(tc_below_has(&below, second - 2, 4), "behind what was read");
        cr_expect(!tc_below_go(&below, 10), "gone");
        cr_expect(tc_below_go(&below, second - 3));
        cr_expect(read_all(&below, second - 3) == SIZE - second + 3);
        cr_expect(!tc_below_has(&below, SIZE - 3, 4) && tc_below_has(&below, SIZE - 3, 3));
        cr_expect(!tc_below_has(&below, SIZE, 1));
        tc_below_done(&below);
    }
}

Test(below, a_stretch_of_a_file_is_read_in_any_order)
{
    fill_all();
    put_bytes("all", tc_slice_make(all, SIZE));
    tc_below below;
    int fd = open(in_files("all"), O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0 && tc_below_start(&below, (tc_bytes){0}, fd, 150000));
    cr_expect(read_all(&below, 0) == 150000);
    cr_expect(tc_below_go(&below, 11) && read_all(&below, 11) == 150000 - 11);
    cr_expect(tc_below_go(&below, 149999) && read_all(&below, 149999) == 1);
    cr_expect(tc_below_go(&below, SIZE) && read_all(&below, SIZE) == 0);
    tc_below_done(&below);
}

Test(below, zeros_are_gone_over)
{
    memset(all, 0, SIZE);
    all[SIZE - 5] = 'x';
    tc_below below;
    fake_bytes fake;
    start_on(&below, &fake, tc_slice_make(all, SIZE), 1000);
    cr_expect(tc_below_skip_zeros(&below) && below.at - below.again == SIZE - 5);
    cr_expect(tc_below_starts(&below, TC_LIT("x\0")) && !tc_below_starts(&below, TC_LIT("xx")));
    cr_expect(read_all(&below, SIZE - 5) == 5);
    cr_expect(!tc_below_skip_zeros(&below));
    tc_below_done(&below);
}

Test(below, a_failure_is_kept)
{
    tc_below below;
    fake_bytes fake;
    const uint8_t *piece;
    start_on(&below, &fake, TC_LIT("abc"), 2);
    fake.fails = true;
    cr_expect(tc_below_read(&below, &piece) == 3);
    cr_expect(tc_below_read(&below, &piece) == -1);
    cr_expect(below.failure.code == TC_EIO);
    tc_below_done(&below);
}

/* -- the end of a zip file --------------------------------------------------------------------- */

#define ENTRY "PK\1\2" ZEROS_24 "\2\0\1\0\1\0" ZEROS_12 "abcd"
#define ZEROS_12 "\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZEROS_24 ZEROS_12 ZEROS_12
#define SIGNATURE "PK\5\5\3\0sig"
#define END64                                                                                      \
    "PK\6\6\4\0\0\0\0\0\0\0abcd"                                                                   \
    "PK\6\7" ZEROS_12 "\0\0\0\0"
#define BYTES(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)("" literal), sizeof(literal) - 1                                         \
    }
#define END "PK\5\6" ZEROS_12 "\0\0\0\0\2\0ab"

Test(below, the_end_of_a_zip_file_is_gone_over)
{
    static const struct {
        tc_slice bytes;
        bool whole;
        uint64_t entries;
    } rows[] = {
        {BYTES("junk" ENTRY ENTRY END "rest"), true, 2},
        {BYTES("PK\3" ENTRY SIGNATURE END64 END "rest"), true, 1},
        {BYTES(END "rest"), true, 0},
        {BYTES(ENTRY ENTRY), false, 0},
        {BYTES(ENTRY "PK\3\4" END), false, 0},
        {BYTES("PK\6\6\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" END), false, 0},
        {BYTES("nothing"), false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        for (size_t piece = 1; piece < 40; piece++) {
            tc_below below;
            fake_bytes fake;
            uint64_t entries;
            start_on(&below, &fake, rows[i].bytes, piece);
            cr_expect(tc_zip_end_skip(&below, &entries) == rows[i].whole, "row %zu", i);
            if (rows[i].whole) {
                cr_expect(entries == rows[i].entries, "row %zu", i);
                cr_expect(tc_below_starts(&below, TC_LIT("rest")), "row %zu", i);
            }
            tc_below_done(&below);
        }
    }
}
