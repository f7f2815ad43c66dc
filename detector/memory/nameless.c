#include "detector/memory/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int open_file(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    /* Not every file system can do that. */
    char name[4096];
    int length = snprintf(name, sizeof(name), "%s/tocsin-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof(name)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0) unlink(name);
    return file;
}

static TC_STATUS refused(const char *folder, int sys, tc_error *reterr)
{
    if (reterr) reterr->sys = sys;
    return tc_fail(
        reterr, TC_EIO,
        "cannot write a temporary file in '%.200s': %s; set TMPDIR to a folder with room", folder,
        strerrordesc_np(sys));
}

TC_STATUS tc_nameless_open(const char *folder, int *ret, tc_error *reterr)
{
    *ret = open_file(folder);
    return *ret >= 0 ? TC_SUCCESS : refused(folder, errno, reterr);
}

TC_STATUS tc_nameless_write(int file, const char *folder, const void *data, size_t length,
                            tc_error *reterr)
{
    const uint8_t *from = data;
    while (length) {
        ssize_t wrote = write(file, from, length);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return refused(folder, wrote < 0 ? errno : ENOSPC, reterr);
        from += wrote;
        length -= (size_t)wrote;
    }
    return TC_SUCCESS;
}

uint64_t tc_nameless_room(const char *folder)
{
    struct statvfs s;
    if (statvfs(folder, &s) != 0) return 0;
    return (uint64_t)s.f_bavail * s.f_frsize;
}
