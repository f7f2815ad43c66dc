#include "parsers/windows/windows_event.h"

#include "parsers/base/cursor.h"

void tc_windows_schemas_init(tc_windows_schemas *schemas, const tc_parse_options *options,
                             const char *format)
{
    *schemas = (tc_windows_schemas){.failed = TC_EUNSUPPORTED};
    if (!options->schemas) return;
    schemas->failed = tc_schemas_get_open_set(options->schemas, format, tc_windows_label_sets,
                                              TC_WINDOWS_LOG_COUNT, TC_FIELD_ECS_END, &schemas->of)
                          .code;
}

static tc_slice text_of(const tc_row *row, tc_field_static field)
{
    tc_cell cell = row->cells[tc_windows_column(field)];
    tc_value value = tc_cell_value(cell, row->arena);
    return value.kind == TC_KIND_STRING ? value.text : TC_EMPTY_SLICE;
}

tc_slice tc_windows_number(const tc_row *row)
{
    tc_cell cell = row->cells[tc_windows_column(TC_FIELD_WE_EVENT_ID)];
    bool plain = cell.form == TC_FORM_NUMBER || cell.form == TC_FORM_TEXT;
    return plain ? tc_slice_make(cell.ptr, cell.len) : TC_EMPTY_SLICE;
}

tc_windows_log tc_windows_row_log(const tc_row *row)
{
    return tc_windows_log_of(text_of(row, TC_FIELD_WE_CHANNEL),
                             text_of(row, TC_FIELD_WE_PROVIDER_NAME), tc_windows_number(row),
                             text_of(row, TC_FIELD_WE_EVENT_TYPE));
}

bool tc_windows_has_number(const tc_row *row)
{
    uint64_t number;
    return tc_slice_to_u64(tc_windows_number(row), &number);
}

bool tc_windows_values(const tc_row *row, tc_value *ret)
{
    const tc_slice type = TC_LIT("System.Diagnostics.Eventing.Reader.EventProperty");
    *ret = tc_cell_value(row->cells[tc_windows_column(TC_FIELD_WE_DATA)], row->arena);
    if (ret->kind != TC_KIND_LIST) return false;
    for (size_t i = 0; i < ret->item_count; i++) {
        tc_value item = tc_cell_value(ret->items[i], row->arena);
        if (item.kind == TC_KIND_STRING) return !tc_slice_starts(item.text, type);
    }
    return false;
}

/* "/Date(1583741084171)/", "/Date(1583741084171+0100)/": the offset is for display only. */
static bool parse_dotnet(tc_slice text, tc_time *ret)
{
    tc_cursor c = tc_cursor_on(text);
    tc_slice inner;
    if (!tc_cursor_text(&c, TC_LIT("/Date(")) || !tc_cursor_until(&c, ')', 32, &inner))
        return false;
    size_t zone = 1;
    while (zone < inner.len && inner.ptr[zone] != '+' && inner.ptr[zone] != '-')
        zone++;
    int64_t milliseconds;
    return tc_slice_to_i64(tc_slice_sub(inner, 0, zone), &milliseconds) &&
           !__builtin_mul_overflow(milliseconds, TC_SECOND / 1000, ret) && *ret != TC_TIME_NONE;
}

bool tc_windows_time(tc_slice text, tc_time *ret, bool *ret_zoned)
{
    text = tc_slice_trim(text);
    if (tc_time_parse_iso(text, ret, ret_zoned)) return true;
    *ret_zoned = true;
    return tc_time_parse_epoch(text, ret) || parse_dotnet(text, ret);
}

/* A name that may be somebody's. */
static bool is_name(tc_slice name)
{
    name = tc_slice_trim(name);
    return name.len > 0 && name.len <= TC_RECORD_ID_NAME_MAX && !tc_slice_equal(name, TC_LIT("-"));
}

/* Some exporters number nothing, and some all records alike: the kind of event and whom it is about
 * keep such apart. Every carrier has these. */
uint64_t tc_windows_identity(const tc_parser *self, const tc_event *event)
{
    tc_slice computer = tc_event_text(event, TC_FIELD_WE_COMPUTER);
    tc_slice channel = tc_event_text(event, TC_FIELD_WE_CHANNEL);
    tc_slice number = tc_slice_trim(tc_event_text(event, TC_FIELD_WE_EVENT_RECORD_ID));
    uint64_t record;
    (void)self;
    if (!is_name(computer) || !is_name(channel) || !tc_slice_to_u64(number, &record) || record == 0)
        return tc_record_id_of_line(tc_event_raw(event));
    uint64_t id = tc_record_id_begin("windows event");
    id = tc_record_id_add_name(id, computer);
    id = tc_record_id_add_name(id, channel);
    id = tc_record_id_add_number(id, record);
    id = tc_record_id_add_name(id, tc_event_text(event, TC_FIELD_WE_EVENT_ID));
    return tc_record_id_add_name(id, tc_event_text(event, TC_FIELD_WE_TARGET_USER_NAME));
}

#define SHOWN_MAX 1024
#define SHOWN_OF_RECORD 516 /* of what stands there nobody is shown more than 512 bytes */

void tc_windows_show(const tc_parser *self, const tc_event *event, tc_str *out)
{
    tc_slice cmdlet = tc_event_text(event, TC_FIELD_CMDLET);
    tc_slice caller = tc_event_text(event, TC_FIELD_CALLER);
    tc_slice parameters = tc_event_text(event, TC_FIELD_PARAMETERS);
    (void)self;
    if (cmdlet.len == 0) {
        tc_str_add(out, tc_event_raw_start(event, SHOWN_OF_RECORD));
        return;
    }
    tc_str_add(out, TC_LIT("Cmdlet"));
    if (caller.len) tc_str_add(out, TC_LIT(" by "));
    tc_str_add(out, tc_slice_sub(caller, 0, SHOWN_MAX / 8));
    tc_str_add(out, TC_LIT(": "));
    tc_str_add(out, cmdlet);
    if (parameters.len) tc_str_add_byte(out, ' ');
    tc_str_add(out, tc_slice_sub(parameters, 0, SHOWN_MAX));
}
