/* What the caller does with streams. */
#include "detector/follow/followed.h"
#include "detector/follow/lane.h"
#include "detector/follow/told.h"
#include "parsers/base/alloc.h"

/* What was read of a piece makes room for more. */
static void made_room(tc_follow_stream *s, size_t length)
{
    if (!s->lane) return;
    bool was_full = s->lane->ahead + TC_FOLLOW_PIECE > TC_FOLLOW_AHEAD;
    s->lane->ahead -= length;
    if (was_full && s->lane->ahead + TC_FOLLOW_PIECE <= TC_FOLLOW_AHEAD) tc_lane_wake(s->lane);
}

/* A piece that was read whole goes; outside of the lock, as its memory is nobody else's. */
static tc_follow_piece *take(tc_follow_stream *s, tc_follow_piece *piece, size_t length)
{
    piece->taken += length;
    s->taken += length;
    made_room(s, length);
    if (piece->taken < piece->length) return NULL;
    s->first = piece->next;
    if (!s->first) s->last = NULL;
    return piece;
}

static tc_bytes_result read_stream(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    (void)reterr;
    tc_follow_stream *s = context;
    tc_follow_lock(s->follow);
    tc_follow_piece *piece = s->first;
    bool ended = s->ended;
    tc_follow_unlock(s->follow);
    if (!piece) return ended ? TC_BYTES_END : TC_BYTES_IDLE;
    *ret_got = TC_MIN(room, piece->length - piece->taken);
    memcpy(buffer, piece->bytes + piece->taken, *ret_got);
    tc_follow_lock(s->follow);
    piece = take(s, piece, *ret_got);
    tc_follow_unlock(s->follow);
    tc_free(piece);
    return TC_BYTES_MORE;
}

static void close_stream(void *context)
{
    tc_follow_stream *s = context;
    tc_follow *follow = s->follow;
    tc_follow_lock(follow);
    s->closed = true;
    tc_told_drop_pieces(s);
    tc_told_let_go(s);
    tc_follow_unlock(follow);
}

static tc_follow_stream *stream_of(const tc_follow *follow, uint32_t number)
{
    return number < follow->stream_count ? follow->streams[number] : NULL;
}

tc_bytes tc_follow_bytes(tc_follow *follow, uint32_t number)
{
    tc_follow_lock(follow);
    tc_follow_stream *s = stream_of(follow, number);
    tc_follow_unlock(follow);
    TC_ASSERT(s != NULL);
    return (tc_bytes){s, read_stream, close_stream};
}

/* The last mark at or before the place; those before it are not asked for any more. */
static tc_follow_mark mark_before(tc_follow_stream *s, uint64_t taken)
{
    size_t passed = 0;
    while (passed < s->mark_count && s->marks[passed].taken <= taken)
        passed++;
    if (passed == 0) return s->mark;
    s->mark = s->marks[passed - 1];
    s->mark_count -= passed;
    memmove(s->marks, s->marks + passed, s->mark_count * sizeof *s->marks);
    if (s->mark_count == 0) {
        tc_free(s->marks);
        s->marks = NULL;
        s->mark_capacity = 0;
    }
    return s->mark;
}

static TC_STATUS keep_path(tc_follow *follow, const char *path, tc_slice *ret)
{
    if (!follow->point_path) follow->point_path = tc_alloc(TC_FOLLOW_PATH_MAX + 1, 1);
    if (!follow->point_path) return (tc_status){TC_ENOMEM};
    (void)tc_slice_to_cstr(tc_slice_of(path), follow->point_path, TC_FOLLOW_PATH_MAX + 1);
    *ret = tc_slice_of(follow->point_path);
    return TC_SUCCESS;
}

static TC_STATUS make_point(tc_follow *follow, tc_follow_stream *s, uint64_t taken,
                            tc_follow_point *ret)
{
    const tc_followed *f = s->file;
    tc_follow_mark mark = mark_before(s, taken);
    TC_ASSERT(mark.taken <= taken);
    uint64_t offset = mark.offset + (taken - mark.taken);
    bool whole = offset == f->print.at && f->looked_size != UINT64_MAX;
    *ret = (tc_follow_point){.key = s->key,
                             .offset = offset,
                             .device = f->device,
                             .inode = f->inode,
                             .size = whole ? f->looked_size : UINT64_MAX,
                             .changed = whole ? f->looked_changed : TC_TIME_NONE,
                             .head_hash = f->print.head_hash,
                             .head_length = f->print.head_length,
                             .tail_hash = mark.tail_hash,
                             .tail_at = mark.tail_at,
                             .gone = f->gone,
                             .generation = s->generation,
                             .telling = f->print.telling,
                             .packed = f->packed,
                             .dropped = f->dropped};
    return keep_path(follow, f->path, &ret->path);
}

TC_STATUS tc_follow_point_at(tc_follow *follow, uint32_t number, uint64_t taken,
                             tc_follow_point *ret)
{
    tc_follow_lock(follow);
    tc_follow_stream *s = stream_of(follow, number);
    tc_status status = {TC_ELIMIT};
    if (s && s->file) status = make_point(follow, s, taken, ret);
    if (s && s->ended && taken >= s->taken) {
        s->pointed = true;
        tc_told_let_go(s);
    }
    tc_follow_unlock(follow);
    return status;
}

void tc_follow_drop(tc_follow *follow, uint32_t number)
{
    tc_follow_lock(follow);
    tc_follow_stream *s = stream_of(follow, number);
    if (s && s->file && !s->ended) {
        tc_followed *f = s->file;
        f->dropped = true;
        if (f->listed) tc_lane_leave(f);
        if (!f->busy) tc_followed_set_fd(follow, f, -1);
    }
    tc_follow_unlock(follow);
}
