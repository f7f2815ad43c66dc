/*
 * http_hops: through whom a request came, as the proxies on its way say it.
 *
 * One list, the nearest hop on the right, as X-Forwarded-For has it. Lines of one name are one list
 * (RFC 9110, 5.3). Where that header is missing, X-Real-IP stands for it, and then Forwarded (RFC
 * 7239). What the connection itself begins with (the PROXY protocol) was said by the nearest proxy
 * of all, so it stands right of whatever a client may have forged. A list that is too long loses
 * its left end, which is the one that nobody vouches for.
 */
#ifndef TC_PACKET_HTTP_HOPS_H
#define TC_PACKET_HTTP_HOPS_H

#include "parsers/base/slice.h"

#define TC_HTTP_HOPS 512

typedef struct tc_http_hops {
    char listed[TC_HTTP_HOPS];   /* X-Forwarded-For */
    char relayed[TC_HTTP_HOPS];  /* Forwarded */
    char real[TC_HTTP_HOPS / 4]; /* X-Real-IP */
} tc_http_hops;

/* A header; those that tell of no hop are none of its business. */
void tc_http_hops_note(tc_http_hops *hops, tc_slice name, tc_slice value);
/* The list; `preface` is who the PROXY protocol names, or empty. */
void tc_http_hops_list(const tc_http_hops *hops, tc_slice preface, char *out, size_t size);

#endif
