#include "parsers/base/ip.h"
#include "parsers/text/delimited.h"
#include "parsers/text/delimited_time.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"

#define CELLS 128      /* wider than any layout */
#define ROWS_ENOUGH 64 /* rows looked at */

typedef struct evidence {
    bool named;     /* the log type is this one */
    bool other;     /* the log type is another */
    bool described; /* the column list is one of this format */
    uint32_t rows, fitting;
} evidence;

/* Half of the columns that tell the format are named, the time among them. */
static bool describes(const tc_delimited *format, tc_slice list)
{
    size_t known = 0, all = 0;
    bool time = false;
    const uint8_t between[] = {format->dialect.separator, ' '};
    tc_slice separators = tc_slice_make(between, sizeof between);
    tc_slice layout = tc_slice_of(format->tells ? format->tells : format->layouts[0]), name;
    while (tc_directive_name(&layout, TC_LIT(","), &name)) {
        tc_slice rest = list, column;
        bool found = false;
        while (!found && tc_directive_name(&rest, separators, &column))
            found = tc_slice_equal_ascii(name, column);
        known += found;
        all++;
        time = time || (found && tc_slice_equal(name, tc_slice_of(format->time)));
    }
    return time && 2 * known > all;
}

static bool is_log_type(const tc_delimited *format, tc_slice value)
{
    for (size_t i = 0; format->log_types[i]; i++)
        if (tc_slice_equal_ascii(value, tc_slice_of(format->log_types[i]))) return true;
    return false;
}

static void look_at_header(const tc_delimited *format, tc_slice line, evidence *e)
{
    tc_directive directive = tc_directive_parse(line);
    if (directive.key == TC_DIRECTIVE_LOG_TYPE) {
        bool named = is_log_type(format, directive.value);
        e->named = e->named || named;
        e->other = e->other || !named;
    }
    if (directive.key == TC_DIRECTIVE_FIELDS && describes(format, directive.value))
        e->described = true;
}

/* -- rows -------------------------------------------------------------------------------------- */

static bool is_capitals(tc_cell cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if ((uint8_t)(cell.ptr[i] - 'A') > 25) return false;
    return cell.len > 0;
}

static bool is_number_or_nothing(tc_cell cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if ((uint8_t)(cell.ptr[i] - '0') > 9) return false;
    return true;
}

static bool is_address(tc_cell cell)
{
    tc_ip ip;
    return tc_ip_parse(tc_slice_make(cell.ptr, cell.len), &ip);
}

static bool is_sign(tc_cell cell)
{
    return cell.len == 1 && tc_slice_find(TC_LIT("+-<>*"), cell.ptr[0]) != TC_NPOS;
}

static bool (*const shapes[TC_DELIMITED_SHAPE_COUNT])(tc_cell) = {
    [TC_DELIMITED_CAPITALS] = is_capitals,
    [TC_DELIMITED_NUMBER] = is_number_or_nothing,
    [TC_DELIMITED_ADDRESS] = is_address,
    [TC_DELIMITED_SIGN] = is_sign,
};

/* The layout of that width; NULL if none is. */
static const char *layout_of_width(const tc_delimited *format, size_t count)
{
    for (size_t i = 0; format->layouts[i]; i++) {
        size_t width = 1;
        for (const char *c = format->layouts[i]; *c; c++)
            width += *c == ',';
        if (width == count) return format->layouts[i];
    }
    return NULL;
}

/* The cell of the column of that name; NULL if the layout has none. */
static const tc_cell *cell_of(const char *layout, const tc_cell *cells, const char *column)
{
    tc_slice rest = tc_slice_of(layout), name;
    for (; tc_directive_name(&rest, TC_LIT(","), &name); cells++)
        if (tc_slice_equal(name, tc_slice_of(column))) return cells;
    return NULL;
}

/* Whether a row of a known width shows a time and looks like the format's. */
static bool row_fits(const tc_delimited *format, tc_delimited_clock *clock, const tc_cell *cells,
                     size_t count)
{
    const char *layout = layout_of_width(format, count);
    const tc_cell *time = layout ? cell_of(layout, cells, format->time) : NULL;
    tc_time instant;
    if (!time || !tc_delimited_time(clock, *time, &instant)) return false;
    for (const tc_delimited_check *check = format->checks; check->column; check++) {
        const tc_cell *cell = cell_of(layout, cells, check->column);
        if (cell && !shapes[check->shape](*cell)) return false;
    }
    return true;
}

static void look_at_rows(const tc_delimited *format, tc_slice head, evidence *e)
{
    tc_ledger nobody_asks = {0};
    tc_units units = {head, 0, 0, &nobody_asks, NULL};
    tc_cell cells[CELLS];
    tc_delimited_clock clock = tc_delimited_clock_of(&format->dialect, 0);
    while (e->rows < ROWS_ENOUGH && tc_units_record(&units)) {
        tc_csv_record record;
        tc_csv_read(&format->dialect, head.ptr + units.at, head.ptr + head.len, NULL, cells, CELLS,
                    &record);
        units.at = (size_t)(record.next - head.ptr);
        if (!record.ended && e->rows > 0) break; /* the head was cut here */
        e->rows++;
        e->fitting += !record.nul && !record.open && row_fits(format, &clock, cells, record.count);
    }
}

int tc_delimited_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    const tc_delimited *format = self->data;
    evidence e = {0};
    for (size_t at = 0; at < head.len;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (line.len > 0 && line.ptr[0] == '#') look_at_header(format, line, &e);
        bool bare = format->bare && tc_slice_starts_ascii(line, tc_slice_of(format->bare));
        if (bare && describes(format, line)) e.described = true;
    }
    if (e.named) return 100;
    if (e.other) return 0;
    int hint = tc_slice_starts_ascii(name, tc_slice_of(format->file_prefix)) ? 8 : 0;
    if (e.described) return 90 + hint;
    if (format->partial) return 0;
    look_at_rows(format, head, &e);
    if (e.fitting == 0 || 4 * e.fitting < e.rows) return 0;
    return 30 + (int)(40 * e.fitting / e.rows) + hint;
}
