/*
 * carrier: from the bytes of a capture to exchanges.
 *
 * Reads packets (capture_file.h), takes off what they are wrapped in (datagram.h), puts
 * connections in order (flows.h) and lets protocols read them (dialogue.h). All of it runs in the
 * order of the packets on whoever calls; what comes out is read by any worker (exchange.h). Memory
 * is bounded, whatever comes; what a bound takes is counted in the last exchange.
 *
 * A packet's fate is told when the next one has begun, so that what it completed stands before it.
 */
#ifndef TC_PACKET_CARRIER_H
#define TC_PACKET_CARRIER_H

#include "parsers/base/slice.h"

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

#endif
