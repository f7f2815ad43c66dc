#include "parsers/text/directive.h"
#include "parsers/text/framing.h"
#include "parsers/text/line_log_form.h"

#define ROWS_ENOUGH 64 /* lines looked at */

typedef struct evidence {
    bool maker; /* #Software is the format's */
    bool told;  /* #Fields is the format's */
    bool other; /* a header of another log */
    uint32_t rows, fitting;
} evidence;

size_t tc_line_form_names(tc_slice list, tc_slice separators, tc_slice *names, size_t room)
{
    size_t count = 0;
    tc_slice name;
    for (; tc_directive_name(&list, separators, &name); count++)
        if (count < room) names[count] = name;
    return count;
}

tc_line_form tc_line_form_of(const tc_slice *names, size_t count)
{
    uint16_t width = (uint16_t)count;
    tc_line_form form = {.width = width, .uri = width, .status = width};
    for (uint16_t i = width; i-- > 0;) {
        if (tc_slice_equal_ascii(names[i], TC_LIT("cs-uri"))) form.uri = i;
        if (tc_slice_equal_ascii(names[i], TC_LIT("sc-status"))) form.status = i;
    }
    return form;
}

tc_line_form tc_line_form_of_layout(const char *layout)
{
    tc_slice names[TC_LINE_LOG_COLUMNS];
    size_t count = tc_line_form_names(tc_slice_of(layout), TC_LIT(","), names, TC_LINE_LOG_COLUMNS);
    return tc_line_form_of(names, TC_MIN(count, TC_LINE_LOG_COLUMNS));
}

static void look_at_header(const tc_line_log *format, tc_slice line, evidence *e)
{
    tc_directive directive = tc_directive_parse(line);
    tc_slice rest = directive.value, name;
    bool told = false;
    if (directive.key == TC_DIRECTIVE_SOFTWARE && format->maker)
        e->maker = tc_slice_starts_ascii(directive.value, tc_slice_of(format->maker));
    if (directive.key == TC_DIRECTIVE_LOG_TYPE) e->other = true;
    if (directive.key != TC_DIRECTIVE_FIELDS) return;
    while (tc_directive_name(&rest, TC_LIT(" \t"), &name))
        told = told || tc_slice_equal_ascii(name, tc_slice_of(format->told_by));
    e->told = e->told || told;
    e->other = e->other || !told;
}

static bool row_fits(const tc_line_log *format, tc_slice line)
{
    tc_cell cells[TC_LINE_LOG_COLUMNS];
    tc_line_row row = {.cells = cells, .told = TC_LINE_LOG_ANY};
    for (size_t i = 0; format->layouts[i]; i++) {
        tc_line_form form = tc_line_form_of_layout(format->layouts[i]);
        if (format->read(line, &form, &row)) return true;
    }
    return false;
}

static evidence look_at_head(const tc_line_log *format, tc_slice head)
{
    evidence e = {0};
    for (size_t at = 0; at < head.len && e.rows < ROWS_ENOUGH;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (tc_slice_trim(line).len == 0) continue;
        if (line.ptr[0] == '#') {
            if (format->told_by) look_at_header(format, line, &e);
        } else if (e.rows == 0 || head.ptr[at - 1] == '\n') {
            e.rows++;
            e.fitting += row_fits(format, line);
        }
    }
    return e;
}

int tc_line_log_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    const tc_line_log *format = self->data;
    evidence e = look_at_head(format, head);
    if (e.other) return 0;
    if (e.told) return e.maker ? 100 : 90;
    if (e.maker) return 90;
    if (e.fitting == 0 || 2 * e.fitting < e.rows) return 0;
    int hint = 0;
    for (size_t i = 0; i < TC_COUNT_OF(format->prefix) && format->prefix[i]; i++)
        if (tc_slice_starts_ascii(name, tc_slice_of(format->prefix[i]))) hint = 8;
    return 40 + (int)(40 * e.fitting / e.rows) + hint;
}
