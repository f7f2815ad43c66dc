/*
 * tls: the server's side of TLS, 1.2 or later; never waits. Speaks to OpenSSL alone.
 */
#ifndef TC_RECEIVE_TLS_H
#define TC_RECEIVE_TLS_H

#include "detector/receive/settings.h"

typedef struct tc_tls tc_tls;

typedef enum tc_tls_result {
    TC_TLS_DONE,
    TC_TLS_WANTS_READ,
    TC_TLS_WANTS_WRITE,
    TC_TLS_END, /* the peer said that it ends, or just went */
    TC_TLS_BROKEN
} tc_tls_result;

#define TC_TLS_RESULT TC_MUST_USE tc_tls_result

/* With the certificate and key of the settings; peers have to show a certificate of `ca`, if there
 * is one. */
TC_STATUS tc_tls_new(const tc_listen *listen, tc_tls **ret, tc_error *reterr);
void tc_tls_free(tc_tls *tls);
/* A peer on a socket, which stays the caller's; NULL without memory. */
void *tc_tls_peer_new(tc_tls *tls, int fd) TC_MUST_USE;
/* Says that it ends, without waiting. NULL is fine. */
void tc_tls_peer_free(void *peer);
TC_TLS_RESULT tc_tls_shake(void *peer);
TC_TLS_RESULT tc_tls_read(void *peer, uint8_t *buffer, size_t room, size_t *ret_got);
TC_TLS_RESULT tc_tls_write(void *peer, const uint8_t *bytes, size_t length, size_t *ret_sent);

#endif
