#include "detector/follow/turn.h"

#include "detector/follow/content.h"
#include "detector/follow/decide.h"
#include "detector/follow/followed.h"
#include "detector/follow/told.h"
#include "detector/follow/turned.h"
#include "detector/follow/unpacking.h"
#include "detector/follow/zeros.h"
#include "detector/input/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZEROS_LOOK ((size_t)64 * 1024 * 1024)

static void failed_sys(tc_lane *lane, tc_followed *f, int sys, const char *words)
{
    tc_error error = {0};
    (void)tc_fail_sys(&error, sys, f->path, "%s", words);
    tc_turned_failed(lane, f, &error);
}

static int open_flags(const tc_lane *lane, const tc_followed *f)
{
    bool links = lane->follow->options.follow_links || f->linked;
    return O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (links ? 0 : O_NOFOLLOW);
}

/* Opens the file if it is not; false if it cannot be, or if it is another one by now. */
static bool open_it(tc_lane *lane, tc_followed *f)
{
    if (f->fd >= 0) return true;
    if (f->state == TC_MISSING || f->state == TC_REPLACED) return false;
    int fd = open(f->path, open_flags(lane, f));
    if (fd < 0) {
        if (errno != ENOENT) failed_sys(lane, f, errno, "cannot open");
        return false;
    }
    struct stat st;
    int sys = fstat(fd, &st) != 0 ? errno : 0;
    bool is_it = sys == 0 && S_ISREG(st.st_mode) && st.st_dev == f->device && st.st_ino == f->inode;
    if (!is_it) {
        (void)close(fd);
        if (sys != 0) failed_sys(lane, f, sys, "cannot look at it");
        return false;
    }
    tc_time born = lane->network ? TC_TIME_NONE : tc_content_born(fd);
    tc_follow_lock(lane->follow);
    tc_followed_set_fd(lane->follow, f, fd);
    f->opened_born = born;
    if (f->born == TC_TIME_NONE) f->born = born;
    if (f->grew == TC_TIME_NONE) f->grew = tc_follow_now(lane->follow);
    tc_follow_unlock(lane->follow);
    return true;
}

/* The bytes behind `at` are handed on, up to zeros that may be overwritten. */
static TC_STATUS give(tc_lane *lane, tc_followed *f, tc_slice window, size_t usable)
{
    tc_follow *follow = lane->follow;
    size_t read = (size_t)(f->print.at - tc_print_from(&f->print));
    tc_print before = f->print, after = f->print;
    tc_print_advance(&after, window, usable);
    tc_follow_lock(follow);
    tc_status status = {TC_ENOMEM};
    if (tc_turned_stream(follow, f)) {
        tc_followed_set_print(follow, f, &after);
        status = tc_told_bytes(f, tc_slice_sub(window, read, usable));
        if (tc_failed(status)) tc_followed_set_print(follow, f, &before);
    }
    if (!tc_failed(status)) {
        tc_turned_works(follow, f);
        f->grew = tc_follow_now(follow);
        f->zeros = TC_TIME_NONE;
        f->ends = 0;
        tc_followed_used(follow, f);
    }
    tc_follow_unlock(follow);
    return status;
}

/* Where the first byte that is no zero stands, from `at` on; the file's end if there is none, or
 * the end of what is looked at in one turn. *ret_found: there is one, or too far off to look. */
static uint64_t data_behind(tc_lane *lane, const tc_followed *f, bool *ret_found)
{
    uint64_t at = f->print.at;
    *ret_found = true;
    for (size_t looked = 0; looked < ZEROS_LOOK; looked += TC_FOLLOW_WINDOW) {
        off_t data = lseek(f->fd, (off_t)at, SEEK_DATA);
        if (data > 0 && (uint64_t)data > at) at = (uint64_t)data;
        size_t got;
        if (!tc_content_read(f->fd, lane->window, TC_FOLLOW_WINDOW, at, &got) || got == 0) break;
        size_t zeros = tc_zeros_leading(tc_slice_make(lane->window, got), false);
        at += zeros;
        if (zeros < got) return f->wide ? at - (at - f->print.at) % 2 : at;
    }
    *ret_found = at - f->print.at >= ZEROS_LOOK;
    return at;
}

/* Zeros come next: they are waited for, and passed over when something follows them. */
static tc_turned pass_zeros(tc_lane *lane, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    tc_time now = tc_follow_now(follow);
    int64_t wait = (int64_t)follow->options.nul_after_s * TC_SECOND;
    bool over = f->zeros != TC_TIME_NONE && tc_time_between(f->zeros, now) >= wait;
    bool found = false;
    uint64_t to = over ? data_behind(lane, f, &found) : 0;
    tc_follow_lock(follow);
    if (f->zeros == TC_TIME_NONE) f->zeros = now;
    tc_turned turned = TC_TURNED_REST;
    if (found && to > f->print.at && tc_turned_stream(follow, f)) {
        tc_print print = f->print;
        uint64_t zeros = to - print.at;
        print.at = to;
        tc_followed_set_print(follow, f, &print);
        f->proven = false;
        if (!tc_failed(tc_told_gap(f, TC_FOLLOW_ZEROS, zeros))) turned = TC_TURNED_AGAIN;
    }
    tc_follow_unlock(follow);
    return turned;
}

/* A file may be cut off and grow anew past the offset between two calls that read it, or within
 * one: the window would begin with what it was and go on in the middle of what it is. If what was
 * read first stands there still, behind the last call, all of it is of one file. */
static bool is_of_one(tc_lane *lane, tc_followed *f, tc_slice window)
{
    uint64_t from = tc_print_from(&f->print);
    tc_content content = tc_content_still(f->fd, window, from);
    if (content == TC_CONTENT_SAME) return true;
    if (content == TC_CONTENT_UNREADABLE) failed_sys(lane, f, errno, "cannot read");
    /* The next walk looks what became of it. */
    tc_follow_lock(lane->follow);
    f->looked_size = UINT64_MAX;
    tc_follow_unlock(lane->follow);
    return false;
}

static tc_turned read_on(tc_lane *lane, tc_followed *f)
{
    uint64_t from = tc_print_from(&f->print);
    size_t read = (size_t)(f->print.at - from), got;
    if (!tc_content_read(f->fd, lane->window, read + TC_FOLLOW_PIECE, from, &got)) {
        failed_sys(lane, f, errno, "cannot read");
        return TC_TURNED_REST;
    }
    tc_slice window = tc_slice_make(lane->window, got);
    if (!tc_print_goes_on(&f->print, window)) {
        tc_turned_renew(lane, f);
        return TC_TURNED_REST;
    }
    f->born = f->opened_born;
    tc_slice fresh = tc_slice_sub(window, read, SIZE_MAX);
    size_t usable = f->capture ? fresh.len : tc_zeros_before(fresh, f->print.at, f->wide);
    if (fresh.len == 0) {
        tc_turned_at_end(lane, f);
        return TC_TURNED_REST;
    }
    if (usable == 0) {
        tc_turned turned = pass_zeros(lane, f);
        if (turned == TC_TURNED_REST) tc_turned_at_end(lane, f);
        return turned;
    }
    if (!is_of_one(lane, f, tc_slice_sub(window, 0, read + usable))) return TC_TURNED_REST;
    if (tc_failed(give(lane, f, window, usable))) return TC_TURNED_REST;
    bool ended = usable == fresh.len && fresh.len < TC_FOLLOW_PIECE;
    if (!ended) return TC_TURNED_AGAIN;
    tc_turned_at_end(lane, f);
    return TC_TURNED_REST;
}

/* A file that is known was not decided about in this process. */
static bool is_capture(const tc_followed *f)
{
    uint8_t magic[TC_MAGIC_MAX];
    size_t got;
    if (!tc_content_read(f->fd, magic, sizeof magic, 0, &got)) return false;
    const tc_packing *packing = tc_packing_of(tc_slice_make(magic, got));
    return packing && packing->capture;
}

/* What is remembered is held against the file before anything is read on. */
static bool prove(tc_lane *lane, tc_followed *f)
{
    if (f->proven || f->print.at == 0) return true;
    tc_print print = f->print;
    tc_content content = tc_content_prove(f->fd, &print);
    f->capture = is_capture(f);
    if (content == TC_CONTENT_UNREADABLE) {
        failed_sys(lane, f, errno, "cannot read");
        return false;
    }
    if (content != TC_CONTENT_SAME) {
        tc_turned_renew(lane, f);
        return false;
    }
    tc_follow_lock(lane->follow);
    tc_followed_set_print(lane->follow, f, &print);
    f->proven = true;
    tc_follow_unlock(lane->follow);
    return true;
}

static tc_turned take_turn(tc_lane *lane, tc_followed *f)
{
    if (!open_it(lane, f)) return TC_TURNED_REST;
    tc_turned turned;
    if (f->packed) {
        turned = tc_unpacking_turn(lane, f);
    } else if (!f->decided || f->stranger || f->state == TC_COPY) {
        turned = tc_decide(lane, f);
        if (turned == TC_TURNED_PACKED) turned = tc_unpacking_turn(lane, f);
    } else {
        turned = prove(lane, f) ? read_on(lane, f) : TC_TURNED_REST;
    }
    return turned;
}

bool tc_turn(tc_lane *lane)
{
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    tc_followed *f = tc_lane_next(lane);
    tc_follow_unlock(follow);
    if (!f) return false;
    tc_turned turned = take_turn(lane, f);
    if (turned == TC_TURNED_GONE) return true;
    tc_follow_lock(follow);
    f->busy = false;
    if (turned == TC_TURNED_AGAIN) tc_lane_ready(f);
    tc_follow_unlock(follow);
    return true;
}
