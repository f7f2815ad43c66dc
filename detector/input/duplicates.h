/*
 * duplicates: sources that would be counted twice.
 *
 * Copies (plain or compressed) and files that are the beginning of another, as rotation, rsync and
 * zealous collecting leave them. Candidates share the hash of their beginnings; the verdict comes
 * from comparing the decoded bytes from end to end. A member of an archive is compared by digest,
 * so only copies are found of it, not beginnings. Streams that can be read once only are left
 * alone. A source is compared with at most a fixed number of others.
 */
#ifndef TC_INPUT_DUPLICATES_H
#define TC_INPUT_DUPLICATES_H

#include "detector/input/state.h"

/* Marks duplicates among the sources, which are in their final order. */
TC_STATUS tc_duplicates_mark(tc_input *input);

#endif
