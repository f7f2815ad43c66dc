/* Vector: its file source's events as JSON. Vector reference: sources, file. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"message", TC_SHIP_PAYLOAD, NULL},  {"file", TC_SHIP_PATH, NULL},
    {"path", TC_SHIP_PATH, NULL},        {"offset", TC_SHIP_OFFSET, NULL},
    {"host", TC_SHIP_HOST, NULL},        {"hostname", TC_SHIP_HOST, NULL},
    {"source_type", TC_SHIP_MARK, NULL}, {"timestamp", TC_SHIP_TIME, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 91};

const tc_parser tc_parser_vector_json = {
    .name = "vector-json",
    .summary = "logs that Vector shipped, as JSON",
    .spec = "https://vector.dev/docs/reference/configuration/sources/file/",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
