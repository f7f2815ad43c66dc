/* NXLog: lines of im_file written with to_json(). NXLog reference: im_file, xm_json; the line is
 * $raw_event, copied to $Message by most configurations, and the path what file_name() gave. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"raw_event", TC_SHIP_PAYLOAD, NULL},
    {"RawEvent", TC_SHIP_PAYLOAD, NULL},
    {"Message", TC_SHIP_PAYLOAD, NULL},
    {"message", TC_SHIP_PAYLOAD, NULL},
    {"FileName", TC_SHIP_PATH, NULL},
    {"Filename", TC_SHIP_PATH, NULL},
    {"filename", TC_SHIP_PATH, NULL},
    {"FilePath", TC_SHIP_PATH, NULL},
    {"file_name", TC_SHIP_PATH, NULL},
    {"SourceModuleName", TC_SHIP_PATH, NULL},
    {"Hostname", TC_SHIP_HOST, NULL},
    {"MessageSourceAddress", TC_SHIP_HOST, NULL},
    {"SourceModuleType", TC_SHIP_MARK, NULL},
    {"SourceModuleName", TC_SHIP_MARK, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 91};

const tc_parser tc_parser_nxlog_json = {
    .name = "nxlog-json",
    .summary = "logs that NXLog shipped, as JSON",
    .spec = "https://docs.nxlog.co/refman/current/xm/json.html",
    .first = "{[",
    .unit_of_loss = "one object",
    TC_ENVELOPE_PARSER(&envelope),
};
