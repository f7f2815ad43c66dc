#include "detector/output/escape.h"

void tc_escape_value(tc_str *out, tc_slice raw)
{
    size_t len = raw.len;
    if (len > TC_VALUE_MAX) {
        len = TC_VALUE_MAX;
        for (int i = 0; i < 3 && (raw.ptr[len] & 0xc0) == 0x80; i++)
            len--;
    }
    tc_escape_text(out, tc_slice_sub(raw, 0, len));
}

static bool is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* True if the text begins with \xNN or \uNNNN. */
static bool begins_escape(tc_slice s)
{
    size_t digits = s.len < 2 || s.ptr[0] != '\\' ? 0
                    : s.ptr[1] == 'x'             ? 2
                    : s.ptr[1] == 'u'             ? 4
                                                  : 0;
    if (digits == 0 || s.len < 2 + digits) return false;
    for (size_t i = 2; i < 2 + digits; i++)
        if (!is_hex(s.ptr[i])) return false;
    return true;
}

void tc_escape_plain(tc_str *out, tc_slice raw)
{
    size_t start = out->len, to = start;
    tc_escape_value(out, raw);
    if (tc_failed(tc_str_status(out))) return;
    for (size_t from = start; from < out->len;) {
        tc_slice rest = tc_slice_make(out->data + from, out->len - from);
        size_t unit = tc_escaped_unit(rest);
        bool doubled = unit == 2 && rest.ptr[0] == '\\';
        tc_slice behind = tc_slice_sub(rest, 1, rest.len - 1);
        bool needed = begins_escape(behind) || (rest.len > 2 && rest.ptr[2] == '\\');
        if (doubled && !needed)
            out->data[to++] = '\\';
        else
            for (size_t i = 0; i < unit; i++)
                out->data[to++] = rest.ptr[i];
        from += unit;
    }
    out->len = to;
}

size_t tc_escaped_unit(tc_slice s)
{
    size_t length = 0;
    if (s.ptr[0] != '\\') {
        (void)tc_utf8_next(s, &length);
        return length;
    }
    uint8_t kind = s.len > 1 ? s.ptr[1] : 0;
    length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == '\\' ? 2 : 1;
    /* In plain text a backslash may stand before any letter. */
    if (length > 2 && !begins_escape(s)) length = 1;
    return TC_MIN(length, s.len);
}

tc_slice tc_escaped_columns(tc_slice s, size_t columns)
{
    size_t at = 0, used = 0;
    while (at < s.len) {
        tc_slice rest = tc_slice_sub(s, at, s.len - at);
        size_t unit = tc_escaped_unit(rest);
        used += tc_utf8_width(tc_slice_sub(rest, 0, unit));
        /* Marks without a width of their own may not pile up without end. */
        if (used > columns || at + unit > 8 * columns) break;
        at += unit;
    }
    return tc_slice_sub(s, 0, at);
}

static bool is_guarded(const tc_medium *medium, uint8_t byte)
{
    return byte != 0 && strchr(medium->guarded, byte) != NULL;
}

static size_t cost(const tc_medium *medium, tc_slice unit)
{
    size_t bytes = unit.len;
    for (size_t i = 0; i < unit.len; i++)
        if (is_guarded(medium, unit.ptr[i])) bytes += medium->by_backslash ? 1 : 3;
    return bytes;
}

static void add_unit(tc_str *out, const tc_medium *medium, tc_slice unit)
{
    for (size_t i = 0; i < unit.len; i++) {
        uint8_t byte = unit.ptr[i];
        if (!is_guarded(medium, byte)) {
            tc_str_add_byte(out, byte);
        } else if (medium->by_backslash) {
            tc_str_add_byte(out, '\\');
            tc_str_add_byte(out, byte);
        } else {
            tc_str_addf(out, "\\x%02x", (unsigned)byte);
        }
    }
}

bool tc_medium_add(tc_str *out, const tc_medium *medium, tc_slice s, size_t max, bool list)
{
    size_t end = 0, item_end = 0, used = 0;
    while (end < s.len) {
        tc_slice rest = tc_slice_sub(s, end, s.len - end);
        tc_slice unit = tc_slice_sub(rest, 0, tc_escaped_unit(rest));
        used += cost(medium, unit);
        if (used > max) break;
        if (unit.ptr[0] == ',') item_end = end;
        end += unit.len;
    }
    bool whole = end == s.len;
    if (!whole && list && item_end) end = item_end;
    for (size_t at = 0; at < end;) {
        tc_slice rest = tc_slice_sub(s, at, end - at);
        tc_slice unit = tc_slice_sub(rest, 0, tc_escaped_unit(rest));
        add_unit(out, medium, unit);
        at += unit.len;
    }
    return whole;
}
