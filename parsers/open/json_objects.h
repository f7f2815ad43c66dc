/*
 * json_objects: what formats have in common whose record is one JSON object: the walk over a block,
 * and over a sample for a time. The format gives how an object is read and delivered.
 *
 * Not for formats that find an object's end while they read it (parsers/windows): they would read
 * it twice.
 */
#ifndef TC_OPEN_JSON_OBJECTS_H
#define TC_OPEN_JSON_OBJECTS_H

#include "parsers/open/json_sample.h"

/* `walk` is the format's own; it has what was read last. */
typedef struct tc_json_form {
    /* TC_REASON_COUNT, or why the object is no record. */
    tc_reason (*read)(void *walk, tc_slice object);
    /* Of the record that was read last: the event, and its time. */
    TC_STATUS (*deliver)(void *walk, tc_place place, tc_slice object, const tc_sink *sink);
    tc_time (*time)(const void *walk);
} tc_json_form;

/* Delivers or books all objects of a block. What is in the arena by now stays; what an object needs
 * is given back behind it. */
TC_STATUS tc_json_objects_parse(const tc_json_form *form, void *walk, tc_json_records *records,
                                tc_arena *arena);
/* Reads the sample's next object; false at the end. */
bool tc_json_objects_next(const tc_json_form *form, void *walk, tc_json_sample *sample,
                          tc_reason *ret);
/* The time of the first record among the sample's first objects; false: there is none. */
bool tc_json_objects_time(const tc_json_form *form, void *walk, tc_json_sample *sample,
                          tc_time *ret);

#endif
