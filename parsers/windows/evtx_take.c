/* Walks over input by pointer: a hot loop. */
#include "parsers/windows/evtx_take.h"

#include "parsers/windows/binxml_value.h"

#define ESCAPED_MAX 6 /* bytes of XML for a byte of a value, at most */

typedef struct taker {
    tc_evtx_plans *plans;
    tc_windows_fill *fill;
    tc_arena *arena;
    size_t left; /* of the bytes that the XML may have */
} taker;

/* One instance of a template. */
typedef struct instance {
    const tc_evtx_plan *plan;
    const tc_evtx_value *values;
    size_t bytes; /* of all values */
    uint8_t *out; /* where the next text goes */
    /* The last element with an attribute, and the first attribute of it that is not empty. */
    uint16_t element;
    tc_cell first;
} instance;

static bool take_plan(taker *t, const tc_evtx_plan *plan, instance *x);

/* -- instances ------------------------------------------------------------------------------- */

static inline uint32_t load16(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static inline uint32_t load32(const uint8_t *at)
{
    return load16(at) | load16(at + 2) << 16;
}

/* Where an array or a template is among the values, that must be meant there. */
static inline bool is_meant(const tc_evtx_plan *plan, size_t i, uint8_t type)
{
    if (TC_LIKELY(type < TC_BINXML_BINXML)) return true;
    if (type == TC_BINXML_BINXML) return tc_evtx_has_bit(plan->nests, i);
    return (type & TC_BINXML_ARRAY) == 0 || tc_evtx_has_bit(plan->repeats, i);
}

/* Sizes and types first, then the bytes of each. */
static bool take_values(taker *t, tc_binxml_place *p, unsigned level, instance *x)
{
    const uint8_t *chunk = t->plans->chunk.ptr;
    tc_evtx_value *values = t->plans->values[level];
    if (p->end - p->at < 4) return false;
    size_t count = load32(chunk + p->at);
    p->at += 4;
    if (count < x->plan->values || count > TC_EVTX_VALUES || count > (p->end - p->at) / 4)
        return false;
    const uint8_t *list = chunk + p->at;
    size_t from = p->at + 4 * count, at = from;
    for (size_t i = 0; i < count; i++, list += 4) {
        uint16_t length = (uint16_t)load16(list);
        if (length > p->end - at || !is_meant(x->plan, i, list[2])) return false;
        values[i] = (tc_evtx_value){chunk + at, length, list[2]};
        at += length;
    }
    x->values = values;
    x->bytes = at - from;
    p->at = at;
    return true;
}

/* A template and nothing else. */
static bool take_instance(taker *t, tc_binxml_place p, tc_evtx_context context)
{
    tc_slice chunk = t->plans->chunk, ignored;
    instance x = {.values = NULL};
    uint32_t offset;
    tc_binxml_place body;
    while (tc_binxml_peek(chunk, &p) == TC_BINXML_FRAGMENT) {
        p.at++;
        if (!tc_binxml_take(chunk, &p, 3, &ignored)) return false;
    }
    if (tc_binxml_peek(chunk, &p) != TC_BINXML_TEMPLATE) return false;
    p.at++;
    if (!tc_binxml_take_template(chunk, &p, &offset, &body)) return false;
    x.plan = tc_evtx_plan_of(t->plans, context, offset, body);
    if (!x.plan || !take_values(t, &p, context == TC_EVTX_WHOLE ? 0 : 1, &x)) return false;
    if (p.at < p.end && chunk.ptr[p.at] != TC_BINXML_END_OF_STREAM) return false;
    size_t text = x.plan->literal + (size_t)x.plan->uses * ESCAPED_MAX * x.bytes;
    if (text > t->left) return false;
    t->left -= text;
    x.out = tc_arena_get(t->arena, (size_t)x.plan->uses, TC_BINXML_PLAIN_MAX(x.bytes) + 1);
    return x.out && take_plan(t, x.plan, &x);
}

static bool take_nested(taker *t, const tc_evtx_plan *plan, const tc_evtx_value *v,
                        tc_evtx_context context)
{
    size_t from = (size_t)(v->ptr - t->plans->chunk.ptr);
    if (v->length == 0) return true;
    return plan->context == TC_EVTX_WHOLE && v->type == TC_BINXML_BINXML &&
           take_instance(t, (tc_binxml_place){from, from + v->length}, context);
}

/* -- steps ----------------------------------------------------------------------------------- */

static tc_cell put(instance *x, uint8_t type, tc_slice data)
{
    uint8_t *from = x->out;
    x->out = tc_binxml_value_put(type, data, from);
    return tc_cell_text(tc_slice_make(from, (size_t)(x->out - from)));
}

/* What the step is about; false if an optional value is not there. */
static inline bool value_of(instance *x, const tc_evtx_step *step, tc_cell *ret)
{
    *ret = tc_cell_text(step->text);
    if (step->source == TC_EVTX_LITERAL) return true;
    const tc_evtx_value *v = &x->values[step->index];
    if (step->source == TC_EVTX_OPTIONAL && (v->type == TC_BINXML_NULL || v->length == 0))
        return false;
    *ret = put(x, v->type, tc_slice_make(v->ptr, v->length));
    return true;
}

static void set_data(taker *t, const tc_evtx_step *step, tc_cell cell)
{
    if (step->deed == TC_EVTX_ADD)
        tc_windows_fill_add(t->fill, cell);
    else
        tc_windows_fill_set(t->fill, &step->member, step->name, cell, step->listed);
}

/* An element that stands once for each item. */
static bool set_items(taker *t, instance *x, const tc_evtx_step *step, const tc_evtx_value *v)
{
    uint8_t type = v->type & (uint8_t)~TC_BINXML_ARRAY;
    tc_slice rest = tc_slice_make(v->ptr, v->length), item;
    if (!tc_binxml_value_next(type, &rest, &item)) {
        set_data(t, step, tc_cell_text(TC_LIT("")));
        return true;
    }
    do {
        if (step->tag > t->left) return false;
        t->left -= step->tag;
        set_data(t, step, put(x, type, item));
    } while (tc_binxml_value_next(type, &rest, &item));
    return true;
}

static bool take_data(taker *t, instance *x, const tc_evtx_step *step)
{
    const tc_evtx_value *v = step->source == TC_EVTX_LITERAL ? NULL : &x->values[step->index];
    if (v && (v->type & TC_BINXML_ARRAY)) {
        if (step->source != TC_EVTX_OPTIONAL || v->length > 0) return set_items(t, x, step, v);
    }
    tc_cell cell;
    (void)value_of(x, step, &cell);
    set_data(t, step, cell);
    return true;
}

static void set_time(taker *t, const instance *x, const tc_evtx_step *step, tc_cell cell)
{
    tc_time time;
    const tc_evtx_value *v = step->source == TC_EVTX_LITERAL ? NULL : &x->values[step->index];
    if (v && tc_binxml_value_time(v->type, tc_slice_make(v->ptr, v->length), &time))
        tc_windows_fill_known_time(t->fill, cell, time);
    else
        tc_windows_fill_time(t->fill, cell);
}

static void take_attribute(taker *t, instance *x, const tc_evtx_step *step)
{
    tc_cell cell;
    if (!value_of(x, step, &cell)) return;
    if (x->element != step->element || x->first.len == 0) x->first = cell;
    x->element = step->element;
    if (step->deed == TC_EVTX_TIME) set_time(t, x, step, cell);
    tc_windows_fill_set(t->fill, &step->member, step->name, cell, step->listed);
}

/* The text of a tag of System: without attributes it counts in any case. */
static void take_tag(taker *t, instance *x, const tc_evtx_step *step)
{
    tc_cell cell;
    (void)value_of(x, step, &cell);
    if (cell.len > 0 || x->element != step->element)
        tc_windows_fill_set(t->fill, &step->member, step->name, cell, step->listed);
}

/* A leaf of UserData: without a text its first attribute is its value. What System has under that
 * name already stays, and this stands beside it. */
static void take_leaf(taker *t, instance *x, const tc_evtx_step *step)
{
    tc_cell cell;
    (void)value_of(x, step, &cell);
    if (cell.len == 0 && x->element == step->element) cell = x->first;
    if (!tc_windows_fill_taken(t->fill, &step->member)) {
        tc_windows_fill_set(t->fill, &step->member, step->name, cell, step->listed);
        return;
    }
    static const char before[] = "UserData_";
    tc_member member;
    size_t length = sizeof before - 1 + step->name.len;
    uint8_t *name = tc_arena_get(t->arena, length, 1);
    if (!name) return;
    memcpy(name, before, sizeof before - 1);
    if (step->name.len) memcpy(name + sizeof before - 1, step->name.ptr, step->name.len);
    tc_slice joined = tc_slice_make(name, length);
    (void)tc_windows_fill_columns(t->fill, TC_WINDOWS_RANK_HINT, joined, &member);
    tc_windows_fill_set(t->fill, &member, joined, cell, true);
}

static bool take_step(taker *t, instance *x, const tc_evtx_step *step)
{
    switch ((tc_evtx_deed)step->deed) {
    case TC_EVTX_SET:
    case TC_EVTX_ADD:
        return take_data(t, x, step);
    case TC_EVTX_ATTRIBUTE:
    case TC_EVTX_TIME:
    case TC_EVTX_LEAF_ATTRIBUTE:
        take_attribute(t, x, step);
        return true;
    case TC_EVTX_TAG:
        take_tag(t, x, step);
        return true;
    case TC_EVTX_LEAF:
        take_leaf(t, x, step);
        return true;
    case TC_EVTX_NESTED_PART:
        return take_nested(t, x->plan, &x->values[step->index], TC_EVTX_PART);
    case TC_EVTX_NESTED_USER:
        return take_nested(t, x->plan, &x->values[step->index], TC_EVTX_USER_DATA);
    }
    return false;
}

static bool take_plan(taker *t, const tc_evtx_plan *plan, instance *x)
{
    const tc_evtx_step *step = &t->plans->steps[plan->first], *end = step + plan->count;
    t->fill->has_system = t->fill->has_system || plan->has_system;
    for (; step != end; step++)
        if (!take_step(t, x, step)) return false;
    return true;
}

bool tc_evtx_take(tc_evtx_plans *plans, size_t from, size_t to, size_t text_max, tc_arena *arena)
{
    taker t = {.plans = plans, .fill = plans->fill, .arena = arena, .left = text_max};
    tc_windows_fill_clear(t.fill);
    return from <= to && to <= plans->chunk.len &&
           take_instance(&t, (tc_binxml_place){from, to}, TC_EVTX_WHOLE);
}
