#include "detector/sigma/correlation_kind.h"

const tc_correlation_kind tc_correlation_kinds[TC_CORRELATION_KINDS] = {
    {"event_count", TC_CORRELATION_EVENT_COUNT, .counts = true},
    {"value_count", TC_CORRELATION_VALUE_COUNT, .counts = true, .values = true},
    {"temporal", TC_CORRELATION_TEMPORAL, .expression = true},
    {"new_value", TC_CORRELATION_NEW_VALUE, .values = true, .learns = true, .each = true},
    {"value_change", TC_CORRELATION_VALUE_CHANGE, .values = true, .learns = true, .replaces = true},
    {.name = "temporal_ordered", .type = TC_CORRELATION_TYPE_COUNT},
    {.name = "event_rate", .type = TC_CORRELATION_TYPE_COUNT},
    {.name = "value_sum", .type = TC_CORRELATION_TYPE_COUNT},
    {.name = "value_avg", .type = TC_CORRELATION_TYPE_COUNT},
    {.name = "value_percentile", .type = TC_CORRELATION_TYPE_COUNT},
    {.name = "value_median", .type = TC_CORRELATION_TYPE_COUNT},
};

const tc_correlation_kind *tc_correlation_kind_find(tc_slice name)
{
    for (size_t i = 0; i < TC_CORRELATION_KINDS; i++) {
        const tc_correlation_kind *kind = &tc_correlation_kinds[i];
        if (tc_slice_equal(name, tc_slice_of(kind->name))) return kind;
    }
    return NULL;
}

const tc_correlation_kind *tc_correlation_kind_of(tc_correlation_type type)
{
    size_t i = 0;
    while (tc_correlation_kinds[i].type != type) {
        TC_ASSERT(++i < TC_CORRELATION_KINDS);
    }
    return &tc_correlation_kinds[i];
}
