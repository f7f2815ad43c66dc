#include "detector/settings/options.h"

#include "detector/settings/nearest.h"
#include "detector/settings/options_known.h"
#include "detector/settings/options_value.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#include <getopt.h>

/* The commands as options.def names them. */
enum {
#define TC_COMMAND(number, name, help, usage, after) number = TC_COMMAND_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
};

/* The letters of options.def. */
enum {
    W = TC_OPTION_OBSERVED,
    O = TC_OPTION_ORDERED,
    P = TC_OPTION_PRINTED,
    R = TC_OPTION_RUNNING
};

/* Commands that judge as a scan does. */
#define ASKING (INCIDENT | TIMELINE | WHY | WATCH)

static const tc_option_row rows[] = {
#define TC_OPTION(name, letter, argument, field, option_class, commands, help)                     \
    {name, letter, argument, field, (tc_option_class)(option_class), (unsigned)(commands), help},
#include "detector/settings/options.def"
#undef TC_OPTION
};

static bool knows(const tc_option_row *row, tc_command command)
{
    bool judging =
        row->option_class == TC_OPTION_OBSERVED || row->option_class == TC_OPTION_ORDERED;
    unsigned as = (unsigned)command;
    /* It shows the settings of a scan. */
    if (command == TC_COMMAND_CONFIG) as |= SCAN;
    return tc_option_is_known(row->commands, judging, as, SCAN, ASKING);
}

/* What getopt_long gives for a row's long name: beyond every letter. */
#define CODE_BASE 1000

_Static_assert(TC_COUNT_OF(rows) == TC_OPTION_ROW_COUNT, "a tc_option_set has a bit for each row");

/* -- getopt --------------------------------------------------------------------------------- */

typedef struct getopt_tables {
    struct option longs[TC_COUNT_OF(rows) + 1];
    char shorts[3 * TC_COUNT_OF(rows) + 3];
} getopt_tables;

static int wants_argument(const tc_option_row *row)
{
    if (row->argument == NULL) return no_argument;
    return row->argument[0] == '[' ? optional_argument : required_argument;
}

static void make_tables(tc_command command, getopt_tables *t)
{
    size_t n = 0, s = 0;
    memset(t, 0, sizeof(*t));
    t->shorts[s++] = ':';
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (!knows(&rows[i], command)) continue;
        t->longs[n++] =
            (struct option){rows[i].name, wants_argument(&rows[i]), NULL, CODE_BASE + (int)i};
        if (rows[i].letter == 0) continue;
        t->shorts[s++] = (char)rows[i].letter;
        if (rows[i].argument) t->shorts[s++] = ':';
    }
}

static const tc_option_row *row_of(tc_command command, int code)
{
    if (code >= CODE_BASE) return &rows[code - CODE_BASE];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (knows(&rows[i], command) && rows[i].letter == code) return &rows[i];
    return NULL;
}

/* The option of that name, or of a name that begins so: getopt refuses one with a value only if it
 * takes none. NULL for any other word. */
static const char *flag_of(tc_command command, tc_slice word)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if ((rows[i].commands & (unsigned)command) && rows[i].argument == NULL && word.len > 0 &&
            tc_slice_starts(tc_slice_of(rows[i].name), word))
            return rows[i].name;
    return NULL;
}

static TC_STATUS unknown_option(tc_command command, const char *word, tc_error *reterr)
{
    const char *names[TC_COUNT_OF(rows)];
    size_t n = 0;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (knows(&rows[i], command)) names[n++] = rows[i].name;
    tc_slice bare = tc_slice_of(word), rest;
    while (bare.len && bare.ptr[0] == '-')
        bare = tc_slice_sub(bare, 1, bare.len);
    bare = tc_slice_split(bare, '=', &rest);
    const char *near = rest.ptr != NULL ? flag_of(command, bare) : NULL;
    if (near != NULL) return tc_fail(reterr, TC_ESYNTAX, "--%s takes no value", near);
    near = tc_nearest_word(bare, names, n);
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

void tc_options_start(tc_options *o, tc_command command)
{
    memset(o, 0, sizeof(*o));
    o->command = command;
    o->since = o->until = o->response_since = o->from = o->to = TC_TIME_NONE;
    o->require = TC_REQUIRED_BY_DEFAULT;
    o->min_level = TC_LEVEL_LOW;
    o->fail_level = TC_LEVEL_HIGH;
    o->block_size = (size_t)1 << 20;
    o->format = tc_output_formats[0];
}

const tc_option_row *tc_options_row(tc_command command, const char *name)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (knows(&rows[i], command) && strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

bool tc_options_has(const tc_option_set *set, const tc_option_row *row)
{
    return tc_option_set_has(set, (size_t)(row - rows));
}

void tc_options_note(tc_option_set *set, const tc_option_row *row)
{
    tc_option_set_add(set, (size_t)(row - rows));
}

const char *tc_options_look(tc_command command, int argc, char **argv, const char *name)
{
    getopt_tables tables;
    const char *found = NULL;
    int code;
    make_tables(command, &tables);
    optind = 0;
    opterr = 0;
    while ((code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (code == '?' || code == ':') continue;
        const tc_option_row *row = row_of(command, code);
        if (row != NULL && strcmp(row->name, name) == 0) found = optarg;
    }
    return found;
}

static TC_STATUS take_row(tc_options *o, const tc_option_row *row, tc_time now, tc_error *reterr)
{
    tc_options_note(&o->given, row);
    return tc_option_take(o, row, optarg, now, reterr);
}

TC_STATUS tc_options_read_line(tc_options *o, int argc, char **argv, tc_time now, tc_error *reterr)
{
    getopt_tables tables;
    make_tables(o->command, &tables);
    optind = 0;
    opterr = 0;
    for (;;) {
        int at = optind ? optind : 1;
        int code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
        if (code == -1) break;
        const char *word = at < argc ? argv[at] : "";
        if (code == '?') return unknown_option(o->command, word, reterr);
        if (code == ':') return tc_fail(reterr, TC_ESYNTAX, "option '%.60s' needs a value", word);
        const tc_option_row *row = row_of(o->command, code);
        if (row != NULL) TC_TRY(take_row(o, row, now, reterr));
    }
    for (int i = optind; i < argc; i++)
        TC_TRY(tc_path_list_add(&o->paths, argv[i]));
    return check_window(o, reterr);
}

TC_STATUS tc_options_read(tc_options *o, tc_command command, int argc, char **argv, tc_time now,
                          tc_error *reterr)
{
    tc_options_start(o, command);
    return tc_options_read_line(o, argc, argv, now, reterr);
}

void tc_options_done(tc_options *o)
{
    tc_free(o->rules.items);
    tc_free(o->expand.items);
    tc_free(o->geo.items);
    tc_free(o->paths.items);
    tc_free(o->send.items);
    tc_free(o->listen.items);
    tc_free(o->internal.items);
    tc_free(o->egress.items);
    tc_free(o->proxies.items);
    tc_free(o->levels.items);
    tc_free(o->tags.items);
    tc_free(o->techniques.items);
    tc_free(o->client_columns.items);
    tc_free(o->domains.items);
    tc_free(o->languages.items);
    tc_free(o->hosts.items);
    tc_free(o->delays.items);
    tc_free(o->zones.items);
    tc_free(o->fields.items);
    memset(o, 0, sizeof(*o));
}

uint64_t tc_options_fingerprint(const tc_options *o, tc_option_class option_class)
{
    uint64_t hash = tc_content_hash(TC_LIT("options"));
    tc_options unset;
    tc_options_start(&unset, o->command);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (rows[i].option_class != option_class || !knows(&rows[i], o->command)) continue;
        uint64_t with = tc_option_hash(o, &rows[i], hash);
        if (with != tc_option_hash(&unset, &rows[i], hash)) hash = with;
    }
    if (option_class != TC_OPTION_ORDERED || o->site_fingerprint == 0) return hash;
    return tc_content_hash_add(hash,
                               tc_slice_make(&o->site_fingerprint, sizeof(o->site_fingerprint)));
}

/* -- help ----------------------------------------------------------------------------------- */

static const struct page {
    tc_command command;
    const char *usage, *after;
} pages[] = {
#define TC_COMMAND(number, name, help, usage, after) {TC_COMMAND_##number, usage, after},
#include "detector/settings/commands.def"
#undef TC_COMMAND
};

static const struct page *page_of(tc_command command)
{
    for (size_t i = 0; i < TC_COUNT_OF(pages); i++)
        if (pages[i].command == command) return &pages[i];
    TC_ASSERT(false);
    return NULL;
}

void tc_options_help(tc_command command, tc_str *out)
{
    const struct page *page = page_of(command);
    tc_str_addf(out, "Usage: %s\n", page->usage);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char left[64];
        bool own = command != TC_COMMAND_CONFIG || rows[i].commands & CONFIG;
        if (!own || !knows(&rows[i], command)) continue;
        char letter[8] = "    ";
        if (rows[i].letter) snprintf(letter, sizeof(letter), "-%c, ", rows[i].letter);
        snprintf(left, sizeof(left), "%s--%s%s%s", letter, rows[i].name,
                 wants_argument(&rows[i]) == required_argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        tc_str_addf(out, "  %-26s ", left);
        tc_option_help(&rows[i], out);
    }
    tc_str_addf(out, "%s", page->after);
}
