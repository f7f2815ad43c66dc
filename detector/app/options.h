/*
 * options: the command line of every command, read into one struct.
 *
 * Declared once in options.def, with the field that each fills. Nothing is guessed: an unknown
 * option, a missing argument or a value that cannot be read is told with the nearest valid one, and
 * the program ends with status 2. Lists of networks and names are taken apart here, so that
 * everything behind sees values.
 */
#ifndef TC_APP_OPTIONS_H
#define TC_APP_OPTIONS_H

#include "detector/alert.h"
#include "detector/output/output.h"
#include "parsers/base/ip.h"
#include "parsers/base/time.h"

typedef enum tc_command {
    TC_COMMAND_SCAN = 1 << 0,
    TC_COMMAND_PARSE = 1 << 1,
    TC_COMMAND_MATCH = 1 << 2,
    TC_COMMAND_RULES = 1 << 3,
    TC_COMMAND_FORMATS = 1 << 4
} tc_command;

typedef struct tc_cidr_list {
    tc_cidr *items;
    size_t count, capacity;
} tc_cidr_list;

typedef struct tc_text_list {
    tc_slice *items; /* point into argv: live as long as the program */
    size_t count, capacity;
} tc_text_list;

typedef struct tc_path_list {
    const char **items;
    size_t count, capacity;
} tc_path_list;

typedef struct tc_options {
    tc_command command;
    tc_output_format format;
    const char *parse_format;
    const char *output;
    const char *stats;
    const char *accounts;
    const char *tables;
    const char *logsource;
    tc_path_list rules, geo, paths;
    bool no_default_rules, explain, redact, quiet, help;
    tc_cidr_list internal, egress, proxies;
    tc_text_list domains, languages, hosts, zones, fields;
    tc_time since, until;
    tc_level min_level, fail_level;
    uint32_t jobs; /* 0 = one per processor */
    size_t block_size;
} tc_options;

/* Reads argv (argv[0] is the command's name). `now` is for relative times. */
TC_STATUS tc_options_read(tc_options *options, tc_command command, int argc, char **argv,
                          tc_time now, tc_error *reterr);
void tc_options_done(tc_options *options);
/* The page that `tocsin COMMAND --help` prints: fits 80 columns and 24 lines where it can. */
void tc_options_help(tc_command command, tc_str *out);
/* The nearest of `count` words by edit distance, NULL when none is near (distance over a third). */
const char *tc_nearest_word(tc_slice word, const char *const *words, size_t count);

#endif
