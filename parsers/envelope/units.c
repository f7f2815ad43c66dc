#include "parsers/envelope/units.h"

TC_STATUS tc_units_frame(const tc_parser *self, tc_units_state *state,
                         const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret)
{
    const tc_envelope *envelope = self->data;
    if (envelope->table) return tc_rows_frame(self, &state->rows, options, bytes, last, ret);
    if (envelope->json)
        tc_json_frame(&state->json, bytes, last, options->record_max, ret);
    else
        tc_lines_frame(&state->skipping, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

void tc_units_back(const tc_envelope *envelope, tc_units_state *state, const tc_units_state *before,
                   tc_slice bytes)
{
    if (!envelope->json) return; /* whole lines and rows leave nothing */
    tc_json_items x = {.bytes = bytes,
                       .last = true,
                       .column = before->json.column,
                       .inlined = before->json.inlined};
    tc_json_items_count(&x, bytes.len);
    state->json = (tc_json_state){.column = x.column, .inlined = x.inlined};
}

void tc_units_visit(const tc_parser *self, tc_units_state *state, const tc_parse_options *options,
                    tc_visit *visit)
{
    tc_visit_bool(visit, &state->skipping);
    tc_json_state_visit(&state->json, visit);
    tc_rows_visit(self, &state->rows, options, visit);
}

void tc_units_init(tc_units *units, const tc_envelope *envelope, const tc_units_state *state,
                   tc_slice block, size_t record_max, tc_arena *arena)
{
    units->block = block;
    units->at = units->next = 0;
    units->kind = TC_UNITS_ONE;
    units->reason = TC_REASON_COUNT;
    units->envelope = envelope;
    units->record_max = record_max;
    units->arena = arena;
    units->items = (tc_json_items){.bytes = block,
                                   .last = true,
                                   .record_max = record_max,
                                   .column = state->json.column,
                                   .inlined = state->json.inlined};
    if (envelope->table) tc_rows_init(&units->rows, envelope, &state->rows);
}

static bool next_line(tc_units *units)
{
    tc_lines lines = {.block = units->block, .next = units->next};
    if (!tc_lines_next(&lines)) return false;
    units->at = lines.at;
    units->next = lines.next;
    units->text = lines.text;
    units->ended = lines.ended;
    return true;
}

static bool next_item(tc_units *units)
{
    static const tc_units_kind kinds[] = {
        [TC_JSON_ITEM_BLANK] = TC_UNITS_BETWEEN,
        [TC_JSON_ITEM_OBJECT] = TC_UNITS_ONE,
        [TC_JSON_ITEM_DAMAGE] = TC_UNITS_DAMAGE,
    };
    tc_json_item item;
    units->at = units->next;
    if (units->at == units->block.len) return false;
    if (!tc_json_items_between(&units->items, units->at, &item))
        tc_json_items_object(&units->items, units->at, &item);
    units->next = item.end;
    units->text = tc_slice_sub(units->block, units->at, units->next - units->at);
    units->kind = kinds[item.kind];
    units->reason = item.kind == TC_JSON_ITEM_DAMAGE ? item.reason : TC_REASON_COUNT;
    units->ended = units->kind != TC_UNITS_DAMAGE || units->next < units->block.len;
    return true;
}

/* What a row is as a unit; before the names of the columns are known, everything is refused. */
static void judge_row(tc_units *units, tc_table_kind kind)
{
    bool known = units->rows.table.names != NULL;
    units->reason = tc_table_reason(kind, known);
    units->kind = kind == TC_TABLE_NAMES ? TC_UNITS_NAMES : TC_UNITS_ONE;
    if (units->reason == TC_REASON_COUNT) return;
    if (!known && kind == TC_TABLE_WIDTH &&
        tc_rows_header(&units->rows, units->envelope, units->text, units->arena)) {
        units->kind = TC_UNITS_NAMES;
        units->reason = TC_REASON_COUNT;
        return;
    }
    units->kind = TC_UNITS_DAMAGE;
}

static bool next_row(tc_units *units)
{
    units->at = units->next;
    if (units->at == units->block.len) return false;
    tc_slice rest = tc_slice_sub(units->block, units->at, units->block.len);
    tc_table_row row = tc_table_next(&units->rows.table, rest, true, units->record_max + 1,
                                     units->cells, TC_TABLE_COLUMNS);
    if (row.length == 0) row.length = row.text = rest.len;
    units->next = units->at + row.length;
    units->text = tc_slice_sub(rest, 0, row.text);
    judge_row(units, row.kind);
    units->ended = units->kind != TC_UNITS_DAMAGE || units->next < units->block.len;
    return true;
}

bool tc_units_next(tc_units *units)
{
    if (units->envelope->table) return next_row(units);
    return units->envelope->json ? next_item(units) : next_line(units);
}

void tc_units_seek(tc_units *units, size_t offset)
{
    if (units->envelope->json || units->envelope->table || offset <= units->next) return;
    size_t feed = tc_slice_rfind(tc_slice_sub(units->block, 0, offset), '\n');
    if (feed != TC_NPOS && feed + 1 > units->next) units->next = feed + 1;
}
