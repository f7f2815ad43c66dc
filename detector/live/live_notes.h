/*
 * live_notes: what the feed of a run that goes on tells the stage behind it, besides blocks.
 *
 * A note that speaks of a source stands in the order of what happened to it: what it says holds
 * when as many blocks as it names were taken in. The place of a block, where reading goes on behind
 * it, is noted before the block is handed over. Written by the feed's thread, taken by the stage's.
 * Bounded by the blocks under way and by how many files are found at once.
 */
#ifndef TC_LIVE_LIVE_NOTES_H
#define TC_LIVE_LIVE_NOTES_H

#include "parsers/base/str.h"

typedef enum tc_note_kind {
    TC_NOTE_ADDED,     /* a new source; the place is its beginning */
    TC_NOTE_FOUND,     /* a source of an earlier run is there again */
    TC_NOTE_PLACE,     /* behind block `blocks` - 1 reading goes on here */
    TC_NOTE_MOVED,     /* the same, with an empty block that comes with the note */
    TC_NOTE_MORE,      /* there is more of it */
    TC_NOTE_CAUGHT_UP, /* nothing now */
    TC_NOTE_ENDED,     /* nothing any more */
    TC_NOTE_GAP,       /* bytes of it will not come; text says why */
    TC_NOTE_SAID,      /* what a person should know: text */
    TC_NOTE_FORGOTTEN, /* the file of that key has been gone for long */
    TC_NOTE_SETTLED    /* all files that are there were looked at */
} tc_note_kind;

typedef struct tc_note {
    tc_note_kind kind;
    uint32_t source; /* index in the input */
    uint32_t stream; /* number of the follower's */
    uint64_t key;
    uint64_t blocks; /* that were handed over before */
    uint64_t taken;  /* of a place: bytes of the stream before it */
    bool half;       /* caught up, but for half a record */
    tc_slice text;   /* of what was said, or the place; owned: tc_note_done */
} tc_note;

void tc_note_done(tc_note *note);

typedef struct tc_notes tc_notes;

tc_notes *tc_notes_new(void) TC_MUST_USE;
void tc_notes_free(tc_notes *notes);
/* Copies the text. TC_ENOMEM: it is not noted. */
TC_STATUS tc_notes_put(tc_notes *notes, const tc_note *note);
/* The next one, the caller's to end; false: there is none. */
bool tc_notes_take(tc_notes *notes, tc_note *ret) TC_MUST_USE;

#endif
