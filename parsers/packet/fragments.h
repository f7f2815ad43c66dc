/*
 * fragments: IP datagrams being put together.
 *
 * Of bytes that come twice the first count; that they differ is counted. At most
 * TC_FRAGMENTS_OPEN datagrams are open: the oldest gives way, and so does one that is older than 30
 * seconds. Order of arrival alone decides, no hash.
 */
#ifndef TC_PACKET_FRAGMENTS_H
#define TC_PACKET_FRAGMENTS_H

#include "parsers/base/ip.h"
#include "parsers/base/time.h"

#define TC_FRAGMENTS_OPEN 256
#define TC_DATAGRAM_MAX 65536

typedef struct tc_fragments tc_fragments;

typedef struct tc_fragment {
    tc_ip source, target;
    uint32_t id;
    uint32_t tunnel;
    uint8_t protocol;
    uint32_t offset; /* a multiple of 8 */
    bool more;       /* follow it */
    tc_slice bytes;
    tc_time time;
} tc_fragment;

tc_fragments *tc_fragments_new(void) TC_MUST_USE;
void tc_fragments_free(tc_fragments *fragments);
/* True if the datagram is complete now: *ret is its payload, valid until the next call. */
bool tc_fragments_add(tc_fragments *fragments, const tc_fragment *fragment, tc_slice *ret);

/* No more pieces come: what is open is incomplete. */
void tc_fragments_end(tc_fragments *fragments);

typedef struct tc_fragment_counts {
    uint64_t evicted;    /* datagrams that gave way to others */
    uint64_t incomplete; /* datagrams that waited too long, or whose pieces ended */
    uint64_t conflicts;  /* pieces that said something else about bytes that were there */
    uint64_t refused;    /* pieces that no datagram can have, or without memory */
} tc_fragment_counts;
tc_fragment_counts tc_fragments_counts(const tc_fragments *fragments);

#endif
