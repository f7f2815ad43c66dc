#include "detector/app/options.h"

#include "detector/app/options_value.h"

#include "parsers/base/alloc.h"

#include <getopt.h>

enum {
    SCAN = TC_COMMAND_SCAN,
    PARSE = TC_COMMAND_PARSE,
    MATCH = TC_COMMAND_MATCH,
    RULES = TC_COMMAND_RULES,
    FORMATS = TC_COMMAND_FORMATS
};

static const tc_option_row rows[] = {
#define TC_OPTION(name, letter, argument, field, commands, help)                                   \
    {name, letter, argument, field, (unsigned)(commands), help},
#include "detector/app/options.def"
#undef TC_OPTION
};

/* What getopt_long gives for a row's long name: beyond every letter. */
#define CODE_BASE 1000

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
            (struct option){rows[i].name, rows[i].argument != NULL, NULL, CODE_BASE + (int)i};
        if (rows[i].letter == 0) continue;
        t->shorts[s++] = (char)rows[i].letter;
        if (rows[i].argument) t->shorts[s++] = ':';
    }
}

static const tc_option_row *row_of(tc_command command, int code)
{
    if (code >= CODE_BASE) return &rows[code - CODE_BASE];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if ((rows[i].commands & (unsigned)command) && rows[i].letter == code) return &rows[i];
    return NULL;
}

static TC_STATUS unknown_option(tc_command command, const char *word, tc_error *reterr)
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

/* A window that ends before it begins holds nothing: nothing found in it would mean nothing. */
static TC_STATUS check_window(const tc_options *o, tc_error *reterr)
{
    char since[TC_TIME_TEXT], until[TC_TIME_TEXT];
    if (o->since == TC_TIME_NONE || o->until == TC_TIME_NONE || o->since <= o->until)
        return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "--since %s is after --until %s",
                   tc_time_format_human(o->since, since), tc_time_format_human(o->until, until));
}

TC_STATUS tc_options_read(tc_options *o, tc_command command, int argc, char **argv, tc_time now,
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
        const tc_option_row *row = row_of(command, code);
        if (row != NULL) TC_TRY(tc_option_take(o, row, optarg, now, reterr));
    }
    for (int i = optind; i < argc; i++)
        TC_TRY(tc_path_list_add(&o->paths, argv[i]));
    return check_window(o, reterr);
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
    tc_free(o->fields.items);
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
        tc_str_add(out, TC_LIT("Exit status: 0 nothing, 1 found, 2 usage, 3 not all judged. "
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
