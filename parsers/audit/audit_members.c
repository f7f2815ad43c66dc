#include "parsers/audit/audit_members.h"

#include "parsers/audit/audit_wrapper.h"

void tc_audit_take_members(tc_arena *arena, tc_slice object, const tc_audit_member *of,
                           size_t count)
{
    tc_json r;
    tc_json_value open;
    tc_slice key, value;
    tc_json_init(&r, object);
    if (!tc_json_value_next(&r, &open) || open.type != TC_JSON_OBJECT) return;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_skip(&r, &value)) return;
        for (size_t i = 0; i < count; i++) {
            if (!tc_slice_equal_ascii(key, tc_slice_of(of[i].name))) continue;
            tc_slice text = tc_audit_json_in(arena, value);
            if (text.len > 0) *of[i].ret = text;
        }
    }
}
