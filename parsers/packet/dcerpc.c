/*
 * DCE/RPC over TCP (ncacn_ip_tcp). Which port an interface has is agreed on per machine: a
 * connection is known by its first PDU, wherever it goes.
 */
#include "parsers/packet/octets.h"
#include "parsers/packet/rpc.h"

typedef struct state {
    bool begun;
    tc_rpc rpc;
    bool astray[2];    /* it is not known where the next PDU of a side begins */
    size_t waiting[2]; /* length of the PDU that is not whole */
    uint64_t skip[2];
} state;

static bool probe(tc_slice client, tc_slice server)
{
    return client.len > 0 ? tc_rpc_is_pdu(client) : tc_rpc_is_pdu(server);
}

/* Where the opening was not seen, the first PDU says which side is the client's. */
static void begin(tc_dialogue *d, state *s, bool server, tc_slice bytes)
{
    tc_rpc_init(&s->rpc);
    s->begun = true;
    if (tc_rpc_is_pdu(bytes) && tc_rpc_is_client(bytes) == server) tc_dialogue_turn(d);
}

/* How many bytes stand before the next that could be a PDU. */
static size_t bytes_before_pdu(tc_slice bytes)
{
    size_t at = 0;
    while (bytes.len - at >= 8 && !tc_rpc_is_pdu(tc_octets_from(bytes, at)))
        at++;
    return at;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    if (!s->begun && bytes.len < 8) return 0;
    if (!s->begun) begin(d, s, server, bytes);
    if (s->skip[server] > 0) {
        size_t n = (size_t)TC_MIN(s->skip[server], (uint64_t)bytes.len);
        s->skip[server] -= n;
        return n;
    }
    if (s->astray[server]) {
        size_t before = bytes_before_pdu(bytes);
        s->astray[server] = bytes.len - before < 8;
        if (before > 0 || s->astray[server]) return before;
    }
    size_t taken = tc_rpc_take(d, &s->rpc, server != d->turned, bytes, TC_EMPTY_SLICE);
    s->waiting[server] = 0;
    if (taken == 0 && bytes.len >= 10)
        s->waiting[server] = bytes.ptr[4] ? tc_le16(bytes.ptr + 8) : tc_be16(bytes.ptr + 8);
    if (taken != TC_NPOS) return taken;
    s->astray[server] = true;
    return 1;
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    if (!s->begun) return;
    tc_rpc_lost(d, &s->rpc, server != d->turned);
    uint64_t rest = s->skip[server] > 0 ? s->skip[server] : s->waiting[server];
    s->waiting[server] = 0;
    s->skip[server] = rest > bytes ? rest - bytes : 0;
    s->astray[server] = bytes > rest;
}

static void end(tc_dialogue *d)
{
    state *s = d->state;
    if (s->begun) tc_rpc_done(d, &s->rpc, TC_EMPTY_SLICE);
}

const tc_wire_protocol tc_wire_dcerpc = {
    .name = "dcerpc",
    .ports = {135},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
    .end = end,
};
