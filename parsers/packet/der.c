#include "parsers/packet/der.h"

#include "parsers/packet/octets.h"

size_t tc_der_length(tc_slice bytes)
{
    if (bytes.len < 2) return 0;
    uint8_t first = bytes.ptr[1];
    if ((bytes.ptr[0] & 0x1F) == 0x1F || first == 0x80) return TC_NPOS;
    if (first < 0x80) return 2 + (size_t)first;
    size_t count = first & 0x7F, length = 0;
    if (count > 4) return TC_NPOS;
    if (bytes.len < 2 + count) return 0;
    for (size_t i = 0; i < count; i++)
        length = length << 8 | bytes.ptr[2 + i];
    return 2 + count + length;
}

bool tc_der_next(tc_slice *rest, tc_der *ret)
{
    size_t length = tc_der_length(*rest);
    if (length == 0 || length == TC_NPOS || length > rest->len) return false;
    size_t head = 2 + (rest->ptr[1] < 0x80 ? 0 : (size_t)(rest->ptr[1] & 0x7F));
    ret->tag = rest->ptr[0];
    ret->body = tc_slice_sub(*rest, head, length - head);
    *rest = tc_octets_from(*rest, length);
    return true;
}

tc_slice tc_der_find(tc_slice within, uint8_t tag)
{
    tc_der e;
    while (tc_der_next(&within, &e))
        if (e.tag == tag) return e.body;
    return TC_EMPTY_SLICE;
}

int64_t tc_der_number(tc_slice body)
{
    if (body.len == 0 || body.len > 8) return 0;
    uint64_t n = body.ptr[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < body.len; i++)
        n = n << 8 | body.ptr[i];
    return (int64_t)n;
}
