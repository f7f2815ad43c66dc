/*
 * file: the bytes of a descriptor, the lowest layer.
 *
 * A descriptor that must not block is IDLE when it has nothing; wait with poll(2). A file that ends
 * before the size it is known to have had is a failure, not an end: it shrank while it was read.
 * One that grew is read as far as it goes.
 */
#ifndef TC_INPUT_FILE_H
#define TC_INPUT_FILE_H

#include "detector/input/bytes.h"

typedef struct tc_file {
    int fd;         /* -1 when closed */
    uint64_t taken; /* bytes that it gave */
    uint64_t least; /* that it must give */
    bool ended;
    tc_error failure;
} tc_file;

/* Begins to read from the descriptor, which the layer owns from now on. The file has `least` bytes
 * or more (0 if that is not known). */
tc_bytes tc_file_start(tc_file *file, int fd, uint64_t least);

#endif
