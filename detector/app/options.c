#include "detector/app/options.h"

#include "parsers/base/alloc.h"

#include <getopt.h>

enum {
    SCAN = TC_COMMAND_SCAN,
    PARSE = TC_COMMAND_PARSE,
    MATCH = TC_COMMAND_MATCH,
    RULES = TC_COMMAND_RULES,
    FORMATS = TC_COMMAND_FORMATS
};

typedef enum option_id {
    OPTION_NONE = 1000,
#define TC_OPTION(constant, name, letter, argument, commands, help) OPTION_##constant,
#include "detector/app/options.def"
#undef TC_OPTION
    OPTION_END
} option_id;

typedef struct option_row {
    option_id id;
    const char *name;
    int letter;
    const char *argument;
    unsigned commands;
    const char *help;
} option_row;

static const option_row rows[] = {
#define TC_OPTION(constant, name, letter, argument, commands, help)                                \
    {OPTION_##constant, name, letter, argument, (unsigned)(commands), help},
#include "detector/app/options.def"
#undef TC_OPTION
};

#define LIST_MAX 65536

/* -- values --------------------------------------------------------------------------------- */

static tc_status bad_value(tc_error *reterr, const option_row *row, tc_slice value,
                           const char *wanted)
{
    char shown[80];
    tc_slice_to_cstr(value, shown, sizeof(shown));
    return tc_fail(reterr, TC_ESYNTAX, "--%s: '%s' is not %s", row->name, shown, wanted);
}

static tc_status add_cidrs(tc_cidr_list *list, const option_row *row, tc_slice value,
                           tc_error *reterr)
{
    while (value.ptr != NULL && value.len) {
        tc_cidr cidr;
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len == 0) continue;
        if (!tc_cidr_parse(one, &cidr, NULL))
            return bad_value(reterr, row, one, "an address or network such as 10.0.0.0/8");
        TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(cidr), LIST_MAX));
        list->items[list->count++] = cidr;
    }
    return TC_SUCCESS;
}

static tc_status add_text(tc_text_list *list, tc_slice value)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(tc_slice), LIST_MAX));
    list->items[list->count++] = value;
    return TC_SUCCESS;
}

static tc_status add_texts(tc_text_list *list, tc_slice value)
{
    while (value.ptr != NULL && value.len) {
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len) TC_TRY(add_text(list, one));
    }
    return TC_SUCCESS;
}

static tc_status add_pair(tc_text_list *list, const option_row *row, tc_slice value,
                          tc_error *reterr)
{
    size_t at = tc_slice_find(value, '=');
    if (at == TC_NPOS || at == 0 || at + 1 == value.len)
        return bad_value(reterr, row, value,
                         row->id == OPTION_TZ ? "GLOB=ZONE, such as '*/ex01/*=Europe/Brussels'"
                                              : "GLOB=NAME, such as '*/ex01/*=EX01'");
    return add_text(list, value);
}

static tc_status add_path(tc_path_list *list, const char *path)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(char *), LIST_MAX));
    list->items[list->count++] = path;
    return TC_SUCCESS;
}

static tc_status read_level(tc_level *ret, const option_row *row, tc_slice value, tc_error *reterr)
{
    if (tc_level_parse(value, ret)) return TC_SUCCESS;
    return bad_value(reterr, row, value, "informational, low, medium, high or critical");
}

static tc_status read_time(tc_time *ret, const option_row *row, tc_slice value, tc_time now,
                           tc_error *reterr)
{
    if (tc_time_parse_user(value, now, ret)) return TC_SUCCESS;
    return bad_value(reterr, row, value, "a time such as 2011-03-09, 2011-03-09T07:00Z or 7d");
}

static tc_status read_jobs(uint32_t *ret, const option_row *row, tc_slice value, tc_error *reterr)
{
    uint64_t n = 0;
    if (!tc_slice_to_u64(value, &n) || n < 1 || n > 256)
        return bad_value(reterr, row, value, "a number from 1 to 256");
    *ret = (uint32_t)n;
    return TC_SUCCESS;
}

static tc_status read_block_size(size_t *ret, const option_row *row, tc_slice value,
                                 tc_error *reterr)
{
    uint64_t n = 0, unit = 1;
    tc_slice digits = value;
    if (tc_slice_ends_ascii(value, TC_LIT("k"))) unit = 1024;
    if (tc_slice_ends_ascii(value, TC_LIT("m"))) unit = 1024 * 1024;
    if (unit > 1) digits.len--;
    if (!tc_slice_to_u64(digits, &n) || n > (16u << 20) || n * unit < 4096 ||
        n * unit > (16u << 20))
        return bad_value(reterr, row, value, "a size from 4K to 16M");
    *ret = (size_t)(n * unit);
    return TC_SUCCESS;
}

/* Options that only switch something on, or keep their argument as it is; false if it is another.
 */
static bool take_plain(tc_options *o, const option_row *row, const char *argument)
{
    const struct {
        option_id id;
        bool *flag;
        const char **text;
    } plain[] = {
        {OPTION_PARSE_FORMAT, NULL, &o->parse_format},
        {OPTION_OUTPUT, NULL, &o->output},
        {OPTION_ACCOUNTS, NULL, &o->accounts},
        {OPTION_STATS, NULL, &o->stats},
        {OPTION_TABLES, NULL, &o->tables},
        {OPTION_NO_DEFAULT_RULES, &o->no_default_rules, NULL},
        {OPTION_EXPLAIN, &o->explain, NULL},
        {OPTION_REDACT, &o->redact, NULL},
        {OPTION_QUIET, &o->quiet, NULL},
        {OPTION_HELP, &o->help, NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(plain); i++) {
        if (plain[i].id != row->id) continue;
        if (plain[i].flag) *plain[i].flag = true;
        if (plain[i].text) *plain[i].text = argument;
        return true;
    }
    return false;
}

static tc_status take_list(tc_options *o, const option_row *row, const char *argument,
                           tc_error *reterr)
{
    tc_slice value = tc_slice_of(argument);
    if (row->id == OPTION_RULES) return add_path(&o->rules, argument);
    if (row->id == OPTION_GEO) return add_path(&o->geo, argument);
    if (row->id == OPTION_INTERNAL) return add_cidrs(&o->internal, row, value, reterr);
    if (row->id == OPTION_EGRESS) return add_cidrs(&o->egress, row, value, reterr);
    if (row->id == OPTION_PROXY) return add_cidrs(&o->proxies, row, value, reterr);
    if (row->id == OPTION_DOMAIN) return add_texts(&o->domains, value);
    if (row->id == OPTION_LANGUAGE) return add_texts(&o->languages, value);
    if (row->id == OPTION_TZ) return add_pair(&o->zones, row, value, reterr);
    return add_pair(&o->hosts, row, value, reterr);
}

static tc_status take_option(tc_options *o, const option_row *row, const char *argument,
                             tc_time now, tc_error *reterr)
{
    tc_slice value = tc_slice_of(argument);
    if (take_plain(o, row, argument)) return TC_SUCCESS;
    if (row->id == OPTION_FORMAT)
        return tc_output_format_parse(value, &o->format)
                   ? TC_SUCCESS
                   : bad_value(reterr, row, value, "text, json, syslog, cef or leef");
    if (row->id == OPTION_SINCE) return read_time(&o->since, row, value, now, reterr);
    if (row->id == OPTION_UNTIL) return read_time(&o->until, row, value, now, reterr);
    if (row->id == OPTION_MIN_LEVEL) return read_level(&o->min_level, row, value, reterr);
    if (row->id == OPTION_FAIL_LEVEL) return read_level(&o->fail_level, row, value, reterr);
    if (row->id == OPTION_JOBS) return read_jobs(&o->jobs, row, value, reterr);
    if (row->id == OPTION_BLOCK_SIZE) return read_block_size(&o->block_size, row, value, reterr);
    if (row->id == OPTION_LOGSOURCE) {
        o->logsource = value;
        return TC_SUCCESS;
    }
    return take_list(o, row, argument, reterr);
}

/* -- getopt --------------------------------------------------------------------------------- */

typedef struct getopt_tables {
    struct option longs[TC_COUNT_OF(rows) + 1];
    char shorts[3 * TC_COUNT_OF(rows) + 3];
} getopt_tables;

static void make_tables(tc_command command, getopt_tables *t)
{
    size_t n = 0, s = 0;
    memset(t, 0, sizeof(*t));
    t->shorts[s++] = ':';
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (!(rows[i].commands & (unsigned)command)) continue;
        t->longs[n++] =
            (struct option){rows[i].name, rows[i].argument != NULL, NULL, (int)rows[i].id};
        if (rows[i].letter == 0) continue;
        t->shorts[s++] = (char)rows[i].letter;
        if (rows[i].argument) t->shorts[s++] = ':';
    }
}

static const option_row *row_of(tc_command command, int code)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if ((rows[i].commands & (unsigned)command) &&
            ((int)rows[i].id == code || (rows[i].letter && rows[i].letter == code)))
            return &rows[i];
    return NULL;
}

static tc_status unknown_option(tc_command command, const char *word, tc_error *reterr)
{
    const char *names[TC_COUNT_OF(rows)];
    size_t n = 0;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (rows[i].commands & (unsigned)command) names[n++] = rows[i].name;
    tc_slice bare = tc_slice_of(word), rest;
    while (bare.len && bare.ptr[0] == '-')
        bare = tc_slice_sub(bare, 1, bare.len);
    bare = tc_slice_split(bare, '=', &rest);
    const char *near = tc_nearest_word(bare, names, n);
    if (near != NULL)
        return tc_fail(reterr, TC_ESYNTAX, "unknown option '%.60s' (did you mean --%s?)", word,
                       near);
    return tc_fail(reterr, TC_ESYNTAX, "unknown option '%.60s' (see --help)", word);
}

tc_status tc_options_read(tc_options *o, tc_command command, int argc, char **argv, tc_time now,
                          tc_error *reterr)
{
    getopt_tables tables;
    memset(o, 0, sizeof(*o));
    o->command = command;
    o->since = o->until = TC_TIME_NONE;
    o->min_level = TC_LEVEL_LOW;
    o->fail_level = TC_LEVEL_HIGH;
    o->block_size = (size_t)1 << 20;
    make_tables(command, &tables);
    optind = 0;
    opterr = 0;
    for (;;) {
        int at = optind ? optind : 1;
        int code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
        if (code == -1) break;
        const char *word = at < argc ? argv[at] : "";
        if (code == '?') return unknown_option(command, word, reterr);
        if (code == ':') return tc_fail(reterr, TC_ESYNTAX, "option '%.60s' needs a value", word);
        const option_row *row = row_of(command, code);
        if (row != NULL) TC_TRY(take_option(o, row, optarg, now, reterr));
    }
    for (int i = optind; i < argc; i++)
        TC_TRY(add_path(&o->paths, argv[i]));
    return TC_SUCCESS;
}

void tc_options_done(tc_options *o)
{
    tc_free(o->rules.items);
    tc_free(o->geo.items);
    tc_free(o->paths.items);
    tc_free(o->internal.items);
    tc_free(o->egress.items);
    tc_free(o->proxies.items);
    tc_free(o->domains.items);
    tc_free(o->languages.items);
    tc_free(o->hosts.items);
    tc_free(o->zones.items);
    memset(o, 0, sizeof(*o));
}

/* -- help ----------------------------------------------------------------------------------- */

static const char *usage_of(tc_command command)
{
    switch (command) {
    case TC_COMMAND_SCAN:
        return "tocsin scan [OPTION]... PATH...\n"
               "Search logs (files, folders, .gz, - for stdin) for break-ins into mailboxes.\n";
    case TC_COMMAND_PARSE:
        return "tocsin parse [OPTION]... PATH...\n"
               "Print every event of the logs as a line of JSON: what the detector sees.\n";
    case TC_COMMAND_MATCH:
        return "tocsin match --rules PATH [OPTION]... EVENTS.jsonl\n"
               "Run Sigma rules over JSON events, sorted by time first.\n";
    case TC_COMMAND_RULES:
        return "tocsin rules list|check [PATH]...\n"
               "List the rules, or check rule files and say what is wrong with them.\n";
    case TC_COMMAND_FORMATS:
        return "tocsin formats\nList the log formats that are understood.\n";
    }
    return "";
}

void tc_options_help(tc_command command, tc_str *out)
{
    tc_str_addf(out, "Usage: %s\n", usage_of(command));
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char left[64];
        if (!(rows[i].commands & (unsigned)command)) continue;
        char letter[8] = "    ";
        if (rows[i].letter) snprintf(letter, sizeof(letter), "-%c, ", rows[i].letter);
        snprintf(left, sizeof(left), "%s--%s%s%s", letter, rows[i].name,
                 rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
        tc_str_addf(out, "  %-26s %s\n", left, rows[i].help);
    }
    if (command == TC_COMMAND_SCAN)
        tc_str_add(out, TC_LIT("Exit status: 0 nothing, 1 found, 2 usage, 3 incomplete. "
                               "More: man tocsin.\n"));
}

const char *tc_nearest_word(tc_slice word, const char *const *words, size_t count)
{
    const char *best = NULL;
    size_t best_distance = word.len / 3 + 1;
    if (word.len == 0 || word.len > 60) return NULL;
    for (size_t w = 0; w < count; w++) {
        size_t length = strlen(words[w]), row[64];
        if (length >= TC_COUNT_OF(row)) continue;
        for (size_t i = 0; i <= length; i++)
            row[i] = i;
        for (size_t k = 1; k <= word.len; k++) {
            size_t corner = row[0];
            row[0] = k;
            for (size_t i = 1; i <= length; i++) {
                size_t change = corner + (words[w][i - 1] != (char)word.ptr[k - 1]);
                corner = row[i];
                row[i] = TC_MIN(change, TC_MIN(row[i], row[i - 1]) + 1);
            }
        }
        if (row[length] <= best_distance && (best == NULL || row[length] < best_distance)) {
            best = words[w];
            best_distance = row[length];
        }
    }
    return best;
}
