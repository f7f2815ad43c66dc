/*
 * row: the cells of one record of an open-ended format (JSON, XML).
 *
 * Such a format uses one schema with a column for every name that somebody may ask for. A row has
 * a cell per column, made once per block; what a record set is remembered in a short list, so that
 * the next record does not pay for columns that nobody touched. A member that is written twice, or
 * that two members of a record stand for, is decided by rank: the higher rank wins, and of equal
 * ranks the first. Members that no column wants are listed in `extra` when everything is asked for.
 *
 * The cells live in the block's arena; lists and extras of a record are allocated behind them and
 * die when the caller rewinds to where it was before the record.
 */
#ifndef TC_OPEN_ROW_H
#define TC_OPEN_ROW_H

#include "parsers/event/event.h"

#define TC_ROW_NONE UINT16_MAX /* no column */

typedef struct tc_row {
    tc_arena *arena;
    tc_cell *cells;
    uint8_t *ranks;
    uint16_t *touched;
    size_t touched_count;
    bool all; /* list extras */
    tc_extra *extra;
    size_t extra_count;
    size_t extra_capacity;
} tc_row;

/* A growing list of cells in an arena: what one record says several times. */
typedef struct tc_row_list {
    tc_cell *items;
    size_t count;
    size_t capacity;
} tc_row_list;

/* Cells for that many columns, all missing. False at the arena's limit. */
bool tc_row_init(tc_row *row, tc_arena *arena, size_t column_count, bool all) TC_MUST_USE;
/* Makes the cells that the last record set missing again, and forgets its extras. */
void tc_row_clear(tc_row *row);
/* Lists an unknown member; nothing happens at the arena's limit. The name must live as long as the
 * record. */
void tc_row_extra(tc_row *row, tc_slice name, tc_cell cell);
/* False at the arena's limit. */
bool tc_row_list_add(tc_arena *arena, tc_row_list *list, tc_cell cell);
static inline tc_cell tc_row_list_cell(const tc_row_list *list)
{
    return (tc_cell){(const uint8_t *)(const void *)list->items, (uint32_t)list->count,
                     TC_FORM_LIST};
}

/* Sets the cell of a column (or of none). The rank counts from 1. */
static inline void tc_row_set(tc_row *row, uint16_t column, tc_cell cell, uint8_t rank)
{
    if (column == TC_ROW_NONE || row->ranks[column] >= rank) return;
    if (row->ranks[column] == 0) row->touched[row->touched_count++] = column;
    row->ranks[column] = rank;
    row->cells[column] = cell;
}

#endif
