/*
 * bytes: a reader of bytes, of which a stack is made.
 *
 * A file, what unpacks, what decodes: each is one small file that reads from the one below it and
 * is read in the same way by the one above it. The contract:
 *
 *   MORE    *ret_got of them, at least one, stand in the buffer; ask again
 *   IDLE    nothing now, but something may come: a pipe whose writer is slow, a log that grows
 *   END     nothing will come any more
 *   FAILED  nothing will come any more, and something may be missing: *reterr says what
 *
 * *ret_got is 0 unless MORE. END and FAILED stick: asked again, a layer says the same in the same
 * words. A failure comes after everything before it was delivered. Any room from one byte on will
 * do. A layer blocks only in the system's read of a regular file; who cannot go on without bytes
 * waits where it knows for what (tc_stream_fill).
 *
 * Layers are the caller's storage. close closes the layer and all below it; what a layer keeps for
 * its next use (buffers, a decoder) is freed by its own _done.
 */
#ifndef TC_INPUT_BYTES_H
#define TC_INPUT_BYTES_H

#include "parsers/base/slice.h"

typedef enum tc_bytes_result {
    TC_BYTES_MORE = 0,
    TC_BYTES_IDLE,
    TC_BYTES_END,
    TC_BYTES_FAILED,
} tc_bytes_result;

#define TC_BYTES_RESULT TC_MUST_USE tc_bytes_result

typedef struct tc_bytes {
    void *context;
    TC_BYTES_RESULT(*read)
    (void *context, uint8_t *buffer, size_t room, size_t *ret_got, tc_error *reterr);
    void (*close)(void *context);
} tc_bytes;

/* Reads into room (at least one) bytes; a NULL reterr is fine. */
TC_BYTES_RESULT tc_bytes_read(tc_bytes from, uint8_t *buffer, size_t room, size_t *ret_got,
                              tc_error *reterr);
/* Closes the layer and all below it; of no layer is fine. */
void tc_bytes_close(tc_bytes bytes);

/* Tells a failure that a layer has kept. */
TC_BYTES_RESULT tc_bytes_tell(const tc_error *failure, tc_error *reterr);

#endif
