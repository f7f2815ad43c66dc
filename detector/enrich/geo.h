/*
 * geo: country and autonomous system of an address, from MaxMind DB files.
 *
 * Several databases may be open; the first that knows a thing answers it. Which of both a file has
 * is seen from its data, not from its name. A broken file is an error at opening where that can be
 * seen; where it is broken inside, look-ups give what they can and are counted. Immutable once
 * open, for any thread. The only user of libmaxminddb. Answers point into the files' memory and
 * live as long as the tc_geo. Two layouts are known: that of GeoLite2, which DB-IP writes too, with
 * the country in a map of its own, and the flat one of IPinfo ("country_code", "asn": "AS64500").
 */
#ifndef TC_ENRICH_GEO_H
#define TC_ENRICH_GEO_H

#include "parsers/base/ip.h"
#include "parsers/base/str.h"

#define TC_GEO_FILES_MAX 8
#define TC_GEO_ORG_MAX 128 /* bytes of a holder's name; longer ones are cut */

typedef struct tc_geo tc_geo;

typedef struct tc_geo_answer {
    char country[4]; /* two capitals; "" if unknown */
    uint32_t asn;    /* 0 if unknown */
    tc_slice as_org;
} tc_geo_answer;

TC_STATUS tc_geo_open(const char *const *files, size_t count, tc_geo **ret, tc_error *reterr);
void tc_geo_free(tc_geo *geo);
bool tc_geo_has_country(const tc_geo *geo);
bool tc_geo_has_asn(const tc_geo *geo);
/* Fills *ret. False if a database turned out to be broken at this address. */
bool tc_geo_find(const tc_geo *geo, tc_ip ip, tc_geo_answer *ret);
/* Adds "libmaxminddb VERSION", of the library as linked. */
void tc_geo_library(tc_str *out);

#endif
