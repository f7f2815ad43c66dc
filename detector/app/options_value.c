#include "detector/app/options_value.h"

#include "parsers/base/alloc.h"

#define LIST_MAX 65536

typedef struct reading {
    const tc_option_row *row;
    const char *argument;
    tc_slice value; /* the same */
    tc_time now;
    tc_error *error;
} reading;

static TC_STATUS bad_value(const reading *r, tc_slice value, const char *wanted)
{
    char shown[80];
    tc_slice_to_cstr(value, shown, sizeof(shown));
    return tc_fail(r->error, TC_ESYNTAX, "--%s: '%s' is not %s", r->row->name, shown, wanted);
}

static TC_STATUS take_flag(void *field, const reading *r)
{
    bool *flag = field;
    (void)r;
    *flag = true;
    return TC_SUCCESS;
}

static TC_STATUS take_text(void *field, const reading *r)
{
    const char **text = field;
    *text = r->argument;
    return TC_SUCCESS;
}

TC_STATUS tc_path_list_add(tc_path_list *list, const char *path)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(char *), LIST_MAX));
    list->items[list->count++] = path;
    return TC_SUCCESS;
}

static TC_STATUS take_path(void *field, const reading *r)
{
    return tc_path_list_add(field, r->argument);
}

static TC_STATUS take_cidrs(void *field, const reading *r)
{
    tc_cidr_list *list = field;
    tc_slice value = r->value;
    while (value.ptr != NULL && value.len) {
        tc_cidr cidr;
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len == 0) continue;
        if (!tc_cidr_parse(one, &cidr, NULL))
            return bad_value(r, one, "an address or network such as 10.0.0.0/8");
        TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(cidr), LIST_MAX));
        list->items[list->count++] = cidr;
    }
    return TC_SUCCESS;
}

static TC_STATUS add_text(tc_text_list *list, tc_slice value)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(tc_slice), LIST_MAX));
    list->items[list->count++] = value;
    return TC_SUCCESS;
}

static TC_STATUS take_words(void *field, const reading *r)
{
    tc_slice value = r->value;
    while (value.ptr != NULL && value.len) {
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len) TC_TRY(add_text(field, one));
    }
    return TC_SUCCESS;
}

static TC_STATUS take_pair(void *field, const reading *r, const char *wanted)
{
    size_t at = tc_slice_find(r->value, '=');
    if (at == TC_NPOS || at == 0 || at + 1 == r->value.len) return bad_value(r, r->value, wanted);
    return add_text(field, r->value);
}

static TC_STATUS take_zone(void *field, const reading *r)
{
    return take_pair(field, r, "GLOB=ZONE, such as '*/ex01/*=Europe/Brussels'");
}

static TC_STATUS take_host(void *field, const reading *r)
{
    return take_pair(field, r, "GLOB=NAME, such as '*/ex01/*=EX01'");
}

static TC_STATUS take_fields(void *field, const reading *r)
{
    return take_pair(field, r, "GLOB=NAMES, such as 'W3SVC1/*=date time s-ip cs-method ...'");
}

static TC_STATUS take_time(void *field, const reading *r)
{
    if (tc_time_parse_user(r->value, r->now, field)) return TC_SUCCESS;
    return bad_value(r, r->value, "a time such as 2011-03-09, 2011-03-09T07:00:00Z or 7d");
}

static TC_STATUS take_level(void *field, const reading *r)
{
    if (tc_level_parse(r->value, field)) return TC_SUCCESS;
    return bad_value(r, r->value, "informational, low, medium, high or critical");
}

static TC_STATUS take_jobs(void *field, const reading *r)
{
    uint32_t *jobs = field;
    uint64_t n = 0;
    if (!tc_slice_to_u64(r->value, &n) || n < 1 || n > 256)
        return bad_value(r, r->value, "a number from 1 to 256");
    *jobs = (uint32_t)n;
    return TC_SUCCESS;
}

static TC_STATUS take_size(void *field, const reading *r)
{
    size_t *size = field;
    uint64_t n = 0, unit = 1;
    tc_slice digits = r->value;
    if (tc_slice_ends_ascii(r->value, TC_LIT("k"))) unit = 1024;
    if (tc_slice_ends_ascii(r->value, TC_LIT("m"))) unit = 1024 * 1024;
    if (unit > 1) digits.len--;
    if (!tc_slice_to_u64(digits, &n) || n > (16u << 20) || n * unit < 4096 ||
        n * unit > (16u << 20))
        return bad_value(r, r->value, "a size from 4K to 16M");
    *size = (size_t)(n * unit);
    return TC_SUCCESS;
}

static TC_STATUS take_output_format(void *field, const reading *r)
{
    if (tc_output_format_parse(r->value, field)) return TC_SUCCESS;
    return bad_value(r, r->value, "text, json, syslog, cef or leef");
}

typedef TC_STATUS (*taker)(void *into, const reading *r);

TC_STATUS tc_option_take(tc_options *o, const tc_option_row *row, const char *argument, tc_time now,
                         tc_error *reterr)
{
    static const taker take[TC_OPTION_KIND_COUNT] = {
        [TC_OPTION_FLAG] = take_flag,     [TC_OPTION_TEXT] = take_text,
        [TC_OPTION_PATHS] = take_path,    [TC_OPTION_CIDRS] = take_cidrs,
        [TC_OPTION_WORDS] = take_words,   [TC_OPTION_ZONES] = take_zone,
        [TC_OPTION_HOSTS] = take_host,    [TC_OPTION_TIME] = take_time,
        [TC_OPTION_LEVEL] = take_level,   [TC_OPTION_JOBS] = take_jobs,
        [TC_OPTION_SIZE] = take_size,     [TC_OPTION_OUTPUT_FORMAT] = take_output_format,
        [TC_OPTION_FIELDS] = take_fields,
    };
    reading r = {row, argument, tc_slice_of(argument), now, reterr};
    TC_ASSERT(row->kind < TC_OPTION_KIND_COUNT && take[row->kind] != NULL);
    return take[row->kind]((char *)o + row->field, &r);
}
