/*
 * ncsa_client: what stands before the time of a line of an access log in NCSA's form: who asks.
 *
 * "[host[:port] ]client ident user", where a user's name may have blanks. Whoever carries the line
 * may have put more in front (a container's runtime, a balancer's rule): then the client is the
 * address before the first "-", because of what a client sends nothing stands before that. A list
 * of addresses is X-Forwarded-For, of which the right end was written last: the client is the last
 * that is not private.
 */
#ifndef TC_TEXT_NCSA_CLIENT_H
#define TC_TEXT_NCSA_CLIENT_H

#include "parsers/base/slice.h"

/* Slices of the text; empty: not there. */
typedef struct tc_ncsa_client {
    tc_slice host;
    tc_slice client;
    tc_slice forwarded; /* a list of more than one address */
    tc_slice user;
} tc_ncsa_client;

/* False: no such text, or part of a line that a container's runtime has cut. */
bool tc_ncsa_client_read(tc_slice before, tc_ncsa_client *ret) TC_MUST_USE;

#endif
