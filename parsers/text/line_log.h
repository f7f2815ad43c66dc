/*
 * line_log: the core of logs whose records are lines that only a function of their own takes apart.
 *
 * A format is data: the layouts that its lines may have, the function that reads a line as one of
 * them, and by what its files are told. Lines that begin with '#' are header lines; a #Fields line
 * of a format that has them names the columns of the lines behind it. Without one a line is tried
 * as each layout, in their order. A reader looks at nothing but its line, so a record costs itself
 * only, and a file is told by how many of its lines can be read.
 */
#ifndef TC_TEXT_LINE_LOG_H
#define TC_TEXT_LINE_LOG_H

#include "parsers/parser.h"

#define TC_LINE_LOG_LAYOUTS 4
#define TC_LINE_LOG_COLUMNS 64

/* What a line is tried as. */
typedef struct tc_line_form {
    const tc_schema *schema; /* NULL: nobody asks for more than whether and when */
    uint16_t width;          /* columns that the line has itself */
    uint16_t uri, status;    /* which of them are cs-uri and sc-status; width: none is */
} tc_line_form;

/* Any way to read a row will do: it is asked whether there is one. */
#define TC_LINE_LOG_ANY TC_LIT("@?")

/* What a reader fills. */
typedef struct tc_line_row {
    tc_cell *cells; /* TC_LINE_LOG_COLUMNS of them, missing until set */
    tc_time time;
    int64_t zone_offset_ns; /* for times that are local to the server */
    tc_slice told;          /* tc_parse_options.columns; TC_LINE_LOG_ANY: nobody has asked yet */
    bool two_ways;          /* the reader found two rows in the line, and takes neither */
    tc_arena *arena;        /* for what stands there in another form; NULL: leave it as it is */
} tc_line_row;

typedef struct tc_line_log {
    /* Names apart by commas, the first layout the newest; `added` are columns behind them that the
     * reader fills beside what stands in the line. NULL ends. */
    const char *layouts[TC_LINE_LOG_LAYOUTS + 1];
    const char *added;
    /* Reads the line as that form: false if it is none. */
    bool (*read)(tc_slice line, const tc_line_form *form, tc_line_row *row);
    const char *maker;     /* how the value of #Software begins; NULL: there are no header lines */
    const char *told_by;   /* a column that only a #Fields line of this format names */
    const char *prefix[2]; /* how its files may be named */
    const tc_logsource *labels;
    size_t label_count;
} tc_line_log;

/* The functions of tc_parser, for formats whose `data` is a tc_line_log. */
int tc_line_log_probe(const tc_parser *self, tc_slice head, tc_slice name);
void tc_line_log_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
TC_STATUS tc_line_log_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_slice bytes, bool last, tc_frame *ret);
TC_STATUS tc_line_log_parse(const tc_parser *self, const tc_carry *carry,
                            const tc_parse_options *options, tc_slice block, tc_arena *arena,
                            tc_ledger *ledger, const tc_sink *sink);
bool tc_line_log_sample_time(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, tc_time *ret);
void tc_line_log_carry_visit(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_visit *visit);

/* What a tc_parser has of the format `table` points at. */
#define TC_LINE_LOG_PARSER(table)                                                                  \
    .unit_of_loss = "one line", .data = (table), .probe = tc_line_log_probe,                       \
    .begin = tc_line_log_begin, .frame = tc_line_log_frame, .parse = tc_line_log_parse,            \
    .sample_time = tc_line_log_sample_time, .carry_visit = tc_line_log_carry_visit,                \
    .carry_version = 1

/* A cell of the text, or of nothing where that is '-' or empty. */
static inline tc_cell tc_line_cell(tc_slice text)
{
    bool none = text.len == 0 || (text.len == 1 && text.ptr[0] == '-');
    return none ? (tc_cell){text.ptr, (uint32_t)text.len, TC_FORM_NULL} : tc_cell_text(text);
}

#endif
