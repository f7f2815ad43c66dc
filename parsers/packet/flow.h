/*
 * flow: one connection, its two sides put in order.
 *
 * A side's bytes are handed on in the order of their sequence numbers. Of bytes that come twice the
 * first count. What comes too early waits, and so does what answers bytes of the other side that
 * have not come yet: so a capture whose packets were shuffled gives the same dialogue. A hole is
 * given up when too much waits behind it or the flow ends; the protocol is told how much was lost.
 * A flow that begins in its middle begins where it is first seen; one whose other side is never
 * seen goes on alone.
 *
 * No single packet moves a connection to where it is not (RFC 5961, RFC 9293 3.10.7): segments,
 * resets and acknowledgements that lie further off than TC_FLOW_WINDOW are not believed, until
 * TC_FLOW_ASTRAY segments in a row, or the other side's acknowledgement, say the same; what waits
 * and was never acknowledged, though the other side went on acknowledging, is dropped; and a SYN
 * begins another connection only when that goes on: it is answered, or bytes follow it.
 *
 * Bounds: TC_FLOW_WAITING segments and TC_FLOW_BYTES bytes wait for each side, and none for longer
 * than TC_FLOW_PATIENCE by the clock of the flows.
 */
#ifndef TC_PACKET_FLOW_H
#define TC_PACKET_FLOW_H

#include "parsers/packet/datagram.h"
#include "parsers/packet/dialogue.h"

#define TC_FLOW_WAITING 256
#define TC_FLOW_BYTES ((size_t)256 << 10)
#define TC_FLOW_PATIENCE (2 * TC_MINUTE)
#define TC_FLOW_WINDOW ((int32_t)1 << 20)
#define TC_FLOW_ASTRAY 3

typedef struct tc_segment {
    struct tc_segment *next;
    uint32_t sequence;
    uint32_t acknowledged; /* with `answers` */
    uint32_t length;
    bool answers;
    bool fin;
    tc_time time;  /* its own */
    tc_time since; /* it waits, by the clock of the flows */
    uint8_t bytes[];
} tc_segment;

typedef struct tc_side {
    bool known;         /* `expected` is: the side has been seen */
    bool closed;        /* its FIN has been reached */
    bool numbered;      /* its SYN has been seen */
    bool renewed;       /* a SYN said that another connection begins, with `anew` */
    bool asks;          /* ... which is the client's */
    bool heeded;        /* the other side acknowledged `acked` at `acked_at` */
    uint32_t first;     /* the first byte's number; without its SYN, the first that was seen */
    uint32_t anew;      /* the first byte's number of another connection, that may have begun */
    uint32_t expected;  /* the next byte's number */
    uint32_t acked;     /* what the other side acknowledged last */
    tc_time acked_at;   /* by the clock of the flows */
    tc_segment *astray; /* in a row, of where the side may be instead */
    size_t astray_count;
    tc_segment *waiting; /* by sequence */
    size_t waiting_count;
    size_t waiting_bytes;
    uint8_t *held; /* handed to the dialogue, not taken yet */
    size_t held_length;
    size_t held_capacity;
} tc_side;

typedef struct tc_flow_counts {
    uint64_t gaps;      /* holes that were given up */
    uint64_t lost;      /* bytes in them */
    uint64_t holed;     /* flows that were read and have one, or a cut packet */
    uint64_t conflicts; /* segments that said something else about bytes that wait */
    uint64_t oversize;  /* bytes dropped because a protocol could not take them */
    uint64_t middle;    /* flows whose beginning was not seen */
    uint64_t evicted;   /* flows that gave way to others */
    uint64_t no_memory;
} tc_flow_counts;

typedef struct tc_flow {
    /* By flows.c: */
    struct tc_flow *chain, *newer, *older;
    uint64_t hash;
    tc_ip low, high;
    uint16_t low_port, high_port;
    uint32_t tunnel;
    tc_time used; /* when its last packet came, by the clock of the flows */
    bool tcp;
    bool client_low; /* the client is `low` */
    /* By flow.c: */
    bool begun, ended;
    bool holed;
    size_t memory; /* that hangs on it */
    tc_flow_counts *counts;
    tc_side sides[2]; /* client, server */
    tc_dialogue dialogue;
} tc_flow;

/* Takes the next packet in; `server`: it is the server's. `now`: by the clock of the flows. */
void tc_flow_take(tc_flow *flow, bool server, const tc_datagram *datagram, tc_time time,
                  tc_time now);
/* Gives up what is missing, ends the dialogue and frees what hangs on the flow, not the flow: what
 * it knows of its numbers stays. */
void tc_flow_end(tc_flow *flow);

/* flow_begin.c: whether the packet shows that another connection has begun between the same ends;
 * remembers a SYN that says so. Of a flow that has ended, whatever is no copy begins another one.
 */
bool tc_flow_begins_anew(tc_flow *flow, bool server, const tc_datagram *datagram, tc_time now);
/* flow_begin.c: a side whose first byte's number is known by its SYN. */
void tc_flow_begin_side(tc_flow *flow, bool server, uint32_t first);
/* flow.c: whether the number is within the window around what the side says next. */
bool tc_flow_is_near(const tc_side *side, uint32_t sequence);

/* dialogue.c: hands bytes on; tells of a loss; ends. */
void tc_dialogue_feed(tc_flow *flow, bool server, tc_slice bytes, tc_time time);
void tc_dialogue_lose(tc_flow *flow, bool server, uint64_t bytes);
void tc_dialogue_end(tc_flow *flow);

/* Sequence numbers wrap: how far `to` is ahead of `from`. */
static inline int32_t tc_flow_distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

#endif
