/*
 * address: whose address stands in a record, and what kind of address it is.
 *
 * X-Forwarded-For and Forwarded (RFC 7239) are believed only from a declared proxy: anybody can
 * send the header. In it the rightmost address that is not a declared proxy is the client (what
 * stands left of that, the client wrote itself). Forms of addresses: tc_ip_parse_loose.
 */
#ifndef TC_ENRICH_ADDRESS_H
#define TC_ENRICH_ADDRESS_H

#include "detector/enrich/geo.h"
#include "detector/enrich/observation.h"

typedef struct tc_networks {
    tc_cidr *internal, *egress, *proxies;
    size_t internal_count, egress_count, proxy_count;
} tc_networks;

typedef struct tc_client {
    tc_ip ip;           /* the true client; zero if unknown */
    tc_ip peer;         /* c-ip where that is another; else zero */
    bool forwarded;     /* ip was taken from the forwarded addresses */
    bool has_forwarded; /* the record has such a field with something in it */
} tc_client;

void tc_client_of(const tc_networks *networks, tc_slice c_ip, tc_slice forwarded, tc_client *ret);
tc_address_class tc_address_classify(const tc_networks *networks, tc_ip ip);

/* What is known of an address; kept in a direct-mapped cache per worker. */
typedef struct tc_address {
    tc_ip ip;
    tc_address_class address_class;
    bool known; /* the slot is in use */
    tc_geo_answer geo;
} tc_address;

#define TC_ADDRESS_CACHE 4096
typedef struct tc_address_cache {
    const tc_networks *networks;
    const tc_geo *geo; /* may be NULL */
    uint64_t key;
    uint64_t geo_errors;
    tc_address entries[TC_ADDRESS_CACHE];
} tc_address_cache;

/* Valid until the next call. */
const tc_address *tc_address_of(tc_address_cache *cache, tc_ip ip);

#endif
