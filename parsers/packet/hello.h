/*
 * hello: what a TLS ClientHello says (RFC 8446 4.1.2), and its fingerprints JA3 and JA4.
 *
 * The numbers that clients throw in at random (RFC 8701) count for neither. Of a hello with more
 * than 512 ciphers, extensions, groups or signatures there are no fingerprints.
 */
#ifndef TC_PACKET_HELLO_H
#define TC_PACKET_HELLO_H

#include "parsers/base/slice.h"

typedef struct tc_hello {
    char server_name[256];
    char alpn[256]; /* the protocols, apart by commas */
    char ja3[33];
    char ja4[40];
} tc_hello;

/* Kinds of records: the first and the last there are. */
enum { TC_TLS_CHANGE = 20, TC_TLS_DATA = 23 };
/* Whether a record of TLS begins there: its kind and version, as all versions have them. */
bool tc_tls_is_record(tc_slice bytes);
/* `body` is the message without its four bytes of head. False if it is none. */
bool tc_hello_read(tc_slice body, tc_hello *ret);

#endif
