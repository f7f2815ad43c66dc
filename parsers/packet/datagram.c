#include "parsers/packet/datagram.h"

#include "parsers/packet/octets.h"
#include "parsers/packet/unwrap.h"

static const tc_fate go_on = TC_FATE_COUNT;

/* -- transport ------------------------------------------------------------------------------ */

/* There it is, whole or cut. */
static tc_fate transported(const tc_unwrapping_packet *u, tc_datagram *d)
{
    d->lost = u->missing;
    d->whole = true;
    return d->lost > 0 ? TC_FATE_TRUNCATED : TC_FATE_DECODED;
}

static tc_fate take_tcp(tc_unwrapping_packet *u, tc_datagram *d)
{
    if (u->rest.len < 20) return tc_unwrap_short(u);
    size_t head = (size_t)(u->rest.ptr[12] >> 4) * 4;
    if (head < 20) return TC_FATE_DAMAGED;
    if (u->rest.len < head) return tc_unwrap_short(u);
    d->tcp = true;
    d->source_port = tc_be16(u->rest.ptr);
    d->target_port = tc_be16(u->rest.ptr + 2);
    d->sequence = tc_be32(u->rest.ptr + 4);
    d->acknowledged = tc_be32(u->rest.ptr + 8);
    d->flags = u->rest.ptr[13];
    d->payload = tc_octets_from(u->rest, head);
    return transported(u, d);
}

/* Networks inside UDP: a header of ours to take off, or none. */
static tc_fate take_udp(tc_unwrapping_packet *u, tc_datagram *d)
{
    if (u->rest.len < 8) return tc_unwrap_short(u);
    d->source_port = tc_be16(u->rest.ptr);
    d->target_port = tc_be16(u->rest.ptr + 2);
    size_t length = tc_be16(u->rest.ptr + 4);
    u->rest = tc_octets_from(u->rest, 8);
    if (length >= 8) u->rest = tc_slice_sub(u->rest, 0, length - 8);
    if (tc_unwrap_udp(u, d->target_port)) return go_on;
    if (tc_unwrap_is_tunnel(u, d->target_port) || tc_unwrap_is_tunnel(u, d->source_port))
        return TC_FATE_TUNNEL;
    d->payload = u->rest;
    return transported(u, d);
}

/* -- IP ------------------------------------------------------------------------------------- */

static tc_fate take_protocol(tc_unwrapping_packet *u, uint8_t protocol, tc_datagram *d)
{
    switch (protocol) {
    case 6:
        return take_tcp(u, d);
    case 17:
        return take_udp(u, d);
    case 4:
    case 41:
        return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
    case 47:
        return tc_unwrap_gre(u);
    case 137:
        return tc_unwrap_next(u, TC_UNWRAP_TYPE, 0x8847);
    case 97: /* EtherIP */
        return tc_unwrap_bridged(u, 2);
    case 50:  /* ESP */
    case 108: /* IPComp */
    case 115: /* L2TP */
        return TC_FATE_TUNNEL;
    default:
        return TC_FATE_OTHER;
    }
}

/* A piece of a datagram: what it completes, or nothing yet. */
static tc_fate take_fragment(tc_unwrapping_packet *u, tc_fragment *piece, tc_datagram *d)
{
    piece->source = d->source;
    piece->target = d->target;
    piece->tunnel = u->tunnel;
    piece->bytes = u->rest;
    piece->time = u->time;
    if (u->missing > 0) return TC_FATE_TRUNCATED;
    if (!tc_fragments_add(u->fragments, piece, &u->rest)) return TC_FATE_DECODED;
    return take_protocol(u, piece->protocol, d);
}

static tc_ip ip4_at(const uint8_t *p)
{
    tc_ip ip = {{0}};
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    memcpy(ip.bytes + 12, p, 4);
    return ip;
}

/* IP says how long it is; the frame may be longer, or have been cut. */
static void bound(tc_unwrapping_packet *u, size_t head, size_t length)
{
    size_t have = u->rest.len - head;
    u->missing = length > have ? (uint32_t)(length - have) : 0;
    u->rest = tc_slice_sub(u->rest, head, length);
}

static tc_fate take_ip4(tc_unwrapping_packet *u, tc_datagram *d)
{
    if (u->rest.len < 20) return tc_unwrap_short(u);
    const uint8_t *p = u->rest.ptr;
    size_t head = (size_t)(p[0] & 15) * 4, length = tc_be16(p + 2);
    if (head < 20 || (length > 0 && length < head)) return TC_FATE_DAMAGED;
    if (u->rest.len < head) return tc_unwrap_short(u);
    uint32_t where = tc_be16(p + 6);
    uint8_t protocol = p[9];
    tc_fragment piece = {.id = tc_be16(p + 4),
                         .protocol = protocol,
                         .offset = (where & 0x1FFF) * 8,
                         .more = (where & 0x2000) != 0};
    d->source = ip4_at(p + 12);
    d->target = ip4_at(p + 16);
    bound(u, head, length > 0 ? length - head : u->rest.len - head);
    if (piece.more || piece.offset > 0) return take_fragment(u, &piece, d);
    return take_protocol(u, protocol, d);
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 51 || next == 60 || next == 135 || next == 139 ||
           next == 140;
}

/* The chain of extension headers, a fragment's among them. */
static tc_fate take_chain(tc_unwrapping_packet *u, uint8_t next, tc_datagram *d)
{
    for (int i = 0; i < 16; i++) {
        if (next != 44 && !is_extension(next)) return take_protocol(u, next, d);
        if (u->rest.len < 8) return tc_unwrap_short(u);
        const uint8_t *p = u->rest.ptr;
        uint32_t where = tc_be16(p + 2);
        size_t size = next == 51 ? ((size_t)p[1] + 2) * 4 : ((size_t)p[1] + 1) * 8;
        if (next == 44) size = 8;
        if (u->rest.len < size) return tc_unwrap_short(u);
        bool piece = next == 44 && ((where & 0xFFF8) != 0 || (where & 1));
        tc_fragment fragment = {.id = tc_be32(p + 4),
                                .protocol = p[0],
                                .offset = where & 0xFFF8,
                                .more = (where & 1) != 0};
        u->rest = tc_octets_from(u->rest, size);
        if (piece) return take_fragment(u, &fragment, d);
        next = fragment.protocol;
    }
    return TC_FATE_DEEP;
}

static tc_fate take_ip6(tc_unwrapping_packet *u, tc_datagram *d)
{
    if (u->rest.len < 40) return tc_unwrap_short(u);
    const uint8_t *p = u->rest.ptr;
    size_t length = tc_be16(p + 4);
    uint8_t next = p[6];
    memcpy(d->source.bytes, p + 8, 16);
    memcpy(d->target.bytes, p + 24, 16);
    bound(u, 40, length > 0 ? length : u->rest.len - 40);
    return take_chain(u, next, d);
}

static tc_fate take_ip(tc_unwrapping_packet *u, tc_datagram *d)
{
    if (u->rest.len == 0) return tc_unwrap_short(u);
    uint8_t version = u->rest.ptr[0] >> 4;
    if (version == 4) return take_ip4(u, d);
    return version == 6 ? take_ip6(u, d) : TC_FATE_DAMAGED;
}

tc_fate tc_datagram_of(const tc_packet *packet, tc_fragments *fragments, tc_datagram *ret)
{
    tc_unwrapping_packet u = {.rest = packet->bytes,
                              .time = packet->time,
                              .fragments = fragments,
                              .cut = packet->wire_length > packet->bytes.len};
    *ret = (tc_datagram){.whole = false};
    tc_fate fate = tc_unwrap_link(&u, packet->link);
    for (int depth = 0; fate == go_on; depth++) {
        if (depth == TC_UNWRAP_DEPTH) return TC_FATE_DEEP;
        fate = u.next == TC_UNWRAP_IP ? take_ip(&u, ret) : tc_unwrap_step(&u);
    }
    ret->tunnel = u.tunnel;
    return fate;
}
