#include "detector/enrich/ecs.h"

#include "detector/enrich/host.h"

#define DECODINGS 3

void tc_ecs_number(const tc_ecs *e, tc_field field, tc_slice digits)
{
    if (digits.len == 0 || digits.len > 20 || !tc_ecs_wants(e, field)) return;
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return;
    while (digits.len > 1 && digits.ptr[0] == '0')
        digits = tc_slice_sub(digits, 1, TC_NPOS);
    tc_overlay_set_number(e->event->overlay, field, digits);
}

void tc_ecs_copy(const tc_ecs *e, tc_field field, tc_slice text)
{
    tc_slice copy;
    if (text.len > 0 && tc_ecs_wants(e, field) && tc_arena_copy(e->event->arena, text, &copy))
        tc_overlay_set_text(e->event->overlay, field, copy);
}

void tc_ecs_lower(const tc_ecs *e, tc_field field, tc_slice text)
{
    if (text.len == 0 || !tc_ecs_wants(e, field)) return;
    uint8_t *out = tc_arena_get(e->event->arena, text.len, 1);
    if (out == NULL) return;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        out[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
    }
    tc_overlay_set_text(e->event->overlay, field, tc_slice_make(out, text.len));
}

void tc_ecs_blanks(const tc_ecs *e, tc_field field, tc_slice text)
{
    if (text.len == 0 || !tc_ecs_wants(e, field)) return;
    /* Where blanks stand as they are, a plus is one. */
    if (tc_slice_find(text, ' ') == TC_NPOS && tc_slice_find(text, '+') != TC_NPOS) {
        uint8_t *out = tc_arena_get(e->event->arena, text.len, 1);
        if (out == NULL) return;
        for (size_t i = 0; i < text.len; i++)
            out[i] = text.ptr[i] == '+' ? ' ' : text.ptr[i];
        text = tc_slice_make(out, text.len);
    }
    tc_overlay_set_text(e->event->overlay, field, text);
}

static bool hex_pair(const uint8_t *p, uint8_t *ret)
{
    uint64_t value;
    if (p[0] == 'x' || p[1] == 'x' || p[1] == 'X') return false;
    if (!tc_slice_hex_to_u64(tc_slice_make(p, 2), &value)) return false;
    *ret = (uint8_t)value;
    return true;
}

void tc_ecs_url(const tc_ecs *e, tc_field field, tc_slice text)
{
    if (text.len == 0 || !tc_ecs_wants(e, field)) return;
    bool coded = tc_slice_find(text, '%') != TC_NPOS || tc_slice_find(text, '+') != TC_NPOS;
    uint8_t *out = coded ? tc_arena_get(e->event->arena, text.len, 1) : NULL;
    size_t length = 0;
    for (size_t i = 0; out != NULL && i < text.len; i++) {
        uint8_t byte = text.ptr[i];
        if (byte == '%') {
            if (text.len - i < 3 || !hex_pair(text.ptr + i + 1, &byte)) {
                out = NULL;
                break;
            }
            i += 2;
        } else if (byte == '+') {
            byte = ' ';
        }
        out[length++] = byte;
    }
    tc_overlay_set_text(e->event->overlay, field, out != NULL ? tc_slice_make(out, length) : text);
}

/* Decodes in place what is well-formed; true if anything changed. */
static bool decode_once(uint8_t *text, size_t *length)
{
    size_t sign = tc_slice_find(tc_slice_make(text, *length), '%');
    if (sign == TC_NPOS) return false;
    size_t out = sign;
    for (size_t i = sign; i < *length; i++, out++) {
        text[out] = text[i];
        if (text[i] == '%' && *length - i >= 3 && hex_pair(text + i + 1, &text[out])) i += 2;
    }
    bool changed = out != *length;
    *length = out;
    return changed;
}

void tc_ecs_decoded(const tc_ecs *e, tc_field field, tc_slice path, tc_slice query)
{
    size_t length = path.len + (query.len ? query.len + 1 : 0);
    if (length == 0 || !tc_ecs_wants(e, field)) return;
    if (query.len == 0 && tc_slice_find(path, '%') == TC_NPOS) {
        tc_overlay_set_text(e->event->overlay, field, path);
        return;
    }
    uint8_t *out = tc_arena_get(e->event->arena, length, 1);
    if (out == NULL) return;
    if (path.len) memcpy(out, path.ptr, path.len);
    if (query.len) {
        out[path.len] = '?';
        memcpy(out + path.len + 1, query.ptr, query.len);
    }
    for (int round = 0; round < DECODINGS && decode_once(out, &length); round++) {
    }
    tc_overlay_set_text(e->event->overlay, field, tc_slice_make(out, length));
}

void tc_ecs_account(const tc_ecs *e, tc_slice account, tc_field name, tc_field domain,
                    tc_field email)
{
    size_t slash = tc_slice_find(account, '\\');
    size_t at = tc_slice_rfind(account, '@');
    if (slash != TC_NPOS) {
        tc_ecs_text(e, domain, tc_slice_sub(account, 0, slash));
        tc_ecs_text(e, name, tc_slice_sub(account, slash + 1, TC_NPOS));
    } else if (at != TC_NPOS) {
        tc_ecs_text(e, name, tc_slice_sub(account, 0, at));
        tc_ecs_text(e, domain, tc_slice_sub(account, at + 1, TC_NPOS));
        if (email != TC_FIELD_NONE) tc_ecs_text(e, email, account);
    } else {
        tc_ecs_text(e, name, account);
    }
}

static void set_ip(const tc_ecs *e, tc_field field, tc_ip ip)
{
    char text[TC_IP_TEXT];
    if (!tc_ip_is_zero(ip) && tc_ecs_wants(e, field))
        tc_ecs_copy(e, field, tc_slice_of(tc_ip_format(ip, text)));
}

void tc_ecs_ip(const tc_ecs *e, tc_field field, tc_slice written)
{
    tc_ip ip;
    if (tc_ecs_wants(e, field) && tc_ip_parse_loose(written, &ip)) set_ip(e, field, ip);
}

/* The first of a list, which is whom the list's writer calls the client. */
static tc_slice first_forwarded(tc_slice list)
{
    size_t end = 0;
    while (end < list.len && !strchr(",;+ ", list.ptr[end]))
        end++;
    tc_slice first = tc_slice_sub(list, 0, end);
    return tc_ip_is_for(&first) ? first : TC_EMPTY_SLICE;
}

void tc_ecs_source(const tc_ecs *e, tc_slice written, tc_slice forwarded)
{
    static const tc_field derived[] = {TC_FIELD_SOURCE_IP,      TC_FIELD_SOURCE_CLASS,
                                       TC_FIELD_SOURCE_NETWORK, TC_FIELD_SOURCE_COUNTRY,
                                       TC_FIELD_SOURCE_ASN,     TC_FIELD_SOURCE_AS_ORG};
    char text[TC_IP_TEXT];
    tc_client client;
    tc_ecs_text(e, TC_FIELD_SOURCE_ADDRESS, written);
    tc_ecs_text(e, TC_FIELD_NETWORK_FORWARDED, first_forwarded(forwarded));
    if (!tc_ecs_wants_any(e, derived, TC_COUNT_OF(derived))) return;
    tc_client_of(&e->worker->enricher->networks, written, forwarded, &client);
    if (tc_ip_is_zero(client.ip)) return;
    const tc_address *a = tc_address_of(&e->worker->addresses, client.ip);
    set_ip(e, TC_FIELD_SOURCE_IP, client.ip);
    tc_ecs_text(e, TC_FIELD_SOURCE_CLASS, tc_address_class_name(a->address_class));
    if (tc_ecs_wants(e, TC_FIELD_SOURCE_NETWORK))
        tc_ecs_copy(e, TC_FIELD_SOURCE_NETWORK,
                    tc_slice_of(tc_cidr_format(tc_ip_site(client.ip), text)));
    tc_ecs_copy(e, TC_FIELD_SOURCE_COUNTRY, tc_slice_of(a->geo.country));
    tc_ecs_text(e, TC_FIELD_SOURCE_AS_ORG, a->geo.as_org);
    if (a->geo.asn != 0 && tc_ecs_wants(e, TC_FIELD_SOURCE_ASN)) {
        tc_slice copy;
        snprintf(text, sizeof(text), "%" PRIu32, a->geo.asn);
        if (tc_arena_copy(e->event->arena, tc_slice_of(text), &copy))
            tc_ecs_number(e, TC_FIELD_SOURCE_ASN, copy);
    }
}

void tc_ecs_host_short(const tc_ecs *e, tc_slice name)
{
    uint8_t room[TC_HOST_SHORT_MAX];
    if (tc_ecs_wants(e, TC_FIELD_HOST_SHORT))
        tc_ecs_copy(e, TC_FIELD_HOST_SHORT, tc_host_short(name, room));
}

void tc_ecs_host(const tc_ecs *e, tc_slice name)
{
    const tc_shipped *shipped = e->event->shipped;
    if (name.len == 0 && shipped) name = shipped->host;
    if (name.len == 0) name = e->worker->origin.host;
    tc_ecs_lower(e, TC_FIELD_HOST_NAME, name);
    tc_ecs_host_short(e, name);
}
