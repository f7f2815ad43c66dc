/*
 * line_log_form: how a list of column names becomes the form of a line. Private to line_log.
 */
#ifndef TC_TEXT_LINE_LOG_FORM_H
#define TC_TEXT_LINE_LOG_FORM_H

#include "parsers/text/line_log.h"

static inline const tc_line_log *tc_line_log_of(const tc_parser *self)
{
    return self->data;
}

/* The names in a list, apart by any of the separators; at most `room` are written. */
size_t tc_line_form_names(tc_slice list, tc_slice separators, tc_slice *names, size_t room);
/* The form of a line with these columns, without a schema. */
tc_line_form tc_line_form_of(const tc_slice *names, size_t count);
/* The form of a layout, without a schema. */
tc_line_form tc_line_form_of_layout(const char *layout);

#endif
