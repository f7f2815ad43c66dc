/*
 * json_cells: members of a JSON object as cells.
 *
 * Takes the value at a reader as one cell: scalars as they are written, an array as a list of
 * cells, an object as its text. Lists the members that nobody asked for by their dotted paths, as
 * far down as there are objects. Everything is read through base/json_reader, in one walk.
 */
#ifndef TC_OPEN_JSON_CELLS_H
#define TC_OPEN_JSON_CELLS_H

#include "parsers/base/json_reader.h"
#include "parsers/open/row.h"

/* Where a walk is: the names of the members that it has entered, as written. */
typedef struct tc_json_path {
    tc_slice names[TC_JSON_DEPTH];
    size_t depth;
} tc_json_path;

static inline void tc_json_path_push(tc_json_path *path, tc_slice name)
{
    TC_ASSERT(path->depth < TC_JSON_DEPTH);
    path->names[path->depth++] = name;
}
static inline void tc_json_path_pop(tc_json_path *path)
{
    path->depth--;
}
/* "a.b.c" of the names from `from` on, escapes decoded; false at the arena's limit. */
bool tc_json_path_text(const tc_json_path *path, size_t from, tc_arena *arena,
                       tc_slice *ret) TC_MUST_USE;

/* The first byte of the value at the reader; 0 if there is none. */
static inline uint8_t tc_json_peek(const tc_json *r)
{
    const uint8_t *at = r->at;
    while (at != r->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at == r->end ? 0 : *at;
}

/* The cell of a scalar. */
static inline tc_cell tc_json_scalar(const tc_json_value *value)
{
    static const uint8_t forms[TC_JSON_TYPE_COUNT] = {
        [TC_JSON_NULL] = TC_FORM_NULL,   [TC_JSON_TRUE] = TC_FORM_TRUE,
        [TC_JSON_FALSE] = TC_FORM_FALSE, [TC_JSON_NUMBER] = TC_FORM_NUMBER,
        [TC_JSON_STRING] = TC_FORM_TEXT, [TC_JSON_OBJECT] = TC_FORM_JSON,
        [TC_JSON_ARRAY] = TC_FORM_JSON,
    };
    uint32_t form = value->escaped ? (uint32_t)TC_FORM_JSON_STRING : forms[value->type];
    return (tc_cell){value->raw.ptr, (uint32_t)value->raw.len, form};
}

/* Takes the value at the reader. An array becomes a list in the arena (at the arena's limit, its
 * text). False on a syntax error. */
bool tc_json_take_cell(tc_json *r, tc_arena *arena, tc_cell *ret) TC_MUST_USE;

/* Takes the value at the reader and lists it, or each leaf below it, in row->extra, named by the
 * path from `from` on (the value's own name is the path's last). False on a syntax error. */
bool tc_json_take_extra(tc_json *r, tc_row *row, tc_json_path *path, size_t from) TC_MUST_USE;

/* The number of a cell that is a number or decimal text; false for anything else. */
bool tc_json_cell_u64(tc_cell cell, uint64_t *ret) TC_MUST_USE;

#endif
