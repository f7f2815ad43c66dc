/*
 * windows_json_walk: one JSON object read as a Windows event, in one walk.
 *
 * Takes the members that are fields (windows_json_map) into a row and skips the rest; nothing is
 * built of what nobody asked for. The walk and its row are made once per block.
 */
#ifndef TC_WINDOWS_JSON_WALK_H
#define TC_WINDOWS_JSON_WALK_H

#include "parsers/open/json_cells.h"
#include "parsers/windows/windows_json_map.h"

typedef struct tc_windows_walk {
    const tc_parse_options *options;
    const tc_schema *schema; /* any of the run's: their columns are the same */
    tc_row row;
    tc_members *members;
    tc_json r;
    tc_json_path path; /* entered objects, for the names of extras */
    size_t path_from;  /* their names begin with this one */

    tc_time time;
    uint8_t time_rank; /* 0: none yet */
    bool bad_time;     /* a time was written that is none */
    bool windows;      /* inside something that only Windows events have */
    bool listed;       /* inside Elasticsearch's `fields` */

    tc_windows_renamed renamed;
    tc_row_list data; /* values without a name */
    uint64_t param_set;
    tc_cell params[TC_WINDOWS_PARAMS];
} tc_windows_walk;

/* False at the arena's limit. */
bool tc_windows_walk_init(tc_windows_walk *walk, const tc_parse_options *options,
                          const tc_windows_schemas *schemas, tc_arena *arena) TC_MUST_USE;

typedef enum tc_windows_verdict {
    TC_WINDOWS_WALK_EVENT,
    TC_WINDOWS_WALK_NO_JSON,  /* the text does not begin with an object */
    TC_WINDOWS_WALK_NO_EVENT, /* an object, but no Windows event */
    TC_WINDOWS_WALK_NO_TIME   /* an event whose time cannot be read */
} tc_windows_verdict;

/* Whether what the walk has seen so far is a Windows event. */
bool tc_windows_walk_is_event(const tc_windows_walk *walk);
/* Reads the object at the beginning of text; *ret_length is its length unless it is none. The row,
 * cleared first, then holds the event, and walk->time its time or TC_TIME_NONE if it has none. */
tc_windows_verdict tc_windows_walk_object(tc_windows_walk *walk, tc_slice text, size_t *ret_length);

#endif
