/*
 * HTTP/1.x: requests and their answers, as a log of the web server would have them.
 *
 * Which answer is whose is http_queue's to say. Who asks stands in the request (Authorization, the
 * form of a logon, a session's cookie), never in the connection: behind a proxy one connection is
 * everybody's. Bodies are passed over, but for the form of a logon, of which the name is kept and
 * nothing else.
 */
#include "parsers/packet/http_queue.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/deed.h"
#include "parsers/packet/octets.h"

#define FORM_MAX ((size_t)8192)
enum { HEAD_MAX = 60 << 10, LINE_MAX = 4096 };

typedef enum phase { HEAD, BODY, CHUNK_SIZE, CHUNK, TRAILER, UNTIL_CLOSE, RESYNC } phase;

typedef struct side {
    phase phase;
    uint64_t left; /* of the body or the chunk */
} side;

typedef struct state {
    side sides[2];
    tc_http_queue queue;
    size_t form_length;
    uint8_t *form; /* FORM_MAX bytes, while one comes */
} state;

static void drop_form(tc_dialogue *d, state *s)
{
    s->queue.open = NULL;
    if (!s->form) return;
    memset(s->form, 0, FORM_MAX);
    tc_free(s->form);
    d->extra -= FORM_MAX;
    s->form = NULL;
    s->form_length = 0;
}

/* What is missing may be the end of one field and the beginning of another: of a form in front of
 * a loss only fields count whose end was seen, and of what is behind it nothing. */
static void cut_form(tc_dialogue *d, state *s)
{
    tc_slice seen = tc_slice_make(s->form, s->form_length);
    size_t end = tc_slice_rfind(seen, '&');
    if (s->queue.open && end != TC_NPOS)
        tc_http_read_form(tc_slice_sub(seen, 0, end), s->queue.open);
    drop_form(d, s);
}

/* The side cannot be followed any more, up to what begins like a message. */
static void lose_track(tc_dialogue *d, state *s, bool server)
{
    s->sides[server].phase = RESYNC;
    if (server) {
        tc_http_queue_flush(d, &s->queue);
    } else {
        cut_form(d, s);
        tc_http_queue_tear(&s->queue);
    }
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
    tc_http_request *r = tc_blocks_take(&d->wire->requests, sizeof *r);
    if (!r || !tc_http_read_request(d, head, r, &body)) {
        if (r && r->upgrades) close_to_us(d, "http2");
        tc_blocks_give(&d->wire->requests, r);
        lose_track(d, s, false);
        return head.len;
    }
    drop_form(d, s);
    tc_http_queue_add(d, &s->queue, r);
    await_body(&s->sides[0], &body);
    if (r->form && s->sides[0].phase != HEAD) {
        s->form = tc_alloc(FORM_MAX, 1);
        s->queue.open = s->form ? r : NULL;
        d->extra += s->form ? FORM_MAX : 0;
    }
    return head.len;
}

static size_t take_answer(tc_dialogue *d, state *s, tc_slice head)
{
    tc_http_answer a;
    if (!tc_http_read_answer(head, &a)) {
        lose_track(d, s, true);
        return head.len;
    }
    if (a.status == 101) close_to_us(d, "http-upgrade");
    if (a.status >= 100 && a.status < 200) return head.len;
    const tc_http_request *asked = s->queue.owed == 0 ? s->queue.first : NULL;
    bool bodiless = a.status == 204 || a.status == 304 || (asked && asked->head);
    if (asked && asked->tunnels && a.status < 300) close_to_us(d, "http-tunnel");
    tc_http_queue_answer(d, &s->queue, &a);
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
        lose_track(d, s, server);
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
    if (s->queue.open) tc_http_read_form(tc_slice_make(s->form, s->form_length), s->queue.open);
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
    if (!server && s->queue.open) keep_form(s, tc_slice_sub(bytes, 0, n));
    at->left -= n;
    if (at->left > 0) return n;
    if (at->phase == BODY)
        body_ends(d, s, server);
    else
        at->phase = CHUNK_SIZE;
    return n;
}

/* "1a;extension"; the line end behind a chunk is an empty one. */
static size_t take_chunk_size(tc_dialogue *d, state *s, bool server, tc_slice bytes)
{
    tc_slice line, rest;
    size_t length;
    side *at = &s->sides[server];
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) {
        if (length > 0) lose_track(d, s, server);
        return length;
    }
    tc_slice size = tc_slice_trim(tc_slice_split(line, ';', &rest));
    if (size.len == 0) return length;
    if (!tc_slice_hex_to_u64(size, &at->left))
        lose_track(d, s, server);
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
        tc_slice begin = tc_slice_sub(rest, 0, LINE_MAX);
        if (server ? tc_slice_starts(begin, TC_LIT("HTTP/1.")) : tc_http_is_request(begin)) {
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
        return take_chunk_size(d, s, server, bytes);
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
        if (!server) cut_form(d, s);
        return;
    }
    if (at->phase != UNTIL_CLOSE) lose_track(d, s, server);
}

static void end(tc_dialogue *d)
{
    state *s = d->state;
    drop_form(d, s);
    tc_http_queue_flush(d, &s->queue);
}

static bool probe(tc_slice client, tc_slice server)
{
    return tc_http_has_method(client) || tc_http_is_preface(client) ||
           tc_slice_starts(server, TC_LIT("HTTP/1."));
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
