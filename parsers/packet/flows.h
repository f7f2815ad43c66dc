/*
 * flows: the table of all connections of a capture.
 *
 * Keyed by addresses, ports, transport and tunnel; the hash has a random key, but only order of use
 * decides who gives way: at TC_FLOWS_MAX flows, or TC_FLOWS_MEMORY bytes that hang on them, the
 * least recently used one ends. One without a packet for TC_FLOWS_IDLE ends as well, so that what
 * it still held is told in a capture that never ends. A VLAN is no part of the key: a packet that
 * is mirrored twice is one that is sent again. So the numbers of connections that were closed are
 * kept for TC_FLOW_PATIENCE, of the last TC_FLOWS_ENDED: what comes then and is behind them is a
 * copy.
 *
 * The clock goes by the packets' own times, and no few of them move it: of every TC_FLOWS_CLOCK
 * packets all must be later, or all earlier, than it stands. So neither a packet of another time
 * nor two sides whose clocks differ end a connection.
 */
#ifndef TC_PACKET_FLOWS_H
#define TC_PACKET_FLOWS_H

#include "parsers/packet/flow.h"

#define TC_FLOWS_MAX ((size_t)65536)
#define TC_FLOWS_MEMORY ((size_t)96 << 20)
#define TC_FLOWS_IDLE (30 * TC_MINUTE) /* as long as an IMAP client may be silent */
#define TC_FLOWS_ENDED ((size_t)8192)
#define TC_FLOWS_CLOCK 64

typedef struct tc_flow_clock {
    tc_time now; /* TC_TIME_NONE: no packet had a time */
    tc_time least, most;
    unsigned count; /* of packets that `least` and `most` are of */
} tc_flow_clock;

typedef struct tc_flows tc_flows;

/* The wire must outlive it. */
tc_flows *tc_flows_new(tc_wire *wire) TC_MUST_USE;
void tc_flows_free(tc_flows *flows);
void tc_flows_take(tc_flows *flows, const tc_datagram *datagram, tc_time time);
/* Ends the least recently used flow; false if there is none. */
bool tc_flows_end_one(tc_flows *flows);
/* What was kept of connections that were closed: another capture may be of the same time. */
void tc_flows_forget_ended(tc_flows *flows);
tc_flow_counts tc_flows_counts(const tc_flows *flows);

#endif
