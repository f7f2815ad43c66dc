#include "parsers/windows/binxml.h"

#include "parsers/base/cursor.h"
#include "parsers/windows/binxml_value.h"

#define BINXML_DEPTH 32 /* elements, templates and values in one another */
#define NAME_MAX_UNITS 256
#define START_TAG_MAX 512 /* of an element that is repeated for each item of a value */
#define DEFINITION 24     /* bytes before the body of a template: next, GUID, size */
#define STEPS_MAX 65536   /* tokens of one record: templates can use one another */
#define MORE 0x40         /* bit of a token: attributes or more of the same follow */

enum token {
    END_OF_STREAM = 0x00,
    OPEN_START = 0x01,
    CLOSE_START = 0x02,
    CLOSE_EMPTY = 0x03,
    END_ELEMENT = 0x04,
    VALUE = 0x05,
    ATTRIBUTE = 0x06,
    CDATA = 0x07,
    CHARACTER = 0x08,
    ENTITY = 0x09,
    PI_TARGET = 0x0A,
    PI_DATA = 0x0B,
    TEMPLATE = 0x0C,
    SUBSTITUTION = 0x0D,
    OPTIONAL_SUBSTITUTION = 0x0E,
    FRAGMENT = 0x0F
};

/* What a template is filled with. */
typedef struct value {
    uint8_t type;
    tc_slice data;
} value;

typedef struct values {
    const value *items;
    size_t count;
} values;

typedef struct writer {
    tc_slice chunk;
    tc_arena *arena;
    tc_str *out;
    unsigned depth;
    unsigned steps;
    bool no_memory;
} writer;

/* A place in the chunk, and the end of what it may read. */
typedef struct place {
    size_t at, end;
} place;

/* An element whose start tag stands in the text. */
typedef struct element {
    tc_slice name; /* as it stands in the chunk, UTF-16 */
    size_t tag, tag_end;
} element;

static bool write_fragment(writer *w, place p, const values *filling);

/* -- bytes ----------------------------------------------------------------------------------- */

static bool take(const writer *w, place *p, size_t length, tc_slice *ret)
{
    if (length > p->end - p->at) return false;
    *ret = tc_slice_sub(w->chunk, p->at, length);
    p->at += length;
    return true;
}

static bool take_number(const writer *w, place *p, size_t bytes, uint32_t *ret)
{
    tc_slice s;
    if (!take(w, p, bytes, &s)) return false;
    *ret = 0;
    while (bytes-- > 0)
        *ret = *ret << 8 | s.ptr[bytes];
    return true;
}

static int peek(const writer *w, const place *p)
{
    return p->at < p->end ? w->chunk.ptr[p->at] : -1;
}

/* A text that is preceded by the number of its units. */
static bool take_text(const writer *w, place *p, tc_slice *ret)
{
    uint32_t units;
    return take_number(w, p, 2, &units) && take(w, p, 2 * (size_t)units, ret);
}

/* A name by its offset; where it stands for the first time, it stands here. */
static bool take_name(const writer *w, place *p, tc_slice *ret)
{
    uint32_t offset, ignored;
    if (!take_number(w, p, 4, &offset)) return false;
    place name = {offset, w->chunk.len};
    bool here = offset == p->at;
    if (offset > w->chunk.len || !take_number(w, &name, 4, &ignored) ||
        !take_number(w, &name, 2, &ignored) || !take_text(w, &name, ret) ||
        !take_number(w, &name, 2, &ignored))
        return false;
    if (here && name.at > p->end) return false;
    if (here) p->at = name.at;
    return ret->len > 0 && ret->len <= 2 * NAME_MAX_UNITS;
}

/* Whether it can stand in a tag: markup in a name would be markup in the text. */
static bool is_name(tc_slice utf16)
{
    for (size_t i = 0; i < utf16.len; i += 2) {
        unsigned unit = (unsigned)utf16.ptr[i] | (unsigned)utf16.ptr[i + 1] << 8;
        bool letter = (unit | 0x20) - 'a' < 26 || unit == '_' || unit == ':' || unit >= 0xC0;
        bool inner = unit - '0' < 10 || unit == '-' || unit == '.';
        if (!letter && (i == 0 || !inner)) return false;
    }
    return true;
}

static bool put_name(const writer *w, tc_slice utf16)
{
    if (!is_name(utf16)) return false;
    tc_binxml_text_write(utf16, w->out);
    return true;
}

/* -- values ---------------------------------------------------------------------------------- */

/* An array as the content of an element: the element stands once for each item. */
static bool write_items(writer *w, uint8_t type, tc_slice data, const element *inside)
{
    uint8_t tag[START_TAG_MAX];
    size_t length = inside ? inside->tag_end - inside->tag : 0;
    bool repeats = length > 0 && length <= sizeof tag;
    tc_slice item;
    if (repeats) memcpy(tag, w->out->data + inside->tag, length);
    for (bool first = true; tc_binxml_value_next(type, &data, &item); first = false) {
        if (!first && repeats) {
            tc_str_add(w->out, TC_LIT("</"));
            if (!put_name(w, inside->name)) return false;
            tc_str_add_byte(w->out, '>');
            tc_str_add(w->out, tc_slice_make(tag, length));
        } else if (!first) {
            tc_str_add_byte(w->out, ' ');
        }
        tc_binxml_value_write(type, item, w->out);
        if (w->out->failed) return false;
    }
    return true;
}

static bool write_value(writer *w, const value *v, const element *inside)
{
    if (v->type == TC_BINXML_BINXML) {
        size_t from = v->data.len ? (size_t)(v->data.ptr - w->chunk.ptr) : 0;
        return inside && write_fragment(w, (place){from, from + v->data.len}, NULL);
    }
    if (v->type & TC_BINXML_ARRAY)
        return write_items(w, (uint8_t)(v->type - TC_BINXML_ARRAY), v->data, inside);
    tc_binxml_value_write(v->type, v->data, w->out);
    return true;
}

/* *ret_missing: an optional value that is not there. */
static bool take_substitution(writer *w, place *p, const values *filling, bool optional,
                              const element *inside, bool *ret_missing)
{
    uint32_t index, type;
    if (!take_number(w, p, 2, &index) || !take_number(w, p, 1, &type)) return false;
    if (!filling || index >= filling->count) return false;
    const value *v = &filling->items[index];
    *ret_missing = optional && (v->type == TC_BINXML_NULL || v->data.len == 0);
    return *ret_missing || write_value(w, v, inside);
}

/* &name; of the predefined ones. */
static bool take_entity(writer *w, place *p)
{
    tc_slice name;
    if (!take_name(w, p, &name) || !is_name(name)) return false;
    tc_str_add_byte(w->out, '&');
    tc_binxml_text_write(name, w->out);
    tc_str_add_byte(w->out, ';');
    return true;
}

static bool take_character(writer *w, place *p)
{
    tc_slice unit;
    if (!take(w, p, 2, &unit)) return false;
    tc_binxml_text_write(unit, w->out);
    return true;
}

/* A value in place: its type, and a text, which is the only type that has a length. */
static bool take_value(writer *w, place *p)
{
    uint32_t type;
    tc_slice text;
    if (!take_number(w, p, 1, &type) || type != TC_BINXML_STRING || !take_text(w, p, &text))
        return false;
    tc_binxml_text_write(text, w->out);
    return true;
}

/* What may stand in attributes and elements alike; its token was taken. */
static bool take_content(writer *w, place *p, unsigned token, const values *filling,
                         const element *inside, bool *ret_missing)
{
    *ret_missing = false;
    switch (token) {
    case VALUE:
        return take_value(w, p);
    case CHARACTER:
        return take_character(w, p);
    case ENTITY:
        return take_entity(w, p);
    case SUBSTITUTION:
    case OPTIONAL_SUBSTITUTION:
        return take_substitution(w, p, filling, token == OPTIONAL_SUBSTITUTION, inside,
                                 ret_missing);
    default:
        return false;
    }
}

/* -- elements -------------------------------------------------------------------------------- */

static bool is_value_token(int token)
{
    int plain = token & ~MORE;
    return token >= 0 && (plain == VALUE || plain == CHARACTER || plain == ENTITY ||
                          plain == SUBSTITUTION || plain == OPTIONAL_SUBSTITUTION);
}

/* One attribute; it is left out if all that it has is missing. */
static bool write_attribute(writer *w, place *p, const values *filling)
{
    tc_slice name;
    size_t before = w->out->len;
    bool something = false, missing = false;
    if (!take_name(w, p, &name)) return false;
    tc_str_add_byte(w->out, ' ');
    if (!put_name(w, name)) return false;
    tc_str_add(w->out, TC_LIT("=\""));
    while (is_value_token(peek(w, p))) {
        bool gone;
        unsigned token = w->chunk.ptr[p->at++] & ~(unsigned)MORE;
        if (!take_content(w, p, token, filling, NULL, &gone)) return false;
        missing = missing || gone;
        something = something || !gone;
    }
    tc_str_add_byte(w->out, '"');
    if (missing && !something) w->out->len = before;
    return true;
}

/* What stands behind a start tag's name: the list of attributes. */
static bool write_attributes(writer *w, place *p, const values *filling)
{
    uint32_t size;
    if (!take_number(w, p, 4, &size)) return false;
    while (peek(w, p) >= 0 && (peek(w, p) & ~MORE) == ATTRIBUTE) {
        p->at++;
        if (!write_attribute(w, p, filling)) return false;
    }
    return true;
}

/* A processing instruction says nothing of the event. */
static bool skip_instruction(writer *w, place *p)
{
    tc_slice ignored;
    if (!take_name(w, p, &ignored)) return false;
    if (peek(w, p) != PI_DATA) return true;
    p->at++;
    return take_text(w, p, &ignored);
}

static bool write_template(writer *w, place *p);
static bool write_element(writer *w, place *p, bool attributes, const values *filling);

/* The content of an element up to its end. */
static bool write_content(writer *w, place *p, const values *filling, const element *inside)
{
    for (;;) {
        int token = peek(w, p);
        if (token < 0 || w->out->failed || ++w->steps > STEPS_MAX) return false;
        p->at++;
        unsigned plain = (unsigned)token & ~(unsigned)MORE;
        tc_slice text;
        bool missing;
        switch (plain) {
        case END_ELEMENT:
            return true;
        case OPEN_START:
            if (!write_element(w, p, (token & MORE) != 0, filling)) return false;
            break;
        case CDATA:
            if (!take_text(w, p, &text)) return false;
            tc_binxml_text_write(text, w->out);
            break;
        case TEMPLATE:
            if (!write_template(w, p)) return false;
            break;
        case PI_TARGET:
            if (!skip_instruction(w, p)) return false;
            break;
        default:
            if (!take_content(w, p, plain, filling, inside, &missing)) return false;
            break;
        }
    }
}

/* The length of an element and its name. In front of them a number stands that values leave out:
 * with it the length must fit. */
static bool take_element_head(const writer *w, place *p, tc_slice *ret_name)
{
    for (size_t before = 2;; before -= 2) {
        place q = *p;
        uint32_t ignored, length;
        bool fits = (before == 0 || take_number(w, &q, before, &ignored)) &&
                    take_number(w, &q, 4, &length) && length <= q.end - q.at &&
                    take_name(w, &q, ret_name) && is_name(*ret_name);
        if (fits) *p = q;
        if (fits || before == 0) return fits;
    }
}

static bool write_element(writer *w, place *p, bool attributes, const values *filling)
{
    element e = {.tag = w->out->len};
    bool written = false;
    if (++w->depth > BINXML_DEPTH || !take_element_head(w, p, &e.name)) return false;
    tc_str_add_byte(w->out, '<');
    if (!put_name(w, e.name) || (attributes && !write_attributes(w, p, filling))) return false;
    int token = peek(w, p);
    if (token == CLOSE_EMPTY) {
        p->at++;
        tc_str_add(w->out, TC_LIT("/>"));
        written = true;
    } else if (token == CLOSE_START) {
        p->at++;
        tc_str_add_byte(w->out, '>');
        e.tag_end = w->out->len;
        written = !w->out->failed && write_content(w, p, filling, &e);
        tc_str_add(w->out, TC_LIT("</"));
        written = written && put_name(w, e.name);
        tc_str_add_byte(w->out, '>');
    }
    w->depth--;
    return written && !w->out->failed;
}

/* -- templates ------------------------------------------------------------------------------- */

/* What the template is filled with: sizes and types first, then the bytes of each. */
static bool take_values(writer *w, place *p, values *ret)
{
    uint32_t count;
    if (!take_number(w, p, 4, &count) || count > (p->end - p->at) / 4) return false;
    place list = {p->at, p->at + 4 * (size_t)count};
    value *items = tc_arena_get(w->arena, count + 1, sizeof *items);
    w->no_memory = w->no_memory || !items;
    if (!items) return false;
    p->at = list.end;
    for (size_t i = 0; i < count; i++) {
        uint32_t size, type, ignored;
        if (!take_number(w, &list, 2, &size) || !take_number(w, &list, 1, &type) ||
            !take_number(w, &list, 1, &ignored) || !take(w, p, size, &items[i].data))
            return false;
        items[i].type = (uint8_t)type;
    }
    *ret = (values){items, count};
    return true;
}

static bool write_template(writer *w, place *p)
{
    uint32_t ignored, offset, size;
    values filling;
    if (!take_number(w, p, 1, &ignored) || !take_number(w, p, 4, &ignored) ||
        !take_number(w, p, 4, &offset) || offset > w->chunk.len)
        return false;
    place definition = {offset, w->chunk.len};
    tc_slice head;
    if (!take(w, &definition, DEFINITION - 4, &head) || !take_number(w, &definition, 4, &size) ||
        size > definition.end - definition.at)
        return false;
    definition.end = definition.at + size;
    /* Where it is used for the first time, it stands here. */
    if (offset == p->at) {
        if (definition.end > p->end) return false;
        p->at = definition.end;
    }
    return take_values(w, p, &filling) && write_fragment(w, definition, &filling);
}

static bool write_fragment(writer *w, place p, const values *filling)
{
    bool written = ++w->depth <= BINXML_DEPTH;
    tc_slice ignored;
    while (written && p.at < p.end && w->chunk.ptr[p.at] != END_OF_STREAM) {
        unsigned token = w->chunk.ptr[p.at++];
        if (++w->steps > STEPS_MAX) return false;
        switch (token & ~(unsigned)MORE) {
        case FRAGMENT:
            written = take(w, &p, 3, &ignored);
            break;
        case OPEN_START:
            written = write_element(w, &p, (token & MORE) != 0, filling);
            break;
        case TEMPLATE:
            written = write_template(w, &p);
            break;
        case PI_TARGET:
            written = skip_instruction(w, &p);
            break;
        default:
            written = false;
            break;
        }
    }
    w->depth--;
    return written;
}

tc_binxml_result tc_binxml_write(tc_slice chunk, size_t from, size_t to, tc_arena *arena,
                                 tc_str *out)
{
    writer w = {.chunk = chunk, .arena = arena, .out = out};
    bool written = from <= to && to <= chunk.len && write_fragment(&w, (place){from, to}, NULL);
    if (w.no_memory || out->failed == TC_ENOMEM) return TC_BINXML_NO_MEMORY;
    if (out->failed) return TC_BINXML_TOO_LONG;
    return written && out->len > 0 ? TC_BINXML_WRITTEN : TC_BINXML_DAMAGED;
}
