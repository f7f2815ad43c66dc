#include "parsers/audit/audit_lists.h"

#include "parsers/windows/windows_cmdlet.h"

#define ITEMS_MAX 256
#define NAME_ROOM 160

tc_slice tc_audit_text(const tc_json_walk *walk, tc_field field)
{
    int column = tc_schema_column(walk->schema, field);
    if (column < 0) return TC_EMPTY_SLICE;
    tc_value value = tc_cell_value(walk->row.cells[column], walk->row.arena);
    bool scalar =
        value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER || value.kind == TC_KIND_BOOL;
    return scalar ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
}

void tc_audit_set(tc_json_walk *walk, tc_field_static field, tc_slice text)
{
    int column = tc_schema_column(walk->schema, (tc_field)field);
    if (column >= 0 && text.len > 0)
        tc_row_set(&walk->row, (uint16_t)column, tc_cell_text(text), UINT8_MAX);
}

/* -- {Name, Value} --------------------------------------------------------------------------- */

/* Reads an item; false if it is none of that form. */
static bool read_pair(tc_arena *arena, tc_slice item, tc_slice *ret_name, tc_cell *ret_value)
{
    tc_json r;
    tc_json_value open;
    tc_slice key;
    tc_cell cell;
    *ret_name = TC_EMPTY_SLICE;
    *ret_value = (tc_cell){NULL, 0, TC_FORM_NULL};
    tc_json_init(&r, item);
    if (!tc_json_value_next(&r, &open) || open.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_take_cell(&r, arena, &cell)) return false;
        if (tc_slice_equal(key, TC_LIT("Name")) || tc_slice_equal(key, TC_LIT("Key")))
            *ret_name = tc_cell_value(cell, arena).text;
        else if (tc_slice_equal(key, TC_LIT("Value")) || tc_slice_equal(key, TC_LIT("NewValue")))
            *ret_value = cell;
    }
    return ret_name->len > 0;
}

static void set_pair(tc_json_walk *walk, tc_slice prefix, tc_slice name, tc_cell value)
{
    char text[NAME_ROOM];
    tc_slice kept;
    if (tc_slice_equal(prefix, TC_LIT("Parameters"))) {
        tc_windows_set_parameter(&walk->row, walk->schema, walk->options->names, name, value);
        return;
    }
    int length = snprintf(text, sizeof text, "%.*s.%.*s", (int)prefix.len, (const char *)prefix.ptr,
                          (int)TC_MIN(name.len, sizeof text), (const char *)name.ptr);
    if (length < 0 || (size_t)length >= sizeof text) return;
    tc_slice full = tc_slice_make(text, (size_t)length);
    int column = tc_schema_column(walk->schema, tc_names_find(walk->options->names, full));
    if (column >= 0)
        tc_row_set(&walk->row, (uint16_t)column, value, 1);
    else if (walk->row.all && tc_arena_copy(walk->row.arena, full, &kept))
        tc_row_extra(&walk->row, kept, value);
}

static void take_items(tc_json_walk *walk, tc_slice prefix, const tc_cell *items, size_t count)
{
    for (size_t i = 0; i < TC_MIN(count, (size_t)ITEMS_MAX); i++) {
        tc_slice name, item = tc_slice_make(items[i].ptr, items[i].len);
        tc_cell value;
        if (items[i].form == TC_FORM_JSON && read_pair(walk->row.arena, item, &name, &value))
            set_pair(walk, prefix, name, value);
    }
}

/* A list that was written as text: JSON, or what was typed. */
static void take_text(tc_json_walk *walk, tc_slice prefix, tc_slice text)
{
    tc_json r;
    tc_cell list;
    text = tc_slice_trim(text);
    if (text.len == 0) return;
    if (text.ptr[0] == '-' && tc_slice_equal(prefix, TC_LIT("Parameters"))) {
        tc_windows_read_parameters(&walk->row, walk->schema, walk->options->names, text);
        return;
    }
    tc_json_init(&r, text);
    if (text.ptr[0] != '[' || !tc_json_take_cell(&r, walk->row.arena, &list)) return;
    tc_value value = tc_cell_value(list, walk->row.arena);
    if (value.kind == TC_KIND_LIST) take_items(walk, prefix, value.items, value.item_count);
}

void tc_audit_take_lists(tc_json_walk *walk)
{
    static const tc_field_static lists[] = {TC_FIELD_PARAMETERS, TC_FIELD_EXTENDED_PROPERTIES,
                                            TC_FIELD_OPERATION_PROPERTIES};
    for (size_t i = 0; i < TC_COUNT_OF(lists); i++) {
        int column = tc_schema_column(walk->schema, (tc_field)lists[i]);
        if (column < 0) continue;
        tc_slice prefix = tc_names_text(walk->options->names, (tc_field)lists[i]);
        tc_value value = tc_cell_value(walk->row.cells[column], walk->row.arena);
        if (value.kind == TC_KIND_LIST) take_items(walk, prefix, value.items, value.item_count);
        if (value.kind == TC_KIND_STRING) take_text(walk, prefix, value.text);
    }
}

/* -- who acted, and was acted upon ------------------------------------------------------------- */

/* Types of what [{"ID": ..., "Type": ...}] calls somebody: Office 365 Management Activity API
 * schema, IdentityTypeValuePair. */
enum { PARTY_GUID = 0, PARTY_OBJECT = 2, PARTY_UPN = 5 };

static bool read_party(tc_arena *arena, tc_slice item, tc_slice *ret_id, uint64_t *ret_type)
{
    tc_json r;
    tc_json_value open;
    tc_slice key, type = TC_EMPTY_SLICE;
    tc_cell cell;
    *ret_id = TC_EMPTY_SLICE;
    tc_json_init(&r, item);
    if (!tc_json_value_next(&r, &open) || open.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_take_cell(&r, arena, &cell)) return false;
        if (tc_slice_equal(key, TC_LIT("ID"))) *ret_id = tc_cell_value(cell, arena).text;
        if (tc_slice_equal(key, TC_LIT("Type"))) type = tc_cell_value(cell, arena).text;
    }
    return tc_slice_to_u64(type, ret_type);
}

static bool is_guid(tc_slice s)
{
    if (s.len != 36) return false;
    for (size_t i = 0; i < s.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        uint8_t letter = s.ptr[i] | 0x20;
        bool digit = tc_is_digit(s.ptr[i]) || (letter >= 'a' && letter <= 'f');
        if (dash ? s.ptr[i] != '-' : !digit) return false;
    }
    return true;
}

/* What of a kind a list has: how many, and the last. */
typedef struct met {
    tc_slice id;
    size_t count;
} met;

static void meet(met *m, tc_slice id)
{
    if (!tc_slice_equal_ascii(m->id, id)) m->count++;
    m->id = id;
}

static void meet_party(tc_json_walk *walk, const tc_cell *item, met *object, met *name)
{
    tc_slice id;
    uint64_t type;
    if (item->form != TC_FORM_JSON ||
        !read_party(walk->row.arena, tc_slice_make(item->ptr, item->len), &id, &type))
        return;
    if ((type == PARTY_GUID || type == PARTY_OBJECT) && is_guid(id)) meet(object, id);
    if (type == PARTY_UPN && tc_slice_find(id, '@') != TC_NPOS) meet(name, id);
}

/* Of several nothing is believed. */
static void set_met(tc_json_walk *walk, tc_field_static field, const met *m)
{
    int column = tc_schema_column(walk->schema, (tc_field)field);
    if (m->count == 1 && column >= 0)
        tc_row_set(&walk->row, (uint16_t)column, tc_cell_text(m->id), 1);
}

static void take_parties(tc_json_walk *walk, tc_field_static list, tc_field_static object_field,
                         tc_field_static name_field)
{
    met object = {TC_EMPTY_SLICE, 0}, name = {TC_EMPTY_SLICE, 0};
    int column = tc_schema_column(walk->schema, (tc_field)list);
    if (column < 0) return;
    tc_value value = tc_cell_value(walk->row.cells[column], walk->row.arena);
    if (value.kind != TC_KIND_LIST) return;
    for (size_t i = 0; i < TC_MIN(value.item_count, (size_t)ITEMS_MAX); i++)
        meet_party(walk, &value.items[i], &object, &name);
    set_met(walk, object_field, &object);
    set_met(walk, name_field, &name);
}

void tc_audit_take_parties(tc_json_walk *walk)
{
    take_parties(walk, TC_FIELD_ACTOR_PARTIES, TC_FIELD_ACTOR_OBJECT, TC_FIELD_ACTOR_UPN);
    take_parties(walk, TC_FIELD_TARGET_PARTIES, TC_FIELD_TARGET_OBJECT, TC_FIELD_TARGET_UPN);
}

/* -- other lists ----------------------------------------------------------------------------- */

static void flatten(tc_json_walk *walk, const tc_extra *extra)
{
    const tc_cell *items = (const tc_cell *)(const void *)extra->cell.ptr;
    for (size_t i = 0; i < extra->cell.len; i++) {
        char index[24];
        tc_slice number;
        tc_json r;
        tc_json_path path = {.depth = 0};
        if (items[i].form != TC_FORM_JSON || items[i].len == 0 || items[i].ptr[0] != '{') continue;
        snprintf(index, sizeof index, "%zu", i);
        if (!tc_arena_copy(walk->row.arena, tc_slice_of(index), &number)) return;
        tc_json_path_push(&path, extra->name);
        tc_json_path_push(&path, number);
        tc_json_init(&r, tc_slice_make(items[i].ptr, items[i].len));
        if (!tc_json_take_extra(&r, &walk->row, &path, 0)) return;
    }
}

/* Parties have columns of their own, and are asked for by their members' names all the same. */
static void flatten_parties(tc_json_walk *walk)
{
    static const struct {
        tc_field_static field;
        const char *name;
    } lists[] = {{TC_FIELD_ACTOR_PARTIES, "Actor"}, {TC_FIELD_TARGET_PARTIES, "Target"}};
    for (size_t i = 0; i < TC_COUNT_OF(lists); i++) {
        int column = tc_schema_column(walk->schema, (tc_field)lists[i].field);
        if (column < 0 || walk->row.cells[column].form != TC_FORM_LIST) continue;
        flatten(walk, &(tc_extra){tc_slice_of(lists[i].name), walk->row.cells[column]});
    }
}

void tc_audit_flatten_extras(tc_json_walk *walk)
{
    flatten_parties(walk);
    for (size_t i = 0; i < walk->row.extra_count; i++) {
        tc_extra extra = walk->row.extra[i];
        if (extra.cell.form == TC_FORM_LIST) flatten(walk, &extra);
    }
}
