#include "detector/correlate/window.h"

const tc_window_kind *const tc_window_kinds[TC_CORRELATION_TYPE_COUNT] = {
    [TC_CORRELATION_EVENT_COUNT] = &tc_window_event_count,
    [TC_CORRELATION_VALUE_COUNT] = &tc_window_value_count,
    [TC_CORRELATION_TEMPORAL] = &tc_window_temporal,
    [TC_CORRELATION_NEW_VALUE] = &tc_window_new_value,
    [TC_CORRELATION_VALUE_CHANGE] = &tc_window_value_change,
};
