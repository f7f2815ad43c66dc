/* Filebeat and Elastic Agent: one JSON object a line, as their file output and Logstash write it.
 * Elastic: Filebeat reference, exported fields; before version 7 in flat names. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"message", TC_SHIP_PAYLOAD, NULL},
    {"event.original", TC_SHIP_PAYLOAD, NULL},
    {"log.file.path", TC_SHIP_PATH, NULL},
    {"source", TC_SHIP_PATH, NULL},
    {"log.offset", TC_SHIP_OFFSET, NULL},
    {"offset", TC_SHIP_OFFSET, NULL},
    {"@timestamp", TC_SHIP_TIME, NULL},
    {"host.name", TC_SHIP_HOST, NULL},
    {"host.hostname", TC_SHIP_HOST, NULL},
    {"agent.hostname", TC_SHIP_HOST, NULL},
    {"agent.name", TC_SHIP_HOST, NULL},
    {"beat.hostname", TC_SHIP_HOST, NULL},
    {"host", TC_SHIP_HOST, NULL},
    {"agent.type", TC_SHIP_MARK, NULL},
    {"agent.ephemeral_id", TC_SHIP_MARK, NULL},
    {"beat.version", TC_SHIP_MARK, NULL},
    {"@metadata.beat", TC_SHIP_MARK, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 92};

const tc_parser tc_parser_filebeat_json = {
    .name = "filebeat-json",
    .summary = "logs that Filebeat or Elastic Agent shipped, as JSON",
    .spec = "Elastic: exported fields of Filebeat",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
