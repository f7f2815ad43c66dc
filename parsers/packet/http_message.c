#include "parsers/packet/http_message.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

static const char *const methods[] = {
    "GET ",       "POST ",    "PUT ",   "HEAD ",  "OPTIONS ",   "DELETE ",      "PROPFIND ",
    "PROPPATCH ", "CONNECT ", "PATCH ", "TRACE ", "SEARCH ",    "RPC_IN_DATA ", "RPC_OUT_DATA ",
    "REPORT ",    "MKCOL ",   "MOVE ",  "COPY ",  "SUBSCRIBE ", "BMOVE ",       "MKCALENDAR "};

bool tc_http_is_request(tc_slice bytes)
{
    for (size_t i = 0; i < TC_COUNT_OF(methods); i++)
        if (tc_slice_starts(bytes, tc_slice_of(methods[i]))) return true;
    return false;
}

/* -- headers -------------------------------------------------------------------------------- */

/* The next header of a head; lines that go on are passed over. */
static bool next_header(tc_slice *head, tc_slice *ret_name, tc_slice *ret_value)
{
    tc_slice line;
    size_t length;
    while (tc_dialogue_line(*head, &line, &length)) {
        *head = tc_octets_from(*head, length);
        size_t colon = tc_slice_find(line, ':');
        if (line.len == 0) return false;
        if (colon == TC_NPOS || line.ptr[0] == ' ' || line.ptr[0] == '\t') continue;
        *ret_name = tc_slice_sub(line, 0, colon);
        *ret_value = tc_slice_trim(tc_octets_from(line, colon + 1));
        return true;
    }
    return false;
}

static bool is_named(tc_slice name, const char *wanted)
{
    return tc_slice_equal_ascii(name, tc_slice_of(wanted));
}

static void read_body_header(tc_slice name, tc_slice value, tc_http_body *body)
{
    if (is_named(name, "Content-Length")) body->sized = tc_slice_to_u64(value, &body->length);
    if (is_named(name, "Transfer-Encoding"))
        body->chunked = tc_slice_search_ascii(value, TC_LIT("chunked")) != TC_NPOS;
}

/* -- whose it is ---------------------------------------------------------------------------- */

static void read_basic(tc_slice value, tc_http_request *r)
{
    uint8_t plain[512];
    tc_slice rest, both = tc_slice_make(plain, tc_base64(value, plain, sizeof plain));
    tc_slice user = tc_slice_split(both, ':', &rest);
    if (rest.ptr) tc_copy_text(r->user, sizeof r->user, user);
    memset(plain, 0, sizeof plain);
}

static void read_ntlm(tc_slice value, tc_http_request *r)
{
    uint8_t message[4096];
    size_t length = tc_base64(value, message, sizeof message);
    tc_slice ntlm = tc_ntlm_find(tc_slice_make(message, length));
    (void)tc_ntlm_user(ntlm, r->user, sizeof r->user, NULL, 0);
}

static void read_authorization(tc_slice value, tc_http_request *r)
{
    tc_slice rest, scheme = tc_slice_split(value, ' ', &rest);
    rest = tc_slice_trim(rest);
    tc_copy_text(r->scheme, sizeof r->scheme, scheme);
    if (is_named(scheme, "Basic")) read_basic(rest, r);
    if (is_named(scheme, "NTLM") || is_named(scheme, "Negotiate")) read_ntlm(rest, r);
    if (!is_named(scheme, "Digest")) return;
    size_t at = tc_slice_search_ascii(rest, TC_LIT("username=\""));
    if (at == TC_NPOS) return;
    tc_slice name = tc_octets_from(rest, at + 10);
    tc_copy_text(r->user, sizeof r->user, tc_slice_split(name, '"', &rest));
}

/* The cookies that a session of webmail is known by. */
static bool is_session(tc_slice name)
{
    static const char *const names[] = {"cadata", "cadataTTL", "sessionid", "UserContext"};
    return is_named(name, names[0]) || is_named(name, names[2]);
}

static uint64_t session_of(tc_slice cookies)
{
    while (cookies.ptr != NULL) {
        tc_slice value, one = tc_slice_trim(tc_slice_split(cookies, ';', &cookies));
        tc_slice name = tc_slice_split(one, '=', &value);
        if (is_session(name) && value.len > 0) return tc_content_hash(value) | 1;
    }
    return 0;
}

void tc_http_read_form(tc_slice form, tc_http_request *request)
{
    while (form.ptr != NULL) {
        tc_slice value, one = tc_slice_split(form, '&', &form);
        tc_slice name = tc_slice_split(one, '=', &value);
        if (!is_named(name, "username")) continue;
        tc_form_text(value, request->user, sizeof request->user);
        return;
    }
}

/* -- messages ------------------------------------------------------------------------------- */

/* Values that pages name so are nobody's business, wherever they stand. */
static bool is_secret(tc_slice name)
{
    static const char *const names[] = {"password", "passwd", "pwd", "pass", "passwordtext"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (is_named(name, names[i])) return true;
    return false;
}

/* A query without the values of its secrets. */
static void copy_query(tc_slice query, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    while (query.ptr != NULL && n + 1 < size) {
        tc_slice value, one = tc_slice_split(query, '&', &query);
        tc_slice name = tc_slice_split(one, '=', &value);
        if (n > 0) out[n++] = '&';
        if (is_secret(name)) one = tc_slice_sub(one, 0, name.len + 1);
        tc_copy_text(out + n, size - n, one);
        n += TC_MIN(one.len, size - 1 - n);
    }
}

static void copy_referrer(tc_slice value, char *out, size_t size)
{
    tc_slice query;
    tc_slice page = tc_slice_split(value, '?', &query);
    tc_copy_text(out, size, page);
    size_t n = strlen(out);
    if (query.len == 0 || n + 2 > size) return;
    out[n++] = '?';
    copy_query(query, out + n, size - n);
}

static void read_target(tc_slice target, tc_http_request *r)
{
    tc_slice query;
    size_t scheme = tc_slice_search(tc_slice_sub(target, 0, 16), TC_LIT("://"));
    if (scheme != TC_NPOS) {
        target = tc_octets_from(target, scheme + 3);
        size_t path = tc_slice_find(target, '/');
        target = tc_slice_sub(target, TC_MIN(path, target.len), target.len);
    }
    tc_slice stem = tc_slice_split(target, '?', &query);
    tc_copy_text(r->stem, sizeof r->stem, stem);
    copy_query(query, r->query, sizeof r->query);
    size_t end = tc_slice_rfind(stem, '/');
    tc_slice page = end == TC_NPOS ? stem : tc_octets_from(stem, end + 1);
    r->form = is_named(page, "auth.owa") || is_named(page, "owaauth.dll");
}

static void read_request_header(tc_slice name, tc_slice value, tc_http_request *r)
{
    static const struct {
        const char *name;
        size_t at, size;
    } texts[] = {
        {"Host", offsetof(tc_http_request, host), 256},
        {"User-Agent", offsetof(tc_http_request, agent), TC_HTTP_TEXT},
        {"Accept-Language", offsetof(tc_http_request, language), TC_HTTP_TEXT},
        {"X-Forwarded-For", offsetof(tc_http_request, forwarded), TC_HTTP_TEXT},
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        if (is_named(name, texts[i].name))
            tc_copy_text((char *)r + texts[i].at, texts[i].size, value);
    if (is_named(name, "X-Real-IP") && r->forwarded[0] == '\0')
        tc_copy_text(r->forwarded, sizeof r->forwarded, value);
    if (is_named(name, "Referer")) copy_referrer(value, r->referrer, sizeof r->referrer);
    if (is_named(name, "Authorization")) read_authorization(value, r);
    if (is_named(name, "Cookie")) r->session = session_of(value);
}

bool tc_http_read_request(tc_dialogue *d, tc_slice head, tc_http_request *ret, tc_http_body *body)
{
    tc_slice line, target, version, name, value;
    size_t length;
    *body = (tc_http_body){0};
    if (!tc_http_is_request(head) || !tc_dialogue_line(head, &line, &length)) {
        ret->upgrades = tc_slice_starts(head, TC_LIT("PRI * HTTP/2"));
        return false;
    }
    head = tc_octets_from(head, length);
    ret->time = d->time;
    tc_copy_text(ret->method, sizeof ret->method, tc_slice_split(line, ' ', &target));
    size_t blank = tc_slice_rfind(target, ' ');
    version = blank == TC_NPOS ? TC_EMPTY_SLICE : tc_octets_from(target, blank + 1);
    if (tc_slice_starts(version, TC_LIT("HTTP/"))) target = tc_slice_sub(target, 0, blank);
    tc_copy_text(ret->version, sizeof ret->version, version);
    ret->head = strcmp(ret->method, "HEAD") == 0;
    ret->tunnels = strcmp(ret->method, "CONNECT") == 0;
    read_target(target, ret);
    ret->form = ret->form && strcmp(ret->method, "POST") == 0;
    tc_copy_text(ret->forwarded, sizeof ret->forwarded, tc_slice_of(d->forwarded));
    while (next_header(&head, &name, &value)) {
        read_request_header(name, value, ret);
        read_body_header(name, value, body);
    }
    return true;
}

static void read_set_cookie(tc_slice value, tc_http_answer *a)
{
    uint64_t session = session_of(value);
    if (session != 0 && a->session == 0) a->session = session;
}

bool tc_http_read_answer(tc_slice head, tc_http_answer *ret)
{
    tc_slice line, rest, name, value;
    size_t length;
    uint64_t status = 0;
    *ret = (tc_http_answer){0};
    if (!tc_slice_starts(head, TC_LIT("HTTP/1.")) || !tc_dialogue_line(head, &line, &length))
        return false;
    head = tc_octets_from(head, length);
    (void)tc_slice_split(line, ' ', &rest);
    if (!tc_slice_to_u64(tc_slice_split(tc_slice_trim(rest), ' ', &rest), &status) || status > 999)
        return false;
    ret->status = (unsigned)status;
    while (next_header(&head, &name, &value)) {
        read_body_header(name, value, &ret->body);
        if (is_named(name, "Set-Cookie")) read_set_cookie(value, ret);
        if (is_named(name, "Location"))
            ret->refuses = tc_slice_search_ascii(value, TC_LIT("logon.aspx")) != TC_NPOS;
    }
    return true;
}

/* -- telling -------------------------------------------------------------------------------- */

/* Whose the session is: said by the logon that made it, remembered for what follows. */
static void settle_session(tc_dialogue *d, tc_http_request *r, const tc_http_answer *a)
{
    bool let_in = a && r->form && a->status < 400 && !a->refuses && a->session != 0;
    if (let_in && r->user[0])
        tc_wire_remember(&d->wire->sessions, a->session, tc_slice_of(r->user), d->time);
    if (r->user[0] || r->session == 0 || r->form) return;
    const tc_remembered *who = tc_wire_recall(&d->wire->sessions, r->session);
    if (who) tc_copy_text(r->user, sizeof r->user, tc_slice_make(who->text, who->length));
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
    uint64_t cookie = r->session ? r->session : a ? a->session : 0;
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
