/* Access logs of what Azure puts in front of a server: Front Door and Application Gateway, as
 * diagnostic settings export them: JSON, one object a request. */
#include "parsers/base/uri.h"
#include "parsers/open/json_objects.h"
#include "parsers/registered.h"
#include "parsers/text/json_lines_walk.h"

#define FORMAT "azure-access"
#define RANK_COPY 1

struct carry {
    const tc_schema *schema;
    tc_code failed; /* why there is none */
    tc_json_state json;
};

static const tc_logsource labels[] = {{"webserver", NULL, NULL}};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.failed = TC_EUNSUPPORTED};
    if (!options->schemas) return;
    own->failed = tc_schemas_get_open(options->schemas, FORMAT, labels, TC_COUNT_OF(labels),
                                      TC_FIELD_ECS_END, &own->schema)
                      .code;
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_json_frame(&own->json, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_state_visit(&own->json, visit);
}

/* -- a request --------------------------------------------------------------------------------- */

static uint16_t column_of(const tc_json_walk *walk, tc_field_static field)
{
    int column = tc_schema_column(walk->schema, (tc_field)field);
    return column < 0 ? TC_ROW_NONE : (uint16_t)column;
}

static tc_slice text_of(const tc_json_walk *walk, tc_field_static field)
{
    uint16_t column = column_of(walk, field);
    if (column == TC_ROW_NONE) return TC_EMPTY_SLICE;
    tc_value value = tc_cell_value(walk->row.cells[column], walk->row.arena);
    bool text = value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER;
    return text ? value.text : TC_EMPTY_SLICE;
}

static void set_text(tc_json_walk *walk, tc_field_static field, tc_slice text)
{
    bool none = text.len == 0 || tc_slice_equal(text, TC_LIT("-"));
    if (!none) tc_row_set(&walk->row, column_of(walk, field), tc_cell_text(text), RANK_COPY);
}

/* What both services and their versions call the columns of a web log; the first that is there
 * counts. */
static void set_columns(tc_json_walk *walk)
{
    static const struct {
        tc_field_static to, from;
    } columns[] = {
        {TC_FIELD_CS_METHOD, TC_FIELD_AZ_METHOD},      {TC_FIELD_C_IP, TC_FIELD_AZ_CLIENT},
        {TC_FIELD_C_IP, TC_FIELD_AZ_CLIENT_IP},        {TC_FIELD_C_PORT, TC_FIELD_AZ_PORT},
        {TC_FIELD_SC_STATUS, TC_FIELD_AZ_CODE},        {TC_FIELD_SC_STATUS, TC_FIELD_AZ_STATUS},
        {TC_FIELD_CS_USER_AGENT, TC_FIELD_AZ_AGENT},   {TC_FIELD_CS_REFERER, TC_FIELD_AZ_REFERER},
        {TC_FIELD_CS_HOST, TC_FIELD_AZ_ORIGINAL_HOST}, {TC_FIELD_CS_HOST, TC_FIELD_AZ_HOST_NAME},
        {TC_FIELD_CS_HOST, TC_FIELD_AZ_HOST},          {TC_FIELD_CS_VERSION, TC_FIELD_AZ_VERSION},
    };
    for (size_t i = 0; i < TC_COUNT_OF(columns); i++)
        set_text(walk, columns[i].to, text_of(walk, columns[i].from));
}

static void set_uri(tc_json_walk *walk)
{
    tc_slice written = text_of(walk, TC_FIELD_AZ_ORIGINAL_URI);
    if (written.len == 0) written = text_of(walk, TC_FIELD_AZ_URI);
    tc_uri uri = tc_uri_split(written);
    set_text(walk, TC_FIELD_CS_URI_STEM, uri.stem);
    set_text(walk, TC_FIELD_CS_URI_QUERY, uri.query);
    set_text(walk, TC_FIELD_CS_URI_QUERY, text_of(walk, TC_FIELD_AZ_QUERY));
    set_text(walk, TC_FIELD_CS_HOST, uri.host);
}

static tc_reason read_object(void *context, tc_slice text)
{
    tc_json_walk *walk = context;
    tc_row_clear(&walk->row);
    tc_reason reason = tc_json_walk_line(walk, text);
    if (reason != TC_REASON_COUNT) return reason;
    set_columns(walk);
    set_uri(walk);
    if (text_of(walk, TC_FIELD_CS_METHOD).len == 0 || text_of(walk, TC_FIELD_C_IP).len == 0)
        return TC_REASON_NOT_EVENT;
    tc_slice time = text_of(walk, TC_FIELD_W3C_TIME);
    if (time.len == 0) time = text_of(walk, TC_FIELD_AZ_TIME);
    return tc_time_parse_iso(time, &walk->time, NULL) ? TC_REASON_COUNT : TC_REASON_BAD_TIME;
}

static TC_STATUS deliver(void *context, tc_place place, tc_slice object, const tc_sink *sink)
{
    tc_json_walk *walk = context;
    tc_event event = {.schema = walk->schema,
                      .cells = walk->row.cells,
                      .extra = walk->row.extra,
                      .extra_count = walk->row.extra_count,
                      .time = walk->time,
                      .place = place,
                      .raw = object,
                      .arena = walk->row.arena};
    return sink->event(sink->context, &event);
}

static tc_time time_of(const void *context)
{
    return ((const tc_json_walk *)context)->time;
}

static const tc_json_form form = {read_object, deliver, time_of};

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_walk *walk = tc_arena_get(arena, 1, sizeof *walk);
    if (!walk || !tc_json_walk_init(walk, options, own->schema, arena, block.len))
        return (tc_status){TC_ENOMEM};
    tc_json_records records;
    tc_json_records_init(&records, &own->json, block, options->record_max, ledger, sink);
    return tc_json_objects_parse(&form, walk, &records, arena);
}

/* -- samples ----------------------------------------------------------------------------------- */

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_sample sample;
    if (own->failed != TC_OK) return false;
    bool opened = tc_json_sample_open(&sample, options, TC_JSON_ANYWHERE, bytes);
    tc_json_walk *walk = opened ? tc_arena_get(sample.arena, 1, sizeof *walk) : NULL;
    bool found = walk && tc_json_walk_init(walk, options, own->schema, sample.arena, 0) &&
                 tc_json_objects_time(&form, walk, &sample, ret);
    tc_json_sample_close(&sample);
    return found;
}

/* The category that these services give the log, and what each of its records has. */
static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    static const char *const categories[] = {"\"FrontDoorAccessLog\"",
                                             "\"ApplicationGatewayAccessLog\""};
    (void)self;
    (void)name;
    tc_slice start = tc_slice_trim(tc_slice_sub(head, 0, 64));
    if (!tc_slice_starts(start, TC_LIT("{")) && !tc_slice_starts(start, TC_LIT("["))) return 0;
    if (tc_slice_search(head, TC_LIT("\"httpMethod\"")) == TC_NPOS) return 0;
    for (size_t i = 0; i < TC_COUNT_OF(categories); i++)
        if (tc_slice_search_ascii(head, tc_slice_of(categories[i])) != TC_NPOS) return 92;
    return 0;
}

const tc_parser tc_parser_azure_access = {
    .name = FORMAT,
    .summary = "access log of Azure Front Door or Application Gateway, JSON",
    .spec = "Microsoft Learn: Front Door, Application Gateway, access logs",
    .unit_of_loss = "one object",
    .gives = "webmail and its logon pages, culture; no users",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    .first = "{[",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
