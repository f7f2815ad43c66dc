#include "parsers/open/row.h"

bool tc_row_init(tc_row *row, tc_arena *arena, size_t column_count, bool all)
{
    *row = (tc_row){.arena = arena, .all = all};
    row->cells = tc_arena_zero(arena, column_count, sizeof *row->cells);
    row->ranks = tc_arena_zero(arena, column_count, sizeof *row->ranks);
    row->touched = tc_arena_get(arena, column_count, sizeof *row->touched);
    return row->cells && row->ranks && row->touched;
}

void tc_row_clear(tc_row *row)
{
    for (size_t i = 0; i < row->touched_count; i++) {
        row->cells[row->touched[i]] = (tc_cell){NULL, 0, TC_FORM_MISSING};
        row->ranks[row->touched[i]] = 0;
    }
    row->touched_count = 0;
    row->extra = NULL;
    row->extra_count = 0;
    row->extra_capacity = 0;
}

/* Room for one more element of an array that lives in an arena; false at its limit. */
static bool make_room(tc_arena *arena, void **array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return true;
    size_t wanted = count ? 2 * count : 8;
    void *grown = tc_arena_get(arena, wanted, size);
    if (!grown) return false;
    if (count) memcpy(grown, *array, count * size);
    *array = grown;
    *capacity = wanted;
    return true;
}

void tc_row_extra(tc_row *row, tc_slice name, tc_cell cell)
{
    void *array = row->extra;
    if (!make_room(row->arena, &array, row->extra_count, &row->extra_capacity, sizeof *row->extra))
        return;
    row->extra = array;
    row->extra[row->extra_count++] = (tc_extra){name, cell};
}

bool tc_row_list_add(tc_arena *arena, tc_row_list *list, tc_cell cell)
{
    void *array = list->items;
    if (!make_room(arena, &array, list->count, &list->capacity, sizeof *list->items)) return false;
    list->items = array;
    list->items[list->count++] = cell;
    return true;
}
