/*
 * windows_event: what Windows events have in common, whatever carries them.
 *
 * All carriers (XML, the JSON of several shippers) give the flat names that Sigma rules use: System
 * elements by their tag (EventID, Channel), their attributes as Tag_Attribute (Provider_Name),
 * EventData by the names written there; values without a name are the list `Data`. Columns are the
 * same for all channels; the channel decides which logs an event counts as, so a run has one schema
 * per set of labels.
 */
#ifndef TC_WINDOWS_EVENT_H
#define TC_WINDOWS_EVENT_H

#include "parsers/open/row.h"
#include "parsers/parser.h"
#include "parsers/windows/windows_labels.h"

/* tc_parser.evidence of whatever carries events of any channel. */
#define TC_WINDOWS_EVIDENCE                                                                        \
    (TC_EVIDENCE_LOGONS | TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_ACCOUNTS | TC_EVIDENCE_MANAGEMENT)

/* Part of a carry. */
typedef struct tc_windows_schemas {
    const tc_schema *of; /* the first of TC_WINDOWS_LOG_COUNT, in the order of tc_windows_log */
    tc_code failed;      /* why they could not be made */
} tc_windows_schemas;

/* The rank of a value: of several members that stand for one field the highest counts. */
enum {
    TC_WINDOWS_RANK_HINT = 1, /* EventData, and what a shipper says in place of the event */
    TC_WINDOWS_RANK_NAMED,    /* a member with the field's own name */
    TC_WINDOWS_RANK_SYSTEM    /* the event's System part */
};

void tc_windows_schemas_init(tc_windows_schemas *schemas, const tc_parse_options *options,
                             const char *format);
/* The column of one of the fields that are known at build time, in any of the schemas. */
static inline uint16_t tc_windows_column(tc_field_static field)
{
    return (uint16_t)(field - TC_FIELD_ECS_END);
}
/* Which log the event in the row is of. */
tc_windows_log tc_windows_row_log(const tc_row *row);
/* The event's number as it is written; empty if it has none. */
tc_slice tc_windows_number(const tc_row *row);
/* Whether it is a number. */
bool tc_windows_has_number(const tc_row *row);

/* The values without a name. False if there are none: PowerShell makes each of them the name of its
 * type where it goes no deeper, and a list without any text is the event's bytes. */
bool tc_windows_values(const tc_row *row, tc_value *ret);

/* tc_parser.identity of all carriers: the number that a computer gave the event in a channel. An
 * event without any of the three is its raw record. */
uint64_t tc_windows_identity(const tc_parser *self, const tc_event *event);

/* tc_parser.show of all carriers: of a cmdlet "Cmdlet by CALLER: NAME PARAMETERS", because in the
 * record what it did may stand behind all that anybody shows; of other events the raw record. */
void tc_windows_show(const tc_parser *self, const tc_event *event, tc_str *out);

/* Reads a time as events carry it: ISO 8601, epoch (s, ms, us, ns), or .NET's /Date(ms)/. One
 * without a zone is taken as UTC and *ret_zoned is false. */
bool tc_windows_time(tc_slice text, tc_time *ret, bool *ret_zoned) TC_MUST_USE;

#endif
