/*
 * json_fields: members of a JSON object by name, one call each.
 *
 * What is not known is left out: an empty text, a time of TC_TIME_NONE.
 */
#ifndef TC_OUTPUT_JSON_FIELDS_H
#define TC_OUTPUT_JSON_FIELDS_H

#include "parsers/base/json_writer.h"
#include "parsers/base/time.h"

void tc_json_field_text(tc_json_writer *w, const char *key, tc_slice text);
void tc_json_field_cstring(tc_json_writer *w, const char *key, const char *text);
void tc_json_field_number(tc_json_writer *w, const char *key, uint64_t number);
void tc_json_field_bool(tc_json_writer *w, const char *key, bool value);
void tc_json_field_time(tc_json_writer *w, const char *key, tc_time time);
void tc_json_field_texts(tc_json_writer *w, const char *key, const tc_slice *items, size_t count);
void tc_json_field_object(tc_json_writer *w, const char *key);
void tc_json_field_array(tc_json_writer *w, const char *key);

#endif
