/* OpenTelemetry: log records as its collector's exporters write them: the protocol's own JSON, in
 * resourceLogs, and documents of Elasticsearch and others. OpenTelemetry: logs data model, file log
 * receiver, Windows event log receiver. Of the protocol's own form the resource, which stands
 * before many records, is not looked at. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"body.stringValue", TC_SHIP_PAYLOAD, NULL},
    {"body.kvlistValue", TC_SHIP_PAIRS, NULL},
    {"body.text", TC_SHIP_PAYLOAD, NULL},
    {"body.structured", TC_SHIP_DOCUMENT, NULL},
    {"body", TC_SHIP_PAYLOAD, NULL},
    {"Body", TC_SHIP_PAYLOAD, NULL},
    {"Body", TC_SHIP_DOCUMENT, NULL},
    {"attributes.log.file.path", TC_SHIP_PATH, NULL},
    {"Attributes.log.file.path", TC_SHIP_PATH, NULL},
    {"attributes.log.file.name", TC_SHIP_PATH, NULL},
    {"Attributes.log.file.name", TC_SHIP_PATH, NULL},
    {"attributes.log.file.record_offset", TC_SHIP_OFFSET, NULL},
    {"timeUnixNano", TC_SHIP_TIME, NULL},
    {"observedTimeUnixNano", TC_SHIP_TIME, NULL},
    {"@timestamp", TC_SHIP_TIME, NULL},
    {"resource.attributes.host.name", TC_SHIP_HOST, NULL},
    {"attributes.host.name", TC_SHIP_HOST, NULL},
    {"Attributes.host.name", TC_SHIP_HOST, NULL},
    {"resource.host.name", TC_SHIP_HOST, NULL},
    {"Resource.host.name", TC_SHIP_HOST, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 91};

const tc_parser tc_parser_otel_json = {
    .name = "otel-json",
    .summary = "logs that OpenTelemetry's collector shipped, as JSON",
    .spec = "https://opentelemetry.io/docs/specs/otel/logs/data-model/",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
