#include "detector/input/nest.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct level {
    const tc_nest *nest;
    tc_stream *stream; /* that the archive is read from; NULL: a plain file */
    tc_unarchive *archive;
    uint64_t next; /* number of the member that comes next */
} level;

struct tc_walker {
    size_t depth; /* archives that are open */
    level levels[TC_NEST_DEPTH];
    tc_bytes data; /* of the member that somebody reads */
    tc_nest *home;
};

tc_walker *tc_walker_new(void)
{
    return tc_alloc(1, sizeof(tc_walker));
}

void tc_walker_leave(tc_walker *walker)
{
    level *l = &walker->levels[--walker->depth];
    tc_unarchive_close(l->archive);
    tc_stream_free(l->stream);
    *l = (level){0};
}

void tc_walker_free(tc_walker *walker)
{
    if (!walker) return;
    while (walker->depth > 0)
        tc_walker_leave(walker);
    tc_free(walker);
}

/* -- opening an archive ---------------------------------------------------------------------- */

static tc_bytes_result read_stream(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    tc_stream *stream = context;
    bool end = false;
    if (tc_failed(tc_stream_fill(stream, buffer, room, ret_got, &end, reterr)))
        return TC_BYTES_FAILED;
    return end && *ret_got == 0 ? TC_BYTES_END : TC_BYTES_MORE;
}

static void close_nothing(void *context)
{
    (void)context;
}

static TC_STATUS open_file(const tc_nest *nest, int *ret, tc_error *reterr)
{
    struct stat st;
    int fd = open(nest->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return tc_fail_sys(reterr, errno, nest->path, "cannot open any more");
    int sys = fstat(fd, &st) != 0 ? errno : 0;
    if (sys != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return tc_fail_sys(reterr, sys, nest->path,
                           sys ? "cannot look at it again" : "is no file any more");
    }
    *ret = fd;
    return TC_SUCCESS;
}

static bool is_packed(const tc_nest *nest)
{
    return nest->layers.packings[0] != NULL;
}

/* The stream that the archive is read from, started, with its packings on it. */
static TC_STATUS make_stream(tc_walker *w, const tc_nest *nest, tc_stream **ret, tc_error *reterr)
{
    int fd = -1;
    if (!nest->outer) TC_TRY(open_file(nest, &fd, reterr));
    tc_stream *stream = tc_stream_new();
    if (!stream) {
        if (fd >= 0) (void)close(fd);
        return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    }
    if (fd >= 0)
        tc_stream_start(stream, fd, 0);
    else
        tc_stream_start_on(stream, tc_walker_data(w));
    for (size_t i = 0; i < TC_CAP_DEPTH && nest->layers.packings[i]; i++) {
        tc_status status = tc_stream_unpack(stream, nest->layers.packings[i], reterr);
        if (!tc_failed(status)) continue;
        tc_stream_free(stream);
        return status;
    }
    *ret = stream;
    return TC_SUCCESS;
}

TC_STATUS tc_walker_enter(tc_walker *walker, tc_nest *nest, tc_stream *ready, tc_error *reterr)
{
    TC_ASSERT(walker->depth == nest->depth && nest->depth < TC_NEST_DEPTH);
    level *l = &walker->levels[walker->depth];
    *l = (level){.nest = nest};
    if (!ready && !nest->outer && !is_packed(nest)) {
        int fd;
        TC_TRY(open_file(nest, &fd, reterr));
        TC_TRY(tc_unarchive_open_file(fd, nest->size, nest->raw, &l->archive, reterr));
        walker->depth++;
        return TC_SUCCESS;
    }
    if (!ready) TC_TRY(make_stream(walker, nest, &ready, reterr));
    l->stream = ready;
    tc_bytes below = {ready, read_stream, close_nothing};
    tc_status status = tc_unarchive_open_on(below, nest->size, nest->raw, &l->archive, reterr);
    walker->depth++;
    if (tc_failed(status)) tc_walker_leave(walker);
    return status;
}

TC_STATUS tc_walker_next(tc_walker *walker, tc_archived *ret, bool *ret_more, tc_error *reterr)
{
    level *l = &walker->levels[walker->depth - 1];
    l->next++;
    return tc_unarchive_next(l->archive, ret, ret_more, reterr);
}

tc_bytes tc_walker_data(tc_walker *walker)
{
    return tc_unarchive_data(walker->levels[walker->depth - 1].archive);
}

/* -- going to a member ----------------------------------------------------------------------- */

/* The nest on the way from the root to `nest` at that depth. */
static tc_nest *nest_at(tc_nest *nest, size_t depth)
{
    while (nest->depth > depth)
        nest = nest->outer;
    return nest;
}

/* The number that is wanted of the archive at that depth. */
static uint64_t wanted_at(tc_nest *nest, uint64_t number, size_t depth)
{
    return depth == nest->depth ? number : nest_at(nest, depth + 1)->number;
}

/* Leaves what is not on the way, or has gone by the member that is wanted. An archive that is open
 * below another stands at that one. */
static void go_back(tc_walker *w, tc_nest *nest, uint64_t number)
{
    size_t keep = 0;
    while (keep < w->depth && keep <= nest->depth && w->levels[keep].nest == nest_at(nest, keep))
        keep++;
    while (w->depth > keep)
        tc_walker_leave(w);
    while (w->depth > 0) {
        size_t top = w->depth - 1;
        if (w->levels[top].next <= wanted_at(nest, number, top)) return;
        tc_walker_leave(w);
    }
}

/* Reads on to the member of that number. */
static TC_STATUS go_to(tc_walker *w, uint64_t number, tc_error *reterr)
{
    tc_archived member;
    bool more = true;
    while (more && w->levels[w->depth - 1].next <= number) {
        TC_TRY(tc_walker_next(w, &member, &more, reterr));
    }
    return more ? TC_SUCCESS : tc_fail(reterr, TC_EIO, "is not in its archive any more");
}

static TC_STATUS walk(tc_walker *w, tc_nest *nest, uint64_t number, tc_error *reterr)
{
    go_back(w, nest, number);
    while (w->depth <= nest->depth) {
        size_t depth = w->depth;
        if (depth > 0) TC_TRY(go_to(w, wanted_at(nest, number, depth - 1), reterr));
        TC_TRY(tc_walker_enter(w, nest_at(nest, depth), NULL, reterr));
    }
    return go_to(w, number, reterr);
}

static tc_bytes_result read_member(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    tc_walker *w = context;
    return tc_bytes_read(w->data, buffer, room, ret_got, reterr);
}

static void close_member(void *context)
{
    tc_walker *w = context;
    tc_walker_free(atomic_exchange(&w->home->walker, w));
}

TC_STATUS tc_nest_open(tc_nest *nest, uint64_t number, tc_bytes *ret, tc_error *reterr)
{
    tc_walker *w = atomic_exchange(&nest->root->walker, NULL);
    if (!w) w = tc_walker_new();
    if (!w) return tc_fail(reterr, TC_ENOMEM, "no memory to unpack");
    tc_status status = walk(w, nest, number, reterr);
    if (tc_failed(status)) {
        tc_walker_free(w);
        return status;
    }
    w->home = nest->root;
    w->data = tc_walker_data(w);
    *ret = (tc_bytes){w, read_member, close_member};
    return TC_SUCCESS;
}

void tc_nest_done(tc_nest *root)
{
    tc_walker_free(atomic_exchange(&root->walker, NULL));
}
