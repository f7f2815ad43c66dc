/*
 * schema: which column of a record is which field, and which logs the record counts as.
 *
 * Immutable once built. A text log's schema comes from its header line; open-ended formats (JSON,
 * XML) use one schema with a slot for every field of the names table that their format may carry.
 * Schemas of a run live until its end: events, carries and blocks point at them freely from any
 * thread.
 */
#ifndef TC_EVENT_SCHEMA_H
#define TC_EVENT_SCHEMA_H

#include "parsers/event/names.h"

/* A Sigma logsource label; NULL = the log does not declare that attribute. */
typedef struct tc_logsource {
    const char *category;
    const char *product;
    const char *service;
} tc_logsource;

#define TC_SCHEMA_MAX_COLUMNS 1024

typedef struct tc_schema {
    const char *format; /* name of the parser */
    const tc_logsource *labels;
    size_t label_count;
    size_t column_count;
    const tc_field *fields; /* per column; 0 = a name nobody asked for */
    const tc_slice *names;  /* per column: the name as written */
    const uint16_t *slots;  /* per field number: column + 1, 0 = the record has no such column */
    size_t slot_count;      /* length of slots */
} tc_schema;

/* Holds schemas until the run ends; at most `limit` of them. Only the thread that frames calls
 * tc_schemas_get. */
typedef struct tc_schemas tc_schemas;
tc_schemas *tc_schemas_new(const tc_names *names, size_t limit) TC_MUST_USE;
void tc_schemas_free(tc_schemas *schemas);
const tc_names *tc_schemas_names(const tc_schemas *schemas);

/* The schema of a format with these labels and column names (copied; the labels' text is not), made
 * on first sight and shared after. The first of two columns with one name wins. TC_ELIMIT beyond
 * the limit or TC_SCHEMA_MAX_COLUMNS, and when all schemas of the run would take more than 16 MiB.
 */
tc_status tc_schemas_get(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                         size_t label_count, const tc_slice *names, size_t count,
                         const tc_schema **ret) TC_MUST_USE;

/* The schema of an open-ended format: a column for every field of the names table from `from` on
 * (TC_SCHEMA_MAX_COLUMNS does not count here). */
tc_status tc_schemas_get_open(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                              size_t label_count, tc_field from, const tc_schema **ret) TC_MUST_USE;

/* Column of the field, or -1. */
static inline int tc_schema_column(const tc_schema *schema, tc_field field)
{
    return field < schema->slot_count ? (int)schema->slots[field] - 1 : -1;
}

#endif
