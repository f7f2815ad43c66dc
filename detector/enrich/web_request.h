/*
 * web_request: one request of a web log, as far as the parts of that family need it.
 *
 * What is looked at only sometimes (the client) is found when it is asked for, once. Everything
 * points into the event. Private to webmail.c and what it is made of.
 */
#ifndef TC_ENRICH_WEB_REQUEST_H
#define TC_ENRICH_WEB_REQUEST_H

#include "detector/enrich/worker.h"
#include "parsers/base/uri.h"

typedef enum tc_web_column {
    TC_WEB_PORT,
    TC_WEB_STEM,
    TC_WEB_QUERY,
    TC_WEB_URI, /* both, and the host, in one */
    TC_WEB_METHOD,
    TC_WEB_USER,
    TC_WEB_CLIENT,
    TC_WEB_AGENT,
    TC_WEB_STATUS,
    TC_WEB_WIN32,
    TC_WEB_FORWARDED,
    TC_WEB_REQUEST_ID, /* Exchange's own log of requests has one */
    TC_WEB_COLUMNS
} tc_web_column;

extern const tc_family_column tc_web_columns[TC_WEB_COLUMNS];

#define TC_WEB_AGENT_ROOM 512

typedef struct tc_web_request {
    const tc_event *event;
    tc_protocol protocol;
    tc_slice stem, query, user, agent, status;
    tc_slice mailbox; /* /owa/<address>/: the mailbox opened */
    uint64_t agent_hash;
    uint64_t use_hash; /* 0 until tc_web_use_ahead */
    unsigned agent_kind;
    uint32_t agent_asn;
    bool have_client;
    tc_client client;
    uint8_t agent_room[TC_WEB_AGENT_ROOM];
} tc_web_request;

static inline tc_slice tc_web_text(const tc_enrich_worker *w, const tc_event *event,
                                   tc_web_column which)
{
    int column = w->columns[which];
    return column < 0 ? TC_EMPTY_SLICE : tc_worker_text(event, event->cells[column]);
}

static inline const tc_client *tc_web_client(tc_enrich_worker *w, tc_web_request *r)
{
    if (!r->have_client)
        tc_client_of(&w->enricher->networks, tc_web_text(w, r->event, TC_WEB_CLIENT),
                     tc_web_text(w, r->event, TC_WEB_FORWARDED), &r->client);
    r->have_client = true;
    return &r->client;
}

/* Takes scheme and host off a path that has them (Blue Coat), and returns the host. */
static inline tc_slice tc_web_cut_host(tc_slice *stem)
{
    if (stem->len == 0 || stem->ptr[0] == '/') return TC_EMPTY_SLICE;
    tc_uri uri = tc_uri_split(*stem);
    if (uri.host.len > 0) *stem = uri.stem;
    return uri.host;
}
/* A query as logs of IIS have it: some makers leave the question mark before it. */
static inline tc_slice tc_web_query(tc_slice query)
{
    bool marked = query.len > 1 && query.ptr[0] == '?';
    return marked ? tc_slice_sub(query, 1, query.len) : query;
}

/* Says in which other log the request may stand, and what it is there. */
void tc_web_twin(tc_enrich_worker *w, tc_web_request *r, tc_observation *o);
/* An agent of Exchange's own log, which has blanks for commas, as the web server writes it; in
 * `room` if it differs. */
tc_slice tc_web_agent_of_proxy(tc_slice agent, uint8_t room[TC_WEB_AGENT_ROOM]);

/* What all requests are read for; the client is not looked at. */
void tc_web_read(tc_enrich_worker *w, const tc_event *event, tc_web_request *ret);
/* The number of an HTTP status; 0 if it is none. */
uint32_t tc_web_status_number(tc_slice status);
/* Whether a Windows status says that name or password were refused; a leg of a handshake does not.
 */
bool tc_web_is_refusal(tc_slice win32);
/* What the request says of whom and how, but for how it ended. */
TC_STATUS tc_web_fill_whom(tc_enrich_worker *w, tc_web_request *r, tc_observation *o);
/* What the request says of itself, in place of what another one said. */
TC_STATUS tc_web_fill(tc_enrich_worker *w, tc_web_request *r, tc_observation *o);
/* A new observation of the request. */
TC_STATUS tc_web_emit(tc_enrich_worker *w, tc_web_request *r, tc_observation_kind kind,
                      tc_observation **ret);
/* Use by somebody: the open span of the same user, address, agent and protocol takes the request
 * in, or one begins. The last thing done for an event: what comes here can no longer be taken back.
 */
TC_STATUS tc_web_span(tc_enrich_worker *w, tc_web_request *r);

/* Use that nobody need have asked for, by a program or an open page. Told once a week of each user,
 * agent and, but inside, address: what a client calls itself is no reason to leave it out, but such
 * requests outnumber all others. Inside it tells which agents are the mailbox's own. */
TC_STATUS tc_web_use(tc_enrich_worker *w, tc_web_request *r);
/* Says that tc_web_use may follow, so that what it looks up is fetched while other things are
 * done. */
void tc_web_use_ahead(tc_enrich_worker *w, tc_web_request *r);

#endif
