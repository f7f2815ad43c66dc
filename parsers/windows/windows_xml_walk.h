/*
 * windows_xml_walk: one <Event> element read as a Windows event, in one walk.
 *
 * Elements of System are fields by their tags, their attributes by Tag_Attribute; elements of
 * EventData by their Name, or without one in the list `Data`; leaves of UserData by their tags,
 * whatever stands around them.
 */
#ifndef TC_WINDOWS_XML_WALK_H
#define TC_WINDOWS_XML_WALK_H

#include "parsers/open/xml_reader.h"
#include "parsers/windows/windows_fill.h"

typedef struct tc_windows_xml_walk {
    tc_windows_fill fill;
    tc_members *members;
    tc_xml r;
} tc_windows_xml_walk;

/* False at the arena's limit. */
bool tc_windows_xml_walk_init(tc_windows_xml_walk *walk, const tc_parse_options *options,
                              const tc_windows_schemas *schemas, tc_arena *arena) TC_MUST_USE;
/* Reads the element that is all of text. TC_REASON_COUNT if it is an event: walk->fill, cleared
 * first, then holds it. Else why it is none. */
tc_reason tc_windows_xml_walk_element(tc_windows_xml_walk *walk, tc_slice text);

#endif
