/*
 * follow_lines: follows files and writes their lines; what tests drive detector/follow with.
 *
 *   tocsin-follow-lines [OPTION...] PATTERN...
 *     --out FILE       the lines (each with LF), appended; standard output otherwise
 *     --points FILE    points, saved with how long the output was, and resumed from: the output is
 *                      cut back to what the points stand for, so both are one commit
 *     --quiet MS       ends when nothing came for so long after it had settled and all was read
 *     --commit MS      how often points are saved (default 20)
 *     --clock FILE     seconds in it are added to the time
 *     --local-ms, --network-ms, --close-after, --nul-after, --forget-after, --open-max N
 *     --no-inotify, --follow-links, --mounts FILE
 *
 * Events go to standard error, one a line, and counts at SIGUSR1. A half line is written at the end
 * of its stream.
 */
#include "detector/follow/follow.h"
#include "parsers/base/alloc.h"
#include "parsers/base/map.h"
#include "parsers/base/str.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct source {
    tc_bytes bytes;
    uint64_t taken; /* through bytes */
    tc_str half;    /* a line without its end */
    bool open, dirty;
} source;

typedef struct kept {
    tc_follow_point point;
    char *path;
} kept;

typedef struct program {
    tc_follow *follow;
    source *sources;
    size_t count, capacity;
    kept **points;
    tc_map *keys; /* key -> index of its point */
    size_t point_count, point_capacity;
    const char *out_path, *points_path, *clock_path;
    int out;
    uint64_t written;
    uint32_t quiet_ms, commit_ms;
    bool settled, unsaved;
} program;

static volatile sig_atomic_t stop, asked;

static void on_signal(int number)
{
    if (number == SIGTERM) {
        stop = 1;
    } else {
        asked = 1;
    }
}

static void must(tc_status status, const tc_error *error)
{
    if (!tc_failed(status)) return;
    char text[TC_COUNT_OF(error->text) + 512];
    fprintf(stderr, "follow_lines: %s\n", tc_error_format(error, text, sizeof text));
    exit(2);
}

static tc_time now(void *context)
{
    const program *p = context;
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    int64_t more = 0;
    FILE *file = p->clock_path ? fopen(p->clock_path, "re") : NULL;
    if (file) {
        if (fscanf(file, "%" SCNd64, &more) != 1) more = 0;
        fclose(file);
    }
    return (t.tv_sec + more) * TC_SECOND + t.tv_nsec;
}

static void put(program *p, tc_slice text)
{
    while (text.len > 0) {
        ssize_t n = write(p->out, text.ptr, text.len);
        if (n <= 0) exit(3);
        p->written += (uint64_t)n;
        text = tc_slice_sub(text, (size_t)n, SIZE_MAX);
    }
}

/* -- points ------------------------------------------------------------------------------- */

static kept *keep_of(program *p, uint64_t key)
{
    uint64_t *at;
    bool fresh;
    must(tc_map_put(p->keys, tc_slice_make(&key, sizeof key), &at, &fresh), &(tc_error){0});
    if (!fresh) return p->points[*at];
    *at = p->point_count;
    must(tc_grow(&p->points, &p->point_capacity, p->point_count + 1, sizeof *p->points, SIZE_MAX),
         &(tc_error){0});
    kept *k = tc_alloc(1, sizeof *k);
    if (!k) exit(2);
    return p->points[p->point_count++] = k;
}

static void keep(program *p, const tc_follow_point *point)
{
    kept *k = keep_of(p, point->key);
    k->point = *point;
    tc_free(k->path);
    k->path = tc_alloc(point->path.len + 1, 1);
    if (!k->path) exit(2);
    (void)tc_slice_to_cstr(point->path, k->path, point->path.len + 1);
    k->point.path = tc_slice_of(k->path);
    p->unsaved = true;
}

static void forget(program *p, uint64_t key)
{
    uint64_t *at = tc_map_get(p->keys, tc_slice_make(&key, sizeof key));
    if (!at) return;
    kept *gone = p->points[*at], *last = p->points[--p->point_count];
    p->points[*at] = last;
    *tc_map_get(p->keys, tc_slice_make(&last->point.key, sizeof key)) = *at;
    tc_free(gone->path);
    tc_free(gone);
    (void)tc_map_remove(p->keys, tc_slice_make(&key, sizeof key));
    p->unsaved = true;
}

static TC_STATUS to_text(void *context, tc_slice bytes)
{
    tc_str_add(context, bytes);
    return tc_str_status(context);
}

static void visit_points(program *p, tc_visit *visit, size_t count)
{
    if (!tc_visit_begin(visit, "points", 1)) return;
    tc_visit_u64(visit, &p->written);
    tc_visit_count(visit, &count, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        tc_follow_point loaded = {0};
        tc_follow_point_visit(tc_visit_loads(visit) ? &loaded : &p->points[i]->point, visit);
        if (tc_visit_loads(visit) && !tc_visit_failed(visit)) keep(p, &loaded);
    }
    tc_visit_end(visit);
}

static void write_points(program *p)
{
    tc_str text;
    tc_str_init(&text, SIZE_MAX / 2);
    tc_visit *visit = tc_visit_saver(to_text, &text);
    visit_points(p, visit, p->point_count);
    if (tc_visit_failed(visit)) exit(3);
    tc_visit_free(visit);
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", p->points_path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len || close(fd) != 0 ||
        rename(temporary, p->points_path) != 0) {
        exit(3);
    }
    tc_str_done(&text);
    p->unsaved = false;
}

static void commit(program *p)
{
    if (!p->points_path) return;
    for (size_t i = 0; i < p->count; i++) {
        source *s = &p->sources[i];
        if (!s->dirty) continue;
        tc_follow_point point;
        if (!tc_failed(tc_follow_point_at(p->follow, (uint32_t)i, s->taken - s->half.len, &point)))
            keep(p, &point);
        s->dirty = false;
    }
    if (p->unsaved) write_points(p);
}

static TC_STATUS from_file(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    ssize_t n = read(*(int *)context, out, room);
    *ret_got = n > 0 ? (size_t)n : 0;
    return n < 0 ? (tc_status){TC_EIO} : TC_SUCCESS;
}

static void load_points(program *p)
{
    int fd = p->points_path ? open(p->points_path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    tc_visit *visit = tc_visit_loader(from_file, &fd);
    visit_points(p, visit, 0);
    if (tc_visit_failed(visit)) {
        fprintf(stderr, "follow_lines: points: %s\n", tc_visit_problem(visit));
        exit(2);
    }
    tc_visit_free(visit);
    (void)close(fd);
    for (size_t i = 0; i < p->point_count; i++)
        must(tc_follow_know(p->follow, &p->points[i]->point), &(tc_error){0});
    p->unsaved = false;
}

/* -- lines -------------------------------------------------------------------------------- */

static void add_bytes(program *p, source *s, tc_slice bytes)
{
    size_t end = tc_slice_rfind(bytes, '\n');
    s->taken += bytes.len;
    s->dirty = true;
    if (end != TC_NPOS) {
        put(p, tc_str_view(&s->half));
        put(p, tc_slice_sub(bytes, 0, end + 1));
        tc_str_clear(&s->half);
        bytes = tc_slice_sub(bytes, end + 1, SIZE_MAX);
    }
    tc_str_add(&s->half, bytes);
}

static tc_bytes_result drain(program *p, source *s)
{
    static uint8_t buffer[10000];
    size_t got;
    tc_bytes_result result;
    while ((result = tc_bytes_read(s->bytes, buffer, sizeof buffer, &got, NULL)) == TC_BYTES_MORE)
        add_bytes(p, s, tc_slice_make(buffer, got));
    return result;
}

static source *source_of(program *p, uint32_t number)
{
    if (number < p->count) return &p->sources[number];
    must(tc_grow(&p->sources, &p->capacity, (size_t)number + 1, sizeof *p->sources, SIZE_MAX),
         &(tc_error){0});
    source *s = &p->sources[p->count++];
    *s = (source){.bytes = tc_follow_bytes(p->follow, number), .open = true, .dirty = true};
    tc_str_init(&s->half, 1 << 24);
    return s;
}

/* The half line is written with its end; the point stands behind it. */
static void end_source(program *p, source *s)
{
    (void)drain(p, s);
    if (s->half.len > 0) {
        put(p, tc_str_view(&s->half));
        put(p, TC_LIT("\n"));
        tc_str_clear(&s->half);
    }
    s->dirty = true;
    commit(p);
    tc_bytes_close(s->bytes);
    s->open = false;
}

static const char *const names[] = {"NOTHING", "NEW",    "MORE",  "RENAMED",   "GAP",
                                    "ENDED",   "FAILED", "WORKS", "FORGOTTEN", "SETTLED"};

static void show(const tc_follow_event *e)
{
    char text[1024] = "";
    if (e->error) (void)tc_error_format(e->error, text, sizeof text);
    fprintf(stderr, "%s %d %.*s at %" PRIu64 " bytes %" PRIu64 " why %d gen %u %s\n",
            names[e->kind], (int)e->number, (int)e->path.len, (const char *)e->path.ptr, e->offset,
            e->bytes, (int)e->why, e->generation, text);
}

static void handle(program *p, const tc_follow_event *e)
{
    if (e->kind != TC_FOLLOW_MORE) show(e);
    if (e->kind == TC_FOLLOW_SETTLED) p->settled = true;
    if (e->kind == TC_FOLLOW_FORGOTTEN) forget(p, e->key);
    if (e->number == TC_FOLLOW_NO_STREAM) return;
    source *s = source_of(p, e->number);
    if (e->kind == TC_FOLLOW_MORE) (void)drain(p, s);
    if (e->kind == TC_FOLLOW_RENAMED) s->dirty = true;
    if (e->kind == TC_FOLLOW_ENDED) end_source(p, s);
}

static bool all_read(program *p)
{
    tc_follow_counts c = tc_follow_counts_of(p->follow);
    return p->settled && c.behind == 0 && c.waiting == 0;
}

static void show_counts(program *p)
{
    tc_follow_counts c = tc_follow_counts_of(p->follow);
    fprintf(stderr, "COUNTS settled %d behind %" PRIu64 " waiting %" PRIu64 " walks %" PRIu64 "\n",
            p->settled, c.behind, c.waiting, c.walks);
    asked = 0;
}

static void follow_on(program *p)
{
    tc_time quiet = now(p), saved = quiet;
    while (!stop) {
        tc_follow_event e;
        tc_follow_next(p->follow, TC_MIN(p->commit_ms, 20u), &e);
        tc_time t = now(p);
        if (asked) show_counts(p);
        if (e.kind != TC_FOLLOW_NOTHING) {
            handle(p, &e);
            quiet = t;
        }
        if (tc_time_between(saved, t) >= (int64_t)p->commit_ms * 1000000) {
            commit(p);
            saved = t;
        }
        bool silent = p->quiet_ms && tc_time_between(quiet, t) >= (int64_t)p->quiet_ms * 1000000;
        if (silent && all_read(p)) break;
    }
    commit(p);
}

static void finish(program *p)
{
    tc_follow_free(p->follow);
    for (size_t i = 0; i < p->count; i++)
        tc_str_done(&p->sources[i].half);
    for (size_t i = 0; i < p->point_count; i++) {
        tc_free(p->points[i]->path);
        tc_free(p->points[i]);
    }
    tc_free(p->points);
    tc_map_free(p->keys);
    tc_free(p->sources);
}

/* -- options ------------------------------------------------------------------------------ */

enum {
    OUT = 1,
    POINTS,
    QUIET,
    COMMIT,
    CLOCK,
    LOCAL,
    NETWORK,
    CLOSE,
    NUL_AFTER,
    FORGET,
    OPEN,
    NO_INOTIFY,
    LINKS,
    MOUNTS
};

static const struct option longs[] = {
    {"out", 1, NULL, OUT},
    {"points", 1, NULL, POINTS},
    {"quiet", 1, NULL, QUIET},
    {"commit", 1, NULL, COMMIT},
    {"clock", 1, NULL, CLOCK},
    {"local-ms", 1, NULL, LOCAL},
    {"network-ms", 1, NULL, NETWORK},
    {"close-after", 1, NULL, CLOSE},
    {"nul-after", 1, NULL, NUL_AFTER},
    {"forget-after", 1, NULL, FORGET},
    {"open-max", 1, NULL, OPEN},
    {"no-inotify", 0, NULL, NO_INOTIFY},
    {"follow-links", 0, NULL, LINKS},
    {"mounts", 1, NULL, MOUNTS},
    {0},
};

static uint32_t number(void)
{
    return (uint32_t)strtoul(optarg, NULL, 10);
}

static void set_text(program *p, tc_follow_options *o, int option)
{
    switch (option) {
    case OUT:
        p->out_path = optarg;
        break;
    case POINTS:
        p->points_path = optarg;
        break;
    case CLOCK:
        p->clock_path = optarg;
        break;
    case MOUNTS:
        o->mounts = optarg;
        break;
    case NO_INOTIFY:
        o->no_inotify = true;
        break;
    case LINKS:
        o->follow_links = true;
        break;
    default:
        exit(2);
    }
}

static void set_option(program *p, tc_follow_options *o, int option)
{
    switch (option) {
    case QUIET:
        p->quiet_ms = number();
        break;
    case COMMIT:
        p->commit_ms = number();
        break;
    case LOCAL:
        o->local_ms = number();
        break;
    case NETWORK:
        o->network_ms = number();
        break;
    case CLOSE:
        o->close_after_s = number();
        break;
    case NUL_AFTER:
        o->nul_after_s = number();
        break;
    case FORGET:
        o->forget_after_s = number();
        break;
    case OPEN:
        o->open_max = number();
        break;
    default:
        set_text(p, o, option);
    }
}

static void open_out(program *p)
{
    p->out = STDOUT_FILENO;
    if (!p->out_path) return;
    p->out = open(p->out_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (p->out < 0 || ftruncate(p->out, (off_t)p->written) != 0 || lseek(p->out, 0, SEEK_END) < 0) {
        exit(2);
    }
}

int main(int argc, char **argv)
{
    program p = {.commit_ms = 20};
    tc_follow_options o = {.clock = {&p, now}};
    for (int option; (option = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        set_option(&p, &o, option);
    tc_slice patterns[64];
    while (optind < argc && o.pattern_count < TC_COUNT_OF(patterns))
        patterns[o.pattern_count++] = tc_slice_of(argv[optind++]);
    o.patterns = patterns;
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGUSR1, &action, NULL);
    tc_error error = {0};
    p.keys = tc_map_new(1 << 22);
    must(tc_follow_new(&o, &p.follow, &error), &error);
    load_points(&p);
    open_out(&p);
    must(tc_follow_start(p.follow, &error), &error);
    follow_on(&p);
    finish(&p);
    return 0;
}
