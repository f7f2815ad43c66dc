#include "detector/settings/options_site.h"

#include "parsers/base/alloc.h"

TC_STATUS tc_option_bad_value(const tc_option_reading *r, tc_slice value, const char *wanted)
{
    char shown[80];
    tc_slice_to_cstr(value, shown, sizeof(shown));
    return tc_fail(r->error, TC_ESYNTAX, "--%s: '%s' is not %s", r->name, shown, wanted);
}

TC_STATUS tc_option_add_text(tc_text_list *list, tc_slice value)
{
    TC_TRY(tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(tc_slice),
                   TC_OPTION_LIST_MAX));
    list->items[list->count++] = value;
    return TC_SUCCESS;
}

/* -- networks ------------------------------------------------------------------------------- */

/* Wider than any that one organisation has: who calls the whole world his own sees nobody come from
 * outside. Private networks of IPv6 are wider (fc00::/7, fe80::/10). */
static bool is_too_wide(tc_cidr cidr)
{
    if (tc_ip_is_v4(cidr.network) && cidr.bits >= 96) return cidr.bits < 96 + 8;
    return cidr.bits < 16 && (cidr.network.bytes[0] & 0xFC) != 0xFC;
}

static TC_STATUS take_cidr(tc_cidr_list *list, const tc_option_reading *r, tc_slice one)
{
    tc_cidr cidr;
    bool host_bits = false;
    char meant[TC_IP_TEXT], wanted[160];
    if (!tc_cidr_parse(one, &cidr, &host_bits))
        return tc_option_bad_value(r, one, "an address or network such as 10.0.0.0/8");
    if (host_bits) {
        size_t slash = tc_slice_find(one, '/');
        snprintf(wanted, sizeof(wanted), "a network: did you mean %s, or the one address %.*s?",
                 tc_cidr_format(cidr, meant), (int)TC_MIN(slash, (size_t)TC_IP_TEXT),
                 (const char *)one.ptr);
        return tc_option_bad_value(r, one, wanted);
    }
    if (is_too_wide(cidr))
        return tc_option_bad_value(
            r, one, "a network of one organisation: it is wider than /8 (IPv6: /16)");
    TC_TRY(
        tc_grow(&list->items, &list->capacity, list->count + 1, sizeof(cidr), TC_OPTION_LIST_MAX));
    list->items[list->count++] = cidr;
    return TC_SUCCESS;
}

TC_STATUS tc_option_take_cidrs(void *field, const tc_option_reading *r)
{
    tc_slice value = r->value;
    while (value.ptr != NULL && value.len) {
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len) TC_TRY(take_cidr(field, r, one));
    }
    return TC_SUCCESS;
}

/* -- words ---------------------------------------------------------------------------------- */

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A label of a mail domain, also one of other letters than ASCII's. */
static bool is_label(tc_slice s)
{
    if (s.len == 0 || s.len > 63 || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-') return false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (!is_letter(c) && !tc_is_digit(c) && c != '-' && c != '_' && c < 0x80) return false;
    }
    return true;
}

/* One label will do: accounts are known by the short name of a Windows domain, too. */
static bool is_domain(tc_slice s)
{
    if (s.len == 0 || s.len > 253) return false;
    while (s.ptr != NULL)
        if (!is_label(tc_slice_split(s, '.', &s))) return false;
    return true;
}

static TC_STATUS check_domain(const tc_option_reading *r, tc_slice one)
{
    tc_slice behind = tc_slice_sub(one, tc_slice_rfind(one, '@') + 1, TC_NPOS);
    char wanted[120];
    if (is_domain(one)) return TC_SUCCESS;
    if (tc_slice_find(one, '@') == TC_NPOS || !is_domain(behind) || behind.len > 60)
        return tc_option_bad_value(r, one, "a mail domain such as corp.example");
    snprintf(wanted, sizeof(wanted), "a mail domain: did you mean %.*s?", (int)behind.len,
             (const char *)behind.ptr);
    return tc_option_bad_value(r, one, wanted);
}

/* A language of two or three letters, then parts of two to eight letters and digits (RFC 5646,
 * 2.1); apart by '-', or as in the names of locales by '_'. */
static bool is_language_tag(tc_slice s)
{
    size_t begin = 0;
    for (size_t i = 0; i <= s.len; i++) {
        uint8_t c = i < s.len ? s.ptr[i] : '-';
        if (c == '-' || c == '_') {
            size_t length = i - begin;
            if (length < 2 || length > (begin ? 8 : 3)) return false;
            begin = i + 1;
        } else if (!is_letter(c) && !(begin && tc_is_digit(c))) {
            return false;
        }
    }
    return true;
}

static TC_STATUS check_language(const tc_option_reading *r, tc_slice one)
{
    if (is_language_tag(one)) return TC_SUCCESS;
    return tc_option_bad_value(r, one, "a language tag such as en, zh or zh-Hans");
}

static TC_STATUS take_words(tc_text_list *list, const tc_option_reading *r,
                            TC_STATUS (*check)(const tc_option_reading *, tc_slice))
{
    tc_slice value = r->value;
    while (value.ptr != NULL && value.len) {
        tc_slice one = tc_slice_trim(tc_slice_split(value, ',', &value));
        if (one.len == 0) continue;
        TC_TRY(check(r, one));
        TC_TRY(tc_option_add_text(list, one));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_option_take_domains(void *field, const tc_option_reading *r)
{
    return take_words(field, r, check_domain);
}

TC_STATUS tc_option_take_languages(void *field, const tc_option_reading *r)
{
    return take_words(field, r, check_language);
}
