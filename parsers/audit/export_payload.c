/* Values of a Windows event in the text of one cell:
 * {"EventData":{"Data":[{"@Name":..,"#text":..}]}}.
 */
#include "parsers/audit/export_record.h"
#include "parsers/base/json_reader.h"
#include "parsers/open/json_cells.h"

/* {"@Name": "TargetUserName", "#text": "anna"} */
static bool take_value(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    tc_json_value value;
    tc_slice key, name = TC_EMPTY_SLICE;
    tc_cell cell, text = tc_cell_text(TC_EMPTY_SLICE);
    if (tc_json_peek(r) != '{') return tc_json_skip(r, NULL);
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_key_next(r, &key)) {
        if (!tc_json_take_cell(r, arena, &cell)) return false;
        if (tc_slice_equal(key, TC_LIT("@Name"))) name = tc_cell_value(cell, arena).text;
        if (tc_slice_equal(key, TC_LIT("#text"))) text = cell;
    }
    if (tc_json_failed(r)) return false;
    tc_export_record_add(record, name, text);
    return true;
}

static bool take_values(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    tc_json_value value;
    if (tc_json_peek(r) != '[') return take_value(record, arena, r);
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_element_next(r))
        if (!take_value(record, arena, r)) return false;
    return !tc_json_failed(r);
}

/* The members of an object, of which `name` is taken by `take` and the others are passed. */
static bool within(tc_export_record *record, tc_arena *arena, tc_json *r, tc_slice name,
                   bool (*take)(tc_export_record *record, tc_arena *arena, tc_json *r))
{
    tc_json_value value;
    tc_slice key;
    if (tc_json_peek(r) != '{') return tc_json_skip(r, NULL);
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_key_next(r, &key))
        if (tc_slice_equal(key, name) ? !take(record, arena, r) : !tc_json_skip(r, NULL))
            return false;
    return !tc_json_failed(r);
}

static bool take_data(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    return within(record, arena, r, TC_LIT("Data"), take_values);
}

void tc_export_record_payload(tc_export_record *record, tc_arena *arena, tc_slice json)
{
    tc_json r;
    tc_json_init(&r, json);
    (void)within(record, arena, &r, TC_LIT("EventData"), take_data);
}
