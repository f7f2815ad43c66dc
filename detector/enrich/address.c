#include "detector/enrich/address.h"

#include "detector/enrich/quickhash.h"

#define FORWARDED_MAX 32 /* addresses looked at, from the right */

static bool among(const tc_cidr *list, size_t count, tc_ip ip)
{
    for (size_t i = 0; i < count; i++)
        if (tc_cidr_contains(list[i], ip)) return true;
    return false;
}

static bool is_separator(uint8_t byte)
{
    return byte == ',' || byte == '+' || byte == ' ' || byte == ';' || byte == '\t';
}

/* Cuts the last token off the list. *ret_comma: a comma stood behind it. */
static tc_slice last_token(tc_slice *list, bool *ret_comma)
{
    size_t end = list->len;
    for (*ret_comma = false; end > 0 && is_separator(list->ptr[end - 1]); end--)
        *ret_comma |= list->ptr[end - 1] == ',';
    size_t begin = end;
    while (begin > 0 && !is_separator(list->ptr[begin - 1]))
        begin--;
    tc_slice token = tc_slice_sub(*list, begin, end - begin);
    list->len = begin;
    return token;
}

/* The rightmost address that is not one of our proxies; if all are, the leftmost. False if
 * something that is no address, or a hop that does not say for whom, stands before it was found. */
static bool rightmost_stranger(const tc_networks *networks, tc_slice list, tc_ip *ret)
{
    bool found = false, said = true, comma;
    for (int i = 0; i < FORWARDED_MAX; i++) {
        tc_slice token = last_token(&list, &comma);
        tc_ip ip;
        if (!said && (comma || token.len == 0)) return false;
        if (token.len == 0) return found;
        if (i == 0 || comma) said = false;
        if (!tc_ip_is_for(&token)) continue;
        if (!tc_ip_parse_loose(token, &ip)) return false;
        *ret = ip;
        found = said = true;
        if (!among(networks->proxies, networks->proxy_count, ip)) return true;
    }
    return found;
}

void tc_client_of(const tc_networks *networks, tc_slice c_ip, tc_slice forwarded, tc_client *ret)
{
    *ret = (tc_client){.forwarded = false};
    tc_ip peer, client;
    ret->has_forwarded = forwarded.len > 0 && !tc_slice_equal(forwarded, TC_LIT("-"));
    if (!tc_ip_parse_loose(c_ip, &peer)) return;
    ret->ip = peer;
    if (!ret->has_forwarded || !among(networks->proxies, networks->proxy_count, peer)) return;
    if (!rightmost_stranger(networks, forwarded, &client)) return;
    ret->forwarded = true;
    ret->ip = client;
    if (!tc_ip_equal(client, peer)) ret->peer = peer;
}

tc_address_class tc_address_classify(const tc_networks *networks, tc_ip ip)
{
    if (tc_ip_is_zero(ip)) return TC_ADDRESS_NONE;
    if (among(networks->egress, networks->egress_count, ip)) return TC_ADDRESS_EGRESS;
    if (among(networks->internal, networks->internal_count, ip)) return TC_ADDRESS_INTERNAL;
    return tc_ip_is_private(ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
}

const tc_address *tc_address_of(tc_address_cache *cache, tc_ip ip)
{
    uint64_t hash = tc_quick_mix(tc_quick_load8(ip.bytes) ^ cache->key,
                                 tc_quick_load8(ip.bytes + 8) ^ UINT64_C(0x9E3779B97F4A7C15));
    tc_address *entry = &cache->entries[hash % TC_ADDRESS_CACHE];
    if (entry->known && tc_ip_equal(entry->ip, ip)) return entry;
    *entry = (tc_address){
        .ip = ip, .address_class = tc_address_classify(cache->networks, ip), .known = true};
    /* Nobody else's country or network is known of addresses that mean a different host
     * everywhere. */
    if (cache->geo != NULL && !tc_ip_is_zero(ip) && !tc_ip_is_private(ip) &&
        !tc_geo_find(cache->geo, ip, &entry->geo))
        cache->geo_errors++;
    return entry;
}
