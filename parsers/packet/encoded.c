#include "parsers/packet/encoded.h"

#include "parsers/base/utf8.h"
#include "parsers/packet/octets.h"

void tc_copy_text(char *out, size_t size, tc_slice text)
{
    size_t n = TC_MIN(text.len, size - 1);
    if (n > 0) memcpy(out, text.ptr, n);
    out[n] = '\0';
}

static int digit_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

size_t tc_base64(tc_slice text, uint8_t *out, size_t size)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t n = 0;
    text = tc_slice_trim(text);
    while (text.len > 0 && text.ptr[text.len - 1] == '=')
        text.len--;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.ptr[i]);
        if (digit < 0) return 0;
        bits = bits << 6 | (uint32_t)digit;
        count += 6;
        if (count < 8) continue;
        if (n == size) return 0;
        count -= 8;
        out[n++] = (uint8_t)(bits >> count);
    }
    return n;
}

void tc_form_text(tc_slice text, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 1 < size; i++) {
        uint64_t code;
        uint8_t c = text.ptr[i];
        if (c == '%' && text.len - i > 2 &&
            tc_slice_hex_to_u64(tc_slice_sub(text, i + 1, 2), &code)) {
            c = (uint8_t)code;
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        if (c >= ' ') out[n++] = (char)c;
    }
    out[n] = '\0';
}

static size_t put_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

void tc_utf16le_text(tc_slice bytes, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < bytes.len && n + 5 <= size; i += 2) {
        uint32_t code = tc_le16(bytes.ptr + i);
        if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.len) {
            uint32_t low = tc_le16(bytes.ptr + i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00));
                i += 2;
            }
        }
        if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
        if (code >= ' ') n += put_utf8(code, out + n);
    }
    out[n] = '\0';
}

/* -- NTLM ----------------------------------------------------------------------------------- */

tc_slice tc_ntlm_find(tc_slice bytes)
{
    size_t at = tc_slice_search(bytes, (tc_slice){(const uint8_t *)"NTLMSSP", 8});
    return at == TC_NPOS ? TC_EMPTY_SLICE : tc_octets_from(bytes, at);
}

/* The field whose length and place stand at `at`. */
static tc_slice ntlm_field(tc_slice message, size_t at)
{
    uint32_t length = tc_le16(message.ptr + at), from = tc_le32(message.ptr + at + 4);
    if (from > message.len || length > message.len - from) return TC_EMPTY_SLICE;
    return tc_slice_sub(message, from, length);
}

/* Some clients widen UTF-8 byte by byte: what then is UTF-8 again is read so. */
static void ntlm_text(tc_slice field, bool wide, char *out, size_t size)
{
    char narrow[256];
    bool small = wide && field.len > 0 && field.len / 2 < sizeof narrow, high = false;
    if (!wide) {
        tc_copy_text(out, size, field);
        return;
    }
    for (size_t i = 0; small && i + 1 < field.len; i += 2) {
        small = field.ptr[i + 1] == 0;
        high |= field.ptr[i] >= 0x80;
        narrow[i / 2] = (char)field.ptr[i];
    }
    tc_slice again = tc_slice_make(narrow, small ? field.len / 2 : 0);
    if (small && high && tc_utf8_valid(again))
        tc_copy_text(out, size, again);
    else
        tc_utf16le_text(field, out, size);
}

bool tc_ntlm_user(tc_slice message, char *out, size_t size, char *workstation, size_t room)
{
    char domain[256], user[256];
    if (message.len < 64 || tc_le32(message.ptr + 8) != 3) return false;
    bool wide = (tc_le32(message.ptr + 60) & 1) != 0;
    ntlm_text(ntlm_field(message, 28), wide, domain, sizeof domain);
    ntlm_text(ntlm_field(message, 36), wide, user, sizeof user);
    if (workstation) ntlm_text(ntlm_field(message, 44), wide, workstation, room);
    if (user[0] == '\0') return false;
    bool alone = domain[0] == '\0' || strchr(user, '@') != NULL;
    int n = alone ? snprintf(out, size, "%s", user) : snprintf(out, size, "%s\\%s", domain, user);
    return n > 0;
}
