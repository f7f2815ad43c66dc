/*
 * open: opens again what the inventory found.
 */
#ifndef TC_INPUT_OPEN_H
#define TC_INPUT_OPEN_H

#include "detector/input/state.h"

/* Starts the stream on the entry's file, with the layers that it needed at the inventory and at
 * least the length that it had then; TC_EIO with the path in reterr->source if it cannot be opened
 * any more or has become something else than a file. */
TC_STATUS tc_entry_start(const tc_entry *entry, tc_stream *stream, tc_error *reterr);

#endif
