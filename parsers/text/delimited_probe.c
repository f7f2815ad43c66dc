#include "parsers/text/csv.h"
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

/* Half of the columns of the newest layout are named, the time among them. */
static bool describes(const tc_delimited *format, tc_slice list)
{
    size_t known = 0, all = 0;
    bool time = false;
    tc_slice layout = tc_slice_of(format->layouts[0]), name;
    while (tc_directive_name(&layout, TC_LIT(","), &name)) {
        tc_slice rest = list, column;
        bool found = false;
        while (!found && tc_directive_name(&rest, TC_LIT(", "), &column))
            found = tc_slice_equal_ascii(name, column);
        known += found;
        all++;
        time = time || (found && tc_slice_equal(name, tc_slice_of(format->time)));
    }
    return time && 2 * known > all;
}

static void look_at_header(const tc_delimited *format, tc_slice line, evidence *e)
{
    tc_directive directive = tc_directive_parse(line);
    if (directive.key == TC_DIRECTIVE_LOG_TYPE) {
        bool named = tc_slice_equal_ascii(directive.value, tc_slice_of(format->log_type));
        e->named = e->named || named;
        e->other = e->other || !named;
    }
    if (directive.key == TC_DIRECTIVE_FIELDS && describes(format, directive.value))
        e->described = true;
}

static bool known_width(const tc_delimited *format, size_t count)
{
    for (size_t i = 0; format->layouts[i]; i++) {
        size_t width = 1;
        for (const char *c = format->layouts[i]; *c; c++)
            width += *c == ',';
        if (width == count) return true;
    }
    return false;
}

static void look_at_rows(const tc_delimited *format, tc_slice head, evidence *e)
{
    tc_ledger nobody_asks = {0};
    tc_units units = {head, 0, 0, &nobody_asks, NULL};
    tc_cell cells[CELLS];
    tc_delimited_clock clock = {0};
    while (e->rows < ROWS_ENOUGH && tc_units_record(&units)) {
        tc_csv_record record;
        tc_csv_read(head.ptr + units.at, head.ptr + head.len, NULL, cells, CELLS, &record);
        units.at = (size_t)(record.next - head.ptr);
        if (!record.ended && e->rows > 0) break; /* the head was cut here */
        tc_time time;
        e->rows++;
        e->fitting += !record.nul && !record.open && known_width(format, record.count) &&
                      tc_delimited_time(&clock, cells[0], &time) &&
                      format->looks(cells, record.count);
    }
}

int tc_delimited_probe(const tc_delimited *format, tc_slice head, tc_slice name)
{
    evidence e = {0};
    for (size_t at = 0; at < head.len;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (line.len > 0 && line.ptr[0] == '#') look_at_header(format, line, &e);
    }
    if (e.named) return 100;
    if (e.other) return 0;
    int hint = tc_slice_starts_ascii(name, tc_slice_of(format->file_prefix)) ? 8 : 0;
    if (e.described) return 90 + hint;
    look_at_rows(format, head, &e);
    if (e.fitting == 0 || 4 * e.fitting < e.rows) return 0;
    return 30 + (int)(40 * e.fitting / e.rows) + hint;
}

bool tc_delimited_sample_time(tc_slice bytes, tc_time *ret)
{
    for (size_t at = 0; at < bytes.len;) {
        size_t next = 0;
        tc_slice line = tc_framing_line(bytes, at, &next);
        size_t comma = tc_slice_find(line, ',');
        if (comma != TC_NPOS && comma > 10 &&
            tc_time_parse_iso(tc_slice_sub(line, 0, comma), ret, NULL))
            return true;
        at = next;
    }
    return false;
}
