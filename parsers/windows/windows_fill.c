#include "parsers/windows/windows_fill.h"

bool tc_windows_fill_init(tc_windows_fill *fill, const tc_parse_options *options,
                          const tc_windows_schemas *schemas, tc_arena *arena)
{
    fill->options = options;
    fill->schema = schemas->of;
    return tc_row_init(&fill->row, arena, fill->schema->column_count, options->all);
}

void tc_windows_fill_clear(tc_windows_fill *fill)
{
    tc_row_clear(&fill->row);
    fill->time = TC_TIME_NONE;
    fill->bad_time = false;
    fill->has_system = false;
    fill->data = (tc_row_list){NULL, 0, 0};
}

tc_reason tc_windows_fill_end(tc_windows_fill *fill)
{
    if (fill->data.count > 0) {
        tc_row_set(&fill->row, tc_windows_column(TC_FIELD_WE_DATA), tc_row_list_cell(&fill->data),
                   TC_WINDOWS_RANK_HINT);
    }
    if (!fill->has_system || !tc_windows_has_number(&fill->row)) return TC_REASON_NOT_EVENT;
    return fill->bad_time ? TC_REASON_BAD_TIME : TC_REASON_COUNT;
}

bool tc_windows_fill_columns(const tc_windows_fill *fill, uint8_t rank, tc_slice name,
                             tc_member *ret)
{
    ret->rank = rank;
    return tc_members_columns(fill->options, fill->schema, name, ret);
}

void tc_windows_fill_set(tc_windows_fill *fill, const tc_member *member, tc_slice name,
                         tc_cell cell, bool listed)
{
    tc_row_set(&fill->row, member->column, cell, member->rank);
    tc_row_set(&fill->row, member->second, cell, member->rank);
    if (listed && fill->row.all && member->column == TC_ROW_NONE && member->second == TC_ROW_NONE)
        tc_row_extra(&fill->row, name, cell);
}

void tc_windows_fill_add(tc_windows_fill *fill, tc_cell cell)
{
    (void)tc_row_list_add(fill->row.arena, &fill->data, cell);
}

bool tc_windows_fill_taken(const tc_windows_fill *fill, const tc_member *member)
{
    return member->column != TC_ROW_NONE &&
           fill->row.ranks[member->column] >= TC_WINDOWS_RANK_SYSTEM;
}

tc_windows_attribute tc_windows_fill_attribute(tc_slice tag, tc_slice name, tc_member *ret)
{
    static const struct {
        const char *tag;
        const char *name;
        tc_field_static field;
    } known[] = {
        {"Provider", "Name", TC_FIELD_WE_PROVIDER_NAME},
        {"Provider", "Guid", TC_FIELD_WE_PROVIDER_GUID},
        {"Execution", "ProcessID", TC_FIELD_WE_PROCESS_ID},
        {"Execution", "ThreadID", TC_FIELD_WE_THREAD_ID},
        {"Correlation", "ActivityID", TC_FIELD_WE_ACTIVITY_ID},
        {"Security", "UserID", TC_FIELD_WE_SECURITY_USER_ID},
    };
    for (size_t i = 0; i < TC_COUNT_OF(known); i++) {
        if (!tc_slice_equal(name, tc_slice_of(known[i].name)) ||
            !tc_slice_equal(tag, tc_slice_of(known[i].tag)))
            continue;
        *ret = (tc_member){.rank = TC_WINDOWS_RANK_SYSTEM,
                           .column = tc_windows_column(known[i].field),
                           .second = TC_ROW_NONE};
        return TC_WINDOWS_ATTRIBUTE_FIELD;
    }
    bool time =
        tc_slice_equal(tag, TC_LIT("TimeCreated")) && tc_slice_equal(name, TC_LIT("SystemTime"));
    return time ? TC_WINDOWS_ATTRIBUTE_TIME : TC_WINDOWS_ATTRIBUTE_NAMED;
}

static void set_time_cell(tc_windows_fill *fill, tc_cell cell)
{
    tc_row_set(&fill->row, tc_windows_column(TC_FIELD_WE_TIME_CREATED), cell,
               TC_WINDOWS_RANK_SYSTEM);
}

void tc_windows_fill_time(tc_windows_fill *fill, tc_cell cell)
{
    bool zoned;
    set_time_cell(fill, cell);
    if (fill->time != TC_TIME_NONE) return;
    fill->bad_time =
        !tc_windows_time(tc_cell_value(cell, fill->row.arena).text, &fill->time, &zoned);
}

void tc_windows_fill_known_time(tc_windows_fill *fill, tc_cell cell, tc_time time)
{
    set_time_cell(fill, cell);
    if (fill->time != TC_TIME_NONE) return;
    fill->time = time;
    fill->bad_time = false;
}
