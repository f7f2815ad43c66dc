/* The sender to the syslog socket, against sockets of the test's own. */
#include "detector/output/sender.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MESSAGES 100

static char folder[64], path[96];

static int listen_at(const char *where)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", where);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void begin(void)
{
    snprintf(folder, sizeof(folder), "/tmp/tocsin-sender-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
}

static void end(void)
{
    unlink(path);
    rmdir(folder);
}

TestSuite(sender, .init = begin, .fini = end, .timeout = 60);

static void *open_it(const char *where)
{
    void *state = NULL;
    tc_error error = {.code = TC_OK};
    cr_assert_eq(tc_sender_syslog.open(where, &state, &error).code, TC_OK, "%s", error.text);
    return state;
}

static TC_STATUS send_number(void *state, unsigned i, tc_error *reterr)
{
    char text[64];
    snprintf(text, sizeof(text), "<82>tocsin: message %u\n", i);
    return tc_sender_syslog.send(state, tc_slice_of(text), TC_LIT("id"), reterr);
}

/* The next `count` datagrams are the numbers from `first` on. */
static void expect_numbers(int fd, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        char got[64], wanted[64];
        snprintf(wanted, sizeof(wanted), "<82>tocsin: message %u", i);
        ssize_t n = recv(fd, got, sizeof(got) - 1, 0);
        cr_assert_geq(n, 0);
        got[n] = 0;
        cr_expect_str_eq(got, wanted);
    }
}

Test(sender, a_message_is_a_datagram_without_its_line_end)
{
    int fd = listen_at(path);
    tc_error error = {.code = TC_OK};
    void *state = open_it(path);
    for (unsigned i = 0; i < 5; i++)
        cr_expect_eq(send_number(state, i, &error).code, TC_OK);
    cr_expect_eq(tc_sender_syslog.flush(state, &error).code, TC_OK);
    cr_expect_eq(tc_sender_syslog.close(state, &error).code, TC_OK);
    expect_numbers(fd, 0, 5);
    close(fd);
}

Test(sender, where_nobody_listens_it_does_not_open)
{
    static const char *const words[] = {"No such file or directory", "Connection refused",
                                        "File name too long"};
    char longest[200];
    memset(longest, 'x', sizeof(longest));
    longest[sizeof(longest) - 1] = 0;
    for (size_t i = 0; i < TC_COUNT_OF(words); i++) {
        void *state = NULL;
        char text[512];
        tc_error error = {.code = TC_OK};
        if (i == 1) close(listen_at(path));
        tc_status status = tc_sender_syslog.open(i == 2 ? longest : path, &state, &error);
        cr_expect_eq(status.code, TC_EIO);
        cr_expect_null(state);
        cr_expect_not_null(strstr(tc_error_format(&error, text, sizeof(text)), words[i]), "%s",
                           text);
    }
}

static void *read_slowly(void *context)
{
    for (unsigned i = 0; i < MESSAGES; i++) {
        usleep(3000);
        expect_numbers(*(const int *)context, i, 1);
    }
    return NULL;
}

Test(sender, a_full_queue_is_waited_for)
{
    int fd = listen_at(path);
    pthread_t reader;
    tc_error error = {.code = TC_OK};
    void *state = open_it(path);
    cr_assert_eq(pthread_create(&reader, NULL, read_slowly, &fd), 0);
    for (unsigned i = 0; i < MESSAGES; i++)
        cr_expect_eq(send_number(state, i, &error).code, TC_OK, "%u: %s", i, error.text);
    pthread_join(reader, NULL);
    tc_sender_syslog.abandon(state);
    close(fd);
}

static void *come_back(void *context)
{
    usleep(350000);
    *(int *)context = listen_at(path);
    return NULL;
}

Test(sender, a_daemon_that_starts_anew_is_found_again)
{
    int first = listen_at(path), second = -1;
    pthread_t daemon;
    tc_error error = {.code = TC_OK};
    void *state = open_it(path);
    cr_expect_eq(send_number(state, 0, &error).code, TC_OK);
    expect_numbers(first, 0, 1);
    close(first);
    unlink(path);
    cr_assert_eq(pthread_create(&daemon, NULL, come_back, &second), 0);
    cr_expect_eq(send_number(state, 1, &error).code, TC_OK, "%s", error.text);
    pthread_join(daemon, NULL);
    cr_expect_eq(send_number(state, 2, &error).code, TC_OK);
    expect_numbers(second, 1, 2);
    tc_sender_syslog.abandon(state);
    close(second);
}

Test(sender, patience_ends_and_is_not_had_again)
{
    int fd = listen_at(path);
    tc_error error = {.code = TC_OK};
    char text[512];
    struct timespec a, b, c;
    void *state = open_it(path);
    close(fd);
    clock_gettime(CLOCK_MONOTONIC, &a);
    cr_expect_eq(send_number(state, 0, &error).code, TC_EIO);
    clock_gettime(CLOCK_MONOTONIC, &b);
    cr_expect_not_null(strstr(tc_error_format(&error, text, sizeof(text)), path), "%s", text);
    cr_expect_not_null(strstr(text, "Connection refused"), "%s", text);
    for (unsigned i = 1; i < 100; i++)
        cr_expect_eq(send_number(state, i, &error).code, TC_EIO);
    clock_gettime(CLOCK_MONOTONIC, &c);
    cr_expect_geq(b.tv_sec - a.tv_sec, TC_SYSLOG_PATIENCE_MS / 1000 - 1);
    cr_expect_lt(b.tv_sec - a.tv_sec, 3 * TC_SYSLOG_PATIENCE_MS / 1000);
    cr_expect_lt(c.tv_sec - b.tv_sec, 5, "each is tried once");
    /* The daemon is taken up again all the same. */
    unlink(path);
    fd = listen_at(path);
    cr_expect_eq(send_number(state, 7, &error).code, TC_OK);
    expect_numbers(fd, 7, 1);
    tc_sender_syslog.abandon(state);
    close(fd);
}

Test(sender, what_no_datagram_can_hold_fails_at_once)
{
    static char text[8 << 20];
    int fd = listen_at(path);
    tc_error error = {.code = TC_OK};
    void *state = open_it(path);
    memset(text, 'x', sizeof(text));
    tc_slice all = tc_slice_make(text, sizeof(text));
    cr_expect_eq(tc_sender_syslog.send(state, all, TC_EMPTY_SLICE, &error).code, TC_EIO);
    cr_expect_eq(send_number(state, 1, &error).code, TC_OK);
    expect_numbers(fd, 1, 1);
    tc_sender_syslog.abandon(state);
    close(fd);
}
