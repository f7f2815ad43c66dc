#include "parsers/text/w3c_sample.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"
#include "parsers/text/w3c_row.h"

#include <stdlib.h>

#define ROOM (TC_W3C_WIDTH_MAX + 1)

static size_t split_row(tc_slice line, tc_cell cells[ROOM])
{
    tc_split found;
    tc_split_line(line.ptr, line.ptr + line.len, ' ', cells, ROOM, &found);
    return found.nul || found.count > TC_W3C_WIDTH_MAX ? 0 : found.count;
}

static uint32_t marks_of(const tc_cell *cells, size_t count)
{
    uint32_t any = 0;
    uint64_t number;
    for (size_t i = 0; i < count; i++)
        any |= tc_w3c_token_marks(cells[i], &number);
    return any;
}

static bool has(uint32_t marks, tc_w3c_mark mark)
{
    return (marks >> mark & 1) != 0;
}

/* Those that the web server's driver logs have their client's port behind its address. */
static bool is_driver_error(const tc_cell *cells, size_t count)
{
    static const tc_w3c_mark wanted[] = {TC_W3C_MARK_DATE,    TC_W3C_MARK_CLOCK,
                                         TC_W3C_MARK_ADDRESS, TC_W3C_MARK_NUMBER,
                                         TC_W3C_MARK_ADDRESS, TC_W3C_MARK_NUMBER};
    if (count < TC_COUNT_OF(wanted)) return false;
    for (size_t i = 0; i < TC_COUNT_OF(wanted); i++)
        if (!has(marks_of(&cells[i], 1), wanted[i])) return false;
    return true;
}

bool tc_w3c_sample_looks(tc_slice line)
{
    tc_cell cells[ROOM];
    size_t count = split_row(line, cells);
    uint32_t marks = marks_of(cells, count);
    if (count < 4 || !has(marks, TC_W3C_MARK_CLOCK) || is_driver_error(cells, count)) return false;
    if (!has(marks, TC_W3C_MARK_METHOD) && !has(marks, TC_W3C_MARK_VERSION) &&
        !(has(marks, TC_W3C_MARK_PATH) && has(marks, TC_W3C_MARK_KNOWN_STATUS)))
        return false;
    /* Without a date it must be a web log beyond doubt, to be told as one that cannot be read. */
    return has(marks, TC_W3C_MARK_DATE) ||
           (has(marks, TC_W3C_MARK_METHOD) && has(marks, TC_W3C_MARK_PATH) &&
            has(marks, TC_W3C_MARK_KNOWN_STATUS) && has(marks, TC_W3C_MARK_ADDRESS));
}

/* -- taking ------------------------------------------------------------------------------------ */

/* The place of that width; a new one if there is room, else NULL without a failure. */
static TC_STATUS find_width(tc_w3c_sample *s, size_t width, tc_arena *arena, size_t *ret)
{
    for (*ret = 0; *ret < s->count; ++*ret)
        if (s->widths[*ret].table.width == width) return TC_SUCCESS;
    if (s->count == TC_W3C_SAMPLE_WIDTHS) return TC_SUCCESS;
    tc_cell *room = tc_arena_get(arena, TC_W3C_SAMPLE_ROWS * width, sizeof *room);
    if (!room) return (tc_status){TC_ENOMEM};
    s->widths[s->count].room = room;
    s->widths[s->count].table = (tc_w3c_table){room, 0, width};
    s->count++;
    return TC_SUCCESS;
}

static TC_STATUS take_row(tc_w3c_sample *s, tc_slice line, size_t header, tc_arena *arena)
{
    tc_cell cells[ROOM];
    size_t width = split_row(line, cells), at;
    if (width < 2 || (header > 0 && width >= header)) return TC_SUCCESS;
    uint32_t marks = marks_of(cells, width);
    if (!has(marks, TC_W3C_MARK_CLOCK) && !has(marks, TC_W3C_MARK_DATE)) return TC_SUCCESS;
    s->rows++;
    TC_TRY(find_width(s, width, arena, &at));
    if (at == TC_W3C_SAMPLE_WIDTHS) return TC_SUCCESS;
    s->widths[at].counted++;
    tc_w3c_table *table = &s->widths[at].table;
    if (table->rows == TC_W3C_SAMPLE_ROWS) return TC_SUCCESS;
    memcpy(s->widths[at].room + table->rows * width, cells, width * sizeof *cells);
    table->rows++;
    return TC_SUCCESS;
}

/* The width of the header that this line puts in force: 0 if it names no time. */
static void take_header(tc_w3c_sample *s, tc_slice line, size_t *header)
{
    tc_slice names[TC_SCHEMA_MAX_COLUMNS];
    tc_directive directive = tc_directive_parse(line);
    tc_w3c_form form;
    if (directive.key != TC_DIRECTIVE_FIELDS) return;
    bool usable = tc_w3c_form_read(directive.value, names, TC_COUNT_OF(names), &form);
    *header = usable ? form.width : 0;
    s->headed = s->headed || usable;
}

static void put_frequent_first(tc_w3c_sample *s)
{
    for (size_t i = 1; i < s->count; i++)
        for (size_t k = i; k > 0 && s->widths[k].counted > s->widths[k - 1].counted; k--) {
            __typeof__(s->widths[0]) kept = s->widths[k];
            s->widths[k] = s->widths[k - 1];
            s->widths[k - 1] = kept;
        }
}

TC_STATUS tc_w3c_sample_take(tc_slice head, bool whole, tc_arena *arena, tc_w3c_sample *ret)
{
    size_t header = 0;
    *ret = (tc_w3c_sample){.count = 0};
    for (size_t at = 0; at < head.len;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (head.ptr[at - 1] != '\n' && !whole) break;
        while (line.len > 0 && line.ptr[0] == 0) /* a crash, before the first line after it */
            line = tc_slice_sub(line, 1, line.len);
        if (line.len == 0) continue;
        if (line.ptr[0] == '#')
            take_header(ret, line, &header);
        else
            TC_TRY(take_row(ret, line, header, arena));
    }
    put_frequent_first(ret);
    return TC_SUCCESS;
}
