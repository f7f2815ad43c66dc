/*
 * datagram: what a packet carries, when all that it was wrapped in is taken off.
 *
 * Ethernet (with any number of VLAN tags and LLC/SNAP), Linux cooked captures, raw IP, BSD
 * loopback, PPP and PPPoE, Cisco HDLC, MPLS; IPv4 and IPv6 with extension headers, IP in IP, GRE
 * with ERSPAN, VXLAN, Geneve, GTP-U, EtherIP, IEEE 802.1ah, MPLS in UDP, TZSP, WCCP. Wrappings
 * deeper than TC_UNWRAP_DEPTH are refused. IP's own length bounds the payload, never the frame's
 * (padding); where it is 0 the sender left the cutting to the network card, and the frame counts.
 *
 * Fragments are collected in the table that is given (fragments.h).
 */
#ifndef TC_PACKET_DATAGRAM_H
#define TC_PACKET_DATAGRAM_H

#include "parsers/base/ip.h"
#include "parsers/packet/capture_file.h"
#include "parsers/packet/fragments.h"

#define TC_UNWRAP_DEPTH 24

/* What became of a packet. */
typedef enum tc_fate {
    TC_FATE_DECODED = 0, /* down to its transport, or held as a fragment */
    TC_FATE_OTHER,       /* sound, of a protocol that nothing is read from: ARP, ICMP */
    TC_FATE_DAMAGED,     /* its headers contradict themselves */
    TC_FATE_TRUNCATED,   /* less of it was kept than there was: of its headers, or its payload */
    TC_FATE_LINK,        /* of a link type that is not known */
    TC_FATE_DEEP,        /* wrapped deeper than is looked */
    TC_FATE_TUNNEL,      /* in a tunnel that is not read */
    TC_FATE_COUNT
} tc_fate;

enum { TC_TCP_FIN = 1, TC_TCP_SYN = 2, TC_TCP_RST = 4, TC_TCP_ACK = 16 };

typedef struct tc_datagram {
    tc_ip source, target;
    uint16_t source_port, target_port;
    bool tcp; /* else UDP */
    uint8_t flags;
    uint32_t sequence, acknowledged;
    uint32_t tunnel;  /* virtual network that it was in; 0: none */
    uint32_t lost;    /* bytes at the payload's end that the capture did not keep */
    tc_slice payload; /* the packet's, or the table's of fragments: until the next packet */
    bool whole;       /* there is a datagram, if a cut one: not a held fragment */
} tc_datagram;

tc_fate tc_datagram_of(const tc_packet *packet, tc_fragments *fragments, tc_datagram *ret);

#endif
