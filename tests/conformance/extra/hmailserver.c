/* hMailServer (hmailserver_YYYY-MM-DD.log): tabs, text in quotes, no header, times of the server.
 */
#include "parsers/text/delimited.h"
#include "tests/conformance/extra/formats.h"

static const tc_logsource labels[] = {{NULL, "hmailserver", NULL}};

static const char *const records[] = {"\"SMTPD\"\t", "\"IMAPD\"\t",       "\"POP3D\"\t",
                                      "\"TCPIP\"\t", "\"APPLICATION\"\t", "\"DEBUG\"\t",
                                      NULL};

static const tc_delimited format = {
    .dialect = {.separator = '\t', .quote = '"', .time = TC_CSV_TIME_LOCAL, .records = records},
    .time = "date-time",
    .layouts = {"log-type,thread,session,date-time,remote-address,message",
                "log-type,thread,date-time,message"},
    .checks = {{"log-type", TC_DELIMITED_CAPITALS},
               {"thread", TC_DELIMITED_NUMBER},
               {"session", TC_DELIMITED_NUMBER},
               {"remote-address", TC_DELIMITED_ADDRESS}},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
    .file_prefix = "hmailserver_",
};

const tc_parser tc_parser_hmailserver = {
    .name = "hmailserver",
    .summary = "hMailServer log",
    .spec = "hMailServer documentation: Logging",
    .gives = "logons over SMTP, IMAP and POP3",
    .evidence = TC_EVIDENCE_LOGONS,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = TC_MINUTE,
    TC_DELIMITED_PARSER(&format),
};
