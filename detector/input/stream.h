/*
 * stream: the decoded bytes of one file, in order.
 *
 * Takes what lies there (plain or gzip, UTF-8 with or without a mark, UTF-16) and gives UTF-8
 * without a mark. Several gzip members follow one another as RFC 1952 allows; zeros behind the last
 * are padding. Damage is told only after everything before it was delivered. Memory is fixed,
 * whatever the input; a gzip that swells beyond all measure is stopped (TC_STREAM_RATIO,
 * TC_STREAM_OUTPUT_MAX).
 *
 * A file that ends before the size it is known to have had is a failure, not an end: it shrank
 * while it was read. One that grew is read as far as it goes.
 *
 * A stream is reused for file after file. It owns the descriptor from start to stop.
 */
#ifndef TC_INPUT_STREAM_H
#define TC_INPUT_STREAM_H

#include "parsers/base/slice.h"

/* Beyond TC_STREAM_RATIO_FROM bytes of output a gzip may not hold more than this many times its own
 * size; logs compress by 10 to 40. */
#define TC_STREAM_RATIO 200u
#define TC_STREAM_RATIO_FROM (UINT64_C(10) << 20)
#define TC_STREAM_OUTPUT_MAX (UINT64_C(64) << 30)

#define TC_STREAM_MAGIC 16

typedef struct tc_stream tc_stream;

/* What the first bytes of the file said. */
typedef struct tc_stream_kind {
    bool compressed;
    bool utf16;
    uint32_t bom; /* bytes of the mark that was dropped */
    /* The first bytes as they lie there (unpacked, but not decoded); zeros behind the end. */
    uint8_t magic[TC_STREAM_MAGIC];
} tc_stream_kind;

/* NULL without memory. */
tc_stream *tc_stream_new(void) TC_MUST_USE;
/* Stops and frees; NULL is fine. */
void tc_stream_free(tc_stream *stream);
/* Begins to read from the descriptor, which the stream owns from now on, also on failure. The file
 * has `least` bytes or more (0 if that is not known). */
TC_STATUS tc_stream_start(tc_stream *stream, int fd, uint64_t least, tc_error *reterr);
/* For a binary format, before anything was taken: the bytes are given as they lie there (unpacked),
 * whatever their beginning looks like. */
void tc_stream_undecoded(tc_stream *stream);
/* Closes the descriptor. */
void tc_stream_stop(tc_stream *stream);
tc_stream_kind tc_stream_kind_of(const tc_stream *stream);
/* The descriptor being read; -1 when stopped. For pread only. */
int tc_stream_fd(const tc_stream *stream);

/* Puts decoded bytes to out until fewer than four bytes of room are left, or the end. *ret_end: no
 * more will come. room must be at least 4. A failure (read error, damage) leaves *ret_got 0 and
 * repeats itself when asked again: what was decoded before it came with earlier calls. */
TC_STATUS tc_stream_fill(tc_stream *stream, uint8_t *out, size_t room, size_t *ret_got,
                         bool *ret_end, tc_error *reterr);

/* Whether what failed are the compressed data themselves, so that every reading ends there, and not
 * the system, which may give more another time. */
bool tc_stream_damaged(const tc_stream *stream);

#endif
