/*
 * audit_record: one record of Microsoft 365's audit log, or of Entra's logs, as a row.
 *
 * A record is a JSON object with an operation, a time and a user, or a sign-in, or an activity in
 * the directory (directory_audit.h), or a row of a table that holds them (analytics_row.h). It may
 * lie in what a collector put around it: AuditData, a text or an object, and its like (the table of
 * wrappers); what stands beside it there repeats it and is not looked at. Members are fields under
 * their own names, dotted below objects; lists of {Name, Value} are taken apart as Parameters.NAME,
 * ExtendedProperties.NAME and OperationProperties.NAME. A record of Exchange's management is told
 * as a cmdlet, in the fields that windows_cmdlet.h describes, and so are rules that Outlook wrote
 * (UpdateInboxRules).
 *
 * Times without a zone are UTC. A record is what its Id says, however it was exported.
 */
#ifndef TC_AUDIT_RECORD_H
#define TC_AUDIT_RECORD_H

#include "parsers/text/json_lines_walk.h"

#define TC_AUDIT_EVIDENCE                                                                          \
    (TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_ACCOUNTS |     \
     TC_EVIDENCE_MANAGEMENT)

typedef enum tc_audit_log {
    TC_AUDIT_LOG_GENERAL,
    TC_AUDIT_LOG_MANAGEMENT,
    TC_AUDIT_LOG_SIGNIN,
    TC_AUDIT_LOG_DIRECTORY,
    TC_AUDIT_LOG_COUNT
} tc_audit_log;

/* Part of a carry. */
typedef struct tc_audit_schemas {
    const tc_schema *of[TC_AUDIT_LOG_COUNT]; /* with the same columns */
    tc_code failed;                          /* why they could not be made */
} tc_audit_schemas;

void tc_audit_schemas_init(tc_audit_schemas *schemas, const tc_parse_options *options,
                           const char *format);

typedef struct tc_audit_walk {
    tc_json_walk json; /* its row is the record's */
    const tc_audit_schemas *schemas;
    tc_audit_log log;
    tc_time time;
} tc_audit_walk;

/* For records of a block of that length. False at the arena's limit. */
bool tc_audit_walk_init(tc_audit_walk *walk, const tc_parse_options *options,
                        const tc_audit_schemas *schemas, tc_arena *arena,
                        size_t block_length) TC_MUST_USE;
/* Reads the object that is all of text. TC_REASON_COUNT, or why it is no record. */
tc_reason tc_audit_walk_object(tc_audit_walk *walk, tc_slice text);
/* Hands the row to the sink as an event. */
TC_STATUS tc_audit_deliver(const tc_audit_walk *walk, tc_place place, tc_slice raw,
                           const tc_sink *sink);

/* tc_parser.identity of whatever carries them. */
uint64_t tc_audit_identity(const tc_parser *self, const tc_event *event);

#endif
