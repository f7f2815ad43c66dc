/* Walks over input by pointer: a hot loop. */
#include "parsers/open/xml_reader.h"

static bool fail(tc_xml *r)
{
    r->failed = true;
    return false;
}

static inline bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* What cannot be part of a name; the rest is not looked at closely. */
static inline bool ends_name(uint8_t byte)
{
    static const bool ends[256] = {
        [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true, ['>'] = true,
        ['/'] = true, ['='] = true,  ['<'] = true,  ['"'] = true,  ['\''] = true};
    return ends[byte];
}

static const uint8_t *skip_space(const uint8_t *at, const uint8_t *end)
{
    while (at != end && is_space(*at))
        at++;
    return at;
}

static tc_slice between(const uint8_t *from, const uint8_t *to)
{
    return tc_slice_make(from, (size_t)(to - from));
}

static tc_slice rest_of(const tc_xml *r)
{
    return between(r->at, r->end);
}

tc_slice tc_xml_local(tc_slice name)
{
    size_t colon = tc_slice_find(name, ':');
    return colon == TC_NPOS ? name : tc_slice_sub(name, colon + 1, name.len);
}

void tc_xml_init(tc_xml *r, tc_slice text)
{
    r->at = text.ptr;
    r->end = text.ptr ? text.ptr + text.len : NULL;
    r->depth = 0;
    r->failed = false;
}

/* Goes behind `stop`; false if it does not come. */
static bool pass(tc_xml *r, size_t head, tc_slice stop)
{
    tc_slice rest = tc_slice_sub(rest_of(r), head, SIZE_MAX);
    size_t found = tc_slice_search(rest, stop);
    if (found == TC_NPOS) return fail(r);
    r->at += head + found + stop.len;
    return true;
}

/* Whether the tag at the reader is none of an element. */
static inline bool is_special(const tc_xml *r)
{
    return r->end - r->at >= 2 && (r->at[1] == '!' || r->at[1] == '?');
}

/* Passes over a comment or a processing instruction; *ret says whether there was one. */
static bool pass_remark(tc_xml *r, bool *ret)
{
    *ret = is_special(r);
    if (!*ret) return true;
    if (tc_slice_starts(rest_of(r), TC_LIT("<!--"))) return pass(r, 4, TC_LIT("-->"));
    if (tc_slice_starts(rest_of(r), TC_LIT("<?"))) return pass(r, 2, TC_LIT("?>"));
    *ret = false;
    return true;
}

/* The character data at the reader, CDATA sections included; with neither, an empty text. */
static bool take_text(tc_xml *r, tc_cell *ret)
{
    const uint8_t *from = r->at;
    bool coded = false;
    while (r->at != r->end) {
        const uint8_t *tag = memchr(r->at, '<', (size_t)(r->end - r->at));
        r->at = tag ? tag : r->end;
        if (!is_special(r) || !tc_slice_starts(rest_of(r), TC_LIT("<![CDATA["))) break;
        coded = true;
        if (!pass(r, 9, TC_LIT("]]>"))) return false;
    }
    tc_slice text = between(from, r->at);
    if (!coded && text.len) coded = memchr(text.ptr, '&', text.len) != NULL;
    *ret = tc_cell_text(text);
    if (coded) ret->form = TC_FORM_XML;
    return true;
}

/* The name at `at`; the empty slice if there is none. */
static tc_slice name_at(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *from = at;
    while (at != end && !ends_name(*at))
        at++;
    return between(from, at);
}

static bool take_close(tc_xml *r, tc_xml_token *ret)
{
    tc_slice name = name_at(r->at + 2, r->end);
    const uint8_t *at = skip_space(r->at + 2 + name.len, r->end);
    if (at == r->end || *at != '>') return fail(r);
    if (r->depth == 0 || !tc_slice_equal(name, r->open[r->depth - 1])) return fail(r);
    r->depth--;
    r->at = at + 1;
    *ret = (tc_xml_token){.type = TC_XML_CLOSE, .name = tc_xml_local(name)};
    return true;
}

/* The '>' of the start tag whose attributes begin at `at`; NULL if there is none. */
static const uint8_t *tag_end(const uint8_t *at, const uint8_t *end)
{
    while (at != end && *at != '>' && *at != '<') {
        if (*at == '"' || *at == '\'') at = memchr(at + 1, *at, (size_t)(end - at) - 1);
        if (!at) return NULL;
        at++;
    }
    return at == end || *at == '<' ? NULL : at;
}

static bool take_open(tc_xml *r, tc_xml_token *ret)
{
    tc_slice name = name_at(r->at + 1, r->end);
    const uint8_t *from = r->at + 1 + name.len;
    const uint8_t *close = tag_end(from, r->end);
    if (name.len == 0 || !close) return fail(r);
    bool empty = close != from && close[-1] == '/';
    if (!empty) {
        if (r->depth == TC_XML_DEPTH) return fail(r);
        r->open[r->depth++] = name;
    }
    r->at = close + 1;
    *ret = (tc_xml_token){.type = TC_XML_OPEN,
                          .name = tc_xml_local(name),
                          .attributes = between(skip_space(from, close), close - (empty ? 1 : 0)),
                          .empty = empty};
    return true;
}

/* The tag at the reader, which is at a '<' or at the end. */
static bool take_tag(tc_xml *r, tc_xml_token *ret)
{
    if (r->at == r->end) {
        if (r->depth > 0) return fail(r);
        *ret = (tc_xml_token){.type = TC_XML_END};
        return true;
    }
    if (r->end - r->at < 2 || r->at[1] == '!') return fail(r);
    return r->at[1] == '/' ? take_close(r, ret) : take_open(r, ret);
}

bool tc_xml_next(tc_xml *r, tc_xml_token *ret)
{
    if (r->failed) return false;
    tc_cell text;
    bool remark = true;
    while (remark) {
        if (!take_text(r, &text)) return false;
        if (text.len > 0) {
            *ret = (tc_xml_token){.type = TC_XML_TEXT, .text = text};
            return true;
        }
        if (!pass_remark(r, &remark)) return false;
    }
    return take_tag(r, ret);
}

bool tc_xml_next_tag(tc_xml *r, tc_xml_token *ret)
{
    if (r->failed) return false;
    r->at = skip_space(r->at, r->end);
    if (r->at != r->end && *r->at == '<' && !is_special(r)) return take_tag(r, ret);
    do {
        if (!tc_xml_next(r, ret)) return false;
    } while (ret->type == TC_XML_TEXT);
    return true;
}

/* Takes a plain text and the end tag right behind it; false if that is not what stands there. */
static bool take_plain_leaf(tc_xml *r, tc_cell *ret)
{
    tc_slice name = r->open[r->depth - 1];
    const uint8_t *tag = r->at == r->end ? NULL : memchr(r->at, '<', (size_t)(r->end - r->at));
    if (!tag || (size_t)(r->end - tag) < name.len + 3) return false;
    const uint8_t *close = tag + 2 + name.len;
    if (tag[1] != '/' || *close != '>' || memcmp(tag + 2, name.ptr, name.len) != 0) return false;
    tc_slice text = between(r->at, tag);
    *ret = tc_cell_text(text);
    if (text.len && memchr(text.ptr, '&', text.len)) ret->form = TC_FORM_XML;
    r->at = close + 1;
    r->depth--;
    return true;
}

bool tc_xml_leaf(tc_xml *r, tc_cell *ret_text, tc_xml_token *ret_inner)
{
    tc_xml_token token = {.type = TC_XML_END};
    *ret_text = tc_cell_text(TC_LIT(""));
    *ret_inner = token;
    if (r->failed) return false;
    if (take_plain_leaf(r, ret_text)) return true;
    if (!tc_xml_next(r, &token)) return false;
    if (token.type == TC_XML_TEXT) {
        *ret_text = token.text;
        if (!tc_xml_next(r, &token)) return false;
        if (token.type == TC_XML_TEXT) return fail(r); /* a remark in the midst of a value */
    }
    *ret_inner = token;
    return token.type == TC_XML_CLOSE;
}

bool tc_xml_skip(tc_xml *r)
{
    uint32_t outside = r->depth - 1;
    tc_xml_token token;
    while (r->depth > outside)
        if (!tc_xml_next(r, &token)) return false;
    return true;
}

bool tc_xml_attribute(tc_slice *attributes, tc_slice *ret_name, tc_cell *ret_value)
{
    if (attributes->len == 0) return false;
    const uint8_t *end = attributes->ptr + attributes->len;
    const uint8_t *from = skip_space(attributes->ptr, end);
    *attributes = between(from, end);
    tc_slice name = name_at(from, end);
    const uint8_t *at = skip_space(name.ptr + name.len, end);
    if (name.len == 0 || at == end || *at != '=') return false;
    at = skip_space(at + 1, end);
    if (at == end || (*at != '"' && *at != '\'')) return false;
    const uint8_t *close = memchr(at + 1, *at, (size_t)(end - at) - 1);
    if (!close) return false;
    *ret_name = tc_xml_local(name);
    *ret_value = tc_cell_text(between(at + 1, close));
    if (tc_slice_find(tc_slice_make(ret_value->ptr, ret_value->len), '&') != TC_NPOS)
        ret_value->form = TC_FORM_XML;
    *attributes = between(close + 1, end);
    return true;
}
