/* QUIC (RFC 9000): that it is there, and no more: a connection is told once, as one that cannot be
 * read. */
#include "parsers/packet/deed.h"

typedef struct state {
    bool told;
} state;

/* Every packet of QUIC has this bit (RFC 9000 17.2, 17.3). */
enum { FIXED_BIT = 0x40 };

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    state *s = d->state;
    (void)server;
    if (bytes.len > 0 && (bytes.ptr[0] & FIXED_BIT) && !s->told) {
        s->told = true;
        tc_deed_sealed(d, "quic");
    }
    return bytes.len;
}

const tc_wire_protocol tc_wire_quic = {
    .name = "quic", .ports = {443}, .state_size = sizeof(state), .datagrams = true, .take = take};
