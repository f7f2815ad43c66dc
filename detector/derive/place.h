/*
 * place: content keys of where a session comes from, the same wherever something is remembered
 * of it. 0 = not known.
 */
#ifndef TC_DERIVE_PLACE_H
#define TC_DERIVE_PLACE_H

#include "detector/enrich/observation.h"
#include "parsers/base/hash.h"

static inline uint64_t tc_place_address(tc_ip ip)
{
    return tc_ip_is_zero(ip) ? 0 : tc_content_hash(tc_slice_make(ip.bytes, sizeof(ip.bytes)));
}
/* Of the /24 or /48. */
static inline uint64_t tc_place_network(tc_ip ip)
{
    return tc_ip_is_zero(ip) ? 0 : tc_place_address(tc_ip_site(ip).network);
}
static inline uint64_t tc_place_country(const tc_observation *o)
{
    return o->country[0] ? tc_content_hash(tc_slice_of(o->country)) : 0;
}
static inline uint64_t tc_place_asn(const tc_observation *o)
{
    return o->asn ? tc_content_hash(tc_slice_make((const uint8_t *)&o->asn, sizeof(o->asn))) : 0;
}

#endif
