/*
 * json_lines_walk: one JSON object as a row of named cells (for text/json_lines.c).
 *
 * The row has a column for every name of the names table. Objects that no name leads into are
 * passed over; which prefixes lead somewhere is worked out when the first of a block turns up.
 */
#ifndef TC_TEXT_JSON_LINES_WALK_H
#define TC_TEXT_JSON_LINES_WALK_H

#include "parsers/open/json_cells.h"
#include "parsers/open/members.h"

#define TC_JSON_NAME_MAX 512 /* longer paths are no field's */

typedef struct tc_json_walk {
    const tc_parse_options *options;
    const tc_schema *schema;
    tc_row row;
    tc_members *members;   /* NULL: not worth it */
    uint64_t prefixes[64]; /* a bit per hash of a name's prefix */
    bool have_prefixes;
    tc_json r;
    tc_time time;
    size_t name_length; /* of the object that the walk is in, as a path with its last dot */
    uint8_t name[TC_JSON_NAME_MAX];
} tc_json_walk;

/* For rows of a block of that length. False at the arena's limit. */
bool tc_json_walk_init(tc_json_walk *walk, const tc_parse_options *options, const tc_schema *schema,
                       tc_arena *arena, size_t block_length) TC_MUST_USE;
/* Reads the object that is all of text, but for blanks behind it, into the row. TC_REASON_COUNT, or
 * why it is no event. */
tc_reason tc_json_walk_line(tc_json_walk *walk, tc_slice text);

#endif
