#include "parsers/event/schema_visit.h"
#include "parsers/text/delimited_carry.h"
#include "parsers/text/directive.h"

#define CELLS TC_SCHEMA_MAX_COLUMNS

static size_t split_names(tc_slice list, uint8_t separator, tc_slice *names, size_t room)
{
    size_t count = 0;
    tc_slice rest = list, name;
    for (; tc_directive_name(&rest, tc_slice_make(&separator, 1), &name); count++)
        if (count < room) names[count] = tc_slice_trim(name);
    return count;
}

/* The schema of these columns, or NULL when the list is beyond what a run may hold. */
static TC_STATUS get_schema(const tc_parser *self, const tc_parse_options *options,
                            const tc_slice *names, size_t count, const tc_schema **ret)
{
    const tc_delimited *format = tc_delimited_of(self);
    *ret = NULL;
    tc_status status = tc_schemas_get(options->schemas, self->name, format->labels,
                                      format->label_count, names, count, ret);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The column of the time; `count` if none is. */
static size_t time_column(const tc_delimited *format, const tc_slice *names, size_t count)
{
    size_t time = 0;
    if (!format->time) return 0;
    while (time < count && !tc_slice_equal_ascii(names[time], tc_slice_of(format->time)))
        time++;
    return time;
}

void tc_delimited_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    const tc_delimited *format = tc_delimited_of(self);
    tc_slice names[CELLS];
    memset(carry, 0, sizeof *carry);
    tc_delimited_carry *state = TC_CARRY_OF(tc_delimited_carry, carry);
    for (size_t i = 0; options->schemas && !format->partial && format->layouts[i]; i++) {
        size_t count = split_names(tc_slice_of(format->layouts[i]), ',', names, CELLS);
        size_t time = time_column(format, names, count);
        TC_ASSERT(time < count);
        state->times[i] = (uint16_t)time;
        if (tc_failed(get_schema(self, options, names, count, &state->layouts[i])))
            state->no_memory = true;
    }
}

/* -- framing ----------------------------------------------------------------------------------- */

static tc_framing_answer ends(const void *context, tc_slice bytes, size_t feed, bool last)
{
    tc_slice rest = tc_slice_sub(bytes, feed + 1, bytes.len);
    if (rest.len == 0) return last ? TC_FRAMING_YES : TC_FRAMING_UNKNOWN;
    switch (tc_csv_begins(&tc_delimited_of(context)->dialect, rest)) {
    case TC_CSV_YES:
        return TC_FRAMING_YES;
    case TC_CSV_UNKNOWN:
        return last ? TC_FRAMING_NO : TC_FRAMING_UNKNOWN;
    case TC_CSV_NO:
        break;
    }
    return TC_FRAMING_NO;
}

/* A frame ends behind a line end only, so that what follows a line end inside quotes is never cut
 * off from it. */
static size_t line_start(tc_slice bytes, size_t at)
{
    while (at > 0 && bytes.ptr[at - 1] == 0)
        at--;
    return at;
}

static size_t forward(const void *context, tc_slice bytes)
{
    const tc_csv_dialect *dialect = &tc_delimited_of(context)->dialect;
    tc_ledger nobody_asks = {0};
    tc_units units = {bytes, 0, 0, &nobody_asks, NULL};
    size_t end = 0;
    while (tc_units_record(&units)) {
        end = line_start(bytes, units.at);
        tc_csv_record record;
        tc_csv_read(dialect, bytes.ptr + units.at, bytes.ptr + bytes.len, NULL, NULL, 0, &record);
        units.at = (size_t)(record.next - bytes.ptr);
        if (!record.ended || (record.open && units.at == bytes.len)) return end;
        end = units.at;
    }
    /* What is left are lines that are no records; those before the last line end are whole, too.
     * How far they reach must not depend on how much of the next line is in sight. */
    size_t feed = tc_slice_rfind(bytes, '\n');
    return feed == TC_NPOS ? end : feed + 1;
}

/* The names of the columns, without a '#'. */
static bool is_bare(const tc_delimited *format, tc_slice line)
{
    return format->bare && tc_slice_starts_ascii(line, tc_slice_of(format->bare));
}

static bool is_header(const void *context, tc_slice line)
{
    return is_bare(tc_delimited_of(context), line) ||
           tc_csv_begins(&tc_delimited_of(context)->dialect, line) == TC_CSV_YES;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    const tc_parser *self = context;
    const tc_delimited *format = tc_delimited_of(self);
    tc_delimited_carry *state = TC_CARRY_OF(tc_delimited_carry, carry);
    tc_directive directive = tc_directive_parse(line);
    /* What is_header would not see between records must not count between blocks either. */
    bool bare = is_bare(format, line);
    if (bare) directive.value = line;
    if ((!bare && directive.key != TC_DIRECTIVE_FIELDS) || !is_header(context, line))
        return TC_SUCCESS;
    tc_slice names[CELLS];
    size_t count = split_names(directive.value, format->dialect.separator, names, CELLS);
    size_t time = time_column(format, names, TC_MIN(count, CELLS));
    state->header = NULL;
    state->limited = count > CELLS;
    if (state->limited || time == count) return TC_SUCCESS;
    state->time = (uint16_t)time;
    TC_TRY(get_schema(self, options, names, count, &state->header));
    state->limited = state->header == NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_delimited_frame(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, bool last,
                             tc_frame *ret)
{
    const char *bare = tc_delimited_of(self)->bare;
    const tc_framing_rules rules = {ends,        forward, is_header,
                                    take_header, self,    tc_slice_of(bare ? bare : "")};
    tc_delimited_carry *state = TC_CARRY_OF(tc_delimited_carry, carry);
    if (state->no_memory) return (tc_status){TC_ENOMEM};
    return tc_framing_next(&rules, &state->framing, carry, options, bytes, last, ret);
}

/* -- saving ------------------------------------------------------------------------------------ */

static void load_header(const tc_parser *self, tc_delimited_carry *state,
                        const tc_parse_options *options, tc_visit *visit,
                        const tc_column_names *names)
{
    size_t time = time_column(tc_delimited_of(self), names->names, names->count);
    if (time == names->count) {
        tc_visit_refuse(visit, "a header without a time");
        return;
    }
    state->time = (uint16_t)time;
    tc_status status = get_schema(self, options, names->names, names->count, &state->header);
    if (tc_failed(status) || !state->header)
        tc_visit_fail(visit, tc_failed(status) ? status.code : TC_ESYNTAX, "a header is too long");
}

void tc_delimited_carry_visit(const tc_parser *self, tc_carry *carry,
                              const tc_parse_options *options, tc_visit *visit)
{
    tc_delimited_carry *state = TC_CARRY_OF(tc_delimited_carry, carry);
    tc_column_names names;
    tc_framing_visit(&state->framing, visit);
    tc_visit_bool(visit, &state->limited);
    tc_column_names_visit(visit, state->header, &names);
    if (tc_visit_loads(visit) && names.count > 0) load_header(self, state, options, visit, &names);
    tc_column_names_done(&names);
}
