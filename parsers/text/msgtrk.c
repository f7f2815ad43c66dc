#include "parsers/text/msgtrk.h"
#include "parsers/text/delimited.h"

#define UP_TO_MESSAGE_ID                                                                           \
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,"   \
    "source,event-id,internal-message-id,message-id"
#define UP_TO_MESSAGE_INFO                                                                         \
    ",recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,"   \
    "reference,message-subject,sender-address,return-path,message-info"
#define UP_TO_CUSTOM_DATA                                                                          \
    ",directionality,tenant-id,original-client-ip,original-server-ip,custom-data"

static const tc_logsource labels[] = {{NULL, "exchange", "messagetracking"}};

/* The internal id is the message's on one server for a while only; a message has a row for every
 * step of its way, and one for each batch of recipients. */
static const tc_field_static identity[] = {TC_FIELD_MT_INTERNAL_MESSAGE_ID,
                                           TC_FIELD_MT_MESSAGE_ID,
                                           TC_FIELD_MT_SOURCE,
                                           TC_FIELD_MT_EVENT_ID,
                                           TC_FIELD_MT_RECIPIENT_ADDRESS,
                                           TC_FIELD_MT_RELATED_RECIPIENT_ADDRESS,
                                           TC_FIELD_MT_SERVER_HOSTNAME,
                                           TC_FIELD_MT_CLIENT_HOSTNAME,
                                           TC_FIELD_NONE};

static const tc_delimited format = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"Message Tracking Log"},
    .time = "date-time",
    .layouts = {UP_TO_MESSAGE_ID ",network-message-id" UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA
                                 ",transport-traffic-type,log-id,schema-version", /* 2016 on */
                UP_TO_MESSAGE_ID
                ",network-message-id" UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA, /*2013*/
                UP_TO_MESSAGE_ID UP_TO_MESSAGE_INFO UP_TO_CUSTOM_DATA,      /* 2010 SP1 */
                UP_TO_MESSAGE_ID UP_TO_MESSAGE_INFO,                        /* 2007, 2010 */
                NULL},
    .checks = {{"source", TC_DELIMITED_CAPITALS},
               {"event-id", TC_DELIMITED_CAPITALS},
               {"internal-message-id", TC_DELIMITED_NUMBER}},
    .identity = identity,
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
    .file_prefix = "MSGTRK",
};

const tc_parser tc_parser_msgtrk = {
    .name = "exchange-msgtrk",
    .summary = "Exchange message tracking log",
    .spec = "Microsoft Learn: fields in the message tracking log files",
    .gives = "system messages and their language, mail sent from webmail",
    .evidence = TC_EVIDENCE_MESSAGES,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_DELIMITED_PARSER(&format),
};
