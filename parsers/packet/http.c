/*
 * HTTP/1.x: requests and their answers, as a log of the web server would have them.
 *
 * Answers are for requests in their order, however many were sent ahead. Who asks stands in the
 * request (Authorization, the form of a logon, a session's cookie), never in the connection: behind
 * a proxy one connection is everybody's. Bodies are passed over, but for the form of a logon, of
 * which the name is kept and nothing else.
 */
#include "parsers/packet/http_message.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/deed.h"
#include "parsers/packet/octets.h"

#define FORM_MAX ((size_t)8192)
enum { REQUESTS_MAX = 32, HEAD_MAX = 60 << 10, LINE_MAX = 4096 };

typedef enum phase { HEAD, BODY, CHUNK_SIZE, CHUNK, TRAILER, UNTIL_CLOSE, RESYNC } phase;

typedef struct side {
    phase phase;
    uint64_t left; /* of the body or the chunk */
} side;

typedef struct state {
    side sides[2];
    tc_http_request *first, *last; /* not answered yet */
    tc_http_request *open;         /* whose body is coming */
    size_t count;
    size_t form_length;
    uint8_t *form; /* FORM_MAX bytes, while one comes */
} state;

static void forget(tc_dialogue *d, state *s)
{
    tc_http_request *r = s->first;
    s->first = r->next;
    if (!s->first) s->last = NULL;
    if (s->open == r) s->open = NULL;
    s->count--;
    d->extra -= sizeof *r;
    tc_blocks_give(&d->wire->requests, r);
}

static void drop_form(tc_dialogue *d, state *s)
{
    if (!s->form) return;
    memset(s->form, 0, FORM_MAX);
    tc_free(s->form);
    d->extra -= FORM_MAX;
    s->form = NULL;
    s->form_length = 0;
    s->open = NULL;
}

/* -- heads ---------------------------------------------------------------------------------- */

/* The head at the front with the empty line behind it; 0: not whole. */
static size_t head_length(tc_slice bytes)
{
    size_t at = tc_slice_search(bytes, TC_LIT("\r\n\r\n"));
    size_t bare = tc_slice_search(tc_slice_sub(bytes, 0, at), TC_LIT("\n\n"));
    if (bare != TC_NPOS) return bare + 2;
    return at == TC_NPOS ? 0 : at + 4;
}

static void await_body(side *s, const tc_http_body *body)
{
    s->left = body->length;
    s->phase = body->chunked ? CHUNK_SIZE : body->length > 0 ? BODY : HEAD;
}

/* What goes on is none of it any more. */
static void close_to_us(tc_dialogue *d, const char *how)
{
    if (!d->opaque) tc_deed_sealed(d, how);
    d->opaque = true;
}

static size_t take_request(tc_dialogue *d, state *s, tc_slice head)
{
    tc_http_body body;
    if (s->count == REQUESTS_MAX) {
        tc_http_tell(d, s->first, NULL);
        forget(d, s);
    }
    tc_http_request *r = tc_blocks_take(&d->wire->requests, sizeof *r);
    if (!r || !tc_http_read_request(d, head, r, &body)) {
        if (r && r->upgrades) close_to_us(d, "http2");
        tc_blocks_give(&d->wire->requests, r);
        s->sides[0].phase = RESYNC;
        return head.len;
    }
    *(s->last ? &s->last->next : &s->first) = r;
    s->last = r;
    s->count++;
    d->extra += sizeof *r;
    await_body(&s->sides[0], &body);
    drop_form(d, s);
    if (r->form && s->sides[0].phase != HEAD) {
        s->form = tc_alloc(FORM_MAX, 1);
        s->open = s->form ? r : NULL;
        d->extra += s->form ? FORM_MAX : 0;
    }
    return head.len;
}

static size_t take_answer(tc_dialogue *d, state *s, tc_slice head)
{
    tc_http_answer a;
    if (!tc_http_read_answer(head, &a)) {
        s->sides[1].phase = RESYNC;
        return head.len;
    }
    if (a.status == 101) close_to_us(d, "http-upgrade");
    if (a.status >= 100 && a.status < 200) return head.len;
    bool bodiless = a.status == 204 || a.status == 304 || (s->first && s->first->head);
    if (s->first) {
        if (s->first->tunnels && a.status < 300) close_to_us(d, "http-tunnel");
        tc_http_tell(d, s->first, &a);
        forget(d, s);
    }
    if (bodiless) return head.len;
    await_body(&s->sides[1], &a.body);
    if (!a.body.chunked && !a.body.sized) s->sides[1].phase = UNTIL_CLOSE;
    return head.len;
}

static size_t take_head(tc_dialogue *d, state *s, bool server, tc_slice bytes)
{
    size_t blank = 0;
    while (blank < bytes.len && (bytes.ptr[blank] == '\r' || bytes.ptr[blank] == '\n'))
        blank++;
    if (blank > 0) return blank;
    size_t length = head_length(tc_slice_sub(bytes, 0, HEAD_MAX));
    if (length == 0) {
        if (bytes.len < HEAD_MAX) return 0;
        s->sides[server].phase = RESYNC;
        return HEAD_MAX;
    }
    tc_slice head = tc_slice_sub(bytes, 0, length);
    return server ? take_answer(d, s, head) : take_request(d, s, head);
}

/* -- bodies --------------------------------------------------------------------------------- */

static void body_ends(tc_dialogue *d, state *s, bool server)
{
    s->sides[server].phase = HEAD;
    if (server) return;
    if (s->open) tc_http_read_form(tc_slice_make(s->form, s->form_length), s->open);
    drop_form(d, s);
}

static void keep_form(state *s, tc_slice bytes)
{
    size_t n = TC_MIN(bytes.len, FORM_MAX - s->form_length);
    if (n > 0) memcpy(s->form + s->form_length, bytes.ptr, n);
    s->form_length += n;
}

static size_t take_body(tc_dialogue *d, state *s, bool server, tc_slice bytes)
{
    side *at = &s->sides[server];
    size_t n = (size_t)TC_MIN(at->left, (uint64_t)bytes.len);
    if (!server && s->open) keep_form(s, tc_slice_sub(bytes, 0, n));
    at->left -= n;
    if (at->left > 0) return n;
    if (at->phase == BODY)
        body_ends(d, s, server);
    else
        at->phase = CHUNK_SIZE;
    return n;
}

/* "1a;extension"; the line end behind a chunk is an empty one. */
static size_t take_chunk_size(state *s, bool server, tc_slice bytes)
{
    tc_slice line, rest;
    size_t length;
    side *at = &s->sides[server];
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) {
        if (length > 0) at->phase = RESYNC;
        return length;
    }
    tc_slice size = tc_slice_trim(tc_slice_split(line, ';', &rest));
    if (size.len == 0) return length;
    if (!tc_slice_hex_to_u64(size, &at->left))
        at->phase = RESYNC;
    else
        at->phase = at->left > 0 ? CHUNK : TRAILER;
    return length;
}

static size_t take_trailer(tc_dialogue *d, state *s, bool server, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (line.len == 0) body_ends(d, s, server);
    return length;
}

/* Behind a loss: up to what begins like a message. A line is looked at when it is there, whatever
 * packets it came in. */
static size_t resync(state *s, bool server, tc_slice bytes)
{
    tc_slice line, rest = bytes;
    size_t length;
    while (tc_dialogue_line_within(rest, LINE_MAX, &line, &length) || length > 0) {
        if (server ? tc_slice_starts(rest, TC_LIT("HTTP/1.")) : tc_http_is_request(rest)) {
            s->sides[server].phase = HEAD;
            break;
        }
        rest = tc_octets_from(rest, length);
    }
    return bytes.len - rest.len;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    switch (s->sides[server].phase) {
    case HEAD:
        return take_head(d, s, server, bytes);
    case BODY:
    case CHUNK:
        return take_body(d, s, server, bytes);
    case CHUNK_SIZE:
        return take_chunk_size(s, server, bytes);
    case TRAILER:
        return take_trailer(d, s, server, bytes);
    case UNTIL_CLOSE:
        return bytes.len;
    case RESYNC:
        break;
    }
    size_t passed = resync(s, server, bytes);
    return passed > 0                       ? passed
           : s->sides[server].phase == HEAD ? take_head(d, s, server, bytes)
                                            : 0;
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    side *at = &s->sides[server];
    if ((at->phase == BODY || at->phase == CHUNK) && at->left > bytes) {
        at->left -= bytes;
        return;
    }
    if (at->phase == UNTIL_CLOSE) return;
    at->phase = RESYNC;
    /* Which answer is whose can no longer be told. */
    while (s->first) {
        tc_http_tell(d, s->first, NULL);
        forget(d, s);
    }
}

static void end(tc_dialogue *d)
{
    state *s = d->state;
    drop_form(d, s);
    while (s->first) {
        tc_http_tell(d, s->first, NULL);
        forget(d, s);
    }
}

static bool probe(tc_slice client, tc_slice server)
{
    return tc_http_is_request(client) || tc_slice_starts(server, TC_LIT("HTTP/1."));
}

const tc_wire_protocol tc_wire_http = {
    .name = "http",
    .ports = {80, 81, 8080, 8000, 3128, 5985},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
    .end = end,
};
