/*
 * octets: numbers as they lie in packets. The caller has made sure that the bytes are there.
 */
#ifndef TC_PACKET_OCTETS_H
#define TC_PACKET_OCTETS_H

#include "parsers/base/slice.h"

static inline uint16_t tc_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t tc_be24(const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}
static inline uint32_t tc_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | tc_be24(p + 1);
}
static inline uint16_t tc_le16(const uint8_t *p)
{
    return (uint16_t)(p[1] << 8 | p[0]);
}
static inline uint32_t tc_le32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}
/* Everything from `at` on; empty where nothing is. */
static inline tc_slice tc_octets_from(tc_slice s, size_t at)
{
    return tc_slice_sub(s, at, SIZE_MAX);
}

#endif
