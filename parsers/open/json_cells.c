#include "parsers/open/json_cells.h"

bool tc_json_path_text(const tc_json_path *path, size_t from, tc_arena *arena, tc_slice *ret)
{
    size_t room = 0;
    for (size_t i = from; i < path->depth; i++)
        room += path->names[i].len + 1;
    uint8_t *out = tc_arena_get(arena, room, 1); /* no escape is shorter than what it means */
    if (!out) return false;
    size_t filled = 0;
    for (size_t i = from; i < path->depth; i++) {
        tc_slice name;
        if (i > from) out[filled++] = '.';
        tc_arena_mark mark = tc_arena_save(arena);
        if (!tc_json_decode(arena, path->names[i], &name)) name = path->names[i];
        if (name.len) memcpy(out + filled, name.ptr, name.len);
        filled += name.len;
        tc_arena_rewind(arena, mark);
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

/* Takes the value at the reader as text. */
static bool take_text(tc_json *r, tc_cell *ret)
{
    tc_slice text;
    if (!tc_json_skip(r, &text)) return false;
    *ret = (tc_cell){text.ptr, (uint32_t)text.len, TC_FORM_JSON};
    return true;
}

/* Takes a value without looking into it. */
static bool take_item(tc_json *r, tc_cell *ret)
{
    uint8_t first = tc_json_peek(r);
    if (first == '{' || first == '[') return take_text(r, ret);
    tc_json_value value;
    if (!tc_json_value_next(r, &value)) return false;
    *ret = tc_json_scalar(&value);
    return true;
}

/* The number of elements of the array at the reader, which is left behind it; false on a syntax
 * error. */
static bool count_elements(tc_json *r, size_t *ret)
{
    tc_json_value array;
    if (!tc_json_value_next(r, &array)) return false;
    size_t count = 0;
    for (; tc_json_element_next(r); count++)
        if (!tc_json_skip(r, NULL)) return false;
    *ret = count;
    return !tc_json_failed(r);
}

/* Takes the array at the reader: a walk to count, and one to fill. */
static bool take_list(tc_json *r, tc_arena *arena, tc_cell *ret)
{
    tc_json ahead = *r;
    size_t count;
    if (!count_elements(&ahead, &count)) {
        *r = ahead;
        return false;
    }
    tc_cell *items = tc_arena_get(arena, count, sizeof *items);
    if (!items) return take_text(r, ret);
    tc_json_value array;
    if (!tc_json_value_next(r, &array)) return false;
    for (size_t i = 0; tc_json_element_next(r); i++)
        if (!take_item(r, &items[i])) return false;
    *ret = (tc_cell){(const uint8_t *)(const void *)items, (uint32_t)count, TC_FORM_LIST};
    return !tc_json_failed(r);
}

bool tc_json_take_cell(tc_json *r, tc_arena *arena, tc_cell *ret)
{
    return tc_json_peek(r) == '[' ? take_list(r, arena, ret) : take_item(r, ret);
}

bool tc_json_take_extra(tc_json *r, tc_row *row, tc_json_path *path, size_t from)
{
    tc_json_value value;
    tc_slice name;
    if (tc_json_peek(r) == '{') {
        if (!tc_json_value_next(r, &value)) return false;
        while (tc_json_key_next(r, &name)) {
            tc_json_path_push(path, name);
            bool taken = tc_json_take_extra(r, row, path, from);
            tc_json_path_pop(path);
            if (!taken) return false;
        }
        return !tc_json_failed(r);
    }
    tc_cell cell;
    if (!tc_json_take_cell(r, row->arena, &cell)) return false;
    if (tc_json_path_text(path, from, row->arena, &name)) tc_row_extra(row, name, cell);
    return true;
}

bool tc_json_cell_u64(tc_cell cell, uint64_t *ret)
{
    if (cell.form != TC_FORM_NUMBER && cell.form != TC_FORM_TEXT) return false;
    return tc_slice_to_u64(tc_slice_make(cell.ptr, cell.len), ret);
}
