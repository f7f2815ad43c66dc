/*
 * Lines at the end of a file. When its name leads to another file, or to none, as after logrotate,
 * it is opened anew. A line that found no room is taken back, so that none stands there half.
 */
#include "detector/send/at_once.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES ((size_t)4 << 20)

typedef struct file {
    tc_at_once way;
    tc_str line;
    dev_t device;
    ino_t inode;
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
    return stat(f->way.receiver->path, &s) == 0 && s.st_dev == f->device && s.st_ino == f->inode;
}

static bool open_file(file *f, tc_error *reterr)
{
    const char *path = f->way.receiver->path;
    struct stat s;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    if (fd < 0) {
        (void)tc_fail_sys(reterr, errno, path, "cannot open");
        return false;
    }
    if (fstat(fd, &s) != 0) {
        (void)tc_fail_sys(reterr, errno, path, "cannot look at it");
        close(fd);
        return false;
    }
    if (!S_ISREG(s.st_mode)) {
        (void)tc_fail(reterr, TC_EIO, "%s is no ordinary file", path);
        close(fd);
        return false;
    }
    f->way.fd = fd;
    f->device = s.st_dev;
    f->inode = s.st_ino;
    return true;
}

/* 0, or the errno; nothing of the line is left there then. */
static int append(file *f)
{
    off_t before = lseek(f->way.fd, 0, SEEK_END);
    size_t done = 0;
    if (before < 0) return errno;
    while (done < f->line.len) {
        ssize_t n = write(f->way.fd, f->line.data + done, f->line.len - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int problem = n < 0 ? errno : ENOSPC;
            if (done > 0 && ftruncate(f->way.fd, before) < 0) return EIO;
            return problem;
        }
        done += (size_t)n;
    }
    return 0;
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
    if (f->way.taken > 0 && f->way.fd >= 0 && fdatasync(f->way.fd) < 0) {
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
