/*
 * archive: containers that this version does not look into, by their first bytes.
 */
#ifndef TC_INPUT_ARCHIVE_H
#define TC_INPUT_ARCHIVE_H

#include "parsers/base/slice.h"

/* "a zip archive" and the like; NULL if the head is of none. Office documents, programs' packages
 * and their like are zip files too, but no archives that somebody put logs into: told by name. */
const char *tc_archive_kind(tc_slice head, tc_slice name);

#endif
