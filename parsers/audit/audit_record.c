#include "parsers/audit/audit_record.h"

#include "parsers/audit/analytics_row.h"
#include "parsers/audit/audit_lists.h"
#include "parsers/audit/audit_wrapper.h"
#include "parsers/audit/directory_audit.h"
#include "parsers/windows/windows_cmdlet.h"

static const tc_logsource general[] = {{NULL, "m365", "audit"}};
/* What rules for Exchange's management ask for, wherever Exchange runs. */
static const tc_logsource management[] = {{NULL, "m365", "exchange"},
                                          {NULL, "windows", "msexchange-management"}};
static const tc_logsource signin[] = {{NULL, "azure", "signinlogs"}, {NULL, "m365", "audit"}};

static const tc_logsource directory[] = {{NULL, "azure", "auditlogs"}, {NULL, "m365", "audit"}};

static const struct {
    const tc_logsource *labels;
    size_t count;
} labels[TC_AUDIT_LOG_COUNT] = {
    [TC_AUDIT_LOG_GENERAL] = {general, TC_COUNT_OF(general)},
    [TC_AUDIT_LOG_MANAGEMENT] = {management, TC_COUNT_OF(management)},
    [TC_AUDIT_LOG_SIGNIN] = {signin, TC_COUNT_OF(signin)},
    [TC_AUDIT_LOG_DIRECTORY] = {directory, TC_COUNT_OF(directory)},
};

void tc_audit_schemas_init(tc_audit_schemas *schemas, const tc_parse_options *options,
                           const char *format)
{
    *schemas = (tc_audit_schemas){.failed = options->schemas ? TC_OK : TC_EUNSUPPORTED};
    if (!options->schemas) return;
    for (size_t i = 0; i < TC_AUDIT_LOG_COUNT; i++) {
        tc_status status = tc_schemas_get_open(options->schemas, format, labels[i].labels,
                                               labels[i].count, TC_FIELD_ECS_END, &schemas->of[i]);
        if (tc_failed(status)) schemas->failed = status.code;
    }
}

bool tc_audit_walk_init(tc_audit_walk *walk, const tc_parse_options *options,
                        const tc_audit_schemas *schemas, tc_arena *arena, size_t block_length)
{
    walk->schemas = schemas;
    return tc_json_walk_init(&walk->json, options, schemas->of[TC_AUDIT_LOG_GENERAL], arena,
                             block_length);
}

/* -- cmdlets --------------------------------------------------------------------------------- */

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Verb-Noun of a program that administers mail. */
static bool is_cmdlet(const tc_json_walk *walk, tc_slice operation)
{
    static const char *const workloads[] = {"Exchange", "SecurityComplianceCenter"};
    tc_slice workload = tc_audit_text(walk, TC_FIELD_WORKLOAD);
    size_t dash = tc_slice_find(operation, '-');
    if (dash == TC_NPOS || dash == 0 || dash + 1 == operation.len || !is_letter(operation.ptr[0]) ||
        !is_letter(operation.ptr[dash + 1]) || tc_slice_find(operation, ' ') != TC_NPOS)
        return false;
    if (workload.len == 0) return true;
    for (size_t i = 0; i < TC_COUNT_OF(workloads); i++)
        if (tc_slice_equal_ascii(workload, tc_slice_of(workloads[i]))) return true;
    return false;
}

static void set_field(tc_json_walk *walk, tc_field_static field, tc_slice text)
{
    int column = tc_schema_column(walk->schema, (tc_field)field);
    if (column >= 0 && text.len > 0)
        tc_row_set(&walk->row, (uint16_t)column, tc_cell_text(text), TC_WINDOWS_RANK_HINT);
}

static void set_parameter(tc_json_walk *walk, const char *name, tc_slice value)
{
    if (value.len > 0)
        tc_windows_set_parameter(&walk->row, walk->schema, walk->options->names, tc_slice_of(name),
                                 tc_cell_text(value));
}

/* A rule that Outlook or another client wrote: what it does stands in one text. */
static void read_client_rule(tc_json_walk *walk)
{
    static const struct {
        const char *operation, *cmdlet;
    } operations[] = {{"AddMailboxRule", "New-InboxRule"},
                      {"RemoveMailboxRule", "Remove-InboxRule"}};
    static const struct {
        const char *action, *parameter;
    } actions[] = {{"Redirect", "RedirectTo"},
                   {"Forward", "ForwardTo"},
                   {"MoveToFolder", "MoveToFolder"},
                   {"MarkAsRead", "MarkAsRead"},
                   {"Delete", "DeleteMessage"}};
    tc_slice does = tc_audit_text(walk, TC_FIELD_RULE_ACTIONS), cmdlet = TC_LIT("Set-InboxRule");
    tc_slice operation = tc_audit_text(walk, TC_FIELD_RULE_OPERATION);
    for (size_t i = 0; i < TC_COUNT_OF(operations); i++)
        if (tc_slice_equal_ascii(operation, tc_slice_of(operations[i].operation)))
            cmdlet = tc_slice_of(operations[i].cmdlet);
    set_field(walk, TC_FIELD_CMDLET, cmdlet);
    set_parameter(walk, "Mailbox", tc_audit_text(walk, TC_FIELD_MAILBOX_OWNER_UPN));
    set_parameter(walk, "Name", tc_audit_text(walk, TC_FIELD_RULE_NAME));
    for (size_t i = 0; i < TC_COUNT_OF(actions); i++) {
        bool flag = i >= 3;
        if (tc_slice_search_ascii(does, tc_slice_of(actions[i].action)) != TC_NPOS)
            set_parameter(walk, actions[i].parameter, flag ? TC_LIT("True") : does);
    }
}

static tc_audit_log read_operation(tc_json_walk *walk)
{
    tc_slice operation = tc_audit_text(walk, TC_FIELD_OPERATION);
    bool rule = tc_slice_equal_ascii(operation, TC_LIT("UpdateInboxRules"));
    if (rule)
        read_client_rule(walk);
    else if (is_cmdlet(walk, operation))
        set_field(walk, TC_FIELD_CMDLET, operation);
    else
        return TC_AUDIT_LOG_GENERAL;
    set_field(walk, TC_FIELD_CALLER, tc_audit_text(walk, TC_FIELD_USER_ID_WRITTEN));
    return TC_AUDIT_LOG_MANAGEMENT;
}

/* One name for what several kinds of records call differently: the address and whose it is. */
static void set_common(tc_json_walk *walk)
{
    static const struct {
        tc_field_static field, from;
    } common[] = {
        {TC_FIELD_CLIENT_IP, TC_FIELD_CLIENT_IP_ADDRESS},
        {TC_FIELD_CLIENT_IP, TC_FIELD_ACTOR_IP_ADDRESS},
        {TC_FIELD_CLIENT_IP, TC_FIELD_SIGNIN_ADDRESS},
        {TC_FIELD_USER_ID_WRITTEN, TC_FIELD_SIGNIN_USER},
    };
    for (size_t i = 0; i < TC_COUNT_OF(common); i++)
        if (tc_audit_text(walk, (tc_field)common[i].field).len == 0)
            tc_audit_set(walk, common[i].field, tc_audit_text(walk, (tc_field)common[i].from));
}

/* -- the record ------------------------------------------------------------------------------ */

static const struct {
    tc_audit_log log;
    void (*rename)(tc_json_walk *walk, tc_slice record); /* NULL: members are fields */
} readers[] = {
    [TC_AUDIT_OPERATION] = {TC_AUDIT_LOG_GENERAL, NULL},
    [TC_AUDIT_SIGNIN] = {TC_AUDIT_LOG_SIGNIN, NULL},
    [TC_AUDIT_DIRECTORY] = {TC_AUDIT_LOG_DIRECTORY, tc_audit_take_directory},
    [TC_AUDIT_ACTIVITY_ROW] = {TC_AUDIT_LOG_GENERAL, tc_audit_take_activity_row},
    [TC_AUDIT_SIGNIN_ROW] = {TC_AUDIT_LOG_SIGNIN, tc_audit_take_signin_row},
};

tc_reason tc_audit_walk_object(tc_audit_walk *walk, tc_slice text)
{
    tc_json_walk *json = &walk->json;
    tc_slice record;
    bool zoned;
    tc_row_clear(&json->row);
    tc_audit_kind kind = tc_audit_find(json->row.arena, text, &record);
    if (kind == TC_AUDIT_NONE) return TC_REASON_NOT_EVENT;
    tc_reason reason = tc_json_walk_line(json, record);
    if (reason != TC_REASON_COUNT) return reason;
    if (readers[kind].rename) readers[kind].rename(json, record);
    walk->log = readers[kind].log;
    bool signed_in = walk->log == TC_AUDIT_LOG_SIGNIN;
    tc_slice time = tc_audit_text(json, signed_in ? TC_FIELD_SIGNIN_TIME : TC_FIELD_CREATION_TIME);
    if (!tc_windows_time(time, &walk->time, &zoned)) return TC_REASON_BAD_TIME;
    set_common(json);
    if (walk->log == TC_AUDIT_LOG_GENERAL) {
        tc_audit_take_lists(json);
        tc_audit_take_parties(json);
        walk->log = read_operation(json);
    }
    if (json->row.all) tc_audit_flatten_extras(json);
    return TC_REASON_COUNT;
}

TC_STATUS tc_audit_deliver(const tc_audit_walk *walk, tc_place place, tc_slice raw,
                           const tc_sink *sink)
{
    tc_event event = {.schema = walk->schemas->of[walk->log],
                      .cells = walk->json.row.cells,
                      .extra = walk->json.row.extra,
                      .extra_count = walk->json.row.extra_count,
                      .time = walk->time,
                      .place = place,
                      .raw = raw,
                      .arena = walk->json.row.arena};
    return sink->event(sink->context, &event);
}

uint64_t tc_audit_identity(const tc_parser *self, const tc_event *event)
{
    (void)self;
    tc_slice id = tc_event_text(event, TC_FIELD_AUDIT_ID);
    if (id.len == 0) id = tc_event_text(event, TC_FIELD_SIGNIN_ID);
    if (id.len == 0) return tc_record_id_of_line(event->raw);
    return tc_record_id_add_name(tc_record_id_begin("m365"), id);
}
