/*
 * Lines at the end of a file. When its name leads to another file, or to none, as after logrotate,
 * it is opened anew. A line that found no room is taken back, so that none stands there half, and
 * so is what a process that was killed had written of one: it was not settled, and is sent again.
 * What does not begin as a line of ours is somebody else's and ended before the next. A pipe or a
 * terminal (/dev/stdout) is written to as well: there half a line is ended, too.
 */
#include "detector/send/at_once.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define HEAD_BYTES 8 /* by which a line is told as ours */

typedef struct file {
    tc_at_once way;
    tc_str line;
    dev_t device;
    ino_t inode;
    bool is_regular;
    bool has_half;  /* a line is to be ended before the next */
    bool is_looked; /* at what the file ended with when it was opened */
} file;

static TC_STATUS open_state(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                            tc_error *reterr)
{
    file *f = tc_alloc(1, sizeof(*f));
    *ret_state = f;
    if (f == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_at_once_init(&f->way, receiver, patience);
    tc_str_init(&f->line, LINE_MAX_BYTES);
    return TC_SUCCESS;
}

static void close_state(void *state)
{
    file *f = state;
    if (f != NULL) tc_str_done(&f->line);
    tc_at_once_close(f);
}

static bool is_same(const file *f)
{
    struct stat s;
    if (!f->is_regular) return true;
    return stat(f->way.receiver->path, &s) == 0 && s.st_dev == f->device && s.st_ino == f->inode;
}

static bool may_be_written(mode_t mode)
{
    return S_ISREG(mode) || S_ISFIFO(mode) || S_ISCHR(mode);
}

#define OPEN_FLAGS (O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* A file is read as well, if that is allowed: how it ends. A pipe for reading would never break. */
static int open_path(const char *path)
{
    struct stat s;
    bool other = stat(path, &s) == 0 && !S_ISREG(s.st_mode);
    int fd = other ? -1 : open(path, O_RDWR | OPEN_FLAGS, 0640);
    return fd >= 0 ? fd : open(path, O_WRONLY | OPEN_FLAGS, 0640);
}

static bool open_file(file *f, tc_error *reterr)
{
    const char *path = f->way.receiver->path;
    struct stat s;
    int fd = open_path(path);
    if (fd < 0) {
        (void)tc_fail_sys(reterr, errno, path, "cannot open");
        return false;
    }
    if (fstat(fd, &s) != 0) {
        (void)tc_fail_sys(reterr, errno, path, "cannot look at it");
        close(fd);
        return false;
    }
    if (!may_be_written(s.st_mode)) {
        (void)tc_fail(reterr, TC_EIO, "%s is no file, pipe or terminal", path);
        close(fd);
        return false;
    }
    f->way.fd = fd;
    f->device = s.st_dev;
    f->inode = s.st_ino;
    f->is_regular = S_ISREG(s.st_mode);
    f->is_looked = !f->is_regular;
    return true;
}

/* -- half a line at the end ------------------------------------------------------------------ */

/* Where the last line of so many bytes begins; -1: it cannot be read, or is longer than any. */
static off_t find_line(int fd, off_t size)
{
    uint8_t piece[4096];
    off_t floor = size > (off_t)LINE_MAX_BYTES ? size - (off_t)LINE_MAX_BYTES : 0;
    for (off_t end = size; end > floor;) {
        size_t want = TC_MIN(sizeof(piece), (size_t)(end - floor));
        end -= (off_t)want;
        if (pread(fd, piece, want, end) != (ssize_t)want) return -1;
        size_t feed = tc_slice_rfind(tc_slice_make(piece, want), '\n');
        if (feed != TC_NPOS) return end + (off_t)feed + 1;
    }
    return floor == 0 ? 0 : -1;
}

/* Whether what stands there was begun by a process that wrote lines like this one. */
static bool is_ours(const file *f, off_t at, off_t end, tc_slice line)
{
    uint8_t head[HEAD_BYTES];
    size_t want = TC_MIN(sizeof(head), (size_t)(end - at));
    if (pread(f->way.fd, head, want, at) != (ssize_t)want) return false;
    /* Bytes that a disk had not written when its power failed are zero. */
    return head[0] == 0 || (line.len >= want && memcmp(head, line.ptr, want) == 0);
}

/* Once for each file that is opened, before its first line. */
static void mend_end(file *f, tc_slice line)
{
    off_t end = lseek(f->way.fd, 0, SEEK_END);
    f->is_looked = true;
    off_t at = end > 0 ? find_line(f->way.fd, end) : end;
    if (end <= 0 || at < 0 || at == end) return;
    bool ours = is_ours(f, at, end, line);
    /* Nobody else has written meanwhile. */
    bool same = lseek(f->way.fd, 0, SEEK_END) == end;
    f->has_half = !(ours && same && ftruncate(f->way.fd, at) == 0);
}

/* -- writing --------------------------------------------------------------------------------- */

/* A pipe that is full has room again when somebody reads. */
static bool wait_for_room(const file *f)
{
    uint64_t deadline = tc_patience_ms(f->way.patience) + f->way.receiver->timeout_ms;
    return tc_patience_wait(f->way.patience, f->way.fd, POLLOUT, deadline) == TC_WAIT_READY;
}

/* 0, or the errno; *ret_done is what was written. */
static int write_all(const file *f, size_t *ret_done)
{
    while (*ret_done < f->line.len) {
        ssize_t n = write(f->way.fd, f->line.data + *ret_done, f->line.len - *ret_done);
        if (n > 0)
            *ret_done += (size_t)n;
        else if (n == 0)
            return ENOSPC;
        else if (errno != EINTR && !(errno == EAGAIN && !f->is_regular && wait_for_room(f)))
            return errno != 0 ? errno : EAGAIN;
    }
    return 0;
}

/* 0, or the errno. */
static int append(file *f)
{
    size_t done = 0;
    off_t before = f->is_regular ? lseek(f->way.fd, 0, SEEK_END) : 0;
    if (before < 0) return errno;
    int problem = write_all(f, &done);
    f->has_half = problem != 0 && done > 0 && !f->is_regular;
    if (problem != 0 && done > 0 && f->is_regular && ftruncate(f->way.fd, before) < 0) return EIO;
    return problem;
}

static tc_answer send_line(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    file *f = state;
    if (f->way.fd >= 0 && !is_same(f)) {
        (void)fdatasync(f->way.fd); /* of a file that was turned away or removed */
        tc_at_once_drop(&f->way);
    }
    if (f->way.fd < 0 && !open_file(f, reterr)) return TC_LATER;
    tc_str_clear(&f->line);
    if (!f->is_looked) mend_end(f, parcel->text);
    if (f->has_half) tc_str_add_byte(&f->line, '\n');
    tc_str_add(&f->line, parcel->text);
    tc_str_add_byte(&f->line, '\n');
    if (tc_failed(tc_str_status(&f->line))) {
        (void)tc_fail(reterr, TC_ENOMEM, "out of memory");
        return TC_LATER;
    }
    int problem = append(f);
    if (problem == 0) {
        f->way.taken++;
        return TC_TAKEN;
    }
    (void)tc_fail_sys(reterr, problem, f->way.receiver->path, "cannot write");
    tc_at_once_drop(&f->way);
    return TC_LATER;
}

/* Settled is what the disk has. */
static bool settle(void *state, size_t *ret_more, tc_error *reterr)
{
    file *f = state;
    *ret_more = 0;
    bool is_open = f->way.fd >= 0 && f->is_regular;
    if (f->way.taken > 0 && is_open && fdatasync(f->way.fd) < 0) {
        (void)tc_fail_sys(reterr, errno, f->way.receiver->path, "cannot write");
        tc_at_once_drop(&f->way);
        f->way.taken = 0;
        return false;
    }
    return tc_at_once_settle(state, ret_more, reterr);
}

const tc_transport tc_transport_file = {
    .scheme = "file",
    .window = 500,
    .open = open_state,
    .send = send_line,
    .settle = settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = close_state,
};
