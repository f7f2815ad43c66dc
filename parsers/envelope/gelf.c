/* GELF, the form of Graylog, and what Graylog makes of it. Graylog documentation: GELF payload
 * specification, version 1.1, in which names of the sender's own begin with an underscore; message
 * fields that Graylog adds. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"full_message", TC_SHIP_PAYLOAD, NULL},
    {"short_message", TC_SHIP_PAYLOAD, NULL},
    {"message", TC_SHIP_PAYLOAD, NULL},
    {"_path", TC_SHIP_PATH, NULL},
    {"_file", TC_SHIP_PATH, NULL},
    {"_filename", TC_SHIP_PATH, NULL},
    {"_FileName", TC_SHIP_PATH, NULL},
    {"_log_file_path", TC_SHIP_PATH, NULL},
    {"file", TC_SHIP_PATH, NULL},
    {"_SourceModuleName", TC_SHIP_PATH, NULL},
    {"filebeat_log_file_path", TC_SHIP_PATH, NULL},
    {"filebeat_source", TC_SHIP_PATH, NULL},
    {"_offset", TC_SHIP_OFFSET, NULL},
    {"host", TC_SHIP_HOST, NULL},
    {"source", TC_SHIP_HOST, NULL},
    {"timestamp", TC_SHIP_TIME, NULL},
    {"version", TC_SHIP_MARK, "1."},
    {"gl2_message_id", TC_SHIP_MARK, NULL},
    {"gl2_source_input", TC_SHIP_MARK, NULL},
    {"gl2_remote_ip", TC_SHIP_MARK, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 91};

const tc_parser tc_parser_gelf_json = {
    .name = "gelf-json",
    .summary = "logs in GELF, as Graylog takes and writes them, as JSON",
    .spec = "Graylog: GELF payload specification",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
