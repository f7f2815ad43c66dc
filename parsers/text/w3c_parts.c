#include "parsers/text/w3c_parts.h"

#include "parsers/base/uri.h"

static void split_uri(const tc_w3c_form *form, tc_cell *cells)
{
    tc_cell uri = cells[form->uri], none = {uri.ptr, 0, TC_FORM_NULL};
    bool text = uri.form == TC_FORM_TEXT;
    tc_uri parts = tc_uri_split(text ? tc_slice_make(uri.ptr, uri.len) : TC_EMPTY_SLICE);
    cells[form->width] = parts.stem.len ? tc_cell_text(parts.stem) : none;
    cells[form->width + 1] = parts.query.len ? tc_cell_text(parts.query) : none;
}

/* Decodes in place; returns the length. */
static size_t decode(uint8_t *text, size_t length)
{
    size_t out = 0;
    for (size_t at = 0; at < length; out++) {
        uint64_t value;
        bool coded = text[at] == '%' && at + 2 < length && (text[at + 1] | 0x20) != 'x' &&
                     (text[at + 2] | 0x20) != 'x' &&
                     tc_slice_hex_to_u64(tc_slice_make(text + at + 1, 2), &value);
        text[out] = coded ? (uint8_t)value : text[at];
        at += coded ? 3 : 1;
    }
    return out;
}

/* Older files have percent signs coded once more. */
static void decode_cell(tc_cell *cell, tc_arena *arena)
{
    tc_slice text = tc_slice_make(cell->ptr, cell->len);
    if (cell->form != TC_FORM_TEXT || tc_slice_find(text, '%') == TC_NPOS) return;
    uint8_t *out = tc_arena_get(arena, text.len, 1);
    if (!out) return;
    memcpy(out, text.ptr, text.len);
    size_t length = decode(out, text.len);
    *cell = tc_cell_text(tc_slice_make(out, decode(out, length)));
}

void tc_w3c_make_parts(const tc_w3c_form *form, tc_cell *cells, tc_arena *arena)
{
    if (form->uri != TC_W3C_NO_COLUMN) split_uri(form, cells);
    if (form->coded != TC_W3C_NO_COLUMN) decode_cell(&cells[form->coded], arena);
}
