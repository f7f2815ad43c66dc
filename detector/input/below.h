/*
 * below: the bytes that an archive library reads, and what it leaves of them.
 *
 * They are a stretch of a plain file, which may be read in any order, or those of a layer, as they
 * come. The library takes them in pieces and stops where it thinks that everything is over. What
 * stands behind is ours to look at: so the bytes just before the piece that was given last are
 * kept, and reading can go on from any of them.
 *
 * Owner: whoever has the struct; _done closes the descriptor. Refuses nothing: a failure of the
 * system or of the layer is kept in `failure`.
 */
#ifndef TC_INPUT_BELOW_H
#define TC_INPUT_BELOW_H

#include "detector/input/bytes.h"

typedef struct tc_below {
    tc_bytes bytes; /* of no plain file */
    int fd;         /* of one, else -1 */
    uint64_t to;    /* of a file: the end of the stretch */
    uint64_t at;    /* behind the byte that was taken last */
    uint8_t *room;
    size_t held;  /* bytes before `at` that stand in room[], at its end of what is filled */
    size_t end;   /* of what is filled */
    size_t again; /* of them, to be given again */
    tc_error failure;
} tc_below;

/* On the descriptor of a plain file of that size (owned from now on), or, if it is -1, on a layer.
 * False without memory. */
bool tc_below_start(tc_below *below, tc_bytes bytes, int fd, uint64_t size) TC_MUST_USE;
void tc_below_done(tc_below *below);

/* The next piece, which lives until the next call: its bytes, 0 at the end, -1 after a failure. */
int64_t tc_below_read(tc_below *below, const uint8_t **ret);
/* Goes on from there: anywhere in a file; in a layer from one of the last bytes (some thousand)
 * before the piece that was given last, or in it. False: they are gone. */
bool tc_below_go(tc_below *below, uint64_t position) TC_MUST_USE;
/* Whether so many (at most some thousand) bytes stand there, where going is possible. */
bool tc_below_has(tc_below *below, uint64_t position, size_t bytes);
/* Goes on behind the zeros that come next; whether anything stands there. */
bool tc_below_skip_zeros(tc_below *below);
/* Whether the next bytes (at most some thousand), which are given again, are these. */
bool tc_below_starts(tc_below *below, tc_slice bytes);

#endif
