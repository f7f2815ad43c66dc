#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

static const tc_logsource web_labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};
static const tc_logsource tracking_labels[] = {{NULL, "exchange", "messagetracking"}};

void fixture_network(tc_cidr *list, size_t *count, const char *cidr)
{
    cr_assert(tc_cidr_parse(tc_slice_of(cidr), &list[(*count)++], NULL), "%s", cidr);
}

void fixture_open(fixture *f)
{
    tc_error error = {0};
    char text[700];
    f->site.internal = f->internal;
    f->site.egress = f->egress;
    f->site.proxies = f->proxies;
    f->site.domains = f->domains;
    f->site.tables_folder = TC_TEST_TABLES;
    f->names = tc_names_new();
    cr_assert_not_null(f->names);
    tc_names_freeze(f->names);
    f->schemas = tc_schemas_new(f->names, 64);
    f->arena = tc_arena_new(1 << 22);
    tc_status status = tc_enricher_open(&f->site, f->names, &f->enricher, &error);
    cr_assert(!tc_failed(status), "%s", tc_error_format(&error, text, sizeof(text)));
    fixture_worker(f);
}

void fixture_worker(fixture *f)
{
    tc_enrich_worker_free(f->worker);
    f->worker = tc_enrich_worker_new(f->enricher);
    cr_assert_not_null(f->worker);
    fixture_block(f);
}

static void locate(const void *context, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    (void)context;
    ret->offset = place.offset;
    ret->line = place.record + 1;
    *ret_position = place.offset;
}

void fixture_block(fixture *f)
{
    tc_observations_free(f->batch);
    f->batch = tc_observations_new(f->batch_bytes ? f->batch_bytes : 8 << 20);
    tc_block_origin origin = {.parser = f->parser,
                              .source = 3,
                              .source_key = 77,
                              .host = f->nameless ? TC_EMPTY_SLICE : TC_LIT("EX01"),
                              .locate = locate};
    cr_assert(!tc_failed(tc_enrich_begin_block(f->worker, &origin, f->batch)));
}

void fixture_open_front_end(fixture *f)
{
    memset(f, 0, sizeof(*f));
    fixture_network(f->internal, &f->site.internal_count, "10.0.0.0/8");
    fixture_network(f->egress, &f->site.egress_count, "192.0.2.0/24");
    fixture_network(f->proxies, &f->site.proxy_count, "10.1.1.1");
    fixture_open(f);
}

void fixture_close(fixture *f)
{
    cr_expect(!tc_failed(tc_enrich_end_block(f->worker)));
    tc_enrich_worker_free(f->worker);
    tc_enricher_free(f->enricher);
    tc_observations_free(f->batch);
    tc_schemas_free(f->schemas);
    tc_names_free(f->names);
    tc_arena_free(f->arena);
}

static void set_event(fixture *f, const char *time, const tc_schema *schema)
{
    tc_time t;
    cr_assert(tc_time_parse_iso(tc_slice_of(time), &t, NULL), "%s", time);
    tc_arena_reset(f->arena);
    tc_overlay_clear(&f->overlay);
    f->event = (tc_event){.schema = schema,
                          .cells = f->cells,
                          .time = t,
                          .place = {.offset = f->record * 100, .length = 99, .record = f->record},
                          .raw = tc_slice_of(f->raw),
                          .overlay = &f->overlay,
                          .arena = f->arena};
    f->record++;
}

static tc_cell cell_of(tc_slice text)
{
    tc_cell cell = tc_cell_text(text);
    if (text.len == 1 && text.ptr[0] == '-') cell.form = TC_FORM_NULL;
    return cell;
}

void fixture_web(fixture *f, const char *time, const char *row)
{
    static const tc_slice names[] = {
        {(const uint8_t *)"cs-method", 9},        {(const uint8_t *)"cs-uri-stem", 11},
        {(const uint8_t *)"cs-uri-query", 12},    {(const uint8_t *)"s-port", 6},
        {(const uint8_t *)"cs-username", 11},     {(const uint8_t *)"c-ip", 4},
        {(const uint8_t *)"cs(User-Agent)", 14},  {(const uint8_t *)"sc-status", 9},
        {(const uint8_t *)"sc-win32-status", 15}, {(const uint8_t *)"X-Forwarded-For", 15},
        {(const uint8_t *)"s-computername", 14},
    };
    const tc_schema *schema = NULL;
    cr_assert(!tc_failed(
        tc_schemas_get(f->schemas, "iis-w3c", web_labels, 2, names, TC_COUNT_OF(names), &schema)));
    cr_assert_lt(strlen(row), sizeof(f->raw));
    snprintf(f->raw, sizeof(f->raw), "%s", row);
    tc_slice rest = tc_slice_of(f->raw);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        f->cells[i] = rest.ptr ? cell_of(tc_slice_split(rest, ' ', &rest)) : cell_of(TC_LIT("-"));
    set_event(f, time, schema);
}

static const tc_schema *pair_schema(fixture *f, const char *format, const tc_logsource *label,
                                    const pair *pairs)
{
    tc_slice names[FIXTURE_COLUMNS];
    size_t count = 0, length = 0;
    const tc_schema *schema = NULL;
    f->raw[0] = '\0';
    for (; pairs[count].name != NULL; count++) {
        names[count] = tc_slice_of(pairs[count].name);
        f->cells[count] = cell_of(tc_slice_of(pairs[count].value));
        length += (size_t)snprintf(f->raw + length, sizeof(f->raw) - length, "%s=%s;",
                                   pairs[count].name, pairs[count].value);
        cr_assert_lt(length, sizeof(f->raw));
    }
    cr_assert(!tc_failed(tc_schemas_get(f->schemas, format, label, 1, names, count, &schema)));
    return schema;
}

void fixture_tracking(fixture *f, const char *time, const pair *pairs)
{
    set_event(f, time, pair_schema(f, "exchange-msgtrk", tracking_labels, pairs));
}

void fixture_windows(fixture *f, const char *time, const char *service, const pair *pairs)
{
    /* A schema keeps its labels. */
    static const tc_logsource labels[] = {{NULL, "windows", "security"},
                                          {NULL, "windows", "msexchange-management"},
                                          {NULL, "windows", "application"}};
    size_t i = 0;
    while (i + 1 < TC_COUNT_OF(labels) && strcmp(service, labels[i].service) != 0)
        i++;
    const tc_logsource *label = &labels[i];
    set_event(f, time, pair_schema(f, "windows-xml", label, pairs));
}

TC_STATUS fixture_observe(fixture *f)
{
    return tc_enrich_observe(f->worker, &f->event, &f->filtered);
}

tc_reason fixture_show(fixture *f, const char *time, const char *row)
{
    fixture_web(f, time, row);
    cr_assert(!tc_failed(fixture_observe(f)), "%s", row);
    return f->filtered;
}

size_t fixture_count(const fixture *f, tc_observation_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < tc_observations_count(f->batch); i++)
        count += tc_observations_at(f->batch, i)->kind == kind;
    return count;
}

tc_observation *fixture_at(fixture *f, tc_observation_kind kind, size_t nth)
{
    for (size_t i = 0; i < tc_observations_count(f->batch); i++) {
        tc_observation *o = tc_observations_at(f->batch, i);
        if (o->kind == kind && nth-- == 0) return o;
    }
    cr_assert_fail("no such observation of kind %d", (int)kind);
    return NULL;
}

const char *fixture_text(fixture *f, const tc_observation *o, tc_obs_text which)
{
    static char buffers[4][1024];
    static size_t next;
    return tc_slice_to_cstr(tc_observation_text(o, tc_observations_heap(f->batch), which),
                            buffers[next++ % 4], sizeof(buffers[0]));
}

const char *fixture_ecs(fixture *f, const char *field)
{
    static char buffers[4][1024];
    static size_t next;
    tc_field number = tc_names_find(f->names, tc_slice_of(field));
    cr_assert(tc_field_is_ecs(number), "%s", field);
    if (!tc_overlay_has(&f->overlay, number)) return "";
    tc_value v = f->overlay.value[number];
    cr_assert(v.kind != TC_KIND_STRING || v.text.len > 0, "%s is set to nothing", field);
    return tc_slice_to_cstr(v.text, buffers[next++ % 4], sizeof(buffers[0]));
}
