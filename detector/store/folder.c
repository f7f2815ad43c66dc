#include "detector/store/folder.h"

#include "parsers/base/slice.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PIECE 65536
#define LOCK_NAME "lock"

/* Numbers of the kernel's magic.h, and of file systems outside of it. */
static const uint64_t remote[] = {
    0x6969,     /* NFS */
    0xFF534D42, /* CIFS */
    0xFE534D42, /* SMB2 */
    0x517B,     /* SMB */
    0x65735546, /* FUSE: sshfs, s3fs and others */
    0x01021997, /* 9p */
    0x5346414F, /* AFS */
    0x6B414653, /* kAFS */
    0x73757245, /* Coda */
    0x00C36400, /* Ceph */
    0x0BD00BD0, /* Lustre */
    0x47504653, /* GPFS */
    0x7461636F, /* OCFS2 */
    0x01161970, /* GFS2 */
    0x564C,     /* NCP */
};

bool tc_folder_is_remote(uint64_t kind)
{
    for (size_t i = 0; i < TC_COUNT_OF(remote); i++)
        if (remote[i] == kind) return true;
    return false;
}

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS begin(tc_folder *f, const char *path, tc_error *reterr)
{
    f->at = f->lock = -1;
    tc_error_set_source(reterr, path, strlen(path));
    if (strlen(path) >= sizeof(f->path)) return tc_fail(reterr, TC_ELIMIT, "the path is too long");
    snprintf(f->path, sizeof(f->path), "%s", path);
    return TC_SUCCESS;
}

static TC_STATUS open_folder(tc_folder *f, struct stat *st, tc_error *reterr)
{
    f->at = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->at < 0) return tc_fail_sys(reterr, errno, NULL, "cannot open this folder");
    if (fstat(f->at, st) != 0) return tc_fail_sys(reterr, errno, NULL, "cannot look at it");
    return TC_SUCCESS;
}

static TC_STATUS check_place(const tc_folder *f, tc_error *reterr)
{
    struct statfs fs;
    if (fstatfs(f->at, &fs) != 0)
        return tc_fail_sys(reterr, errno, NULL, "cannot tell on which file system this lies");
    if (tc_folder_is_remote((uint64_t)fs.f_type & 0xFFFFFFFFu))
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "this folder lies on a network file system, where a crash can damage what "
                       "is kept; name one on a disk of this machine");
    return TC_SUCCESS;
}

static TC_STATUS check_owner(const tc_folder *f, const struct stat *st, tc_error *reterr)
{
    if (st->st_uid != geteuid())
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "this folder belongs to user %u, and this runs as user %u; run it as its "
                       "owner, or name another folder",
                       (unsigned)st->st_uid, (unsigned)geteuid());
    if (st->st_mode & (S_IWGRP | S_IWOTH))
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "others can write into this folder; take that away (chmod 700)");
    if ((st->st_mode & 077) != 0 && fchmod(f->at, 0700) != 0)
        return tc_fail_sys(reterr, errno, NULL, "cannot keep others out of this folder");
    return TC_SUCCESS;
}

static TC_STATUS take_lock(tc_folder *f, tc_error *reterr)
{
    f->lock = openat(f->at, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->lock < 0) return tc_fail_sys(reterr, errno, NULL, "cannot write into this folder");
    if (flock(f->lock, LOCK_EX | LOCK_NB) == 0) return TC_SUCCESS;
    if (errno == EWOULDBLOCK)
        return tc_fail_sys(reterr, EBUSY, NULL, "another tocsin keeps its state here now");
    return tc_fail_sys(reterr, errno, NULL, "cannot lock this folder");
}

static TC_STATUS claim(tc_folder *f, tc_error *reterr)
{
    struct stat st;
    if (mkdir(f->path, 0700) != 0 && errno != EEXIST)
        return tc_fail_sys(reterr, errno, NULL, "cannot make this folder");
    TC_TRY(open_folder(f, &st, reterr));
    TC_TRY(check_place(f, reterr));
    TC_TRY(check_owner(f, &st, reterr));
    return take_lock(f, reterr);
}

TC_STATUS tc_folder_open(tc_folder *f, const char *path, tc_error *reterr)
{
    TC_TRY(begin(f, path, reterr));
    tc_status status = claim(f, reterr);
    if (tc_failed(status)) tc_folder_close(f);
    return status;
}

TC_STATUS tc_folder_look(tc_folder *f, const char *path, bool *ret_used, tc_error *reterr)
{
    struct stat st;
    *ret_used = false;
    TC_TRY(begin(f, path, reterr));
    TC_TRY(open_folder(f, &st, reterr));
    int lock = openat(f->at, LOCK_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0) return TC_SUCCESS;
    *ret_used = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(lock);
    return TC_SUCCESS;
}

void tc_folder_close(tc_folder *f)
{
    if (f->lock >= 0) (void)close(f->lock);
    if (f->at >= 0) (void)close(f->at);
    f->at = f->lock = -1;
}

/* -- names ---------------------------------------------------------------------------------- */

const char *tc_folder_path(const tc_folder *f, const char *name, char out[TC_FOLDER_PATH])
{
    TC_ASSERT(strlen(name) < TC_FOLDER_NAME - 1);
    snprintf(out, TC_FOLDER_PATH, "%s/%s", f->path, name);
    return out;
}

static void name_it(const tc_folder *f, const char *name, tc_error *reterr)
{
    char path[TC_FOLDER_PATH];
    (void)tc_folder_path(f, name, path);
    tc_error_set_source(reterr, path, strlen(path));
}

TC_STATUS tc_folder_find(const tc_folder *f, const char *name, bool *ret_there, uint64_t *ret_size,
                         tc_error *reterr)
{
    struct stat st;
    *ret_there = false;
    *ret_size = 0;
    name_it(f, name, reterr);
    if (fstatat(f->at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? TC_SUCCESS : tc_fail_sys(reterr, errno, NULL, "cannot look at it");
    if (!S_ISREG(st.st_mode)) return tc_fail(reterr, TC_EUNSUPPORTED, "this is no file");
    *ret_there = true;
    *ret_size = (uint64_t)st.st_size;
    return TC_SUCCESS;
}

/* A file of another owner may change, or not be ours to write, at any time. */
TC_STATUS tc_folder_touch(const tc_folder *f, const char *name, tc_error *reterr)
{
    struct stat st;
    int file = openat(f->at, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    name_it(f, name, reterr);
    if (file < 0) return tc_fail_sys(reterr, errno, NULL, "cannot write it");
    tc_status status = TC_SUCCESS;
    if (fstat(file, &st) != 0)
        status = tc_fail_sys(reterr, errno, NULL, "cannot look at it");
    else if (!S_ISREG(st.st_mode))
        status = tc_fail(reterr, TC_EUNSUPPORTED, "this is no file");
    else if (st.st_uid != geteuid())
        status = tc_fail(reterr, TC_EUNSUPPORTED, "this file belongs to another user (%u)",
                         (unsigned)st.st_uid);
    else if ((st.st_mode & 077) != 0 && fchmod(file, 0600) != 0)
        status = tc_fail_sys(reterr, errno, NULL, "cannot keep others out of this file");
    (void)close(file);
    return status;
}

TC_STATUS tc_folder_sync(const tc_folder *f, tc_error *reterr)
{
    if (fsync(f->at) == 0 || errno == EINVAL) return TC_SUCCESS;
    return tc_fail_sys(reterr, errno, f->path, "cannot write the folder to disk");
}

void tc_folder_remove(const tc_folder *f, const char *name)
{
    (void)unlinkat(f->at, name, 0);
}

TC_STATUS tc_folder_each(const tc_folder *f, void (*name)(void *context, const char *name),
                         void *context, tc_error *reterr)
{
    int copy = openat(f->at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (folder == NULL) {
        int sys = errno;
        if (copy >= 0) (void)close(copy);
        return tc_fail_sys(reterr, sys, f->path, "cannot list the folder");
    }
    int sys = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        if (entry == NULL) sys = errno;
        if (entry == NULL) break;
        name(context, entry->d_name);
    }
    (void)closedir(folder);
    return sys ? tc_fail_sys(reterr, sys, f->path, "cannot list the folder") : TC_SUCCESS;
}

/* -- what is damaged ------------------------------------------------------------------------ */

static bool is_free(const tc_folder *f, const char *name)
{
    struct stat st;
    if (fstatat(f->at, name, &st, AT_SYMLINK_NOFOLLOW) == 0) return false;
    return errno == ENOENT; /* what cannot be looked at is not free */
}

static void new_name(const tc_folder *f, const char *name, tc_time now, char ret[TC_FOLDER_NAME])
{
    char time[TC_TIME_TEXT];
    unsigned again = 0;
    (void)tc_time_format_ms(now, time);
    do {
        int length = snprintf(ret, TC_FOLDER_NAME, "%s.broken-%.19sZ", name, time);
        if (again) snprintf(ret + length, TC_FOLDER_NAME - (size_t)length, ".%u", again);
        again++;
    } while (!is_free(f, ret) && again < 1000);
}

static TC_STATUS move(const tc_folder *f, const char *name, const char *to, const char *suffix,
                      tc_error *reterr)
{
    char from_name[TC_FOLDER_NAME + 8], to_name[TC_FOLDER_NAME + 8];
    snprintf(from_name, sizeof(from_name), "%s%s", name, suffix);
    snprintf(to_name, sizeof(to_name), "%s%s", to, suffix);
    if (renameat(f->at, from_name, f->at, to_name) == 0 || errno == ENOENT) return TC_SUCCESS;
    name_it(f, name, reterr);
    return tc_fail_sys(reterr, errno, NULL, "this is damaged, and cannot be set aside");
}

TC_STATUS tc_folder_set_aside(const tc_folder *f, const char *name, tc_time now,
                              char ret[TC_FOLDER_NAME], tc_error *reterr)
{
    TC_ASSERT(strlen(name) < TC_FOLDER_NAME / 2);
    new_name(f, name, now, ret);
    TC_TRY(move(f, name, ret, "", reterr));
    TC_TRY(move(f, name, ret, "-wal", reterr));
    TC_TRY(move(f, name, ret, "-shm", reterr));
    return tc_folder_sync(f, reterr);
}

/* -- after a failed sync -------------------------------------------------------------------- */

static bool rewrite(int file, int *ret_sys)
{
    uint8_t piece[PIECE];
    off_t at = 0;
    for (;;) {
        ssize_t got = pread(file, piece, sizeof(piece), at);
        if (got == 0) break;
        if (got > 0) got = pwrite(file, piece, (size_t)got, at);
        if (got < 0 && errno == EINTR) continue;
        *ret_sys = errno;
        if (got <= 0) return false;
        at += got;
    }
    *ret_sys = 0;
    if (fsync(file) == 0) return true;
    *ret_sys = errno;
    return false;
}

TC_STATUS tc_folder_rewrite(const tc_folder *f, const char *name, tc_error *reterr)
{
    int sys = 0;
    int file = openat(f->at, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 && errno == ENOENT) return TC_SUCCESS;
    name_it(f, name, reterr);
    if (file < 0) return tc_fail_sys(reterr, errno, NULL, "cannot write it");
    bool done = rewrite(file, &sys);
    (void)close(file);
    return done ? TC_SUCCESS : tc_fail_sys(reterr, sys, NULL, "cannot write it to disk");
}
