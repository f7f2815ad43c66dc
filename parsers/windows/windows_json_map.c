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
    ENTER(ROOT, "user", USER),
    ENTER(ROOT, "_source", ROOT),
    CELL(ROOT, "message", HINT, MESSAGE),
    TIMED(ROOT, "TimeCreated", LOCAL_TIME, 5, TC_FIELD_WE_TIME_CREATED),
    TIMED(ROOT, "EventTime", LOCAL_TIME, 4, TC_FIELD_NONE),
    TIMED(ROOT, "@timestamp", TIME, 3, TC_FIELD_NONE),
    TIMED(ROOT, "EventReceivedTime", LOCAL_TIME, 1, TC_FIELD_NONE),

    /* Winlogbeat before version 7 */
    CELL(ROOT, "event_id", HINT, EVENT_ID),
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

    /* NXLog, im_msvistalog */
    ALSO(ROOT, "SourceName", HINT, PROVIDER_NAME),
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
    CELL(HOST, "name", HINT, HOSTNAME),
    CELL(HOST, "hostname", HINT, HOSTNAME),
    CELL(ECS_EVENT, "code", HINT, EVENT_ID),
    CELL(ECS_EVENT, "provider", HINT, PROVIDER_NAME),
    TIMED(ECS_EVENT, "created", TIME, 2, TC_FIELD_NONE),

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

void tc_windows_json_member(const tc_parse_options *options, const tc_schema *schema,
                            tc_windows_scope scope, tc_slice name, tc_member *ret)
{
    const struct known *found = find_known(scope, name);
    /* "winlog.event_data.TargetUserName": flattened by whoever exported it. */
    while (!found) {
        tc_slice rest;
        tc_slice head = tc_slice_split(name, '.', &rest);
        const struct known *outer = rest.ptr ? find_known(scope, head) : NULL;
        if (!outer || outer->action != TC_WINDOWS_ENTER) {
            unknown_member(options, schema, scope, name, ret);
            return;
        }
        scope = (tc_windows_scope)outer->argument;
        name = rest;
        found = find_known(scope, name);
    }
    known_member(options, schema, found, name, ret);
}
