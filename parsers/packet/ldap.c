/*
 * LDAP (RFC 4511): logons by a bind, and passwords that are set, with their outcome.
 *
 * A password's outcome stands in the answer; where none is seen, that it was tried is told. Who
 * asks is who asked to be bound last and was not refused: a bind lets go of who was bound before,
 * whatever comes of it (RFC 4513 4). Behind a bind by SASL everything may be sealed: what then is
 * no LDAP ends the reading, and is told. Behind a hole, and where the beginning was not seen, it
 * goes on where a message begins; if none does any more, that is told as sealed, too.
 */
#include "parsers/packet/ldap.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/hello.h"

enum { WAITING_MAX = 256, SASL_GOES_ON = 14, WRONG_PASSWORD = 49, MESSAGE_TAG = 0x30 };
enum begins { NOTHING, MESSAGE, RECORD, MORE };

typedef struct state {
    tc_ldap_request *waiting; /* for an answer, as they were asked */
    size_t count, capacity;
    uint32_t binds;
    bool sasl;
    bool starts_tls; /* asked for */
    bool dark;       /* bytes were passed over, and no message read since */
    bool in_step[2]; /* it is known where a side's next message begins */
    char actor[TC_LDAP_NAME];
} state;

/* -- what waits ----------------------------------------------------------------------------- */

static void tell_password(tc_dialogue *d, const tc_ldap_request *r, tc_outcome outcome)
{
    tc_deed_password(d, "ldap", r->mechanism, r->reset, tc_slice_of(r->actor), tc_slice_of(r->name),
                     outcome);
}

static void tell_unanswered(tc_dialogue *d, const tc_ldap_request *r)
{
    if (r->operation == TC_LDAP_BIND || r->starts_tls) return;
    tc_time now = d->time;
    d->time = r->time;
    tell_password(d, r, TC_OUTCOME_UNKNOWN);
    d->time = now;
}

static void release(tc_dialogue *d, state *s)
{
    d->extra -= s->capacity * sizeof *s->waiting;
    tc_free(s->waiting);
    s->waiting = NULL;
    s->count = s->capacity = 0;
}

static tc_ldap_request take_out(tc_dialogue *d, state *s, size_t at)
{
    tc_ldap_request r = s->waiting[at];
    s->count--;
    memmove(s->waiting + at, s->waiting + at + 1, (s->count - at) * sizeof r);
    if (s->count == 0) release(d, s);
    return r;
}

/* The oldest makes room. */
static void wait_for_answer(tc_dialogue *d, state *s, const tc_ldap_request *r)
{
    if (s->count == WAITING_MAX) {
        tc_ldap_request oldest = take_out(d, s, 0);
        tell_unanswered(d, &oldest);
    }
    size_t before = s->capacity;
    if (tc_failed(tc_grow(&s->waiting, &s->capacity, s->count + 1, sizeof *r, WAITING_MAX))) {
        tell_unanswered(d, r);
        return;
    }
    d->extra += (s->capacity - before) * sizeof *r;
    s->waiting[s->count++] = *r;
}

/* -- requests and answers ------------------------------------------------------------------- */

static void take_request(tc_dialogue *d, state *s, int64_t id, const tc_der *operation)
{
    tc_ldap_request r;
    if (!tc_ldap_request_read(operation, s->actor, &r)) return;
    if (r.operation == TC_LDAP_BIND) {
        s->binds++;
        tc_copy_text(s->actor, sizeof s->actor, tc_slice_of(r.name));
    }
    s->sasl |= r.sasl;
    s->starts_tls |= r.starts_tls;
    r.bind = s->binds;
    r.id = id;
    r.time = d->time;
    wait_for_answer(d, s, &r);
}

/* Whoever asked for something behind that bind did so as nobody. */
static void forget_actor(state *s, uint32_t bind)
{
    if (s->binds == bind) s->actor[0] = '\0';
    for (size_t i = 0; i < s->count; i++)
        if (s->waiting[i].bind == bind) s->waiting[i].actor[0] = '\0';
}

static void settle_bind(tc_dialogue *d, state *s, const tc_ldap_request *r, int64_t code)
{
    if (code == SASL_GOES_ON) return;
    if (code != 0) forget_actor(s, r->bind);
    /* Other errors say that the server does not let anybody in so, and nothing of the password. */
    if (code != 0 && code != WRONG_PASSWORD) return;
    tc_deed_logon(d, "ldap", r->mechanism, tc_slice_of(r->name),
                  code == 0 ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
}

static void go_on_as_tls(tc_dialogue *d, state *s)
{
    s->dark = false;
    d->next = &tc_wire_tls;
    d->started = "ldap";
}

static void settle(tc_dialogue *d, state *s, const tc_ldap_request *r, int64_t code)
{
    if (r->operation == TC_LDAP_BIND) {
        settle_bind(d, s, r, code);
    } else if (r->starts_tls) {
        s->starts_tls = false;
        if (code == 0) go_on_as_tls(d, s);
    } else {
        tell_password(d, r, code == 0 ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
    }
}

/* Of two that have the same number, the older one's answer was lost. */
static void take_answer(tc_dialogue *d, state *s, int64_t id, const tc_der *operation)
{
    tc_der code;
    tc_slice body = operation->body;
    if (!tc_der_next(&body, &code)) return;
    for (size_t i = s->count; i-- > 0;) {
        if (s->waiting[i].operation + 1 != operation->tag || s->waiting[i].id != id) continue;
        tc_ldap_request r = take_out(d, s, i);
        settle(d, s, &r, tc_der_number(code.body));
        return;
    }
}

static void take_message(tc_dialogue *d, bool server, tc_slice bytes)
{
    tc_der message, id, operation;
    if (!tc_der_next(&bytes, &message) || !tc_der_next(&message.body, &id) ||
        !tc_der_next(&message.body, &operation))
        return;
    if (server)
        take_answer(d, d->state, tc_der_number(id.body), &operation);
    else
        take_request(d, d->state, tc_der_number(id.body), &operation);
}

/* -- where messages begin ------------------------------------------------------------------- */

/* A message's head, its number and an operation, as RFC 4511 4.2 to 4.13 number them. */
static enum begins message_at(tc_slice b)
{
    static const uint8_t operations[] = {0x42, 0x4A, 0x50, 0x60, 0x61, 0x63, 0x64,
                                         0x65, 0x66, 0x67, 0x68, 0x69, 0x6B, 0x6C,
                                         0x6D, 0x6E, 0x6F, 0x73, 0x77, 0x78, 0x79};
    if (b.ptr[0] != MESSAGE_TAG) return NOTHING;
    if (b.len < 2) return MORE;
    size_t id = 2 + (b.ptr[1] < 0x80 ? 0 : (size_t)(b.ptr[1] & 0x7F));
    if (b.ptr[1] == 0x80 || id > 6) return NOTHING;
    if (b.len < id + 2) return MORE;
    size_t operation = id + 2 + b.ptr[id + 1];
    if (b.ptr[id] != 0x02 || b.ptr[id + 1] == 0 || b.ptr[id + 1] > 4) return NOTHING;
    if (b.len <= operation) return MORE;
    return memchr(operations, b.ptr[operation], sizeof operations) ? MESSAGE : NOTHING;
}

static enum begins record_at(tc_slice b)
{
    if (b.ptr[0] < TC_TLS_CHANGE || b.ptr[0] > TC_TLS_DATA) return NOTHING;
    if (b.len < 3) return MORE;
    return tc_tls_is_record(b) ? RECORD : NOTHING;
}

static enum begins begins_at(const state *s, bool server, tc_slice b)
{
    if (s->in_step[server] && b.ptr[0] == MESSAGE_TAG) return MESSAGE;
    enum begins begins = message_at(b);
    return begins == NOTHING && (s->in_step[server] || s->starts_tls) ? record_at(b) : begins;
}

/* How many bytes stand before what begins next, as far as it can be seen. */
static size_t bytes_before(const state *s, bool server, tc_slice bytes, enum begins *ret)
{
    size_t at = 0;
    *ret = NOTHING;
    while (at < bytes.len &&
           (*ret = begins_at(s, server, tc_slice_sub(bytes, at, SIZE_MAX))) == NOTHING)
        at++;
    return at;
}

static size_t seal(tc_dialogue *d, state *s, size_t bytes)
{
    s->dark = false;
    d->opaque = true;
    tc_deed_sealed(d, "ldap-sasl");
    return bytes;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    enum begins begins;
    size_t before = bytes_before(s, server, bytes, &begins);
    if (before > 0 && s->in_step[server]) return seal(d, s, bytes.len);
    s->dark |= before > 0;
    if (before > 0 || begins == MORE) return before;
    if (begins == RECORD) {
        go_on_as_tls(d, s);
        return 0;
    }
    size_t length = tc_der_length(bytes);
    if (length == TC_NPOS) return seal(d, s, bytes.len);
    if (length == 0 || length > bytes.len) return 0;
    s->in_step[server] = true;
    s->dark = false;
    take_message(d, server, tc_slice_sub(bytes, 0, length));
    return length;
}

/* Behind a bind by SASL nothing tells what is sealed from what is not. */
static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    (void)bytes;
    s->in_step[server] = false;
    if (s->sasl) (void)seal(d, s, 0);
}

static void end(tc_dialogue *d)
{
    state *s = d->state;
    for (size_t i = 0; i < s->count; i++)
        tell_unanswered(d, &s->waiting[i]);
    if (s->dark) tc_deed_sealed(d, "ldap-sasl");
    release(d, s);
}

const tc_wire_protocol tc_wire_ldap = {
    .name = "ldap",
    .ports = {389, 3268},
    .state_size = sizeof(state),
    .take = take,
    .lost = lost,
    .end = end,
};
