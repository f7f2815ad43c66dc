#include "parsers/text/line_log_form.h"

#include "parsers/event/schema_visit.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"

typedef struct line_carry {
    tc_framing framing;
    bool no_memory; /* begin could not make the schemas */
    bool headed;    /* a #Fields line is in force */
    bool limited;   /* it could not be made a schema */
    tc_line_form header;
    tc_line_form layouts[TC_LINE_LOG_LAYOUTS];
} line_carry;

/* Gives the form the schema of its columns and those that are added; NULL when that is beyond what
 * a run may hold. */
static TC_STATUS make_schema(const tc_parser *self, const tc_parse_options *options,
                             const tc_slice *names, tc_line_form *form)
{
    const tc_line_log *format = tc_line_log_of(self);
    tc_slice all[TC_LINE_LOG_COLUMNS];
    size_t count = form->width;
    memcpy(all, names, count * sizeof *names);
    if (format->added)
        count += tc_line_form_names(tc_slice_of(format->added), TC_LIT(","), all + count,
                                    TC_LINE_LOG_COLUMNS - count);
    form->schema = NULL;
    if (count > TC_LINE_LOG_COLUMNS) return TC_SUCCESS;
    tc_status status = tc_schemas_get(options->schemas, self->name, format->labels,
                                      format->label_count, all, count, &form->schema);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

void tc_line_log_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    const tc_line_log *format = tc_line_log_of(self);
    tc_slice names[TC_LINE_LOG_COLUMNS];
    memset(carry, 0, sizeof *carry);
    line_carry *state = TC_CARRY_OF(line_carry, carry);
    for (size_t i = 0; format->layouts[i]; i++) {
        size_t count = tc_line_form_names(tc_slice_of(format->layouts[i]), TC_LIT(","), names,
                                          TC_LINE_LOG_COLUMNS);
        state->layouts[i] = tc_line_form_of(names, count);
        if (options->schemas && (tc_failed(make_schema(self, options, names, &state->layouts[i])) ||
                                 !state->layouts[i].schema))
            state->no_memory = true;
    }
}

/* -- framing ----------------------------------------------------------------------------------- */

static tc_framing_answer every_line_ends(const void *context, tc_slice bytes, size_t feed,
                                         bool last)
{
    (void)context;
    (void)bytes;
    (void)feed;
    (void)last;
    return TC_FRAMING_YES;
}

static bool is_header(const void *context, tc_slice line)
{
    return tc_line_log_of(context)->told_by && tc_directive_parse(line).key == TC_DIRECTIVE_FIELDS;
}

static TC_STATUS take_names(const tc_parser *self, line_carry *state,
                            const tc_parse_options *options, const tc_slice *names, size_t count)
{
    state->headed = count > 0;
    state->header = (tc_line_form){NULL, 0, 0, 0};
    state->limited = count > TC_LINE_LOG_COLUMNS;
    if (count == 0 || state->limited) return TC_SUCCESS;
    state->header = tc_line_form_of(names, count);
    TC_TRY(make_schema(self, options, names, &state->header));
    state->limited = state->header.schema == NULL;
    return TC_SUCCESS;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    tc_slice names[TC_LINE_LOG_COLUMNS];
    if (!is_header(context, line)) return TC_SUCCESS;
    size_t count = tc_line_form_names(tc_directive_parse(line).value, TC_LIT(" \t"), names,
                                      TC_LINE_LOG_COLUMNS);
    return take_names(context, TC_CARRY_OF(line_carry, carry), options, names, count);
}

TC_STATUS tc_line_log_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_slice bytes, bool last, tc_frame *ret)
{
    const tc_framing_rules rules = {every_line_ends, NULL, is_header, take_header, self, {NULL, 0}};
    line_carry *state = TC_CARRY_OF(line_carry, carry);
    if (state->no_memory) return (tc_status){TC_ENOMEM};
    return tc_framing_next(&rules, &state->framing, carry, options, bytes, last, ret);
}

/* -- parsing ----------------------------------------------------------------------------------- */

/* The form that the line can be read as; NULL if there is none. */
static const tc_line_form *read_line(const tc_line_log *format, const line_carry *state,
                                     tc_slice line, tc_line_row *row)
{
    if (state->headed)
        return !state->limited && format->read(line, &state->header, row) ? &state->header : NULL;
    for (size_t i = 0; format->layouts[i]; i++)
        if (format->read(line, &state->layouts[i], row)) return &state->layouts[i];
    return NULL;
}

static tc_reason why_not(const line_carry *state, const tc_line_row *row, tc_slice line, bool ended)
{
    if (memchr(line.ptr, 0, line.len)) return TC_REASON_NUL_BYTES;
    if (row->two_ways) return TC_REASON_BAD_QUOTE;
    if (!ended) return TC_REASON_TRUNCATED;
    return state->limited ? TC_REASON_LIMIT : TC_REASON_NOT_EVENT;
}

static TC_STATUS deliver(tc_units *units, const tc_line_form *form, const tc_line_row *row,
                         tc_slice line, size_t length)
{
    tc_event event = {.schema = form->schema,
                      .cells = row->cells,
                      .time = row->time,
                      .place = {units->at, line.len, units->record},
                      .raw = line,
                      .arena = row->arena};
    units->ledger->bytes.parsed += length;
    units->ledger->records.accepted++;
    units->at += length;
    units->record++;
    return units->sink->event(units->sink->context, &event);
}

TC_STATUS tc_line_log_parse(const tc_parser *self, const tc_carry *carry,
                            const tc_parse_options *options, tc_slice block, tc_arena *arena,
                            tc_ledger *ledger, const tc_sink *sink)
{
    const line_carry *state = TC_CARRY_OF(line_carry, carry);
    tc_units units = {block, 0, 0, ledger, sink};
    tc_line_row row = {.cells = tc_arena_get(arena, TC_LINE_LOG_COLUMNS, sizeof(tc_cell)),
                       .zone_offset_ns = options->zone_offset_ns,
                       .told = options->columns,
                       .arena = arena};
    if (!row.cells) return (tc_status){TC_ENOMEM};
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_units_record(&units)) {
        size_t next = 0;
        tc_slice line = tc_framing_line(block, units.at, &next);
        bool nul = memchr(line.ptr, 0, line.len) != NULL;
        row.two_ways = false;
        const tc_line_form *form = nul ? NULL : read_line(self->data, state, line, &row);
        if (form)
            TC_TRY(deliver(&units, form, &row, line, next - units.at));
        else
            tc_units_reject(&units, why_not(state, &row, line, block.ptr[next - 1] == '\n'),
                            line.len, next - units.at);
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

bool tc_line_log_sample_time(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const line_carry *state = TC_CARRY_OF(line_carry, carry);
    tc_cell cells[TC_LINE_LOG_COLUMNS];
    tc_line_row row = {
        .cells = cells, .zone_offset_ns = options->zone_offset_ns, .told = options->columns};
    for (size_t at = 0; at < bytes.len;) {
        tc_slice line = tc_framing_line(bytes, at, &at);
        if (line.len == 0 || line.ptr[0] == '#') continue;
        if (!read_line(self->data, state, line, &row)) continue;
        *ret = row.time;
        return true;
    }
    return false;
}

/* -- saving ------------------------------------------------------------------------------------ */

void tc_line_log_carry_visit(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_visit *visit)
{
    const tc_line_log *format = tc_line_log_of(self);
    line_carry *state = TC_CARRY_OF(line_carry, carry);
    bool headed = state->headed, limited = state->limited;
    tc_column_names names;
    tc_framing_visit(&state->framing, visit);
    tc_visit_bool(visit, &headed);
    tc_visit_bool(visit, &limited);
    tc_column_names_visit(visit, state->header.schema, &names);
    if (tc_visit_loads(visit) && !tc_visit_failed(visit) && names.count > 0) {
        size_t added = tc_line_form_names(tc_slice_of(format->added), TC_LIT(","), NULL, 0);
        if (names.count <= added || names.count > TC_LINE_LOG_COLUMNS)
            tc_visit_refuse(visit, "a header that is none");
        else if (tc_failed(take_names(self, state, options, names.names, names.count - added)) ||
                 state->limited)
            tc_visit_fail(visit, TC_ENOMEM, "a header could not be made again");
    }
    tc_column_names_done(&names);
    state->headed = headed;
    state->limited = limited;
    if (headed && !limited && !state->header.schema && tc_visit_loads(visit))
        tc_visit_refuse(visit, "a header without columns");
}
