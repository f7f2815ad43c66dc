/* Logs of Exchange beside those of requests and of mail on its way: logons over SMTP, POP3 and
 * IMAP4, and whom the others name. */
#include "detector/enrich/ecs.h"
#include "detector/enrich/web_request.h"

/* As tc_web_columns: what the parts of the web family look at. */
static const tc_family_column columns[TC_WEB_COLUMNS] = {
    [TC_WEB_USER] = {{TC_FIELD_POP_USER, TC_FIELD_CS_USERNAME}},
    [TC_WEB_CLIENT] = {{TC_FIELD_SMTP_REMOTE, TC_FIELD_POP_CLIENT}},
    [TC_WEB_AGENT] = {{TC_FIELD_CS_USER_AGENT}},
    [TC_WEB_STATUS] = {{TC_FIELD_SC_STATUS}},
};

/* What a row says of a logon. */
typedef struct logon {
    bool refused, passed;
    tc_slice user; /* as typed; empty: the row does not say */
} logon;

/* The rest of the text behind its beginning, which must be there. */
static bool behind(tc_slice text, tc_slice beginning, tc_slice *ret)
{
    if (!tc_slice_starts_ascii(text, beginning)) return false;
    *ret = tc_slice_trim(tc_slice_sub(text, beginning.len, TC_NPOS));
    return true;
}

/* -- SMTP ------------------------------------------------------------------------------------ */

/* The answer to a client does not say who it was; the name has a row of its own, since 2016. */
static logon read_smtp(const tc_event *event)
{
    logon found = {.refused = false};
    tc_slice sign = tc_worker_field(event, TC_FIELD_SMTP_EVENT), rest;
    tc_slice data = tc_slice_trim(tc_worker_field(event, TC_FIELD_SMTP_DATA));
    tc_slice context = tc_slice_trim(tc_worker_field(event, TC_FIELD_SMTP_CONTEXT));
    if (tc_slice_equal(sign, TC_LIT(">"))) {
        found.refused = behind(data, TC_LIT("535 "), &rest);
    } else if (tc_slice_equal(sign, TC_LIT("*"))) {
        found.refused = behind(context, TC_LIT("User Name:"), &found.user) ||
                        behind(data, TC_LIT("User Name:"), &found.user);
        found.passed = tc_slice_equal_ascii(context, TC_LIT("authenticated")) && data.len > 0;
        if (found.passed) found.user = data;
    }
    return found;
}

/* -- POP3 and IMAP4 -------------------------------------------------------------------------- */

/* "...;Msg="AuthFailed:LogonDenied,User: ana";..." */
static tc_slice user_in(tc_slice context)
{
    size_t at = tc_slice_search_ascii(context, TC_LIT("User: "));
    if (at == TC_NPOS) return TC_EMPTY_SLICE;
    tc_slice user = tc_slice_sub(context, at + 6, TC_NPOS);
    size_t end = 0;
    while (end < user.len && user.ptr[end] != '"' && user.ptr[end] != ';' && user.ptr[end] != ',')
        end++;
    return tc_slice_trim(tc_slice_sub(user, 0, end));
}

static bool contains(tc_slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_search_ascii(text, tc_slice_of(words[i])) != TC_NPOS) return true;
    return false;
}

static logon read_pop(const tc_event *event)
{
    static const char *const logons[] = {"auth", "authenticate", "login", "pass"};
    static const char *const bad[] = {"AuthFailed:", "R=\"-ERR", "AUTHENTICATE failed",
                                      "LOGIN failed"};
    static const char *const good[] = {"R=OK", "R=\"+OK", "R=\"OK", "ProxySuccess"};
    logon found = {.refused = false};
    tc_slice command = tc_slice_trim(tc_worker_field(event, TC_FIELD_POP_COMMAND));
    tc_slice context = tc_worker_field(event, TC_FIELD_SMTP_CONTEXT);
    bool logs_on = false;
    for (size_t i = 0; i < TC_COUNT_OF(logons); i++)
        logs_on = logs_on || tc_slice_equal_ascii(command, tc_slice_of(logons[i]));
    if (!logs_on) return found;
    found.refused = contains(context, bad, TC_COUNT_OF(bad));
    found.passed = !found.refused && contains(context, good, TC_COUNT_OF(good));
    found.user = tc_worker_field(event, TC_FIELD_POP_USER);
    if (found.user.len == 0) found.user = user_in(context);
    return found;
}

/* Connectors are called SERVER\NAME. */
static tc_slice host_of(const tc_event *event)
{
    tc_slice host = tc_worker_field(event, TC_FIELD_S_COMPUTERNAME);
    if (host.len == 0) host = tc_worker_field(event, TC_FIELD_ECP_SERVER);
    if (host.len > 0) return host;
    tc_slice connector = tc_worker_field(event, TC_FIELD_MT_CONNECTOR_ID);
    size_t slash = tc_slice_find(connector, '\\');
    return slash == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(connector, 0, slash);
}

/* -- both ------------------------------------------------------------------------------------ */

static bool has(const tc_event *event, tc_field_static field)
{
    return tc_schema_column(event->schema, (tc_field)field) >= 0;
}

static logon read_logon(const tc_event *event)
{
    if (has(event, TC_FIELD_POP_COMMAND)) return read_pop(event);
    if (has(event, TC_FIELD_SMTP_DATA)) return read_smtp(event);
    return (logon){.refused = false};
}

static void read_request(tc_enrich_worker *w, const tc_event *event, tc_slice user,
                         tc_web_request *ret)
{
    *ret = (tc_web_request){.event = event,
                            .protocol = TC_PROTOCOL_OTHER,
                            .user = user,
                            .agent = tc_web_text(w, event, TC_WEB_AGENT),
                            .status = tc_web_text(w, event, TC_WEB_STATUS),
                            .have_client = true};
    tc_slice client = tc_web_text(w, event, TC_WEB_CLIENT);
    if (client.len == 0) client = tc_worker_field(event, TC_FIELD_C_IP);
    tc_client_of(&w->enricher->networks, client, TC_EMPTY_SLICE, &ret->client);
    ret->agent_hash = tc_quick_hash(w->key, 0, ret->agent);
}

/* The store's own ports, to which the front end passes a session on: it is logged there, too. */
static bool is_back_end(const tc_event *event)
{
    tc_slice server = tc_worker_field(event, TC_FIELD_POP_SERVER);
    return tc_slice_ends(server, TC_LIT(":1993")) || tc_slice_ends(server, TC_LIT(":1995")) ||
           tc_slice_ends(server, TC_LIT(":9933")) || tc_slice_ends(server, TC_LIT(":9955"));
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_web_request r;
    tc_observation *o = NULL;
    if (is_back_end(event)) {
        *ret_filtered = TC_REASON_BACK_END;
        return TC_SUCCESS;
    }
    logon found = read_logon(event);
    if (!found.refused && !found.passed) return TC_SUCCESS;
    read_request(w, event, found.user, &r);
    bool remote = tc_address_of(&w->addresses, r.client.ip)->address_class == TC_ADDRESS_REMOTE;
    unsigned health = tc_health_user(w->enricher->protocols, found.user);
    if (health != 0 && !remote) {
        *ret_filtered = tc_health_reason(health);
        return TC_SUCCESS;
    }
    bool machine = found.user.len > 0 && found.user.ptr[found.user.len - 1] == '$';
    if (machine || (found.passed && found.user.len == 0)) return TC_SUCCESS;
    if (found.passed) return tc_web_use(w, &r);
    /* Protocols without a status of HTTP say it in words; it is the answer to the logon itself. */
    r.status = TC_LIT("401");
    TC_TRY(tc_web_emit(w, &r, TC_OBS_WEB_REFUSED, &o));
    o->flags |= TC_OBS_FLAG_FAILED;
    return TC_SUCCESS;
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_web_request r;
    logon found = read_logon(event);
    tc_slice user = found.user.len > 0 ? found.user : tc_web_text(w, event, TC_WEB_USER);
    read_request(w, event, user, &r);
    return tc_web_fill_whom(w, &r, o);
}

/* -- ECS ------------------------------------------------------------------------------------- */

static void set_ecs(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    logon found = read_logon(event);
    tc_slice client = tc_web_text(w, event, TC_WEB_CLIENT), user = found.user;
    if (client.len == 0) client = tc_ecs_native(e, TC_FIELD_C_IP);
    if (user.len == 0) user = tc_web_text(w, event, TC_WEB_USER);
    tc_ecs_source(e, client, TC_EMPTY_SLICE);
    tc_ecs_account(e, user, TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN, TC_FIELD_USER_EMAIL);
    tc_ecs_text(e, TC_FIELD_USER_AGENT, tc_web_text(w, event, TC_WEB_AGENT));
    tc_ecs_number(e, TC_FIELD_HTTP_STATUS, tc_web_text(w, event, TC_WEB_STATUS));
    tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_ecs_native(e, TC_FIELD_POP_COMMAND));
    tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_ecs_native(e, TC_FIELD_SOAP_ACTION));
    if (found.refused) tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    if (found.passed) tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, tc_ecs_native(e, TC_FIELD_SMTP_LOCAL));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, tc_ecs_native(e, TC_FIELD_POP_SERVER));
    tc_ecs_host(e, host_of(event));
}

const tc_family tc_family_exchange = {
    .name = "exchange",
    .label = {.product = "exchange"},
    .columns = columns,
    .column_count = TC_WEB_COLUMNS,
    .host_of = host_of,
    .hearsay = true,
    .observe = observe,
    .describe = describe,
    .ecs = set_ecs,
};
