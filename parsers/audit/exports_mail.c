/* What people export of mail on its way: nothing but tables. */
#include "parsers/audit/export_kinds.h"
#include "parsers/audit/export_rows.h"
#include "parsers/registered.h"

/* -- message tracking ------------------------------------------------------------------------ */

static const tc_logsource tracking_labels[] = {{NULL, "exchange", "messagetracking"}};
static const tc_export_name tracking_names[] = {
    {"Timestamp", "date-time"},
    {"ClientIp", "client-ip"},
    {"ClientHostname", "client-hostname"},
    {"ServerIp", "server-ip"},
    {"ServerHostname", "server-hostname"},
    {"SourceContext", "source-context"},
    {"ConnectorId", "connector-id"},
    {"Source", "source"},
    {"EventId", "event-id"},
    {"InternalMessageId", "internal-message-id"},
    {"MessageId", "message-id"},
    {"NetworkMessageId", "network-message-id"},
    {"Recipients", "recipient-address"},
    {"RecipientStatus", "recipient-status"},
    {"TotalBytes", "total-bytes"},
    {"RecipientCount", "recipient-count"},
    {"RelatedRecipientAddress", "related-recipient-address"},
    {"Reference", "reference"},
    {"MessageSubject", "message-subject"},
    {"Sender", "sender-address"},
    {"ReturnPath", "return-path"},
    {"Directionality", "directionality"},
    {"TenantId", "tenant-id"},
    {"OriginalClientIp", "original-client-ip"},
    {"MessageInfo", "message-info"},
    {"EventData", "custom-data"},
    {"TransportTrafficType", "transport-traffic-type"},
    {NULL, NULL},
};
/* The cmdlet's names, or those of the log itself, which somebody loaded into a table. */
static bool recognise_tracking(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const char *const logged[] = {"date-time", "event-id", "message-subject",
                                         "sender-address"};
    size_t found = 0;
    for (size_t i = 0; i < *count; i++)
        found += tc_slice_is_one_of(names[i], logged, TC_COUNT_OF(logged));
    if (found == TC_COUNT_OF(logged)) return true;
    if (!tc_export_has_all(&tc_export_tracking, names, *count)) return false;
    for (size_t i = 0; i < *count; i++)
        names[i] = tc_export_field(&tc_export_tracking, names[i]);
    return true;
}

const tc_export tc_export_tracking = {
    .recognise = recognise_tracking,
    .required = {"Timestamp", "EventId", "Source", "MessageSubject", "Sender"},
    .time = "Timestamp",
    .local = true,
    .names = tracking_names,
    TC_EXPORT_LABELS(tracking),
};
const tc_row_limit tc_export_limits_tracking[] = {
    {1000, TC_EVIDENCE_MESSAGES, "Get-MessageTrackingLog without -ResultSize",
     "ask with -ResultSize Unlimited, of every server"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_msgtrk_csv = {
    .name = "exchange-msgtrk-csv",
    .summary = "Exchange message tracking, exported as CSV (Get-MessageTrackingLog)",
    .spec = "Microsoft Learn: Get-MessageTrackingLog",
    .gives = "system messages and their language, mail sent from webmail",
    .evidence = TC_EVIDENCE_MESSAGES,
    .limits = tc_export_limits_tracking,
    TC_EXPORT_PARSER(&tc_export_tracking),
};

/* -- message trace --------------------------------------------------------------------------- */

static const tc_logsource trace_labels[] = {{NULL, "m365", "messagetrace"}};
static const tc_export_name trace_names[] = {
    {"Received", "date-time"},
    {"SenderAddress", "sender-address"},
    {"RecipientAddress", "recipient-address"},
    {"Subject", "message-subject"},
    {"Status", "recipient-status"},
    {"FromIP", "client-ip"},
    {"ToIP", "server-ip"},
    {"MessageId", "message-id"},
    {"MessageTraceId", "network-message-id"},
    {"Size", "total-bytes"},
    {NULL, NULL},
};
const tc_export tc_export_trace = {
    .required = {"Received", "SenderAddress", "RecipientAddress", "Subject", "MessageTraceId"},
    .time = "Received",
    .names = trace_names,
    TC_EXPORT_LABELS(trace),
};

/* The same by Microsoft Graph: admin/exchange/tracing/messageTraces. */
static const tc_export_name graph_names[] = {
    {"receivedDateTime", "date-time"},
    {"senderAddress", "sender-address"},
    {"recipientAddress", "recipient-address"},
    {"subject", "message-subject"},
    {"status", "recipient-status"},
    {"fromIP", "client-ip"},
    {"toIP", "server-ip"},
    {"messageId", "message-id"},
    {"id", "network-message-id"},
    {"size", "total-bytes"},
    {NULL, NULL},
};
const tc_export tc_export_trace_graph = {
    .required = {"receivedDateTime", "senderAddress", "recipientAddress", "subject", "messageId"},
    .time = "receivedDateTime",
    .names = graph_names,
    TC_EXPORT_LABELS(trace),
};
const tc_row_limit tc_export_limits_trace[] = {
    {1000, TC_EVIDENCE_MESSAGES,
     "Get-MessageTrace on one page, Get-MessageTraceV2 without -ResultSize",
     "ask with -PageSize 5000 -Page 1, 2 and so on, or -ResultSize 5000 for shorter spans of time"},
    {5000, TC_EVIDENCE_MESSAGES, "Get-MessageTrace on its largest page",
     "ask for the next -Page, or for shorter spans of time"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_message_trace_csv = {
    .name = "m365-message-trace-csv",
    .summary = "Exchange Online message trace, CSV",
    .spec = "Microsoft Learn: Get-MessageTrace",
    .gives = "who sent what to whom, for rules; not which messages the system wrote",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    .limits = tc_export_limits_trace,
    TC_EXPORT_PARSER(&tc_export_trace),
};

/* What one searches for more than ten days back: a row for each message. */
static const tc_export_name history_names[] = {
    {"origin_timestamp_utc", "date-time"},
    {"sender_address", "sender-address"},
    {"recipient_status", "recipient-status"},
    {"message_subject", "message-subject"},
    {"total_bytes", "total-bytes"},
    {"message_id", "message-id"},
    {"network_message_id", "network-message-id"},
    {"original_client_ip", "original-client-ip"},
    {"directionality", "directionality"},
    {"connector_id", "connector-id"},
    {NULL, NULL},
};
static const tc_export history = {
    .required = {"origin_timestamp_utc", "sender_address", "recipient_status", "message_subject"},
    .time = "origin_timestamp_utc",
    .names = history_names,
    TC_EXPORT_LABELS(trace),
};
static const tc_row_limit history_limits[] = {
    {100000, TC_EVIDENCE_MESSAGES, "Start-HistoricalSearch",
     "search for shorter spans of time, and put them together"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_historical_trace_csv = {
    .name = "m365-historical-trace-csv",
    .summary = "Exchange Online message trace of older mail, CSV",
    .spec = "Microsoft Learn: Start-HistoricalSearch",
    .gives = "who sent what to whom, for rules; not which messages the system wrote",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    .limits = history_limits,
    TC_EXPORT_PARSER(&history),
};

/* ... with its routing: a row for each step of a message, in the columns of message tracking and
 * judged as such. */
static const tc_export_name extended_names[] = {
    {"date_time_utc", "date-time"},
    {"client_ip", "client-ip"},
    {"client_hostname", "client-hostname"},
    {"server_ip", "server-ip"},
    {"server_hostname", "server-hostname"},
    {"source_context", "source-context"},
    {"connector_id", "connector-id"},
    {"event_id", "event-id"},
    {"internal_message_id", "internal-message-id"},
    {"message_id", "message-id"},
    {"network_message_id", "network-message-id"},
    {"recipient_address", "recipient-address"},
    {"recipient_status", "recipient-status"},
    {"total_bytes", "total-bytes"},
    {"recipient_count", "recipient-count"},
    {"related_recipient_address", "related-recipient-address"},
    {"message_subject", "message-subject"},
    {"sender_address", "sender-address"},
    {"return_path", "return-path"},
    {"message_info", "message-info"},
    {"tenant_id", "tenant-id"},
    {"original_client_ip", "original-client-ip"},
    {"original_server_ip", "original-server-ip"},
    {"custom_data", "custom-data"},
    {"transport_traffic_type", "transport-traffic-type"},
    {NULL, NULL},
};
static const tc_export extended = {
    .required = {"date_time_utc", "event_id", "source", "message_subject", "sender_address"},
    .time = "date_time_utc",
    .names = extended_names,
    TC_EXPORT_LABELS(tracking),
};
const tc_parser tc_parser_extended_trace_csv = {
    .name = "m365-extended-trace-csv",
    .summary = "Exchange Online message trace of older mail with its routing, CSV",
    .spec = "Microsoft Learn: Start-HistoricalSearch, MessageTraceDetail",
    .gives = "system messages and their language, mail sent from webmail",
    .evidence = TC_EVIDENCE_MESSAGES,
    .limits = history_limits,
    TC_EXPORT_PARSER(&extended),
};
