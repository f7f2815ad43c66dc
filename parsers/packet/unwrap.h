/*
 * unwrap: the layers below and around IP, taken off one at a time.
 *
 * Each step looks at what stands at the front of `rest`, takes it off and says what follows. Part
 * of datagram.h, which goes on where IP begins.
 */
#ifndef TC_PACKET_UNWRAP_H
#define TC_PACKET_UNWRAP_H

#include "parsers/packet/datagram.h"

typedef enum tc_unwrap_kind {
    TC_UNWRAP_ETHERNET,
    TC_UNWRAP_TYPE, /* what the EtherType `type` says */
    TC_UNWRAP_PPP,
    TC_UNWRAP_IP
} tc_unwrap_kind;

typedef struct tc_unwrapping_packet {
    tc_slice rest;
    tc_unwrap_kind next;
    uint16_t type;
    tc_time time;
    uint32_t tunnel;
    uint32_t missing; /* of IP's payload */
    bool cut;         /* the capture kept less than there was */
    tc_fragments *fragments;
} tc_unwrapping_packet;

/* TC_FATE_COUNT: go on. */
tc_fate tc_unwrap_link(tc_unwrapping_packet *packet, uint32_t link);
tc_fate tc_unwrap_step(tc_unwrapping_packet *packet);
tc_fate tc_unwrap_gre(tc_unwrapping_packet *packet);
/* Ethernet behind a head of that size. */
tc_fate tc_unwrap_bridged(tc_unwrapping_packet *packet, size_t head);
/* Whether what stands behind a head of UDP is in a tunnel that is not read. */
bool tc_unwrap_is_tunnel(const tc_unwrapping_packet *packet, uint16_t port);
/* Whether the port is one of a network inside UDP, whose header is taken off then. */
bool tc_unwrap_udp(tc_unwrapping_packet *packet, uint16_t port);

static inline tc_fate tc_unwrap_next(tc_unwrapping_packet *packet, tc_unwrap_kind kind,
                                     uint16_t type)
{
    packet->next = kind;
    packet->type = type;
    return TC_FATE_COUNT;
}
/* A header does not fit into what there is. */
static inline tc_fate tc_unwrap_short(const tc_unwrapping_packet *packet)
{
    return packet->cut ? TC_FATE_TRUNCATED : TC_FATE_DAMAGED;
}

#endif
