/*
 * schema_visit: how saved state names the columns that a header gave.
 *
 * A schema is never saved as such: its column names are, and whoever loads makes it again in the
 * table of schemas of this run. Names are a log's words, of any length up to what one source may
 * bring; more, or more of them than TC_SCHEMA_MAX_COLUMNS, are refused before memory is taken.
 */
#ifndef TC_EVENT_SCHEMA_VISIT_H
#define TC_EVENT_SCHEMA_VISIT_H

#include "parsers/base/visit.h"
#include "parsers/event/schema.h"

typedef struct tc_column_names {
    size_t count; /* 0: there is no header */
    tc_slice names[TC_SCHEMA_MAX_COLUMNS];
    uint8_t *bytes; /* of what was loaded */
} tc_column_names;

/* Saves the names of the schema's columns (NULL: there is none), or loads them. `names` is filled
 * either way, with no name when the visit has failed, and ended with _done. */
void tc_column_names_visit(tc_visit *visit, const tc_schema *schema, tc_column_names *names);
void tc_column_names_done(tc_column_names *names);

#endif
