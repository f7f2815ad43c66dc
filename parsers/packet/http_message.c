#include "parsers/packet/http_message.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/http_hops.h"
#include "parsers/packet/http_secret.h"
#include "parsers/packet/http_who.h"
#include "parsers/packet/octets.h"

/* Of RFC 9110, of WebDAV and its kin, and of Exchange. */
static const char *const methods[] = {
    "GET ",         "POST ",         "PUT ",          "HEAD ",   "OPTIONS ",   "DELETE ",
    "PROPFIND ",    "PROPPATCH ",    "CONNECT ",      "PATCH ",  "TRACE ",     "SEARCH ",
    "REPORT ",      "MKCOL ",        "MOVE ",         "COPY ",   "SUBSCRIBE ", "UNSUBSCRIBE ",
    "POLL ",        "NOTIFY ",       "LOCK ",         "UNLOCK ", "BMOVE ",     "BCOPY ",
    "BDELETE ",     "BPROPFIND ",    "BPROPPATCH ",   "MERGE ",  "ACL ",       "MKCALENDAR ",
    "RPC_IN_DATA ", "RPC_OUT_DATA ", "X-MS-ENUMATTS "};

bool tc_http_has_method(tc_slice bytes)
{
    for (size_t i = 0; i < TC_COUNT_OF(methods); i++)
        if (tc_slice_starts(bytes, tc_slice_of(methods[i]))) return true;
    return false;
}

/* RFC 9110, 5.6.2 */
static bool is_token(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool letter = tc_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!letter && (c == 0 || strchr("!#$%&'*+-.^_`|~", c) == NULL)) return false;
    }
    return text.len > 0;
}

bool tc_http_is_request(tc_slice bytes)
{
    tc_slice line, target;
    size_t length;
    if (tc_http_has_method(bytes)) return true;
    if (!tc_dialogue_line(bytes, &line, &length)) return false;
    if (!is_token(tc_slice_split(line, ' ', &target))) return false;
    size_t blank = tc_slice_rfind(target, ' ');
    return blank != TC_NPOS && blank > 0 &&
           tc_slice_starts(tc_octets_from(target, blank + 1), TC_LIT("HTTP/1."));
}

bool tc_http_is_preface(tc_slice bytes)
{
    return tc_slice_starts(bytes, TC_LIT("PRI * HTTP/2"));
}

/* -- headers -------------------------------------------------------------------------------- */

#define UNFOLDED_MAX 2048

typedef struct headers {
    tc_slice rest;
    char unfolded[UNFOLDED_MAX]; /* a value of several lines, as one */
} headers;

static bool goes_on(tc_slice rest)
{
    return rest.len > 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t');
}

/* Lines that go on are of the one before (RFC 9112, 5.2). */
static tc_slice unfold(headers *h, tc_slice value)
{
    tc_slice line;
    size_t length, n = 0;
    while (goes_on(h->rest) && tc_dialogue_line(h->rest, &line, &length)) {
        h->rest = tc_octets_from(h->rest, length);
        if (n == 0) tc_copy_text(h->unfolded, UNFOLDED_MAX, value);
        n = strlen(h->unfolded);
        if (n + 1 < UNFOLDED_MAX) h->unfolded[n++] = ' ';
        tc_copy_text(h->unfolded + n, UNFOLDED_MAX - n, tc_slice_trim(line));
    }
    return n == 0 ? value : tc_slice_of(h->unfolded);
}

static bool next_header(headers *h, tc_slice *ret_name, tc_slice *ret_value)
{
    tc_slice line;
    size_t length;
    while (tc_dialogue_line(h->rest, &line, &length)) {
        h->rest = tc_octets_from(h->rest, length);
        size_t colon = tc_slice_find(line, ':');
        if (line.len == 0) return false;
        if (colon == TC_NPOS || goes_on(line)) continue;
        *ret_name = tc_slice_sub(line, 0, colon);
        *ret_value = unfold(h, tc_slice_trim(tc_octets_from(line, colon + 1)));
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

/* -- messages ------------------------------------------------------------------------------- */

static int hex_of(uint8_t c)
{
    if (tc_is_digit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The path as IIS logs it: percent signs undone once, also of '/'. What could be taken for
 * something else then stays as it was sent: control bytes, blanks, '%', '?', '#', and whatever is
 * not ASCII. */
static void copy_path(tc_slice path, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < path.len && n + 1 < size; i++) {
        uint8_t c = path.ptr[i];
        int high = c == '%' && path.len - i > 2 ? hex_of(path.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_of(path.ptr[i + 2]) : -1;
        int code = high * 16 + low;
        if (low >= 0 && code > ' ' && code < 0x7F && strchr("%?#", code) == NULL) {
            c = (uint8_t)code;
            i += 2;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
}

/* Without the host, if it is named (RFC 9112, 3.2.2). */
static tc_slice without_host(tc_slice target)
{
    size_t scheme = tc_slice_search(tc_slice_sub(target, 0, 16), TC_LIT("://"));
    if (scheme == TC_NPOS || target.ptr[0] == '/') return target;
    target = tc_octets_from(target, scheme + 3);
    size_t path = tc_slice_find(target, '/');
    return tc_slice_sub(target, TC_MIN(path, target.len), target.len);
}

static void read_target(tc_slice target, tc_http_request *r)
{
    tc_slice query;
    copy_path(tc_slice_split(without_host(target), '?', &query), r->stem, sizeof r->stem);
    tc_http_copy_query(query, r->query, sizeof r->query);
    tc_slice stem = tc_slice_of(r->stem);
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
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        if (is_named(name, texts[i].name))
            tc_copy_text((char *)r + texts[i].at, texts[i].size, value);
    if (is_named(name, "Referer")) tc_http_copy_address(value, r->referrer, sizeof r->referrer);
    if (is_named(name, "Authorization")) tc_http_read_authorization(value, r);
    if (is_named(name, "Cookie")) tc_http_read_session(value, &r->session);
}

static void read_request_line(tc_slice line, tc_http_request *r)
{
    tc_slice target, version;
    tc_copy_text(r->method, sizeof r->method, tc_slice_split(line, ' ', &target));
    size_t blank = tc_slice_rfind(target, ' ');
    version = blank == TC_NPOS ? TC_EMPTY_SLICE : tc_octets_from(target, blank + 1);
    if (tc_slice_starts(version, TC_LIT("HTTP/"))) target = tc_slice_sub(target, 0, blank);
    tc_copy_text(r->version, sizeof r->version, version);
    r->head = strcmp(r->method, "HEAD") == 0;
    r->tunnels = strcmp(r->method, "CONNECT") == 0;
    read_target(target, r);
    r->form = r->form && strcmp(r->method, "POST") == 0;
}

bool tc_http_read_request(tc_dialogue *d, tc_slice head, tc_http_request *ret, tc_http_body *body)
{
    tc_slice line, name, value;
    size_t length;
    tc_http_hops hops = {.listed = ""};
    *body = (tc_http_body){0};
    ret->upgrades = tc_http_is_preface(head);
    if (ret->upgrades || !tc_http_is_request(head) || !tc_dialogue_line(head, &line, &length))
        return false;
    ret->time = d->time;
    read_request_line(line, ret);
    headers h;
    h.rest = tc_octets_from(head, length);
    while (next_header(&h, &name, &value)) {
        read_request_header(name, value, ret);
        tc_http_hops_note(&hops, name, value);
        read_body_header(name, value, body);
    }
    tc_http_hops_list(&hops, tc_slice_of(d->forwarded), ret->forwarded, sizeof ret->forwarded);
    return true;
}

bool tc_http_read_answer(tc_slice head, tc_http_answer *ret)
{
    tc_slice line, rest, name, value;
    size_t length;
    uint64_t status = 0;
    *ret = (tc_http_answer){0};
    if (!tc_slice_starts(head, TC_LIT("HTTP/1.")) || !tc_dialogue_line(head, &line, &length))
        return false;
    (void)tc_slice_split(line, ' ', &rest);
    if (!tc_slice_to_u64(tc_slice_split(tc_slice_trim(rest), ' ', &rest), &status) || status > 999)
        return false;
    ret->status = (unsigned)status;
    headers h;
    h.rest = tc_octets_from(head, length);
    while (next_header(&h, &name, &value)) {
        read_body_header(name, value, &ret->body);
        if (is_named(name, "Set-Cookie")) tc_http_read_session(value, &ret->session);
        if (is_named(name, "Location"))
            ret->refuses = tc_slice_search_ascii(value, TC_LIT("logon.aspx")) != TC_NPOS;
    }
    return true;
}
