#include "parsers/text/w3c_anchor.h"

#include "parsers/base/ip.h"

/* ways[c][t]: in how many ways the columns from c on can be made of the tokens from t on; 2 stands
 * for all that are more than one. */
typedef uint8_t way_table[TC_W3C_ANCHOR_WIDTH + 1][TC_W3C_ANCHOR_TOKENS + 1];

typedef struct anchors {
    size_t width, count;
    const tc_cell *tokens;
    tc_w3c_shape shapes[TC_W3C_ANCHOR_WIDTH];
    bool own[TC_W3C_ANCHOR_TOKENS]; /* a value of its own, part of no other */
    bool soft;
    way_table ways;
} anchors;

static bool is_own(tc_cell token)
{
    tc_ip address;
    return token.form == TC_FORM_NULL ||
           tc_ip_parse(tc_slice_make(token.ptr, token.len), &address) ||
           tc_w3c_shape_fits(TC_W3C_DATE, token) || tc_w3c_shape_fits(TC_W3C_CLOCK, token);
}

/* Behind the last token that a column which begins with token t can take. Servers escape blanks in
 * paths. */
static size_t reach_of(const anchors *a, size_t column, size_t t)
{
    tc_w3c_shape shape = a->shapes[column];
    size_t end = t + 1;
    if (tc_w3c_shape_is_hard(shape) || shape == TC_W3C_PATH || column + 1 == a->width || a->own[t])
        return end;
    while (end < a->count && !a->own[end])
        end++;
    return end;
}

static bool begins(const anchors *a, size_t column, size_t t)
{
    tc_w3c_shape shape = a->shapes[column];
    return (!tc_w3c_shape_is_hard(shape) && !a->soft) || tc_w3c_shape_fits(shape, a->tokens[t]);
}

static void count_column(anchors *a, size_t column)
{
    a->ways[column][a->count] = 0;
    for (size_t t = 0; t < a->count; t++) {
        unsigned ways = 0;
        size_t reach = begins(a, column, t) ? reach_of(a, column, t) : t;
        for (size_t end = t + 1; end <= reach && ways < 2; end++)
            ways += a->ways[column + 1][end];
        a->ways[column][t] = (uint8_t)TC_MIN(ways, 2u);
    }
}

static unsigned count_ways(anchors *a, bool soft)
{
    a->soft = soft;
    memset(a->ways[a->width], 0, sizeof a->ways[a->width]);
    a->ways[a->width][a->count] = 1;
    for (size_t column = a->width; column-- > 0;)
        count_column(a, column);
    return a->ways[0][0];
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
    anchors a = {.width = form->width, .count = count, .tokens = cells};
    if (!form->schema || a.width > TC_W3C_ANCHOR_WIDTH || count > TC_W3C_ANCHOR_TOKENS ||
        count <= a.width)
        return false;
    for (size_t i = 0; i < a.width; i++)
        a.shapes[i] = tc_w3c_shape_of(form->schema->names[i]);
    for (size_t i = 0; i < count; i++)
        a.own[i] = is_own(cells[i]);
    unsigned ways = count_ways(&a, true);
    if (ways == 0) ways = count_ways(&a, false);
    if (ways != 1) return false;
    size_t from = 0;
    for (size_t column = 0; column < a.width; column++) {
        size_t to = from + 1;
        while (a.ways[column + 1][to] == 0)
            to++;
        cells[column] = join(cells, from, to);
        from = to;
    }
    return true;
}
