/* The layers that do not unpack: file, peek, mark, wide. */
#include "detector/input/file.h"
#include "detector/input/mark.h"
#include "detector/input/peek.h"
#include "detector/input/wide.h"
#include "tests/unit/input/fake_bytes.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

TestSuite(bytes, .init = init_files, .fini = done_files);

static const size_t sizes[] = {1, 2, 3, 5, 64, 4096, 65536};

static void expect_drained(tc_bytes top, size_t room, tc_slice wanted, tc_bytes_result result,
                           const char *what)
{
    drained d;
    drain(top, room, &d);
    cr_expect(d.result == result, "%s, room %zu", what, room);
    cr_expect(tc_slice_equal(drained_text(&d), wanted), "%s, room %zu: %zu bytes for %zu", what,
              room, d.text.len, wanted.len);
    drained_done(&d);
}

/* -- file ----------------------------------------------------------------------------------- */

static tc_bytes start_file(tc_file *file, const char *name, uint64_t least)
{
    int fd = open(in_files(name), O_RDONLY | O_CLOEXEC);
    cr_assert(fd >= 0);
    return tc_file_start(file, fd, least);
}

Test(bytes, a_file_is_read_as_it_lies_there)
{
    put_text("plain", "one\ntwo\n");
    put_text("empty", "");
    for (size_t i = 0; i < TC_COUNT_OF(sizes); i++) {
        tc_file file;
        tc_bytes bytes = start_file(&file, "plain", 8);
        expect_drained(bytes, sizes[i], TC_LIT("one\ntwo\n"), TC_BYTES_END, "plain");
        tc_bytes_close(bytes);
        cr_expect(file.fd == -1);
        bytes = start_file(&file, "empty", 0);
        expect_drained(bytes, sizes[i], TC_EMPTY_SLICE, TC_BYTES_END, "empty");
        tc_bytes_close(bytes);
    }
}

Test(bytes, a_file_that_shrank_is_a_failure_behind_its_bytes)
{
    put_text("short", "abc");
    tc_file file;
    tc_bytes bytes = start_file(&file, "short", 4);
    drained d;
    drain(bytes, 2, &d);
    cr_expect(d.result == TC_BYTES_FAILED && tc_slice_equal(drained_text(&d), TC_LIT("abc")));
    cr_expect(strstr(d.error.text, "shrank while it was read: 3 of 4") != NULL, "%s", d.error.text);
    drained_done(&d);
    tc_bytes_close(bytes);
}

Test(bytes, a_read_error_is_a_failure)
{
    tc_file file;
    tc_bytes bytes = start_file(&file, "", 0); /* a folder */
    drained d;
    drain(bytes, 100, &d);
    cr_expect(d.result == TC_BYTES_FAILED && d.error.code == TC_EIO && d.error.sys == EISDIR);
    drained_done(&d);
    tc_bytes_close(bytes);
}

Test(bytes, a_pipe_that_has_nothing_yet_is_idle)
{
    int ends[2];
    uint8_t buffer[16];
    size_t got;
    tc_error error;
    tc_file file;
    cr_assert(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
    tc_bytes bytes = tc_file_start(&file, ends[0], 0);
    cr_expect(tc_bytes_read(bytes, buffer, 16, &got, &error) == TC_BYTES_IDLE);
    cr_assert(write(ends[1], "abc", 3) == 3);
    cr_expect(tc_bytes_read(bytes, buffer, 16, &got, &error) == TC_BYTES_MORE && got == 3);
    cr_expect(tc_bytes_read(bytes, buffer, 16, &got, &error) == TC_BYTES_IDLE);
    cr_assert(close(ends[1]) == 0);
    cr_expect(tc_bytes_read(bytes, buffer, 16, &got, &error) == TC_BYTES_END);
    tc_bytes_close(bytes);
}

/* -- layers on a fake ----------------------------------------------------------------------- */

/* Every size of piece, with and without pauses, with and without a failure at the end. */
#define FOR_EACH_FAKE(fake, wanted)                                                                \
    for (size_t i_ = 0; i_ < 4 * TC_COUNT_OF(sizes); i_++)                                         \
        for (fake_bytes fake = {.bytes = (wanted),                                                 \
                               .piece = sizes[i_ / 4],                                             \
                               .idles = i_ % 2,                                                    \
                               .fails = i_ / 2 % 2};                                               \
             fake.piece > 0; fake.piece = 0)

static tc_bytes_result end_of(const fake_bytes *fake)
{
    return fake->fails ? TC_BYTES_FAILED : TC_BYTES_END;
}

Test(bytes, what_was_peeked_at_is_still_read)
{
    tc_str text;
    tc_str_init(&text, 1u << 20);
    add_records(&text, 0, 200);
    tc_slice all = tc_str_view(&text);
    for (size_t length = 0; length <= all.len; length += length < 8 ? 1 : 997) {
        tc_slice part = tc_slice_sub(all, 0, length);
        FOR_EACH_FAKE(fake, part)
        {
            tc_peek peek;
            tc_bytes top = tc_peek_start(&peek, fake_start(&fake));
            tc_bytes_result said;
            tc_bytes_result end = end_of(&fake);
            while ((said = tc_peek_look(&peek)) == TC_BYTES_IDLE)
                continue;
            cr_expect(said == (length < TC_PEEK_SIZE ? end : TC_BYTES_MORE));
            tc_slice seen = tc_peek_head(&peek);
            cr_expect(tc_slice_equal(seen, tc_slice_sub(part, 0, TC_PEEK_SIZE)));
            expect_drained(top, fake.piece, part, end, "peek");
            tc_bytes_close(top);
            cr_expect(fake.closed == 1);
        }
    }
    tc_str_done(&text);
}

Test(bytes, a_mark_is_dropped_and_nothing_else)
{
    FOR_EACH_FAKE(fake, TC_LIT("\xEF\xBB\xBFone\n"))
    {
        tc_mark mark;
        tc_bytes_result end = end_of(&fake);
        tc_bytes top = tc_mark_start(&mark, fake_start(&fake), 3);
        expect_drained(top, fake.piece, TC_LIT("one\n"), end, "mark");
        tc_bytes_close(top);
        cr_expect(fake.closed == 1);
    }
}

Test(bytes, utf16_becomes_utf8_whatever_the_pieces)
{
    static const char wanted[] = "caf\xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 end\r\n";
    tc_wide wide = {0};
    for (int big = 0; big < 2; big++) {
        tc_str packed;
        tc_str_init(&packed, 1u << 20);
        add_utf16(&packed, wanted, big);
        tc_slice units = tc_slice_sub(tc_str_view(&packed), 2, SIZE_MAX);
        FOR_EACH_FAKE(fake, units)
        {
            tc_bytes top;
            tc_bytes_result end = end_of(&fake);
            cr_assert(!tc_failed(tc_wide_start(&wide, fake_start(&fake), big, &top)));
            expect_drained(top, fake.piece, tc_slice_of(wanted), end, "wide");
            tc_bytes_close(top);
            cr_expect(fake.closed == 1);
        }
        tc_str_done(&packed);
    }
    tc_wide_done(&wide);
}

Test(bytes, half_a_character_at_the_end_is_replaced_before_the_end_is_told)
{
    tc_wide wide = {0};
    FOR_EACH_FAKE(fake, TC_LIT("a\0\x3D\xD8\x14\xDD.\0\x3D"))
    {
        tc_bytes top;
        tc_bytes_result end = end_of(&fake);
        cr_assert(!tc_failed(tc_wide_start(&wide, fake_start(&fake), false, &top)));
        expect_drained(top, 1, TC_LIT("a\xF0\x9F\x94\x94.\xEF\xBF\xBD"), end, "half");
        tc_bytes_close(top);
    }
    tc_wide_done(&wide);
}
