/*
 * unpacker: what a lane unpacks a file with, and where it is in it. Private to detector/follow; the
 * lane's own.
 *
 * It stands below the lane, which has one, and below the files that are forgotten. What is read
 * with it, and when, is told by unpacking.h.
 */
#ifndef TC_FOLLOW_UNPACKER_H
#define TC_FOLLOW_UNPACKER_H

#include "detector/follow/state.h"
#include "detector/input/cap.h"
#include "detector/input/file.h"
#include "detector/input/unpack.h"

typedef struct tc_unpacker {
    tc_followed *file; /* NULL: none */
    bool open;         /* its layers stand */
    tc_file source;
    tc_unpack unpack;
    tc_cap cap;
    tc_bytes top;
    uint64_t at;                   /* bytes unpacked */
    tc_followed *candidate;        /* up to whose tail bytes are compared; NULL: the file's own */
    uint8_t before[TC_PRINT_HEAD]; /* the bytes before `at`, as tc_print_from wants them */
    size_t before_length;
} tc_unpacker;

/* The file is forgotten; under the lock. What is open is closed with the next leave. */
void tc_unpacker_forget(tc_unpacker *unpacker, const tc_followed *file);
/* Lets go of the file. */
void tc_unpacker_leave(tc_unpacker *unpacker);
void tc_unpacker_done(tc_unpacker *unpacker);

#endif
