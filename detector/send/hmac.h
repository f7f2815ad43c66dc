/*
 * hmac: HMAC-SHA256 (RFC 2104), so that a webhook's receiver knows who speaks.
 */
#ifndef TC_SEND_HMAC_H
#define TC_SEND_HMAC_H

#include "parsers/base/slice.h"
#include "parsers/base/str.h"

#define TC_HMAC_TEXT 65

/* 64 hexadecimal digits and a NUL. False if the library refuses. */
bool tc_hmac_sha256(tc_slice key, tc_slice text, char out[TC_HMAC_TEXT]) TC_MUST_USE;
/* Appends ", openssl 3.0.17". */
void tc_hmac_library(tc_str *out);

#endif
