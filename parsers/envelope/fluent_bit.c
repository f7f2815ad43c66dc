/* Fluent Bit and Fluentd, and other shippers of a line in a member of that name: JSON lines.
 * Fluent Bit: tail input, Path_Key and Offset_Key. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"log", TC_SHIP_PAYLOAD, NULL},     {"message", TC_SHIP_PAYLOAD, NULL},
    {"msg", TC_SHIP_PAYLOAD, NULL},     {"raw", TC_SHIP_PAYLOAD, NULL},
    {"path", TC_SHIP_PATH, NULL},       {"filename", TC_SHIP_PATH, NULL},
    {"file", TC_SHIP_PATH, NULL},       {"filepath", TC_SHIP_PATH, NULL},
    {"file_path", TC_SHIP_PATH, NULL},  {"tailed_path", TC_SHIP_PATH, NULL},
    {"tag", TC_SHIP_PATH, NULL},        {"offset", TC_SHIP_OFFSET, NULL},
    {"hostname", TC_SHIP_HOST, NULL},   {"host", TC_SHIP_HOST, NULL},
    {"@timestamp", TC_SHIP_TIME, NULL}, {"time", TC_SHIP_TIME, NULL},
    {"date", TC_SHIP_TIME, NULL},       {"timestamp", TC_SHIP_TIME, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 90};

const tc_parser tc_parser_fluent_bit_json = {
    .name = "fluent-bit-json",
    .summary = "logs that Fluent Bit, or another shipper, put into JSON",
    .spec = "https://docs.fluentbit.io/manual/pipeline/inputs/tail",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
