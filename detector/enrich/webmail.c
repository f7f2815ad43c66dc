/* What requests to webmail and its neighbours tell. */
#include "detector/enrich/web_request.h"

/* -- what is nobody's request --------------------------------------------------------------- */

/* Exchange 2013+ logs every request twice: the back end listens on 444 (81 without TLS), Skype's
 * and others' on 445. */
static bool is_back_end(tc_slice port)
{
    if (port.len == 3) return memcmp(port.ptr, "444", 3) == 0 || memcmp(port.ptr, "445", 3) == 0;
    return port.len == 2 && memcmp(port.ptr, "81", 2) == 0;
}

static void judge_agent(tc_enrich_worker *w, tc_web_request *r)
{
    r->agent_hash = tc_quick_hash(w->key, 0, r->agent);
    tc_agent_slot *slot = &w->agents[r->agent_hash % TC_AGENT_SLOTS];
    if (!slot->used || slot->hash != r->agent_hash) {
        slot->used = true;
        slot->hash = r->agent_hash;
        slot->kind = (uint8_t)tc_agent_kind(w->enricher->protocols, r->agent, &slot->asn);
    }
    r->agent_kind = slot->kind;
    r->agent_asn = slot->asn;
}

/* What the request asks for health as, of TC_AGENT_HEALTH; 0: it does not. Agent, name and
 * parameters are what the client says, so they are believed of the organisation's own machines
 * only: an intruder who calls himself a probe would else not be seen at all. */
static unsigned health_of(tc_enrich_worker *w, tc_web_request *r)
{
    const tc_protocols *p = w->enricher->protocols;
    judge_agent(w, r);
    unsigned kind = r->agent_kind & TC_AGENT_HEALTH;
    if (kind == 0) kind = tc_health_user(p, r->user);
    if (kind == 0) kind = tc_health_request(p, r->protocol, r->stem, r->query);
    if (kind == 0) return 0;
    const tc_address *a = tc_address_of(&w->addresses, tc_web_client(w, r)->ip);
    return a->address_class != TC_ADDRESS_REMOTE ? kind : 0;
}

/* -- discrete observations ------------------------------------------------------------------ */

static TC_STATUS emit_culture(tc_enrich_worker *w, tc_web_request *r, tc_slice tag,
                              tc_slice evidence)
{
    tc_observation *o = NULL;
    tc_slice language = tc_language_class(w->enricher->languages, tag);
    if (tag.len > 0 && language.len == 0) return TC_SUCCESS;
    TC_TRY(tc_web_emit(w, r, TC_OBS_WEB_CULTURE, &o));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_VALUE, language));
    return tc_emit_text(w, o, TC_OBS_TEXT_EXTRA, evidence);
}

static bool has_method(const tc_enrich_worker *w, const tc_web_request *r, tc_slice method)
{
    return tc_slice_equal_ascii(tc_web_text(w, r->event, TC_WEB_METHOD), method);
}

/* The logon form is sent. */
static bool is_form(const tc_enrich_worker *w, const tc_web_request *r)
{
    return (tc_slice_ends_ascii(r->stem, TC_LIT("/auth.owa")) ||
            tc_slice_ends_ascii(r->stem, TC_LIT("/owaauth.dll"))) &&
           has_method(w, r, TC_LIT("POST"));
}

/* Neither of Windows nor of Exchange: a proxy's log, or that of another server. */
static bool is_plain(const tc_enrich_worker *w)
{
    return w->columns[TC_WEB_WIN32] < 0 && w->columns[TC_WEB_REQUEST_ID] < 0;
}

static TC_STATUS observe_401(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    /* Servers that write no status of Windows write a name only if one was sent; a form is no leg
     * of a handshake, whoever logs it. */
    bool typed = is_form(w, r) || (is_plain(w) && r->user.len > 0);
    if (!typed && !tc_web_is_refusal(tc_web_text(w, r->event, TC_WEB_WIN32))) return TC_SUCCESS;
    return tc_web_emit(w, r, TC_OBS_WEB_REFUSED, &o);
}

/* -- culture -------------------------------------------------------------------------------- */

/* The component behind `folder` in the path; empty if the folder is not there. */
static tc_slice component_behind(tc_slice path, tc_slice folder)
{
    size_t at = tc_slice_search_ascii(path, folder);
    if (at == TC_NPOS) return TC_EMPTY_SLICE;
    tc_slice rest = tc_slice_sub(path, at + folder.len, TC_NPOS);
    size_t end = tc_slice_find(rest, '/');
    return end == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(rest, 0, end);
}

/* /owa/prem/<version>/...: files that exist once per display culture. */
static TC_STATUS observe_static(tc_enrich_worker *w, tc_web_request *r)
{
    static const char globalize[] = "/globalize.culture.";
    if (r->stem.len < 12 || (r->stem.ptr[5] | 0x20) != 'p' ||
        !tc_slice_starts_ascii(r->stem, TC_LIT("/owa/prem/")))
        return TC_SUCCESS;
    size_t at = tc_slice_search_ascii(r->stem, TC_LIT("/globalize.culture."));
    if (at != TC_NPOS) {
        tc_slice tag = tc_slice_sub(r->stem, at + sizeof(globalize) - 1, TC_NPOS);
        size_t end = tc_slice_find(tag, '.');
        return emit_culture(w, r, tc_slice_sub(tag, 0, end), TC_LIT("globalize.culture"));
    }
    static const char *const folders[] = {"/resources/locale/", "/ext/def/", "/scripts/"};
    for (size_t i = 0; i < TC_COUNT_OF(folders); i++) {
        tc_slice tag = component_behind(r->stem, tc_slice_of(folders[i]));
        if (tag.len > 0) return emit_culture(w, r, tag, TC_LIT("localized-resource"));
    }
    return TC_SUCCESS;
}

static TC_STATUS observe_query_culture(tc_enrich_worker *w, tc_web_request *r)
{
    tc_slice query = r->query;
    while (query.ptr != NULL) {
        tc_slice token = tc_slice_split(query, '&', &query);
        uint8_t first = token.len > 4 ? token.ptr[0] | 0x20 : 0;
        if (first == 'm' && tc_slice_starts_ascii(token, TC_LIT("mkt=")))
            return emit_culture(w, r, tc_slice_sub(token, 4, TC_NPOS), TC_LIT("mkt"));
        if (first == 'l' && token.len > 5 && tc_slice_starts_ascii(token, TC_LIT("lcid=")))
            return emit_culture(w, r, tc_slice_sub(token, 5, TC_NPOS), TC_LIT("lcid"));
    }
    return TC_SUCCESS;
}

/* -- logons --------------------------------------------------------------------------------- */

static TC_STATUS observe_auth(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    tc_slice value;
    uint64_t reason = 0;
    if (is_form(w, r)) return tc_web_emit(w, r, TC_OBS_WEB_LOGON, &o);
    if (tc_slice_ends_ascii(r->stem, TC_LIT("/lang.owa")) && has_method(w, r, TC_LIT("POST")))
        return emit_culture(w, r, TC_EMPTY_SLICE, TC_LIT("lang.owa"));
    if (tc_slice_ends_ascii(r->stem, TC_LIT("/languageselection.aspx")))
        return emit_culture(w, r, TC_EMPTY_SLICE, TC_LIT("languageselection"));
    if (tc_slice_ends_ascii(r->stem, TC_LIT("/logon.aspx")) &&
        tc_query_value(r->query, TC_LIT("reason"), &value) && tc_slice_to_u64(value, &reason) &&
        tc_logon_reason_is_refusal(w->enricher->protocols, reason)) {
        TC_TRY(tc_web_emit(w, r, TC_OBS_WEB_REFUSED, &o));
        o->flags |= TC_OBS_FLAG_FAILED;
        return TC_SUCCESS;
    }
    return observe_query_culture(w, r);
}

static bool is_success(tc_slice status)
{
    return status.len == 3 && status.ptr[0] >= '1' && status.ptr[0] <= '3';
}

/* Somebody with an account, not a machine, was let in. */
static bool is_authenticated(const tc_web_request *r)
{
    return r->user.len > 0 && r->user.ptr[r->user.len - 1] != '$' && is_success(r->status);
}

static bool is_landing(const tc_enrich_worker *w, const tc_web_request *r)
{
    bool page = tc_slice_equal_ascii(r->stem, TC_LIT("/owa")) ||
                tc_slice_equal_ascii(r->stem, TC_LIT("/owa/"));
    if (!page || !has_method(w, r, TC_LIT("GET"))) return false;
    return tc_slice_equal(r->status, TC_LIT("200")) || tc_slice_equal(r->status, TC_LIT("301")) ||
           tc_slice_equal(r->status, TC_LIT("302"));
}

/* Whoever posts a form and is sent elsewhere is not in yet: a logon form under a name that it does
 * not have (a damaged line, a caller's own spelling) looks so, with the name that was typed. */
static bool is_sent_away(const tc_enrich_worker *w, const tc_web_request *r)
{
    return tc_slice_equal(r->status, TC_LIT("302")) && has_method(w, r, TC_LIT("POST"));
}

/* Before a logon the page is sent elsewhere; a log without names serves it to whoever is in. */
static bool is_unnamed_landing(const tc_enrich_worker *w, const tc_web_request *r)
{
    return is_plain(w) && r->user.len == 0 && is_landing(w, r) &&
           tc_slice_equal(r->status, TC_LIT("200"));
}

static TC_STATUS observe_interactive(tc_enrich_worker *w, tc_web_request *r)
{
    tc_observation *o = NULL;
    TC_TRY(observe_query_culture(w, r));
    w->said.nameless = r->user.len == 0 && tc_slice_equal(r->status, TC_LIT("200"));
    if (is_unnamed_landing(w, r)) return tc_web_emit(w, r, TC_OBS_WEB_LANDING, &o);
    if (!is_authenticated(r) || is_sent_away(w, r)) return TC_SUCCESS;
    if (is_landing(w, r)) TC_TRY(tc_web_emit(w, r, TC_OBS_WEB_LANDING, &o));
    return tc_web_span(w, r);
}

/* EWS from inside, and by programs that use it everywhere, is ordinary. */
static bool is_ordinary_ews(tc_enrich_worker *w, tc_web_request *r)
{
    const tc_address *a = tc_address_of(&w->addresses, tc_web_client(w, r)->ip);
    if (a->address_class == TC_ADDRESS_INTERNAL || a->address_class == TC_ADDRESS_PRIVATE)
        return true;
    if ((r->agent_kind & TC_AGENT_EWS) == 0) return false;
    return r->agent_asn == 0 || !tc_enricher_has_asn(w->enricher) || r->agent_asn == a->geo.asn;
}

/* -- facts ---------------------------------------------------------------------------------- */

/* The usual case at a glance: User= is cs-username with the backslash (or the '@') encoded. */
static bool same_written(tc_slice user, tc_slice encoded)
{
    size_t sign = tc_slice_find(encoded, '%');
    if (sign == TC_NPOS) return tc_slice_equal(user, encoded);
    if (user.len + 2 != encoded.len || sign >= user.len || memcmp(user.ptr, encoded.ptr, sign) != 0)
        return false;
    const uint8_t *code = encoded.ptr + sign;
    bool backslash = user.ptr[sign] == '\\' && code[1] == '5' && (code[2] | 0x20) == 'c';
    bool at = user.ptr[sign] == '@' && code[1] == '4' && code[2] == '0';
    return (backslash || at) && memcmp(user.ptr + sign + 1, code + 3, user.len - sign - 1) == 0;
}

/* tc_query_value for "user", which most lines of most logs are asked for. */
static bool find_user(tc_slice query, tc_slice *ret)
{
    const uint64_t user = tc_quick_load4((const uint8_t *)"user");
    for (int i = 0; i < 8 && query.ptr != NULL; i++) {
        tc_slice token = tc_slice_split(query, '&', &query);
        if (token.len < 5 || token.ptr[4] != '=' ||
            (tc_quick_load4(token.ptr) | UINT64_C(0x20202020)) != user)
            continue;
        *ret = tc_slice_sub(token, 5, TC_NPOS);
        return true;
    }
    return false;
}

static TC_STATUS observe_eas(tc_enrich_worker *w, const tc_web_request *r)
{
    tc_slice name;
    if (r->user.len == 0 || !is_success(r->status) || !find_user(r->query, &name) ||
        same_written(r->user, name))
        return TC_SUCCESS;
    return tc_emit_alias(w, r->event, r->user, name);
}

/* /mapi/emsmdb/?MailboxId=<guid>@domain */
static TC_STATUS observe_mapi(tc_enrich_worker *w, const tc_web_request *r)
{
    tc_slice name;
    if (r->user.len == 0 || !is_success(r->status)) return TC_SUCCESS;
    if (!tc_query_value(r->query, TC_LIT("mailboxid"), &name)) {
        size_t question = tc_slice_find(r->stem, '?');
        if (question == TC_NPOS || !tc_query_value(tc_slice_sub(r->stem, question + 1, TC_NPOS),
                                                   TC_LIT("mailboxid"), &name))
            return TC_SUCCESS;
    }
    return tc_emit_alias(w, r->event, r->user, name);
}

static TC_STATUS observe_use(tc_enrich_worker *w, tc_web_request *r)
{
    return is_authenticated(r) ? tc_web_use(w, r) : TC_SUCCESS;
}

/* -- dispatch ------------------------------------------------------------------------------- */

static TC_STATUS observe_request(tc_enrich_worker *w, tc_web_request *r)
{
    if (r->status.len == 3 && memcmp(r->status.ptr, "401", 3) == 0) return observe_401(w, r);
    switch (r->protocol) {
    case TC_PROTOCOL_OWA:
    case TC_PROTOCOL_ECP:
        return observe_interactive(w, r);
    case TC_PROTOCOL_OWA_BACKGROUND:
        TC_TRY(observe_static(w, r));
        return observe_use(w, r);
    case TC_PROTOCOL_OWA_AUTH:
        return observe_auth(w, r);
    case TC_PROTOCOL_EAS:
        tc_web_use_ahead(w, r);
        TC_TRY(observe_eas(w, r));
        return observe_use(w, r);
    case TC_PROTOCOL_MAPI:
        tc_web_use_ahead(w, r);
        TC_TRY(observe_mapi(w, r));
        return observe_use(w, r);
    case TC_PROTOCOL_EWS:
        if (is_authenticated(r) && !is_ordinary_ews(w, r)) return tc_web_span(w, r);
        return observe_use(w, r);
    case TC_PROTOCOL_POWERSHELL:
        return is_authenticated(r) ? tc_web_span(w, r) : TC_SUCCESS;
    case TC_PROTOCOL_RPC:
    case TC_PROTOCOL_AUTODISCOVER:
    case TC_PROTOCOL_OAB:
        return observe_use(w, r);
    case TC_PROTOCOL_WEBMAIL:
    case TC_PROTOCOL_OTHER:
    case TC_PROTOCOL_COUNT:
        break;
    }
    return TC_SUCCESS;
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    TC_SET_WHOLE tc_web_request r;
    if (is_back_end(tc_web_text(w, event, TC_WEB_PORT))) {
        *ret_filtered = TC_REASON_BACK_END;
        return TC_SUCCESS;
    }
    tc_web_read(w, event, &r);
    unsigned health = health_of(w, &r);
    if (health != 0) {
        *ret_filtered = tc_health_reason(health);
        return TC_SUCCESS;
    }
    return observe_request(w, &r);
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_web_request r;
    tc_web_read(w, event, &r);
    o->status = tc_web_status_number(r.status);
    return tc_web_fill_whom(w, &r, o);
}

const tc_family tc_family_web = {
    .name = "web",
    .label = {.category = "webserver"},
    .columns = tc_web_columns,
    .column_count = TC_WEB_COLUMNS,
    .host = TC_FIELD_S_COMPUTERNAME,
    /* What a client puts into a request names whom it likes: that must not silence who knows. */
    .hearsay = true,
    .observe = observe,
    .describe = describe,
    .ecs = tc_ecs_web,
};
