/*
 * resolve: the addresses of a host, without waiting for a name server longer than one wants to.
 *
 * getaddrinfo cannot be interrupted, so it runs in a thread of its own, which whoever has no
 * patience any more leaves behind: what it finds is then thrown away by itself. Numbers need none.
 */
#ifndef TC_SEND_RESOLVE_H
#define TC_SEND_RESOLVE_H

#include "detector/send/patience.h"

#include <netdb.h>

/* A list for freeaddrinfo, of addresses of that socket type; NULL, and words, when there is none.
 */
struct addrinfo *tc_resolve(const char *host, uint16_t port, int socket_type, tc_patience *patience,
                            uint64_t deadline, tc_error *reterr) TC_MUST_USE;

#endif
