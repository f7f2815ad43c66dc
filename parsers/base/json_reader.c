#include "parsers/base/json_reader.h"

#include "parsers/base/json_scan.h"
#include "parsers/base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Marks the failure where it stands; everything after is refused. */
static bool fail_at(tc_json *r, const uint8_t *where)
{
    r->at = where;
    r->failed = true;
    return false;
}

static inline const uint8_t *skip_space(const uint8_t *at, const uint8_t *end)
{
    while (at != end && *at <= ' ' && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* -- strings --------------------------------------------------------------------------------- */

/* The first quote, backslash or control character; `end` if there is none. */
static inline const uint8_t *string_stop(const uint8_t *at, const uint8_t *end)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1f);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i hit = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask) return at + __builtin_ctz(mask);
    }
#endif
    while (at != end && *at != '"' && *at != '\\' && *at >= 0x20)
        at++;
    return at;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    uint8_t letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* The four hexadecimal digits of a \u escape at `at`; false if it is none. */
static bool unicode_escape(const uint8_t *at, const uint8_t *end, uint32_t *ret)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return false;
    uint32_t code = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return false;
        code = code << 4 | (uint32_t)digit;
    }
    *ret = code;
    return true;
}

/* The byte that a two-byte escape stands for; 0 if the letter begins none. */
static uint8_t short_escape(uint8_t letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/* Length of the escape at `at` (a backslash); 0 if it is not one of RFC 8259, section 7. */
static size_t escape_length(const uint8_t *at, const uint8_t *end)
{
    uint32_t code;
    if (end - at >= 2 && short_escape(at[1]) != 0) return 2;
    return unicode_escape(at, end, &code) ? 6 : 0;
}

/* Takes the string at the reader (a quote), checking its escapes. */
static inline bool take_string(tc_json *r, tc_slice *ret, bool *ret_escaped)
{
    const uint8_t *from = r->at + 1;
    const uint8_t *at = from;
    bool escaped = false;
    for (;;) {
        at = string_stop(at, r->end);
        if (at == r->end || *at < 0x20) return fail_at(r, at);
        if (*at == '"') break;
        size_t length = escape_length(at, r->end);
        if (length == 0) return fail_at(r, at);
        at += length;
        escaped = true;
    }
    r->at = at + 1;
    *ret = (tc_slice){from, (size_t)(at - from)};
    *ret_escaped = escaped;
    return true;
}

/* Behind the closing quote of the string whose content begins at `at`; NULL if it never closes. */
static inline const uint8_t *string_end(const uint8_t *at, const uint8_t *end)
{
    for (;;) {
        at = string_stop(at, end);
        if (at == end) return NULL;
        if (*at == '"') return at + 1;
        if (*at == '\\' && ++at == end) return NULL;
        at++;
    }
}

size_t tc_json_extent(tc_slice text)
{
    if (text.len == 0) return 0;
    const uint8_t *end = text.ptr + text.len;
    const uint8_t *at = skip_space(text.ptr, end);
    if (at == end) return 0;
    if (*at != '{' && *at != '[') return TC_NPOS;
    switch (tc_json_scan_container(at, end, TC_JSON_DEPTH, &at)) {
    case TC_JSON_SCAN_SHORT:
        return 0;
    case TC_JSON_SCAN_CLOSED:
        return (size_t)(at - text.ptr);
    case TC_JSON_SCAN_DEEP:
        break;
    }
    return TC_NPOS;
}

/* -- values ---------------------------------------------------------------------------------- */

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end)
{
    while (at != end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* Behind the digits that must stand at `at`; NULL if there are none. */
static const uint8_t *some_digits(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *behind = skip_digits(at, end);
    return behind == at ? NULL : behind;
}

/* Behind the number at `at` (RFC 8259, section 6); NULL if there is none. */
static const uint8_t *number_end(const uint8_t *at, const uint8_t *end)
{
    if (at != end && *at == '-') at++;
    if (at == end) return NULL;
    at = *at == '0' ? at + 1 : some_digits(at, end);
    if (at && at != end && *at == '.') at = some_digits(at + 1, end);
    if (at && at != end && (*at | 0x20) == 'e') {
        at++;
        if (at != end && (*at == '+' || *at == '-')) at++;
        at = some_digits(at, end);
    }
    return at;
}

/* Takes one of the three words or a number. */
static bool take_bare(tc_json *r, tc_json_value *ret)
{
    static const struct {
        char text[6];
        uint8_t length;
        uint8_t type;
    } words[] = {{"null", 4, TC_JSON_NULL}, {"true", 4, TC_JSON_TRUE}, {"false", 5, TC_JSON_FALSE}};
    size_t left = (size_t)(r->end - r->at);
    for (size_t i = 0; i < TC_COUNT_OF(words); i++) {
        size_t length = words[i].length;
        if (left < length || memcmp(r->at, words[i].text, length) != 0) continue;
        *ret = (tc_json_value){(tc_json_type)words[i].type, {r->at, length}, false};
        r->at += length;
        return true;
    }
    const uint8_t *behind = number_end(r->at, r->end);
    if (!behind) return fail_at(r, r->at);
    *ret = (tc_json_value){TC_JSON_NUMBER, {r->at, (size_t)(behind - r->at)}, false};
    r->at = behind;
    return true;
}

static bool enter(tc_json *r, tc_json_type type, tc_json_value *ret)
{
    if (r->depth == TC_JSON_DEPTH) return fail_at(r, r->at);
    r->first[r->depth++] = true;
    *ret = (tc_json_value){type, {r->at, 1}, false};
    r->at++;
    return true;
}

void tc_json_init(tc_json *r, tc_slice text)
{
    r->at = text.ptr;
    r->start = text.ptr;
    r->end = text.ptr ? text.ptr + text.len : NULL;
    r->depth = 0;
    r->failed = false;
}

/* Goes to the first byte of the next token; false at the end of the text, which is a failure. */
static inline bool to_token(tc_json *r)
{
    if (r->failed) return false;
    const uint8_t *at = skip_space(r->at, r->end);
    if (at == r->end) return fail_at(r, at);
    r->at = at;
    return true;
}

bool tc_json_value_next(tc_json *r, tc_json_value *ret)
{
    if (!to_token(r)) return false;
    if (*r->at == '{') return enter(r, TC_JSON_OBJECT, ret);
    if (*r->at == '[') return enter(r, TC_JSON_ARRAY, ret);
    if (*r->at != '"') return take_bare(r, ret);
    tc_slice raw;
    bool escaped;
    if (!take_string(r, &raw, &escaped)) return false;
    *ret = (tc_json_value){TC_JSON_STRING, raw, escaped};
    return true;
}

/* Goes to the next member of the container that the reader is in; false behind its end. */
static inline bool member_next(tc_json *r, uint8_t closing)
{
    if (r->failed) return false;
    TC_ASSERT(r->depth > 0);
    if (!to_token(r)) return false;
    if (*r->at == closing) {
        r->at++;
        r->depth--;
        return false;
    }
    bool *first = &r->first[r->depth - 1];
    if (*first) {
        *first = false;
        return true;
    }
    if (*r->at != ',') return fail_at(r, r->at);
    r->at++;
    return to_token(r);
}

bool tc_json_key_next(tc_json *r, tc_slice *ret_key)
{
    if (!member_next(r, '}')) return false;
    if (*r->at != '"') return fail_at(r, r->at);
    tc_slice key;
    bool escaped;
    if (!take_string(r, &key, &escaped) || !to_token(r)) return false;
    if (*r->at != ':') return fail_at(r, r->at);
    r->at++;
    *ret_key = key;
    return true;
}

bool tc_json_element_next(tc_json *r)
{
    return member_next(r, ']');
}

bool tc_json_skip(tc_json *r, tc_slice *ret)
{
    if (!to_token(r)) return false;
    const uint8_t *from = r->at;
    const uint8_t *behind;
    if (*from == '"') {
        behind = string_end(from + 1, r->end);
        if (!behind) return fail_at(r, r->end);
    } else if (*from == '{' || *from == '[') {
        size_t room = TC_JSON_DEPTH - r->depth;
        if (tc_json_scan_container(from, r->end, room, &behind) != TC_JSON_SCAN_CLOSED)
            return fail_at(r, behind);
    } else {
        tc_json_value value;
        if (!take_bare(r, &value)) return false;
        behind = r->at;
    }
    r->at = behind;
    if (ret) *ret = (tc_slice){from, (size_t)(behind - from)};
    return true;
}

bool tc_json_at_end(tc_json *r)
{
    return !r->failed && r->depth == 0 && skip_space(r->at, r->end) == r->end;
}

size_t tc_json_offset(const tc_json *r)
{
    return (size_t)(r->at - r->start);
}

/* -- decoding -------------------------------------------------------------------------------- */

/* Decodes the escape at `at` to out; how many bytes it took (0: bad) and gave. */
static size_t decode_escape(const uint8_t *at, const uint8_t *end, uint8_t out[4], size_t *ret_len)
{
    uint32_t code;
    if (end - at >= 2 && short_escape(at[1]) != 0) {
        out[0] = short_escape(at[1]);
        *ret_len = 1;
        return 2;
    }
    if (!unicode_escape(at, end, &code)) return 0;
    size_t taken = 6;
    if (code >= 0xd800 && code <= 0xdfff) {
        uint32_t low;
        bool pair =
            code < 0xdc00 && unicode_escape(at + 6, end, &low) && low >= 0xdc00 && low <= 0xdfff;
        if (pair) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            taken = 12;
        } else {
            code = 0xfffd;
        }
    }
    *ret_len = tc_utf8_encode(code, out);
    return taken;
}

bool tc_json_decode(tc_arena *arena, tc_slice raw, tc_slice *ret)
{
    const uint8_t *at = raw.ptr;
    const uint8_t *escape = raw.len ? memchr(at, '\\', raw.len) : NULL;
    if (!escape) {
        *ret = raw;
        return true;
    }
    const uint8_t *end = at + raw.len;
    uint8_t *out = tc_arena_get(arena, raw.len, 1); /* no escape is shorter than what it means */
    if (!out) return false;
    size_t filled = 0;
    while (escape) {
        size_t plain = (size_t)(escape - at);
        memcpy(out + filled, at, plain);
        filled += plain;
        uint8_t bytes[4];
        size_t length;
        size_t taken = decode_escape(escape, end, bytes, &length);
        if (taken == 0) return false;
        memcpy(out + filled, bytes, length);
        filled += length;
        at = escape + taken;
        escape = at == end ? NULL : memchr(at, '\\', (size_t)(end - at));
    }
    memcpy(out + filled, at, (size_t)(end - at));
    filled += (size_t)(end - at);
    *ret = tc_slice_make(out, filled);
    return true;
}
