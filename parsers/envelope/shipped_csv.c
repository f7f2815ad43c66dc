/* Lines of logs as people export them from where they are kept, as CSV: Kibana and OpenSearch
 * (reports of a search), Graylog (export of a search), Grafana (Loki). */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"event.original", TC_SHIP_PAYLOAD, NULL},
    {"full_message", TC_SHIP_PAYLOAD, NULL},
    {"message", TC_SHIP_PAYLOAD, NULL},
    {"log", TC_SHIP_PAYLOAD, NULL},
    {"line", TC_SHIP_PAYLOAD, NULL},
    {"body", TC_SHIP_PAYLOAD, NULL},
    {"log.file.path", TC_SHIP_PATH, NULL},
    {"filebeat_log_file_path", TC_SHIP_PATH, NULL},
    {"filebeat_source", TC_SHIP_PATH, NULL},
    {"filename", TC_SHIP_PATH, NULL},
    {"file", TC_SHIP_PATH, NULL},
    {"path", TC_SHIP_PATH, NULL},
    {"log.offset", TC_SHIP_OFFSET, NULL},
    {"@timestamp", TC_SHIP_TIME, NULL},
    {"timestamp", TC_SHIP_TIME, NULL},
    {"host.name", TC_SHIP_HOST, NULL},
    {"host.hostname", TC_SHIP_HOST, NULL},
    {"agent.hostname", TC_SHIP_HOST, NULL},
    {"agent.name", TC_SHIP_HOST, NULL},
    {"hostname", TC_SHIP_HOST, NULL},
    {"host", TC_SHIP_HOST, NULL},
    {"source", TC_SHIP_HOST, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {.members = members, .table = true, .bid = 87};

const tc_parser tc_parser_shipped_csv = {
    .name = "shipped-csv",
    .summary = "logs that Kibana, Graylog or others exported, as CSV",
    .spec = "Elastic: Kibana guide, CSV reports; Graylog: export results",
    .unit_of_loss = "one row",
    TC_ENVELOPE_PARSER(&envelope),
};
