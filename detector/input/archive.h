/*
 * archive: containers, by their first bytes.
 */
#ifndef TC_INPUT_ARCHIVE_H
#define TC_INPUT_ARCHIVE_H

#include "parsers/base/slice.h"

typedef enum tc_archive_way {
    TC_ARCHIVE_NOT,    /* none */
    TC_ARCHIVE_UNREAD, /* one that this version does not look into */
    TC_ARCHIVE_READ,   /* its members are read */
    TC_ARCHIVE_RAW,    /* likewise, but it may be one packed file */
} tc_archive_way;

/* What kind of archive the head is of, with *ret_kind "a zip archive" and the like. Office
 * documents, programs' packages and their like are archives too, but none that somebody put logs
 * into: told by name. */
tc_archive_way tc_archive_of(tc_slice head, tc_slice name, const char **ret_kind);
/* Such an image of a disc begins with 32 KiB of what is none of its business, mostly zeros: whether
 * it is worth to read on. */
bool tc_archive_may_begin_later(tc_slice head, tc_slice name);
/* The name promises an archive that logs are handed over in. */
bool tc_archive_is_named(tc_slice name);

#endif
