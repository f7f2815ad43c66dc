#include "detector/enrich/web_request.h"

const tc_family_column tc_web_columns[TC_WEB_COLUMNS] = {
    [TC_WEB_PORT] = {{TC_FIELD_S_PORT}},
    [TC_WEB_STEM] = {{TC_FIELD_CS_URI_STEM}},
    [TC_WEB_QUERY] = {{TC_FIELD_CS_URI_QUERY}},
    [TC_WEB_URI] = {{TC_FIELD_CS_URI}},
    [TC_WEB_METHOD] = {{TC_FIELD_CS_METHOD}},
    [TC_WEB_USER] = {{TC_FIELD_CS_USERNAME}},
    [TC_WEB_CLIENT] = {{TC_FIELD_C_IP}},
    [TC_WEB_AGENT] = {{TC_FIELD_CS_USER_AGENT}},
    [TC_WEB_STATUS] = {{TC_FIELD_SC_STATUS}},
    [TC_WEB_WIN32] = {{TC_FIELD_SC_WIN32_STATUS}},
    [TC_WEB_FORWARDED] = {{TC_FIELD_CLIENT_COLUMN, TC_FIELD_X_FORWARDED_FOR, TC_FIELD_ORIGINAL_IP,
                           TC_FIELD_FORWARDED}},
    [TC_WEB_REQUEST_ID] = {{TC_FIELD_REQUEST_ID}},
};

void tc_web_read(tc_enrich_worker *w, const tc_event *event, tc_web_request *ret)
{
    ret->event = event;
    ret->have_client = false;
    ret->use_hash = 0;
    ret->stem = tc_web_text(w, event, TC_WEB_STEM);
    ret->query = tc_web_query(tc_web_text(w, event, TC_WEB_QUERY));
    if (ret->stem.len == 0 && w->columns[TC_WEB_URI] >= 0) {
        tc_uri uri = tc_uri_split(tc_web_text(w, event, TC_WEB_URI));
        ret->stem = uri.stem;
        ret->query = uri.query;
    }
    (void)tc_web_cut_host(&ret->stem);
    ret->user = tc_web_text(w, event, TC_WEB_USER);
    ret->agent = tc_web_text(w, event, TC_WEB_AGENT);
    if (w->columns[TC_WEB_REQUEST_ID] >= 0)
        ret->agent = tc_web_agent_of_proxy(ret->agent, ret->agent_room);
    ret->status = tc_web_text(w, event, TC_WEB_STATUS);
    ret->protocol = tc_protocol_of(w->enricher->protocols, ret->stem, ret->query, &ret->mailbox);
}

bool tc_web_is_refusal(tc_slice win32)
{
    static const char *const codes[] = {"1326", "1330", "1331", "1907", "1909", "2148074252"};
    for (size_t i = 0; i < TC_COUNT_OF(codes); i++)
        if (tc_slice_equal(win32, tc_slice_of(codes[i]))) return true;
    return false;
}

uint32_t tc_web_status_number(tc_slice status)
{
    uint64_t number = 0;
    return tc_slice_to_u64(status, &number) && number < 1000 ? (uint32_t)number : 0;
}

TC_STATUS tc_web_fill_whom(tc_enrich_worker *w, tc_web_request *r, tc_observation *o)
{
    TC_TRY(tc_emit_client(w, o, tc_web_client(w, r)));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, r->user));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_TARGET, r->mailbox));
    TC_TRY(tc_emit_agent(w, o, r->agent));
    tc_web_twin(w, r, o);
    return tc_emit_text(w, o, TC_OBS_TEXT_PROTOCOL, tc_protocol_name(r->protocol));
}

TC_STATUS tc_web_fill(tc_enrich_worker *w, tc_web_request *r, tc_observation *o)
{
    o->status = tc_web_status_number(r->status);
    o->flags = 0;
    if (o->status >= 400) o->flags |= TC_OBS_FLAG_FAILED;
    if (o->status == 301 || o->status == 302) o->flags |= TC_OBS_FLAG_REDIRECT;
    return tc_web_fill_whom(w, r, o);
}

TC_STATUS tc_web_emit(tc_enrich_worker *w, tc_web_request *r, tc_observation_kind kind,
                      tc_observation **ret)
{
    TC_TRY(tc_emit(w, r->event, kind, ret));
    return tc_web_fill(w, r, *ret);
}
