#include "parsers/packet/ndr.h"

#include "parsers/packet/octets.h"

static const uint8_t *take(tc_ndr *n, size_t count, size_t alignment)
{
    size_t at = (n->at + alignment - 1) / alignment * alignment;
    n->failed = n->failed || at > n->bytes.len || count > n->bytes.len - at;
    if (n->failed) return NULL;
    n->at = at + count;
    return n->bytes.ptr + at;
}

uint16_t tc_ndr_u16(tc_ndr *n)
{
    const uint8_t *p = take(n, 2, 2);
    if (!p) return 0;
    return n->big ? tc_be16(p) : tc_le16(p);
}

uint32_t tc_ndr_u32(tc_ndr *n)
{
    const uint8_t *p = take(n, 4, 4);
    if (!p) return 0;
    return n->big ? tc_be32(p) : tc_le32(p);
}

uint32_t tc_ndr_enum(tc_ndr *n)
{
    return n->wide ? tc_ndr_u32(n) : tc_ndr_u16(n);
}

uint32_t tc_ndr_size(tc_ndr *n)
{
    if (!n->wide) return tc_ndr_u32(n);
    const uint8_t *p = take(n, 8, 8);
    if (!p) return 0;
    /* Of a pointer only matters whether there is one. */
    uint32_t first = n->big ? tc_be32(p) : tc_le32(p);
    uint32_t second = n->big ? tc_be32(p + 4) : tc_le32(p + 4);
    uint32_t high = n->big ? first : second;
    return high != 0 ? UINT32_MAX : n->big ? second : first;
}

tc_slice tc_ndr_bytes(tc_ndr *n, size_t count)
{
    const uint8_t *p = take(n, count, 1);
    return p ? tc_slice_make(p, count) : TC_EMPTY_SLICE;
}

bool tc_ndr_string_head(tc_ndr *n)
{
    (void)tc_ndr_u16(n);
    (void)tc_ndr_u16(n);
    return tc_ndr_size(n) != 0;
}

tc_slice tc_ndr_string_body(tc_ndr *n, size_t unit)
{
    (void)tc_ndr_size(n);
    (void)tc_ndr_size(n);
    uint32_t count = tc_ndr_size(n);
    if (count > n->bytes.len) n->failed = true;
    return n->failed ? TC_EMPTY_SLICE : tc_ndr_bytes(n, count * unit);
}
