#include "parsers/packet/http_hops.h"

#include "parsers/base/ip.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

/* The right end of a list, whole hops. */
static tc_slice right_end(tc_slice list, size_t room)
{
    if (list.len <= room) return list;
    tc_slice end = tc_octets_from(list, list.len - room);
    size_t comma = tc_slice_find(end, ',');
    return comma == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_trim(tc_octets_from(end, comma + 1));
}

static void append(char *out, size_t size, tc_slice hops)
{
    hops = right_end(hops, size - 1);
    if (hops.len == 0) return;
    size_t behind = TC_MIN(hops.len + 2, size - 1);
    tc_slice before = right_end(tc_slice_of(out), size - 1 - behind);
    size_t n = before.len;
    if (n > 0) {
        memmove(out, before.ptr, n);
        memcpy(out + n, ", ", 2);
        n += 2;
    }
    tc_copy_text(out + n, size - n, hops);
}

/* for=192.0.2.60, for="[2001:db8::1]:4711" */
static tc_slice node_of(tc_slice element)
{
    while (element.ptr != NULL) {
        tc_slice pair = tc_slice_trim(tc_slice_split(element, ';', &element));
        if (tc_slice_find(pair, '=') != TC_NPOS && tc_ip_is_for(&pair)) return pair;
    }
    return TC_EMPTY_SLICE;
}

/* A hop that does not say for whom it is keeps its place, so that the one left of it, which anybody
 * may have written, is not taken for it. */
static void append_forwarded(char *out, size_t size, tc_slice value)
{
    while (value.ptr != NULL) {
        tc_slice node = node_of(tc_slice_split(value, ',', &value));
        append(out, size, node.len > 0 ? node : TC_LIT("unknown"));
    }
}

void tc_http_hops_note(tc_http_hops *hops, tc_slice name, tc_slice value)
{
    if (tc_slice_equal_ascii(name, TC_LIT("X-Forwarded-For")))
        append(hops->listed, sizeof hops->listed, value);
    else if (tc_slice_equal_ascii(name, TC_LIT("Forwarded")))
        append_forwarded(hops->relayed, sizeof hops->relayed, value);
    else if (tc_slice_equal_ascii(name, TC_LIT("X-Real-IP")))
        tc_copy_text(hops->real, sizeof hops->real, value);
}

void tc_http_hops_list(const tc_http_hops *hops, tc_slice preface, char *out, size_t size)
{
    const char *list = hops->listed[0] ? hops->listed : hops->real[0] ? hops->real : hops->relayed;
    tc_copy_text(out, size, TC_EMPTY_SLICE);
    append(out, size, tc_slice_of(list));
    append(out, size, preface);
}
