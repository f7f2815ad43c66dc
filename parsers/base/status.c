#include "parsers/base/status.h"

#include "parsers/base/utf8.h"

#include <errno.h>
#include <stdarg.h>

void tc_assert_failed(const char *expression, const char *file, int line)
{
    fprintf(stderr, "tocsin: %s:%d: broken invariant: %s\n", file, line, expression);
    abort();
}

/* Drops a UTF-8 sequence that a cut left unfinished at the end; returns the new length. */
static size_t cut_at_character(const char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 4) {
        unsigned char byte = (unsigned char)text[--start];
        if (byte < 0x80) return len;
        if (byte < 0xC0) continue;
        size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        return len - start < wanted ? start : len;
    }
    return len;
}

/* A message may quote a file name or a token of a rule, and it goes to a terminal: whatever could
 * act there, and every byte that is no text, becomes a question mark. */
static void make_safe(char *text)
{
    size_t len = strlen(text);
    size_t kept = 0;
    for (size_t at = 0, width; at < len; at += width) {
        uint32_t code = tc_utf8_next(tc_slice_make(text + at, len - at), &width);
        bool invalid = width == 1 && (unsigned char)text[at] >= 0x80;
        if (invalid || tc_utf8_is_active(code)) {
            text[kept++] = '?';
        } else {
            memmove(text + kept, text + at, width);
            kept += width;
        }
    }
    text[kept] = '\0';
}

static void put_text(char *out, size_t size, const char *text)
{
    size_t len = strnlen(text, size);
    if (len == size) len = cut_at_character(text, size - 1);
    memmove(out, text, len);
    out[len] = '\0';
    make_safe(out);
}

static void put_format(tc_error *error, const char *format, va_list args) TC_PRINTF(2, 0);
static void put_format(tc_error *error, const char *format, va_list args)
{
    int len = vsnprintf(error->text, sizeof(error->text), format, args);
    if (len < 0) error->text[0] = '\0';
    if (len >= (int)sizeof(error->text)) {
        error->text[cut_at_character(error->text, sizeof(error->text) - 1)] = '\0';
    }
    make_safe(error->text);
}

tc_status tc_fail(tc_error *reterr, tc_code code, const char *format, ...)
{
    int sys = errno;
    TC_ASSERT(code != TC_OK);
    if (reterr) {
        va_list args;
        reterr->code = code;
        reterr->sys = code == TC_EIO ? sys : 0;
        va_start(args, format);
        put_format(reterr, format, args);
        va_end(args);
    }
    return (tc_status){code};
}

tc_status tc_fail_at(tc_error *reterr, tc_code code, const char *source, uint32_t line,
                     uint32_t column, const char *format, ...)
{
    int sys = errno;
    TC_ASSERT(code != TC_OK);
    if (reterr) {
        va_list args;
        reterr->code = code;
        reterr->sys = code == TC_EIO ? sys : 0;
        reterr->line = line;
        reterr->column = column;
        put_text(reterr->source, sizeof(reterr->source), source ? source : "");
        va_start(args, format);
        put_format(reterr, format, args);
        va_end(args);
    }
    return (tc_status){code};
}

const char *tc_error_format(const tc_error *error, char *out, size_t size)
{
    TC_ASSERT(size > 0);
    char place[sizeof(error->source) + 32] = "";
    const char *source = error->source[0] ? error->source : "line ";
    const char *colon = error->source[0] ? ":" : "";
    if (error->line && error->column) {
        snprintf(place, sizeof(place), "%s%s%" PRIu32 ":%" PRIu32 ": ", source, colon, error->line,
                 error->column);
    } else if (error->line) {
        snprintf(place, sizeof(place), "%s%s%" PRIu32 ": ", source, colon, error->line);
    } else if (error->source[0]) {
        snprintf(place, sizeof(place), "%s: ", source);
    }
    int len = snprintf(out, size, "%s%s", place, error->text);
    if (len < 0) out[0] = '\0';
    if (len > 0 && (size_t)len >= size) out[cut_at_character(out, size - 1)] = '\0';
    return out;
}
