/* Sender threads to what is on this machine: files, pipes, the journal, programs. */
#include "tests/unit/send/bench.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(dispatch_local, .init = bench_begin, .fini = bench_end, .timeout = 90);

/* -- files ----------------------------------------------------------------------------------- */

static unsigned lines_of(const char *name)
{
    unsigned lines = 0;
    FILE *f = fopen(name, "r");
    for (int c; f != NULL && (c = getc(f)) != EOF;)
        lines += c == '\n';
    if (f != NULL) fclose(f);
    return lines;
}

Test(dispatch_local, lines_of_a_file_follow_its_name_after_a_rotation)
{
    char target[160], turned[160];
    snprintf(target, sizeof(target), "file://%s", bench_path);
    snprintf(turned, sizeof(turned), "%s.1", bench_path);
    bench_add(0, (tc_receiver_settings){.name = "file", .target = target});
    bench_put(0, 1, 100);
    bench_start(1);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 100, 20));
    cr_assert_eq(rename(bench_path, turned), 0);
    bench_put(0, 101, 50);
    tc_dispatch_wake(bench_dispatch);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 150, 20));
    cr_expect_eq(lines_of(turned), 100);
    cr_expect_eq(lines_of(bench_path), 50);
    tc_receiver_counts counts;
    tc_dispatch_counts(bench_dispatch, 0, &counts);
    cr_expect_eq(counts.sent, 150);
    cr_expect_eq(counts.failures, 0, "%s", counts.why);
}

/* What a file with such an end holds behind it, once three lines were sent. */
static void expect_behind(const char *end, size_t length, const char *kept)
{
    char target[160], text[4096];
    FILE *f = fopen(bench_path, "w");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(end, 1, length, f), length);
    fclose(f);
    snprintf(target, sizeof(target), "file://%s", bench_path);
    bench_add(0, (tc_receiver_settings){.name = "file", .target = target});
    bench_put(0, 1, 3);
    bench_start(1);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 3, 20));
    f = fopen(bench_path, "r");
    cr_assert_not_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    cr_expect_eq(strncmp(text, kept, strlen(kept)), 0, "%s", text);
    cr_expect_eq(strncmp(text + strlen(kept), "{\"event\":", 9), 0, "%s", text);
    cr_expect_eq(lines_of(bench_path), 3 + (kept[0] != 0));
}

#define WHOLE "{\"event\":{\"id\":\"0\"},\"n\":0}\n"

Test(dispatch_local, half_a_line_that_a_kill_left_is_taken_back)
{
    expect_behind(WHOLE "{\"event\":{\"id\":\"00", sizeof(WHOLE) + 18, WHOLE);
}

Test(dispatch_local, a_few_bytes_of_a_line_are_taken_back)
{
    expect_behind("{\"e", 3, "");
}

Test(dispatch_local, zeros_that_a_power_cut_left_are_taken_back)
{
    expect_behind(WHOLE "\0\0\0\0\0\0", sizeof(WHOLE) + 5, WHOLE);
}

Test(dispatch_local, what_somebody_else_began_is_ended_and_kept)
{
    expect_behind("my notes", 8, "my notes\n");
}

Test(dispatch_local, what_the_store_cannot_mark_is_not_sent_twice)
{
    char target[160];
    snprintf(target, sizeof(target), "file://%s", bench_path);
    bench_add(0, (tc_receiver_settings){.name = "file", .target = target});
    bench_start(1);
    bench_put(0, 1, 10);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 10, 20));
    memory_rows_fail(&bench_rows[0], true);
    bench_put(0, 11, 10);
    usleep(200000);
    memory_rows_fail(&bench_rows[0], false);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 20, 20));
    cr_expect_eq(lines_of(bench_path), 20);
    tc_receiver_counts counts;
    tc_dispatch_counts(bench_dispatch, 0, &counts);
    cr_expect_gt(counts.store_failures, 0);
}

Test(dispatch_local, a_pipe_gets_whole_lines_however_slowly_it_is_read)
{
    char target[160];
    snprintf(target, sizeof(target), "file://%s", bench_path);
    cr_assert_eq(mkfifo(bench_path, 0600), 0);
    bench_add(0, (tc_receiver_settings){.name = "pipe", .target = target});
    bench_put(0, 1, 2000);
    bench_start(1);
    usleep(100000);
    FILE *f = fopen(bench_path, "r");
    cr_assert_not_null(f);
    char line[400];
    for (unsigned n = 1; n <= 2000; n++) {
        char end[40];
        snprintf(end, sizeof(end), "\"n\":%u}\n", n);
        cr_assert_not_null(fgets(line, sizeof(line), f));
        cr_assert_not_null(strstr(line, end), "line %u is %s", n, line);
        if (n % 500 == 0) usleep(50000);
    }
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_SENT, 2000, 20));
    fclose(f);
}

/* -- the journal ----------------------------------------------------------------------------- */

/* One message to the journal's socket: a datagram, or a file of memory. */
static size_t receive_entry(int fd, char *room, size_t size)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {room, size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    ssize_t n = recvmsg(fd, &message, 0);
    cr_assert_geq(n, 0);
    const struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    if (first == NULL) return (size_t)n;
    int file;
    memcpy(&file, CMSG_DATA(first), sizeof(file));
    n = pread(file, room, size, 0);
    close(file);
    cr_assert_geq(n, 0);
    return (size_t)n;
}

Test(dispatch_local, the_journal_gets_fields_also_of_a_large_message)
{
    static char room[1 << 20];
    char target[160];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", bench_path);
    int server = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
    snprintf(target, sizeof(target), "journald://%s", bench_path);
    bench_add(0, (tc_receiver_settings){.name = "journal", .target = target, .size_max = 1 << 20});
    memory_rows_put(&bench_rows[0], "0a", TC_LEVEL_HIGH, TC_LIT("INCIDENT local\nnews [t@1]"));
    tc_str large;
    tc_str_init(&large, 1 << 20);
    tc_str_add(&large, TC_LIT("ALERT local\n"));
    while (large.len < 400000)
        tc_str_add_byte(&large, 'x');
    memory_rows_put(&bench_rows[0], "0b", TC_LEVEL_LOW, tc_str_view(&large));
    bench_start(1);
    size_t n = receive_entry(server, room, sizeof(room));
    static const char small[] = "MESSAGE\n\x0a\0\0\0\0\0\0\0news [t@1]\nPRIORITY=3\n"
                                "SYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=tocsin\n";
    cr_expect_arr_eq(room, small, sizeof(small) - 1);
    cr_expect_not_null(memmem(room, n,
                              "\x02\0\0\0\0\0\0\0"
                              "0a\n",
                              11));
    n = receive_entry(server, room, sizeof(room));
    cr_expect_gt(n, 399980);
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_SENT, 2, 20));
    tc_str_done(&large);
    close(server);
}

/* -- hooks ----------------------------------------------------------------------------------- */

static void write_hook(const char *script)
{
    char name[160];
    snprintf(name, sizeof(name), "%s.hook", bench_path);
    FILE *f = fopen(name, "w");
    cr_assert_not_null(f);
    fputs(script, f);
    fclose(f);
    cr_assert_eq(chmod(name, 0755), 0);
}

static void start_hook(uint32_t timeout_ms)
{
    char target[200];
    tc_error error = {.code = TC_OK};
    snprintf(target, sizeof(target), "hook://%s.hook", bench_path);
    tc_receiver *r = bench_add(
        0, (tc_receiver_settings){.name = "hook", .target = target, .timeout_ms = timeout_ms});
    cr_assert_eq(tc_receiver_start_hook(r, &error).code, TC_OK, "%s", error.text);
    bench_start(1);
}

Test(dispatch_local, a_hook_reads_the_message_and_is_told_nothing_else)
{
    char script[400];
    snprintf(script, sizeof(script),
             "#!/bin/sh\n{ cat; echo; echo \"$# $HOME\"; ls /proc/self/fd | wc -l; } >>%s\n",
             bench_path);
    write_hook(script);
    bench_put(0, 1, 3);
    start_hook(5000);
    cr_assert(memory_rows_wait(&bench_rows[0], ROW_SENT, 3, 20));
    char text[1000] = "";
    FILE *f = fopen(bench_path, "r");
    cr_assert_not_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    cr_expect_not_null(strstr(text, "\"n\":3"), "%s", text);
    cr_expect_not_null(strstr(text, "\n0 \n4\n"), "%s", text);
}

Test(dispatch_local, a_hook_that_fails_or_hangs_loses_its_message_and_no_other)
{
    write_hook("#!/bin/sh\nread line\n"
               "case $line in *'\"n\":2}'*) exit 3 ;; *'\"n\":3}'*) sleep 60 & sleep 60 ;; esac\n");
    bench_put(0, 1, 5);
    start_hook(1000);
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_DEAD, 2, 40));
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_SENT, 3, 20));
    cr_expect_not_null(strstr(bench_rows[0].rows[1].why, "status 3"), "%s",
                       bench_rows[0].rows[1].why);
    cr_expect_not_null(strstr(bench_rows[0].rows[2].why, "not done"), "%s",
                       bench_rows[0].rows[2].why);
}
