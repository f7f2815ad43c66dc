/* The library by itself: who is who, and what is said about it. */
#include "detector/follow/follow.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

typedef struct scene {
    char folder[64];
    tc_follow *follow;
    uint32_t open_max;
    _Atomic int64_t now;
} scene;

static tc_time now_of(void *context)
{
    scene *s = context;
    return s->now;
}

static const char *path_in(const scene *s, const char *name)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", s->folder, name);
    return path;
}

static void add(const scene *s, const char *name, const char *text)
{
    int fd = open(path_in(s, name), O_WRONLY | O_CREAT | O_APPEND, 0600);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void begin(scene *s, const tc_follow_point *points, size_t count)
{
    tc_slice pattern = tc_slice_of(s->folder);
    tc_follow_options options = {.patterns = &pattern,
                                 .pattern_count = 1,
                                 .local_ms = 20,
                                 .close_after_s = 60,
                                 .open_max = s->open_max,
                                 .clock = {s, now_of}};
    tc_error error = {0};
    cr_assert_not(tc_failed(tc_follow_new(&options, &s->follow, &error)), "%s", error.text);
    for (size_t i = 0; i < count; i++)
        cr_assert_not(tc_failed(tc_follow_know(s->follow, &points[i])));
    cr_assert_not(tc_failed(tc_follow_start(s->follow, &error)), "%s", error.text);
}

static void open_scene(scene *s)
{
    *s = (scene){.folder = "/tmp/follow-XXXXXX", .now = 1000 * TC_DAY};
    cr_assert(mkdtemp(s->folder));
}

static void close_scene(scene *s)
{
    char command[128];
    tc_follow_free(s->follow);
    snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
    cr_assert_eq(system(command), 0);
}

/* The next event of that kind; others are passed over. */
static tc_follow_event next(scene *s, tc_follow_kind kind)
{
    tc_follow_event e;
    for (int waited = 0; waited < WAIT_MS / 100; waited++) {
        do {
            tc_follow_next(s->follow, 100, &e);
            if (e.kind == kind) return e;
        } while (e.kind != TC_FOLLOW_NOTHING);
    }
    cr_assert_fail("no event %d", (int)kind);
    return e;
}

/* Waits for as many bytes as the text has. */
static void expect_bytes(scene *s, uint32_t number, const char *text)
{
    uint8_t room[4096];
    size_t length = 0, got;
    tc_bytes bytes = tc_follow_bytes(s->follow, number);
    for (int waited = 0; waited < WAIT_MS / 10; waited++) {
        while (tc_bytes_read(bytes, room + length, sizeof room - length, &got, NULL) ==
               TC_BYTES_MORE)
            length += got;
        if (length >= strlen(text)) break;
        usleep(10000);
    }
    cr_expect(tc_slice_equal(tc_slice_make(room, length), tc_slice_of(text)), "%.*s, not %s",
              (int)length, (const char *)room, text);
}

static uint32_t number_of(scene *s, const char *name, uint64_t offset)
{
    tc_follow_event e = next(s, TC_FOLLOW_NEW);
    cr_expect(tc_slice_equal(e.path, tc_slice_of(path_in(s, name))), "%.*s", (int)e.path.len,
              (const char *)e.path.ptr);
    cr_expect_eq(e.offset, offset, "at %" PRIu64, e.offset);
    return e.number;
}

Test(follow, a_point_is_gone_on_from)
{
    scene s;
    open_scene(&s);
    add(&s, "a.log", "one\ntwo\nhalf");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, number, "one\ntwo\nhalf");
    tc_follow_point point;
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 8, &point)));
    cr_expect_eq(point.offset, 8);
    char path[128];
    point.path = tc_slice_of(tc_slice_to_cstr(point.path, path, sizeof path));
    tc_follow_free(s.follow);
    begin(&s, &point, 1);
    uint32_t again = number_of(&s, "a.log", 8);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, again, "half");
    close_scene(&s);
}

Test(follow, a_point_of_other_content_is_not)
{
    scene s;
    open_scene(&s);
    add(&s, "a.log", "one\ntwo\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, number, "one\ntwo\n");
    tc_follow_point point;
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 8, &point)));
    char path[128];
    point.path = tc_slice_of(tc_slice_to_cstr(point.path, path, sizeof path));
    tc_follow_free(s.follow);
    cr_assert_eq(truncate(path_in(&s, "a.log"), 0), 0);
    add(&s, "a.log", "uno\nduo\ntre\n");
    begin(&s, &point, 1);
    tc_follow_event e = next(&s, TC_FOLLOW_NEW);
    cr_expect_eq(e.offset, 0);
    cr_expect_eq(e.generation, 1);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, e.number, "uno\nduo\ntre\n");
    close_scene(&s);
}

Test(follow, what_is_gone_ends_and_is_forgotten_after_seven_days)
{
    scene s;
    open_scene(&s);
    add(&s, "a.log", "one\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    cr_assert_eq(unlink(path_in(&s, "a.log")), 0);
    /* It is open still, so it may be written to still; until it is not. */
    (void)next(&s, TC_FOLLOW_MORE);
    s.now += TC_HOUR;
    tc_follow_event ended = next(&s, TC_FOLLOW_ENDED);
    cr_expect_eq(ended.number, number);
    expect_bytes(&s, number, "one\n");
    uint8_t byte;
    size_t got;
    tc_bytes bytes = tc_follow_bytes(s.follow, number);
    cr_expect_eq(tc_bytes_read(bytes, &byte, 1, &got, NULL), TC_BYTES_END);
    tc_bytes_close(bytes);
    /* Who is behind with what it read can still say how far it came. */
    tc_follow_point point;
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 2, &point)));
    cr_expect_eq(point.offset, 2);
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 4, &point)));
    cr_expect_eq(point.offset, 4);
    cr_expect_neq(point.gone, TC_TIME_NONE);
    tc_follow_point none;
    cr_expect_eq(tc_follow_point_at(s.follow, number, 4, &none).code, TC_ELIMIT);
    s.now += 8 * TC_DAY;
    cr_expect_eq(next(&s, TC_FOLLOW_FORGOTTEN).key, point.key);
    close_scene(&s);
}

Test(follow, what_is_dropped_is_not_read_on_nor_again)
{
    scene s;
    open_scene(&s);
    add(&s, "a.bin", "one\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.bin", 0);
    tc_follow_drop(s.follow, number);
    add(&s, "a.bin", "two\n");
    tc_follow_point point;
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 0, &point)));
    cr_expect(point.dropped);
    char path[128];
    point.path = tc_slice_of(tc_slice_to_cstr(point.path, path, sizeof path));
    tc_follow_free(s.follow);
    add(&s, "b.log", "x\n");
    begin(&s, &point, 1);
    (void)number_of(&s, "b.log", 0);
    tc_follow_event e;
    tc_follow_next(s.follow, 200, &e);
    while (e.kind != TC_FOLLOW_NOTHING) {
        cr_expect_neq(e.kind, TC_FOLLOW_NEW);
        tc_follow_next(s.follow, 200, &e);
    }
    close_scene(&s);
}

Test(follow, positions_count_bytes_read_and_points_skip_the_gap)
{
    scene s;
    open_scene(&s);
    add(&s, "a.log", "one\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    (void)next(&s, TC_FOLLOW_MORE);
    int fd = open(path_in(&s, "a.log"), O_WRONLY);
    cr_assert_eq(pwrite(fd, "two\n", 4, 104), 4);
    close(fd);
    tc_follow_event e;
    for (int i = 0; i < 200; i++) {
        tc_follow_next(s.follow, 20, &e);
        if (e.kind == TC_FOLLOW_GAP) break;
        s.now += TC_MINUTE;
    }
    cr_assert_eq(e.kind, TC_FOLLOW_GAP);
    cr_expect_eq(e.why, TC_FOLLOW_ZEROS);
    cr_expect_eq(e.bytes, 100);
    expect_bytes(&s, number, "one\ntwo\n");
    tc_follow_point point;
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 2, &point)));
    cr_expect_eq(point.offset, 2);
    cr_assert_not(tc_failed(tc_follow_point_at(s.follow, number, 8, &point)));
    cr_expect_eq(point.offset, 108);
    close_scene(&s);
}

Test(follow, wide_text_is_given_to_its_last_zero)
{
    static const uint8_t first[] = {0xFF, 0xFE, 'a', 0, '\n', 0}, more[] = {'b', 0, '\n', 0};
    scene s;
    open_scene(&s);
    int fd = open(path_in(&s, "a.log"), O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(write(fd, first, sizeof first), (ssize_t)sizeof first);
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    cr_assert_eq(write(fd, more, sizeof more), (ssize_t)sizeof more);
    close(fd);
    uint8_t room[32];
    size_t length = 0, got;
    tc_bytes bytes = tc_follow_bytes(s.follow, number);
    for (int waited = 0; waited < WAIT_MS / 10 && length < 10; waited++) {
        while (tc_bytes_read(bytes, room + length, sizeof room - length, &got, NULL) ==
               TC_BYTES_MORE)
            length += got;
        usleep(10000);
    }
    cr_assert_eq(length, 10);
    cr_expect(memcmp(room, first, 6) == 0 && memcmp(room + 6, more, 4) == 0);
    close_scene(&s);
}

Test(follow, bytes_not_taken_are_bounded)
{
    scene s;
    open_scene(&s);
    int fd = open(path_in(&s, "a.log"), O_WRONLY | O_CREAT, 0600);
    static char line[65536];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int i = 0; i < 256; i++)
        cr_assert_eq(write(fd, line, sizeof line), (ssize_t)sizeof line);
    close(fd);
    begin(&s, NULL, 0);
    (void)number_of(&s, "a.log", 0);
    uint64_t waiting = 0;
    for (int i = 0; i < 100 && waiting < 4 * 1024 * 1024 - 65536; i++) {
        usleep(20000);
        waiting = tc_follow_counts_of(s.follow).waiting;
    }
    usleep(100000);
    waiting = tc_follow_counts_of(s.follow).waiting;
    cr_expect(waiting > 0 && waiting <= 4 * 1024 * 1024, "%" PRIu64, waiting);
    close_scene(&s);
}

Test(follow, pipes_and_missing_folders_are_told_and_not_opened)
{
    scene s;
    open_scene(&s);
    cr_assert_eq(mkfifo(path_in(&s, "pipe"), 0600), 0);
    begin(&s, NULL, 0);
    tc_follow_event e = next(&s, TC_FOLLOW_FAILED);
    cr_expect_eq(e.number, TC_FOLLOW_NO_STREAM);
    cr_expect(tc_slice_ends(e.path, TC_LIT("/pipe")));
    cr_assert_not_null(e.error);
    cr_assert_eq(unlink(path_in(&s, "pipe")), 0);
    cr_expect(tc_slice_ends(next(&s, TC_FOLLOW_WORKS).path, TC_LIT("/pipe")));
    close_scene(&s);
}

/* Another file in the inode of a deleted one, and in its place; false: it was not to be had. */
static bool replace(const scene *s, const char *name, const char *text)
{
    struct stat before, st;
    bool had = false;
    cr_assert_eq(stat(path_in(s, name), &before), 0);
    cr_assert_eq(unlink(path_in(s, name)), 0);
    for (int i = 0; i < 2000 && !had; i++) {
        char spare[16];
        snprintf(spare, sizeof spare, ".%d", i); /* left alone */
        add(s, spare, text);
        cr_assert_eq(stat(path_in(s, spare), &st), 0);
        had = st.st_ino == before.st_ino;
        if (had) cr_assert_eq(rename(path_in(s, spare), path_in(s, name)), 0);
    }
    return had;
}

/* Reads all that comes; whether a gap of that stream was told until nothing came for a while. */
static bool drains_with_gap(scene *s, uint32_t number)
{
    static uint8_t room[1 << 16];
    bool gap = false;
    tc_follow_event e;
    for (int quiet = 0; quiet < 40; quiet++) {
        size_t got;
        tc_follow_next(s->follow, 20, &e);
        if (e.kind != TC_FOLLOW_NOTHING) quiet = 0;
        if (e.kind == TC_FOLLOW_GAP && e.number == number) gap = true;
        if (e.kind != TC_FOLLOW_MORE) continue;
        tc_bytes bytes = tc_follow_bytes(s->follow, e.number);
        while (tc_bytes_read(bytes, room, sizeof room, &got, NULL) == TC_BYTES_MORE)
            ;
    }
    return gap;
}

/* One log stands still because nobody takes what another one gives; then its inode is another's. */
static void delete_and_replace(bool grows)
{
    scene s;
    open_scene(&s);
    s.open_max = 1; /* what is open keeps its inode */
    add(&s, "a.log", "one\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, number, "one\n");
    char *much = malloc((8 << 20) + 1);
    cr_assert(much);
    memset(much, 'x', 8 << 20);
    for (size_t i = 99; i < 8 << 20; i += 100)
        much[i] = '\n';
    much[8 << 20] = '\0';
    add(&s, "b.log", much);
    free(much);
    for (int i = 0; i < 500 && tc_follow_counts_of(s.follow).waiting < (4 << 20) - 65536; i++)
        usleep(20000);
    usleep(200000);
    if (grows) add(&s, "a.log", "two\n");
    usleep(400000); /* some walks */
    if (!replace(&s, "a.log", "uno\n"))
        cr_log_warn("skipped: the file system did not give the inode again");
    else
        cr_expect_eq(drains_with_gap(&s, number), grows);
    close_scene(&s);
}

Test(follow, what_was_read_and_deleted_is_no_gap_whoever_has_its_inode)
{
    delete_and_replace(false);
}

Test(follow, what_grew_before_it_was_deleted_is_a_gap)
{
    delete_and_replace(true);
}

static struct {
    _Atomic bool armed;
    char path[128];
    const char *text;
} cut; /* what becomes of a file behind the next call that reads much of it */

/* In place of the library's: what the follower calls. */
ssize_t pread(int fd, void *out, size_t room, off_t at)
{
    ssize_t n = syscall(SYS_pread64, fd, out, room, at);
    if (n <= 0 || room <= 4096 || !atomic_exchange(&cut.armed, false)) return n;
    int other = open(cut.path, O_WRONLY | O_TRUNC);
    cr_assert_eq(write(other, cut.text, strlen(cut.text)), (ssize_t)strlen(cut.text));
    close(other);
    return n;
}

Test(follow, what_is_cut_off_and_grows_anew_while_it_is_read_is_not_gone_on_with)
{
    scene s;
    open_scene(&s);
    add(&s, "a.log", "one 1\none 2\n");
    begin(&s, NULL, 0);
    uint32_t number = number_of(&s, "a.log", 0);
    (void)next(&s, TC_FOLLOW_MORE);
    expect_bytes(&s, number, "one 1\none 2\n");
    snprintf(cut.path, sizeof cut.path, "%s", path_in(&s, "a.log"));
    cut.text = "other 1\nother 2\nother 3\nother 4\n";
    atomic_store(&cut.armed, true);
    add(&s, "a.log", "one 3\n");
    cr_expect_eq(next(&s, TC_FOLLOW_NEW).generation, 1);
    cr_expect(!atomic_load(&cut.armed), "it was cut off while it was read");
    expect_bytes(&s, number + 1, cut.text);
    tc_follow_event gap = next(&s, TC_FOLLOW_GAP);
    cr_expect_eq(gap.number, number);
    cr_expect_eq(gap.why, TC_FOLLOW_TRUNCATED);
    expect_bytes(&s, number, "");
    close_scene(&s);
}
