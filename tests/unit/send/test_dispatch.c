/* Sender threads against receivers of the test's own: on loopback, in files, as hooks. */
#include "tests/support/memory_rows.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[64], path[96];
static memory_rows rows[2];
static tc_receiver *receivers[2];
static tc_dispatch *dispatch;
static const tc_receiver_site site = {.host = "collector", .version = "1", .process_id = 7};
static const tc_dispatch_options quick = {.delivery = {.wait_min_ms = 20, .wait_max_ms = 100},
                                          .poll_ms = 20};

static void begin(void)
{
    snprintf(folder, sizeof(folder), "/tmp/tocsin-send-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/out", folder);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        memory_rows_init(&rows[i]);
}

static void end(void)
{
    tc_dispatch_stop(dispatch);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_receiver_free(receivers[i]);
        memory_rows_done(&rows[i]);
    }
    unlink(path);
    char other[160];
    snprintf(other, sizeof(other), "%s.1", path);
    unlink(other);
    snprintf(other, sizeof(other), "%s.hook", path);
    unlink(other);
    rmdir(folder);
}

TestSuite(dispatch, .init = begin, .fini = end, .timeout = 90);

static void add(size_t i, tc_receiver_settings settings)
{
    tc_error error = {.code = TC_OK};
    cr_assert_eq(tc_receiver_new(&settings, &site, &receivers[i], &error).code, TC_OK, "%s",
                 error.text);
}

static void start(size_t count)
{
    tc_error error = {.code = TC_OK};
    const tc_receiver *const all[] = {receivers[0], receivers[1]};
    const tc_send_rows interfaces[] = {memory_rows_interface(&rows[0]),
                                       memory_rows_interface(&rows[1])};
    cr_assert_eq(tc_dispatch_start(all, interfaces, count, &quick, &dispatch, &error).code, TC_OK,
                 "%s", error.text);
}

static void put(size_t i, unsigned first, unsigned count)
{
    for (unsigned n = first; n < first + count; n++) {
        char id[33], payload[200];
        snprintf(id, sizeof(id), "%032x", n);
        snprintf(payload, sizeof(payload), "ALERT json\n{\"event\":{\"id\":\"%s\"},\"n\":%u}", id,
                 n);
        memory_rows_put(&rows[i], id, TC_LEVEL_HIGH, tc_slice_of(payload));
    }
}

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

Test(dispatch, lines_of_a_file_follow_its_name_after_a_rotation)
{
    char target[160], turned[160];
    snprintf(target, sizeof(target), "file://%s", path);
    snprintf(turned, sizeof(turned), "%s.1", path);
    add(0, (tc_receiver_settings){.name = "file", .target = target});
    put(0, 1, 100);
    start(1);
    cr_assert(memory_rows_wait(&rows[0], ROW_SENT, 100, 20));
    cr_assert_eq(rename(path, turned), 0);
    put(0, 101, 50);
    tc_dispatch_wake(dispatch);
    cr_assert(memory_rows_wait(&rows[0], ROW_SENT, 150, 20));
    cr_expect_eq(lines_of(turned), 100);
    cr_expect_eq(lines_of(path), 50);
    tc_receiver_counts counts;
    tc_dispatch_counts(dispatch, 0, &counts);
    cr_expect_eq(counts.sent, 150);
    cr_expect_eq(counts.failures, 0, "%s", counts.why);
}

Test(dispatch, what_the_store_cannot_mark_is_not_sent_twice)
{
    char target[160];
    snprintf(target, sizeof(target), "file://%s", path);
    add(0, (tc_receiver_settings){.name = "file", .target = target});
    start(1);
    put(0, 1, 10);
    cr_assert(memory_rows_wait(&rows[0], ROW_SENT, 10, 20));
    memory_rows_fail(&rows[0], true);
    put(0, 11, 10);
    usleep(200000);
    memory_rows_fail(&rows[0], false);
    cr_assert(memory_rows_wait(&rows[0], ROW_SENT, 20, 20));
    cr_expect_eq(lines_of(path), 20);
    tc_receiver_counts counts;
    tc_dispatch_counts(dispatch, 0, &counts);
    cr_expect_gt(counts.store_failures, 0);
}

Test(dispatch, a_pipe_gets_whole_lines_however_slowly_it_is_read)
{
    char target[160];
    snprintf(target, sizeof(target), "file://%s", path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    add(0, (tc_receiver_settings){.name = "pipe", .target = target});
    put(0, 1, 2000);
    start(1);
    usleep(100000);
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f);
    char line[400];
    for (unsigned n = 1; n <= 2000; n++) {
        char end[40];
        snprintf(end, sizeof(end), "\"n\":%u}\n", n);
        cr_assert_not_null(fgets(line, sizeof(line), f));
        cr_assert_not_null(strstr(line, end), "line %u is %s", n, line);
        if (n % 500 == 0) usleep(50000);
    }
    cr_expect(memory_rows_wait(&rows[0], ROW_SENT, 2000, 20));
    fclose(f);
}

/* -- streams --------------------------------------------------------------------------------- */

Test(dispatch, a_receiver_that_never_reads_stalls_nobody_and_is_given_up_for_a_while)
{
    char target[160];
    uint16_t port = 0;
    int server = listen_on(&port);
    snprintf(target, sizeof(target), "file://%s", path);
    add(0, (tc_receiver_settings){.name = "hole",
                                  .target = target_of("tcp", port),
                                  .form = TC_FORM_JSON,
                                  .timeout_ms = 1000});
    add(1, (tc_receiver_settings){.name = "file", .target = target});
    tc_str large;
    tc_str_init(&large, 1 << 20);
    tc_str_add(&large, TC_LIT("ALERT json\n{\"x\":\""));
    while (large.len < 7000)
        tc_str_add_byte(&large, 'x');
    tc_str_add(&large, TC_LIT("\"}"));
    for (unsigned i = 0; i < 1999; i++)
        memory_rows_put(&rows[0], "00", TC_LEVEL_HIGH, tc_str_view(&large));
    tc_str_done(&large);
    put(1, 1, 500);
    start(2);
    cr_assert(memory_rows_wait(&rows[1], ROW_SENT, 500, 20), "the file waits for the hole");
    tc_receiver_counts counts = {.failures = 0};
    for (unsigned i = 0; i < 400 && counts.failures == 0; i++) {
        usleep(50000);
        tc_dispatch_counts(dispatch, 0, &counts);
    }
    cr_expect_gt(counts.failures, 0);
    cr_expect_not_null(strstr(counts.why, "taken nothing"), "%s", counts.why);
    close(server);
}

Test(dispatch, what_was_under_way_when_a_receiver_died_is_sent_again)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    add(0, (tc_receiver_settings){
               .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    put(0, 1, 300);
    start(1);
    int one = accept(server, NULL, NULL);
    cr_expect_geq(read_lines(one, 100), 100);
    const struct linger hard = {1, 0};
    setsockopt(one, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close(one);
    int two = accept(server, NULL, NULL);
    cr_expect_eq(read_lines(two, 300), 300);
    cr_expect(memory_rows_wait(&rows[0], ROW_SENT, 300, 20));
    tc_receiver_counts counts;
    tc_dispatch_counts(dispatch, 0, &counts);
    cr_expect_geq(counts.failures, 1);
    cr_expect_geq(counts.resent, 1);
    close(two);
    close(server);
}

Test(dispatch, a_receiver_that_closes_when_asked_has_everything)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    add(0, (tc_receiver_settings){
               .name = "tcp", .target = target_of("tcp", port), .profile = "elastic"});
    put(0, 1, 50);
    start(1);
    int one = accept(server, NULL, NULL);
    cr_expect_eq(read_lines(one, 50), 50);
    cr_expect_eq(memory_rows_count(&rows[0], ROW_SENT), 0, "they are too young to be settled");
    pid_t child = fork();
    if (child == 0) {
        (void)read_lines(one, 1);
        close(one);
        _exit(0);
    }
    close(one);
    tc_dispatch_stop(dispatch);
    dispatch = NULL;
    cr_expect_eq(memory_rows_count(&rows[0], ROW_SENT), 50);
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
    add(0, (tc_receiver_settings){
               .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    memory_rows_put(&rows[0], "00", TC_LEVEL_HIGH, TC_LIT("ALERT json\n{\"x\":\"POISON\"}"));
    put(0, 1, 20);
    cr_assert_eq(pthread_create(&thread, NULL, serve_with_a_weakness, &server), 0);
    start(1);
    cr_expect(memory_rows_wait(&rows[0], ROW_DEAD, 1, 60));
    cr_expect(memory_rows_wait(&rows[0], ROW_SENT, 20, 30));
    cr_expect_eq(rows[0].rows[0].state, ROW_DEAD);
    tc_dispatch_stop(dispatch);
    dispatch = NULL;
    shutdown(server, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(server);
}

Test(dispatch, nobody_is_given_up_while_a_receiver_takes_nothing_at_all)
{
    uint16_t port = 0;
    int server = listen_on(&port);
    add(0, (tc_receiver_settings){
               .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    put(0, 1, 5);
    start(1);
    for (unsigned i = 0; i < 30; i++)
        close(accept(server, NULL, NULL));
    cr_expect_eq(memory_rows_count(&rows[0], ROW_DEAD), 0);
    cr_expect_eq(memory_rows_count(&rows[0], ROW_PENDING), 5);
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
    struct timespec before, after;
    h.server = listen_on(&port);
    close(h.server);
    add(0, (tc_receiver_settings){
               .name = "tcp", .target = target_of("tcp", port), .profile = "splunk"});
    put(0, 1, BACKLOG);
    memory_rows_put(&rows[0], "cc", TC_LEVEL_CRITICAL, TC_LIT("ALERT json\n{\"n\":0}"));
    start(1);
    usleep(100000);
    h.server = listen_on(&port);
    clock_gettime(CLOCK_MONOTONIC, &before);
    cr_assert_eq(pthread_create(&thread, NULL, hear, &h), 0);
    pthread_join(thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    cr_assert_eq(h.count, BACKLOG + 1);
    for (uint32_t i = 0; i <= BACKLOG; i++)
        cr_assert_eq(h.numbers[i], i, "the %uth is %u", i, h.numbers[i]);
    cr_expect_lt(after.tv_sec - before.tv_sec, 20);
    close(h.server);
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

Test(dispatch, the_journal_gets_fields_also_of_a_large_message)
{
    static char room[1 << 20];
    char target[160];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int server = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
    snprintf(target, sizeof(target), "journald://%s", path);
    add(0, (tc_receiver_settings){.name = "journal", .target = target, .size_max = 1 << 20});
    memory_rows_put(&rows[0], "0a", TC_LEVEL_HIGH, TC_LIT("INCIDENT local\nnews [t@1]"));
    tc_str large;
    tc_str_init(&large, 1 << 20);
    tc_str_add(&large, TC_LIT("ALERT local\n"));
    while (large.len < 400000)
        tc_str_add_byte(&large, 'x');
    memory_rows_put(&rows[0], "0b", TC_LEVEL_LOW, tc_str_view(&large));
    start(1);
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
    cr_expect(memory_rows_wait(&rows[0], ROW_SENT, 2, 20));
    tc_str_done(&large);
    close(server);
}

/* -- stopping -------------------------------------------------------------------------------- */

Test(dispatch, stopping_takes_no_longer_than_two_seconds)
{
    struct timespec before, after;
    uint16_t port = 0;
    int server = listen_on(&port);
    add(0, (tc_receiver_settings){.name = "tls", .target = target_of("tls", port)});
    add(1, (tc_receiver_settings){.name = "hook", .target = "https://10.255.255.1/x"});
    put(0, 1, 5);
    put(1, 1, 5);
    start(2);
    usleep(300000); /* one waits for a handshake, the other for an answer to its SYN */
    clock_gettime(CLOCK_MONOTONIC, &before);
    tc_dispatch_stop(dispatch);
    clock_gettime(CLOCK_MONOTONIC, &after);
    dispatch = NULL;
    cr_expect_lt((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000,
                 2000);
    close(server);
}

/* -- hooks ----------------------------------------------------------------------------------- */

static void write_hook(const char *script)
{
    char name[160];
    snprintf(name, sizeof(name), "%s.hook", path);
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
    snprintf(target, sizeof(target), "hook://%s.hook", path);
    add(0, (tc_receiver_settings){.name = "hook", .target = target, .timeout_ms = timeout_ms});
    cr_assert_eq(tc_receiver_start_hook(receivers[0], &error).code, TC_OK, "%s", error.text);
    start(1);
}

Test(dispatch, a_hook_reads_the_message_and_is_told_nothing_else)
{
    char script[400];
    snprintf(script, sizeof(script),
             "#!/bin/sh\n{ cat; echo; echo \"$# $HOME\"; ls /proc/self/fd | wc -l; } >>%s\n", path);
    write_hook(script);
    put(0, 1, 3);
    start_hook(5000);
    cr_assert(memory_rows_wait(&rows[0], ROW_SENT, 3, 20));
    char text[1000] = "";
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    cr_expect_not_null(strstr(text, "\"n\":3"), "%s", text);
    cr_expect_not_null(strstr(text, "\n0 \n4\n"), "%s", text);
}

Test(dispatch, a_hook_that_fails_or_hangs_loses_its_message_and_no_other)
{
    write_hook("#!/bin/sh\nread line\n"
               "case $line in *'\"n\":2}'*) exit 3 ;; *'\"n\":3}'*) sleep 60 & sleep 60 ;; esac\n");
    put(0, 1, 5);
    start_hook(1000);
    cr_expect(memory_rows_wait(&rows[0], ROW_DEAD, 2, 40));
    cr_expect(memory_rows_wait(&rows[0], ROW_SENT, 3, 20));
    cr_expect_not_null(strstr(rows[0].rows[1].why, "status 3"), "%s", rows[0].rows[1].why);
    cr_expect_not_null(strstr(rows[0].rows[2].why, "not done"), "%s", rows[0].rows[2].why);
}
