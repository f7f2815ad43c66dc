/*
 * export_rows: the rows of an exported table, one after the other (for audit/export.c and
 * export_frame.c, which must see the same rows).
 */
#ifndef TC_AUDIT_EXPORT_ROWS_H
#define TC_AUDIT_EXPORT_ROWS_H

#include "parsers/audit/audit_record.h"
#include "parsers/audit/export.h"
#include "parsers/windows/windows_event.h"

typedef struct tc_export_carry {
    const tc_schema *header; /* NULL: not met yet */
    uint8_t separator;
    bool skipping;              /* inside a line that is too long */
    tc_audit_schemas schemas;   /* of payloads */
    tc_windows_schemas windows; /* of Windows events */
    tc_code failed;
} tc_export_carry;

static inline const tc_export *tc_export_of(const tc_parser *self)
{
    return self->data;
}

typedef enum tc_export_row_kind {
    TC_EXPORT_MORE, /* its end is not in sight */
    TC_EXPORT_LONG, /* its first line is longer than record_max */
    TC_EXPORT_BLANK,
    TC_EXPORT_NAMES, /* the names of the columns, or #TYPE */
    TC_EXPORT_ROW,
    TC_EXPORT_NUL, /* from here on refused, for what its first line is: it holds NUL bytes */
    TC_EXPORT_WIDTH,
    TC_EXPORT_QUOTE, /* leaves a quote open */
    TC_EXPORT_CUT,   /* the input ends in it */
    TC_EXPORT_KIND_COUNT
} tc_export_row_kind;

typedef struct tc_export_row {
    tc_export_row_kind kind;
    size_t text;   /* bytes without the line end */
    size_t length; /* bytes with it */
    size_t count;  /* cells that were written, of a row */
} tc_export_row;

/* The row at the beginning of bytes; cells may be NULL with room 0. */
tc_export_row tc_export_next(const tc_export_carry *state, tc_slice bytes, bool last,
                             size_t record_max, tc_cell *cells, size_t room);
/* Whether the line names the columns of the format; then its names, in the words of the fields, and
 * the separator. */
bool tc_export_names(const tc_export *format, tc_slice line, tc_arena *arena,
                     tc_slice names[TC_EXPORT_COLUMNS], size_t *ret_count, uint8_t *ret_separator);
/* What the format calls a column as a field. */
tc_slice tc_export_field(const tc_export *format, tc_slice written);
/* Whether all names that the format requires are among these. */
bool tc_export_has_all(const tc_export *format, const tc_slice *written, size_t count);
/* The first line that is not blank and no "#TYPE"; false if there is none. */
bool tc_export_first_line(tc_slice head, tc_slice *ret);

#endif
