/*
 * export_rows: what the reading of an exported table goes on with, and how its columns are told
 * (for audit/export.c and export_frame.c).
 */
#ifndef TC_AUDIT_EXPORT_ROWS_H
#define TC_AUDIT_EXPORT_ROWS_H

#include "parsers/audit/audit_record.h"
#include "parsers/audit/export.h"
#include "parsers/text/table_frame.h"
#include "parsers/windows/windows_event.h"

typedef struct tc_export_carry {
    tc_table_state table;
    tc_audit_schemas schemas;   /* of payloads */
    tc_windows_schemas windows; /* of Windows events */
    tc_code failed;
} tc_export_carry;

static inline const tc_export *tc_export_of(const tc_parser *self)
{
    return self->data;
}

/* Whether the line names the columns of the format; then its names, in the words of the fields, and
 * the separator. */
bool tc_export_names(const tc_export *format, tc_slice line, tc_arena *arena,
                     tc_slice names[TC_EXPORT_COLUMNS], size_t *ret_count, uint8_t *ret_separator);
/* What the format calls a column as a field. */
tc_slice tc_export_field(const tc_export *format, tc_slice written);
/* Whether all names that the format requires are among these. */
bool tc_export_has_all(const tc_export *format, const tc_slice *written, size_t count);

#endif
