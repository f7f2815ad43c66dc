/*
 * export: the core of tables that people export as CSV, with the names of their columns in the
 * first line (Export-Csv, portals).
 *
 * A format is data: columns by which its first line is told, which of them is the time, and what
 * columns are called elsewhere. Separators are commas, semicolons or tabs, whichever makes the
 * first line one of the format; "#TYPE" before it is passed over. Cells may be quoted and hold
 * lines. A row of several lines that is not as wide as the header costs its first line, and reading
 * goes on with the next: a quote that never closes costs no more. Nothing is concluded from the
 * order of rows.
 */
#ifndef TC_AUDIT_EXPORT_H
#define TC_AUDIT_EXPORT_H

#include "parsers/parser.h"
#include "parsers/text/table.h"

#define TC_EXPORT_REQUIRED 5
#define TC_EXPORT_COLUMNS TC_TABLE_COLUMNS

typedef struct tc_export_name {
    const char *written, *field;
} tc_export_name;

typedef struct tc_export {
    /* Where names of columns are translated: whether these are the format's, whose number and words
     * are then those of the fields. NULL: `required` tells it. */
    bool (*recognise)(tc_slice names[TC_EXPORT_COLUMNS], size_t *count);
    /* Columns that the header must have, in any case of letters. NULL ends. */
    const char *required[TC_EXPORT_REQUIRED + 1];
    const char *time;  /* column, as written; NULL: the payload has it */
    const char *clock; /* column of the time of day, where `time` has the date alone; may be NULL */
    bool local;        /* times are those of whoever exported, unless they say otherwise */
    const tc_export_name *names; /* what columns are called as fields. {NULL, NULL} ends */
    const char *payload;         /* column that holds an audit record; NULL: rows are events */
    bool windows;                /* rows are Windows events: labels and columns are theirs */
    bool members;                /* ... and columns are called as JSON's members are */
    const tc_logsource *labels;
    size_t label_count;
} tc_export;

int tc_export_probe(const tc_parser *self, tc_slice head, tc_slice name);
void tc_export_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
TC_STATUS tc_export_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                          tc_slice bytes, bool last, tc_frame *ret);
TC_STATUS tc_export_parse(const tc_parser *self, const tc_carry *carry,
                          const tc_parse_options *options, tc_slice block, tc_arena *arena,
                          tc_ledger *ledger, const tc_sink *sink);
bool tc_export_sample_time(const tc_parser *self, const tc_carry *carry,
                           const tc_parse_options *options, tc_slice bytes, tc_time *ret);
void tc_export_carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                           tc_visit *visit);
/* Tells the order of day and month by the column of the time (export_dates.h). */
extern const tc_column_reader tc_export_column_reader;

/* What a tc_parser has of the format `table` points at. */
/* format_labels, an array, are the labels of a tc_export. */
#define TC_EXPORT_LABELS(format)                                                                   \
    .labels = format##_labels, .label_count = TC_COUNT_OF(format##_labels)
#define TC_EXPORT_PARSER(table)                                                                    \
    .unit_of_loss = "one record", .data = (table), .lateness_ns = TC_HOUR,                         \
    .columns = &tc_export_column_reader, .probe = tc_export_probe, .begin = tc_export_begin,       \
    .frame = tc_export_frame, .parse = tc_export_parse, .sample_time = tc_export_sample_time,      \
    .carry_visit = tc_export_carry_visit, .carry_version = 1

/* Times as portals and Export-Csv write them: ISO 8601, /Date(ms)/, 6/13/2021 1:55:44 PM,
 * 13/06/2021 13:55:44, 13.06.2021 13:55:44. Day and month stand as was learned of the source
 * (`told`: tc_parse_options.columns); else in the order that goes with the form; where that is no
 * date, in the other. *ret_zoned: the zone is known. */
bool tc_export_time(tc_slice text, tc_slice told, tc_time *ret, bool *ret_zoned) TC_MUST_USE;

#endif
