/*
 * text_page: lines of a page for people, no wider than asked, coloured only if asked.
 *
 * Texts given are raw and escaped here. Wrapping breaks at blanks, and inside a word only when the
 * word is wider than the page; an escape or a character is never broken.
 */
#ifndef TC_OUTPUT_TEXT_PAGE_H
#define TC_OUTPUT_TEXT_PAGE_H

#include "detector/output/output_state.h"

typedef enum tc_paint {
    TC_PAINT_PLAIN = 0,
    TC_PAINT_HEAD,
    TC_PAINT_GOOD,
    TC_PAINT_WARN,
    TC_PAINT_BAD,
    TC_PAINT_ALARM
} tc_paint;

/* Appends our own text in that paint, padded to `columns` (0 = not at all). */
void tc_page_paint(const tc_output *output, tc_paint paint, const char *text, size_t columns,
                   tc_str *out);
tc_paint tc_page_level_paint(tc_level level);
/* "CRITICAL" in its paint, padded. */
void tc_page_level(const tc_output *output, tc_level level, size_t columns, tc_str *out);

/* Ends the line, without blanks at its end. */
void tc_page_end(tc_str *out);
/* Appends raw text, wrapped: the first line goes on at column `at`, later ones are indented by
 * `indent`. Ends the last line. */
void tc_page_wrap(tc_output *output, size_t at, size_t indent, tc_slice raw, tc_str *out);
void tc_page_wrapf(tc_output *output, size_t at, size_t indent, tc_str *out, const char *format,
                   ...) TC_PRINTF(5, 6);
/* The same on one line, shortened with "..." where it does not fit. */
void tc_page_line(tc_output *output, size_t at, tc_slice raw, tc_str *out);

/* "2011-03-09 07:12" (UTC), or "unknown"; returns out. */
const char *tc_page_minute(tc_time time, char out[TC_TIME_TEXT]);
/* "2011-03-09 07:12:03 UTC" or "unknown"; returns out. */
const char *tc_page_time(tc_time time, char out[TC_TIME_TEXT + 4]);
/* "13 days", "5 hours", "40 minutes", "12 seconds": the largest unit that fits twice, else one. */
const char *tc_page_span(tc_time from, tc_time to, char out[40]);
/* "1,234,567". */
const char *tc_page_number(uint64_t number, char out[32]);
/* "812 B", "1.2 GB": decimal units. */
const char *tc_page_size(uint64_t bytes, char out[32]);

#endif
