/*
 * live_place: where reading goes on in a stream, as it is saved and noted. For live_stream.c and
 * live_rings.c alone.
 *
 * The place of a log is the reader's; that of a file of a ring holds what the ring needs, too, and
 * its bytes are wanted again from further back.
 */
#ifndef TC_LIVE_LIVE_PLACE_H
#define TC_LIVE_LIVE_PLACE_H

#include "detector/live/live_stream.h"

/* Whether what was saved is the place of a file of a ring; *ret_back: with bytes to be read again.
 */
bool tc_live_place_is_ring(tc_slice place, bool *ret_back);
/* Loads it into the reader that was just made, and into the file of a ring. */
TC_STATUS tc_live_place_load(tc_live_stream *stream, tc_slice place, tc_error *reterr);
/* Notes where reading goes on behind what was handed over. */
TC_STATUS tc_live_place_note(tc_live_context *context, tc_live_stream *stream, tc_note_kind kind);

#endif
