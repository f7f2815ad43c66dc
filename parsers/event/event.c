#include "parsers/event/event.h"

tc_value tc_event_value(const tc_event *event, tc_field field)
{
    if (event->overlay && tc_overlay_has(event->overlay, field))
        return event->overlay->value[field];
    return tc_cell_value(tc_event_cell(event, field), event->arena);
}

tc_slice tc_event_text(const tc_event *event, tc_field field)
{
    return tc_event_value(event, field).text;
}

void tc_overlay_clear(tc_overlay *overlay)
{
    memset(overlay->present, 0, sizeof overlay->present);
}

static void set(tc_overlay *overlay, tc_field field, tc_kind kind, tc_slice text)
{
    TC_ASSERT(tc_field_is_ecs(field));
    overlay->present[field / 64] |= UINT64_C(1) << field % 64;
    overlay->value[field] = (tc_value){.kind = kind, .text = text};
}

void tc_overlay_set_text(tc_overlay *overlay, tc_field field, tc_slice text)
{
    set(overlay, field, TC_KIND_STRING, text);
}

void tc_overlay_set_number(tc_overlay *overlay, tc_field field, tc_slice decimal_text)
{
    set(overlay, field, TC_KIND_NUMBER, decimal_text);
}

void tc_overlay_set_bool(tc_overlay *overlay, tc_field field, bool value)
{
    set(overlay, field, TC_KIND_BOOL, value ? TC_LIT("true") : TC_LIT("false"));
}
