/*
 * connect: a connected socket that never blocks.
 */
#ifndef TC_SEND_CONNECT_H
#define TC_SEND_CONNECT_H

#include "detector/send/patience.h"

/* A TCP connection with keepalive to the first address of the host that takes one, within the
 * timeout for all of them; -1 and words. What is sent and not acknowledged for that long breaks
 * it. */
int tc_connect_stream(const char *host, uint16_t port, uint32_t timeout_ms, tc_patience *patience,
                      tc_error *reterr);
/* A UDP socket that sends to the first address. */
int tc_connect_datagram(const char *host, uint16_t port, uint32_t timeout_ms, tc_patience *patience,
                        tc_error *reterr);
/* A datagram socket to a path of this machine. */
int tc_connect_path(const char *path, tc_error *reterr);

#endif
