#include "detector/input/columns.h"
#include "detector/input/duplicates.h"
#include "detector/input/inventory.h"
#include "detector/input/open.h"
#include "detector/input/order.h"
#include "parsers/base/alloc.h"

#define SCRATCH_MEMORY ((size_t)64 << 20)

static TC_STATUS copy_text(tc_input *input, tc_slice text, tc_slice *ret)
{
    return tc_arena_copy(input->memory, text, ret) ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

static TC_STATUS read_hosts(tc_input *input, const tc_input_options *options, tc_error *reterr)
{
    input->host_count = options->host_glob_count;
    input->hosts = tc_arena_zero(input->memory, input->host_count + 1, sizeof *input->hosts);
    if (!input->hosts) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < input->host_count; i++) {
        tc_slice text = TC_EMPTY_SLICE;
        TC_TRY(copy_text(input, options->host_globs[i], &text));
        TC_TRY(tc_glob_rule_parse(text, "--host", &input->hosts[i], reterr));
    }
    return TC_SUCCESS;
}

static TC_STATUS read_zones(tc_input *input, const tc_input_options *options, tc_error *reterr)
{
    input->zone_count = options->zone_glob_count;
    input->zones = tc_arena_zero(input->memory, input->zone_count + 1, sizeof *input->zones);
    if (!input->zones) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < input->zone_count; i++) {
        tc_slice text = TC_EMPTY_SLICE;
        tc_glob_rule rule = {TC_EMPTY_SLICE, TC_EMPTY_SLICE};
        TC_TRY(copy_text(input, options->zone_globs[i], &text));
        TC_TRY(tc_glob_rule_parse(text, "--tz", &rule, reterr));
        input->zones[i].glob = rule.glob;
        TC_TRY(tc_zone_read(rule.value, TC_ZONEINFO, input->memory, &input->zones[i].zone, reterr));
    }
    return TC_SUCCESS;
}

static TC_STATUS look_through(tc_inventory *inventory, const tc_input_options *options,
                              tc_error *reterr)
{
    tc_input *input = inventory->input;
    inventory->stream = tc_stream_new();
    inventory->stems = tc_arena_new(TC_INPUT_MEMORY);
    inventory->scratch = tc_arena_new(SCRATCH_MEMORY);
    inventory->head = tc_alloc(TC_HEAD_MAX, 1);
    if (!inventory->stream || !inventory->stems || !inventory->scratch || !inventory->head) {
        return (tc_status){TC_ENOMEM};
    }
    tc_found_sink sink = {.context = inventory, .found = tc_inventory_add};
    TC_TRY(tc_discover(options->paths, options->path_count, options->follow_links, &sink, reterr));
    TC_TRY(tc_put_in_order(input));
    TC_TRY(tc_duplicates_mark(input));
    for (size_t i = 0; i < input->count; i++)
        input->entries[i]->stems = NULL;
    return TC_SUCCESS;
}

static TC_STATUS take_inventory(tc_input *input, const tc_input_options *options, tc_error *reterr)
{
    tc_inventory inventory = {.input = input, .looked = options->looked};
    tc_status status = look_through(&inventory, options, reterr);
    tc_stream_free(inventory.stream);
    tc_nesting_done(&inventory.nesting);
    tc_arena_free(inventory.stems);
    tc_arena_free(inventory.scratch);
    tc_free(inventory.head);
    tc_free(inventory.behind);
    return status;
}

/* What the known formats look like is made before any log is read. A format that finds no memory
 * for it tells again where it is used. */
static void make_known_schemas(const tc_parse_options *options)
{
    for (const tc_parser *const *p = tc_parsers; *p; p++) {
        tc_carry carry;
        (*p)->begin(*p, &carry, options);
    }
}

static TC_STATUS open_input(tc_input *input, const tc_input_options *options, tc_error *reterr)
{
    size_t record_max = options->record_max ? options->record_max : TC_RECORD_MAX;
    input->format = options->format;
    input->options = (tc_parse_options){.names = options->names,
                                        .schemas = options->schemas,
                                        .newest = options->now,
                                        .all = options->all,
                                        .record_max = TC_MIN(record_max, (size_t)TC_RECORD_MAX)};
    input->memory = tc_arena_new(TC_INPUT_MEMORY);
    input->irrelevant_folders = tc_map_new(TC_FOLDERS_MAX);
    if (!input->memory || !input->irrelevant_folders) return (tc_status){TC_ENOMEM};
    make_known_schemas(&input->options);
    TC_TRY(read_hosts(input, options, reterr));
    TC_TRY(read_zones(input, options, reterr));
    TC_TRY(tc_columns_rules(input, options, reterr));
    return take_inventory(input, options, reterr);
}

TC_STATUS tc_input_open(const tc_input_options *options, tc_input **ret, tc_error *reterr)
{
    if (reterr) *reterr = (tc_error){0};
    tc_input *input = tc_alloc(1, sizeof *input);
    tc_status status = input ? open_input(input, options, reterr) : (tc_status){TC_ENOMEM};
    if (tc_failed(status)) {
        if (reterr && reterr->code == TC_OK) {
            (void)tc_fail(reterr, status.code, "no memory for the list of files");
        }
        tc_input_free(input);
        input = NULL;
    }
    *ret = input;
    return status;
}

void tc_input_free(tc_input *input)
{
    if (!input) return;
    for (size_t i = 0; i < input->count; i++)
        tc_stream_free(input->entries[i]->stream);
    for (tc_nest *nest = input->nests; nest; nest = nest->before)
        tc_nest_done(nest);
    tc_free(input->entries);
    tc_free(input->irrelevant);
    tc_free(input->names);
    tc_free(input->links);
    tc_map_free(input->irrelevant_folders);
    tc_arena_free(input->memory);
    tc_free(input);
}

size_t tc_input_count(const tc_input *input)
{
    return input->count;
}

const tc_source *tc_input_source(const tc_input *input, size_t index)
{
    TC_ASSERT(index < input->count);
    return &input->entries[index]->source;
}

static TC_STATUS fill_head(tc_stream *stream, uint8_t *out, size_t room, size_t *ret_length,
                           tc_error *reterr)
{
    bool end = false;
    *ret_length = 0;
    while (!end && room - *ret_length >= 4) {
        size_t got = 0;
        TC_TRY(tc_stream_fill(stream, out + *ret_length, room - *ret_length, &got, &end, reterr));
        *ret_length += got;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_input_head(const tc_input *input, size_t index, uint8_t *out, size_t room,
                        size_t *ret_length, tc_error *reterr)
{
    const tc_entry *entry = input->entries[index];
    TC_ASSERT(index < input->count && !entry->once && room >= 4);
    tc_stream *stream = tc_stream_new();
    if (stream == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory to read");
    tc_status status = tc_entry_start(entry, stream, reterr);
    if (!tc_failed(status)) status = fill_head(stream, out, room, ret_length, reterr);
    tc_stream_free(stream);
    return status;
}

void tc_input_set_judged(tc_input *input, size_t index)
{
    TC_ASSERT(index < input->count && input->entries[index]->source.state == TC_SOURCE_READABLE);
    input->entries[index]->source.state = TC_SOURCE_JUDGED;
}

void tc_input_set_late(tc_input *input, size_t index, uint64_t records)
{
    TC_ASSERT(index < input->count);
    input->entries[index]->source.late_before = records;
}

void tc_input_name_error(const tc_source *source, tc_error *error)
{
    tc_error_set_path(error, source->path);
}

size_t tc_input_irrelevant_names(const tc_input *input, const tc_slice **ret)
{
    *ret = input->names;
    return input->name_count;
}

size_t tc_input_links(const tc_input *input, const tc_slice **ret, uint64_t *ret_count)
{
    *ret = input->links;
    *ret_count = input->link_count;
    return input->link_name_count;
}

size_t tc_input_irrelevant(const tc_input *input, const tc_irrelevant **ret)
{
    *ret = input->irrelevant;
    return input->irrelevant_count;
}
