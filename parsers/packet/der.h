/*
 * der: tags and lengths of BER and DER, as Kerberos and LDAP write them.
 *
 * Lengths in any of the definite forms, minimal or not; tags of one byte. An element that goes
 * beyond what holds it is none.
 */
#ifndef TC_PACKET_DER_H
#define TC_PACKET_DER_H

#include "parsers/base/slice.h"

typedef struct tc_der {
    uint8_t tag;
    tc_slice body;
} tc_der;

/* The element at the front of *rest, which is advanced behind it. */
bool tc_der_next(tc_slice *rest, tc_der *ret);
/* How long the element at the front is, all in all: 0 if not enough is there to say, TC_NPOS if it
 * is none. */
size_t tc_der_length(tc_slice bytes);
/* The body of the first element of that tag; empty if there is none. */
tc_slice tc_der_find(tc_slice within, uint8_t tag);
/* A small number; 0 if it is none. */
int64_t tc_der_number(tc_slice body);

#endif
