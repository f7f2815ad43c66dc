#include "parsers/windows/evtx_maker.h"

#include "parsers/windows/binxml_value.h"

#define STEPS_MAX 1024 /* tokens of a template */
#define ESCAPED_MAX 3  /* bytes of XML for a byte of UTF-16, at most */
#define TAG_MARKS 8    /* bytes of an element's tags besides its names */
#define ATTRIBUTE_MARKS 4

typedef tc_evtx_maker maker;
typedef tc_evtx_content content;
typedef tc_evtx_element element;
typedef tc_binxml_place place;

static void set_bit(uint64_t *bits, size_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* -- room ------------------------------------------------------------------------------------ */

static bool keep_text(maker *m, tc_slice utf16, tc_slice *ret)
{
    tc_evtx_plans *set = m->set;
    m->plan->literal += ESCAPED_MAX * utf16.len;
    m->full = m->full || TC_BINXML_PLAIN_MAX(utf16.len) > sizeof set->text - set->text_used;
    if (m->full) return false;
    uint8_t *from = set->text + set->text_used;
    *ret = tc_slice_make(from, (size_t)(tc_binxml_text_put(utf16, from) - from));
    set->text_used += ret->len;
    return true;
}

bool tc_evtx_keep_joined(maker *m, tc_slice outer, tc_slice inner, tc_slice *ret)
{
    tc_evtx_plans *set = m->set;
    size_t length = outer.len + 1 + inner.len;
    if (length > sizeof set->text - set->text_used) return false;
    uint8_t *at = set->text + set->text_used;
    *ret = tc_slice_make(at, length);
    if (outer.len) memcpy(at, outer.ptr, outer.len);
    at[outer.len] = '_';
    if (inner.len) memcpy(at + outer.len + 1, inner.ptr, inner.len);
    set->text_used += length;
    return true;
}

tc_evtx_step *tc_evtx_new_step(maker *m, tc_evtx_deed deed, const content *c)
{
    tc_evtx_plans *set = m->set;
    if (set->step_count == TC_EVTX_STEPS) return NULL;
    tc_evtx_step *step = &set->steps[set->step_count++];
    *step = (tc_evtx_step){.deed = (uint8_t)deed,
                           .source = (uint8_t)c->source,
                           .index = c->index,
                           .text = c->text,
                           .member = {.column = TC_ROW_NONE, .second = TC_ROW_NONE}};
    return step;
}

static tc_member member_of(maker *m, tc_evtx_whose whose, tc_slice name)
{
    bool known;
    tc_member *member = tc_members_at(m->set->members, (uint16_t)whose, name, &known);
    uint8_t rank = whose < TC_EVTX_OF_DATA ? TC_WINDOWS_RANK_SYSTEM : TC_WINDOWS_RANK_HINT;
    if (!known) (void)tc_windows_fill_columns(m->set->fill, rank, name, member);
    return *member;
}

bool tc_evtx_add_named(maker *m, tc_evtx_deed deed, const content *c, tc_evtx_whose whose,
                       tc_slice name, bool listed, size_t tag)
{
    tc_member member = member_of(m, whose, name);
    bool wanted = member.column != TC_ROW_NONE || member.second != TC_ROW_NONE ||
                  (listed && m->set->fill->row.all);
    bool tells = deed == TC_EVTX_ATTRIBUTE ? c->source == TC_EVTX_OPTIONAL : deed != TC_EVTX_SET;
    if (!wanted && !tells) return true;
    tc_evtx_step *step = tc_evtx_new_step(m, deed, c);
    if (!step) return false;
    step->member = member;
    step->listed = listed;
    step->name = name;
    step->tag = (uint16_t)tag;
    step->element = m->elements;
    return true;
}

/* -- content --------------------------------------------------------------------------------- */

int tc_evtx_take_token(maker *m, place *p)
{
    int token = tc_binxml_peek(m->chunk, p);
    if (token >= 0) p->at++;
    return ++m->tokens > STEPS_MAX ? -1 : token;
}

static bool take_substitution(maker *m, place *p, bool optional, content *ret)
{
    uint32_t index, type;
    if (!tc_binxml_take_number(m->chunk, p, 2, &index) ||
        !tc_binxml_take_number(m->chunk, p, 1, &type) || index >= TC_EVTX_VALUES)
        return false;
    *ret = (content){.source = optional ? TC_EVTX_OPTIONAL : TC_EVTX_VALUE,
                     .index = (uint16_t)index,
                     .text = TC_LIT("")};
    m->plan->values = (uint16_t)TC_MAX((uint32_t)m->plan->values, index + 1);
    if (m->uses[index] < UINT8_MAX) m->uses[index]++;
    m->plan->uses = TC_MAX(m->plan->uses, (uint16_t)m->uses[index]);
    return m->uses[index] < UINT8_MAX;
}

bool tc_evtx_take_piece(maker *m, place *p, int token, content *ret)
{
    tc_slice text;
    *ret = (content){.text = TC_LIT("")};
    switch (token & ~TC_BINXML_MORE) {
    case TC_BINXML_VALUE:
        return tc_binxml_take_literal(m->chunk, p, &text) && keep_text(m, text, &ret->text);
    case TC_BINXML_SUBSTITUTION:
        return take_substitution(m, p, false, ret);
    case TC_BINXML_OPTIONAL:
        return take_substitution(m, p, true, ret);
    default:
        return false;
    }
}

void tc_evtx_use_single(maker *m, const content *c)
{
    if (c->source == TC_EVTX_LITERAL) return;
    set_bit(m->plain, c->index);
    set_bit(m->single, c->index);
}

void tc_evtx_use_nested(maker *m, const content *c)
{
    set_bit(m->single, c->index);
    set_bit(m->plan->nests, c->index);
}

bool tc_evtx_is_piece(int token)
{
    int plain = token & ~TC_BINXML_MORE;
    return token >= 0 &&
           (plain == TC_BINXML_VALUE || plain == TC_BINXML_CHARACTER || plain == TC_BINXML_ENTITY ||
            plain == TC_BINXML_SUBSTITUTION || plain == TC_BINXML_OPTIONAL);
}

/* -- names ----------------------------------------------------------------------------------- */

static uint32_t offset_at(const maker *m, place p)
{
    uint32_t offset;
    return tc_binxml_take_number(m->chunk, &p, 4, &offset) ? offset : 0;
}

/* The name of an element or attribute, which can stand in a tag; *ret is without its prefix. */
static bool take_name(maker *m, place *p, tc_slice *ret, size_t *ret_literal)
{
    tc_slice utf16;
    uint32_t offset = offset_at(m, *p);
    tc_evtx_name *kept = &m->set->names[offset / 2 & (TC_EVTX_NAMES - 1)];
    bool here = offset == p->at + 4;
    if (!here && offset != 0 && kept->offset == offset) {
        p->at += 4;
        *ret = kept->text;
        *ret_literal = kept->literal;
        return true;
    }
    if (!tc_binxml_take_name(m->chunk, p, &utf16) || !tc_binxml_is_name(utf16) ||
        !keep_text(m, utf16, ret))
        return false;
    size_t colon = tc_slice_find(*ret, ':');
    if (colon != TC_NPOS) *ret = tc_slice_sub(*ret, colon + 1, ret->len);
    *ret_literal = ESCAPED_MAX * utf16.len;
    *kept = (tc_evtx_name){offset, (uint32_t)*ret_literal, *ret};
    return true;
}

/* As tc_binxml_take_element. */
static bool take_element(maker *m, place *p, tc_slice *ret, size_t *ret_literal)
{
    for (size_t before = 2;; before -= 2) {
        place q = *p;
        uint32_t ignored, length;
        bool fits = (before == 0 || tc_binxml_take_number(m->chunk, &q, before, &ignored)) &&
                    tc_binxml_take_number(m->chunk, &q, 4, &length) && length <= q.end - q.at &&
                    take_name(m, &q, ret, ret_literal);
        if (fits) *p = q;
        if (fits || before == 0) return fits && !m->full;
    }
}

/* -- start tags ------------------------------------------------------------------------------ */

static bool take_one_attribute(maker *m, place *p, element *e, tc_evtx_attribute *take)
{
    tc_slice name;
    size_t literal;
    content c = {.text = TC_LIT("")};
    if (!take_name(m, p, &name, &literal)) return false;
    m->plan->literal += literal + ATTRIBUTE_MARKS;
    if (tc_evtx_is_piece(tc_binxml_peek(m->chunk, p)) &&
        !tc_evtx_take_piece(m, p, tc_evtx_take_token(m, p), &c))
        return false;
    if (tc_evtx_is_piece(tc_binxml_peek(m->chunk, p))) return false;
    tc_evtx_use_single(m, &c);
    if (c.source != TC_EVTX_LITERAL) e->tag = 0;
    e->sure = e->sure || c.source != TC_EVTX_OPTIONAL;
    e->maybe = e->maybe || c.source == TC_EVTX_OPTIONAL;
    return take(m, e, name, &c);
}

bool tc_evtx_take_start(maker *m, place *p, int token, tc_evtx_attribute *take, element *ret)
{
    size_t before = m->plan->literal, literal;
    *ret = (element){.first = m->set->step_count, .number = ++m->elements, .tag = 1};
    if (!take_element(m, p, &ret->name, &literal)) return false;
    m->plan->literal += 2 * literal + TAG_MARKS;
    uint32_t ignored;
    bool attributes = (token & TC_BINXML_MORE) != 0;
    if (attributes && !tc_binxml_take_number(m->chunk, p, 4, &ignored)) return false;
    while (attributes && tc_binxml_peek(m->chunk, p) >= 0 &&
           (tc_binxml_peek(m->chunk, p) & ~TC_BINXML_MORE) == TC_BINXML_ATTRIBUTE)
        if (tc_evtx_take_token(m, p) < 0 || !take_one_attribute(m, p, ret, take)) return false;
    token = tc_evtx_take_token(m, p);
    ret->empty = token == TC_BINXML_CLOSE_EMPTY;
    if (ret->tag > 0) ret->tag = m->plan->literal - before;
    if (ret->tag > TC_EVTX_ARRAY_TAG) ret->tag = 0;
    return ret->empty || token == TC_BINXML_CLOSE_START;
}

bool tc_evtx_take_leaf(maker *m, place *p, const element *e, content *ret)
{
    *ret = (content){.text = TC_LIT("")};
    if (e->empty) return true;
    int token = tc_evtx_take_token(m, p);
    if (tc_evtx_is_piece(token)) {
        if (!tc_evtx_take_piece(m, p, token, ret)) return false;
        if (ret->source != TC_EVTX_LITERAL) set_bit(m->plain, ret->index);
        token = tc_evtx_take_token(m, p);
    }
    return token >= 0 && (token & ~TC_BINXML_MORE) == TC_BINXML_END_ELEMENT;
}
