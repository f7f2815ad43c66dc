/*
 * kerberos: what the change of passwords (kpasswd.c) shares with Kerberos.
 */
#ifndef TC_PACKET_KERBEROS_H
#define TC_PACKET_KERBEROS_H

#include "parsers/packet/dialogue.h"

/* Under which key of wire.askers stands who asked last from the client's address. */
uint64_t tc_kerberos_asker(const tc_dialogue *d);
/* Under which key of wire.askers stands whose a Ticket is, if it was handed out to change a
 * password (kadmin/changepw); 0: it is no ticket. Of a ticket only what its server sealed counts.
 */
uint64_t tc_kerberos_ticket(tc_slice ticket);
/* The message behind four bytes of length; how much was used, 0: not all of it is there. */
size_t tc_kerberos_framed(tc_slice bytes, tc_slice *ret);

#endif
