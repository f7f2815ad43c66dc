/*
 * cell: one column of one record, as it lies in the input, and the typed value it stands for.
 *
 * A cell is a slice of the block plus the form in which the format wrote it; nothing is decoded
 * until somebody asks (tc_cell_value). A value is typed and total: missing, null, empty, text,
 * number, boolean or several values. Numbers keep their text. Decoded text lives in the arena
 * given, or in the block when nothing had to be decoded.
 */
#ifndef TC_EVENT_CELL_H
#define TC_EVENT_CELL_H

#include "parsers/base/arena.h"

typedef enum tc_form {
    TC_FORM_MISSING = 0, /* the record has no such column or member */
    TC_FORM_NULL,        /* written as null: JSON null, W3C '-' */
    TC_FORM_TEXT,        /* the bytes are the value */
    TC_FORM_CSV,         /* between CSV quotes, "" stands for one quote */
    TC_FORM_XML,         /* character data with entity references, perhaps CDATA */
    TC_FORM_JSON_STRING, /* between JSON quotes, with escapes */
    TC_FORM_NUMBER,      /* number text */
    TC_FORM_TRUE,
    TC_FORM_FALSE,
    TC_FORM_LIST, /* ptr: array of len tc_cell in the block's arena */
    TC_FORM_JSON, /* the text of a JSON object or array that was not taken apart */
    TC_FORM_COUNT
} tc_form;

typedef struct tc_cell {
    const uint8_t *ptr;
    uint32_t len;
    uint32_t form; /* tc_form */
} tc_cell;

typedef enum tc_kind {
    TC_KIND_MISSING = 0,
    TC_KIND_NULL,
    TC_KIND_STRING, /* text, possibly empty */
    TC_KIND_NUMBER, /* text is the number's decimal text */
    TC_KIND_BOOL,   /* text is "true" or "false" */
    TC_KIND_LIST,   /* items */
    TC_KIND_COUNT
} tc_kind;

typedef struct tc_value {
    tc_kind kind;
    tc_slice text;
    const tc_cell *items; /* TC_KIND_LIST only */
    size_t item_count;
} tc_value;

static inline tc_cell tc_cell_text(tc_slice s)
{
    return (tc_cell){s.ptr, (uint32_t)s.len, TC_FORM_TEXT};
}
/* The cell's value, decoded into the arena where its form needs it. A cell that cannot be decoded
 * (bad escape, arena at its limit) yields its raw bytes as a string: nothing is lost. A
 * TC_FORM_JSON container yields its text as a string. */
tc_value tc_cell_value(tc_cell cell, tc_arena *arena);

#endif
