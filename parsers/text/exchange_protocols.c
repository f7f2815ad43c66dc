/* Protocol logs of Exchange: SMTP, and POP3 and IMAP4. A session has a row for every step. */
#include "parsers/registered.h"
#include "parsers/text/delimited.h"

/* -- SMTP ------------------------------------------------------------------------------------ */

static const tc_logsource smtp_labels[] = {{NULL, "exchange", "smtp"}};

static const tc_field_static smtp_identity[] = {TC_FIELD_SMTP_SESSION, TC_FIELD_SMTP_SEQUENCE,
                                                TC_FIELD_SMTP_EVENT,   TC_FIELD_SMTP_DATA,
                                                TC_FIELD_SMTP_CONTEXT, TC_FIELD_NONE};

static const tc_delimited smtp = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"SMTP Receive Protocol Log", "SMTP Send Protocol Log"},
    .time = "date-time",
    .bare = "date-time,connector-id,session-id,",
    .layouts = {"date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,"
                "event,data,context"},
    .checks = {{"sequence-number", TC_DELIMITED_NUMBER}, {"event", TC_DELIMITED_SIGN}},
    .identity = smtp_identity,
    .labels = smtp_labels,
    .label_count = TC_COUNT_OF(smtp_labels),
    .file_prefix = "RECV",
};

const tc_parser tc_parser_exchange_smtp = {
    .name = "exchange-smtp",
    .summary = "Exchange SMTP protocol log, receiving or sending",
    .spec = "Microsoft Learn: Protocol logging in Exchange Server",
    .gives = "logons over SMTP that failed, connections",
    .evidence = TC_EVIDENCE_LOGONS | TC_EVIDENCE_CONNECTIONS,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_DELIMITED_PARSER(&smtp),
};

/* -- POP3 and IMAP4 -------------------------------------------------------------------------- */

#define POP_COLUMNS                                                                                \
    "dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context"

static const tc_logsource pop_labels[] = {{NULL, "exchange", "popimap"}};

static const tc_field_static pop_identity[] = {TC_FIELD_POP_SESSION, TC_FIELD_POP_SEQUENCE,
                                               TC_FIELD_POP_CLIENT, TC_FIELD_POP_COMMAND,
                                               TC_FIELD_NONE};

static const tc_delimited pop = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"POP3 Log", "IMAP4 Log", "POP3 Protocol Log", "IMAP4 Protocol Log"},
    .time = "dateTime",
    .bare = "dateTime,sessionId,seqNumber,",
    .layouts = {POP_COLUMNS ",puid", /* 2016 on */ POP_COLUMNS},
    .checks = {{"seqNumber", TC_DELIMITED_NUMBER},
               {"duration", TC_DELIMITED_NUMBER},
               {"rqsize", TC_DELIMITED_NUMBER},
               {"rpsize", TC_DELIMITED_NUMBER}},
    .identity = pop_identity,
    .labels = pop_labels,
    .label_count = TC_COUNT_OF(pop_labels),
    .file_prefix = "IMAP4",
};

const tc_parser tc_parser_exchange_popimap = {
    .name = "exchange-popimap",
    .summary = "Exchange POP3 or IMAP4 protocol log",
    .spec = "Microsoft Learn: Configure protocol logging for POP3 and IMAP4",
    .gives = "logons over POP3 and IMAP4, and those that failed",
    .evidence = TC_EVIDENCE_LOGONS | TC_EVIDENCE_CONNECTIONS,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_DELIMITED_PARSER(&pop),
};
