#include "tests/unit/pipeline/logs.h"

#include <criterion/criterion.h>

static tc_names *names;
static tc_schemas *schemas;

static void put_lines(const char *name, const char *head, const char *before, const char *after,
                      char between, const int *seconds, size_t count)
{
    tc_str text;
    tc_str_init(&text, 1 << 26);
    tc_str_add(&text, tc_slice_of(head));
    for (size_t i = 0; i < count; i++) {
        char time[TC_TIME_TEXT];
        tc_time_format(AT(seconds[i]), time);
        tc_str_addf(&text, "%s%.10s%c%.8s%s\n", before, time, between, time + 11, after);
    }
    put_bytes(name, tc_str_view(&text));
    tc_str_done(&text);
}

void put_iis(const char *name, const int *seconds, size_t count)
{
    put_lines(name, "#Software: IIS\n#Fields: date time c-ip sc-status\n", "", " 192.0.2.1 200",
              ' ', seconds, count);
}

void put_events(const char *name, const int *seconds, size_t count)
{
    put_lines(name, "", "{\"@timestamp\":\"",
              "Z\",\"winlog\":{\"channel\":\"Security\",\"event_id\":4624,"
              "\"computer_name\":\"dc1\",\"event_data\":{\"TargetUserName\":\"u\"}}}",
              'T', seconds, count);
}

static tc_input *open_paths(const char *const *paths, size_t count)
{
    tc_input *input;
    names = tc_names_new();
    cr_assert(names != NULL);
    tc_names_freeze(names);
    schemas = tc_schemas_new(names, 1000);
    cr_assert(schemas != NULL);
    tc_input_options options = {
        .paths = paths, .path_count = count, .names = names, .schemas = schemas};
    cr_assert_eq(tc_input_open(&options, &input, NULL).code, TC_OK);
    return input;
}

tc_input *open_logs(void)
{
    const char *paths[] = {in_files("")};
    return open_paths(paths, 1);
}

tc_input *open_logs_and_stdin(void)
{
    const char *paths[] = {in_files(""), "-"};
    return open_paths(paths, 2);
}

void close_logs(tc_input *input)
{
    tc_input_free(input);
    tc_schemas_free(schemas);
    tc_names_free(names);
}

uint32_t source_index(const tc_input *input, const char *end)
{
    const tc_source *source = source_named(input, end);
    cr_assert(source != NULL, "%s", end);
    return source->index;
}
