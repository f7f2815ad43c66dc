/*
 * json_event: an event from a JSON object: nested members get dotted names, arrays become lists.
 */
#ifndef TC_TEST_SIGMA_JSON_EVENT_H
#define TC_TEST_SIGMA_JSON_EVENT_H

#include "parsers/event/event.h"

typedef struct json_event {
    tc_arena *arena;
    tc_schema schema;
    tc_event event;
} json_event;

/* False if the text is no JSON object of at most 64 members; then there is nothing to free. The
 * text must live as long as the event. */
bool json_event_make(json_event *e, const tc_names *names, tc_slice json) TC_MUST_USE;
void json_event_free(json_event *e);

#endif
