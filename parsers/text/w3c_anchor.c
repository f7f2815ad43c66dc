#include "parsers/text/w3c_anchor.h"

/* reach[c][t]: the columns from c on can be made of the tokens from t on. */
typedef bool reach_table[TC_W3C_ANCHOR_WIDTH + 1][TC_W3C_ANCHOR_TOKENS + 1];

typedef struct anchors {
    size_t width, count;
    tc_w3c_shape shapes[TC_W3C_ANCHOR_WIDTH];
    reach_table reach;
} anchors;

static void reach_column(anchors *a, size_t column, const tc_cell *tokens, bool soft)
{
    tc_w3c_shape shape = a->shapes[column];
    bool hard = tc_w3c_shape_is_hard(shape);
    bool later = false; /* some t' > t is reached by the next column */
    a->reach[column][a->count] = false;
    for (size_t t = a->count; t-- > 0;) {
        later = later || a->reach[column + 1][t + 1];
        bool next = hard ? a->reach[column + 1][t + 1] : later;
        a->reach[column][t] = next && ((!hard && !soft) || tc_w3c_shape_fits(shape, tokens[t]));
    }
}

static bool reachable(anchors *a, const tc_cell *tokens, bool soft)
{
    memset(a->reach[a->width], 0, sizeof a->reach[a->width]);
    a->reach[a->width][a->count] = true;
    for (size_t column = a->width; column-- > 0;)
        reach_column(a, column, tokens, soft);
    return a->reach[0][0];
}

static tc_cell join(const tc_cell *tokens, size_t from, size_t to)
{
    if (to - from == 1) return tokens[from];
    const tc_cell *last = &tokens[to - 1];
    return tc_cell_text(
        tc_slice_make(tokens[from].ptr, (size_t)(last->ptr + last->len - tokens[from].ptr)));
}

bool tc_w3c_anchor(const tc_w3c_form *form, tc_cell *cells, size_t count)
{
    anchors a;
    a.width = form->width;
    a.count = count;
    if (!form->schema || a.width > TC_W3C_ANCHOR_WIDTH || count > TC_W3C_ANCHOR_TOKENS ||
        count <= a.width)
        return false;
    for (size_t i = 0; i < a.width; i++)
        a.shapes[i] = tc_w3c_shape_of(form->schema->names[i]);
    if (!reachable(&a, cells, true) && !reachable(&a, cells, false)) return false;
    size_t from = 0;
    for (size_t column = 0; column < a.width; column++) {
        size_t to = from + 1;
        while (!a.reach[column + 1][to])
            to++;
        cells[column] = join(cells, from, to);
        from = to;
    }
    return true;
}
