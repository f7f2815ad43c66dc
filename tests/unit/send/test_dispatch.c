/* Sender threads against servers of the test's own: what breaks, hangs, is slow or stops. */
#include "tests/unit/send/bench.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(dispatch, .init = bench_begin, .fini = bench_end, .timeout = 90);

/* -- a server -------------------------------------------------------------------------------- */

static int listen_on(uint16_t *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_port = htons(*port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    cr_assert_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    cr_assert_eq(listen(fd, 8), 0);
    socklen_t size = sizeof(a);
    getsockname(fd, (struct sockaddr *)&a, &size);
    *port = ntohs(a.sin_port);
    return fd;
}

static const char *target_of(const char *scheme, uint16_t port)
{
    static char text[64];
    snprintf(text, sizeof(text), "%s://127.0.0.1:%u", scheme, port);
    return text;
}

/* Lines that come through the connection until `count` were read; how many. */
static unsigned read_lines(int fd, unsigned count)
{
    static char room[65536];
    unsigned lines = 0;
    while (lines < count) {
        ssize_t n = recv(fd, room, sizeof(room), 0);
        if (n <= 0) return lines;
        for (ssize_t i = 0; i < n; i++)
            lines += room[i] == '\n';
    }
    return lines;
}

/* -- streams --------------------------------------------------------------------------------- */

Test(dispatch, a_receiver_that_never_reads_stalls_nobody_and_is_given_up_for_a_while)
{
    char target[160];
    uint16_t port = 0;
    int server = listen_on(&port);
    snprintf(target, sizeof(target), "file://%s", bench_path);
    bench_add(0, (tc_receiver_settings){.name = "hole",
                                        .target = target_of("tcp", port),
                                        .form = TC_FORM_JSON,
                                        .timeout_ms = 1000});
    bench_add(1, (tc_receiver_settings){.name = "file", .target = target});
    tc_str large;
    tc_str_init(&large, 1 << 20);
    tc_str_add(&large, TC_LIT("ALERT json\n{\"x\":\""));
    while (large.len < 7000)
        tc_str_add_byte(&large, 'x');
    tc_str_add(&large, TC_LIT("\"}"));
    for (unsigned i = 0; i < 1999; i++)
        memory_rows_put(&bench_rows[0], "00", TC_LEVEL_HIGH, tc_str_view(&large));
    tc_str_done(&large);
    bench_put(1, 1, 500);
    bench_start(2);
    cr_assert(memory_rows_wait(&bench_rows[1], ROW_SENT, 500, 20), "the file waits for the hole");
    tc_receiver_counts counts = {.failures = 0};
    for (unsigned i = 0; i < 400 && counts.failures == 0; i++) {
        usleep(50000);
        tc_dispatch_counts(bench_dispatch, 0, &counts);
    }
    cr_expect_gt(counts.failures, 0);
    cr_expect_not_null(strstr(counts.why, "taken nothing"), "%s", counts.why);
    close(server);
}

Test(dispatch, what_was_under_way_when_a_receiver_died_is_sent_again)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    bench_add(0, (tc_receiver_settings){
                     .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    bench_put(0, 1, 300);
    bench_start(1);
    int one = accept(server, NULL, NULL);
    cr_expect_geq(read_lines(one, 100), 100);
    const struct linger hard = {1, 0};
    setsockopt(one, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close(one);
    int two = accept(server, NULL, NULL);
    cr_expect_eq(read_lines(two, 300), 300);
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_SENT, 300, 20));
    tc_receiver_counts counts;
    tc_dispatch_counts(bench_dispatch, 0, &counts);
    cr_expect_geq(counts.failures, 1);
    cr_expect_geq(counts.resent, 1);
    close(two);
    close(server);
}

Test(dispatch, a_receiver_that_closes_when_asked_has_everything)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    bench_add(0, (tc_receiver_settings){
                     .name = "tcp", .target = target_of("tcp", port), .profile = "elastic"});
    bench_put(0, 1, 50);
    bench_start(1);
    int one = accept(server, NULL, NULL);
    cr_expect_eq(read_lines(one, 50), 50);
    cr_expect_eq(memory_rows_count(&bench_rows[0], ROW_SENT), 0,
                 "they are too young to be settled");
    pid_t child = fork();
    if (child == 0) {
        (void)read_lines(one, 1);
        close(one);
        _exit(0);
    }
    close(one);
    tc_dispatch_stop(bench_dispatch);
    bench_dispatch = NULL;
    cr_expect_eq(memory_rows_count(&bench_rows[0], ROW_SENT), 50);
    close(server);
}

/* Accepts, reads, and closes when it sees the poison; counts the others. */
static void *serve_with_a_weakness(void *context)
{
    static char room[65536];
    int server = *(int *)context;
    for (;;) {
        int one = accept(server, NULL, NULL);
        if (one < 0) return NULL;
        size_t held = 0;
        for (;;) {
            ssize_t n = recv(one, room + held, sizeof(room) - 1 - held, 0);
            if (n <= 0) break;
            held += (size_t)n;
            room[held] = 0;
            if (strstr(room, "POISON") != NULL) break;
            if (held > 60000) held = 0;
        }
        close(one);
    }
}

Test(dispatch, a_message_that_breaks_its_receiver_is_given_up_when_others_arrive)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    pthread_t thread;
    bench_add(0, (tc_receiver_settings){
                     .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    memory_rows_put(&bench_rows[0], "00", TC_LEVEL_HIGH, TC_LIT("ALERT json\n{\"x\":\"POISON\"}"));
    bench_put(0, 1, 20);
    cr_assert_eq(pthread_create(&thread, NULL, serve_with_a_weakness, &server), 0);
    bench_start(1);
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_DEAD, 1, 60));
    cr_expect(memory_rows_wait(&bench_rows[0], ROW_SENT, 20, 30));
    cr_expect_eq(bench_rows[0].rows[0].state, ROW_DEAD);
    tc_dispatch_stop(bench_dispatch);
    bench_dispatch = NULL;
    shutdown(server, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(server);
}

Test(dispatch, nobody_is_given_up_while_a_receiver_takes_nothing_at_all)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    bench_add(0, (tc_receiver_settings){
                     .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    bench_put(0, 1, 5);
    bench_start(1);
    for (unsigned i = 0; i < 30; i++)
        close(accept(server, NULL, NULL));
    cr_expect_eq(memory_rows_count(&bench_rows[0], ROW_DEAD), 0);
    cr_expect_eq(memory_rows_count(&bench_rows[0], ROW_PENDING), 5);
    close(server);
}

/* Order, and how many a second, of a backlog that waited for its receiver. */
#define BACKLOG 20000

typedef struct heard {
    int server;
    uint32_t numbers[BACKLOG + 1];
    size_t count;
} heard;

static void *hear(void *context)
{
    heard *h = context;
    static char room[1 << 16];
    size_t held = 0;
    int one = accept(h->server, NULL, NULL);
    while (one >= 0 && h->count <= BACKLOG) {
        ssize_t n = recv(one, room + held, sizeof(room) - held, 0);
        if (n <= 0) break;
        held += (size_t)n;
        char *line = room;
        for (char *end; (end = memchr(line, '\n', held - (size_t)(line - room))); line = end + 1) {
            const char *number = memmem(line, (size_t)(end - line), "\"n\":", 4);
            if (number != NULL) h->numbers[h->count++] = (uint32_t)strtoul(number + 4, NULL, 10);
        }
        held -= (size_t)(line - room);
        memmove(room, line, held);
    }
    if (one >= 0) close(one);
    return NULL;
}

Test(dispatch, a_backlog_comes_in_its_order_behind_what_is_critical)
{
    static heard h;
    uint16_t port = 0;
    pthread_t thread;
    h.server = listen_on(&port);
    close(h.server);
    bench_add(0, (tc_receiver_settings){
                     .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    bench_put(0, 1, BACKLOG);
    memory_rows_put(&bench_rows[0], "cc", TC_LEVEL_CRITICAL, TC_LIT("ALERT json\n{\"n\":0}"));
    bench_start(1);
    usleep(100000);
    h.server = listen_on(&port);
    cr_assert_eq(pthread_create(&thread, NULL, hear, &h), 0);
    pthread_join(thread, NULL);
    cr_assert_eq(h.count, BACKLOG + 1);
    for (uint32_t i = 0; i <= BACKLOG; i++)
        cr_assert_eq(h.numbers[i], i, "the %uth is %u", i, h.numbers[i]);
    close(h.server);
}

/* -- stopping -------------------------------------------------------------------------------- */

Test(dispatch, stopping_takes_no_longer_than_two_seconds)
{
    struct timespec before, after;
    uint16_t port = 0;
    int server = listen_on(&port);
    bench_add(0, (tc_receiver_settings){.name = "tls", .target = target_of("tls", port)});
    bench_add(1, (tc_receiver_settings){.name = "hook", .target = "https://10.255.255.1/x"});
    bench_put(0, 1, 5);
    bench_put(1, 1, 5);
    bench_start(2);
    usleep(300000); /* one waits for a handshake, the other for an answer to its SYN */
    clock_gettime(CLOCK_MONOTONIC, &before);
    tc_dispatch_stop(bench_dispatch);
    clock_gettime(CLOCK_MONOTONIC, &after);
    bench_dispatch = NULL;
    cr_expect_lt((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000,
                 2000);
    close(server);
}
