/*
 * peek: looks at the first bytes of the layer below without taking them from the layer above.
 *
 * What packs and encodes a file shows in its first bytes, and a pipe gives them once only.
 */
#ifndef TC_INPUT_PEEK_H
#define TC_INPUT_PEEK_H

#include "detector/input/bytes.h"

enum { TC_PEEK_SIZE = 4096 };

typedef struct tc_peek {
    tc_bytes below;
    size_t from, to; /* of bytes[], not handed on yet */
    uint8_t bytes[TC_PEEK_SIZE];
} tc_peek;

tc_bytes tc_peek_start(tc_peek *peek, tc_bytes below);
/* Reads until all of TC_PEEK_SIZE bytes are there (MORE) or the layer below says something else;
 * after IDLE it may be called again. Not to be called once the layer above has read. */
TC_BYTES_RESULT tc_peek_look(tc_peek *peek);
/* What was seen so far. */
tc_slice tc_peek_head(const tc_peek *peek);

#endif
