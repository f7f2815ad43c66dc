/*
 * unpacking: what a packed file holds, in turns. Private to detector/follow; the lane's own.
 *
 * A packed file is read when it has not changed for two walks' time: it is not written any more.
 * One at a time is unpacked, some MiB a turn. Bytes up to the place that a stream was read to are
 * compared and dropped. Bounds are those of detector/input/cap.h.
 */
#ifndef TC_FOLLOW_UNPACKING_H
#define TC_FOLLOW_UNPACKING_H

#include "detector/follow/state.h"
#include "detector/input/cap.h"
#include "detector/input/file.h"
#include "detector/input/unpack.h"

typedef struct tc_unpacking {
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
} tc_unpacking;

tc_turned tc_unpacking_turn(tc_lane *lane, tc_followed *file);
/* The file is forgotten; under the lock. What is open is closed with the next leave. */
void tc_unpacking_forget(tc_unpacking *unpacking, const tc_followed *file);
/* Lets go of the file. */
void tc_unpacking_leave(tc_unpacking *unpacking);
void tc_unpacking_done(tc_unpacking *unpacking);

#endif
