#include "detector/pipeline/spool.h"

#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static TC_STATUS write_file(void *context, tc_slice text, tc_error *reterr)
{
    ssize_t written = write(*(const int *)context, text.ptr, text.len);
    return written == (ssize_t)text.len ? TC_SUCCESS : tc_fail(reterr, TC_EIO, "cannot write");
}

TestSuite(spool, .init = init_files, .fini = done_files);

static tc_error error;

static void add(tc_spool *s, tc_str *wanted, const char *text)
{
    cr_assert_eq(tc_spool_add(s, tc_slice_of(text), &error).code, TC_OK, "%s", error.text);
    tc_str_add(wanted, tc_slice_of(text));
}

static void expect_copied(tc_spool *s, const tc_str *wanted)
{
    char got[8192];
    int file = open(in_files("out"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    cr_assert_eq(tc_spool_copy(s, write_file, &file, &error).code, TC_OK, "%s", error.text);
    ssize_t length = pread(file, got, sizeof(got), 0);
    close(file);
    cr_expect(length >= 0 &&
              tc_slice_equal(tc_slice_make(got, (size_t)length), tc_str_view(wanted)));
}

Test(spool, gives_back_what_was_added_in_memory_and_on_disk)
{
    static const size_t memory[] = {0, 1, 10, 64, 100000};
    for (size_t m = 0; m < TC_COUNT_OF(memory); m++) {
        tc_str wanted;
        tc_str_init(&wanted, 1 << 16);
        tc_spool *s = tc_spool_new(memory[m], in_files(""));
        expect_copied(s, &wanted);
        add(s, &wanted, "");
        for (int i = 0; i < 50; i++) {
            char text[64];
            snprintf(text, sizeof(text), "line %d%.*s\n", i, i,
                     "......................................");
            add(s, &wanted, text);
        }
        cr_expect_eq(tc_spool_on_disk(s) > 0, memory[m] < wanted.len, "memory %zu", memory[m]);
        expect_copied(s, &wanted);
        /* It is empty then, and goes on. */
        tc_str_clear(&wanted);
        add(s, &wanted, "again, and long enough for each of the small memories to be left\n");
        expect_copied(s, &wanted);
        tc_spool_free(s);
        tc_str_done(&wanted);
    }
}

Test(spool, forgets_what_is_void)
{
    tc_str wanted;
    tc_str_init(&wanted, 1 << 16);
    tc_spool *s = tc_spool_new(8, in_files(""));
    add(s, &wanted, "this was provisional\n");
    add(s, &wanted, "too");
    tc_spool_clear(s);
    tc_str_clear(&wanted);
    cr_expect_eq(tc_spool_on_disk(s), 0);
    add(s, &wanted, "certain\n");
    expect_copied(s, &wanted);
    tc_spool_free(s);
    tc_str_done(&wanted);
}

Test(spool, says_in_words_where_it_cannot_write)
{
    tc_spool *s = tc_spool_new(4, "/no such folder");
    cr_expect_eq(tc_spool_add(s, TC_LIT("longer"), &error).code, TC_EIO);
    cr_expect(strstr(error.text, "'/no such folder'") && strstr(error.text, "TMPDIR"), "%s",
              error.text);
    tc_spool_free(s);
}

Test(spool, says_in_words_that_a_disk_is_full)
{
    struct rlimit limit = {100, 100};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    tc_spool *s = tc_spool_new(4, in_files(""));
    tc_status status = TC_SUCCESS;
    for (int i = 0; i < 30 && !tc_failed(status); i++)
        status = tc_spool_add(s, TC_LIT("ten bytes\n"), &error);
    cr_expect_eq(status.code, TC_EIO);
    cr_expect(strstr(error.text, "TMPDIR") != NULL, "%s", error.text);
    tc_spool_free(s);
}
