/* Logsources in text. */
#include "detector/app/label.h"

#include "parsers/base/json_reader.h"

bool tc_label_set(tc_label *l, tc_slice key, tc_slice value)
{
    if (tc_slice_equal(key, TC_LIT("category")))
        l->source.category = tc_slice_to_cstr(value, l->category, TC_LABEL_MAX);
    else if (tc_slice_equal(key, TC_LIT("product")))
        l->source.product = tc_slice_to_cstr(value, l->product, TC_LABEL_MAX);
    else if (tc_slice_equal(key, TC_LIT("service")))
        l->source.service = tc_slice_to_cstr(value, l->service, TC_LABEL_MAX);
    else
        return false;
    return true;
}

bool tc_label_of_event(tc_slice raw, tc_label *ret)
{
    tc_json r;
    tc_json_value v;
    tc_slice key;
    bool found = false;
    tc_json_init(&r, raw);
    if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_slice_equal(key, TC_LIT("_logsource"))) {
            if (!tc_json_skip(&r, NULL)) return found;
            continue;
        }
        if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_OBJECT) return found;
        while (tc_json_key_next(&r, &key)) {
            if (!tc_json_value_next(&r, &v)) return found;
            if (v.type == TC_JSON_STRING) found |= tc_label_set(ret, key, v.raw);
        }
    }
    return found;
}
