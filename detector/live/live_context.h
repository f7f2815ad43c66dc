/*
 * live_context: what all streams of a run that goes on share, and what was known of them before.
 * For live_*.c of the feed alone; on the feed's thread.
 */
#ifndef TC_LIVE_LIVE_CONTEXT_H
#define TC_LIVE_LIVE_CONTEXT_H

#include "detector/follow/follow.h"
#include "detector/input/input.h"
#include "detector/live/live_notes.h"
#include "parsers/base/map.h"

typedef struct tc_live_known {
    uint32_t source;
    uint64_t blocks; /* that were handed over in this process */
    tc_slice place;  /* owned */
} tc_live_known;

typedef struct tc_live_rings tc_live_rings;

/* What all streams share. */
typedef struct tc_live_context {
    tc_input *input;
    tc_follow *follow;
    struct tc_receive *receive; /* NULL: no inputs */
    tc_notes *notes;
    tc_live_rings *rings;
    const char *const *paths;
    size_t path_count, block_size;
    tc_time now;
    tc_map *known; /* key -> place in `places` */
    tc_live_known *places;
    size_t place_count, place_capacity;
    size_t awaited; /* places of rings with bytes to be read again that were not found yet */
} tc_live_context;

void tc_live_context_done(tc_live_context *context);
/* The source and the place of what the key is of, instead of what was known of it. */
TC_STATUS tc_live_context_know(tc_live_context *context, uint64_t key, uint32_t source,
                               tc_slice place);
/* Its place in `places`; NULL: not known. */
const uint64_t *tc_live_context_find(const tc_live_context *context, uint64_t key);
/* What was known under the key has gone. */
void tc_live_context_forget(tc_live_context *context, uint64_t key);
/* Notes a sentence about a path. */
TC_STATUS tc_live_say(tc_live_context *context, tc_note_kind kind, tc_slice path, const char *what);

/* Copies of texts. */
TC_STATUS tc_live_slice_copy(tc_slice text, tc_slice *ret);
void tc_live_slice_free(tc_slice *owned);

#endif
