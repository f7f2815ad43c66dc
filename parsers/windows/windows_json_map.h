/*
 * windows_json_map: which member of which shape of JSON is which field of a Windows event.
 *
 * The shapes: Winlogbeat and the Elastic agent (winlog.*, before version 7 flat), NXLog (flat,
 * local times), Sentinel and other flat exports with Sigma's own names, Wazuh (data.win.*, names
 * that begin small), and trees that follow the XML (Event.System, Event.EventData), with attributes
 * in "#attributes", "Tag_attributes" or "@Name". Around any of them: Elasticsearch's _source and
 * fields, Azure's properties, chainsaw's document. Names may be flattened with points, and by
 * Graylog with underscores; in GELF they begin with one. Tables of Splunk, Kibana, Sentinel and
 * EvtxECmd have the same names for columns. A scope is a kind of object that a walk can be in.
 */
#ifndef TC_WINDOWS_JSON_MAP_H
#define TC_WINDOWS_JSON_MAP_H

#include "parsers/open/members.h"
#include "parsers/windows/windows_event.h"
#include "parsers/windows/windows_renamed.h"

typedef enum tc_windows_scope {
    TC_WINDOWS_ROOT,
    TC_WINDOWS_WINLOG,
    TC_WINDOWS_PROCESS,
    TC_WINDOWS_THREAD,
    TC_WINDOWS_USER,
    TC_WINDOWS_ECS_USER, /* names of the Elastic Common Schema (windows_renamed.h) */
    TC_WINDOWS_ECS_TARGET,
    TC_WINDOWS_ECS_SOURCE,
    TC_WINDOWS_ECS_PROCESS,
    TC_WINDOWS_HOST,
    TC_WINDOWS_ECS_EVENT,
    TC_WINDOWS_EVENT,
    TC_WINDOWS_SYSTEM,
    TC_WINDOWS_DATA,      /* EventData */
    TC_WINDOWS_USER_DATA, /* UserData: leaves are fields, whatever stands around them */
    TC_WINDOWS_CARRIED,   /* around another root */
    TC_WINDOWS_WAZUH,
    TC_WINDOWS_WAZUH_SYSTEM,
    TC_WINDOWS_WAZUH_DATA, /* EventData with names that begin with a small letter */
    TC_WINDOWS_OTEL_ID,    /* the number of an event of OpenTelemetry */
    TC_WINDOWS_OTEL_PROVIDER,
    TC_WINDOWS_OTEL_EXECUTION,
    TC_WINDOWS_OTEL_SECURITY,
    TC_WINDOWS_SCOPE_COUNT
} tc_windows_scope;

/* What is done with a member's value (tc_member.action). */
typedef enum tc_windows_action {
    TC_WINDOWS_SKIP,
    TC_WINDOWS_CELL,       /* its value is the cell of the columns */
    TC_WINDOWS_ENTER,      /* an object of the scope `argument`; else a cell, if of a column */
    TC_WINDOWS_TIME,       /* a cell, and the event's time */
    TC_WINDOWS_LOCAL_TIME, /* the same; without a zone it is the server's local time */
    TC_WINDOWS_TAG,        /* a cell, or an object that holds the text and attributes of a tag */
    TC_WINDOWS_UNNAMED,    /* <Data> elements: values without a name, or objects with one */
    TC_WINDOWS_PARAM,      /* value number `argument` (from 1) without a name */
    TC_WINDOWS_TEXT,       /* a cell, and the members of the object that its text is */
    TC_WINDOWS_DATA_TEXT,  /* values in a text of XML (windows_data_text.h) */
    TC_WINDOWS_RENAMED     /* the value `argument` of windows_renamed.h */
} tc_windows_action;

#define TC_WINDOWS_PARAMS 64 /* more of them are not looked at */

/* What to do with the member of that name (escapes decoded) in an object of that scope. */
void tc_windows_json_member(const tc_parse_options *options, const tc_schema *schema,
                            tc_windows_scope scope, tc_slice name, tc_member *ret);

#endif
