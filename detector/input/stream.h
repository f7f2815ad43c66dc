/*
 * stream: the decoded bytes of one file, in order, as a stack of layers (bytes.h) gives them.
 *
 * The lowest layer is the file; what is packed gets one layer for each packing, each under a cap; a
 * byte order mark and UTF-16 get theirs. Which of them a file needs is found out by looking at its
 * first bytes (sniff.h) and remembered with the source, so that every later reading is made in the
 * same way. What comes out is UTF-8 without a mark. Memory is bounded, whatever the input (cap.h).
 *
 * A stream is reused for file after file. It owns the descriptor from start to stop.
 */
#ifndef TC_INPUT_STREAM_H
#define TC_INPUT_STREAM_H

#include "detector/input/bytes.h"
#include "detector/input/cap.h"
#include "detector/input/packing.h"
#include "detector/input/utf16.h"

typedef struct tc_stream tc_stream;

/* What stands on a file, from below. */
typedef struct tc_layers {
    const tc_packing *packings[TC_CAP_DEPTH]; /* of the file first; NULL behind the last */
    tc_encoding encoding;
    uint32_t mark; /* bytes of the byte order mark that is dropped */
} tc_layers;

/* NULL without memory. */
tc_stream *tc_stream_new(void) TC_MUST_USE;
/* Stops and frees; NULL is fine. */
void tc_stream_free(tc_stream *stream);
/* Begins to read from the descriptor, which the stream owns from now on, as it lies there. The file
 * has `least` bytes or more (0 if that is not known). */
void tc_stream_start(tc_stream *stream, int fd, uint64_t least);
/* The same on a layer that is somebody else's and never IDLE. */
void tc_stream_start_on(tc_stream *stream, tc_bytes below);
/* Puts these layers on what stands there. The first bytes may have been looked at. */
TC_STATUS tc_stream_add(tc_stream *stream, const tc_layers *layers, tc_error *reterr);
/* If it is a capture that stands there, it goes on from the others of the chain, which was entered
 * for it and outlives the reading. Nothing was read. */
void tc_stream_join(tc_stream *stream, struct tc_chain *chain);
/* Closes the descriptor. */
void tc_stream_stop(tc_stream *stream);
/* The descriptor being read; -1 when stopped. For pread only. */
int tc_stream_fd(const tc_stream *stream);

/* The first bytes that come out of what stands there now, at most TC_PEEK_SIZE; waits for them.
 * *ret_whole: nothing follows them. They stay to be read. At most once for each layer. */
tc_slice tc_stream_peek(tc_stream *stream, bool *ret_whole);
/* Puts one unpacker, under its cap, on what stands there: at most TC_CAP_DEPTH of them. */
TC_STATUS tc_stream_unpack(tc_stream *stream, const tc_packing *packing, tc_error *reterr);
/* Puts on what makes UTF-8 without a mark of it. */
TC_STATUS tc_stream_decode(tc_stream *stream, tc_encoding encoding, uint32_t mark,
                           tc_error *reterr);

/* Puts at least one byte into room (at least one), or sets *ret_end: no more will come. Waits where
 * there is nothing yet. A failure (read error, damage, a cap) leaves *ret_got 0 and repeats itself
 * when asked again: what was decoded before it came with earlier calls. */
TC_STATUS tc_stream_fill(tc_stream *stream, uint8_t *out, size_t room, size_t *ret_got,
                         bool *ret_end, tc_error *reterr);

/* Whether what failed are the packed data themselves, so that every reading ends there, and not the
 * system, which may give more another time. */
bool tc_stream_damaged(const tc_stream *stream);

#endif
