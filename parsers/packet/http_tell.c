/* A request and its answer as one exchange, a row of IIS. */
#include "parsers/packet/http_message.h"

#include "parsers/packet/encoded.h"

static bool is_let_in(const tc_http_request *r, const tc_http_answer *a)
{
    return a && r->form && a->status < 400 && !a->refuses && a->session.hash != 0;
}

static void remember(tc_dialogue *d, const tc_http_answer *a, const char *user)
{
    tc_wire_remember(&d->wire->sessions, a->session.hash, tc_slice_of(user), d->time);
}

/* Whose the session is: said by the logon that made it, remembered for what follows, also when the
 * server gives it a new cookie. */
static void settle_session(tc_dialogue *d, tc_http_request *r, const tc_http_answer *a)
{
    if (is_let_in(r, a) && r->user[0]) remember(d, a, r->user);
    if (r->user[0] || r->session.hash == 0 || r->form) return;
    const tc_remembered *who = tc_wire_recall(&d->wire->sessions, r->session.hash);
    if (!who) return;
    tc_copy_text(r->user, sizeof r->user, tc_slice_make(who->text, who->length));
    if (a && a->session.firm && a->status < 400 && !a->refuses) remember(d, a, r->user);
}

/* The session that the row is of: of a logon the one that it made. */
static uint64_t session_of(const tc_http_request *r, const tc_http_answer *a)
{
    if (is_let_in(r, a) || (a && r->session.hash == 0)) return a->session.hash;
    return r->session.hash;
}

/* ERROR_LOGON_FAILURE, as IIS notes it beside a 401: of a form, that it was sent back. */
static bool is_refused(const tc_http_request *r, const tc_http_answer *a)
{
    if (r->form) return a->refuses;
    return a->status == 401 && r->user[0] != '\0';
}

static void add(tc_dialogue *d, tc_exchange_column column, const char *text)
{
    tc_exchange_add(&d->wire->out, column, tc_slice_of(text));
}

void tc_http_tell(tc_dialogue *d, tc_http_request *r, const tc_http_answer *a)
{
    tc_exchanges *e = &d->wire->out;
    char session[24] = "";
    uint64_t cookie = session_of(r, a);
    settle_session(d, r, a);
    if (cookie) (void)snprintf(session, sizeof session, "%016" PRIx64, cookie);
    tc_exchange_begin(e, TC_EXCHANGE_WEB, r->time);
    tc_dialogue_address(d, TC_WEB_S_IP, d->server);
    tc_exchange_number(e, TC_WEB_S_PORT, d->server_port);
    tc_dialogue_address(d, TC_WEB_C_IP, d->client);
    tc_exchange_number(e, TC_WEB_C_PORT, d->client_port);
    add(d, TC_WEB_METHOD, r->method);
    add(d, TC_WEB_STEM, r->stem);
    add(d, TC_WEB_QUERY, r->query);
    add(d, TC_WEB_USER, r->user);
    add(d, TC_WEB_VERSION, r->version);
    add(d, TC_WEB_HOST, r->host);
    add(d, TC_WEB_AGENT, r->agent);
    add(d, TC_WEB_REFERRER, r->referrer);
    add(d, TC_WEB_LANGUAGE, r->language);
    add(d, TC_WEB_FORWARDED, r->forwarded);
    add(d, TC_WEB_AUTHENTICATION, r->form ? "form" : r->scheme);
    add(d, TC_WEB_SESSION, session);
    if (a) {
        tc_exchange_number(e, TC_WEB_STATUS, a->status);
        add(d, TC_WEB_WIN32, is_refused(r, a) ? "1326" : "0");
    }
    tc_exchange_end(e);
}
