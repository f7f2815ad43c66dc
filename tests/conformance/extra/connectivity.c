/* Connectivity logs of Exchange transport (CONNECTLOG*.LOG): who was connected to, and how it went.
 */
#include "parsers/text/delimited.h"
#include "tests/conformance/extra/formats.h"

static const tc_logsource labels[] = {{NULL, "exchange", "connectivity"}};

static const tc_delimited format = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"Transport Connectivity Log"},
    .time = "date-time",
    .layouts = {"date-time,session,source,Destination,direction,description"},
    .checks = {{"source", TC_DELIMITED_CAPITALS}},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
    .file_prefix = "CONNECTLOG",
};

const tc_parser tc_parser_connectivity = {
    .name = "exchange-connectivity",
    .summary = "Exchange transport connectivity log",
    .spec = "Microsoft Learn: Connectivity logging in Exchange Server",
    .gives = "connections of transport servers",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_DELIMITED_PARSER(&format),
};
