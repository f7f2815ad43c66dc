#include "detector/settings/options_value.h"

#include "detector/output/sender.h"
#include "detector/receive/settings.h"
#include "detector/settings/nearest.h"
#include "detector/settings/options_site.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

static TC_STATUS take_flag(void *field, const tc_option_reading *r)
{
    bool *flag = field;
    (void)r;
    *flag = true;
    return TC_SUCCESS;
}

static TC_STATUS take_text(void *field, const tc_option_reading *r)
{
    const char **text = field;
    *text = r->argument;
    return TC_SUCCESS;
}

static TC_STATUS take_socket(void *field, const tc_option_reading *r)
{
    const char **path = field;
    *path = r->argument != NULL ? r->argument : TC_SYSLOG_SOCKET;
    return TC_SUCCESS;
}

TC_STATUS tc_path_list_add(tc_path_list *list, const char *path)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(char *),
                   TC_OPTION_LIST_MAX));
    list->items[list->count++] = path;
    return TC_SUCCESS;
}

static TC_STATUS take_path(void *field, const tc_option_reading *r)
{
    return tc_path_list_add(field, r->argument);
}

static TC_STATUS take_listen(void *field, const tc_option_reading *r)
{
    tc_listen *listen = tc_alloc(1, sizeof(*listen));
    tc_status status = listen ? tc_listen_read(r->argument, listen, r->error)
                              : tc_fail(r->error, TC_ENOMEM, "out of memory");
    tc_free(listen);
    return tc_failed(status) ? status : tc_path_list_add(field, r->argument);
}

static TC_STATUS take_words(void *field, const tc_option_reading *r)
{
    tc_slice value = r->value;
    while (value.ptr != NULL && value.len) {
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len) TC_TRY(tc_option_add_text(field, one));
    }
    return TC_SUCCESS;
}

static TC_STATUS take_pair(void *field, const tc_option_reading *r, const char *wanted)
{
    size_t at = tc_slice_find(r->value, '=');
    if (at == TC_NPOS || at == 0 || at + 1 == r->value.len)
        return tc_option_bad_value(r, r->value, wanted);
    return tc_option_add_text(field, r->value);
}

static TC_STATUS take_zone(void *field, const tc_option_reading *r)
{
    return take_pair(field, r, "GLOB=ZONE, such as '*/ex01/*=Europe/Brussels'");
}

static TC_STATUS take_host(void *field, const tc_option_reading *r)
{
    return take_pair(field, r, "GLOB=NAME, such as '*/ex01/*=EX01'");
}

static TC_STATUS take_fields(void *field, const tc_option_reading *r)
{
    return take_pair(field, r, "GLOB=NAMES, such as 'W3SVC1/*=date time s-ip cs-method ...'");
}

static TC_STATUS take_delay(void *field, const tc_option_reading *r)
{
    int64_t span;
    size_t at = tc_slice_rfind(r->value, '=');
    tc_slice text = at == TC_NPOS ? r->value : tc_slice_sub(r->value, at + 1, SIZE_MAX);
    if (at != 0 && tc_time_parse_span(text, &span) && span > 0 && span <= TC_DELAY_MOST)
        return tc_option_add_text(field, r->value);
    return tc_option_bad_value(
        r, r->value, "a span up to 24 hours (90s, 15m, 6h), or GLOB=SPAN, such as '*/ex01/*=2h'");
}

static TC_STATUS take_time(void *field, const tc_option_reading *r)
{
    if (tc_time_parse_user(r->value, r->now, field)) return TC_SUCCESS;
    return tc_option_bad_value(
        r, r->value, "a time such as 2011-03-09, 2011-03-09T07:00, yesterday or 7d (before now)");
}

static TC_STATUS take_level(void *field, const tc_option_reading *r)
{
    if (tc_level_parse(r->value, field)) return TC_SUCCESS;
    return tc_option_bad_value(r, r->value, "informational, low, medium, high or critical");
}

static TC_STATUS take_jobs(void *field, const tc_option_reading *r)
{
    uint32_t *jobs = field;
    uint64_t n = 0;
    if (!tc_slice_to_u64(r->value, &n) || n < 1 || n > 256)
        return tc_option_bad_value(r, r->value, "a number from 1 to 256");
    *jobs = (uint32_t)n;
    return TC_SUCCESS;
}

static TC_STATUS take_size(void *field, const tc_option_reading *r)
{
    size_t *size = field;
    uint64_t n = 0, unit = 1;
    tc_slice digits = r->value;
    if (tc_slice_ends_ascii(r->value, TC_LIT("k"))) unit = 1024;
    if (tc_slice_ends_ascii(r->value, TC_LIT("m"))) unit = 1024 * 1024;
    if (unit > 1) digits.len--;
    if (!tc_slice_to_u64(digits, &n) || n > (16u << 20) || n * unit < 4096 ||
        n * unit > (16u << 20))
        return tc_option_bad_value(r, r->value, "a size from 4K to 16M");
    *size = (size_t)(n * unit);
    return TC_SUCCESS;
}

static TC_STATUS unknown_indicator(const tc_option_reading *r, tc_slice word)
{
    const char *names[TC_INDICATOR_COUNT + 1] = {NULL};
    char wanted[160] = "";
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        names[i] = tc_indicator_name((tc_indicator)i);
    names[TC_INDICATOR_COUNT] = "none";
    const char *near = tc_nearest_word(word, names, TC_COUNT_OF(names));
    snprintf(wanted, sizeof(wanted), "%s, %s, %s, %s or none%s%s%s", names[0], names[1], names[2],
             names[3], near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return tc_option_bad_value(r, word, wanted);
}

static TC_STATUS take_indicators(void *field, const tc_option_reading *r)
{
    uint32_t *mask = field, set = 0;
    tc_slice value = r->value;
    bool none = false;
    while (value.ptr != NULL && value.len) {
        tc_indicator indicator;
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len == 0) continue;
        if (tc_slice_equal_ascii(one, TC_LIT("none")))
            none = true;
        else if (tc_indicator_parse(one, &indicator))
            set |= TC_BLINDS(indicator);
        else
            return unknown_indicator(r, one);
    }
    if (none && set) return tc_option_bad_value(r, r->value, "none, or indicators, but not both");
    *mask = set;
    return TC_SUCCESS;
}

const char *const tc_color_words[] = {
    [TC_COLOR_AUTO] = "auto", [TC_COLOR_ALWAYS] = "always", [TC_COLOR_NEVER] = "never"};

static TC_STATUS take_color(void *field, const tc_option_reading *r)
{
    tc_color_when *when = field;
    for (size_t i = 0; i < TC_COUNT_OF(tc_color_words); i++) {
        if (!tc_slice_equal_ascii(r->value, tc_slice_of(tc_color_words[i]))) continue;
        *when = (tc_color_when)i;
        return TC_SUCCESS;
    }
    return tc_option_bad_value(r, r->value, "auto, always or never");
}

const char *const tc_sandbox_words[] = {
    [TC_SANDBOX_AUTO] = "auto", [TC_SANDBOX_YES] = "yes", [TC_SANDBOX_NO] = "no"};

static TC_STATUS take_sandbox(void *field, const tc_option_reading *r)
{
    tc_sandbox_when *when = field;
    for (size_t i = 0; i < TC_COUNT_OF(tc_sandbox_words); i++) {
        if (!tc_slice_equal_ascii(r->value, tc_slice_of(tc_sandbox_words[i]))) continue;
        *when = (tc_sandbox_when)i;
        return TC_SUCCESS;
    }
    return tc_option_bad_value(r, r->value, "auto, yes or no");
}

static void name_output_formats(tc_str *out)
{
    tc_output_format_names(tc_output_formats, out);
    tc_str_addf(out, " (default %s)", tc_output_formats[0]->name);
}

static const char *nearest_output_format(tc_slice word)
{
    const char *names[32];
    size_t count = 0;
    while (count < TC_COUNT_OF(names) && tc_output_formats[count] != NULL) {
        names[count] = tc_output_formats[count]->name;
        count++;
    }
    return tc_nearest_word(word, names, count);
}

static TC_STATUS take_output_format(void *field, const tc_option_reading *r)
{
    const tc_output_format **format = field;
    char wanted[200];
    tc_str names;
    *format = tc_output_format_of(tc_output_formats, r->value);
    if (*format != NULL) return TC_SUCCESS;
    tc_str_init(&names, sizeof(wanted));
    tc_output_format_names(tc_output_formats, &names);
    const char *near = nearest_output_format(r->value);
    snprintf(wanted, sizeof(wanted), "%s%s%s%s", tc_str_cstr(&names), near ? " (did you mean " : "",
             near ? near : "", near ? "?)" : "");
    tc_str_done(&names);
    return tc_option_bad_value(r, r->value, wanted);
}

/* -- hashes --------------------------------------------------------------------------------- */

static uint64_t hash_bytes(const void *bytes, size_t size, uint64_t hash)
{
    return tc_content_hash_add(hash, tc_slice_make(bytes, size));
}

static uint64_t hash_flag(const void *field, uint64_t hash)
{
    return hash_bytes(*(const bool *)field ? "1" : "0", 1, hash);
}

static uint64_t hash_number(uint64_t number, uint64_t hash)
{
    char text[24];
    int length = snprintf(text, sizeof(text), "%" PRIu64, number);
    return hash_bytes(text, (size_t)length, hash);
}

/* None is another text than an empty one. */
static uint64_t hash_cstring(const char *text, uint64_t hash)
{
    return text != NULL ? hash_bytes(text, strlen(text), hash)
                        : hash_number(0, hash_number(0, hash));
}

static uint64_t hash_text(const void *field, uint64_t hash)
{
    return hash_cstring(*(const char *const *)field, hash);
}

static uint64_t hash_paths(const void *field, uint64_t hash)
{
    const tc_path_list *list = field;
    for (size_t i = 0; i < list->count; i++)
        hash = hash_cstring(list->items[i], hash);
    return hash_number(list->count, hash);
}

/* Networks and words are sets: their order means nothing. */
static uint64_t hash_cidrs(const void *field, uint64_t hash)
{
    const tc_cidr_list *list = field;
    char text[TC_IP_TEXT];
    uint64_t sum = 0;
    for (size_t i = 0; i < list->count; i++)
        sum += tc_content_hash(tc_slice_of(tc_cidr_format(list->items[i], text)));
    return hash_number(sum, hash_number(list->count, hash));
}

static uint64_t hash_words(const void *field, uint64_t hash)
{
    const tc_text_list *list = field;
    uint64_t sum = 0;
    for (size_t i = 0; i < list->count; i++)
        sum += tc_content_hash(list->items[i]);
    return hash_number(sum, hash_number(list->count, hash));
}

/* Of several patterns that fit the first counts. */
static uint64_t hash_pairs(const void *field, uint64_t hash)
{
    const tc_text_list *list = field;
    for (size_t i = 0; i < list->count; i++)
        hash = tc_content_hash_add(hash, list->items[i]);
    return hash_number(list->count, hash);
}

static uint64_t hash_time(const void *field, uint64_t hash)
{
    return hash_number((uint64_t) * (const tc_time *)field, hash);
}

static uint64_t hash_level(const void *field, uint64_t hash)
{
    return hash_cstring(tc_level_name(*(const tc_level *)field), hash);
}

static uint64_t hash_jobs(const void *field, uint64_t hash)
{
    return hash_number(*(const uint32_t *)field, hash);
}

static uint64_t hash_size(const void *field, uint64_t hash)
{
    return hash_number(*(const size_t *)field, hash);
}

static uint64_t hash_indicators(const void *field, uint64_t hash)
{
    return hash_number(*(const uint32_t *)field, hash);
}

static uint64_t hash_color(const void *field, uint64_t hash)
{
    return hash_cstring(tc_color_words[*(const tc_color_when *)field], hash);
}

static uint64_t hash_sandbox(const void *field, uint64_t hash)
{
    return hash_cstring(tc_sandbox_words[*(const tc_sandbox_when *)field], hash);
}

static uint64_t hash_output_format(const void *field, uint64_t hash)
{
    return hash_cstring((*(const tc_output_format *const *)field)->name, hash);
}

/* -- the kinds ------------------------------------------------------------------------------ */

/* How the value of a kind is read, how what was read is hashed, and, where there are few values,
 * which they are. */
typedef struct kind {
    TC_STATUS (*take)(void *field, const tc_option_reading *r);
    uint64_t (*hash)(const void *field, uint64_t hash);
    void (*values)(tc_str *out);
} kind;

static const kind kinds[TC_OPTION_KIND_COUNT] = {
    [TC_OPTION_FLAG] = {take_flag, hash_flag, NULL},
    [TC_OPTION_TEXT] = {take_text, hash_text, NULL},
    [TC_OPTION_SOCKET] = {take_socket, hash_text, NULL},
    [TC_OPTION_PATHS] = {take_path, hash_paths, NULL},
    [TC_OPTION_LISTENS] = {take_listen, hash_paths, NULL},
    [TC_OPTION_CIDRS] = {tc_option_take_cidrs, hash_cidrs, NULL},
    [TC_OPTION_WORDS] = {take_words, hash_words, NULL},
    [TC_OPTION_DOMAINS] = {tc_option_take_domains, hash_words, NULL},
    [TC_OPTION_LANGUAGES] = {tc_option_take_languages, hash_words, NULL},
    [TC_OPTION_ZONES] = {take_zone, hash_pairs, NULL},
    [TC_OPTION_HOSTS] = {take_host, hash_pairs, NULL},
    [TC_OPTION_FIELDS] = {take_fields, hash_pairs, NULL},
    [TC_OPTION_DELAYS] = {take_delay, hash_pairs, NULL},
    [TC_OPTION_TIME] = {take_time, hash_time, NULL},
    [TC_OPTION_LEVEL] = {take_level, hash_level, NULL},
    [TC_OPTION_JOBS] = {take_jobs, hash_jobs, NULL},
    [TC_OPTION_SIZE] = {take_size, hash_size, NULL},
    [TC_OPTION_INDICATORS] = {take_indicators, hash_indicators, NULL},
    [TC_OPTION_COLOR] = {take_color, hash_color, NULL},
    [TC_OPTION_SANDBOX] = {take_sandbox, hash_sandbox, NULL},
    [TC_OPTION_OUTPUT_FORMAT] = {take_output_format, hash_output_format, name_output_formats},
};

/* An empty value, or commas alone: what a script passes whose variable was not set. No option means
 * anything by it. */
static bool holds_nothing(tc_slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != ',' && value.ptr[i] != ' ') return false;
    return true;
}

TC_STATUS tc_option_take(tc_options *o, const tc_option_row *row, const char *argument, tc_time now,
                         tc_error *reterr)
{
    tc_option_reading r = {row->name, argument, tc_slice_of(argument), now, reterr};
    TC_ASSERT(row->kind < TC_OPTION_KIND_COUNT && kinds[row->kind].take != NULL);
    if (argument != NULL && holds_nothing(r.value))
        return tc_fail(reterr, TC_ESYNTAX, "--%s needs a value, but was given '%.60s'", row->name,
                       argument);
    return kinds[row->kind].take((char *)o + row->field, &r);
}

uint64_t tc_option_hash(const tc_options *o, const tc_option_row *row, uint64_t hash)
{
    hash = hash_cstring(row->name, hash);
    return kinds[row->kind].hash((const char *)o + row->field, hash);
}

void tc_option_help(const tc_option_row *row, tc_str *out)
{
    if (row->help[0] != 0)
        tc_str_addf(out, "%s", row->help);
    else
        kinds[row->kind].values(out);
    tc_str_add_byte(out, '\n');
}
