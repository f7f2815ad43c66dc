/*
 * target: where a receiver is, as a person writes it, taken apart.
 */
#ifndef TC_SEND_TARGET_H
#define TC_SEND_TARGET_H

#include "detector/send/transport.h"

typedef struct tc_target {
    const tc_transport *transport;
    tc_slice host; /* without the brackets of an IPv6 address; empty: none */
    tc_slice path; /* empty: none; of a webhook the whole target */
    uint16_t port;
} tc_target;

/* The parts are slices of the text. Refused in words: another scheme, no host, no absolute path, a
 * name and a password before the host. */
TC_STATUS tc_target_parse(tc_slice text, tc_target *ret, tc_error *reterr);

#endif
