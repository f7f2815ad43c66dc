/*
 * sample: a little story in events, and which rules it must fire and which must stay silent.
 *
 * One line of JSON; the form stands in docs/rule-language.md. A line is read once; its events are
 * then written out once for every text of its "each" list. What is read points into the line and
 * into the arena given, and lives as long as both.
 */
#ifndef TC_APP_SAMPLE_H
#define TC_APP_SAMPLE_H

#include "parsers/base/arena.h"
#include "parsers/base/str.h"
#include "parsers/base/time.h"

#define TC_SAMPLE_EVENTS_MAX 100000 /* written out, of one story */

/* A JSON array of the line; texts of strings stand as they are written there. */
typedef struct tc_sample_list {
    tc_slice *items;
    size_t count;
} tc_sample_list;

typedef struct tc_sample {
    tc_slice why;
    tc_slice logsource;    /* JSON object, may be empty */
    tc_time start;         /* of the story */
    tc_sample_list events; /* JSON objects */
    tc_sample_list fires, silent;
    tc_sample_list each; /* the story is told once for each; at least one */
} tc_sample;

typedef struct tc_sample_event {
    tc_time time;
    size_t offset, length; /* of its JSON in the story's text */
} tc_sample_event;

/* What a sample is when it is written out: one JSON event a line, sorted by time. */
typedef struct tc_story {
    tc_str text;
    tc_sample_event *events;
    size_t count, room;
} tc_story;

/* TC_ESYNTAX in words where the line is not of the form. */
TC_STATUS tc_sample_read(tc_slice line, tc_arena *arena, tc_sample *ret, tc_error *reterr);
void tc_story_init(tc_story *story);
/* Writes out the events for the text with that number. */
TC_STATUS tc_sample_tell(const tc_sample *sample, size_t each, tc_story *story, tc_error *reterr);
void tc_story_done(tc_story *story);

#endif
