/*
 * kerberos: what the change of passwords (kpasswd.c) shares with Kerberos.
 */
#ifndef TC_PACKET_KERBEROS_H
#define TC_PACKET_KERBEROS_H

#include "parsers/packet/dialogue.h"

/* Under which key of wire.askers stands who asked last from the client's address. */
uint64_t tc_kerberos_asker(const tc_dialogue *d);
/* The message behind four bytes of length; how much was used, 0: not all of it is there. */
size_t tc_kerberos_framed(tc_slice bytes, tc_slice *ret);

#endif
