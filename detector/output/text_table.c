#include "detector/output/text_table.h"

#include "detector/output/escape.h"

#include <stdarg.h>

#define TEXT_MAX ((size_t)64 << 20)
#define GAP 2
#define NARROWEST 8
#define DOTS "..."

typedef struct layout {
    size_t width[TC_TABLE_COLUMNS];
    bool shown[TC_TABLE_COLUMNS];
} layout;

void tc_table_init(tc_table *t)
{
    memset(t, 0, sizeof(*t));
    tc_str_init(&t->text, TEXT_MAX);
}

void tc_table_done(tc_table *t)
{
    tc_str_done(&t->text);
}

TC_STATUS tc_table_status(const tc_table *t)
{
    return tc_str_status(&t->text);
}

void tc_table_clear(tc_table *t)
{
    tc_str_clear(&t->text);
    t->cells = t->rows_left_out = 0;
}

void tc_table_open(tc_table *t, const tc_table_column *columns, size_t count)
{
    TC_ASSERT(count <= TC_TABLE_COLUMNS);
    t->text.len = 0;
    t->cells = t->rows_left_out = 0;
    t->columns = columns;
    t->column_count = count;
}

bool tc_table_row(tc_table *t)
{
    TC_ASSERT(t->cells % t->column_count == 0);
    if (t->cells < t->column_count * TC_TABLE_ROWS) return true;
    t->rows_left_out++;
    return false;
}

void tc_table_cell(tc_table *t, tc_slice raw)
{
    TC_ASSERT(t->cells < t->column_count * TC_TABLE_ROWS);
    tc_escape_plain(&t->text, raw);
    t->ends[t->cells++] = t->text.len;
}

void tc_table_cellf(tc_table *t, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    TC_ASSERT(length >= 0);
    tc_table_cell(t, tc_slice_of(text));
}

static tc_slice cell(const tc_table *t, size_t index)
{
    size_t from = index ? t->ends[index - 1] : 0;
    return tc_slice_sub(tc_str_view(&t->text), from, t->ends[index] - from);
}

/* -- layout --------------------------------------------------------------------------------- */

static size_t total(const tc_table *t, const layout *l)
{
    size_t sum = 0;
    for (size_t c = 0; c < t->column_count; c++)
        if (l->shown[c]) sum += l->width[c] + (sum ? GAP : 0);
    return sum;
}

/* The column to leave out next; column_count when there is none. */
static size_t droppable(const tc_table *t, const layout *l)
{
    size_t best = t->column_count;
    for (size_t c = 0; c < t->column_count; c++) {
        if (!l->shown[c] || t->columns[c].drop == 0) continue;
        if (best == t->column_count || t->columns[c].drop < t->columns[best].drop) best = c;
    }
    return best;
}

/* Takes up to `excess` columns off the widest flexible column, of those that may be left out or of
 * all; what it could take. */
static size_t narrow(const tc_table *t, layout *l, size_t excess, bool all)
{
    size_t widest = t->column_count;
    for (size_t c = 0; c < t->column_count; c++)
        if (l->shown[c] && t->columns[c].flexible && (all || t->columns[c].drop) &&
            (widest == t->column_count || l->width[c] > l->width[widest]))
            widest = c;
    if (widest == t->column_count || l->width[widest] <= NARROWEST) return 0;
    size_t taken = TC_MIN(excess, l->width[widest] - NARROWEST);
    l->width[widest] -= taken;
    return taken;
}

static void lay_out(const tc_table *t, size_t width, layout *l)
{
    memset(l, 0, sizeof(*l));
    for (size_t c = 0; c < t->column_count; c++) {
        l->shown[c] = true;
        l->width[c] = tc_utf8_width(tc_slice_of(t->columns[c].title));
    }
    for (size_t i = 0; i < t->cells; i++) {
        size_t c = i % t->column_count;
        l->width[c] = TC_MAX(l->width[c], tc_utf8_width(cell(t, i)));
    }
    /* A column that is narrowed a little is worth more than one that is gone; but what is never
     * left out, such as a name, is shortened only when nothing else helps. */
    while (total(t, l) > width) {
        size_t excess = total(t, l) - width, drop = droppable(t, l);
        if (excess <= 12 && narrow(t, l, excess, false) == excess) continue;
        if (drop < t->column_count)
            l->shown[drop] = false;
        else if (narrow(t, l, excess, true) == 0)
            return;
    }
}

static void print_cell(const tc_table_column *column, tc_slice text, size_t width, bool last,
                       tc_str *out)
{
    size_t used = tc_utf8_width(text);
    bool cut = used > width;
    if (cut) {
        text = tc_escaped_columns(text, width - (sizeof(DOTS) - 1));
        used = tc_utf8_width(text) + sizeof(DOTS) - 1;
    }
    if (column->right) tc_str_addf(out, "%*s", (int)(width - used), "");
    tc_str_add(out, text);
    if (cut) tc_str_add(out, TC_LIT(DOTS));
    if (!column->right && !last) tc_str_addf(out, "%*s", (int)(width - used), "");
}

static void print_row(const tc_table *t, const layout *l, size_t first, size_t indent, tc_str *out)
{
    size_t last = t->column_count;
    while (last > 1 && !l->shown[last - 1])
        last--;
    for (size_t c = 0; c < last; c++) {
        if (!l->shown[c]) continue;
        tc_str_addf(out, "%*s", (int)indent, "");
        indent = GAP;
        tc_slice text = first == TC_NPOS ? tc_slice_of(t->columns[c].title) : cell(t, first + c);
        print_cell(&t->columns[c], text, l->width[c], c + 1 == last, out);
    }
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    tc_str_add_byte(out, '\n');
}

bool tc_table_shows(const tc_table *t, size_t column, size_t indent, size_t width)
{
    layout l;
    lay_out(t, width > indent ? width - indent : 0, &l);
    return l.shown[column];
}

size_t tc_table_print(const tc_table *t, size_t indent, size_t width, tc_str *out)
{
    layout l;
    size_t left_out = 0;
    if (tc_failed(tc_table_status(t))) return 0;
    lay_out(t, width > indent ? width - indent : 0, &l);
    print_row(t, &l, TC_NPOS, indent, out);
    for (size_t i = 0; i + t->column_count <= t->cells; i += t->column_count)
        print_row(t, &l, i, indent, out);
    for (size_t c = 0; c < t->column_count; c++)
        left_out += !l.shown[c];
    return left_out;
}
