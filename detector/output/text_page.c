#include "detector/output/text_page.h"

#include "detector/output/escape.h"

#include <stdarg.h>

#define DOTS "..."

/* -- paint ---------------------------------------------------------------------------------- */

void tc_page_paint(const tc_output *output, tc_paint paint, const char *text, size_t columns,
                   tc_str *out)
{
    static const char *const codes[] = {
        [TC_PAINT_PLAIN] = "",  [TC_PAINT_HEAD] = "1", [TC_PAINT_GOOD] = "32",
        [TC_PAINT_WARN] = "33", [TC_PAINT_BAD] = "31", [TC_PAINT_ALARM] = "1;31",
    };
    size_t length = strlen(text);
    bool painted = output->options.color && paint != TC_PAINT_PLAIN && length;
    if (painted) tc_str_addf(out, "\x1b[%sm", codes[paint]);
    tc_str_add(out, tc_slice_of(text));
    if (painted) tc_str_add(out, TC_LIT("\x1b[0m"));
    if (length < columns) tc_str_addf(out, "%*s", (int)(columns - length), "");
}

tc_paint tc_page_level_paint(tc_level level)
{
    static const tc_paint paints[TC_LEVEL_COUNT] = {[TC_LEVEL_INFORMATIONAL] = TC_PAINT_PLAIN,
                                                    [TC_LEVEL_LOW] = TC_PAINT_HEAD,
                                                    [TC_LEVEL_MEDIUM] = TC_PAINT_WARN,
                                                    [TC_LEVEL_HIGH] = TC_PAINT_BAD,
                                                    [TC_LEVEL_CRITICAL] = TC_PAINT_ALARM};
    TC_ASSERT(level < TC_LEVEL_COUNT);
    return paints[level];
}

void tc_page_level(const tc_output *output, tc_level level, size_t columns, tc_str *out)
{
    static const char *const words[TC_LEVEL_COUNT] = {[TC_LEVEL_INFORMATIONAL] = "INFO",
                                                      [TC_LEVEL_LOW] = "LOW",
                                                      [TC_LEVEL_MEDIUM] = "MEDIUM",
                                                      [TC_LEVEL_HIGH] = "HIGH",
                                                      [TC_LEVEL_CRITICAL] = "CRITICAL"};
    TC_ASSERT(level < TC_LEVEL_COUNT);
    tc_page_paint(output, tc_page_level_paint(level), words[level], columns, out);
}

/* -- wrapping ------------------------------------------------------------------------------- */

static tc_slice plain_value(tc_output *output, tc_slice raw)
{
    tc_str *scratch = tc_output_scratch(output);
    tc_escape_plain(scratch, raw);
    return tc_str_view(scratch);
}

void tc_page_end(tc_str *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    tc_str_add_byte(out, '\n');
}

/* How much of the text (not empty, not beginning with a blank) goes on a line of `room` columns. */
static size_t line_length(tc_slice text, size_t room)
{
    size_t fits = tc_escaped_columns(text, room).len;
    if (fits == text.len || text.ptr[fits] == ' ') return fits;
    size_t blank = fits;
    while (blank > 0 && text.ptr[blank] != ' ')
        blank--;
    return blank ? blank : fits;
}

void tc_page_wrap(tc_output *output, size_t at, size_t indent, tc_slice raw, tc_str *out)
{
    size_t width = output->options.width;
    tc_slice text = tc_slice_trim(plain_value(output, raw));
    while (text.len) {
        size_t length = line_length(text, width > at ? width - at : 0);
        /* A first word that would fit on a line of its own is not broken. */
        bool broken = length < text.len && text.ptr[length] != ' ';
        if (at > indent && (length == 0 || broken)) {
            tc_str_addf(out, "\n%*s", (int)indent, "");
            at = indent;
            continue;
        }
        if (length == 0) length = tc_escaped_unit(text);
        tc_slice line = tc_slice_sub(text, 0, length);
        while (line.len && line.ptr[line.len - 1] == ' ')
            line.len--;
        tc_str_add(out, line);
        text = tc_slice_trim(tc_slice_sub(text, length, text.len - length));
        if (text.len) tc_str_addf(out, "\n%*s", (int)indent, "");
        at = indent;
    }
    tc_page_end(out);
}

void tc_page_wrapf(tc_output *output, size_t at, size_t indent, tc_str *out, const char *format,
                   ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    TC_ASSERT(length >= 0);
    tc_page_wrap(output, at, indent, tc_slice_of(text), out);
}

void tc_page_line(tc_output *output, size_t at, tc_slice raw, tc_str *out)
{
    size_t width = output->options.width, room = width > at ? width - at : 0;
    tc_slice text = plain_value(output, raw);
    tc_slice head = tc_escaped_columns(text, room);
    if (head.len < text.len) {
        tc_str_add(out, tc_escaped_columns(text, room > 3 ? room - 3 : 0));
        tc_str_add(out, TC_LIT(DOTS));
    } else {
        tc_str_add(out, text);
    }
    tc_page_end(out);
}

/* -- figures -------------------------------------------------------------------------------- */

const char *tc_page_minute(tc_time time, char out[TC_TIME_TEXT])
{
    tc_time_format_human(time, out);
    if (time != TC_TIME_NONE) out[sizeof("2011-03-09 07:12") - 1] = 0;
    return out;
}

const char *tc_page_time(tc_time time, char out[TC_TIME_TEXT + 4])
{
    char text[TC_TIME_TEXT];
    snprintf(out, TC_TIME_TEXT + 4, "%.*s%s", TC_TIME_TEXT - 1, tc_time_format_human(time, text),
             time == TC_TIME_NONE ? "" : " UTC");
    return out;
}

const char *tc_page_span(tc_time from, tc_time to, char out[40])
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{TC_DAY, "day"}, {TC_HOUR, "hour"}, {TC_MINUTE, "minute"}, {TC_SECOND, "second"}};
    int64_t ns = 0;
    if (from == TC_TIME_NONE || to == TC_TIME_NONE || __builtin_sub_overflow(to, from, &ns) ||
        ns < 0) {
        snprintf(out, 40, "unknown");
        return out;
    }
    size_t u = 0;
    while (u + 1 < TC_COUNT_OF(units) && ns < 2 * units[u].ns)
        u++;
    int64_t n = ns / units[u].ns + (ns % units[u].ns >= units[u].ns / 2);
    snprintf(out, 40, "%" PRId64 " %s%s", n, units[u].name, n == 1 ? "" : "s");
    return out;
}

const char *tc_page_number(uint64_t number, char out[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
    return out;
}

const char *tc_page_size(uint64_t bytes, char out[32])
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(out, 32, "%" PRIu64 " B", bytes);
        return out;
    }
    uint64_t unit = 1000;
    size_t u = 0;
    while (u + 1 < TC_COUNT_OF(units) && bytes / unit >= 1000) {
        unit *= 1000;
        u++;
    }
    uint64_t tenths = bytes / (unit / 10);
    if (tenths < 100)
        snprintf(out, 32, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10, units[u]);
    else
        snprintf(out, 32, "%" PRIu64 " %s", tenths / 10, units[u]);
    return out;
}
