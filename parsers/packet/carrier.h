/*
 * carrier: from the bytes of a capture to exchanges.
 *
 * Reads packets (capture_file.h), takes off what they are wrapped in (datagram.h), puts
 * connections in order (flows.h) and lets protocols read them (dialogue.h). All of it runs in the
 * order of the packets on whoever calls; what comes out is read by any worker (exchange.h). Memory
 * is bounded, whatever comes; what a bound takes is counted in the last exchange.
 *
 * A packet's fate is told when the next one has begun, so that what it completed stands before it.
 *
 * One capture from its first byte to its last is read by steps. Captures that go on (files of a
 * ring, an interface) are taken: each has its own records, all share the connections, and what was
 * written is fetched at any time. One of the two, between two begins.
 */
#ifndef TC_PACKET_CARRIER_H
#define TC_PACKET_CARRIER_H

#include "parsers/packet/capture_records.h"
#include "parsers/packet/flow.h"
#include "parsers/packet/fragments.h"

typedef struct tc_carrier tc_carrier;

tc_carrier *tc_carrier_new(void) TC_MUST_USE;
void tc_carrier_free(tc_carrier *carrier);
/* Forgets everything: a new capture begins. */
TC_STATUS tc_carrier_begin(tc_carrier *carrier);
/* Takes the front of *in, which is advanced past it, and writes up to `room` bytes; does something
 * if there is something to do. TC_ENOMEM. */
TC_STATUS tc_carrier_step(tc_carrier *carrier, tc_slice *in, uint8_t *out, size_t room,
                          size_t *ret_got);
/* Nothing more will come: step, without input, gives what is left, until it gives nothing. */
void tc_carrier_finish(tc_carrier *carrier);
/* The same where the wire goes on in another capture: the connections stay open. */
void tc_carrier_pause(tc_carrier *carrier);
/* Another capture of the same wire begins. Of one that was not finished, nothing more comes. */
void tc_carrier_go_on(tc_carrier *carrier);

/* -- captures that do not end ---------------------------------------------------------------- */

/* Takes all of the bytes (64 KiB at a time keep what is written small). TC_ENOMEM. */
TC_STATUS tc_carrier_take(tc_carrier *carrier, tc_capture_records *records, tc_slice bytes);
/* A capture ends here, perhaps inside a packet; the connections go on. */
void tc_carrier_cut(tc_carrier *carrier, tc_capture_records *records);
/* A packet is known to begin here, though bytes before it may be damaged: that is told, as a
 * packet.
 */
void tc_carrier_mend(tc_carrier *carrier, tc_capture_records *records);
/* All connections end. */
void tc_carrier_end_flows(tc_carrier *carrier);
/* What was written and not cleared: whole exchanges, with the fates of all packets taken, and, of
 * the first time after begin, the magic before them. Until the next call of any other. */
tc_slice tc_carrier_written(tc_carrier *carrier);
void tc_carrier_clear(tc_carrier *carrier);
/* The time of the last packet; TC_TIME_NONE: there was none. */
tc_time tc_carrier_time(const tc_carrier *carrier);

typedef struct tc_carrier_counts {
    tc_flow_counts flows;
    tc_fragment_counts fragments;
    uint64_t cut; /* texts that were too long */
} tc_carrier_counts;
tc_carrier_counts tc_carrier_counts_of(const tc_carrier *carrier);

#endif
