#include "parsers/text/w3c_row.h"
#include "parsers/text/directive.h"
#include "parsers/text/w3c_anchor.h"
#include "parsers/text/w3c_parts.h"

/* What a form must know of its columns besides the time. */
typedef struct landmarks {
    uint16_t local_date, local_time, agent;
    bool stem; /* some column is cs-uri-stem */
    bool edge; /* the log is one of CloudFront */
} landmarks;

static void take_name(tc_w3c_form *form, landmarks *seen, tc_slice name, uint16_t n)
{
    const struct {
        const char *name;
        uint16_t *column;
    } known[] = {{"date", &form->date},
                 {"time", &form->time},
                 {"cs-uri", &form->uri},
                 {"date-local", &seen->local_date},
                 {"time-local", &seen->local_time},
                 {"cs(User-Agent)", &seen->agent}};
    for (size_t i = 0; i < TC_COUNT_OF(known); i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(known[i].name))) *known[i].column = n;
    seen->stem = seen->stem || tc_slice_equal_ascii(name, TC_LIT("cs-uri-stem")) ||
                 tc_slice_equal_ascii(name, TC_LIT("cs-uri-path"));
    seen->edge = seen->edge || tc_slice_equal_ascii(name, TC_LIT("x-edge-location"));
}

bool tc_w3c_form_read(tc_slice fields, tc_slice *names, size_t room, tc_w3c_form *ret)
{
    const uint16_t none = TC_W3C_NO_COLUMN;
    tc_w3c_form form = {.date = none, .time = none, .uri = none, .coded = none, .separator = ' '};
    landmarks seen = {none, none, none, false, false};
    /* A list separated by tabs has rows separated by tabs: blanks are then part of values. */
    if (tc_slice_find(fields, '\t') != TC_NPOS) form.separator = '\t';
    *ret = (tc_w3c_form){0};
    tc_slice rest = fields, name;
    tc_slice separators = form.separator == '\t' ? TC_LIT("\t") : TC_LIT(" ");
    uint16_t n = 0;
    for (; n < room && tc_directive_name(&rest, separators, &name); n++) {
        names[n] = tc_w3c_column_name(tc_slice_trim(name));
        take_name(&form, &seen, names[n], n);
    }
    form.width = n;
    if (seen.stem || n + TC_W3C_PARTS > TC_SCHEMA_MAX_COLUMNS) form.uri = none;
    if (seen.edge) {
        form.coded = seen.agent;
        form.separator = '\t'; /* its header has blanks */
    }
    if (form.time == none) {
        form.date = seen.local_date;
        form.time = seen.local_time;
        form.local = true;
    }
    if (form.time == none) return false;
    *ret = form;
    return true;
}

tc_w3c_learned tc_w3c_learned_of(const tc_w3c_form *form)
{
    tc_w3c_learned learned = {.form = *form};
    TC_ASSERT(form->width <= TC_W3C_LEARNED_WIDTH);
    for (size_t i = 0; i < form->width; i++)
        learned.shapes[i] = (uint8_t)tc_w3c_shape_of(form->schema->names[i]);
    return learned;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* The quote that closes the value whose first byte is at `from`, or line.len. *ret_doubled: it
 * holds doubled quotes. */
static size_t closing_quote(tc_slice line, size_t from, bool *ret_doubled)
{
    *ret_doubled = false;
    for (size_t i = from; i < line.len; i++) {
        if (line.ptr[i] != '"') continue;
        if (i + 1 == line.len || is_blank(line.ptr[i + 1])) return i;
        if (line.ptr[i + 1] != '"') return line.len;
        *ret_doubled = true;
        i++;
    }
    return line.len;
}

static size_t quoted_cell(tc_slice line, size_t begin, tc_cell *ret)
{
    bool doubled = false;
    size_t close = closing_quote(line, begin + 1, &doubled);
    if (close == line.len) return begin;
    *ret = tc_cell_text(tc_slice_sub(line, begin + 1, close - begin - 1));
    if (doubled) ret->form = TC_FORM_CSV;
    return close + 1;
}

size_t tc_w3c_split_runs(tc_slice line, bool quotes, tc_cell *cells, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; count <= room;) {
        while (i < line.len && is_blank(line.ptr[i]))
            i++;
        if (i == line.len) break;
        tc_cell cell = {NULL, 0, TC_FORM_TEXT};
        size_t end = quotes && line.ptr[i] == '"' ? quoted_cell(line, i, &cell) : i;
        if (end == i) {
            while (end < line.len && !is_blank(line.ptr[end]))
                end++;
            cell = tc_cell_text(tc_slice_sub(line, i, end - i));
            if (cell.len == 1 && *cell.ptr == '-') cell.form = TC_FORM_NULL;
        }
        if (count < room) cells[count] = cell;
        count++;
        i = end;
    }
    return count;
}

static bool time_fits(const tc_w3c_form *form, const tc_cell *cells)
{
    return (form->date == TC_W3C_NO_COLUMN || tc_w3c_shape_fits(TC_W3C_DATE, cells[form->date])) &&
           tc_w3c_shape_fits(TC_W3C_CLOCK, cells[form->time]);
}

typedef enum split_way { SINGLE, RUNS, QUOTES, NO_SPLIT } split_way;

static size_t split(const tc_w3c_form *form, tc_slice line, split_way way, tc_cell *cells)
{
    if (way != SINGLE) return tc_w3c_split_runs(line, way == QUOTES, cells, TC_W3C_ROOM);
    tc_split found;
    tc_split_line(line.ptr, line.ptr + line.len, form->separator, cells, TC_W3C_ROOM, &found);
    return found.count;
}

/* Whether the cells are what was learned of rows of their number. A path is asked for, too: nothing
 * else would tell a row that is one column short from its neighbours. */
static bool learned_fits(const tc_w3c_learned *learned, const tc_cell *cells)
{
    if (!time_fits(&learned->form, cells)) return false;
    for (size_t i = 0; i < learned->form.width; i++) {
        tc_w3c_shape shape = (tc_w3c_shape)learned->shapes[i];
        bool asked = tc_w3c_shape_is_hard(shape) || shape == TC_W3C_PATH;
        if (asked && !tc_w3c_shape_fits(shape, cells[i])) return false;
    }
    return true;
}

/* The learned form that the cells are, or TC_W3C_BY_HEADER. */
static int find_learned(const tc_w3c_forms *forms, const tc_cell *cells, size_t count)
{
    uint16_t width = forms->header->width;
    if (width > 0 && count >= width) return TC_W3C_BY_HEADER;
    for (size_t i = 0; i < forms->learned_count; i++)
        if (forms->learned[i].form.width == count && learned_fits(&forms->learned[i], cells))
            return (int)i;
    return TC_W3C_BY_HEADER;
}

bool tc_w3c_row_fit(const tc_w3c_forms *forms, tc_slice line, tc_cell *cells, int *ret_learned)
{
    static const split_way plain[] = {SINGLE, RUNS, NO_SPLIT};
    static const split_way plain_first[] = {SINGLE, RUNS, QUOTES, NO_SPLIT};
    static const split_way quotes_first[] = {QUOTES, SINGLE, RUNS, NO_SPLIT};
    const tc_w3c_form *form = forms->header;
    if (line.len == 0) return false;
    bool quotes = tc_slice_find(line, '"') != TC_NPOS;
    const split_way *ways = !quotes ? plain : form->quoted ? quotes_first : plain_first;

    *ret_learned = TC_W3C_BY_HEADER;
    for (const split_way *way = ways; form->width > 0 && *way != NO_SPLIT; way++)
        if (split(form, line, *way, cells) == form->width && time_fits(form, cells)) return true;
    for (const split_way *way = ways; forms->learned_count > 0 && *way != NO_SPLIT; way++) {
        *ret_learned = find_learned(forms, cells, split(form, line, *way, cells));
        if (*ret_learned != TC_W3C_BY_HEADER) return true;
    }
    size_t count = split(form, line, form->quoted ? QUOTES : RUNS, cells);
    return count <= TC_W3C_ROOM && tc_w3c_anchor(form, cells, count);
}
