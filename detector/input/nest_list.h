/*
 * nest_list: the members of an archive as the inventory is told of files.
 *
 * A member's path is shown as ARCHIVE/NAME, the name as it is written there but for separators of
 * Windows, which become ours, and those at its front: it is only ever shown and matched, never
 * opened. One whose path would be too long is cut, and still read.
 */
#ifndef TC_INPUT_NEST_LIST_H
#define TC_INPUT_NEST_LIST_H

#include "detector/input/discover.h"
#include "detector/input/nest.h"

/* Told of every file and link. The walker stands at the member. A failure ends the listing. */
typedef struct tc_member_sink {
    void *context;
    TC_STATUS (*member)(void *context, const tc_found *found, uint64_t size);
} tc_member_sink;

typedef struct tc_nest_listed {
    uint64_t members; /* of any kind */
    uint64_t locked;  /* encrypted: not told */
    uint64_t absent;  /* other names of files that are not in it: not told */
    tc_error problem; /* code TC_OK if the archive is sound to its end */
} tc_nest_listed;

/* Lists the walker's innermost archive, which was just entered and was found as `archive`. Which
 * member is being told stands in *ret_number. */
TC_STATUS tc_nest_list(tc_walker *walker, const tc_found *archive, uint64_t *ret_number,
                       const tc_member_sink *sink, tc_nest_listed *ret);

#endif
