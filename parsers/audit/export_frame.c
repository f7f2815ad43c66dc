#include "parsers/audit/export_rows.h"
#include "parsers/event/schema_visit.h"

#define SCRATCH_MAX (1u << 18)

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

static TC_STATUS take_names(const tc_parser *self, tc_export_carry *state,
                            const tc_parse_options *options, const tc_slice *names, size_t count)
{
    const tc_export *format = tc_export_of(self);
    tc_status status = tc_schemas_get(options->schemas, self->name, format->labels,
                                      format->label_count, names, count, &state->header);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The first line of the source that is neither blank nor "#TYPE"; it is the header or refused. */
static TC_STATUS frame_first(const tc_parser *self, tc_export_carry *state,
                             const tc_parse_options *options, tc_slice line)
{
    tc_slice names[TC_EXPORT_COLUMNS];
    size_t count;
    uint8_t separator;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return (tc_status){TC_ENOMEM};
    tc_status status = TC_SUCCESS;
    if (tc_export_names(tc_export_of(self), line, arena, names, &count, &separator)) {
        state->separator = separator;
        status = take_names(self, state, options, names, count);
    }
    tc_arena_free(arena);
    return status;
}

/* Goes on in a line that is too long. */
static void frame_long(tc_export_carry *state, tc_slice bytes, bool last, tc_frame *ret)
{
    size_t feed = tc_slice_find(bytes, '\n');
    bool ended = feed != TC_NPOS || last;
    size_t length = feed != TC_NPOS ? feed + 1 : bytes.len - (last ? 0 : 1);
    state->skipping = !ended;
    *ret = (tc_frame){length, true, ended, TC_REASON_OVERSIZE, 0};
}

TC_STATUS tc_export_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                          tc_slice bytes, bool last, tc_frame *ret)
{
    tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (state->failed != TC_OK) return (tc_status){state->failed};
    if (bytes.len == 0) return TC_SUCCESS;
    if (state->skipping) {
        frame_long(state, bytes, last, ret);
        return TC_SUCCESS;
    }
    const tc_table table = tc_export_table(state);
    for (size_t at = 0; at < bytes.len;) {
        tc_slice rest = tc_slice_sub(bytes, at, bytes.len);
        tc_table_row row = tc_table_next(&table, rest, last, options->record_max, NULL, 0);
        if (row.kind == TC_TABLE_MORE) break;
        if (row.kind == TC_TABLE_LONG) {
            if (at == 0) frame_long(state, bytes, last, ret);
            break;
        }
        /* What is in force for a block stood before it. */
        bool first = !state->header && row.kind == TC_TABLE_WIDTH;
        if (first && at > 0) break;
        at += row.length;
        ret->length = at;
        if (!first) continue;
        TC_TRY(frame_first(self, state, options, tc_slice_sub(rest, 0, row.text)));
        break;
    }
    return TC_SUCCESS;
}

void tc_export_carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                           tc_visit *visit)
{
    tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    tc_column_names names;
    tc_visit_bool(visit, &state->skipping);
    uint32_t separator = state->separator;
    tc_visit_below(visit, &separator, 128);
    state->separator = (uint8_t)separator;
    tc_column_names_visit(visit, state->header, &names);
    if (tc_visit_loads(visit) && names.count > 0) {
        tc_status status = take_names(self, state, options, names.names, names.count);
        if (tc_failed(status) || !state->header)
            tc_visit_fail(visit, tc_failed(status) ? status.code : TC_ESYNTAX,
                          "a header is too long");
        if (state->separator == 0) tc_visit_refuse(visit, "a header without a separator");
    }
    tc_column_names_done(&names);
}
