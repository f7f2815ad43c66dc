/*
 * live_reader: a reader of a source that grows while it is read.
 *
 * It reads from a layer that is somebody else's (a followed file), which may have nothing now, and
 * hands out what stands there as blocks of whole records; half a record waits until the rest comes,
 * or until the caller says that it has waited long enough. Where it stands can be saved between any
 * two blocks, with all that later records need (the carry), and reading goes on from what is loaded
 * as if it had never stopped: in this process or another, at the byte that it names.
 *
 * Made, loaded if there is something to go on from, given its bytes, then polled. The bytes are
 * those of the file, or of what it is packed with unpacked: UTF-16 is decoded here. One thread; a
 * reader that only waits holds little more than what is not framed yet.
 */
#ifndef TC_INPUT_LIVE_READER_H
#define TC_INPUT_LIVE_READER_H

#include "detector/input/bytes.h"
#include "detector/input/input.h"

typedef enum tc_live_result {
    TC_LIVE_BLOCK,  /* whole records, or bytes that were booked */
    TC_LIVE_IDLE,   /* nothing now */
    TC_LIVE_END,    /* nothing will come any more, and all of it was handed out */
    TC_LIVE_FAILED, /* the same, but not all of it could be read: *reterr says why */
} tc_live_result;

#define TC_LIVE_RESULT TC_MUST_USE tc_live_result

/* At the beginning of a readable source. */
TC_STATUS tc_live_reader_new(const tc_input *input, size_t index, size_t block_size,
                             tc_reader **ret, tc_error *reterr);
/* Section of the caller: where the reader stands. A reader whose load failed can only be closed. */
void tc_live_reader_visit(tc_reader *reader, tc_visit *visit);
/* The offset in the file of the first byte that is not framed yet: where the bytes must begin that
 * it is given. A byte order mark stands before the first. */
uint64_t tc_live_reader_offset(const tc_reader *reader);
/* The layer is closed with the reader. */
TC_STATUS tc_live_reader_attach(tc_reader *reader, tc_bytes from, tc_error *reterr);
/* Fills the block as tc_reader_next does. `flush`: what stands there and is no whole record is
 * taken for the last one. */
TC_LIVE_RESULT tc_live_reader_poll(tc_reader *reader, bool flush, tc_block *block,
                                   tc_error *reterr);
/* Bytes that were read and not framed: half a record, after IDLE. */
size_t tc_live_reader_waiting(const tc_reader *reader);

#endif
