/*
 * ship_groups: the payloads in the head of an envelope's source, by the folders they come from.
 *
 * What a folder's records are is told from a few of them: of TC_SHIP_FOLDERS_MAX folders, so many
 * bytes of each. With `nested`, what stands in the envelopes inside. Private to parsers/envelope.
 */
#ifndef TC_ENVELOPE_SHIP_GROUPS_H
#define TC_ENVELOPE_SHIP_GROUPS_H

#include "parsers/base/str.h"
#include "parsers/envelope/opening.h"

typedef struct tc_ship_group {
    tc_slice host, folder;
    tc_slice path; /* of the first of them */
    tc_str text;   /* a payload a line */
} tc_ship_group;

typedef struct tc_ship_groups {
    tc_ship_group groups[TC_SHIP_FOLDERS_MAX];
    size_t count;
    size_t lines, opened; /* looked at; and how many of these were opened */
    size_t tagged;        /* ... and say which program or path they are of */
} tc_ship_groups;

/* TC_ENOMEM or success; _done in either case. Texts of the groups' names are the head's or the
 * arena's. */
TC_STATUS tc_ship_groups_take(const tc_parser *self, tc_slice head, bool nested, tc_arena *arena,
                              tc_ship_groups *ret);
void tc_ship_groups_done(tc_ship_groups *groups);

#endif
