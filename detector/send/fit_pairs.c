#include "detector/send/fit_pairs.h"

#include "detector/output/escape.h"

#define CEF_PIPES 7
#define LEEF_PIPES 6
#define LEEF_DELIMITER '^'

/* -- units ----------------------------------------------------------------------------------- */

static bool is_by_backslash(tc_form form)
{
    return form != TC_FORM_LEEF;
}

/* Bytes of one unit of a guarded value: what must not be torn. A value was escaped, and then each
 * backslash of it doubled, except in LEEF. */
static size_t unit_of(tc_form form, tc_slice s)
{
    if (!is_by_backslash(form) || s.ptr[0] != '\\') return tc_escaped_unit(s);
    if (s.len < 3 || s.ptr[1] != '\\') return TC_MIN((size_t)2, s.len);
    size_t length = s.ptr[2] == 'x' ? 5 : s.ptr[2] == 'u' ? 7 : s.ptr[2] == '\\' ? 4 : 2;
    return TC_MIN(length, s.len);
}

size_t tc_pairs_cut(tc_form form, tc_slice value, size_t max, bool list)
{
    size_t at = 0, item = 0;
    if (value.len <= max) return value.len;
    while (at < value.len) {
        size_t unit = unit_of(form, tc_slice_sub(value, at, value.len));
        if (at + unit > max) break;
        if (value.ptr[at] == ',') item = at;
        at += unit;
    }
    return list && item > 0 ? item : at;
}

bool tc_pairs_is(tc_slice key, const char *flat)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '@') continue;
        uint8_t c = key.ptr[i] == '.' ? '_' : key.ptr[i];
        if (*flat == 0 || (uint8_t)*flat++ != c) return false;
    }
    return *flat == 0;
}

tc_slice tc_pairs_end(tc_form form)
{
    return form == TC_FORM_SYSLOG || form == TC_FORM_LOCAL ? TC_LIT("\"") : TC_EMPTY_SLICE;
}

static void add_pair(tc_pairs *p, tc_slice key, tc_slice before, tc_slice value)
{
    bool is_flag = tc_pairs_is(key, "tocsin_truncated");
    if (is_flag) p->is_cut = true;
    if (is_flag) return;
    if (p->count == TC_PAIRS_MAX) {
        p->has_more = true;
        return;
    }
    p->pairs[p->count] =
        (tc_pair){.key = key, .before = before, .value = value, .is_first = p->count == 0};
    p->count++;
}

/* -- syslog ---------------------------------------------------------------------------------- */

/* ` name="value"` at `at`; false at the end of the element. */
static bool take_parameter(tc_pairs *p, tc_slice s, size_t *at)
{
    size_t from = *at, i = from + 1;
    if (from >= s.len || s.ptr[from] != ' ') return false;
    while (i < s.len && s.ptr[i] != '=' && s.ptr[i] != ']')
        i++;
    if (i + 1 >= s.len || s.ptr[i] != '=' || s.ptr[i + 1] != '"') return false;
    tc_slice key = tc_slice_sub(s, from + 1, i - from - 1);
    size_t value = i + 2, end = value;
    while (end < s.len && s.ptr[end] != '"')
        end += s.ptr[end] == '\\' ? 2 : 1;
    if (end >= s.len) return false;
    add_pair(p, key, tc_slice_sub(s, from, value - from), tc_slice_sub(s, value, end - value));
    *at = end + 1;
    return true;
}

static bool parse_element(tc_pairs *p, tc_slice s, size_t *ret_end)
{
    size_t at = 0;
    while (at < s.len && s.ptr[at] != ' ' && s.ptr[at] != ']')
        at++;
    p->head = tc_slice_sub(s, 0, at);
    while (take_parameter(p, s, &at))
        ;
    *ret_end = at + 1;
    return at < s.len && s.ptr[at] == ']';
}

static bool parse_syslog(tc_pairs *p, tc_slice body)
{
    size_t end = 0;
    if (!tc_slice_starts(body, TC_LIT("[")) || !parse_element(p, body, &end)) return false;
    p->sentence = tc_slice_sub(body, end + 1, body.len);
    return end == body.len || body.ptr[end] == ' ';
}

static bool parse_local(tc_pairs *p, tc_slice body)
{
    size_t at = tc_slice_find(body, '['), end = 0;
    if (at == TC_NPOS || at == 0) return false;
    p->sentence = tc_slice_sub(body, 0, at - 1);
    tc_slice element = tc_slice_sub(body, at, body.len);
    return parse_element(p, element, &end) && end == element.len;
}

/* -- CEF and LEEF ---------------------------------------------------------------------------- */

/* The length of the header: behind its last '|'. 0: there is none. */
static size_t header_of(tc_slice body, unsigned pipes, bool by_backslash)
{
    for (size_t i = 0; i < body.len; i++) {
        if (by_backslash && body.ptr[i] == '\\')
            i++;
        else if (body.ptr[i] == '|' && --pipes == 0)
            return i + 1;
    }
    return 0;
}

static bool is_key_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The '=' behind a key that begins at `at`; TC_NPOS: no key does. */
static size_t equals_behind(tc_slice s, size_t at)
{
    size_t i = at;
    while (i < s.len && is_key_byte(s.ptr[i]))
        i++;
    return i > at && i < s.len && s.ptr[i] == '=' ? i : TC_NPOS;
}

/* Where the value that begins at `at` ends: at the blank before the next key, or at the delimiter.
 */
static size_t value_end(tc_form form, tc_slice s, size_t at)
{
    for (size_t i = at; i < s.len; i++) {
        if (form == TC_FORM_CEF && s.ptr[i] == '\\')
            i++;
        else if (form == TC_FORM_LEEF && s.ptr[i] == LEEF_DELIMITER)
            return i;
        else if (form == TC_FORM_CEF && s.ptr[i] == ' ' && equals_behind(s, i + 1) != TC_NPOS)
            return i;
    }
    return s.len;
}

static bool parse_extension(tc_pairs *p, tc_slice body)
{
    size_t at = p->head.len, from = at;
    while (at < body.len) {
        size_t key = at > p->head.len ? at + 1 : at;
        size_t equals = equals_behind(body, key);
        if (equals == TC_NPOS) return false;
        tc_slice name = tc_slice_sub(body, key, equals - key);
        size_t end = value_end(p->form, body, equals + 1);
        at = end;
        /* A label and what it names go together. */
        if (p->form == TC_FORM_CEF && tc_slice_ends(name, TC_LIT("Label")) && end < body.len)
            continue;
        add_pair(p, name, tc_slice_sub(body, from, equals + 1 - from),
                 tc_slice_sub(body, equals + 1, end - equals - 1));
        from = end;
    }
    return true;
}

bool tc_pairs_parse(tc_form form, tc_slice body, tc_pairs *ret)
{
    *ret = (tc_pairs){.form = form};
    if (form == TC_FORM_SYSLOG) return parse_syslog(ret, body);
    if (form == TC_FORM_LOCAL) return parse_local(ret, body);
    bool is_cef = form == TC_FORM_CEF;
    size_t header = header_of(body, is_cef ? CEF_PIPES : LEEF_PIPES, is_cef);
    ret->head = tc_slice_sub(body, 0, header);
    return header > 0 && parse_extension(ret, body);
}

void tc_pairs_add_head(const tc_pairs *p, size_t field_max, tc_str *out)
{
    tc_slice rest = p->head;
    if (p->form != TC_FORM_CEF && p->form != TC_FORM_LEEF) {
        tc_str_add(out, rest);
        return;
    }
    while (rest.len > 0) {
        size_t end = header_of(rest, 1, p->form == TC_FORM_CEF);
        tc_slice field = tc_slice_sub(rest, 0, end - 1);
        tc_str_add(out, tc_slice_sub(field, 0, tc_pairs_cut(p->form, field, field_max, false)));
        tc_str_add_byte(out, '|');
        rest = tc_slice_sub(rest, end, rest.len);
    }
}
