#include "parsers/text/structured_data.h"

/* The end of a quoted value that begins at s.ptr[at]; s.len if there is none. */
static size_t value_end(tc_slice s, size_t at)
{
    while (at < s.len && s.ptr[at] != '"')
        at += s.ptr[at] == '\\' ? 2 : 1;
    return TC_MIN(at, s.len);
}

tc_structured tc_structured_next(tc_structured_data *data, tc_slice *ret_name, tc_slice *ret_value)
{
    tc_slice s = data->rest;
    size_t at = 0, name = 0;
    for (; at < s.len; at++) {
        uint8_t c = s.ptr[at];
        if (!data->inside && c != '[') break;
        if (data->inside && c == '"') {
            size_t end = value_end(s, at + 1);
            if (end == s.len) return TC_STRUCTURED_BROKEN;
            *ret_name = tc_slice_sub(s, name, at > name ? at - 1 - name : 0);
            *ret_value = tc_slice_sub(s, at + 1, end - at - 1);
            data->rest = tc_slice_sub(s, end + 1, SIZE_MAX);
            return TC_STRUCTURED_VALUE;
        }
        data->inside = data->inside ? c != ']' : true;
        if (c == ' ' || c == '[') name = at + 1;
    }
    data->rest = tc_slice_sub(s, at, SIZE_MAX);
    return data->inside ? TC_STRUCTURED_BROKEN : TC_STRUCTURED_END;
}

tc_slice tc_structured_text(tc_slice value, tc_arena *arena)
{
    if (tc_slice_find(value, '\\') == TC_NPOS) return value;
    uint8_t *out = tc_arena_get(arena, value.len, 1);
    size_t n = 0;
    if (!out) return value;
    for (size_t i = 0; i < value.len; i++) {
        i += value.ptr[i] == '\\' && i + 1 < value.len &&
             memchr("\"\\]", value.ptr[i + 1], 3) != NULL;
        out[n++] = value.ptr[i];
    }
    return tc_slice_make(out, n);
}
