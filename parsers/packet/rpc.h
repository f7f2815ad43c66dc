/*
 * rpc: one association of connection-oriented DCE/RPC (C706 12.6, MS-RPCE 2.2.2), whatever carries
 * it.
 *
 * Takes PDUs in order, one at a time; binds say which context is SAMR and in which transfer syntax,
 * fragments of a call are put together as far as they are of use, and calls and answers go to
 * samr.h. An association whose beginning was not seen is read if a call has the shape of a set
 * password. Who calls is who logged on inside the association, else who the caller says.
 *
 * Bounds: 8 contexts, 8 calls that wait, TC_RPC_PARTS bytes of fragments each way; what is put
 * together is wiped when it was read.
 */
#ifndef TC_PACKET_RPC_H
#define TC_PACKET_RPC_H

#include "parsers/packet/samr.h"

#define TC_RPC_CONTEXTS 8
#define TC_RPC_CALLS 8
#define TC_RPC_PARTS ((size_t)48 << 10)

typedef struct tc_rpc_context {
    uint16_t id;
    bool samr, wide;
} tc_rpc_context;

/* Fragments of one call. */
typedef struct tc_rpc_parts {
    tc_str bytes;
    uint32_t id;
    bool open;
    uint8_t tail[4]; /* the last bytes of all */
} tc_rpc_parts;

typedef struct tc_rpc {
    bool bound; /* a bind was seen: contexts are known */
    tc_rpc_context contexts[TC_RPC_CONTEXTS];
    size_t context_count;
    tc_samr_call calls[TC_RPC_CALLS];
    size_t next_call;
    tc_rpc_parts parts[2]; /* of calls, of answers */
    bool logging_on;       /* a name was given, and no answer has come since */
    char actor[TC_WIRE_NAME + 1];
    char workstation[TC_WIRE_NAME + 1];
} tc_rpc;

void tc_rpc_init(tc_rpc *rpc);
/* Tells what was tried and not answered. */
void tc_rpc_done(tc_dialogue *d, tc_rpc *rpc, tc_slice actor);
/* Whether a PDU begins there, as far as eight bytes tell. */
bool tc_rpc_is_pdu(tc_slice bytes);
/* Whether it is a client's. */
bool tc_rpc_is_client(tc_slice bytes);
/* Takes the PDU at the front; its length, 0: it is not whole, TC_NPOS: it is none. `actor`: who the
 * session belongs to that carries the association; may be empty. */
size_t tc_rpc_take(tc_dialogue *d, tc_rpc *rpc, bool server, tc_slice bytes, tc_slice actor);
/* Bytes of one side were lost. */
void tc_rpc_lost(tc_dialogue *d, tc_rpc *rpc, bool server);

#endif
