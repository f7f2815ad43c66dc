/*
 * wire: what the dialogues of a capture share.
 *
 * Where exchanges are written, and four bounded memories: whose a webmail session is, who asked a
 * Kerberos server from an address, whose an account's handle is, and what was already told. Each
 * forgets the oldest; all are asked by value, so that what is found hangs on what was seen and
 * never on hashes' order. Besides memory that dialogues take and give back all the time.
 */
#ifndef TC_PACKET_WIRE_H
#define TC_PACKET_WIRE_H

#include "parsers/base/hash.h"
#include "parsers/base/ip.h"
#include "parsers/packet/blocks.h"
#include "parsers/packet/exchange.h"

#define TC_WIRE_NAME 128 /* bytes kept of a name */

typedef struct tc_remembered {
    uint64_t key;
    tc_time time;
    uint8_t length;
    char text[TC_WIRE_NAME];
} tc_remembered;

#define TC_MEMORY_SETS 4096
#define TC_MEMORY_WAYS 4

/* Key -> text, TC_MEMORY_WAYS to a set; the oldest of a set gives way. */
typedef struct tc_wire_memory {
    tc_remembered *slots;
    uint8_t oldest[TC_MEMORY_SETS];
} tc_wire_memory;

typedef struct tc_wire {
    tc_exchanges out;
    tc_wire_memory sessions; /* hash of a cookie -> name */
    tc_wire_memory askers;   /* hash of an address -> name that asked for a ticket */
    tc_wire_memory accounts; /* hash of a handle, number or session -> whose (accounts.h, smb.h) */
    tc_wire_memory told;     /* hash of a deed -> when */
    tc_blocks requests;      /* of HTTP (http.c) */
    tc_hash_key key;
} tc_wire;

/* False without memory; _done undoes it also then. */
bool tc_wire_init(tc_wire *wire) TC_MUST_USE;
void tc_wire_done(tc_wire *wire);

/* NULL: not remembered. Keys are content hashes: equal in every run. */
const tc_remembered *tc_wire_recall(const tc_wire_memory *memory, uint64_t key);
void tc_wire_remember(tc_wire_memory *memory, uint64_t key, tc_slice text, tc_time time);
/* Whether the same was told within `span` before; else it is now. */
bool tc_wire_told_before(tc_wire *wire, uint64_t key, tc_time time, int64_t span);

#endif
