/*
 * event_json: one event as a line of JSON, as `tocsin parse` prints it.
 *
 * `tocsin.native` holds every column by its native name as text (null when null, absent when
 * missing); the ECS names that enrichment set stand nested beside it. Other tools are
 * written against this shape. Nothing is cut. A printer never changes once it is made, so threads
 * may share it; what it needs for a value comes from the event's arena.
 */
#ifndef TC_APP_EVENT_JSON_H
#define TC_APP_EVENT_JSON_H

#include "parsers/base/str.h"
#include "parsers/event/event.h"

typedef struct tc_event_json tc_event_json;

tc_event_json *tc_event_json_new(const tc_names *names) TC_MUST_USE;
void tc_event_json_free(tc_event_json *printer);
/* Appends the object and a line feed. */
void tc_event_json_print(const tc_event_json *printer, const tc_event *event, tc_slice path,
                         uint64_t offset, tc_str *out);

#endif
