#include "parsers/windows/evtx_maker.h"

#define DEPTH_MAX 8 /* elements in one another */

typedef tc_evtx_maker maker;
typedef tc_evtx_content content;
typedef tc_evtx_element element;
typedef tc_binxml_place place;

/* -- elements -------------------------------------------------------------------------------- */

typedef bool take_child(maker *m, place *p, int token);

static bool ignore_attribute(maker *m, element *e, tc_slice name, const content *c)
{
    (void)m, (void)e, (void)name, (void)c;
    return true;
}

/* A value between elements: a template may stand in it, or it says nothing. */
static bool take_between(maker *m, const content *c, const tc_evtx_deed *nested)
{
    if (!nested || c->source == TC_EVTX_LITERAL) {
        tc_evtx_use_single(m, c);
        return true;
    }
    tc_evtx_use_nested(m, c);
    return tc_evtx_new_step(m, *nested, c) != NULL;
}

/* Takes all up to the end tag: elements by `take`; texts between them say nothing. `nested`: which
 * step a template there is; NULL: it is not expected. */
static bool take_children(maker *m, place *p, take_child *take, const tc_evtx_deed *nested)
{
    bool taken = ++m->depth <= DEPTH_MAX;
    while (taken) {
        content c;
        int token = tc_evtx_take_token(m, p);
        if (token < 0) return false;
        int plain = token & ~TC_BINXML_MORE;
        if (plain == TC_BINXML_END_ELEMENT) break;
        taken = plain == TC_BINXML_OPEN_START
                    ? take(m, p, token)
                    : tc_evtx_take_piece(m, p, token, &c) && take_between(m, &c, nested);
    }
    m->depth--;
    return taken;
}

/* An element that says nothing, and all in it. */
static bool take_ignored(maker *m, place *p, int token)
{
    element e;
    return tc_evtx_take_start(m, p, token, ignore_attribute, &e) &&
           (e.empty || take_children(m, p, take_ignored, NULL));
}

/* -- System ---------------------------------------------------------------------------------- */

static bool take_system_attribute(maker *m, element *e, tc_slice name, const content *c)
{
    tc_slice joined;
    tc_member member;
    tc_windows_attribute what = tc_windows_fill_attribute(e->name, name, &member);
    if (what == TC_WINDOWS_ATTRIBUTE_FIELD) {
        tc_evtx_step *step = tc_evtx_new_step(m, TC_EVTX_ATTRIBUTE, c);
        if (!step) return false;
        step->member = member;
        step->element = e->number;
        return true;
    }
    bool time = what == TC_WINDOWS_ATTRIBUTE_TIME;
    return tc_evtx_keep_joined(m, e->name, name, &joined) &&
           tc_evtx_add_named(m, time ? TC_EVTX_TIME : TC_EVTX_ATTRIBUTE, c,
                             TC_EVTX_OF_SYSTEM_ATTRIBUTE, joined, !time, 0);
}

static bool take_system_tag(maker *m, place *p, int token)
{
    element e;
    content c;
    if (!tc_evtx_take_start(m, p, token, take_system_attribute, &e) ||
        !tc_evtx_take_leaf(m, p, &e, &c))
        return false;
    tc_evtx_use_single(m, &c);
    if (e.empty) return true;
    bool always = !e.sure && !e.maybe;
    /* Of one with attributes only a text that is there counts. */
    if (e.sure && c.source == TC_EVTX_LITERAL && c.text.len == 0) return true;
    return tc_evtx_add_named(m, always ? TC_EVTX_SET : TC_EVTX_TAG, &c, TC_EVTX_OF_SYSTEM, e.name,
                             true, 0);
}

/* -- EventData ------------------------------------------------------------------------------- */

static bool take_data_attribute(maker *m, element *e, tc_slice name, const content *c)
{
    (void)m;
    if (e->named || !tc_slice_equal(name, TC_LIT("Name"))) return true;
    e->named = true;
    e->called = c->text;
    return c->source == TC_EVTX_LITERAL;
}

static bool take_data(maker *m, place *p, int token)
{
    element e;
    content c;
    if (!tc_evtx_take_start(m, p, token, take_data_attribute, &e) ||
        !tc_evtx_take_leaf(m, p, &e, &c))
        return false;
    if (e.tag == 0) tc_evtx_use_single(m, &c);
    if (e.called.len == 0 && tc_slice_equal(e.name, TC_LIT("Data"))) {
        tc_evtx_step *step = tc_evtx_new_step(m, TC_EVTX_ADD, &c);
        if (step) step->tag = (uint16_t)e.tag;
        return step != NULL;
    }
    return tc_evtx_add_named(m, TC_EVTX_SET, &c, TC_EVTX_OF_DATA, e.called.len ? e.called : e.name,
                             true, e.tag);
}

/* -- UserData -------------------------------------------------------------------------------- */

static bool take_leaf_attribute(maker *m, element *e, tc_slice name, const content *c)
{
    tc_slice joined;
    if (tc_slice_equal(name, TC_LIT("xmlns"))) return true;
    return tc_evtx_keep_joined(m, e->name, name, &joined) &&
           tc_evtx_add_named(m, TC_EVTX_LEAF_ATTRIBUTE, c, TC_EVTX_OF_DATA_ATTRIBUTE, joined, true,
                             0);
}

static bool add_leaf(maker *m, const element *e, const content *c)
{
    tc_evtx_use_single(m, c);
    return tc_evtx_add_named(m, TC_EVTX_LEAF, c, TC_EVTX_OF_DATA, e->name, true, 0);
}

/* What follows a start tag decides what its element is: with elements in it its attributes and
 * texts say nothing. */
static bool take_user_data(maker *m, place *p, int token)
{
    element e;
    content c = {.text = TC_LIT("")};
    if (!tc_evtx_take_start(m, p, token, take_leaf_attribute, &e)) return false;
    if (e.empty) return add_leaf(m, &e, &c);
    if (tc_evtx_is_piece(tc_binxml_peek(m->chunk, p)))
        return tc_evtx_take_leaf(m, p, &e, &c) && add_leaf(m, &e, &c);
    token = tc_binxml_peek(m->chunk, p);
    if (token >= 0 && (token & ~TC_BINXML_MORE) == TC_BINXML_END_ELEMENT)
        return tc_evtx_take_token(m, p) >= 0 && add_leaf(m, &e, &c);
    m->set->step_count = e.first;
    return take_children(m, p, take_user_data, NULL);
}

/* -- the event ------------------------------------------------------------------------------- */

static bool take_rendering(maker *m, place *p, int token)
{
    element e;
    content c;
    place start = *p;
    uint16_t elements = m->elements;
    size_t literal = m->plan->literal;
    if (!tc_evtx_take_start(m, p, token, ignore_attribute, &e)) return false;
    if (!tc_slice_equal(e.name, TC_LIT("Message"))) {
        *p = start;
        m->elements = elements;
        m->plan->literal = literal;
        return take_ignored(m, p, token);
    }
    if (!tc_evtx_take_leaf(m, p, &e, &c)) return false;
    tc_evtx_use_single(m, &c);
    tc_evtx_step *step = e.empty ? NULL : tc_evtx_new_step(m, TC_EVTX_SET, &c);
    if (step) {
        step->member.column = tc_windows_column(TC_FIELD_WE_MESSAGE);
        step->member.rank = TC_WINDOWS_RANK_HINT;
    }
    return e.empty || step;
}

/* A part of the event. */
static bool take_part(maker *m, place *p, int token)
{
    static const tc_evtx_deed user = TC_EVTX_NESTED_USER;
    static const struct {
        const char *name;
        take_child *take;
        const tc_evtx_deed *nested;
    } parts[] = {{"System", take_system_tag, NULL},
                 {"EventData", take_data, NULL},
                 {"UserData", take_user_data, &user},
                 {"RenderingInfo", take_rendering, NULL}};
    element e;
    if (!tc_evtx_take_start(m, p, token, ignore_attribute, &e)) return false;
    if (e.empty) return true;
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        if (!tc_slice_equal(e.name, tc_slice_of(parts[i].name))) continue;
        m->plan->has_system = m->plan->has_system || i == 0;
        return take_children(m, p, parts[i].take, parts[i].nested);
    }
    return take_children(m, p, take_ignored, NULL);
}

static bool take_event(maker *m, place *p, int token)
{
    static const tc_evtx_deed part = TC_EVTX_NESTED_PART;
    element e;
    return tc_evtx_take_start(m, p, token, ignore_attribute, &e) &&
           (e.empty || take_children(m, p, take_part, &part));
}

/* The body of a template: one element. */
static bool take_body(maker *m, place p, tc_evtx_context context)
{
    static take_child *const takes[] = {[TC_EVTX_WHOLE] = take_event,
                                        [TC_EVTX_PART] = take_part,
                                        [TC_EVTX_USER_DATA] = take_user_data};
    bool taken = false;
    for (;;) {
        int token = p.at < p.end ? tc_evtx_take_token(m, &p) : TC_BINXML_END_OF_STREAM;
        tc_slice ignored;
        if (token < 0) return false;
        if (token == TC_BINXML_END_OF_STREAM) return taken;
        int plain = token & ~TC_BINXML_MORE;
        if (plain == TC_BINXML_FRAGMENT) {
            if (!tc_binxml_take(m->chunk, &p, 3, &ignored)) return false;
        } else if (plain == TC_BINXML_OPEN_START && !taken) {
            taken = takes[context](m, &p, token);
            if (!taken) return false;
        } else {
            return false;
        }
    }
}

/* -- plans of a chunk ------------------------------------------------------------------------ */

bool tc_evtx_plans_init(tc_evtx_plans *plans, tc_windows_fill *fill, tc_arena *arena)
{
    plans->fill = fill;
    plans->members = tc_members_new(arena);
    tc_evtx_plans_begin(plans, TC_EMPTY_SLICE);
    return plans->members != NULL;
}

void tc_evtx_plans_begin(tc_evtx_plans *plans, tc_slice chunk)
{
    plans->chunk = chunk;
    plans->count = plans->step_count = plans->text_used = 0;
    memset(plans->places, 0, sizeof plans->places);
    memset(plans->names, 0, sizeof plans->names);
}

static void make(tc_evtx_plans *plans, tc_evtx_plan *plan, tc_binxml_place body)
{
    maker m = {.set = plans, .plan = plan, .chunk = plans->chunk};
    size_t steps = plans->step_count, text = plans->text_used;
    plan->first = (uint16_t)steps;
    plan->made = take_body(&m, body, (tc_evtx_context)plan->context) && !m.full;
    plan->count = (uint16_t)(plans->step_count - steps);
    for (size_t i = 0; i < TC_COUNT_OF(plan->nests); i++) {
        plan->nests[i] &= ~m.plain[i];
        plan->repeats[i] = ~m.single[i];
    }
    if (plan->made) return;
    plans->step_count = steps;
    plans->text_used = text;
    memset(plans->names, 0, sizeof plans->names); /* their text may be that which goes */
}

const tc_evtx_plan *tc_evtx_plan_of(tc_evtx_plans *plans, tc_evtx_context context, uint32_t offset,
                                    tc_binxml_place body)
{
    size_t at = (offset * 0x9E3779B1u >> 24) & (TC_EVTX_PLACES - 1);
    for (; plans->places[at]; at = (at + 1) & (TC_EVTX_PLACES - 1)) {
        const tc_evtx_plan *plan = &plans->plans[plans->places[at] - 1];
        if (plan->offset == offset && plan->context == context) return plan->made ? plan : NULL;
    }
    if (plans->count == TC_EVTX_PLANS) return NULL;
    tc_evtx_plan *plan = &plans->plans[plans->count++];
    plans->places[at] = (uint8_t)plans->count;
    *plan = (tc_evtx_plan){.offset = offset, .context = (uint8_t)context};
    make(plans, plan, body);
    return plan->made ? plan : NULL;
}
