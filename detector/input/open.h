/*
 * open: opens again what the inventory found.
 */
#ifndef TC_INPUT_OPEN_H
#define TC_INPUT_OPEN_H

#include "detector/input/input.h"
#include "detector/input/stream.h"

/* Starts the stream on the source's file, which must still be as long as it was at the inventory;
 * TC_EIO with the path in reterr->source if it cannot be opened any more or has become something
 * else than a file. */
TC_STATUS tc_source_start(const tc_source *source, tc_stream *stream, tc_error *reterr);

#endif
