#include "parsers/text/iis_w3c.h"
#include "parsers/base/hash.h"
#include "parsers/event/schema_visit.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"
#include "parsers/text/w3c_learn.h"
#include "parsers/text/w3c_parts.h"
#include "parsers/text/w3c_probe.h"
#include "parsers/text/w3c_time.h"

static const char format_name[] = "iis-w3c";
static const tc_logsource labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};

typedef struct w3c_carry {
    tc_framing framing;
    bool no_memory;   /* begin could not make the schemas */
    bool limited;     /* the header in force could not be made a schema */
    bool quoting;     /* #Software: a maker that puts values in quotes */
    tc_w3c_form form; /* the header in force */
    tc_w3c_clock clock;
    uint8_t learned_count;
    tc_w3c_form learned[TC_W3C_LEARNED_MAX];
} w3c_carry;

/* The schema of the form's columns, or NULL when the list is beyond what a run may hold. There is
 * room for TC_W3C_PARTS more names. */
static TC_STATUS get_schema(const tc_parse_options *options, tc_slice *names, tc_w3c_form *form)
{
    size_t count = form->width;
    if (form->uri != TC_W3C_NO_COLUMN) {
        names[count++] = TC_LIT("cs-uri-stem");
        names[count++] = TC_LIT("cs-uri-query");
    }
    form->schema = NULL;
    tc_status status = tc_schemas_get(options->schemas, format_name, labels, TC_COUNT_OF(labels),
                                      names, count, &form->schema);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The form of one list of the columns that were learned; "-" is no name. */
static TC_STATUS take_learned(w3c_carry *state, const tc_parse_options *options, tc_slice list)
{
    tc_slice names[TC_W3C_LEARNED_WIDTH + 1 + TC_W3C_PARTS];
    tc_w3c_form form;
    if (!tc_w3c_form_read(list, names, TC_W3C_LEARNED_WIDTH + 1, &form)) return TC_SUCCESS;
    if (form.width > TC_W3C_LEARNED_WIDTH) return TC_SUCCESS;
    for (size_t i = 0; i < form.width; i++)
        if (tc_slice_equal(names[i], TC_LIT("-"))) names[i] = TC_EMPTY_SLICE;
    TC_TRY(get_schema(options, names, &form));
    if (form.schema) state->learned[state->learned_count++] = form;
    return TC_SUCCESS;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    return tc_w3c_probe(head, name);
}

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    memset(carry, 0, sizeof *carry);
    w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    state->form.separator = ' ';
    state->clock.day = TC_TIME_NONE;
    tc_slice rest = options->columns;
    while (options->schemas && rest.len && state->learned_count < TC_W3C_LEARNED_MAX)
        if (tc_failed(take_learned(state, options, tc_slice_split(rest, '\n', &rest))))
            state->no_memory = true;
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
    (void)context;
    tc_directive_key key = tc_directive_parse(line).key;
    return key == TC_DIRECTIVE_FIELDS || key == TC_DIRECTIVE_DATE ||
           key == TC_DIRECTIVE_START_DATE || key == TC_DIRECTIVE_SOFTWARE;
}

static TC_STATUS take_fields(w3c_carry *state, const tc_parse_options *options, tc_slice list)
{
    tc_slice names[TC_SCHEMA_MAX_COLUMNS + 1 +
                   TC_W3C_PARTS]; /* one more: so many are beyond the limit */
    tc_w3c_form form;
    state->form = (tc_w3c_form){.separator = ' '};
    state->limited = false;
    if (!tc_w3c_form_read(list, names, TC_SCHEMA_MAX_COLUMNS + 1, &form)) return TC_SUCCESS;
    TC_TRY(get_schema(options, names, &form));
    state->limited = form.schema == NULL;
    if (form.schema) state->form = form;
    return TC_SUCCESS;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    (void)context;
    w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    tc_directive directive = tc_directive_parse(line);
    tc_time instant;
    switch (directive.key) {
    case TC_DIRECTIVE_FIELDS:
        TC_TRY(take_fields(state, options, directive.value));
        break;
    case TC_DIRECTIVE_DATE:
    case TC_DIRECTIVE_START_DATE:
        if (tc_directive_instant(directive.value, &instant))
            tc_w3c_clock_set(&state->clock, instant);
        break;
    case TC_DIRECTIVE_SOFTWARE:
        state->quoting = !tc_slice_starts_ascii(directive.value, TC_LIT("Microsoft"));
        break;
    case TC_DIRECTIVE_COMMENT:
    case TC_DIRECTIVE_VERSION:
    case TC_DIRECTIVE_LOG_TYPE:
    case TC_DIRECTIVE_KEY_COUNT:
        break;
    }
    state->form.quoted = state->quoting;
    return TC_SUCCESS;
}

/* -- parsing ----------------------------------------------------------------------------------- */

typedef struct walk {
    const w3c_carry *state;
    tc_units units;
    tc_w3c_learned learned[TC_W3C_LEARNED_MAX];
    tc_w3c_forms forms;
    tc_cell *cells; /* TC_W3C_ROOM */
    tc_w3c_clock clock;
    tc_w3c_cache cache;
    int64_t zone_offset_ns;
    tc_arena *arena;
} walk;

/* What the rows of a block are held against. */
static void set_forms(const w3c_carry *state, tc_w3c_learned learned[TC_W3C_LEARNED_MAX],
                      tc_w3c_forms *ret)
{
    for (size_t i = 0; i < state->learned_count; i++)
        learned[i] = tc_w3c_learned_of(&state->learned[i]);
    *ret = (tc_w3c_forms){&state->form, learned, state->learned_count};
}

static TC_STATUS deliver(walk *w, const tc_w3c_form *form, tc_time time, const tc_split *row)
{
    tc_units *units = &w->units;
    const uint8_t *at = units->block.ptr + units->at;
    size_t length = (size_t)(row->next - at);
    units->ledger->bytes.parsed += length;
    units->ledger->records.accepted++;
    if (units->sink) {
        tc_arena_mark mark = tc_arena_save(w->arena);
        if (TC_UNLIKELY(tc_w3c_has_parts(form))) tc_w3c_make_parts(form, w->cells, w->arena);
        tc_event event = {
            .schema = form->schema,
            .cells = w->cells,
            .time = time,
            .place = {units->at, row->length, units->record},
            .raw = {at, row->length},
            .arena = w->arena,
        };
        TC_TRY(units->sink->event(units->sink->context, &event));
        tc_arena_rewind(w->arena, mark);
    }
    units->at += length;
    units->record++;
    return TC_SUCCESS;
}

/* Why a row that nothing fits is none. */
static tc_reason why_not(const walk *w, const tc_split *row)
{
    const uint8_t *end = w->units.block.ptr + w->units.block.len;
    bool ended = row->next[-1] == '\n';
    if (row->next == end && !ended) return TC_REASON_TRUNCATED;
    if (w->state->form.width == 0) return w->state->limited ? TC_REASON_LIMIT : TC_REASON_NO_HEADER;
    return row->count == w->state->form.width ? TC_REASON_BAD_TIME : TC_REASON_COLUMN_COUNT;
}

/* A row that is not simply as wide as the header, or shows no time there. */
static TC_STATUS take_odd_row(walk *w, const tc_split *row)
{
    tc_units *units = &w->units;
    size_t length = (size_t)(row->next - units->block.ptr) - units->at;
    tc_slice line = tc_slice_sub(units->block, units->at, row->length);
    tc_reason reason = why_not(w, row);
    int learned;
    tc_time time;
    if (row->nul) {
        reason = TC_REASON_NUL_BYTES;
    } else if (tc_w3c_row_fit(&w->forms, line, w->cells, &learned)) {
        const tc_w3c_form *form =
            learned == TC_W3C_BY_HEADER ? &w->state->form : &w->learned[learned].form;
        if (tc_w3c_row_time(&w->cache, &w->clock, form, w->cells, w->zone_offset_ns, &time))
            return deliver(w, form, time, row);
        reason = TC_REASON_BAD_TIME;
    }
    tc_units_reject(units, reason, row->length, length);
    return TC_SUCCESS;
}

static TC_STATUS take_rows(walk *w)
{
    const tc_w3c_form *form = &w->state->form;
    tc_units *units = &w->units;
    if (units->block.len == 0) return TC_SUCCESS; /* its bytes may be nowhere */
    const uint8_t *end = units->block.ptr + units->block.len;
    while (units->at < units->block.len) {
        const uint8_t *at = units->block.ptr + units->at;
        if (TC_UNLIKELY(!tc_units_record_byte(*at))) {
            if (!tc_units_record(units)) break;
            at = units->block.ptr + units->at;
        }
        tc_split row;
        tc_time time;
        tc_split_line(at, end, form->separator, w->cells, TC_W3C_ROOM, &row);
        bool plain = row.count == form->width && !row.nul &&
                     !(form->quoted && memchr(at, '"', row.length) != NULL);
        if (TC_LIKELY(plain && tc_w3c_row_time(&w->cache, &w->clock, form, w->cells,
                                               w->zone_offset_ns, &time)))
            TC_TRY(deliver(w, form, time, &row));
        else
            TC_TRY(take_odd_row(w, &row));
    }
    return TC_SUCCESS;
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    walk w = {.state = state,
              .units = {block, 0, 0, ledger, sink},
              .cells = tc_arena_get(arena, TC_W3C_ROOM, sizeof(tc_cell)),
              .clock = state->clock,
              .zone_offset_ns = options->zone_offset_ns,
              .arena = arena};
    set_forms(state, w.learned, &w.forms);
    return w.cells ? take_rows(&w) : (tc_status){TC_ENOMEM};
}

/* Moves the carry's clock over rows that have no date of their own. */
static TC_STATUS follow_clock(w3c_carry *state, tc_slice rows)
{
    tc_cell cells[TC_W3C_ROOM];
    tc_ledger nobody_asks = {0};
    walk w = {.state = state,
              .units = {rows, 0, 0, &nobody_asks, NULL},
              .cells = cells,
              .clock = state->clock};
    set_forms(state, w.learned, &w.forms);
    TC_TRY(take_rows(&w));
    state->clock = w.clock;
    return TC_SUCCESS;
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    static const tc_framing_rules rules = {every_line_ends, NULL, is_header,
                                           take_header,     NULL, {NULL, 0}};
    w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    if (state->no_memory) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_framing_next(&rules, &state->framing, carry, options, bytes, last, ret));
    bool dateless = state->form.width > 0 && state->form.date == TC_W3C_NO_COLUMN;
    if (dateless && !ret->rejected && ret->length > 0 && bytes.ptr[0] != '#')
        return follow_clock(state, tc_slice_sub(bytes, 0, ret->length));
    return TC_SUCCESS;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    tc_w3c_learned learned[TC_W3C_LEARNED_MAX];
    tc_w3c_forms forms;
    set_forms(state, learned, &forms);
    return tc_w3c_sample_time(&forms, state->clock, options->zone_offset_ns, bytes, ret);
}

/* -- saving ------------------------------------------------------------------------------------ */

static void visit_clock(tc_w3c_clock *clock, tc_visit *visit)
{
    tc_visit_time(visit, &clock->day);
    tc_visit_time(visit, &clock->last);
    tc_visit_bool(visit, &clock->rolled);
    if (clock->last >= 0 && clock->last <= 2 * TC_DAY) return;
    tc_visit_refuse(visit, "a time of day that is none");
    clock->last = 0;
}

/* The header's form is made as from the log, of a #Fields line put together again. */
static void load_form(w3c_carry *state, const tc_parse_options *options, tc_visit *visit,
                      const tc_column_names *names, uint8_t separator, bool parts)
{
    tc_str line;
    tc_str_init(&line, 2 * TC_SCHEMA_BYTES_OF_SOURCE);
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0) tc_str_add_byte(&line, separator);
        tc_str_add(&line, names->names[i]);
    }
    tc_status status = tc_str_status(&line);
    if (!tc_failed(status)) status = take_fields(state, options, tc_str_view(&line));
    tc_str_done(&line);
    if (tc_failed(status))
        tc_visit_fail(visit, status.code, "a header could not be made again");
    else if (state->form.width == 0 || parts != (state->form.uri != TC_W3C_NO_COLUMN))
        tc_visit_refuse(visit, "a header without a time, too long, or of another kind");
}

/* What was learned is made by begin, of the source's columns: whoever loads must have the same. */
static void visit_columns(tc_slice columns, tc_visit *visit)
{
    const uint64_t ours = tc_content_hash(columns);
    uint64_t saved = ours;
    tc_visit_u64(visit, &saved);
    if (saved != ours) tc_visit_refuse(visit, "its rows were read by other columns");
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    w3c_carry *state = TC_CARRY_OF(w3c_carry, carry);
    tc_column_names names;
    uint8_t separator = state->form.separator;
    bool limited = state->limited;
    bool parts = state->form.schema && state->form.uri != TC_W3C_NO_COLUMN;
    visit_columns(options->columns, visit);
    tc_framing_visit(&state->framing, visit);
    tc_visit_bool(visit, &limited);
    tc_visit_bool(visit, &state->quoting);
    visit_clock(&state->clock, visit);
    tc_visit_u8(visit, &separator);
    tc_visit_bool(visit, &parts);
    tc_column_names_visit(visit, state->form.schema, &names);
    if (tc_visit_loads(visit) && parts) names.count -= TC_MIN(names.count, TC_W3C_PARTS);
    if (tc_visit_loads(visit) && separator != ' ' && separator != '\t')
        tc_visit_refuse(visit, "columns are separated by neither blank nor tab");
    if (tc_visit_loads(visit) && names.count > 0 && !tc_visit_failed(visit))
        load_form(state, options, visit, &names, separator, parts);
    tc_column_names_done(&names);
    state->limited = limited;
    state->form.quoted = state->quoting;
}

const tc_parser tc_parser_iis_w3c = {
    .name = format_name,
    .summary = "W3C extended log of IIS and other web servers",
    .spec = "W3C WD-logfile-960323; Microsoft Learn: W3C logging",
    .unit_of_loss = "one line",
    .gives = "webmail, logons, culture, password pages",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    .columns = &tc_w3c_column_reader,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .carry_visit = carry_visit,
    .carry_version = 3,
};
