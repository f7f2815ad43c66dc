/*
 * http_secret: addresses of pages without what is secret in them.
 *
 * Of a query the values whose names say that they are a secret (a password, a token, a code of
 * OAuth, an assertion of SAML) are left out, the names stay; of a whole address also who asks
 * (user:password@) and the fragment. Names count in whatever way they are written: letters' case
 * aside, percent signs undone, behind '&' or ';'.
 */
#ifndef TC_PACKET_HTTP_SECRET_H
#define TC_PACKET_HTTP_SECRET_H

#include "parsers/base/slice.h"

void tc_http_copy_query(tc_slice query, char *out, size_t size);
/* Of an absolute or relative address, as in Referer. */
void tc_http_copy_address(tc_slice address, char *out, size_t size);

#endif
