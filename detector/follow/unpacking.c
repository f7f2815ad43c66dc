#include "detector/follow/unpacking.h"

#include "detector/follow/decide.h"
#include "detector/follow/followed.h"
#include "detector/follow/told.h"
#include "detector/follow/turned.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { STEADY_WALKS = 2, SKIP_A_TURN = 64 }; /* windows */

/* From its first byte on. The descriptor is another one of the same open file, of which nobody
 * else uses the place. */
static bool start(tc_lane *lane, tc_followed *f, tc_followed *candidate)
{
    tc_unpacker *u = &lane->unpacker;
    tc_unpacker_leave(u);
    uint8_t magic[TC_MAGIC_MAX];
    ssize_t n = pread(f->fd, magic, sizeof magic, 0);
    const tc_packing *packing = n > 0 ? tc_packing_of(tc_slice_make(magic, (size_t)n)) : NULL;
    int fd = packing && lseek(f->fd, 0, SEEK_SET) == 0 ? fcntl(f->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd < 0) return false;
    u->top = tc_file_start(&u->source, fd, 0);
    tc_bytes packed = u->top;
    if (tc_failed(tc_unpack_start(&u->unpack, packed, packing, NULL, &u->top)) ||
        tc_failed(tc_cap_start(&u->cap, u->top, u->unpack.name, &u->unpack.used, &u->top))) {
        tc_bytes_close(packed);
        return false;
    }
    u->file = f;
    u->open = true;
    u->candidate = candidate;
    u->at = 0;
    u->before_length = 0;
    return true;
}

/* Reads at most `most` bytes behind those before, which stand in front of them in the window. */
static tc_bytes_result read_some(tc_lane *lane, size_t most, size_t *ret_got, tc_error *reterr)
{
    tc_unpacker *u = &lane->unpacker;
    size_t room = TC_MIN(most, TC_FOLLOW_WINDOW - u->before_length);
    memcpy(lane->window, u->before, u->before_length);
    return tc_bytes_read(u->top, lane->window + u->before_length, room, ret_got, reterr);
}

/* What was read is dealt with. */
static void move_on(tc_lane *lane, size_t got)
{
    tc_unpacker *u = &lane->unpacker;
    size_t end = u->before_length + got;
    u->at += got;
    tc_print here = {.at = u->at};
    u->before_length = (size_t)(u->at - tc_print_from(&here));
    memcpy(u->before, lane->window + end - u->before_length, u->before_length);
}

static bool tail_is(const tc_unpacker *u, const tc_print *print)
{
    size_t length = TC_MIN(u->before_length, TC_PRINT_TAIL);
    return tc_print_tail_is(print, tc_slice_make(u->before + u->before_length - length, length));
}

static tc_turned failed(tc_lane *lane, tc_followed *f, const tc_error *error)
{
    bool damaged = lane->unpacker.unpack.damaged || error->code == TC_ELIMIT;
    tc_unpacker_leave(&lane->unpacker);
    tc_error told = *error;
    tc_error_set_source(&told, f->path, strlen(f->path));
    if (!damaged) {
        tc_turned_failed(lane, f, &told);
        return TC_TURNED_REST;
    }
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    f->looked_size = f->size;
    f->looked_changed = f->changed;
    tc_told_failed(follow, f, &told);
    tc_status status = f->stream ? tc_told_gap(f, TC_FOLLOW_DAMAGED, 0) : TC_SUCCESS;
    if (!tc_failed(status)) tc_told_end(f);
    tc_follow_unlock(follow);
    return TC_TURNED_REST;
}

/* It ends, and as it is not written any more, so does its stream. */
static tc_turned ended(tc_lane *lane, tc_followed *f)
{
    tc_unpacker_leave(&lane->unpacker);
    tc_turned_at_end(lane, f);
    tc_follow_lock(lane->follow);
    tc_told_end(f);
    tc_followed_set_fd(lane->follow, f, -1);
    tc_follow_unlock(lane->follow);
    return TC_TURNED_REST;
}

/* The first bytes say of which streams it may be a copy; one after another is tried, the longest
 * first. */
static tc_turned decide(tc_lane *lane, tc_followed *f)
{
    tc_unpacker *u = &lane->unpacker;
    if (!start(lane, f, NULL)) return TC_TURNED_REST;
    tc_error error = {0};
    tc_bytes_result result = TC_BYTES_MORE;
    while (result == TC_BYTES_MORE && u->at < TC_PRINT_HEAD) {
        size_t got;
        result = read_some(lane, TC_PRINT_HEAD - (size_t)u->at, &got, &error);
        if (result == TC_BYTES_MORE) move_on(lane, got);
    }
    if (result == TC_BYTES_FAILED) return failed(lane, f, &error);
    tc_followed *candidates[TC_CANDIDATES];
    tc_slice head = tc_slice_make(u->before, u->before_length);
    size_t count = tc_decide_candidates(lane, f, head, candidates);
    tc_unpacker_leave(u);
    if (f->tried >= count) return tc_decide_own(lane, f);
    return start(lane, f, candidates[f->tried]) ? TC_TURNED_AGAIN : TC_TURNED_REST;
}

static tc_turned compared(tc_lane *lane, tc_followed *f, bool same, bool is_short)
{
    tc_followed *candidate = lane->unpacker.candidate;
    if (!candidate && same) {
        tc_follow_lock(lane->follow);
        f->proven = true;
        tc_follow_unlock(lane->follow);
        return TC_TURNED_AGAIN;
    }
    tc_unpacker_leave(&lane->unpacker);
    if (!candidate) {
        tc_turned_renew(lane, f);
        return TC_TURNED_REST;
    }
    if (same || is_short) return tc_decide_is(lane, f, candidate, is_short);
    f->tried++;
    return TC_TURNED_AGAIN;
}

/* Up to the place in question; what was read then is there is compared. */
static tc_turned skip(tc_lane *lane, tc_followed *f)
{
    tc_unpacker *u = &lane->unpacker;
    const tc_print *print = u->candidate ? &u->candidate->print : &f->print;
    tc_error error = {0};
    for (int i = 0; i < SKIP_A_TURN && u->at < print->at; i++) {
        uint64_t to = u->at < print->tail_at ? print->tail_at : print->at;
        size_t got;
        tc_bytes_result result =
            read_some(lane, (size_t)TC_MIN(to - u->at, (uint64_t)TC_FOLLOW_WINDOW), &got, &error);
        if (result == TC_BYTES_FAILED) return failed(lane, f, &error);
        if (result != TC_BYTES_MORE) return compared(lane, f, false, true);
        move_on(lane, got);
        if (u->at == print->tail_at && !tail_is(u, print)) return compared(lane, f, false, false);
    }
    return u->at < print->at ? TC_TURNED_AGAIN : compared(lane, f, true, false);
}

static tc_turned give(tc_lane *lane, tc_followed *f)
{
    tc_unpacker *u = &lane->unpacker;
    tc_follow *follow = lane->follow;
    size_t before = u->before_length, got;
    tc_error error = {0};
    tc_bytes_result result = read_some(lane, TC_FOLLOW_PIECE, &got, &error);
    if (result == TC_BYTES_FAILED) return failed(lane, f, &error);
    if (result != TC_BYTES_MORE) return ended(lane, f);
    tc_print print = f->print;
    tc_print_advance(&print, tc_slice_make(lane->window, before + got), got);
    tc_follow_lock(follow);
    tc_status status = {TC_ENOMEM};
    if (tc_turned_stream(follow, f)) {
        tc_followed_set_print(follow, f, &print);
        status = tc_told_bytes(f, tc_slice_make(lane->window + before, got));
        f->grew = tc_follow_now(follow);
        tc_turned_works(follow, f);
    }
    tc_follow_unlock(follow);
    if (tc_failed(status)) {
        /* Without memory: once more from its beginning, when it is its turn again. */
        tc_unpacker_leave(u);
        return TC_TURNED_REST;
    }
    move_on(lane, got);
    return TC_TURNED_AGAIN;
}

static bool is_steady(const tc_lane *lane, const tc_followed *f)
{
    int64_t since = tc_time_between(f->steady, tc_follow_now(lane->follow));
    return since >= STEADY_WALKS * tc_lane_interval(lane);
}

/* As tc_decide_is left it: a copy is looked at anew. */
static void begin_anew(tc_lane *lane, tc_followed *f)
{
    tc_follow_lock(lane->follow);
    if (f->state == TC_COPY) {
        tc_followed_set_copy(f, NULL);
        f->state = TC_AT_HOME;
        f->decided = false;
        f->tried = 0;
        lane->follow->counts.passed_over--;
    }
    tc_follow_unlock(lane->follow);
}

tc_turned tc_unpacking_turn(tc_lane *lane, tc_followed *f)
{
    tc_unpacker *u = &lane->unpacker;
    if (!is_steady(lane, f)) return TC_TURNED_REST;
    begin_anew(lane, f);
    if (u->file != f) {
        if (!f->decided) return decide(lane, f);
        f->proven = f->print.at == 0;
        if (!start(lane, f, NULL)) return TC_TURNED_REST;
    }
    if (u->candidate || !f->proven) return skip(lane, f);
    return give(lane, f);
}
