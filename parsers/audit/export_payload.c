/* Values of a Windows event in the text of one cell:
 * {"EventData":{"Data":[{"@Name":..,"#text":..}]}} or one text with all of them (EvtxECmd),
 * {"TargetUserName":..} or XML (Log Analytics). */
#include "parsers/audit/export_record.h"
#include "parsers/base/json_reader.h"
#include "parsers/open/json_cells.h"
#include "parsers/windows/windows_data_text.h"

/* "a", or ["a", "b"] */
static bool take_unnamed(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    tc_cell cell;
    if (!tc_json_take_cell(r, arena, &cell)) return false;
    tc_export_record_add(record, TC_LIT("Data"), cell);
    return true;
}

/* {"@Name": "TargetUserName", "#text": "anna"} */
static bool take_value(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    tc_json_value value;
    tc_slice key, name = TC_EMPTY_SLICE;
    tc_cell cell, text = tc_cell_text(TC_EMPTY_SLICE);
    if (tc_json_peek(r) != '{') return take_unnamed(record, arena, r);
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
    tc_json ahead = *r;
    if (tc_json_peek(r) != '[') return take_value(record, arena, r);
    if (!tc_json_value_next(&ahead, &value)) return false;
    if (tc_json_element_next(&ahead) && tc_json_peek(&ahead) != '{')
        return take_unnamed(record, arena, r);
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_element_next(r))
        if (!take_value(record, arena, r)) return false;
    return !tc_json_failed(r);
}

static bool take_data(tc_export_record *record, tc_arena *arena, tc_json *r);

/* A member of EventData, or of what it stands in. */
static bool take_member(tc_export_record *record, tc_arena *arena, tc_json *r, tc_slice key)
{
    tc_cell cell;
    uint8_t first = tc_json_peek(r);
    if (tc_slice_equal(key, TC_LIT("Data"))) return take_values(record, arena, r);
    if (first == '{' && tc_slice_equal(key, TC_LIT("EventData")))
        return take_data(record, arena, r);
    if (first == '{' || first == '[') return tc_json_skip(r, NULL);
    if (!tc_json_take_cell(r, arena, &cell)) return false;
    tc_export_record_add(record, key, cell);
    return true;
}

static bool take_data(tc_export_record *record, tc_arena *arena, tc_json *r)
{
    tc_json_value value;
    tc_slice key;
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_key_next(r, &key))
        if (!take_member(record, arena, r, key)) return false;
    return !tc_json_failed(r);
}

/* -- XML ------------------------------------------------------------------------------------- */

typedef struct target {
    tc_export_record *record;
    tc_arena *arena;
    tc_row_list unnamed;
} target;

static void take_xml(void *context, tc_slice name, tc_cell value)
{
    target *t = context;
    if (name.len)
        tc_export_record_add(t->record, name, value);
    else
        (void)tc_row_list_add(t->arena, &t->unnamed, value);
}

void tc_export_record_payload(tc_export_record *record, tc_arena *arena, tc_slice text)
{
    text = tc_slice_trim(text);
    if (tc_slice_starts(text, TC_LIT("{"))) {
        tc_json r;
        tc_json_init(&r, text);
        (void)take_data(record, arena, &r);
    } else if (tc_slice_starts(text, TC_LIT("<"))) {
        target t = {record, arena, {NULL, 0, 0}};
        tc_windows_read_data_text(text, arena, take_xml, &t);
        if (t.unnamed.count > 0)
            tc_export_record_add(record, TC_LIT("Data"), tc_row_list_cell(&t.unnamed));
    }
}
