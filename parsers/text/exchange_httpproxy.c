/* HttpProxy logs of Exchange: every request that a front end passed on, of every protocol. */
#include "parsers/registered.h"
#include "parsers/text/delimited.h"

static const tc_logsource labels[] = {{"webserver", "exchange", "httpproxy"}};

static const tc_field_static identity[] = {TC_FIELD_REQUEST_ID, TC_FIELD_NONE};

static const tc_delimited format = {
    .dialect = TC_CSV_EXCHANGE,
    .log_types = {"HttpProxy Logs"},
    .time = "DateTime",
    .bare = "DateTime,RequestId,",
    .tells = "DateTime,RequestId,MajorVersion,Protocol,UrlHost,UrlStem,ProxyAction,BackEndStatus",
    .layouts =
        {"DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,"
         "ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,"
         "IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,"
         "ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,"
         "TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,"
         "ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,"
         "AuthModulePerfContext,HttpPipelineLatency,CalculateTargetBackEndLatency,"
         "GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,"
         "ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,"
         "SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
         "ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,"
         "BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,"
         "BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,"
         "HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,"
         "CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,"
         "UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,"
         "UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus"}, /* 2016 on */
    .checks = {{"MajorVersion", TC_DELIMITED_NUMBER}, {"HttpStatus", TC_DELIMITED_NUMBER}},
    .identity = identity,
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
    .file_prefix = "HttpProxy_",
};

const tc_parser tc_parser_httpproxy = {
    .name = "exchange-httpproxy",
    .summary = "Exchange HttpProxy log of any protocol",
    .spec = "Microsoft CSS-Exchange: scripts that read HttpProxy logs",
    .gives = "webmail, other clients, whose they are, culture",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_CULTURE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_DELIMITED_PARSER(&format),
};
