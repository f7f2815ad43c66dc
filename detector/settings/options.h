/*
 * options: the command line of every command, read into one struct.
 *
 * Declared once in options.def, with the field that each fills. Nothing is guessed: an unknown
 * option, a missing argument or a value that cannot be read is told with the nearest valid one, and
 * the program ends with status 2. Lists of networks and names are taken apart here, so that
 * everything behind sees values. Every option has a class, and each class a fingerprint, by which
 * state that was kept under other options is told from state that still holds.
 */
#ifndef TC_SETTINGS_OPTIONS_H
#define TC_SETTINGS_OPTIONS_H

#include "detector/alert.h"
#include "detector/bound.h"
#include "detector/output/output.h"
#include "detector/settings/option_set.h"
#include "parsers/base/ip.h"
#include "parsers/base/time.h"

typedef enum tc_command_number {
#define TC_COMMAND(number, name, help, usage, after) TC_COMMAND_NUMBER_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
    TC_COMMAND_COUNT
} tc_command_number;

/* Bits, because a row of options.def names all that know it. */
typedef enum tc_command {
#define TC_COMMAND(number, name, help, usage, after)                                               \
    TC_COMMAND_##number = 1 << TC_COMMAND_NUMBER_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
} tc_command;

/* What another value of an option changes. */
typedef enum tc_option_class {
    TC_OPTION_OBSERVED, /* W: what workers see in a record */
    TC_OPTION_ORDERED,  /* O: what the ordered stage makes of what they saw */
    TC_OPTION_PRINTED,  /* P: what is told of it, and of which time */
    TC_OPTION_RUNNING,  /* R: how the work is done; no output depends on it */
    TC_OPTION_CLASS_COUNT
} tc_option_class;

typedef struct tc_cidr_list {
    tc_cidr *items;
    size_t count, capacity;
} tc_cidr_list;

/* What a record may be late by, as far as anybody can say. */
#define TC_DELAY_MOST (24 * TC_HOUR)

typedef struct tc_text_list {
    tc_slice *items; /* point into argv: live as long as the program */
    size_t count, capacity;
} tc_text_list;

typedef struct tc_path_list {
    const char **items;
    size_t count, capacity;
} tc_path_list;

typedef enum tc_color_when {
    TC_COLOR_AUTO, /* as the terminal and the environment have it */
    TC_COLOR_ALWAYS,
    TC_COLOR_NEVER
} tc_color_when;

typedef enum tc_sandbox_when {
    TC_SANDBOX_AUTO, /* as far as the kernel has one; what is lacking is said */
    TC_SANDBOX_YES,  /* whole, or nothing is done */
    TC_SANDBOX_NO
} tc_sandbox_when;

typedef struct tc_options {
    tc_command command;
    const tc_output_format *format;
    const char *parse_format;
    const char *output;
    const char *stats;
    const char *syslog; /* the socket's path; NULL: not asked for */
    const char *state;
    const char *accounts;
    const char *tables;
    const char *logsource;
    const char *config, *learned;
    const char *mailbox, *rule;
    const char *incident; /* an id or its beginning, or "all"; NULL: not said */
    const char *state_folder, *partial_after, *metrics; /* of watch */
    const char *by, *note, *as, *lasts, *what;          /* of what people say to it */
    tc_path_list rules, expand, geo, paths, send, listen;
    bool no_default_rules, skip_bad_rules, explain, redact, quiet, help, version, follow_links;
    bool effective, once, test_alert, all;
    tc_cidr_list internal, egress, proxies;
    const char *rules_format;
    tc_text_list levels, tags, techniques, client_columns;
    tc_text_list domains, languages, hosts, zones, fields, delays;
    tc_time since, until;
    tc_time from, to;       /* of a change window */
    tc_time response_since; /* TC_TIME_NONE: nobody has asked for new passwords */
    uint32_t require;       /* TC_BLINDS of each indicator that has to be fully watched */
    tc_level min_level, fail_level;
    tc_color_when color;
    tc_sandbox_when sandbox;
    uint32_t jobs; /* 0 = one per processor */
    size_t block_size;
    tc_option_set given, said;    /* rows that the command line, and the configuration, has */
    const struct tc_config *site; /* what --config says that no option can; NULL = nothing */
    int line_argc;                /* the command line that they were read from */
    char **line_argv;
    uint64_t site_fingerprint; /* of that, as far as it changes what is found; 0 = nothing */
} tc_options;

/* Reads argv (argv[0] is the command's name). `now` is for relative times. */
TC_STATUS tc_options_read(tc_options *options, tc_command command, int argc, char **argv,
                          tc_time now, tc_error *reterr);
/* The same in two steps, with room between them for what a configuration says: the command line
 * wins, and its lists add. */
void tc_options_start(tc_options *options, tc_command command);
TC_STATUS tc_options_read_line(tc_options *options, int argc, char **argv, tc_time now,
                               tc_error *reterr);
void tc_options_done(tc_options *options);
/* What the option was given as on the command line, NULL if it was not. A first look: what is wrong
 * there is left to the reading. */
const char *tc_options_look(tc_command command, int argc, char **argv, const char *name);
/* The row of options.def by the long name, as the command knows it; NULL if it does not. */
const struct tc_option_row *tc_options_row(tc_command command, const char *name);
/* Whether a set of rows (`given`, `said`) has that one; adds it. */
bool tc_options_has(const tc_option_set *set, const struct tc_option_row *row);
void tc_options_note(tc_option_set *set, const struct tc_option_row *row);
TC_STATUS tc_path_list_add(tc_path_list *list, const char *path);
/* A hash of what the options of one class are set to, for the command they were read for: the same
 * in every run and place, however the values were written and in whatever order where the order
 * means nothing. An option that has its default is not in it, so that one more option in a later
 * version leaves it as it is. Nor is what a named file holds: its reader knows that. A span before
 * now ("7d") counts as the instant that it was read as. */
uint64_t tc_options_fingerprint(const tc_options *options, tc_option_class option_class);
/* The page that `tocsin COMMAND --help` prints: fits 80 columns and 24 lines where it can. */
void tc_options_help(tc_command command, tc_str *out);

#endif
