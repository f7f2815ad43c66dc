#include "detector/output/json_fields.h"

void tc_json_field_text(tc_json_writer *w, const char *key, tc_slice text)
{
    if (text.len == 0) return;
    tc_json_key(w, key);
    tc_json_string(w, text);
}

void tc_json_field_cstring(tc_json_writer *w, const char *key, const char *text)
{
    tc_json_field_text(w, key, tc_slice_of(text));
}

void tc_json_field_number(tc_json_writer *w, const char *key, uint64_t number)
{
    tc_json_key(w, key);
    tc_json_u64(w, number);
}

void tc_json_field_bool(tc_json_writer *w, const char *key, bool value)
{
    tc_json_key(w, key);
    tc_json_bool(w, value);
}

void tc_json_field_time(tc_json_writer *w, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time != TC_TIME_NONE) tc_json_field_cstring(w, key, tc_time_format(time, text));
}

void tc_json_field_texts(tc_json_writer *w, const char *key, const tc_slice *items, size_t count)
{
    tc_json_field_array(w, key);
    for (size_t i = 0; i < count; i++)
        tc_json_string(w, items[i]);
    tc_json_array_close(w);
}

void tc_json_field_object(tc_json_writer *w, const char *key)
{
    tc_json_key(w, key);
    tc_json_object_open(w);
}

void tc_json_field_array(tc_json_writer *w, const char *key)
{
    tc_json_key(w, key);
    tc_json_array_open(w);
}
