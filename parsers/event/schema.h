/*
 * schema: which column of a record is which field, and which logs the record counts as.
 *
 * Immutable once built. A text log's schema comes from its header line; open-ended formats (JSON,
 * XML) use one schema with a slot for every field of the names table that their format may carry.
 *
 * Two kinds of owners. The run's schemas are what formats are known to look like; they are made
 * before any log is read and live until the run ends. A source's are those of the headers that
 * stand in it; they live as long as somebody holds them (its reader, each of its blocks), so
 * events, carries and blocks point at them freely from any thread. What a log may bring is bounded
 * per source: no number of hostile logs takes anything from another.
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

/* What one source may bring: so many schemas, and so many bytes of column names and tables. */
#define TC_SCHEMAS_OF_SOURCE 64
#define TC_SCHEMA_BYTES_OF_SOURCE ((size_t)256 << 10)
#define TC_SCHEMAS_KEPT_MAX ((size_t)32 << 20)

typedef struct tc_schema {
    uint64_t serial;    /* no other schema of the run has it; a later one may have this address */
    const char *format; /* name of the parser */
    const tc_logsource *labels;
    size_t label_count;
    size_t column_count;
    const tc_field *fields; /* per column; 0 = a name nobody asked for */
    const tc_slice *names;  /* per column: the name as written */
    const uint16_t *slots;  /* per field number: column + 1, 0 = the record has no such column */
    size_t slot_count;      /* length of slots */
} tc_schema;

typedef struct tc_schemas tc_schemas;

/* The run's: at most `limit`, and 16 MiB. */
tc_schemas *tc_schemas_new(const tc_names *names, size_t limit) TC_MUST_USE;
/* One source's, in front of the run's, which must outlive it and not change meanwhile. Used by the
 * thread that frames the source, and by no other. NULL without memory. */
tc_schemas *tc_schemas_new_source(tc_schemas *run) TC_MUST_USE;
/* One more holder; each, the first too, gives it up with tc_schemas_free. One thread at a time. */
tc_schemas *tc_schemas_hold(tc_schemas *schemas);
void tc_schemas_free(tc_schemas *schemas);
/* How often a schema, or memory to keep, was refused for a limit. */
uint64_t tc_schemas_refused(const tc_schemas *schemas);
/* Memory, zeroed, that lives as long as these schemas: for what belongs to a source, is met on its
 * way and reached from a carry. NULL beyond TC_SCHEMAS_KEPT_MAX, or without memory. */
void *tc_schemas_keep(tc_schemas *schemas, size_t count, size_t size) TC_MUST_USE;
const tc_names *tc_schemas_names(const tc_schemas *schemas);

/* The schema of a format with these labels and column names (copied; the labels' text is not), made
 * on first sight and shared after; a source finds the run's first. The first of two columns with
 * one name wins. TC_ELIMIT beyond the owner's limits or TC_SCHEMA_MAX_COLUMNS. */
TC_STATUS tc_schemas_get(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                         size_t label_count, const tc_slice *names, size_t count,
                         const tc_schema **ret);

/* The schema of an open-ended format: a column for every field of the names table from `from` on
 * (TC_SCHEMA_MAX_COLUMNS does not count here). */
TC_STATUS tc_schemas_get_open(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                              size_t label_count, tc_field from, const tc_schema **ret);

/* The logs that some records of a format count as. */
typedef struct tc_logsource_set {
    const tc_logsource *labels;
    size_t count;
} tc_logsource_set;

/* The same for a format whose records count as different logs: *ret is the first of set_count
 * schemas, one for each set, which share their columns and count as one. A format and its first set
 * always come with the same sets. */
TC_STATUS tc_schemas_get_open_set(tc_schemas *schemas, const char *format,
                                  const tc_logsource_set *sets, size_t set_count, tc_field from,
                                  const tc_schema **ret);

/* Column of the field, or -1. */
static inline int tc_schema_column(const tc_schema *schema, tc_field field)
{
    return field < schema->slot_count ? (int)schema->slots[field] - 1 : -1;
}

#endif
