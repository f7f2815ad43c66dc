/*
 * nest: where a member of an archive stands, and the way to its bytes.
 *
 * A nest is one archive: a file of its own, or a member of the nest around it; at most
 * TC_NEST_DEPTH of them in one another. A member is its nest and its number among the members. A
 * walker has the archives on one such way open, each at some member, and goes forward: an archive
 * is not read again from its beginning unless a member is wanted that has gone by. Nothing is ever
 * unpacked to disk.
 *
 * Whoever wants a member (tc_nest_open) takes the walker that the outermost archive keeps, and puts
 * it back when the member is closed; if somebody else has it, a new one is made. So readers may be
 * on different threads. Nests live as long as the input and are its memory.
 */
#ifndef TC_INPUT_NEST_H
#define TC_INPUT_NEST_H

#include "detector/input/stream.h"
#include "detector/input/unarchive.h"
#include "parsers/base/time.h"

#include <stdatomic.h>

#define TC_NEST_DEPTH 3

typedef struct tc_nest {
    struct tc_nest *outer;  /* NULL: a file */
    struct tc_nest *root;   /* the outermost, which may be itself */
    uint64_t number;        /* in outer */
    size_t depth;           /* 0: a file */
    const char *path;       /* of the root's file */
    uint64_t size;          /* of that file */
    tc_layers layers;       /* the packings that the archive lies in */
    bool raw;               /* packed, and perhaps no archive */
    struct tc_nest *before; /* of the root: whoever made it may make a list */
    /* Of the root: the earliest log in it, by which all of them are put in order, one behind the
     * other as they stand there; how many there are; and a walker that nobody uses. */
    tc_time first;
    uint64_t key;
    uint64_t logs;
    _Atomic(struct tc_walker *) walker;
} tc_nest;

typedef struct tc_walker tc_walker;

/* NULL without memory. */
tc_walker *tc_walker_new(void) TC_MUST_USE;
void tc_walker_free(tc_walker *walker);
/* Opens the nest's archive, whose outer one is the innermost that is open and stands at it. `ready`
 * (owned from now on) is a started stream with its packings, or NULL: then it is made here. */
TC_STATUS tc_walker_enter(tc_walker *walker, tc_nest *nest, tc_stream *ready, tc_error *reterr);
/* Closes the innermost. */
void tc_walker_leave(tc_walker *walker);
/* The innermost archive's next member and its bytes, as unarchive.h promises. */
TC_STATUS tc_walker_next(tc_walker *walker, tc_archived *ret, bool *ret_more, tc_error *reterr);
tc_bytes tc_walker_data(tc_walker *walker);

/* The bytes of a member, which need to be closed. TC_EIO if it is not there any more. */
TC_STATUS tc_nest_open(tc_nest *nest, uint64_t number, tc_bytes *ret, tc_error *reterr);
/* Frees the walker that is kept. */
void tc_nest_done(tc_nest *root);

#endif
