/*
 * windows_fill: the row of one Windows event while it is filled.
 *
 * Says which columns a value is for by where it stands in the event, and what makes an event of
 * what was found. The same for whoever reads events: as XML (windows_xml_walk.h), or of the
 * templates of a log (evtx_plan.h). The row stays the caller's.
 */
#ifndef TC_WINDOWS_FILL_H
#define TC_WINDOWS_FILL_H

#include "parsers/open/members.h"
#include "parsers/windows/windows_event.h"

typedef struct tc_windows_fill {
    const tc_parse_options *options;
    const tc_schema *schema; /* any of the run's: their columns are the same */
    tc_row row;
    tc_time time;
    bool bad_time;
    bool has_system;
    tc_row_list data; /* values without a name */
} tc_windows_fill;

/* False at the arena's limit. */
bool tc_windows_fill_init(tc_windows_fill *fill, const tc_parse_options *options,
                          const tc_windows_schemas *schemas, tc_arena *arena) TC_MUST_USE;
/* An event begins: the row is empty. */
void tc_windows_fill_clear(tc_windows_fill *fill);
/* It is at its end. TC_REASON_COUNT if it is an event: fill->time is its time, or TC_TIME_NONE if
 * it has none. Else why it is none. */
tc_reason tc_windows_fill_end(tc_windows_fill *fill);

/* The columns of a value by its name; false if there are none. */
bool tc_windows_fill_columns(const tc_windows_fill *fill, uint8_t rank, tc_slice name,
                             tc_member *ret);
/* Sets them. One that nobody asked for is listed by the name, which lives as long as the event, if
 * everything is and `listed` says so. */
void tc_windows_fill_set(tc_windows_fill *fill, const tc_member *member, tc_slice name,
                         tc_cell cell, bool listed);
/* A value in EventData that has no name. */
void tc_windows_fill_add(tc_windows_fill *fill, tc_cell cell);
/* Whether the part that System has is in the column of that name already. */
bool tc_windows_fill_taken(const tc_windows_fill *fill, const tc_member *member);

/* What an attribute of a tag of System is. */
typedef enum tc_windows_attribute {
    TC_WINDOWS_ATTRIBUTE_FIELD, /* *ret is where it goes */
    TC_WINDOWS_ATTRIBUTE_NAMED, /* the field Tag_Attribute */
    TC_WINDOWS_ATTRIBUTE_TIME   /* the same, and when the event was */
} tc_windows_attribute;
tc_windows_attribute tc_windows_fill_attribute(tc_slice tag, tc_slice name, tc_member *ret);
/* When the event was: the first time that is told counts. */
void tc_windows_fill_time(tc_windows_fill *fill, tc_cell cell);
/* The same; `time` is what the cell means. */
void tc_windows_fill_known_time(tc_windows_fill *fill, tc_cell cell, tc_time time);

#endif
