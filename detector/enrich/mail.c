/* Mail servers other than Exchange: who logged on, from where, and whose password was set. */
#include "detector/enrich/ecs.h"
#include "detector/enrich/web_request.h"

/* What a record says, by mail.action (parsers/mail). */
typedef enum deed {
    DEED_NONE,
    DEED_LOGON,
    DEED_WEBMAIL, /* by somebody in a browser, who was let in */
    DEED_REFUSED,
    DEED_CHANGE,
    DEED_RESET,
    DEED_LOCKED,
    DEED_CREATED
} deed;

/* As tc_web_columns: what the parts of the web family look at. */
static const tc_family_column columns[TC_WEB_COLUMNS] = {
    [TC_WEB_USER] = {{TC_FIELD_MAIL_ACCOUNT}},
    [TC_WEB_CLIENT] = {{TC_FIELD_MAIL_CLIENT}},
    [TC_WEB_AGENT] = {{TC_FIELD_MAIL_AGENT}},
    [TC_WEB_FORWARDED] = {{TC_FIELD_MAIL_FORWARDED}},
};

#define LISTED_MAX 32 /* addresses of a list looked at, from the right */

/* Agents that people have before them; others are programs. */
static bool is_browser(tc_slice agent)
{
    return tc_slice_starts_ascii(agent, TC_LIT("ZimbraWebClient")) ||
           tc_slice_starts_ascii(agent, TC_LIT("ZimbraXWebClient")) ||
           tc_slice_starts_ascii(agent, TC_LIT("Mozilla/"));
}

/* Zimbra's own programs, which ask for a person, say nothing of what that person uses. */
static bool is_go_between(tc_slice agent)
{
    return tc_slice_starts_ascii(agent, TC_LIT("zclient/")) ||
           tc_slice_starts_ascii(agent, TC_LIT("Zimbra/"));
}

static tc_slice agent_of(const tc_enrich_worker *w, const tc_event *event)
{
    tc_slice agent = tc_web_text(w, event, TC_WEB_AGENT);
    return is_go_between(agent) ? TC_EMPTY_SLICE : agent;
}

static deed deed_of(const tc_event *event)
{
    static const struct {
        const char *action;
        deed deed;
    } deeds[] = {
        {"logon", DEED_LOGON},          {"webmail_logon", DEED_WEBMAIL},  {"refused", DEED_REFUSED},
        {"access", DEED_WEBMAIL},       {"password_change", DEED_CHANGE}, {"locked", DEED_LOCKED},
        {"password_reset", DEED_RESET}, {"created", DEED_CREATED},
    };
    tc_slice action = tc_worker_field(event, TC_FIELD_MAIL_ACTION);
    deed found = DEED_NONE;
    for (size_t i = 0; action.len > 0 && i < TC_COUNT_OF(deeds); i++)
        if (tc_slice_equal(action, tc_slice_of(deeds[i].action))) found = deeds[i].deed;
    /* Zimbra tells a browser from a program by what it calls itself, but for what asks for one. */
    tc_slice agent = tc_worker_field(event, TC_FIELD_MAIL_AGENT);
    if (agent.len == 0 || (found != DEED_LOGON && found != DEED_WEBMAIL)) return found;
    if (is_go_between(agent) && tc_slice_equal(action, TC_LIT("webmail_logon"))) return found;
    return is_browser(agent) ? DEED_WEBMAIL : DEED_LOGON;
}

static bool is_account_deed(deed d)
{
    return d == DEED_CHANGE || d == DEED_RESET || d == DEED_LOCKED || d == DEED_CREATED;
}

static tc_slice account_of(const tc_event *event)
{
    return tc_worker_field(event, TC_FIELD_MAIL_ACCOUNT);
}

static tc_slice target_of(const tc_event *event)
{
    tc_slice target = tc_worker_field(event, TC_FIELD_MAIL_TARGET);
    return target.len > 0 ? target : account_of(event);
}

/* The address that a client is told by. Where a list of addresses was logged (parsers/mail), its
 * last counts, unless that is a declared proxy. If none is declared and the last is private, it is
 * one all the same: then the rightmost counts that is not private. */
static tc_slice client_text(const tc_enrich_worker *w, const tc_event *event)
{
    tc_slice client = tc_web_text(w, event, TC_WEB_CLIENT);
    tc_slice list = tc_web_text(w, event, TC_WEB_FORWARDED);
    if (w->enricher->networks.proxy_count > 0 || client.len == 0) return client;
    if (!tc_slice_ends(list, client)) return client;
    for (int i = 0; i < LISTED_MAX && list.len > 0; i++) {
        size_t comma = tc_slice_rfind(list, ',');
        size_t from = comma == TC_NPOS ? 0 : comma + 1;
        tc_slice word = tc_slice_trim(tc_slice_sub(list, from, TC_NPOS));
        tc_ip ip;
        if (!tc_ip_parse_loose(word, &ip)) break;
        if (!tc_ip_is_private(ip)) return word;
        list.len = comma == TC_NPOS ? 0 : comma;
    }
    return client;
}

static void find_client(const tc_enrich_worker *w, const tc_event *event, tc_client *ret)
{
    tc_client_of(&w->enricher->networks, client_text(w, event),
                 tc_web_text(w, event, TC_WEB_FORWARDED), ret);
}

static void read_request(tc_enrich_worker *w, const tc_event *event, deed d, tc_web_request *ret)
{
    *ret = (tc_web_request){.event = event,
                            .protocol = d == DEED_WEBMAIL ? TC_PROTOCOL_WEBMAIL : TC_PROTOCOL_OTHER,
                            .user = account_of(event),
                            .agent = agent_of(w, event),
                            .status = d == DEED_REFUSED ? TC_LIT("401") : TC_LIT("200")};
    if (d == DEED_WEBMAIL && ret->agent.len == 0) ret->agent = TC_AGENT_NOT_LOGGED;
    ret->agent_hash = tc_quick_hash(w->key, 0, ret->agent);
    find_client(w, event, &ret->client);
    ret->have_client = true;
}

/* What a program says by syslog stands in one log with its second and in another, the journal say,
 * with a part of it. What is counted one by one is put at the second, or the copies would not meet
 * (memory/dedupe.h). */
static void put_at_second(const tc_event *event, tc_observation *o)
{
    if (tc_worker_field(event, TC_FIELD_MAIL_PROGRAM).len == 0) return;
    o->order.time = o->order.time / TC_SECOND * TC_SECOND;
    o->last = o->order.time;
}

/* Roundcube tells of a refusal in userlogins.log and, with the server that refused, in errors.log.
 * It is one where both have the whole name alike: else each name has a count of its own. */
static void set_twin(const tc_event *event, tc_observation *o)
{
    const char *server = event->schema->label_count > 0 ? event->schema->labels[0].service : NULL;
    tc_slice account = account_of(event);
    if (server == NULL || strcmp(server, "roundcube") != 0 || account.len == 0) return;
    uint64_t alike = tc_record_id_add_name(tc_record_id_begin("refused by webmail"), account);
    o->twin.alike = tc_record_id_add(alike, tc_slice_make(o->ip.bytes, sizeof(o->ip.bytes)));
    bool errors = tc_worker_field(event, TC_FIELD_MAIL_SERVER).len > 0;
    o->twin.log = errors ? TC_TWIN_SERVER : TC_TWIN_PROXY;
}

static TC_STATUS observe_account(tc_enrich_worker *w, const tc_event *event, deed d)
{
    tc_observation *o = NULL;
    tc_client client;
    tc_slice actor = account_of(event), target = target_of(event);
    if (target.len == 0) return TC_SUCCESS;
    bool own = d == DEED_CHANGE || (d == DEED_RESET && tc_slice_equal_ascii(actor, target));
    TC_TRY(tc_emit(w, event, TC_OBS_ACCOUNT, &o));
    put_at_second(event, o);
    o->status = d == DEED_LOCKED    ? TC_ACCOUNT_LOCKED
                : d == DEED_CREATED ? TC_ACCOUNT_CREATED
                : own               ? TC_ACCOUNT_CHANGE
                                    : TC_ACCOUNT_RESET;
    if (o->status == TC_ACCOUNT_RESET) o->flags |= TC_OBS_FLAG_RESET;
    if (d == DEED_CREATED) tc_observation_set_created(o);
    find_client(w, event, &client);
    TC_TRY(tc_emit_client(w, o, &client));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, own ? target : actor));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target);
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_web_request r;
    tc_observation *o = NULL;
    deed d = deed_of(event);
    (void)ret_filtered;
    if (d == DEED_NONE) return TC_SUCCESS;
    if (is_account_deed(d)) return observe_account(w, event, d);
    read_request(w, event, d, &r);
    if (d == DEED_REFUSED) {
        TC_TRY(tc_web_emit(w, &r, TC_OBS_WEB_REFUSED, &o));
        put_at_second(event, o);
        set_twin(event, o);
        o->flags |= TC_OBS_FLAG_FAILED;
        return TC_SUCCESS;
    }
    /* Without an address there is nothing that a session could be told by. */
    bool placed = !tc_ip_is_zero(r.client.ip);
    if (d == DEED_WEBMAIL)
        w->said = (tc_web_fields){.named = r.user.len > 0, .nameless = r.user.len == 0};
    if (r.user.len == 0 || !placed) return TC_SUCCESS;
    return d == DEED_WEBMAIL ? tc_web_span(w, &r) : tc_web_use(w, &r);
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_web_request r;
    deed d = deed_of(event);
    read_request(w, event, d, &r);
    put_at_second(event, o);
    if (is_account_deed(d)) o->flags |= TC_OBS_FLAG_ACTS;
    TC_TRY(tc_web_fill_whom(w, &r, o));
    if (!is_account_deed(d)) return TC_SUCCESS;
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target_of(event));
}

/* -- ECS ------------------------------------------------------------------------------------- */

static void set_message(const tc_ecs *e)
{
    tc_ecs_text(e, TC_FIELD_EMAIL_FROM, tc_ecs_native(e, TC_FIELD_MAIL_SENDER));
    tc_ecs_text(e, TC_FIELD_EMAIL_TO, tc_ecs_native(e, TC_FIELD_MAIL_RECIPIENT));
    tc_ecs_text(e, TC_FIELD_EMAIL_SUBJECT, tc_ecs_native(e, TC_FIELD_MAIL_SUBJECT));
    tc_ecs_text(e, TC_FIELD_EMAIL_MESSAGE_ID, tc_ecs_native(e, TC_FIELD_MAIL_MESSAGE_ID));
}

static void set_ecs(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    deed d = deed_of(event);
    tc_ecs_source(e, client_text(w, event), tc_web_text(w, event, TC_WEB_FORWARDED));
    tc_ecs_account(e, account_of(event), TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN,
                   TC_FIELD_USER_EMAIL);
    tc_ecs_account(e, tc_ecs_native(e, TC_FIELD_MAIL_TARGET), TC_FIELD_USER_TARGET_NAME,
                   TC_FIELD_USER_TARGET_DOMAIN, TC_FIELD_NONE);
    tc_ecs_text(e, TC_FIELD_USER_AGENT, tc_web_text(w, event, TC_WEB_AGENT));
    tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_ecs_native(e, TC_FIELD_MAIL_ACTION));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_MAIL_PROGRAM));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, tc_ecs_native(e, TC_FIELD_MAIL_SERVER));
    if (d == DEED_WEBMAIL) tc_ecs_text(e, TC_FIELD_PROTOCOL, TC_LIT("webmail"));
    if (d == DEED_REFUSED) tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    if (d != DEED_NONE && d != DEED_REFUSED)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    set_message(e);
    tc_ecs_host(e, tc_ecs_native(e, TC_FIELD_MAIL_HOST));
}

const tc_family tc_family_mail = {
    .name = "mail",
    .label = {.product = "mail"},
    .columns = columns,
    .column_count = TC_WEB_COLUMNS,
    .host = TC_FIELD_MAIL_HOST,
    .hearsay = true,
    .observe = observe,
    .describe = describe,
    .ecs = set_ecs,
};
