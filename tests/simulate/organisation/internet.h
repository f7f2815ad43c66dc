/*
 * internet: the world outside, in ordinary public address space.
 *
 * Every country has access providers, a mobile operator behind shared addresses, hosters and places
 * (hotels, venues). Which blocks they hold is drawn by seed, except those of the one cloud whose
 * prefixes are published. Networks never overlap; the table is sorted by address.
 */
#ifndef TC_SIMULATE_INTERNET_H
#define TC_SIMULATE_INTERNET_H

#include "tests/simulate/organisation/org.h"

#define ADDRESS_TEXT 48

typedef enum net_kind {
    NET_HOME,
    NET_MOBILE,
    NET_HOSTING,
    NET_PLACE,      /* hotels, venues, aeroplanes */
    NET_TUNNEL,     /* private VPN services */
    NET_MAIL_CLOUD, /* published prefixes of the mail cloud */
    NET_RENTED,     /* the same company's machines for rent */
    NET_OWN         /* the organisation's exits */
} net_kind;

typedef struct network {
    uint32_t v4; /* first address */
    uint8_t bits;
    uint64_t v6; /* first 64 bits of a /32; 0 without */
    char country[3];
    uint32_t asn;
    char holder[44];
    net_kind kind;
} network;

void internet_draw(org *o);
/* A network of a kind in a country (NULL: anywhere); the n-th of them, modulo. Never NULL. */
const network *internet_find(const org *o, net_kind kind, const char *country, uint32_t n);
/* The v4 address of a subscriber. */
void internet_v4(const network *n, uint64_t key, char out[ADDRESS_TEXT]);
/* Whether two v4 addresses lie in one block of 65,536, as only those of one network do. */
bool internet_same_block(const char *a, const char *b);
/* The v6 address of a subscriber's device that day; the v4 one where the network has no v6. */
void internet_v6(const network *n, uint64_t key, uint64_t device, char out[ADDRESS_TEXT]);
/* A country outside the organisation's own, by chance. */
const char *internet_country(rng *r, bool european);
/* Writes country.mmdb, asn.mmdb. */
bool internet_write(const org *o);

#endif
