#include "detector/input/open.h"

#include "detector/input/discover.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static TC_STATUS refuse(const tc_source *source, tc_error *reterr, const char *text, int sys)
{
    /* The path is NUL-terminated (inventory). */
    return tc_fail_sys(reterr, sys, (const char *)source->path.ptr, "%s", text);
}

static TC_STATUS start_member(const tc_entry *entry, tc_stream *stream, tc_error *reterr)
{
    tc_bytes bytes;
    tc_status status = tc_nest_open(entry->nest, entry->number, &bytes, reterr);
    if (!tc_failed(status)) {
        tc_stream_start_on(stream, bytes);
        status = tc_stream_add(stream, &entry->layers, reterr);
    }
    if (tc_failed(status)) tc_error_set_path(reterr, entry->source.path);
    return status;
}

TC_STATUS tc_entry_start(const tc_entry *entry, tc_stream *stream, tc_error *reterr)
{
    const tc_source *source = &entry->source;
    /* The path is NUL-terminated (inventory). */
    const char *path = (const char *)source->path.ptr;
    struct stat st;
    if (reterr) *reterr = (tc_error){0};
    if (entry->nest) return start_member(entry, stream, reterr);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return refuse(source, reterr, "cannot open any more", errno);
    int sys = fstat(fd, &st) != 0 ? errno : 0;
    if (sys != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return refuse(source, reterr, sys ? "cannot look at it again" : "is no file any more", sys);
    }
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    uint64_t least = TC_MAX(source->size, (uint64_t)st.st_size);
    tc_stream_start(stream, fd, least);
    tc_status status = tc_stream_add(stream, &entry->layers, reterr);
    if (tc_failed(status)) tc_error_set_path(reterr, source->path);
    return status;
}
