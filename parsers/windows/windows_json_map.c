#include "parsers/windows/windows_json_map.h"

/* One member that a shape is known by. */
struct known {
    const char *name;
    uint8_t scope;
    uint8_t action;
    uint8_t argument;
    uint8_t rank;
    tc_field field;
    bool own; /* besides, the field of its own name, if somebody asks for it */
};

#define CELL(scope, name, rank, field)                                                             \
    {                                                                                              \
        name, TC_WINDOWS_##scope, TC_WINDOWS_CELL, 0, TC_WINDOWS_RANK_##rank, TC_FIELD_WE_##field, \
            false                                                                                  \
    }
#define ALSO(scope, name, rank, field)                                                             \
    {                                                                                              \
        name, TC_WINDOWS_##scope, TC_WINDOWS_CELL, 0, TC_WINDOWS_RANK_##rank, TC_FIELD_WE_##field, \
            true                                                                                   \
    }
#define ENTER(scope, name, inner)                                                                  \
    {                                                                                              \
        name, TC_WINDOWS_##scope, TC_WINDOWS_ENTER, TC_WINDOWS_##inner, 0, TC_FIELD_NONE, false    \
    }
#define RENAMED(scope, name, which)                                                                \
    {                                                                                              \
        name, TC_WINDOWS_##scope, TC_WINDOWS_RENAMED, TC_WINDOWS_##which, 0, TC_FIELD_NONE, false  \
    }
#define TIMED(scope, name, action, rank, field)                                                    \
    {                                                                                              \
        name, TC_WINDOWS_##scope, TC_WINDOWS_##action, 0, rank, field, true                        \
    }
#define TAG(name, field)                                                                           \
    {                                                                                              \
        name, TC_WINDOWS_SYSTEM, TC_WINDOWS_TAG, 0, TC_WINDOWS_RANK_SYSTEM, field, true            \
    }

/* Ranks of times: when the event was made, before when somebody noticed it. */
static const struct known known[] = {
    ENTER(ROOT, "winlog", WINLOG),
    ENTER(ROOT, "event", ECS_EVENT),
    ENTER(ROOT, "host", HOST),
    ENTER(ROOT, "Event", EVENT),
    ENTER(ROOT, "System", SYSTEM),
    ENTER(ROOT, "EventData", DATA),
    ENTER(ROOT, "UserData", USER_DATA),
    ENTER(ROOT, "event_data", DATA),
    ENTER(ROOT, "user_data", USER_DATA),
    ENTER(ROOT, "user", ECS_USER),
    {"source", TC_WINDOWS_ROOT, TC_WINDOWS_ENTER, TC_WINDOWS_ECS_SOURCE, TC_WINDOWS_RANK_NAMED,
     TC_FIELD_NONE, true},
    {"process", TC_WINDOWS_ROOT, TC_WINDOWS_ENTER, TC_WINDOWS_ECS_PROCESS, TC_WINDOWS_RANK_NAMED,
     TC_FIELD_NONE, true},
    ENTER(ROOT, "_source", ROOT),
    {"_version", TC_WINDOWS_ROOT, TC_WINDOWS_SKIP, 0, 0, TC_FIELD_NONE, false}, /* the document's */
    ENTER(ROOT, "fields", ROOT),
    ENTER(ROOT, "properties", ROOT),
    ENTER(ROOT, "document", CARRIED),
    ENTER(ROOT, "data", CARRIED),
    ENTER(ROOT, "win", WAZUH),
    ENTER(CARRIED, "data", ROOT),
    ENTER(CARRIED, "win", WAZUH),
    ENTER(CARRIED, "Event", EVENT),
    CELL(ROOT, "message", HINT, MESSAGE),
    CELL(ROOT, "full_message", HINT, MESSAGE),
    TIMED(ROOT, "TimeCreated", LOCAL_TIME, 5, TC_FIELD_WE_TIME_CREATED),
    TIMED(ROOT, "EventTime", LOCAL_TIME, 4, TC_FIELD_NONE),
    TIMED(ROOT, "TimeGenerated", TIME, 4, TC_FIELD_NONE),
    TIMED(ROOT, "@timestamp", TIME, 3, TC_FIELD_NONE),
    TIMED(ROOT, "TimeGenerated [UTC]", TIME, 4, TC_FIELD_NONE),
    TIMED(ROOT, "_time", TIME, 2, TC_FIELD_NONE),
    TIMED(ROOT, "EventReceivedTime", LOCAL_TIME, 1, TC_FIELD_NONE),
    TIMED(ROOT, "timestamp", LOCAL_TIME, 1, TC_FIELD_NONE),

    /* Winlogbeat before version 7 */
    {"event_id", TC_WINDOWS_ROOT, TC_WINDOWS_ENTER, TC_WINDOWS_OTEL_ID, TC_WINDOWS_RANK_HINT,
     TC_FIELD_WE_EVENT_ID, false},
    CELL(ROOT, "log_name", HINT, CHANNEL),
    CELL(ROOT, "source_name", HINT, PROVIDER_NAME),
    CELL(ROOT, "provider_guid", HINT, PROVIDER_GUID),
    CELL(ROOT, "computer_name", HINT, COMPUTER),
    CELL(ROOT, "record_number", HINT, EVENT_RECORD_ID),
    CELL(ROOT, "process_id", HINT, PROCESS_ID),
    CELL(ROOT, "thread_id", HINT, THREAD_ID),
    CELL(ROOT, "activity_id", HINT, ACTIVITY_ID),
    CELL(ROOT, "keywords", HINT, KEYWORDS),
    CELL(ROOT, "level", HINT, LEVEL),
    CELL(ROOT, "opcode", HINT, OPCODE),
    CELL(ROOT, "task", HINT, TASK),
    CELL(ROOT, "version", HINT, VERSION),

    /* OpenTelemetry, Windows event log receiver */
    CELL(ROOT, "channel", HINT, CHANNEL),
    CELL(ROOT, "computer", HINT, COMPUTER),
    CELL(ROOT, "record_id", HINT, EVENT_RECORD_ID),
    TIMED(ROOT, "system_time", TIME, 6, TC_FIELD_WE_TIME_CREATED),
    ENTER(ROOT, "provider", OTEL_PROVIDER),
    ENTER(ROOT, "execution", OTEL_EXECUTION),
    ENTER(ROOT, "security", OTEL_SECURITY),
    CELL(OTEL_ID, "id", HINT, EVENT_ID),
    CELL(OTEL_PROVIDER, "name", HINT, PROVIDER_NAME),
    CELL(OTEL_PROVIDER, "guid", HINT, PROVIDER_GUID),
    CELL(OTEL_EXECUTION, "process_id", HINT, PROCESS_ID),
    CELL(OTEL_EXECUTION, "thread_id", HINT, THREAD_ID),
    CELL(OTEL_SECURITY, "user_id", HINT, SECURITY_USER_ID),
    {"data", TC_WINDOWS_DATA, TC_WINDOWS_UNNAMED, 0, TC_WINDOWS_RANK_HINT, TC_FIELD_WE_DATA, false},

    /* NXLog, im_msvistalog */
    ALSO(ROOT, "SourceName", HINT, PROVIDER_NAME),
    ALSO(ROOT, "EventSourceName", HINT, PROVIDER_NAME),
    ALSO(ROOT, "ProviderGuid", HINT, PROVIDER_GUID),
    ALSO(ROOT, "Hostname", HINT, COMPUTER),
    ALSO(ROOT, "RecordNumber", HINT, EVENT_RECORD_ID),
    ALSO(ROOT, "ProcessID", HINT, PROCESS_ID),
    ALSO(ROOT, "ThreadID", HINT, THREAD_ID),
    ALSO(ROOT, "ExecutionProcessID", NAMED, PROCESS_ID),
    ALSO(ROOT, "ExecutionThreadID", NAMED, THREAD_ID),
    ALSO(ROOT, "ActivityID", HINT, ACTIVITY_ID),
    ALSO(ROOT, "UserID", HINT, SECURITY_USER_ID),
    ALSO(ROOT, "OpcodeValue", SYSTEM, OPCODE),
    ALSO(ROOT, "TaskValue", SYSTEM, TASK),

    /* Get-WinEvent and Get-EventLog, ConvertTo-Json */
    CELL(ROOT, "Id", HINT, EVENT_ID),
    CELL(ROOT, "LogName", HINT, CHANNEL),
    CELL(ROOT, "ProviderName", HINT, PROVIDER_NAME),
    CELL(ROOT, "ProviderId", HINT, PROVIDER_GUID),
    CELL(ROOT, "MachineName", HINT, COMPUTER),
    CELL(ROOT, "RecordId", HINT, EVENT_RECORD_ID),
    CELL(ROOT, "ProcessId", HINT, PROCESS_ID),
    CELL(ROOT, "ThreadId", HINT, THREAD_ID),
    CELL(ROOT, "ActivityId", HINT, ACTIVITY_ID),
    CELL(ROOT, "Source", HINT, PROVIDER_NAME),
    CELL(ROOT, "Index", HINT, EVENT_RECORD_ID),
    CELL(ROOT, "EntryType", HINT, KEYWORDS),
    {"Properties", TC_WINDOWS_ROOT, TC_WINDOWS_UNNAMED, 0, TC_WINDOWS_RANK_HINT, TC_FIELD_WE_DATA,
     false},
    {"ReplacementStrings", TC_WINDOWS_ROOT, TC_WINDOWS_UNNAMED, 0, TC_WINDOWS_RANK_HINT,
     TC_FIELD_WE_DATA, false},

    CELL(ROOT, "KeywordsDisplayNames", HINT, KEYWORDS),

    /* Log Analytics, tables SecurityEvent, WindowsEvent and Event */
    CELL(ROOT, "EventLog", HINT, CHANNEL),
    CELL(ROOT, "RenderedDescription", HINT, MESSAGE),
    CELL(ROOT, "EventLevel", HINT, LEVEL),
    {"ParameterXml", TC_WINDOWS_ROOT, TC_WINDOWS_DATA_TEXT, 0, 0, TC_FIELD_NONE, false},

    /* Splunk */
    ALSO(ROOT, "EventCode", HINT, EVENT_ID),
    ALSO(ROOT, "ComputerName", HINT, COMPUTER),

    /* EvtxECmd */
    CELL(ROOT, "EventId", HINT, EVENT_ID),
    CELL(ROOT, "EventRecordId", HINT, EVENT_RECORD_ID),
    ALSO(ROOT, "Provider", HINT, PROVIDER_NAME),
    {"Payload", TC_WINDOWS_ROOT, TC_WINDOWS_TEXT, 0, TC_WINDOWS_RANK_NAMED, TC_FIELD_NONE, true},

    CELL(WINLOG, "event_id", SYSTEM, EVENT_ID),
    CELL(WINLOG, "channel", SYSTEM, CHANNEL),
    CELL(WINLOG, "provider_name", SYSTEM, PROVIDER_NAME),
    CELL(WINLOG, "provider_guid", SYSTEM, PROVIDER_GUID),
    CELL(WINLOG, "computer_name", SYSTEM, COMPUTER),
    CELL(WINLOG, "record_id", SYSTEM, EVENT_RECORD_ID),
    CELL(WINLOG, "activity_id", SYSTEM, ACTIVITY_ID),
    CELL(WINLOG, "keywords", SYSTEM, KEYWORDS),
    CELL(WINLOG, "level", SYSTEM, LEVEL),
    CELL(WINLOG, "opcode", SYSTEM, OPCODE),
    CELL(WINLOG, "task", SYSTEM, TASK),
    CELL(WINLOG, "version", SYSTEM, VERSION),
    TIMED(WINLOG, "time_created", TIME, 6, TC_FIELD_WE_TIME_CREATED),
    ENTER(WINLOG, "event_data", DATA),
    ENTER(WINLOG, "user_data", USER_DATA),
    ENTER(WINLOG, "process", PROCESS),
    ENTER(WINLOG, "user", USER),
    CELL(PROCESS, "pid", SYSTEM, PROCESS_ID),
    ENTER(PROCESS, "thread", THREAD),
    CELL(THREAD, "id", SYSTEM, THREAD_ID),
    CELL(USER, "identifier", SYSTEM, SECURITY_USER_ID),
    CELL(ECS_USER, "identifier", SYSTEM, SECURITY_USER_ID),
    RENAMED(ECS_USER, "name", USER_NAME),
    RENAMED(ECS_USER, "domain", USER_DOMAIN),
    RENAMED(ECS_USER, "id", USER_ID),
    ENTER(ECS_USER, "target", ECS_TARGET),
    RENAMED(ECS_TARGET, "name", USER_TARGET_NAME),
    RENAMED(ECS_TARGET, "domain", USER_TARGET_DOMAIN),
    RENAMED(ECS_TARGET, "id", USER_TARGET_ID),
    RENAMED(ECS_SOURCE, "ip", SOURCE_IP),
    RENAMED(ECS_SOURCE, "port", SOURCE_PORT),
    RENAMED(ECS_SOURCE, "domain", SOURCE_DOMAIN),
    RENAMED(ECS_PROCESS, "executable", EXECUTABLE),
    CELL(HOST, "name", HINT, HOSTNAME),
    CELL(HOST, "hostname", HINT, HOSTNAME),
    CELL(ECS_EVENT, "code", HINT, EVENT_ID),
    CELL(ECS_EVENT, "provider", HINT, PROVIDER_NAME),
    RENAMED(ECS_EVENT, "outcome", SAID_OUTCOME),
    TIMED(ECS_EVENT, "created", TIME, 2, TC_FIELD_NONE),

    ENTER(WAZUH, "system", WAZUH_SYSTEM),
    ENTER(WAZUH, "eventdata", WAZUH_DATA),
    CELL(WAZUH_SYSTEM, "eventID", SYSTEM, EVENT_ID),
    CELL(WAZUH_SYSTEM, "channel", SYSTEM, CHANNEL),
    CELL(WAZUH_SYSTEM, "computer", SYSTEM, COMPUTER),
    CELL(WAZUH_SYSTEM, "providerName", SYSTEM, PROVIDER_NAME),
    CELL(WAZUH_SYSTEM, "providerGuid", SYSTEM, PROVIDER_GUID),
    CELL(WAZUH_SYSTEM, "eventRecordID", SYSTEM, EVENT_RECORD_ID),
    CELL(WAZUH_SYSTEM, "processID", SYSTEM, PROCESS_ID),
    CELL(WAZUH_SYSTEM, "threadID", SYSTEM, THREAD_ID),
    CELL(WAZUH_SYSTEM, "keywords", SYSTEM, KEYWORDS),
    CELL(WAZUH_SYSTEM, "level", SYSTEM, LEVEL),
    CELL(WAZUH_SYSTEM, "opcode", SYSTEM, OPCODE),
    CELL(WAZUH_SYSTEM, "task", SYSTEM, TASK),
    CELL(WAZUH_SYSTEM, "version", SYSTEM, VERSION),
    CELL(WAZUH_SYSTEM, "message", HINT, MESSAGE),
    TIMED(WAZUH_SYSTEM, "systemTime", TIME, 6, TC_FIELD_WE_TIME_CREATED),

    ENTER(EVENT, "System", SYSTEM),
    ENTER(EVENT, "EventData", DATA),
    ENTER(EVENT, "UserData", USER_DATA),
    TAG("EventID", TC_FIELD_WE_EVENT_ID),
    TAG("Channel", TC_FIELD_WE_CHANNEL),
    TAG("Computer", TC_FIELD_WE_COMPUTER),
    TAG("EventRecordID", TC_FIELD_WE_EVENT_RECORD_ID),
    TAG("Keywords", TC_FIELD_WE_KEYWORDS),
    TAG("Level", TC_FIELD_WE_LEVEL),
    TAG("Opcode", TC_FIELD_WE_OPCODE),
    TAG("Task", TC_FIELD_WE_TASK),
    TAG("Version", TC_FIELD_WE_VERSION),
    TIMED(SYSTEM, "TimeCreated", TIME, 6, TC_FIELD_WE_TIME_CREATED),

    {"Data", TC_WINDOWS_DATA, TC_WINDOWS_UNNAMED, 0, TC_WINDOWS_RANK_HINT, TC_FIELD_WE_DATA, false},
};

static const struct known *find_known(tc_windows_scope scope, tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(known); i++)
        if (known[i].scope == scope && tc_slice_equal(name, tc_slice_of(known[i].name)))
            return &known[i];
    return NULL;
}

/* N of "paramN", how Winlogbeat calls values without a name; 0 if the name is none of these. */
static uint8_t param_number(tc_slice name)
{
    uint64_t number;
    if (!tc_slice_starts(name, TC_LIT("param")) ||
        !tc_slice_to_u64(tc_slice_sub(name, 5, name.len), &number))
        return 0;
    return number <= TC_WINDOWS_PARAMS ? (uint8_t)number : 0;
}

/* A member that a shape is known by. */
static void known_member(const tc_parse_options *options, const tc_schema *schema,
                         const struct known *found, tc_slice name, tc_member *ret)
{
    *ret = (tc_member){.action = found->action,
                       .argument = found->argument,
                       .rank = found->rank,
                       .column = TC_ROW_NONE,
                       .second = TC_ROW_NONE};
    if (found->own) tc_members_columns(options, schema, name, ret);
    if (found->field == TC_FIELD_NONE) return;
    uint16_t column = tc_windows_column((tc_field_static)found->field);
    if (ret->column != column) ret->second = ret->column;
    ret->column = column;
}

/* The columns of a name that was made to begin small. */
static bool small_columns(const tc_parse_options *options, const tc_schema *schema, tc_slice name,
                          tc_member *ret)
{
    uint8_t text[128];
    if (name.len == 0 || name.len > sizeof text) return false;
    memcpy(text, name.ptr, name.len);
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = (uint8_t)(text[0] - 'a' + 'A');
    return tc_members_columns(options, schema, tc_slice_make(text, name.len), ret);
}

/* A member that no shape is known by: the field of that name. */
static void unknown_member(const tc_parse_options *options, const tc_schema *schema,
                           tc_windows_scope scope, tc_slice name, tc_member *ret)
{
    *ret = (tc_member){.action = TC_WINDOWS_SKIP,
                       .rank = TC_WINDOWS_RANK_HINT,
                       .column = TC_ROW_NONE,
                       .second = TC_ROW_NONE};
    bool open = scope == TC_WINDOWS_ROOT || scope == TC_WINDOWS_DATA ||
                scope == TC_WINDOWS_USER_DATA || scope == TC_WINDOWS_SYSTEM;
    if (open && tc_members_columns(options, schema, name, ret)) ret->action = TC_WINDOWS_CELL;
    if (scope == TC_WINDOWS_WAZUH_DATA && small_columns(options, schema, name, ret))
        ret->action = TC_WINDOWS_CELL;
    if (scope == TC_WINDOWS_ROOT) {
        ret->rank = TC_WINDOWS_RANK_NAMED;
    } else if (scope == TC_WINDOWS_SYSTEM) {
        ret->action = TC_WINDOWS_TAG;
        ret->rank = TC_WINDOWS_RANK_SYSTEM;
    } else if (scope == TC_WINDOWS_DATA && param_number(name) > 0) {
        ret->action = TC_WINDOWS_PARAM;
        ret->argument = param_number(name);
    }
}

/* The member that enters the object which the name begins with, the longest there is, and the rest
 * of the name, behind that separator. */
static const struct known *find_outer(tc_windows_scope scope, tc_slice name, uint8_t separator,
                                      tc_slice *ret_rest)
{
    const struct known *found = NULL;
    for (size_t i = 0; i < TC_COUNT_OF(known); i++) {
        tc_slice outer = tc_slice_of(known[i].name);
        if (known[i].scope != scope || known[i].action != TC_WINDOWS_ENTER) continue;
        if (name.len <= outer.len || name.ptr[outer.len] != separator) continue;
        if (!tc_slice_starts(name, outer) || (found && ret_rest->len < name.len - outer.len - 1))
            continue;
        *ret_rest = tc_slice_sub(name, outer.len + 1, name.len);
        found = &known[i];
    }
    return found;
}

/* How names were flattened: with points by most exporters, with underscores on the way through
 * Graylog, which also puts the name of the shipper before them. In GELF what is not its own begins
 * with an underscore. */
static uint8_t separator_of(tc_windows_scope scope, tc_slice *name)
{
    tc_slice shipper = TC_LIT("winlogbeat_"), rest;
    if (scope != TC_WINDOWS_ROOT) return '.';
    bool own = find_known(scope, *name) || find_outer(scope, *name, '.', &rest);
    if (!own && tc_slice_starts(*name, TC_LIT("_"))) *name = tc_slice_sub(*name, 1, name->len);
    if (tc_slice_starts(*name, shipper)) {
        *name = tc_slice_sub(*name, shipper.len, name->len);
        return '_';
    }
    return tc_slice_starts(*name, TC_LIT("winlog_")) ? '_' : '.';
}

void tc_windows_json_member(const tc_parse_options *options, const tc_schema *schema,
                            tc_windows_scope scope, tc_slice name, tc_member *ret)
{
    uint8_t separator = separator_of(scope, &name);
    const struct known *found = find_known(scope, name);
    /* "winlog.event_data.TargetUserName": flattened by whoever exported it. */
    while (!found) {
        tc_slice rest;
        const struct known *outer = find_outer(scope, name, separator, &rest);
        if (!outer) {
            unknown_member(options, schema, scope, name, ret);
            return;
        }
        scope = (tc_windows_scope)outer->argument;
        name = rest;
        found = find_known(scope, name);
    }
    known_member(options, schema, found, name, ret);
}
