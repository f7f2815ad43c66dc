/* Lines of syslog in the new form: RFC 5424. */
#include "parsers/envelope/syslog.h"

static const tc_envelope envelope = {.unwrap = tc_syslog_5424_unwrap, .text = true, .bid = 89};

const tc_parser tc_parser_syslog_rfc5424 = {
    .name = "syslog-rfc5424",
    .summary = "logs in lines of syslog, in the new form",
    .spec = "RFC 5424",
    .unit_of_loss = "one line",
    TC_ENVELOPE_PARSER(&envelope),
};
