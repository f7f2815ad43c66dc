/* Other logs of Exchange with a header line: nothing but tables. Those of whose columns only some
 * are known are read by their header alone. */
#include "parsers/registered.h"
#include "parsers/text/delimited.h"

#define LABEL(format, service)                                                                     \
    static const tc_logsource format##_labels[] = {{NULL, "exchange", service}}
#define LABELS(format) .labels = format##_labels, .label_count = TC_COUNT_OF(format##_labels)
#define AS_WRITTEN .order = TC_ORDER_WRITTEN, .lateness_ns = 5 * TC_MINUTE

/* -- Exchange Web Services ------------------------------------------------------------------- */

LABEL(ews, "ews");
static const tc_field_static ews_identity[] = {TC_FIELD_REQUEST_ID, TC_FIELD_NONE};
static const tc_delimited ews = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"EWS Logs"},
    .time = "DateTime",
    .bare = "DateTime,RequestId,",
    .partial = true,
    .layouts = {"DateTime,AuthenticatedUser,UserAgent,ClientIpAddress,FrontEndServer,SoapAction,"
                "ImpersonatedUser,ActAsUser"},
    .identity = ews_identity,
    LABELS(ews),
    .file_prefix = "Ews_",
};
const tc_parser tc_parser_exchange_ews = {
    .name = "exchange-ews",
    .summary = "Exchange Web Services log",
    .spec = "Microsoft CSS-Exchange: scripts that read EWS logs",
    .gives = "which program does what in whose mailbox",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    AS_WRITTEN,
    TC_DELIMITED_PARSER(&ews),
};

/* -- the control panel ----------------------------------------------------------------------- */

LABEL(ecp, "ecp");
static const tc_delimited ecp = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"ECP Activity Context Log", "ECP Server Log"},
    .time = "TimeStamp",
    .bare = "TimeStamp,ServerName,EventId,",
    .partial = true, /* four columns and a time: anything may look so */
    .layouts = {"TimeStamp,ServerName,EventId,EventData"},
    LABELS(ecp),
    .file_prefix = "ECP",
};
const tc_parser tc_parser_exchange_ecp = {
    .name = "exchange-ecp",
    .summary = "Exchange control panel log, activity or server",
    .spec = "Microsoft CSS-Exchange: scripts that read ECP logs",
    .gives = "pages and commands of the control panel",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    AS_WRITTEN,
    TC_DELIMITED_PARSER(&ecp),
};

/* -- cmdlets --------------------------------------------------------------------------------- */

LABEL(cmdlet, "cmdletinfra");
static const tc_delimited cmdlet = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"Rps Cmdlet Logs", "Cmdlet Logs"},
    .time = "DateTime",
    .partial = true,
    .layouts = {"DateTime,AuthenticatedUser,ClientApplication,Cmdlet,Parameters,ExecutionResult,"
                "CultureInfo"},
    LABELS(cmdlet),
    .file_prefix = "Rps_Cmdlet_",
};
const tc_parser tc_parser_exchange_cmdlet = {
    .name = "exchange-cmdlet",
    .summary = "Exchange log of cmdlets (CmdletInfra)",
    .spec = "Microsoft CSS-Exchange: scripts that read CmdletInfra logs",
    .gives = "cmdlets of Exchange, by whom",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    AS_WRITTEN,
    TC_DELIMITED_PARSER(&cmdlet),
};

/* -- transport agents ------------------------------------------------------------------------ */

LABEL(agent, "agentlog");
static const tc_delimited agent = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"Agent Log"},
    .time = "Timestamp",
    .bare = "Timestamp,SessionId,LocalEndpoint,",
    .layouts = {"Timestamp,SessionId,LocalEndpoint,RemoteEndpoint,EnteredOrgFromIP,MessageId,"
                "P1FromAddress,P2FromAddresses,Recipient,NumRecipients,Agent,Event,Action,"
                "SmtpResponse,Reason,ReasonData,Diagnostics,NetworkMsgID,TenantID,Directionality"},
    .checks = {{"NumRecipients", TC_DELIMITED_NUMBER}},
    LABELS(agent),
    .file_prefix = "AgentLog",
};
const tc_parser tc_parser_exchange_agent = {
    .name = "exchange-agent",
    .summary = "Exchange transport agent log",
    .spec = "Microsoft Learn: Get-AgentLog",
    .gives = "what filters did with mail, and from where it came",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    AS_WRITTEN,
    TC_DELIMITED_PARSER(&agent),
};

/* -- RPC and MAPI clients -------------------------------------------------------------------- */

LABEL(rca, "rca");
static const tc_delimited rca = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"RCA Protocol Logs", "MAPI Protocol Logs", "MapiHttp Protocol Logs"},
    .time = "date-time",
    .bare = "date-time,session-id,seq-number,",
    .layouts = {"date-time,session-id,seq-number,client-name,organization-info,client-software,"
                "client-software-version,client-mode,client-ip,server-ip,protocol,application-id,"
                "operation,rpc-status,processing-time,operation-specific,failures"},
    .checks = {{"seq-number", TC_DELIMITED_NUMBER}},
    LABELS(rca),
    .file_prefix = "RCA_",
};
const tc_parser tc_parser_exchange_rca = {
    .name = "exchange-rca",
    .summary = "Exchange RPC Client Access or MAPI log",
    .spec = "Microsoft CSS-Exchange: scripts that read RCA logs",
    .gives = "Outlook's sessions",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    AS_WRITTEN,
    TC_DELIMITED_PARSER(&rca),
};
