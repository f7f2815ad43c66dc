#include "parsers/audit/export_rows.h"

static const char *const no_records[] = {NULL};

static tc_csv_dialect dialect_of(uint8_t separator)
{
    /* A line end within quotes never ends a row by itself. */
    return (tc_csv_dialect){.separator = separator, .quote = '"', .records = no_records};
}

static size_t without_end(tc_slice line)
{
    size_t length = line.len;
    if (length > 0 && line.ptr[length - 1] == '\n') length--;
    while (length > 0 && line.ptr[length - 1] == '\r')
        length--;
    return length;
}

static bool is_type(tc_slice line)
{
    return line.len > 0 && line.ptr[0] == '#';
}

/* The column names once more: exports that were put together. */
static bool repeats(const tc_export_carry *state, const tc_cell *cells, size_t count)
{
    size_t same = 0;
    if (count != state->header->column_count) return false;
    for (size_t i = 0; i < count; i++)
        same += tc_slice_equal_ascii(tc_slice_make(cells[i].ptr, cells[i].len),
                                     state->header->names[i]);
    return count > 1 && 2 * same > count;
}

/* Why a row costs this line, which is its first: told from the line alone. */
static tc_export_row refuse(const tc_export_carry *state, tc_slice line)
{
    tc_csv_dialect dialect = dialect_of(state->separator);
    tc_csv_record record;
    tc_export_row row = {TC_EXPORT_WIDTH, without_end(line), line.len, 0};
    tc_csv_read(&dialect, line.ptr, line.ptr + line.len, NULL, NULL, 0, &record);
    if (record.nul)
        row.kind = TC_EXPORT_NUL;
    else if (line.ptr[line.len - 1] != '\n')
        row.kind = TC_EXPORT_CUT;
    else if (record.open)
        row.kind = TC_EXPORT_QUOTE;
    return row;
}

static bool holds_stray(const tc_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cells[i].form == TC_FORM_TEXT && cells[i].len > 0 && cells[i].ptr[0] == '"')
            return true;
    return false;
}

/* The row that begins bytes, whose first line is so long. `ends`: the input ends with the bytes;
 * `enough`: more of them would not be looked at. */
static tc_export_row read_row(const tc_export_carry *state, tc_slice bytes, bool ends, bool enough,
                              size_t line, tc_cell *cells, size_t room)
{
    tc_csv_dialect dialect = dialect_of(state->separator);
    tc_csv_record record;
    tc_cell own[TC_EXPORT_COLUMNS];
    size_t width = state->header->column_count;
    if (room == 0) {
        cells = own;
        room = TC_EXPORT_COLUMNS;
    }
    tc_csv_read(&dialect, bytes.ptr, bytes.ptr + bytes.len, NULL, cells, room, &record);
    /* A line end within quotes, where the bytes end, is no end of a row. */
    bool whole = !record.open && (record.ended || ends);
    if (!whole && !ends && !enough) return (tc_export_row){.kind = TC_EXPORT_MORE};
    if (!whole || record.nul || record.count != width || width > room)
        return refuse(state, tc_slice_sub(bytes, 0, line));
    size_t length = (size_t)(record.next - bytes.ptr);
    /* A quote that something else than the end of its cell follows is one that should have closed
     * lines before. */
    if (length > line && holds_stray(cells, record.count))
        return refuse(state, tc_slice_sub(bytes, 0, line));
    bool names = repeats(state, cells, record.count);
    return (tc_export_row){names ? TC_EXPORT_NAMES : TC_EXPORT_ROW, record.length, length,
                           record.count};
}

tc_export_row tc_export_next(const tc_export_carry *state, tc_slice bytes, bool last,
                             size_t record_max, tc_cell *cells, size_t room)
{
    /* Whether the input ends behind record_max bytes must not matter: it may not be known. */
    bool enough = bytes.len >= record_max, ends = last && !enough;
    bytes = tc_slice_sub(bytes, 0, record_max);
    size_t feed = tc_slice_find(bytes, '\n');
    if (feed == TC_NPOS && !ends)
        return (tc_export_row){.kind = enough ? TC_EXPORT_LONG : TC_EXPORT_MORE};
    size_t line = feed == TC_NPOS ? bytes.len : feed + 1;
    tc_slice first = tc_slice_sub(bytes, 0, line);
    tc_export_row row = {TC_EXPORT_BLANK, without_end(first), line, 0};
    if (tc_slice_trim(first).len == 0) return row;
    row.kind = TC_EXPORT_NAMES;
    if (is_type(first)) return row;
    row.kind = TC_EXPORT_WIDTH;
    if (!state->header) return row;
    return read_row(state, bytes, ends, enough, line, cells, room);
}

/* -- names ----------------------------------------------------------------------------------- */

tc_slice tc_export_field(const tc_export *format, tc_slice written)
{
    for (const tc_export_name *n = format->names; n && n->written; n++)
        if (tc_slice_equal_ascii(written, tc_slice_of(n->written))) return tc_slice_of(n->field);
    return written;
}

bool tc_export_has_all(const tc_export *format, const tc_slice *written, size_t count)
{
    for (size_t i = 0; format->required[i]; i++) {
        size_t at = 0;
        while (at < count && !tc_slice_equal_ascii(written[at], tc_slice_of(format->required[i])))
            at++;
        if (at == count) return false;
    }
    return true;
}

static bool is_of(const tc_export *format, tc_slice *names, size_t *count)
{
    if (format->recognise) return format->recognise(names, count);
    if (!tc_export_has_all(format, names, *count)) return false;
    for (size_t i = 0; i < *count && !format->windows; i++)
        names[i] = tc_export_field(format, names[i]);
    return true;
}

bool tc_export_names(const tc_export *format, tc_slice line, tc_arena *arena,
                     tc_slice names[TC_EXPORT_COLUMNS], size_t *ret_count, uint8_t *ret_separator)
{
    static const uint8_t separators[] = {',', ';', '\t'};
    tc_cell cells[TC_EXPORT_COLUMNS];
    if (line.len == 0) return false;
    for (size_t s = 0; s < sizeof separators; s++) {
        tc_csv_dialect dialect = dialect_of(separators[s]);
        tc_csv_record record;
        tc_csv_read(&dialect, line.ptr, line.ptr + line.len, NULL, cells, TC_EXPORT_COLUMNS,
                    &record);
        if (record.open || record.nul || record.count > TC_EXPORT_COLUMNS) continue;
        for (size_t i = 0; i < record.count; i++)
            names[i] = tc_slice_trim(tc_cell_value(cells[i], arena).text);
        *ret_count = record.count;
        if (!is_of(format, names, ret_count)) continue;
        *ret_separator = separators[s];
        return true;
    }
    return false;
}

bool tc_export_first_line(tc_slice head, tc_slice *ret)
{
    while (head.len > 0) {
        size_t feed = tc_slice_find(head, '\n');
        size_t line = feed == TC_NPOS ? head.len : feed + 1;
        *ret = tc_slice_sub(head, 0, without_end(tc_slice_sub(head, 0, line)));
        if (tc_slice_trim(*ret).len > 0 && !is_type(*ret)) return true;
        head = tc_slice_sub(head, line, head.len);
    }
    return false;
}
