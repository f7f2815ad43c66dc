/* The files of rsyslog and syslog-ng in the old form, and what NXLog writes so: RFC 3164. */
#include "parsers/envelope/syslog.h"

static const tc_envelope envelope = {.unwrap = tc_syslog_3164_unwrap, .text = true, .bid = 89};

const tc_parser tc_parser_syslog_rfc3164 = {
    .name = "syslog-rfc3164",
    .summary = "logs in lines of syslog, in the old form",
    .spec = "RFC 3164; rsyslog, RSYSLOG_FileFormat",
    .unit_of_loss = "one line",
    TC_ENVELOPE_PARSER(&envelope),
};
