/*
 * options_value: what the value of an option may be, and how each kind is read into its field.
 *
 * A row of options.def names its kind and its field together, so there is no place where an option
 * could be forgotten or land in the field of another; the type of the field is checked against the
 * kind when the program is compiled. Values point into argv, or into what a configuration keeps.
 */
#ifndef TC_SETTINGS_OPTIONS_VALUE_H
#define TC_SETTINGS_OPTIONS_VALUE_H

#include "detector/settings/options.h"

typedef enum tc_option_kind {
    TC_OPTION_FLAG,
    TC_OPTION_TEXT,          /* kept as it is; the last one counts */
    TC_OPTION_SOCKET,        /* a path; without an argument that of the syslog socket */
    TC_OPTION_PATHS,         /* one more path */
    TC_OPTION_LISTENS,       /* one more input (receive/settings.h) */
    TC_OPTION_CIDRS,         /* more networks, apart by commas */
    TC_OPTION_WORDS,         /* more words, apart by commas */
    TC_OPTION_DOMAINS,       /* more mail domains, apart by commas */
    TC_OPTION_LANGUAGES,     /* more language tags, apart by commas */
    TC_OPTION_ZONES,         /* one more GLOB=ZONE */
    TC_OPTION_HOSTS,         /* one more GLOB=NAME */
    TC_OPTION_FIELDS,        /* one more GLOB=NAMES */
    TC_OPTION_DELAYS,        /* one more SPAN or GLOB=SPAN */
    TC_OPTION_TIME,          /* an instant, or a span before now */
    TC_OPTION_LEVEL,         /* low, high, ... */
    TC_OPTION_JOBS,          /* 1 to 256 */
    TC_OPTION_SIZE,          /* 4K to 16M */
    TC_OPTION_INDICATORS,    /* indicators, apart by commas, or none; the last option counts */
    TC_OPTION_OUTPUT_FORMAT, /* text, json, ... */
    TC_OPTION_COLOR,         /* auto, always or never */
    TC_OPTION_SANDBOX,       /* auto, yes or no */
    TC_OPTION_KIND_COUNT
} tc_option_kind;

typedef struct tc_option_row {
    const char *name;
    int letter;           /* 0 = none */
    const char *argument; /* NULL = takes none */
    tc_option_kind kind;
    size_t field; /* offset in tc_options */
    tc_option_class option_class;
    unsigned commands;
    const char *help; /* empty: the kind knows the values */
} tc_option_row;

/* The kind and the place of a field; does not compile where the field has another type. */
#define TC_OPTION_FIELD(kind, type, field)                                                         \
    kind, offsetof(tc_options, field) + 0 * sizeof(_Generic(((tc_options *)NULL)->field, type      \
                                                            : (char)0))
#define FLAG(field) TC_OPTION_FIELD(TC_OPTION_FLAG, bool, field)
#define TEXT(field) TC_OPTION_FIELD(TC_OPTION_TEXT, const char *, field)
#define SOCKET(field) TC_OPTION_FIELD(TC_OPTION_SOCKET, const char *, field)
#define PATHS(field) TC_OPTION_FIELD(TC_OPTION_PATHS, tc_path_list, field)
#define LISTENS(field) TC_OPTION_FIELD(TC_OPTION_LISTENS, tc_path_list, field)
#define CIDRS(field) TC_OPTION_FIELD(TC_OPTION_CIDRS, tc_cidr_list, field)
#define WORDS(field) TC_OPTION_FIELD(TC_OPTION_WORDS, tc_text_list, field)
#define DOMAINS(field) TC_OPTION_FIELD(TC_OPTION_DOMAINS, tc_text_list, field)
#define LANGUAGES(field) TC_OPTION_FIELD(TC_OPTION_LANGUAGES, tc_text_list, field)
#define ZONES(field) TC_OPTION_FIELD(TC_OPTION_ZONES, tc_text_list, field)
#define HOSTS(field) TC_OPTION_FIELD(TC_OPTION_HOSTS, tc_text_list, field)
#define FIELDS(field) TC_OPTION_FIELD(TC_OPTION_FIELDS, tc_text_list, field)
#define DELAYS(field) TC_OPTION_FIELD(TC_OPTION_DELAYS, tc_text_list, field)
#define TIME(field) TC_OPTION_FIELD(TC_OPTION_TIME, tc_time, field)
#define LEVEL(field) TC_OPTION_FIELD(TC_OPTION_LEVEL, tc_level, field)
#define JOBS(field) TC_OPTION_FIELD(TC_OPTION_JOBS, uint32_t, field)
#define SIZE(field) TC_OPTION_FIELD(TC_OPTION_SIZE, size_t, field)
#define INDICATORS(field) TC_OPTION_FIELD(TC_OPTION_INDICATORS, uint32_t, field)
#define SANDBOX(field) TC_OPTION_FIELD(TC_OPTION_SANDBOX, tc_sandbox_when, field)
#define COLOR(field) TC_OPTION_FIELD(TC_OPTION_COLOR, tc_color_when, field)
#define OUTPUT_FORMAT(field)                                                                       \
    TC_OPTION_FIELD(TC_OPTION_OUTPUT_FORMAT, const tc_output_format *, field)

/* Reads the argument (NULL: there is none) into the row's field; `now` is for spans before now. */
TC_STATUS tc_option_take(tc_options *options, const tc_option_row *row, const char *argument,
                         tc_time now, tc_error *reterr);
/* Goes on with a hash over the row's name and what its field holds. */
uint64_t tc_option_hash(const tc_options *options, const tc_option_row *row, uint64_t hash);
/* Appends what --help says of the option, a line: the row's words, or where it has none the values
 * that it may have, of which the first is the default. */
void tc_option_help(const tc_option_row *row, tc_str *out);
/* "auto", "always", "never", by tc_color_when. */
extern const char *const tc_color_words[];
extern const char *const tc_sandbox_words[];
/* The values that the row's field holds, and one of them as the option takes it. */
size_t tc_option_count(const tc_options *options, const tc_option_row *row);
void tc_option_write(const tc_options *options, const tc_option_row *row, size_t index,
                     tc_str *out);

#endif
