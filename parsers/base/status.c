#include "parsers/base/status.h"

#include "parsers/base/utf8.h"

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

/* Copies at most `len` bytes up to a NUL, cut at a character. */
static void put_text(char *out, size_t size, const char *text, size_t len)
{
    len = strnlen(text, len);
    if (len >= size) len = cut_at_character(text, size - 1);
    memmove(out, text, len);
    out[len] = '\0';
}

static void put_format(tc_error *error, const char *format, va_list args) TC_PRINTF(2, 0);
static void put_format(tc_error *error, const char *format, va_list args)
{
    int len = vsnprintf(error->text, sizeof(error->text), format, args);
    if (len < 0) error->text[0] = '\0';
    if (len >= (int)sizeof(error->text))
        error->text[cut_at_character(error->text, sizeof(error->text) - 1)] = '\0';
}

void tc_error_set_source(tc_error *reterr, const char *source, size_t len)
{
    if (reterr) put_text(reterr->source, sizeof(reterr->source), source, len);
}

static void set_place(tc_error *reterr, const char *source, uint32_t line, uint32_t column)
{
    tc_error_set_source(reterr, source, SIZE_MAX);
    reterr->line = line;
    reterr->column = column;
}

tc_status tc_fail(tc_error *reterr, tc_code code, const char *format, ...)
{
    TC_ASSERT(code != TC_OK);
    if (reterr) {
        va_list args;
        reterr->code = code;
        reterr->sys = 0;
        va_start(args, format);
        put_format(reterr, format, args);
        va_end(args);
    }
    return (tc_status){code};
}

tc_status tc_fail_at(tc_error *reterr, tc_code code, const char *source, uint32_t line,
                     uint32_t column, const char *format, ...)
{
    TC_ASSERT(code != TC_OK);
    if (reterr) {
        va_list args;
        reterr->code = code;
        reterr->sys = 0;
        set_place(reterr, source ? source : "", line, column);
        va_start(args, format);
        put_format(reterr, format, args);
        va_end(args);
    }
    return (tc_status){code};
}

/* The words of errno, in English whatever the locale; a number where there are none. */
static void add_reason(tc_error *error, int sys)
{
    size_t len = strlen(error->text);
    size_t room = sizeof(error->text) - len;
    const char *words = strerrordesc_np(sys);
    int added = words ? snprintf(error->text + len, room, ": %s", words)
                      : snprintf(error->text + len, room, ": error %d", sys);
    if (added < 0) error->text[len] = '\0';
}

tc_status tc_fail_sys(tc_error *reterr, int sys, const char *source, const char *format, ...)
{
    if (reterr) {
        va_list args;
        reterr->code = TC_EIO;
        reterr->sys = sys;
        if (source) set_place(reterr, source, 0, 0);
        va_start(args, format);
        put_format(reterr, format, args);
        va_end(args);
        if (sys) add_reason(reterr, sys);
    }
    return (tc_status){TC_EIO};
}

/* -- for the eyes of a person ----------------------------------------------------------------- */

/* Where nobody said more. */
static const char *words_of(const tc_error *error)
{
    static const char *const words[TC_CODE_COUNT] = {
        [TC_OK] = "a failure without a reason; please report it",
        [TC_ENOMEM] = "out of memory",
        [TC_EIO] = "reading or writing failed",
        [TC_ELIMIT] = "a limit of the program was reached",
        [TC_ESYNTAX] = "an option or a file of settings cannot be understood",
        [TC_EUNSUPPORTED] = "this version cannot do that",
    };
    const char *reason = error->code == TC_EIO && error->sys ? strerrordesc_np(error->sys) : NULL;
    if (reason) return reason;
    return error->code < TC_CODE_COUNT ? words[error->code] : words[TC_OK];
}

/* Appends text to out (of `size` bytes, *at used); what could act there, and every byte that is no
 * text, as \xNN or \uNNNN. Whole characters only: false when one more did not fit. */
static bool add_safe(char *out, size_t size, size_t *at, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0, width; i < len; i += width) {
        char shown[8];
        uint32_t code = tc_utf8_next(tc_slice_make(text + i, len - i), &width);
        int length = (int)width;
        if (width == 1 && ((unsigned char)text[i] >= 0x80 || tc_utf8_is_active(code)))
            length = snprintf(shown, sizeof(shown), "\\x%02x", (unsigned char)text[i]);
        else if (tc_utf8_is_active(code))
            length = snprintf(shown, sizeof(shown), "\\u%04" PRIx32, code);
        else
            memcpy(shown, text + i, width);
        if ((size_t)length >= size - *at) return false;
        memcpy(out + *at, shown, (size_t)length);
        *at += (size_t)length;
    }
    return true;
}

/* "source:line:column: " of what is known. */
static bool add_place(char *out, size_t size, size_t *at, const tc_error *error)
{
    char numbers[32] = "";
    if (error->line && error->column)
        snprintf(numbers, sizeof(numbers), "%" PRIu32 ":%" PRIu32 ": ", error->line, error->column);
    else if (error->line)
        snprintf(numbers, sizeof(numbers), "%" PRIu32 ": ", error->line);
    if (error->source[0]) {
        return add_safe(out, size, at, error->source) &&
               add_safe(out, size, at, error->line ? ":" : ": ") &&
               add_safe(out, size, at, numbers);
    }
    return !error->line || (add_safe(out, size, at, "line ") && add_safe(out, size, at, numbers));
}

const char *tc_error_format(const tc_error *error, char *out, size_t size)
{
    TC_ASSERT(size > 0);
    size_t at = 0;
    const char *text = error->text[0] ? error->text : words_of(error);
    if (add_place(out, size, &at, error)) (void)add_safe(out, size, &at, text);
    out[at] = '\0';
    return out;
}
