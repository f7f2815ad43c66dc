/*
 * memory_file: a file without a disk, for what takes a path.
 *
 * Made anew for each write: what still maps the former one is not pulled away from under it. Linux.
 */
#ifndef TC_TESTS_FUZZ_MEMORY_FILE_H
#define TC_TESTS_FUZZ_MEMORY_FILE_H

#include "parsers/base/slice.h"

#include <sys/mman.h>
#include <unistd.h>

typedef struct memory_file {
    int descriptor; /* 0 = none yet */
    char path[40];
} memory_file;

static inline void memory_file_write(memory_file *file, tc_slice bytes)
{
    if (file->descriptor > 0) close(file->descriptor);
    file->descriptor = memfd_create("input", MFD_CLOEXEC);
    TC_ASSERT(file->descriptor > 0);
    TC_ASSERT(write(file->descriptor, bytes.ptr ? bytes.ptr : (const uint8_t *)"", bytes.len) ==
              (ssize_t)bytes.len);
    int length = snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->descriptor);
    TC_ASSERT(length > 0 && (size_t)length < sizeof(file->path));
}

#endif
