#include "parsers/windows/binxml.h"

#include "parsers/windows/binxml_read.h"
#include "parsers/windows/binxml_value.h"

#define BINXML_DEPTH 32   /* elements, templates and values in one another */
#define START_TAG_MAX 512 /* of an element that is repeated for each item of a value */
#define STEPS_MAX 65536   /* tokens of one record: templates can use one another */
#define MORE TC_BINXML_MORE

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

typedef tc_binxml_place place;

/* An element whose start tag stands in the text. */
typedef struct element {
    tc_slice name; /* as it stands in the chunk, UTF-16 */
    size_t tag, tag_end;
} element;

static bool write_fragment(writer *w, place p, const values *filling);

static bool put_name(const writer *w, tc_slice utf16)
{
    if (!tc_binxml_is_name(utf16)) return false;
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
    if (!tc_binxml_take_number(w->chunk, p, 2, &index) ||
        !tc_binxml_take_number(w->chunk, p, 1, &type))
        return false;
    if (!filling || index >= filling->count) return false;
    const value *v = &filling->items[index];
    *ret_missing = optional && (v->type == TC_BINXML_NULL || v->data.len == 0);
    return *ret_missing || write_value(w, v, inside);
}

/* &name; of the predefined ones. */
static bool take_entity(writer *w, place *p)
{
    tc_slice name;
    if (!tc_binxml_take_name(w->chunk, p, &name) || !tc_binxml_is_name(name)) return false;
    tc_str_add_byte(w->out, '&');
    tc_binxml_text_write(name, w->out);
    tc_str_add_byte(w->out, ';');
    return true;
}

static bool take_character(writer *w, place *p)
{
    tc_slice unit;
    if (!tc_binxml_take(w->chunk, p, 2, &unit)) return false;
    tc_binxml_text_write(unit, w->out);
    return true;
}

static bool take_value(writer *w, place *p)
{
    tc_slice text;
    if (!tc_binxml_take_literal(w->chunk, p, &text)) return false;
    tc_binxml_text_write(text, w->out);
    return true;
}

/* What may stand in attributes and elements alike; its token was taken. */
static bool take_content(writer *w, place *p, unsigned token, const values *filling,
                         const element *inside, bool *ret_missing)
{
    *ret_missing = false;
    switch (token) {
    case TC_BINXML_VALUE:
        return take_value(w, p);
    case TC_BINXML_CHARACTER:
        return take_character(w, p);
    case TC_BINXML_ENTITY:
        return take_entity(w, p);
    case TC_BINXML_SUBSTITUTION:
    case TC_BINXML_OPTIONAL:
        return take_substitution(w, p, filling, token == TC_BINXML_OPTIONAL, inside, ret_missing);
    default:
        return false;
    }
}

/* -- elements -------------------------------------------------------------------------------- */

static bool is_value_token(int token)
{
    int plain = token & ~MORE;
    return token >= 0 &&
           (plain == TC_BINXML_VALUE || plain == TC_BINXML_CHARACTER || plain == TC_BINXML_ENTITY ||
            plain == TC_BINXML_SUBSTITUTION || plain == TC_BINXML_OPTIONAL);
}

/* One attribute; it is left out if all that it has is missing. */
static bool write_attribute(writer *w, place *p, const values *filling)
{
    tc_slice name;
    size_t before = w->out->len;
    bool something = false, missing = false;
    if (!tc_binxml_take_name(w->chunk, p, &name)) return false;
    tc_str_add_byte(w->out, ' ');
    if (!put_name(w, name)) return false;
    tc_str_add(w->out, TC_LIT("=\""));
    while (is_value_token(tc_binxml_peek(w->chunk, p))) {
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
    if (!tc_binxml_take_number(w->chunk, p, 4, &size)) return false;
    while (tc_binxml_peek(w->chunk, p) >= 0 &&
           (tc_binxml_peek(w->chunk, p) & ~MORE) == TC_BINXML_ATTRIBUTE) {
        p->at++;
        if (!write_attribute(w, p, filling)) return false;
    }
    return true;
}

/* A processing instruction says nothing of the event. */
static bool skip_instruction(writer *w, place *p)
{
    tc_slice ignored;
    if (!tc_binxml_take_name(w->chunk, p, &ignored)) return false;
    if (tc_binxml_peek(w->chunk, p) != TC_BINXML_PI_DATA) return true;
    p->at++;
    return tc_binxml_take_text(w->chunk, p, &ignored);
}

static bool write_template(writer *w, place *p);
static bool write_element(writer *w, place *p, bool attributes, const values *filling);

/* The content of an element up to its end. */
static bool write_content(writer *w, place *p, const values *filling, const element *inside)
{
    for (;;) {
        int token = tc_binxml_peek(w->chunk, p);
        if (token < 0 || w->out->failed || ++w->steps > STEPS_MAX) return false;
        p->at++;
        unsigned plain = (unsigned)token & ~(unsigned)MORE;
        tc_slice text;
        bool missing;
        switch (plain) {
        case TC_BINXML_END_ELEMENT:
            return true;
        case TC_BINXML_OPEN_START:
            if (!write_element(w, p, (token & MORE) != 0, filling)) return false;
            break;
        case TC_BINXML_CDATA:
            if (!tc_binxml_take_text(w->chunk, p, &text)) return false;
            tc_binxml_text_write(text, w->out);
            break;
        case TC_BINXML_TEMPLATE:
            if (!write_template(w, p)) return false;
            break;
        case TC_BINXML_PI_TARGET:
            if (!skip_instruction(w, p)) return false;
            break;
        default:
            if (!take_content(w, p, plain, filling, inside, &missing)) return false;
            break;
        }
    }
}

static bool write_element(writer *w, place *p, bool attributes, const values *filling)
{
    element e = {.tag = w->out->len};
    bool written = false;
    if (++w->depth > BINXML_DEPTH || !tc_binxml_take_element(w->chunk, p, &e.name)) return false;
    tc_str_add_byte(w->out, '<');
    if (!put_name(w, e.name) || (attributes && !write_attributes(w, p, filling))) return false;
    int token = tc_binxml_peek(w->chunk, p);
    if (token == TC_BINXML_CLOSE_EMPTY) {
        p->at++;
        tc_str_add(w->out, TC_LIT("/>"));
        written = true;
    } else if (token == TC_BINXML_CLOSE_START) {
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
    if (!tc_binxml_take_number(w->chunk, p, 4, &count) || count > (p->end - p->at) / 4)
        return false;
    place list = {p->at, p->at + 4 * (size_t)count};
    value *items = tc_arena_get(w->arena, count + 1, sizeof *items);
    w->no_memory = w->no_memory || !items;
    if (!items) return false;
    p->at = list.end;
    for (size_t i = 0; i < count; i++) {
        uint32_t size, type, ignored;
        if (!tc_binxml_take_number(w->chunk, &list, 2, &size) ||
            !tc_binxml_take_number(w->chunk, &list, 1, &type) ||
            !tc_binxml_take_number(w->chunk, &list, 1, &ignored) ||
            !tc_binxml_take(w->chunk, p, size, &items[i].data))
            return false;
        items[i].type = (uint8_t)type;
    }
    *ret = (values){items, count};
    return true;
}

static bool write_template(writer *w, place *p)
{
    uint32_t offset;
    values filling;
    place definition;
    return tc_binxml_take_template(w->chunk, p, &offset, &definition) &&
           take_values(w, p, &filling) && write_fragment(w, definition, &filling);
}

static bool write_fragment(writer *w, place p, const values *filling)
{
    bool written = ++w->depth <= BINXML_DEPTH;
    tc_slice ignored;
    while (written && p.at < p.end && w->chunk.ptr[p.at] != TC_BINXML_END_OF_STREAM) {
        unsigned token = w->chunk.ptr[p.at++];
        if (++w->steps > STEPS_MAX) return false;
        switch (token & ~(unsigned)MORE) {
        case TC_BINXML_FRAGMENT:
            written = tc_binxml_take(w->chunk, &p, 3, &ignored);
            break;
        case TC_BINXML_OPEN_START:
            written = write_element(w, &p, (token & MORE) != 0, filling);
            break;
        case TC_BINXML_TEMPLATE:
            written = write_template(w, &p);
            break;
        case TC_BINXML_PI_TARGET:
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
