#include "parsers/event/cell.h"

#include "parsers/base/cursor.h"
#include "parsers/base/json_reader.h"
#include "parsers/base/utf8.h"

/* "" -> "; a lone quote stays. False at the arena's limit. */
static bool decode_csv(tc_arena *arena, tc_slice raw, tc_slice *ret)
{
    if (tc_slice_find(raw, '"') == TC_NPOS) {
        *ret = raw;
        return true;
    }
    uint8_t *out = tc_arena_get(arena, raw.len, 1);
    if (!out) return false;
    size_t filled = 0;
    for (size_t i = 0; i < raw.len; i++) {
        out[filled++] = raw.ptr[i];
        if (raw.ptr[i] == '"' && i + 1 < raw.len && raw.ptr[i + 1] == '"') i++;
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

/* -- XML (1.0, sections 2.7, 4.1 and 4.6) ----------------------------------------------------- */

#define ENTITY_MAX 32 /* longest name of a reference that is looked at */

/* The code point of "65" or "x41"; 0 if it is none. */
static uint32_t numeric_entity(tc_slice digits)
{
    uint32_t base = 10;
    if (tc_slice_starts(digits, TC_LIT("x"))) {
        base = 16;
        digits = tc_slice_sub(digits, 1, digits.len);
    }
    uint32_t code = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint8_t byte = digits.ptr[i];
        uint32_t digit = base;
        if (byte >= '0' && byte <= '9')
            digit = (uint32_t)byte - '0';
        else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
            digit = (byte | 0x20u) - 'a' + 10u;
        if (digit >= base || code > 0x10ffff) return 0;
        code = code * base + digit;
    }
    return code;
}

/* The code point of a reference, given what stands between its '&' and ';'; 0 if it is none: NUL
 * cannot be written in XML. */
static uint32_t entity(tc_slice name)
{
    static const struct {
        tc_slice name;
        uint32_t meaning;
    } known[] = {{{(const uint8_t *)"amp", 3}, '&'},
                 {{(const uint8_t *)"lt", 2}, '<'},
                 {{(const uint8_t *)"gt", 2}, '>'},
                 {{(const uint8_t *)"quot", 4}, '"'},
                 {{(const uint8_t *)"apos", 4}, '\''}};
    if (tc_slice_starts(name, TC_LIT("#"))) return numeric_entity(tc_slice_sub(name, 1, name.len));
    for (size_t i = 0; i < TC_COUNT_OF(known); i++)
        if (tc_slice_equal(name, known[i].name)) return known[i].meaning;
    return 0;
}

/* Takes the reference at the cursor (an '&'), if it is one that is known; writes its UTF-8. */
static size_t take_entity(tc_cursor *c, uint8_t out[4])
{
    tc_cursor ahead = *c;
    tc_slice name;
    if (!tc_cursor_byte(&ahead, '&') || !tc_cursor_until(&ahead, ';', ENTITY_MAX, &name)) return 0;
    uint32_t code = entity(name);
    size_t length = code ? tc_utf8_encode(code, out) : 0;
    if (length) *c = ahead;
    return length;
}

/* Takes the CDATA section at the cursor; *closes becomes false when no section ends from here on,
 * so that many beginnings without an end are not searched many times. */
static bool take_cdata(tc_cursor *c, bool *closes, tc_slice *ret)
{
    tc_cursor ahead = *c;
    if (!*closes || !tc_cursor_text(&ahead, TC_LIT("<![CDATA["))) return false;
    size_t length = tc_slice_search(tc_cursor_rest(&ahead), TC_LIT("]]>"));
    *closes = length != TC_NPOS;
    if (!*closes || !tc_cursor_take(&ahead, length, ret)) return false;
    *c = ahead;
    return tc_cursor_text(c, TC_LIT("]]>"));
}

/* How many bytes stand before the next '&' or '<' behind the first byte. */
static size_t plain_run(tc_slice s)
{
    size_t i = 1;
    while (i < s.len && s.ptr[i] != '&' && s.ptr[i] != '<')
        i++;
    return i;
}

/* References that nobody knows and CDATA sections without an end stay as they are. */
static bool decode_xml(tc_arena *arena, tc_slice raw, tc_slice *ret)
{
    if (tc_slice_find(raw, '&') == TC_NPOS && tc_slice_find(raw, '<') == TC_NPOS) {
        *ret = raw;
        return true;
    }
    uint8_t *out = tc_arena_get(arena, raw.len, 1); /* no reference is shorter than its meaning */
    if (!out) return false;
    size_t filled = 0;
    bool closes = true;
    tc_cursor c = tc_cursor_on(raw);
    while (!tc_cursor_at_end(&c)) {
        tc_slice part;
        size_t length = tc_cursor_peek(&c) == '&' ? take_entity(&c, out + filled) : 0;
        filled += length;
        if (length) continue;
        bool taken = take_cdata(&c, &closes, &part) ||
                     tc_cursor_take(&c, plain_run(tc_cursor_rest(&c)), &part);
        TC_ASSERT(taken);
        memcpy(out + filled, part.ptr, part.len);
        filled += part.len;
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

/* -------------------------------------------------------------------------------------------- */

static tc_value text_value(tc_kind kind, tc_slice text)
{
    return (tc_value){.kind = kind, .text = text};
}

tc_value tc_cell_value(tc_cell cell, tc_arena *arena)
{
    tc_slice raw = tc_slice_make(cell.ptr, cell.len);
    tc_slice text = raw;
    bool decoded = true;
    switch ((tc_form)cell.form) {
    case TC_FORM_MISSING:
        return text_value(TC_KIND_MISSING, TC_EMPTY_SLICE);
    case TC_FORM_NULL:
        return text_value(TC_KIND_NULL, TC_EMPTY_SLICE);
    case TC_FORM_NUMBER:
        return text_value(TC_KIND_NUMBER, raw);
    case TC_FORM_TRUE:
        return text_value(TC_KIND_BOOL, TC_LIT("true"));
    case TC_FORM_FALSE:
        return text_value(TC_KIND_BOOL, TC_LIT("false"));
    case TC_FORM_LIST:
        return (tc_value){.kind = TC_KIND_LIST,
                          .items = (const tc_cell *)(const void *)cell.ptr,
                          .item_count = cell.len};
    case TC_FORM_CSV:
        decoded = decode_csv(arena, raw, &text);
        break;
    case TC_FORM_XML:
        decoded = decode_xml(arena, raw, &text);
        break;
    case TC_FORM_JSON_STRING:
        decoded = tc_json_decode(arena, raw, &text);
        break;
    case TC_FORM_TEXT:
    case TC_FORM_JSON:
        break;
    case TC_FORM_COUNT:
        TC_ASSERT(cell.form != TC_FORM_COUNT);
    }
    return text_value(TC_KIND_STRING, decoded ? text : raw);
}
