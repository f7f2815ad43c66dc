#include "parsers/base/json_writer.h"

#include "parsers/base/utf8.h"

void tc_json_writer_init(tc_json_writer *w, tc_str *out)
{
    *w = (tc_json_writer){.out = out};
}

/* The comma before the next member of the container that the writer is in. */
static void add_comma(tc_json_writer *w)
{
    if (w->comma[w->depth - 1]) tc_str_add_byte(w->out, ',');
    w->comma[w->depth - 1] = true;
}

/* What comes before any value: in an object its key was written, in an array a comma may be due. */
static void begin_value(tc_json_writer *w)
{
    if (w->depth == 0) return;
    if (w->in_object[w->depth - 1]) {
        TC_ASSERT(w->have_key);
        w->have_key = false;
    } else {
        add_comma(w);
    }
}

static void open_container(tc_json_writer *w, bool object)
{
    begin_value(w);
    TC_ASSERT(w->depth < TC_JSON_WRITER_DEPTH);
    w->in_object[w->depth] = object;
    w->comma[w->depth] = false;
    w->depth++;
    tc_str_add_byte(w->out, object ? '{' : '[');
}

static void close_container(tc_json_writer *w, bool object)
{
    TC_ASSERT(w->depth > 0 && w->in_object[w->depth - 1] == object && !w->have_key);
    w->depth--;
    tc_str_add_byte(w->out, object ? '}' : ']');
}

void tc_json_object_open(tc_json_writer *w)
{
    open_container(w, true);
}

void tc_json_object_close(tc_json_writer *w)
{
    close_container(w, true);
}

void tc_json_array_open(tc_json_writer *w)
{
    open_container(w, false);
}

void tc_json_array_close(tc_json_writer *w)
{
    close_container(w, false);
}

static void add_escape(tc_str *out, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr"; /* of U+0008..U+000D; U+000B has none */
    if (code == '"' || code == '\\') {
        const uint8_t text[2] = {'\\', (uint8_t)code};
        tc_str_add(out, tc_slice_make(text, 2));
    } else if (code >= 8 && code <= 13 && letters[code - 8]) {
        const uint8_t text[2] = {'\\', (uint8_t)letters[code - 8]};
        tc_str_add(out, tc_slice_make(text, 2));
    } else {
        const uint8_t text[6] = {'\\',
                                 'u',
                                 (uint8_t)hex[code >> 12 & 15],
                                 (uint8_t)hex[code >> 8 & 15],
                                 (uint8_t)hex[code >> 4 & 15],
                                 (uint8_t)hex[code & 15]};
        tc_str_add(out, tc_slice_make(text, 6));
    }
}

static inline bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void add_quoted(tc_str *out, tc_slice s)
{
    tc_str_add_byte(out, '"');
    size_t from = 0; /* what stands between here and i is copied as it is */
    for (size_t i = 0; i < s.len;) {
        if (is_plain(s.ptr[i])) {
            i++;
            continue;
        }
        size_t length;
        uint32_t code = tc_utf8_next(tc_slice_make(s.ptr + i, s.len - i), &length);
        if (length > 1 && !tc_utf8_is_active(code)) {
            i += length;
            continue;
        }
        tc_str_add(out, tc_slice_make(s.ptr + from, i - from));
        if (length == 1 && s.ptr[i] >= 0x80)
            tc_str_add(out, TC_LIT("\xef\xbf\xbd")); /* U+FFFD for an invalid byte */
        else
            add_escape(out, code);
        i += length;
        from = i;
    }
    tc_str_add(out, tc_slice_sub(s, from, s.len - from));
    tc_str_add_byte(out, '"');
}

void tc_json_key_slice(tc_json_writer *w, tc_slice key)
{
    TC_ASSERT(w->depth > 0 && w->in_object[w->depth - 1] && !w->have_key);
    add_comma(w);
    add_quoted(w->out, key);
    tc_str_add_byte(w->out, ':');
    w->have_key = true;
}

void tc_json_key(tc_json_writer *w, const char *key)
{
    tc_json_key_slice(w, tc_slice_of(key));
}

void tc_json_string(tc_json_writer *w, tc_slice s)
{
    begin_value(w);
    add_quoted(w->out, s);
}

void tc_json_cstring(tc_json_writer *w, const char *s)
{
    tc_json_string(w, tc_slice_of(s));
}

void tc_json_raw(tc_json_writer *w, tc_slice json)
{
    begin_value(w);
    tc_str_add(w->out, json);
}

void tc_json_u64(tc_json_writer *w, uint64_t n)
{
    begin_value(w);
    tc_str_add_u64(w->out, n);
}

void tc_json_i64(tc_json_writer *w, int64_t n)
{
    begin_value(w);
    if (n < 0) tc_str_add_byte(w->out, '-');
    tc_str_add_u64(w->out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void tc_json_double(tc_json_writer *w, double n)
{
    if (!(n - n == 0)) { /* NaN or infinite: JSON has no way to write them (RFC 8259, section 6) */
        tc_json_null(w);
        return;
    }
    char text[40];
    size_t length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        double back;
        length = (size_t)snprintf(text, sizeof text, "%.*g", digits, n);
        if (tc_slice_to_double(tc_slice_make(text, length), &back) && back == n) break;
    }
    tc_json_raw(w, tc_slice_make(text, length));
}

void tc_json_bool(tc_json_writer *w, bool b)
{
    tc_json_raw(w, b ? TC_LIT("true") : TC_LIT("false"));
}

void tc_json_null(tc_json_writer *w)
{
    tc_json_raw(w, TC_LIT("null"));
}
