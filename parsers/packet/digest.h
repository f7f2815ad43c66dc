/*
 * digest: MD5 (RFC 1321) and SHA-256 (FIPS 180-4), for the fingerprints JA3 and JA4 and nothing
 * that must withstand anybody.
 */
#ifndef TC_PACKET_DIGEST_H
#define TC_PACKET_DIGEST_H

#include "parsers/base/slice.h"

/* In hexadecimal digits, NUL-terminated. */
void tc_md5_text(tc_slice bytes, char out[33]);
void tc_sha256_text(tc_slice bytes, char out[65]);

#endif
