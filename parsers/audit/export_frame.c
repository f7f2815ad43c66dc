#include "parsers/audit/export_rows.h"

void tc_export_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    *state = (tc_export_carry){.failed = TC_OK};
    if (tc_export_of(self)->windows) {
        tc_windows_schemas_init(&state->windows, options, self->name);
        state->failed = state->windows.failed;
    }
    if (!tc_export_of(self)->payload) return;
    tc_audit_schemas_init(&state->schemas, options, self->name);
    state->failed = state->schemas.failed;
}

static bool read_names(const void *of, tc_slice line, tc_arena *arena,
                       tc_slice names[TC_TABLE_COLUMNS], size_t *ret_count, uint8_t *ret_separator)
{
    return tc_export_names(of, line, arena, names, ret_count, ret_separator);
}

static tc_table_form form_of(const tc_parser *self)
{
    const tc_export *format = tc_export_of(self);
    return (tc_table_form){.format = self->name,
                           .labels = format->labels,
                           .label_count = format->label_count,
                           .names = read_names,
                           .of = format};
}

TC_STATUS tc_export_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                          tc_slice bytes, bool last, tc_frame *ret)
{
    tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    const tc_table_form form = form_of(self);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (state->failed != TC_OK) return (tc_status){state->failed};
    return tc_table_frame(&form, &state->table, options, bytes, last, ret);
}

void tc_export_carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                           tc_visit *visit)
{
    tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    const tc_table_form form = form_of(self);
    tc_table_visit(&form, &state->table, options, visit);
}
