/*
 * host: a server's name as all its logs would write it.
 *
 * Some write it in full, some in short, in large letters or small ones. Without the domain and in
 * small letters it is one; an address stays what it is. Longer ones are cut.
 */
#ifndef TC_ENRICH_HOST_H
#define TC_ENRICH_HOST_H

#include "parsers/base/str.h"

#define TC_HOST_SHORT_MAX 64

/* The short name, in `room`; empty for an empty one. */
static inline tc_slice tc_host_short(tc_slice host, uint8_t room[TC_HOST_SHORT_MAX])
{
    size_t length = 0;
    bool named = host.len > 0 && (host.ptr[0] < '0' || host.ptr[0] > '9');
    for (; length < TC_HOST_SHORT_MAX && length < host.len; length++) {
        uint8_t byte = host.ptr[length];
        if (byte == '.' && named) break;
        room[length] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
    }
    return tc_slice_make(room, length);
}

#endif
