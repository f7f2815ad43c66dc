#include "parsers/packet/unwrap.h"

#include "parsers/packet/octets.h"

enum {
    TYPE_IP4 = 0x0800,
    TYPE_IP6 = 0x86DD,
    TYPE_VLAN = 0x8100,
    TYPE_SERVICE_VLAN = 0x88A8,
    TYPE_OLD_VLAN = 0x9100,
    TYPE_OLDER_VLAN = 0x9200,
    TYPE_MPLS = 0x8847,
    TYPE_MPLS_MANY = 0x8848,
    TYPE_PPPOE = 0x8864,
    TYPE_BRIDGED = 0x6558,
    TYPE_ERSPAN = 0x88BE,
    TYPE_ERSPAN_3 = 0x22EB,
    TYPE_PPP = 0x880B,
    TYPE_WCCP = 0x883E,
    TYPE_MACSEC = 0x88E5,
    TYPE_BACKBONE = 0x88E7, /* IEEE 802.1ah */
    PORT_VXLAN = 4789,
    PORT_VXLAN_LINUX = 8472,
    PORT_VXLAN_GPE = 4790,
    PORT_GENEVE = 6081,
    PORT_GRE = 4754,
    PORT_GTP = 2152,
    PORT_MPLS = 6635,
    PORT_TZSP = 37008,
    PORT_L2TP = 1701,
    PORT_TEREDO = 3544,
    PORT_ESP = 4500
};

/* Takes `size` bytes off; false if there are not so many. */
static bool drop(tc_unwrapping_packet *u, size_t size)
{
    if (u->rest.len < size) return false;
    u->rest = tc_octets_from(u->rest, size);
    return true;
}

/* -- below ---------------------------------------------------------------------------------- */

/* The type at `at` of a header of that size. */
static tc_fate typed(tc_unwrapping_packet *u, size_t size, size_t at)
{
    if (u->rest.len < size) return tc_unwrap_short(u);
    uint16_t type = tc_be16(u->rest.ptr + at);
    u->rest = tc_octets_from(u->rest, size);
    return tc_unwrap_next(u, TC_UNWRAP_TYPE, type);
}

/* The family of BSD's loopback, in the order of whoever captured. */
static tc_fate loopback(tc_unwrapping_packet *u)
{
    return drop(u, 4) ? tc_unwrap_next(u, TC_UNWRAP_IP, 0) : tc_unwrap_short(u);
}

static tc_fate serial(tc_unwrapping_packet *u)
{
    bool cisco = u->rest.len >= 4 && (u->rest.ptr[0] == 0x0F || u->rest.ptr[0] == 0x8F);
    return cisco ? typed(u, 4, 2) : tc_unwrap_next(u, TC_UNWRAP_PPP, 0);
}

tc_fate tc_unwrap_link(tc_unwrapping_packet *u, uint32_t link)
{
    switch (link) {
    case 0:   /* NULL */
    case 108: /* LOOP */
        return loopback(u);
    case 1:
        return tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0);
    case 9:
        return tc_unwrap_next(u, TC_UNWRAP_PPP, 0);
    case 12: /* RAW, by systems */
    case 14:
    case 101:
    case 228:
    case 229:
        return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
    case 50:
    case 104:
        return serial(u);
    case 51:
        return tc_unwrap_next(u, TC_UNWRAP_TYPE, TYPE_PPPOE);
    case 113: /* LINUX_SLL */
        return typed(u, 16, 14);
    case 276: /* LINUX_SLL2 */
        return typed(u, 20, 0);
    default:
        return TC_FATE_LINK;
    }
}

/* A length in place of a type: LLC, and a type only behind SNAP. */
static tc_fate logical_link(tc_unwrapping_packet *u)
{
    static const uint8_t snap[] = {0xAA, 0xAA, 0x03, 0, 0, 0};
    if (!tc_slice_starts(u->rest, tc_slice_make(snap, sizeof snap))) return TC_FATE_OTHER;
    return typed(u, 8, 6);
}

static tc_fate labels(tc_unwrapping_packet *u)
{
    for (int i = 0; i < TC_UNWRAP_DEPTH; i++) {
        if (u->rest.len < 5) return tc_unwrap_short(u);
        bool last = (u->rest.ptr[2] & 1) != 0;
        u->rest = tc_octets_from(u->rest, 4);
        if (!last) continue;
        uint8_t version = u->rest.ptr[0] >> 4;
        if (version == 4 || version == 6) return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
        if (version == 0 && u->rest.len > 4) u->rest = tc_octets_from(u->rest, 4);
        return tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0);
    }
    return TC_FATE_DEEP;
}

static tc_fate point_to_point(tc_unwrapping_packet *u)
{
    if (u->rest.len >= 2 && u->rest.ptr[0] == 0xFF && u->rest.ptr[1] == 0x03) (void)drop(u, 2);
    if (u->rest.len < 2) return tc_unwrap_short(u);
    bool one = (u->rest.ptr[0] & 1) != 0;
    uint16_t protocol = one ? u->rest.ptr[0] : tc_be16(u->rest.ptr);
    (void)drop(u, one ? 1 : 2);
    if (protocol == 0x21 || protocol == 0x57) return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
    return protocol == 0x281 ? labels(u) : TC_FATE_OTHER;
}

/* The remote mirror of a switch, types II and III; without a sequence number it is type I. */
static tc_fate mirror(tc_unwrapping_packet *u, bool third)
{
    size_t size = third ? 12 : 8;
    if (u->rest.len < size) return tc_unwrap_short(u);
    if (third && (u->rest.ptr[11] & 1)) size += 8;
    return drop(u, size) ? tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0) : tc_unwrap_short(u);
}

/* RFC 3378; 802.1ah's tag of an instance; what else has a head of one size before Ethernet. */
tc_fate tc_unwrap_bridged(tc_unwrapping_packet *u, size_t head)
{
    return drop(u, head) ? tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0) : tc_unwrap_short(u);
}

/* Of version 2 a head of its own stands before the packet (draft-mclaggan-wccp-v2rev1, 4.12). */
static tc_fate redirected(tc_unwrapping_packet *u)
{
    if (u->rest.len > 0 && u->rest.ptr[0] >> 4 != 4 && !drop(u, 4)) return tc_unwrap_short(u);
    return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
}

static tc_fate by_type(tc_unwrapping_packet *u)
{
    switch (u->type) {
    case TYPE_IP4:
    case TYPE_IP6:
        return tc_unwrap_next(u, TC_UNWRAP_IP, 0);
    case TYPE_VLAN:
    case TYPE_SERVICE_VLAN:
    case TYPE_OLD_VLAN:
    case TYPE_OLDER_VLAN:
        return typed(u, 4, 2);
    case TYPE_MPLS:
    case TYPE_MPLS_MANY:
        return labels(u);
    case TYPE_PPPOE:
        return drop(u, 6) ? tc_unwrap_next(u, TC_UNWRAP_PPP, 0) : tc_unwrap_short(u);
    case TYPE_PPP:
        return tc_unwrap_next(u, TC_UNWRAP_PPP, 0);
    case TYPE_BRIDGED:
        return tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0);
    case TYPE_BACKBONE:
        return tc_unwrap_bridged(u, 4);
    case TYPE_WCCP:
        return redirected(u);
    case TYPE_MACSEC:
        return TC_FATE_TUNNEL;
    default:
        return u->type <= 1500 ? logical_link(u) : TC_FATE_OTHER;
    }
}

tc_fate tc_unwrap_step(tc_unwrapping_packet *u)
{
    if (u->next == TC_UNWRAP_ETHERNET) return typed(u, 14, 12);
    return u->next == TC_UNWRAP_PPP ? point_to_point(u) : by_type(u);
}

/* -- around --------------------------------------------------------------------------------- */

tc_fate tc_unwrap_gre(tc_unwrapping_packet *u)
{
    if (u->rest.len < 4) return tc_unwrap_short(u);
    uint16_t flags = tc_be16(u->rest.ptr), type = tc_be16(u->rest.ptr + 2);
    bool sequence = (flags & 0x1000) != 0, keyed = (flags & 0x2000) != 0;
    size_t size = 4u + (flags & 0x8000 ? 4u : 0u) + (keyed ? 4u : 0u) + (sequence ? 4u : 0u);
    if ((flags & 7) == 1 && (flags & 0x80)) size += 4; /* PPTP acknowledges */
    if (u->rest.len < size) return tc_unwrap_short(u);
    if (keyed && (flags & 7) == 0) u->tunnel = tc_be32(u->rest.ptr + (flags & 0x8000 ? 8 : 4));
    u->rest = tc_octets_from(u->rest, size);
    if (type == TYPE_ERSPAN && !sequence) return tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0);
    if (type == TYPE_ERSPAN || type == TYPE_ERSPAN_3) return mirror(u, type == TYPE_ERSPAN_3);
    return tc_unwrap_next(u, TC_UNWRAP_TYPE, type);
}

/* What it carries is said where its head has bit 4 (draft-ietf-nvo3-vxlan-gpe); else Ethernet. */
static bool unwrap_vxlan(tc_unwrapping_packet *u)
{
    static const uint16_t types[] = {[1] = TYPE_IP4, [2] = TYPE_IP6, [5] = TYPE_MPLS};
    if (u->rest.len < 8 + 14 || (u->rest.ptr[0] & 8) == 0) return false;
    uint8_t kind = u->rest.ptr[0] & 4 ? u->rest.ptr[3] : 0;
    uint16_t type = kind < TC_COUNT_OF(types) ? types[kind] : 0;
    u->tunnel = tc_be24(u->rest.ptr + 4) | UINT32_C(1) << 24;
    u->rest = tc_octets_from(u->rest, 8);
    if (type != 0) return tc_unwrap_next(u, TC_UNWRAP_TYPE, type) == TC_FATE_COUNT;
    return tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0) == TC_FATE_COUNT;
}

static bool unwrap_geneve(tc_unwrapping_packet *u)
{
    if (u->rest.len < 8 || u->rest.ptr[0] >> 6 != 0) return false;
    size_t size = 8 + (size_t)(u->rest.ptr[0] & 0x3F) * 4;
    uint16_t type = tc_be16(u->rest.ptr + 2);
    uint32_t network = tc_be24(u->rest.ptr + 4);
    if (!drop(u, size)) return false;
    u->tunnel = network | UINT32_C(2) << 24;
    return tc_unwrap_next(u, TC_UNWRAP_TYPE, type) == TC_FATE_COUNT;
}

/* A packet of a phone's (3GPP TS 29.281, 5.1), behind any further heads. */
static bool unwrap_gtp(tc_unwrapping_packet *u)
{
    if (u->rest.len < 12 || u->rest.ptr[0] >> 4 != 3 || u->rest.ptr[1] != 0xFF) return false;
    size_t size = 8;
    uint8_t next = 0;
    if (u->rest.ptr[0] & 7) {
        size += 4;
        next = u->rest.ptr[0] & 4 ? u->rest.ptr[11] : 0;
    }
    while (next != 0) {
        size_t more = size < u->rest.len ? (size_t)u->rest.ptr[size] * 4 : 0;
        if (more == 0 || size + more > u->rest.len) return false;
        size += more;
        next = u->rest.ptr[size - 1];
    }
    u->tunnel = UINT32_C(3) << 24; /* the two ways have numbers of their own */
    return drop(u, size) && tc_unwrap_next(u, TC_UNWRAP_IP, 0) == TC_FATE_COUNT;
}

/* A mirrored frame of Ethernet behind tagged fields, of which the last one has no length. */
static bool unwrap_tzsp(tc_unwrapping_packet *u)
{
    size_t at = 4;
    if (u->rest.len < 5 || u->rest.ptr[0] != 1 || tc_be16(u->rest.ptr + 2) != 1) return false;
    while (at < u->rest.len && u->rest.ptr[at] != 1) {
        bool padding = u->rest.ptr[at] == 0;
        if (!padding && at + 1 >= u->rest.len) return false;
        at += padding ? 1 : 2 + (size_t)u->rest.ptr[at + 1];
    }
    return drop(u, at + 1) && tc_unwrap_next(u, TC_UNWRAP_ETHERNET, 0) == TC_FATE_COUNT;
}

/* Of 4500 the exchange of keys, which begins with zeros, and what keeps it alive carry nothing. */
bool tc_unwrap_is_tunnel(const tc_unwrapping_packet *u, uint16_t port)
{
    if (port == PORT_ESP) return u->rest.len > 4 && tc_be32(u->rest.ptr) != 0;
    return port == PORT_L2TP || port == PORT_TEREDO || port == PORT_TZSP;
}

bool tc_unwrap_udp(tc_unwrapping_packet *u, uint16_t port)
{
    if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX || port == PORT_VXLAN_GPE)
        return unwrap_vxlan(u);
    if (port == PORT_GENEVE) return unwrap_geneve(u);
    if (port == PORT_GTP) return unwrap_gtp(u);
    if (port == PORT_TZSP) return unwrap_tzsp(u);
    if (port == PORT_MPLS) return tc_unwrap_next(u, TC_UNWRAP_TYPE, TYPE_MPLS) == TC_FATE_COUNT;
    return port == PORT_GRE && tc_unwrap_gre(u) == TC_FATE_COUNT;
}
