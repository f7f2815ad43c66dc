#include "parsers/base/str.h"

#include "parsers/base/alloc.h"

#include <stdarg.h>

void tc_str_init(tc_str *s, size_t max)
{
    /* Room for the NUL of tc_str_cstr must be countable. */
    *s = (tc_str){.max = TC_MIN(max, (size_t)PTRDIFF_MAX - 1)};
}

void tc_str_done(tc_str *s)
{
    tc_free(s->data);
    *s = (tc_str){.max = s->max};
}

void tc_str_clear(tc_str *s)
{
    s->len = 0;
    s->failed = TC_OK;
}

/* Makes room for `more` bytes and a NUL; false, and the failure noted, if that cannot be. */
static bool reserve(tc_str *s, size_t more)
{
    if (s->failed != TC_OK) return false;
    if (more > s->max - s->len) {
        s->failed = TC_ELIMIT;
        return false;
    }
    size_t needed = s->len + more + 1;
    if (TC_LIKELY(needed <= s->capacity)) return true;
    s->failed = tc_grow(&s->data, &s->capacity, needed, 1, s->max + 1).code;
    return s->failed == TC_OK;
}

void tc_str_add(tc_str *s, tc_slice text)
{
    if (text.len == 0 || !reserve(s, text.len)) return;
    memcpy(s->data + s->len, text.ptr, text.len);
    s->len += text.len;
}

void tc_str_add_byte(tc_str *s, uint8_t byte)
{
    if (!reserve(s, 1)) return;
    s->data[s->len++] = byte;
}

void tc_str_addf(tc_str *s, const char *format, ...)
{
    va_list args;
    size_t room = s->capacity - s->len;
    va_start(args, format);
    int len = vsnprintf(room ? (char *)s->data + s->len : NULL, room, format, args);
    va_end(args);
    TC_ASSERT(len >= 0);
    if (!reserve(s, (size_t)len)) return;
    if ((size_t)len >= room) {
        va_start(args, format);
        vsnprintf((char *)s->data + s->len, (size_t)len + 1, format, args);
        va_end(args);
    }
    s->len += (size_t)len;
}

void tc_str_add_u64(tc_str *s, uint64_t n)
{
    uint8_t digits[TC_U64_DIGITS];
    tc_str_add(s, tc_slice_of_u64(n, digits));
}

const char *tc_str_cstr(tc_str *s)
{
    if (s->failed == TC_ENOMEM) return "";
    if (tc_failed(tc_grow(&s->data, &s->capacity, s->len + 1, 1, s->max + 1))) {
        s->failed = TC_ENOMEM;
        return "";
    }
    s->data[s->len] = '\0';
    return (const char *)s->data;
}
