/*
 * windows_xml_walk: one <Event> element read as a Windows event, in one walk.
 *
 * Elements of System are fields by their tags, their attributes by Tag_Attribute; elements of
 * EventData by their Name, or without one in the list `Data`; leaves of UserData by their tags,
 * whatever stands around them.
 */
#ifndef TC_WINDOWS_XML_WALK_H
#define TC_WINDOWS_XML_WALK_H

#include "parsers/open/members.h"
#include "parsers/open/xml_reader.h"
#include "parsers/windows/windows_event.h"

typedef struct tc_windows_xml_walk {
    const tc_parse_options *options;
    const tc_schema *schema; /* any of the run's: their columns are the same */
    tc_row row;
    tc_members *members;
    tc_xml r;
    tc_time time;
    bool bad_time;
    bool has_system;
    tc_row_list data; /* values without a name */
} tc_windows_xml_walk;

/* False at the arena's limit. */
bool tc_windows_xml_walk_init(tc_windows_xml_walk *walk, const tc_parse_options *options,
                              const tc_windows_schemas *schemas, tc_arena *arena) TC_MUST_USE;
/* Reads the element that is all of text. TC_REASON_COUNT if it is an event: the row, cleared first,
 * then holds it, and walk->time its time or TC_TIME_NONE if it has none. Else why it is none. */
tc_reason tc_windows_xml_walk_element(tc_windows_xml_walk *walk, tc_slice text);

#endif
