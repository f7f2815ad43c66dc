#include "parsers/text/table_frame.h"

#include "parsers/event/schema_visit.h"
#include "parsers/text/lines.h"

#define SCRATCH_MAX (1u << 18)

static TC_STATUS keep_names(const tc_table_form *form, tc_table_state *state,
                            const tc_parse_options *options, const tc_slice *names, size_t count)
{
    tc_status status = tc_schemas_get(options->schemas, form->format, form->labels,
                                      form->label_count, names, count, &state->header);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The line that is the header or refused. */
static TC_STATUS frame_first(const tc_table_form *form, tc_table_state *state,
                             const tc_parse_options *options, tc_slice line)
{
    tc_slice names[TC_TABLE_COLUMNS];
    size_t count;
    uint8_t separator;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return (tc_status){TC_ENOMEM};
    tc_status status = TC_SUCCESS;
    if (form->names(form->of, line, arena, names, &count, &separator)) {
        state->separator = separator;
        status = keep_names(form, state, options, names, count);
    }
    tc_arena_free(arena);
    return status;
}

TC_STATUS tc_table_frame(const tc_table_form *form, tc_table_state *state,
                         const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret)
{
    const tc_table table = tc_table_of(state, form->hashes);
    if (state->skipping) {
        tc_lines_skip(&state->skipping, bytes, last, ret);
        return TC_SUCCESS;
    }
    for (size_t at = 0; at < bytes.len;) {
        tc_slice rest = tc_slice_sub(bytes, at, bytes.len);
        tc_table_row row = tc_table_next(&table, rest, last, options->record_max, NULL, 0);
        if (row.kind == TC_TABLE_MORE) break;
        if (row.kind == TC_TABLE_LONG) {
            if (at == 0) tc_lines_skip(&state->skipping, bytes, last, ret);
            break;
        }
        bool first = !state->header && row.kind == TC_TABLE_WIDTH;
        if (first && at > 0) break;
        at += row.length;
        ret->length = at;
        if (first) return frame_first(form, state, options, tc_slice_sub(rest, 0, row.text));
    }
    return TC_SUCCESS;
}

void tc_table_visit(const tc_table_form *form, tc_table_state *state,
                    const tc_parse_options *options, tc_visit *visit)
{
    tc_column_names names;
    uint32_t separator = state->separator;
    tc_visit_bool(visit, &state->skipping);
    tc_visit_below(visit, &separator, 128);
    state->separator = (uint8_t)separator;
    tc_column_names_visit(visit, state->header, &names);
    if (tc_visit_loads(visit) && names.count > 0) {
        tc_status status = keep_names(form, state, options, names.names, names.count);
        if (tc_failed(status) || !state->header)
            tc_visit_fail(visit, tc_failed(status) ? status.code : TC_ESYNTAX,
                          "a header is too long");
        if (state->separator == 0) tc_visit_refuse(visit, "a header without a separator");
    }
    tc_column_names_done(&names);
}

tc_reason tc_table_reason(tc_table_kind kind, bool known)
{
    static const tc_reason reasons[TC_TABLE_KIND_COUNT] = {
        [TC_TABLE_MORE] = TC_REASON_OVERSIZE,      [TC_TABLE_LONG] = TC_REASON_OVERSIZE,
        [TC_TABLE_BLANK] = TC_REASON_COUNT,        [TC_TABLE_NAMES] = TC_REASON_COUNT,
        [TC_TABLE_ROW] = TC_REASON_COUNT,          [TC_TABLE_NUL] = TC_REASON_NUL_BYTES,
        [TC_TABLE_WIDTH] = TC_REASON_COLUMN_COUNT, [TC_TABLE_QUOTE] = TC_REASON_BAD_QUOTE,
        [TC_TABLE_CUT] = TC_REASON_TRUNCATED,
    };
    return known || reasons[kind] == TC_REASON_COUNT ? reasons[kind] : TC_REASON_NO_HEADER;
}
