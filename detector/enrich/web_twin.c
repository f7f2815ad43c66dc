/* What a request is in the web server's log and in Exchange's own of the same requests. */
#include "detector/enrich/web_request.h"

/* Exchange writes its id behind whatever the client has put into the query. */
static tc_slice id_in_query(tc_slice query)
{
    const tc_slice name = TC_LIT("cafeReqId=");
    tc_slice found = TC_EMPTY_SLICE;
    for (;;) {
        size_t at = tc_slice_search_ascii(query, name);
        if (at == TC_NPOS) break;
        query = tc_slice_sub(query, at + name.len, TC_NPOS);
        found = query;
    }
    size_t end = 0;
    while (end < found.len && found.ptr[end] != ';' && found.ptr[end] != '&')
        end++;
    return tc_slice_sub(found, 0, end);
}

/* 8-4-4-4-12 hexadecimal digits. */
static bool is_guid(tc_slice text)
{
    if (text.len != 36) return false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool digit = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !digit) return false;
    }
    return true;
}

static uint64_t request_of(tc_enrich_worker *w, const tc_web_request *r)
{
    uint64_t hash = tc_record_id_begin("request");
    hash = tc_record_id_add_name(hash, tc_web_text(w, r->event, TC_WEB_METHOD));
    hash = tc_record_id_add_name(hash, r->stem);
    return tc_record_id_add(hash, r->status);
}

/* Where it came from is left out of what goes with an id: one log may have a balancer's address. */
void tc_web_twin(tc_enrich_worker *w, tc_web_request *r, tc_observation *o)
{
    if (r->stem.len == 0) return; /* no request */
    bool proxy = w->columns[TC_WEB_REQUEST_ID] >= 0;
    tc_slice id = proxy ? tc_web_text(w, r->event, TC_WEB_REQUEST_ID) : id_in_query(r->query);
    tc_ip ip = tc_web_client(w, r)->ip;
    uint64_t request = request_of(w, r);
    o->twin = (tc_twin_sign){.log = proxy ? TC_TWIN_PROXY : TC_TWIN_SERVER};
    o->twin.alike = tc_record_id_add(request, tc_slice_make(ip.bytes, sizeof(ip.bytes)));
    if (is_guid(id)) o->twin.id = tc_record_id_add_name(request, id);
}

tc_slice tc_web_agent_of_proxy(tc_slice agent, uint8_t room[TC_WEB_AGENT_ROOM])
{
    size_t length = TC_MIN(agent.len, (size_t)TC_WEB_AGENT_ROOM);
    for (size_t i = 0; i < length; i++) {
        bool blank = agent.ptr[i] == ' ', pair = blank && i + 1 < length && agent.ptr[i + 1] == ' ';
        room[i] = pair ? ',' : blank ? '+' : agent.ptr[i];
    }
    return tc_slice_make(room, length);
}
