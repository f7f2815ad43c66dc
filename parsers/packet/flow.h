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
 * Bounds: TC_FLOW_WAITING segments and TC_FLOW_BYTES bytes wait for each side, and none for longer
 * than TC_FLOW_PATIENCE of the packets' time.
 */
#ifndef TC_PACKET_FLOW_H
#define TC_PACKET_FLOW_H

#include "parsers/packet/datagram.h"
#include "parsers/packet/dialogue.h"

#define TC_FLOW_WAITING 256
#define TC_FLOW_BYTES ((size_t)256 << 10)
#define TC_FLOW_PATIENCE (2 * TC_MINUTE)

typedef struct tc_segment {
    struct tc_segment *next;
    uint32_t sequence;
    uint32_t acknowledged; /* with `answers` */
    uint32_t length;
    bool answers;
    bool fin;
    tc_time time;
    uint8_t bytes[];
} tc_segment;

typedef struct tc_side {
    bool known;          /* `expected` is: the side has been seen */
    bool closed;         /* its FIN has been reached */
    uint32_t expected;   /* the next byte's number */
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
    tc_time used; /* when its last packet came */
    bool tcp;
    bool client_low; /* the client is `low` */
    /* By flow.c: */
    bool begun, ended;
    size_t memory; /* that hangs on it */
    tc_flow_counts *counts;
    tc_side sides[2]; /* client, server */
    tc_dialogue dialogue;
} tc_flow;

/* Takes the next packet in; `server`: it is the server's. */
void tc_flow_take(tc_flow *flow, bool server, const tc_datagram *datagram, tc_time time);
/* Gives up what is missing, ends the dialogue and frees what hangs on the flow, not the flow. */
void tc_flow_end(tc_flow *flow);

/* dialogue.c: hands bytes on; tells of a loss; ends. */
void tc_dialogue_feed(tc_flow *flow, bool server, tc_slice bytes, tc_time time);
void tc_dialogue_lose(tc_flow *flow, bool server, uint64_t bytes);
void tc_dialogue_end(tc_flow *flow);

#endif
