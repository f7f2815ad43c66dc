/*
 * ndr: reads parameters of remote calls as DCE/RPC lays them out: NDR, and NDR64 (MS-RPCE 2.2.4,
 * 2.2.5).
 *
 * Numbers in either order of bytes, each at its alignment from the front of the parameters. A
 * reader that has run beyond the end has failed, gives zeros from then on, and stays so.
 */
#ifndef TC_PACKET_NDR_H
#define TC_PACKET_NDR_H

#include "parsers/base/slice.h"

typedef struct tc_ndr {
    tc_slice bytes;
    size_t at;
    bool big;  /* the highest byte stands first */
    bool wide; /* NDR64: counts and pointers have eight bytes */
    bool failed;
} tc_ndr;

uint16_t tc_ndr_u16(tc_ndr *ndr);
uint32_t tc_ndr_u32(tc_ndr *ndr);
/* An enumeration: two bytes, four in NDR64. */
uint32_t tc_ndr_enum(tc_ndr *ndr);
/* A count, or what stands for a pointer (0: NULL); the greatest number for all beyond 32 bits. */
uint32_t tc_ndr_size(tc_ndr *ndr);
/* Bytes without alignment; empty if so many are not there. */
tc_slice tc_ndr_bytes(tc_ndr *ndr, size_t count);
/* The head of RPC_UNICODE_STRING or RPC_STRING; false: no text follows. */
bool tc_ndr_string_head(tc_ndr *ndr);
/* The text of one, of characters of `unit` bytes. */
tc_slice tc_ndr_string_body(tc_ndr *ndr, size_t unit);

#endif
