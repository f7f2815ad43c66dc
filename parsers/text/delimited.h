/*
 * delimited: the core of every log of rows of separated values, with a #Fields line or without.
 *
 * A format is data: its dialect, its log type, the name of its time column, the column layouts that
 * versions of the program are known to write, and the shapes by which its rows are told from
 * others. Columns go by the #Fields line in force; a row of another width, or without a header,
 * goes by the known layout of that width. A row that only repeats the column names counts as a
 * header line.
 *
 * A new format is one such table, one tc_parser made with TC_DELIMITED_PARSER (see msgtrk.c), and
 * its line in the registry.
 */
#ifndef TC_TEXT_DELIMITED_H
#define TC_TEXT_DELIMITED_H

#include "parsers/parser.h"
#include "parsers/text/csv.h"

#define TC_DELIMITED_LAYOUTS 8
#define TC_DELIMITED_CHECKS 4
#define TC_DELIMITED_LOG_TYPES 4

/* What all values of a column look like. */
typedef enum tc_delimited_shape {
    TC_DELIMITED_CAPITALS, /* one word in capitals */
    TC_DELIMITED_NUMBER,   /* digits, or nothing */
    TC_DELIMITED_ADDRESS,  /* an IP address */
    TC_DELIMITED_SIGN,     /* one of + - < > * */
    TC_DELIMITED_SHAPE_COUNT
} tc_delimited_shape;

typedef struct tc_delimited_check {
    const char *column;
    tc_delimited_shape shape;
} tc_delimited_check;

typedef struct tc_delimited {
    tc_csv_dialect dialect;
    /* Values of #Log-type. NULL ends; none: no such line. */
    const char *log_types[TC_DELIMITED_LOG_TYPES + 1];
    /* Name of the time column, which every layout has. NULL: the first is. */
    const char *time;
    /* A line that begins with this text is a header line, too: the column names without a '#', as
     * some versions write them. NULL: none is. */
    const char *bare;
    /* Columns of which a header of the format names more than half. NULL: those of the newest. */
    const char *tells;
    /* Column lists, comma-separated, of different widths; the first is the newest. NULL ends. With
     * `partial` the first names some columns only, by which a header is told, and rows without a
     * header cannot be read. */
    bool partial;
    const char *layouts[TC_DELIMITED_LAYOUTS + 1];
    /* Of a row of a known width whose time has been checked. NULL as the column ends. */
    tc_delimited_check checks[TC_DELIMITED_CHECKS + 1];
    /* Columns that with the time make a row what it is, of which the first must have a value.
     * TC_FIELD_NONE ends; NULL: rows are their lines. */
    const tc_field_static *identity;
    const tc_logsource *labels;
    size_t label_count;
    const char *file_prefix; /* how its files are named */
} tc_delimited;

/* The functions of tc_parser, for formats whose `data` is a tc_delimited. */
int tc_delimited_probe(const tc_parser *self, tc_slice head, tc_slice name);
void tc_delimited_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
TC_STATUS tc_delimited_frame(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, bool last,
                             tc_frame *ret);
TC_STATUS tc_delimited_parse(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice block, tc_arena *arena,
                             tc_ledger *ledger, const tc_sink *sink);
bool tc_delimited_sample_time(const tc_parser *self, const tc_carry *carry,
                              const tc_parse_options *options, tc_slice bytes, tc_time *ret);
uint64_t tc_delimited_identity(const tc_parser *self, const tc_event *event);
void tc_delimited_carry_visit(const tc_parser *self, tc_carry *carry,
                              const tc_parse_options *options, tc_visit *visit);

/* What a tc_parser has of the format `table` points at. */
#define TC_DELIMITED_PARSER(table)                                                                 \
    .unit_of_loss = "one record", .data = (table), .probe = tc_delimited_probe,                    \
    .begin = tc_delimited_begin, .frame = tc_delimited_frame, .parse = tc_delimited_parse,         \
    .sample_time = tc_delimited_sample_time, .identity = tc_delimited_identity,                    \
    .carry_visit = tc_delimited_carry_visit, .carry_version = 1

#endif
