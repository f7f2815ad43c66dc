/*
 * TLS: the ClientHello, which may come in several records, and nothing behind it.
 *
 * A flow is told once, when its hello is complete; at its end where no hello could be read, because
 * the capture began later (inside a record, too) or misses bytes, or because it is one of SSL 2.
 * How many logons it is, nobody can say.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/hello.h"
#include "parsers/packet/octets.h"

enum { HELLO_MAX = 16384, RECORD_HEAD = 5, HANDSHAKE = 22 };

typedef struct state {
    bool told;
    bool spoken; /* bytes were seen of either side */
    size_t length;
    uint8_t hello[HELLO_MAX];
} state;

static void tell(tc_dialogue *d, const tc_hello *hello)
{
    tc_exchanges *e = &d->wire->out;
    tc_deed_flow_begin(d);
    tc_exchange_add(e, TC_FLOW_SERVER_NAME, tc_slice_of(hello->server_name));
    tc_exchange_add(e, TC_FLOW_ALPN, tc_slice_of(hello->alpn));
    tc_exchange_add(e, TC_FLOW_JA3, tc_slice_of(hello->ja3));
    tc_exchange_add(e, TC_FLOW_JA4, tc_slice_of(hello->ja4));
    tc_exchange_end(e);
}

/* The message, when all of it is there: then nothing more is looked at. */
static void read_hello(tc_dialogue *d, state *s)
{
    tc_hello hello;
    if (s->length < 4) return;
    size_t length = tc_be24(s->hello + 1);
    bool other = s->hello[0] != 1 || length + 4 > HELLO_MAX;
    if (!other && s->length < 4 + length) return;
    s->told = !other && tc_hello_read(tc_slice_make(s->hello + 4, length), &hello);
    if (s->told) tell(d, &hello);
    d->opaque = true;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    s->spoken = true;
    if (server) return bytes.len;
    if (bytes.len < RECORD_HEAD) return 0;
    size_t length = tc_be16(bytes.ptr + 3);
    if (bytes.ptr[0] != HANDSHAKE || bytes.ptr[1] != 3 || length == 0) {
        d->opaque = true;
        return bytes.len;
    }
    if (bytes.len < RECORD_HEAD + length) return 0;
    size_t n = TC_MIN(length, (size_t)HELLO_MAX - s->length);
    memcpy(s->hello + s->length, bytes.ptr + RECORD_HEAD, n);
    s->length += n;
    read_hello(d, s);
    if (n < length) d->opaque = true;
    return RECORD_HEAD + length;
}

/* A hello with a hole is none. */
static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    s->spoken |= bytes > 0;
    if (!server) d->opaque = true;
}

static void end(tc_dialogue *d)
{
    const state *s = d->state;
    if (s->spoken && !s->told) tc_deed_sealed(d, "tls");
}

static bool probe(tc_slice client, tc_slice server)
{
    return tc_tls_is_record(client.len > 0 ? client : server);
}

const tc_wire_protocol tc_wire_tls = {
    .name = "tls",
    .ports = {443, 993, 995, 465, 636, 3269},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
    .end = end,
};
