/* Splunk: events as its search exports them, as CSV, or in JSON: bare, each below `result`, or in
 * `results`. Splunk documentation: search jobs export, output modes json and json_rows; internal
 * fields. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"_raw", TC_SHIP_PAYLOAD, NULL}, {"source", TC_SHIP_PATH, NULL},
    {"host", TC_SHIP_HOST, NULL},    {"sourcetype", TC_SHIP_MARK, NULL},
    {"_time", TC_SHIP_MARK, NULL},   {"splunk_server", TC_SHIP_MARK, NULL},
    {"_raw", TC_SHIP_MARK, NULL}, /* as the column of a table; a member of that name is the line */
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 93};

const tc_parser tc_parser_splunk_json = {
    .name = "splunk-json",
    .summary = "events that Splunk exported, as JSON",
    .spec = "Splunk: REST API reference, search endpoints",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};

static const tc_envelope table = {.members = members, .table = true, .bid = 87};

const tc_parser tc_parser_splunk_csv = {
    .name = "splunk-csv",
    .summary = "events that Splunk exported, as CSV",
    .spec = "Splunk: REST API reference, search endpoints",
    .unit_of_loss = "one row",
    TC_ENVELOPE_PARSER(&table),
};
