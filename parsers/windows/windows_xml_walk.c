#include "parsers/windows/windows_xml_walk.h"

/* The scopes of names. */
enum { IN_SYSTEM, IN_DATA };

bool tc_windows_xml_walk_init(tc_windows_xml_walk *walk, const tc_parse_options *options,
                              const tc_windows_schemas *schemas, tc_arena *arena)
{
    walk->members = tc_members_new(arena);
    return walk->members && tc_windows_fill_init(&walk->fill, options, schemas, arena);
}

/* A value by its name, which is part of the block; one that nobody asked for is listed, if
 * everything is. */
static void set_named(tc_windows_xml_walk *walk, uint16_t scope, tc_slice name, tc_cell cell)
{
    bool known;
    tc_member *member = tc_members_at(walk->members, scope, name, &known);
    if (!known) {
        uint8_t rank = scope == IN_SYSTEM ? TC_WINDOWS_RANK_SYSTEM : TC_WINDOWS_RANK_HINT;
        (void)tc_windows_fill_columns(&walk->fill, rank, name, member);
    }
    tc_windows_fill_set(&walk->fill, member, name, cell, true);
}

/* "OUTER_INNER", in the arena; nothing at its limit. */
static tc_slice joined_name(tc_arena *arena, tc_slice outer, tc_slice inner)
{
    uint8_t *text = tc_arena_get(arena, outer.len + 1 + inner.len, 1);
    if (!text) return TC_EMPTY_SLICE;
    memcpy(text, outer.ptr, outer.len);
    text[outer.len] = '_';
    if (inner.len) memcpy(text + outer.len + 1, inner.ptr, inner.len);
    return tc_slice_make(text, outer.len + 1 + inner.len);
}

/* The same by a name that was put together in the arena. */
static void set_built(tc_windows_xml_walk *walk, uint8_t rank, tc_slice name, tc_cell cell,
                      bool listed)
{
    tc_member member;
    (void)tc_windows_fill_columns(&walk->fill, rank, name, &member);
    tc_windows_fill_set(&walk->fill, &member, name, cell, listed);
}

/* The value of a tag: its text, or, where that holds other elements, all that stands in it. */
static bool take_value(tc_windows_xml_walk *walk, const tc_xml_token *tag, tc_cell *ret)
{
    *ret = tc_cell_text(TC_LIT(""));
    if (tag->empty) return true;
    tc_xml *r = &walk->r;
    uint32_t outside = r->depth - 1;
    const uint8_t *from = r->at;
    tc_xml_token token;
    if (tc_xml_leaf(r, ret, &token)) return true;
    const uint8_t *end = from;
    while (!tc_xml_failed(r) && r->depth > outside) {
        end = r->at;
        if (!tc_xml_next(r, &token)) return false;
    }
    *ret = tc_cell_text(tc_slice_make(from, (size_t)(end - from)));
    return !tc_xml_failed(r);
}

/* -- System ---------------------------------------------------------------------------------- */

/* An attribute of a tag: the field Tag_Attribute. */
static void set_attribute(tc_windows_xml_walk *walk, tc_slice tag, tc_slice name, tc_cell cell)
{
    tc_member member;
    tc_windows_attribute what = tc_windows_fill_attribute(tag, name, &member);
    if (what == TC_WINDOWS_ATTRIBUTE_FIELD) {
        tc_windows_fill_set(&walk->fill, &member, name, cell, false);
        return;
    }
    bool time = what == TC_WINDOWS_ATTRIBUTE_TIME;
    if (time) tc_windows_fill_time(&walk->fill, cell);
    tc_slice joined = joined_name(walk->fill.row.arena, tag, name);
    if (joined.len) set_built(walk, TC_WINDOWS_RANK_SYSTEM, joined, cell, !time);
}

/* The attributes of a tag and its text. */
static bool take_tag(tc_windows_xml_walk *walk, const tc_xml_token *tag)
{
    tc_slice attributes = tag->attributes;
    tc_slice name;
    tc_cell cell;
    while (tc_xml_attribute(&attributes, &name, &cell))
        set_attribute(walk, tag->name, name, cell);
    if (attributes.len > 0) return false;
    if (tag->empty) return true;
    if (!take_value(walk, tag, &cell)) return false;
    if (cell.len > 0 || tag->attributes.len == 0) set_named(walk, IN_SYSTEM, tag->name, cell);
    return true;
}

/* -- EventData and UserData ------------------------------------------------------------------ */

/* The Name among the attributes, if there is one; false if they are malformed. */
static bool find_name(tc_slice attributes, tc_cell *ret)
{
    tc_slice name;
    tc_cell cell;
    *ret = (tc_cell){NULL, 0, TC_FORM_MISSING};
    while (tc_xml_attribute(&attributes, &name, &cell))
        if (tc_slice_equal(name, TC_LIT("Name")) && ret->form == TC_FORM_MISSING) *ret = cell;
    return attributes.len == 0;
}

/* An element of EventData: <Data>, <Data Name="...">, <Binary>. */
static bool take_data(tc_windows_xml_walk *walk, const tc_xml_token *tag)
{
    tc_cell name;
    tc_cell cell;
    if (!find_name(tag->attributes, &name) || !take_value(walk, tag, &cell)) return false;
    if (name.form == TC_FORM_XML)
        set_built(walk, TC_WINDOWS_RANK_HINT, tc_cell_value(name, walk->fill.row.arena).text, cell,
                  true);
    else if (name.len > 0)
        set_named(walk, IN_DATA, tc_slice_make(name.ptr, name.len), cell);
    else if (tc_slice_equal(tag->name, TC_LIT("Data")))
        tc_windows_fill_add(&walk->fill, cell);
    else
        set_named(walk, IN_DATA, tag->name, cell);
    return true;
}

/* A leaf of UserData. What System has under that name already stays, and this stands beside it. */
static void set_leaf(tc_windows_xml_walk *walk, tc_slice name, tc_cell cell)
{
    tc_member member;
    bool known = tc_windows_fill_columns(&walk->fill, TC_WINDOWS_RANK_HINT, name, &member);
    if (!known || !tc_windows_fill_taken(&walk->fill, &member)) {
        set_named(walk, IN_DATA, name, cell);
        return;
    }
    name = joined_name(walk->fill.row.arena, TC_LIT("UserData"), name);
    if (name.len) set_built(walk, TC_WINDOWS_RANK_HINT, name, cell, true);
}

/* The attributes of a leaf of UserData: the fields Tag_Attribute, and of a leaf that holds nothing
 * else the first of them is its value. False if they are malformed. */
static bool set_leaf_attributes(tc_windows_xml_walk *walk, tc_slice tag, tc_slice attributes,
                                tc_cell *value)
{
    tc_slice name;
    tc_cell cell;
    while (tc_xml_attribute(&attributes, &name, &cell)) {
        if (tc_slice_equal(name, TC_LIT("xmlns"))) continue;
        if (value->len == 0) *value = cell;
        tc_slice joined = joined_name(walk->fill.row.arena, tag, name);
        if (joined.len) set_built(walk, TC_WINDOWS_RANK_HINT, joined, cell, true);
    }
    return attributes.len == 0;
}

/* An element of UserData, and all below it. */
static bool take_user_data(tc_windows_xml_walk *walk, const tc_xml_token *tag)
{
    tc_xml_token token = *tag;
    uint32_t outside = walk->r.depth - (tag->empty ? 0 : 1);
    for (;;) {
        if (token.type == TC_XML_OPEN) {
            tc_slice name = token.name;
            tc_slice attributes = token.attributes;
            tc_cell cell = tc_cell_text(TC_LIT(""));
            bool leaf = token.empty || tc_xml_leaf(&walk->r, &cell, &token);
            if (leaf && !set_leaf_attributes(walk, name, attributes, &cell)) return false;
            if (leaf) set_leaf(walk, name, cell);
            if (tc_xml_failed(&walk->r)) return false;
            if (!leaf) continue; /* with the first element in it */
        }
        if (walk->r.depth == outside) return true;
        if (!tc_xml_next(&walk->r, &token)) return false;
    }
}

static bool take_rendering(tc_windows_xml_walk *walk, const tc_xml_token *tag)
{
    tc_cell cell;
    if (tag->empty) return true;
    if (!tc_slice_equal(tag->name, TC_LIT("Message"))) return tc_xml_skip(&walk->r);
    if (!take_value(walk, tag, &cell)) return false;
    tc_row_set(&walk->fill.row, tc_windows_column(TC_FIELD_WE_MESSAGE), cell, TC_WINDOWS_RANK_HINT);
    return true;
}

/* -- the element ----------------------------------------------------------------------------- */

typedef bool take_child(tc_windows_xml_walk *walk, const tc_xml_token *tag);

/* Takes every element up to the end tag of the one that the reader is in. */
static bool take_children(tc_windows_xml_walk *walk, take_child *take)
{
    tc_xml_token token;
    while (tc_xml_next_tag(&walk->r, &token)) {
        if (token.type == TC_XML_CLOSE) return true;
        if (!take(walk, &token)) return false;
    }
    return false;
}

/* A part of the event. */
static bool take_part(tc_windows_xml_walk *walk, const tc_xml_token *tag)
{
    static const struct {
        const char *name;
        take_child *take;
    } parts[] = {{"System", take_tag},
                 {"EventData", take_data},
                 {"UserData", take_user_data},
                 {"RenderingInfo", take_rendering}};
    if (tag->empty) return true;
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        if (!tc_slice_equal(tag->name, tc_slice_of(parts[i].name))) continue;
        walk->fill.has_system = walk->fill.has_system || i == 0;
        return take_children(walk, parts[i].take);
    }
    return tc_xml_skip(&walk->r);
}

static bool walk_event(tc_windows_xml_walk *walk)
{
    tc_xml_token token;
    if (!tc_xml_next(&walk->r, &token) || token.type != TC_XML_OPEN) return false;
    if (!token.empty && !take_children(walk, take_part)) return false;
    return tc_xml_next(&walk->r, &token) && token.type == TC_XML_END;
}

tc_reason tc_windows_xml_walk_element(tc_windows_xml_walk *walk, tc_slice text)
{
    tc_windows_fill_clear(&walk->fill);
    tc_xml_init(&walk->r, text);
    if (!walk_event(walk)) return TC_REASON_BAD_XML;
    return tc_windows_fill_end(&walk->fill);
}
