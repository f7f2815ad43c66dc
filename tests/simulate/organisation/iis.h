/*
 * iis: requests as the front ends' logs have them, in the format of either era.
 */
#ifndef TC_SIMULATE_IIS_H
#define TC_SIMULATE_IIS_H

#include "tests/simulate/organisation/sink.h"

typedef struct hit {
    tc_time t;
    uint32_t host;
    const char *method, *stem, *query, *user, *ip, *agent, *referer; /* NULL: "-" */
    const char *pretended; /* a forged left part of X-Forwarded-For */
    int status, substatus;
    uint32_t win32, taken;
} hit;

/* False: the line is not delivered. */
bool iis_hit(org *o, const hit *h);
/* The front end that serves an address that day. */
uint32_t iis_host(const org *o, const char *ip);
/* A random identifier in the form of a GUID. */
void iis_guid(rng *r, char out[40]);

#endif
