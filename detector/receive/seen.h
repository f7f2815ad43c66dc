/*
 * seen: which records came lately, so that one that is sent again counts once.
 *
 * An agent sends again what was not acknowledged, and it cannot know of the last window before a
 * break whether it was taken in. So the identities of the last TC_SEEN_KEPT to twice as many
 * records are remembered, in two generations: when the younger is full, the elder is forgotten.
 * Those that a commit holds are kept with it, in pieces that are written while they fill; what
 * was only announced is known to this process alone. Fixed memory; one thread.
 */
#ifndef TC_RECEIVE_SEEN_H
#define TC_RECEIVE_SEEN_H

#include "parsers/base/slice.h"

#define TC_SEEN_KEPT ((size_t)1 << 17)
#define TC_SEEN_PIECE ((size_t)512)
#define TC_SEEN_PIECES (TC_SEEN_KEPT / TC_SEEN_PIECE)
#define TC_SEEN_SLOTS (2 * TC_SEEN_PIECES)

typedef struct tc_seen tc_seen;

/* One piece, as it is kept: which one of all there ever were, and the identities in it. */
typedef struct tc_seen_piece {
    uint64_t number;
    size_t count;
    uint64_t identities[TC_SEEN_PIECE];
} tc_seen_piece;

/* NULL without memory. */
tc_seen *tc_seen_new(void) TC_MUST_USE;
void tc_seen_free(tc_seen *seen);
/* Whether a record came before (not 0). */
bool tc_seen_has(const tc_seen *seen, uint64_t identity);
/* Notes that it came. */
void tc_seen_add(tc_seen *seen, uint64_t identity);
/* A commit will hold it. */
void tc_seen_keep(tc_seen *seen, uint64_t identity);
/* A piece that is not kept as it is now; NULL: none. It is kept in the slot number %
 * TC_SEEN_SLOTS, in the place of an elder one. */
const tc_seen_piece *tc_seen_unkept(tc_seen *seen);
/* A piece that was kept; the eldest first, because what was loaded first is forgotten first: that
 * is from the slot behind the one with the highest number on. Then _loaded. */
void tc_seen_load(tc_seen *seen, const tc_seen_piece *piece);
void tc_seen_loaded(tc_seen *seen);

#endif
