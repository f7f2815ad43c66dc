/*
 * export_record: a record of an export as names and values, whatever carried it, made an event.
 *
 * The kind is told by the names (export_kinds.h), or given. Windows events, records of the unified
 * audit log and all others come out as they do of any other carrier.
 */
#ifndef TC_AUDIT_EXPORT_RECORD_H
#define TC_AUDIT_EXPORT_RECORD_H

#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/open/members.h"
#include "parsers/windows/windows_event.h"
#include "parsers/windows/windows_renamed.h"

/* Part of a carry. */
typedef struct tc_export_schemas {
    tc_windows_schemas windows;
    tc_audit_schemas audit;
    const tc_schema *kinds; /* the first of TC_EXPORT_KINDS, with the columns of the others */
    tc_code failed;         /* why they could not be made */
} tc_export_schemas;

void tc_export_schemas_init(tc_export_schemas *schemas, const tc_parse_options *options,
                            const char *format);

/* The names and values of one record. */
typedef struct tc_export_record {
    tc_slice names[TC_EXPORT_COLUMNS];
    tc_cell cells[TC_EXPORT_COLUMNS];
    size_t count;
} tc_export_record;

void tc_export_record_add(tc_export_record *record, tc_slice name, tc_cell cell);
/* A parameter of a cmdlet: the field Parameters.NAME. Without a name, or at the arena's limit,
 * nothing. */
void tc_export_record_parameter(tc_export_record *record, tc_arena *arena, tc_slice name,
                                tc_cell cell);

/* The values of an event in the text of one cell, as EvtxECmd and Log Analytics write them: JSON or
 * XML. Those without a name are `Data`. */
void tc_export_record_payload(tc_export_record *record, tc_arena *arena, tc_slice text);

typedef struct tc_export_walk {
    const tc_parse_options *options;
    const tc_export_schemas *schemas;
    tc_row row;
    tc_windows_renamed renamed;
    tc_members *members;
    tc_audit_walk *audit;
    const tc_export *kind; /* of the record that was read last */
    tc_time time;
} tc_export_walk;

/* For records of a block of that length. False at the arena's limit. */
bool tc_export_walk_init(tc_export_walk *walk, const tc_parse_options *options,
                         const tc_export_schemas *schemas, tc_arena *arena,
                         size_t block_length) TC_MUST_USE;
/* TC_REASON_COUNT, or why the record is none. */
tc_reason tc_export_walk_record(tc_export_walk *walk, const tc_export_record *record);
/* Hands the record that was read last to the sink as an event. */
TC_STATUS tc_export_deliver(tc_export_walk *walk, tc_place place, tc_slice raw,
                            const tc_sink *sink);

/* What the names say a record is; NULL: nothing that is known. */
const tc_export *tc_export_kind_of(const tc_export_record *record);

/* Windows events alone, in a row of theirs: the time and the row of a record that has their names,
 * or why it is none. */
tc_reason tc_export_read_event(tc_export_walk *walk, const tc_export *kind,
                               const tc_export_record *record);

/* tc_parser.identity and .show of whatever carries them. */
uint64_t tc_export_identity(const tc_parser *self, const tc_event *event);
void tc_export_show(const tc_parser *self, const tc_event *event, tc_str *out);

#endif
