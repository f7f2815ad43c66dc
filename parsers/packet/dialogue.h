/*
 * dialogue: what a protocol sees of one connection.
 *
 * A protocol is one const table. It is shown what each side says, in order, from the first byte
 * that it has not taken: it takes whole lines or messages, or nothing and is shown more. What it
 * must remember stands in its state, which is its own and bounded; what hangs on it is counted. It
 * reaches no clock, no file, no other connection but through the wire (wire.h), whose tables are
 * bounded too. So every cut of the bytes gives the same exchanges: a protocol that takes nothing of
 * a side because the other must speak first is asked again after that one, and one that has taken
 * what the other side waited for says that it `yields`.
 *
 * A protocol that ends in another one (STARTTLS) names it in `next`; one that can read no more
 * (sealed, compressed, upgraded) says `opaque`.
 */
#ifndef TC_PACKET_DIALOGUE_H
#define TC_PACKET_DIALOGUE_H

#include "parsers/base/ip.h"
#include "parsers/packet/wire.h"

#define TC_DIALOGUE_HOLD ((size_t)64 << 10) /* bytes of one side that may wait for more */

typedef struct tc_dialogue tc_dialogue;

typedef struct tc_wire_protocol {
    const char *name;
    uint16_t ports[6]; /* hints; 0 behind the last */
    size_t state_size;
    bool datagrams; /* also speaks UDP: each is one message */
    /* Whether what the two sides said first is of it; either may be empty. NULL: ports tell. */
    bool (*probe)(tc_slice client, tc_slice server);
    /* How many bytes were taken; 0: show me more. */
    size_t (*take)(tc_dialogue *d, bool server, tc_slice bytes);
    /* So many bytes of a side were lost here: what was waiting is gone too. NULL: it goes on. */
    void (*lost)(tc_dialogue *d, bool server, uint64_t bytes);
    /* Nothing more will come: frees what hangs on the state. May be NULL. */
    void (*end)(tc_dialogue *d);
} tc_wire_protocol;

struct tc_dialogue {
    const tc_wire_protocol *protocol; /* NULL: not known yet */
    const tc_wire_protocol *next;
    void *state;
    size_t extra; /* bytes that hang on the state, as the protocol counts them */
    tc_wire *wire;
    tc_ip client, server;
    uint16_t client_port, server_port;
    tc_time time;   /* of the packet */
    bool datagrams; /* it is UDP */
    bool opaque;
    bool yields;                /* what the other side has said comes before more of this one */
    bool from_start[2];         /* the side's first bytes are the connection's */
    bool heard[2];              /* the client; the server */
    bool turned;                /* a protocol found that they are the other way round */
    char forwarded[TC_IP_TEXT]; /* who a proxy says that it speaks for (PROXY protocol) */
    const char *started;        /* the protocol that it was before STARTTLS */
};

extern const tc_wire_protocol tc_wire_http, tc_wire_smtp, tc_wire_pop3, tc_wire_imap, tc_wire_tls,
    tc_wire_kerberos, tc_wire_kpasswd, tc_wire_ldap, tc_wire_smb, tc_wire_dcerpc, tc_wire_quic;

/* The protocol that the sides' first bytes are of; NULL: not known (yet). */
const tc_wire_protocol *tc_wire_protocol_of(tc_slice client, tc_slice server, uint16_t port);
const tc_wire_protocol *tc_wire_protocol_of_datagrams(uint16_t port);
/* Whether a port is one that a protocol usually serves. */
bool tc_wire_is_service(uint16_t port);

/* The line at the front, without its end; *ret_length with it. False if it has not ended. */
bool tc_dialogue_line(tc_slice bytes, tc_slice *ret, size_t *ret_length);
/* The same of a line that may have so many bytes, its end among them. False: *ret_length bytes are
 * to be passed over, because they have no end; 0: more must be seen. */
bool tc_dialogue_line_within(tc_slice bytes, size_t most, tc_slice *ret, size_t *ret_length);
/* The sides were taken for each other: ends are exchanged, `heard` stays as it is. */
void tc_dialogue_turn(tc_dialogue *d);
/* Whether anything came from the server. */
bool tc_dialogue_hears_server(const tc_dialogue *d);
/* Writes an address as a column. */
void tc_dialogue_address(tc_dialogue *d, tc_exchange_column column, tc_ip ip);

#endif
