/*
 * label: a logsource as people and events write it, with room for its texts.
 *
 * What a label points at is its own: it is never copied.
 */
#ifndef TC_APP_LABEL_H
#define TC_APP_LABEL_H

#include "parsers/event/schema.h"

#define TC_LABEL_MAX 64

typedef struct tc_label {
    tc_logsource source;
    char category[TC_LABEL_MAX], product[TC_LABEL_MAX], service[TC_LABEL_MAX];
} tc_label;

/* Sets one of category, product and service; false if the key is none of them. */
bool tc_label_set(tc_label *label, tc_slice key, tc_slice value);
/* Reads the event's own "_logsource", an object of the same three keys; false if it has none. */
bool tc_label_of_event(tc_slice event, tc_label *ret);

#endif
