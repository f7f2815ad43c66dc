/*
 * nesting: the archives that the inventory stands in while it looks at their members.
 *
 * Makes the nest of each archive that is met, steps into it, has every member told, and steps out;
 * a member that is an archive itself is stepped into from there. Notes with each log where it lies.
 */
#ifndef TC_INPUT_NESTING_H
#define TC_INPUT_NESTING_H

#include "detector/input/nest_list.h"
#include "detector/input/state.h"

typedef struct tc_nesting {
    tc_walker *walker;
    tc_nest *nest;   /* the archive that the file being looked at lies in; NULL: in none */
    uint64_t number; /* which of its members that file is */
} tc_nesting;

/* An archive that was met. */
typedef struct tc_met_archive {
    const tc_found *found;
    const tc_layers *layers; /* the packings that it lies in */
    uint64_t size;           /* of a file */
    bool raw;                /* it may be one packed file */
} tc_met_archive;

/* Whether one more archive may be stepped into. */
bool tc_nesting_has_room(const tc_nesting *nesting);
/* Has all members told. *stream shows the archive; of one in an archive it is used up, and another
 * put in its place. What is wrong with the archive stands in ret->problem; a failure is the sink's,
 * or lack of memory. */
TC_STATUS tc_nesting_list(tc_nesting *nesting, tc_input *input, const tc_met_archive *met,
                          tc_stream **stream, const tc_member_sink *sink, tc_nest_listed *ret);
/* The bytes of the member that is being told. */
tc_bytes tc_nesting_data(const tc_nesting *nesting);
/* Notes where a log lies, whose key and first time are known. */
void tc_nesting_note(const tc_nesting *nesting, tc_entry *entry);
void tc_nesting_done(tc_nesting *nesting);

#endif
