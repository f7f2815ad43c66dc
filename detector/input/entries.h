/*
 * entries: how what was found gets into the list of sources, or is counted.
 *
 * Each function adds one source (or counts one file) with its path, name, folder and server, in the
 * memory of the input. A failure is lack of memory or a bound of the whole input. Private to
 * detector/input.
 */
#ifndef TC_INPUT_ENTRIES_H
#define TC_INPUT_ENTRIES_H

#include "detector/input/discover.h"
#include "detector/input/evidence.h"
#include "detector/input/state.h"

/* A new source with its path; the server follows from the path alone. */
TC_STATUS tc_entry_add(tc_input *input, const tc_found *found, tc_entry **ret);
/* Counts a file that is no log, and keeps its name if there is room. */
TC_STATUS tc_entry_irrelevant(tc_input *input, const tc_found *found, uint64_t bytes);
/* Counts a link that was not followed, likewise. */
TC_STATUS tc_entry_link(tc_input *input, const tc_found *found);
/* A source that cannot be read: for that error, a problem with its errno (0: none), or because it
 * is an archive of that kind. */
TC_STATUS tc_entry_unreadable(tc_input *input, const tc_found *found, const tc_error *error);
TC_STATUS tc_entry_problem(tc_input *input, const tc_found *found, const char *problem, int sys);
TC_STATUS tc_entry_archive(tc_input *input, const tc_found *found, const char *kind);
/* Evidence that is not understood; what it looks like lives as long as the input. */
TC_STATUS tc_entry_unread(tc_input *input, const tc_found *found, uint64_t size,
                          const tc_likeness *likeness);

#endif
