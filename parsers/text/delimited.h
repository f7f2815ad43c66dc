/*
 * delimited: the core of every Exchange log that is comma-separated with a #Fields line.
 *
 * A format is data: its log type, the name of its time column, the column layouts that versions of
 * the server are known to write, and a test of how its rows look. Columns go by the #Fields line in
 * force; a row of another width, or without a header, goes by the known layout of that width. A row
 * that only repeats the column names counts as a header line. The time is the first column of every
 * layout, ISO 8601; without a zone it is UTC.
 *
 * A new format is a table of these and a vtable (see msgtrk.c).
 */
#ifndef TC_TEXT_DELIMITED_H
#define TC_TEXT_DELIMITED_H

#include "parsers/parser.h"

#define TC_DELIMITED_LAYOUTS 8

typedef struct tc_delimited {
    const char *name;     /* of the parser */
    const char *log_type; /* value of #Log-type */
    const char *time;     /* name of the time column */
    /* Column lists, comma-separated, of different widths; the first is the newest. NULL ends. */
    const char *layouts[TC_DELIMITED_LAYOUTS + 1];
    const tc_logsource *labels;
    size_t label_count;
    /* Whether a row of a known width looks like this format (the time has been checked). */
    bool (*looks)(const tc_cell *cells, size_t count);
    const char *file_prefix; /* how its files are named */
} tc_delimited;

void tc_delimited_begin(const tc_delimited *format, tc_carry *carry,
                        const tc_parse_options *options);
TC_STATUS tc_delimited_frame(const tc_delimited *format, tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, bool last,
                             tc_frame *ret);
TC_STATUS tc_delimited_parse(const tc_delimited *format, const tc_carry *carry, tc_slice block,
                             tc_arena *arena, tc_ledger *ledger, const tc_sink *sink);
bool tc_delimited_sample_time(tc_slice bytes, tc_time *ret);
int tc_delimited_probe(const tc_delimited *format, tc_slice head, tc_slice name);

#endif
