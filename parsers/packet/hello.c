#include "parsers/packet/hello.h"

#include "parsers/packet/digest.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

/* As text five digits each, and what is between them: four lists always find room. */
enum { NUMBERS_MAX = 512, TEXT_MAX = 4 * 6 * NUMBERS_MAX + 16 };

typedef struct numbers {
    uint16_t of[NUMBERS_MAX];
    size_t count;
    bool more; /* than find room */
} numbers;

typedef struct reading {
    uint16_t version, newest;
    numbers ciphers, extensions, groups, formats, signatures;
    bool named;
    char first_alpn[256];
    size_t first_alpn_length;
    tc_hello *hello;
} reading;

static bool is_grease(uint16_t n)
{
    return (n & 0x0F0F) == 0x0A0A && n >> 8 == (n & 0xFF);
}

static void add(numbers *list, uint16_t n)
{
    if (is_grease(n)) return;
    list->more |= list->count == NUMBERS_MAX;
    if (list->count < NUMBERS_MAX) list->of[list->count++] = n;
}

static void add_pairs(numbers *list, tc_slice bytes)
{
    for (size_t i = 0; i + 1 < bytes.len; i += 2)
        add(list, tc_be16(bytes.ptr + i));
}

/* What stands behind a length of `size` bytes, which is taken off; false if it is not all there. */
static bool counted(tc_slice *rest, size_t size, tc_slice *ret)
{
    if (rest->len < size) return false;
    size_t length = size == 1 ? rest->ptr[0] : tc_be16(rest->ptr);
    if (rest->len - size < length) return false;
    *ret = tc_slice_sub(*rest, size, length);
    *rest = tc_octets_from(*rest, size + length);
    return true;
}

/* -- extensions ----------------------------------------------------------------------------- */

static void read_name(reading *r, tc_slice body)
{
    tc_slice list, name;
    if (!counted(&body, 2, &list) || list.len < 3 || list.ptr[0] != 0) return;
    list = tc_octets_from(list, 1);
    if (!counted(&list, 2, &name)) return;
    while (name.len > 0 && name.ptr[name.len - 1] == '.')
        name.len--;
    tc_copy_text(r->hello->server_name, sizeof r->hello->server_name, name);
    for (char *c = r->hello->server_name; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
}

static void read_alpn(reading *r, tc_slice body)
{
    tc_slice list, one;
    char *out = r->hello->alpn;
    size_t have = 0, size = sizeof r->hello->alpn;
    if (!counted(&body, 2, &list)) return;
    while (counted(&list, 1, &one)) {
        if (one.len == 0) continue;
        if (have == 0) {
            r->first_alpn_length = TC_MIN(one.len, sizeof r->first_alpn);
            memcpy(r->first_alpn, one.ptr, r->first_alpn_length);
        }
        if (have + one.len + 2 > size) return;
        if (have > 0) out[have++] = ',';
        tc_copy_text(out + have, size - have, one);
        have += one.len;
    }
}

static void read_versions(reading *r, tc_slice body)
{
    tc_slice list;
    if (!counted(&body, 1, &list)) return;
    for (size_t i = 0; i + 1 < list.len; i += 2) {
        uint16_t version = tc_be16(list.ptr + i);
        if (!is_grease(version) && version > r->newest) r->newest = version;
    }
}

static void read_extension(reading *r, uint16_t type, tc_slice body)
{
    tc_slice list;
    add(&r->extensions, type);
    if (type == 0) {
        r->named = true;
        read_name(r, body);
    }
    if (type == 10 && counted(&body, 2, &list)) add_pairs(&r->groups, list);
    if (type == 11 && counted(&body, 1, &list))
        for (size_t i = 0; i < list.len; i++)
            add(&r->formats, list.ptr[i]);
    if (type == 13 && counted(&body, 2, &list)) add_pairs(&r->signatures, list);
    if (type == 16) read_alpn(r, body);
    if (type == 43) read_versions(r, body);
}

/* -- JA3 ------------------------------------------------------------------------------------ */

static size_t put_decimal(uint16_t number, char *out)
{
    uint8_t digits[TC_U64_DIGITS];
    tc_slice text = tc_slice_of_u64(number, digits);
    memcpy(out, text.ptr, text.len);
    return text.len;
}

static size_t put_hexadecimal(uint16_t number, char *out)
{
    const uint8_t big[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    tc_slice_write_hex(tc_slice_make(big, 2), out);
    return 4;
}

static size_t join(const numbers *list, bool hexadecimal, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count && n + 8 < size; i++) {
        if (i > 0) out[n++] = hexadecimal ? ',' : '-';
        n += (hexadecimal ? put_hexadecimal : put_decimal)(list->of[i], out + n);
    }
    out[n] = '\0';
    return n;
}

static void make_ja3(const reading *r)
{
    char text[TEXT_MAX];
    const numbers *const lists[] = {&r->ciphers, &r->extensions, &r->groups, &r->formats};
    size_t n = (size_t)snprintf(text, sizeof text, "%u", (unsigned)r->version);
    for (size_t i = 0; i < TC_COUNT_OF(lists); i++) {
        if (n + 2 > sizeof text) break;
        text[n++] = ',';
        n += join(lists[i], false, text + n, sizeof text - n);
    }
    tc_md5_text(tc_slice_make(text, n), r->hello->ja3);
}

/* -- JA4 ------------------------------------------------------------------------------------ */

static const char *version_word(uint16_t version)
{
    switch (version) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    case 0x0002:
        return "s2";
    default:
        return "00";
    }
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* First and last character of the first protocol; of other bytes the outer hexadecimal digits. */
static void alpn_word(const reading *r, char out[3])
{
    size_t length = r->first_alpn_length;
    memcpy(out, "00", 3);
    if (length == 0) return;
    uint8_t first = (uint8_t)r->first_alpn[0], last = (uint8_t)r->first_alpn[length - 1];
    if (is_alphanumeric(first) && is_alphanumeric(last)) {
        out[0] = (char)first;
        out[1] = (char)last;
        return;
    }
    static const char digits[] = "0123456789abcdef";
    out[0] = digits[first >> 4];
    out[1] = digits[last & 15];
}

static int compare_numbers(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* The first twelve digits of a hash over the texts; zeros over nothing. */
static void short_hash(const char *text, size_t length, char out[13])
{
    char whole[65];
    memcpy(out, "000000000000", 13);
    if (length == 0) return;
    tc_sha256_text(tc_slice_make(text, length), whole);
    memcpy(out, whole, 12);
}

static void make_ja4(const reading *r)
{
    char text[TEXT_MAX], ciphers[13], others[13], alpn[3];
    numbers sorted = r->ciphers, kept = {.count = 0};
    alpn_word(r, alpn);
    qsort(sorted.of, sorted.count, sizeof *sorted.of, compare_numbers);
    size_t n = join(&sorted, true, text, sizeof text);
    short_hash(text, n, ciphers);
    for (size_t i = 0; i < r->extensions.count; i++)
        if (r->extensions.of[i] != 0 && r->extensions.of[i] != 16)
            kept.of[kept.count++] = r->extensions.of[i];
    qsort(kept.of, kept.count, sizeof *kept.of, compare_numbers);
    n = join(&kept, true, text, sizeof text);
    if (r->signatures.count > 0 && n + 2 < sizeof text) {
        text[n++] = '_';
        n += join(&r->signatures, true, text + n, sizeof text - n);
    }
    short_hash(text, r->extensions.count > 0 ? n : 0, others);
    (void)snprintf(r->hello->ja4, sizeof r->hello->ja4, "t%s%c%02u%02u%s_%s_%s",
                   version_word(r->newest), r->named ? 'd' : 'i',
                   (unsigned)TC_MIN(r->ciphers.count, (size_t)99),
                   (unsigned)TC_MIN(r->extensions.count, (size_t)99), alpn, ciphers, others);
}

bool tc_tls_is_record(tc_slice bytes)
{
    return bytes.len >= 3 && bytes.ptr[0] >= TC_TLS_CHANGE && bytes.ptr[0] <= TC_TLS_DATA &&
           bytes.ptr[1] == 3 && bytes.ptr[2] <= 4;
}

bool tc_hello_read(tc_slice body, tc_hello *ret)
{
    tc_slice session, list, extensions, extension;
    *ret = (tc_hello){.server_name = ""};
    if (body.len < 35) return false;
    reading r = {.version = tc_be16(body.ptr), .newest = tc_be16(body.ptr), .hello = ret};
    body = tc_octets_from(body, 34);
    if (!counted(&body, 1, &session) || !counted(&body, 2, &list)) return false;
    add_pairs(&r.ciphers, list);
    if (!counted(&body, 1, &list)) return false;
    if (counted(&body, 2, &extensions)) {
        bool newer = false;
        while (extensions.len >= 4) {
            uint16_t type = tc_be16(extensions.ptr);
            extensions = tc_octets_from(extensions, 2);
            if (!counted(&extensions, 2, &extension)) break;
            if (type == 43 && !newer) r.newest = 0;
            newer |= type == 43;
            read_extension(&r, type, extension);
        }
    }
    /* A hash over a part would be that of another client. */
    bool whole = !r.ciphers.more && !r.extensions.more && !r.groups.more && !r.signatures.more;
    if (whole) make_ja3(&r);
    if (whole) make_ja4(&r);
    return true;
}
