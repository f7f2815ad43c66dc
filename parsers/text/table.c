#include "parsers/text/table.h"

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

/* A line before the header, or between tables that were put together. */
static bool is_type(const tc_table *table, tc_slice line)
{
    if (line.len == 0 || line.ptr[0] != '#') return false;
    return !table->names || !table->hashes || tc_slice_starts_ascii(line, TC_LIT("#TYPE"));
}

/* The column names once more: exports that were put together. */
static bool repeats(const tc_table *table, const tc_cell *cells, size_t count)
{
    size_t same = 0;
    if (count != table->count) return false;
    for (size_t i = 0; i < count; i++)
        same += tc_slice_equal_ascii(tc_slice_make(cells[i].ptr, cells[i].len), table->names[i]);
    return count > 1 && 2 * same > count;
}

/* Why a row costs this line, which is its first: told from the line alone. */
static tc_table_row refuse(const tc_table *table, tc_slice line)
{
    tc_csv_dialect dialect = dialect_of(table->separator);
    tc_csv_record record;
    tc_table_row row = {TC_TABLE_WIDTH, without_end(line), line.len, 0};
    tc_csv_read(&dialect, line.ptr, line.ptr + line.len, NULL, NULL, 0, &record);
    if (record.nul)
        row.kind = TC_TABLE_NUL;
    else if (line.ptr[line.len - 1] != '\n')
        row.kind = TC_TABLE_CUT;
    else if (record.open)
        row.kind = TC_TABLE_QUOTE;
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
static tc_table_row read_row(const tc_table *table, tc_slice bytes, bool ends, bool enough,
                             size_t line, tc_cell *cells, size_t room)
{
    tc_csv_dialect dialect = dialect_of(table->separator);
    tc_csv_record record;
    tc_cell own[TC_TABLE_COLUMNS];
    size_t width = table->count;
    if (room == 0) {
        cells = own;
        room = TC_TABLE_COLUMNS;
    }
    tc_csv_read(&dialect, bytes.ptr, bytes.ptr + bytes.len, NULL, cells, room, &record);
    /* A line end within quotes, where the bytes end, is no end of a row. */
    bool whole = !record.open && (record.ended || ends);
    if (!whole && !ends && !enough) return (tc_table_row){.kind = TC_TABLE_MORE};
    if (!whole || record.nul || record.count != width || width > room)
        return refuse(table, tc_slice_sub(bytes, 0, line));
    size_t length = (size_t)(record.next - bytes.ptr);
    /* A quote that something else than the end of its cell follows is one that should have closed
     * lines before. */
    if (length > line && holds_stray(cells, record.count))
        return refuse(table, tc_slice_sub(bytes, 0, line));
    bool names = repeats(table, cells, record.count);
    return (tc_table_row){names ? TC_TABLE_NAMES : TC_TABLE_ROW, record.length, length,
                          record.count};
}

tc_table_row tc_table_next(const tc_table *table, tc_slice bytes, bool last, size_t record_max,
                           tc_cell *cells, size_t room)
{
    /* Whether the input ends behind record_max bytes must not matter: it may not be known. */
    bool enough = bytes.len >= record_max, ends = last && !enough;
    bytes = tc_slice_sub(bytes, 0, record_max);
    size_t feed = tc_slice_find(bytes, '\n');
    if (feed == TC_NPOS && !ends)
        return (tc_table_row){.kind = enough ? TC_TABLE_LONG : TC_TABLE_MORE};
    size_t line = feed == TC_NPOS ? bytes.len : feed + 1;
    tc_slice first = tc_slice_sub(bytes, 0, line);
    tc_table_row row = {TC_TABLE_BLANK, without_end(first), line, 0};
    if (tc_slice_trim(first).len == 0) return row;
    row.kind = TC_TABLE_NAMES;
    if (is_type(table, first)) return row;
    row.kind = TC_TABLE_WIDTH;
    if (!table->names) return row;
    return read_row(table, bytes, ends, enough, line, cells, room);
}

/* -- names ----------------------------------------------------------------------------------- */

bool tc_table_names(tc_slice line, uint8_t separator, tc_arena *arena,
                    tc_slice names[TC_TABLE_COLUMNS], size_t *ret_count)
{
    tc_cell cells[TC_TABLE_COLUMNS];
    tc_csv_dialect dialect = dialect_of(separator);
    tc_csv_record record;
    if (line.len == 0) return false;
    tc_csv_read(&dialect, line.ptr, line.ptr + line.len, NULL, cells, TC_TABLE_COLUMNS, &record);
    if (record.open || record.nul || record.count > TC_TABLE_COLUMNS) return false;
    for (size_t i = 0; i < record.count; i++)
        names[i] = tc_slice_trim(tc_cell_value(cells[i], arena).text);
    *ret_count = record.count;
    return true;
}

bool tc_table_first_line(tc_slice head, tc_slice *ret)
{
    while (head.len > 0) {
        size_t feed = tc_slice_find(head, '\n');
        size_t line = feed == TC_NPOS ? head.len : feed + 1;
        *ret = tc_slice_sub(head, 0, without_end(tc_slice_sub(head, 0, line)));
        if (tc_slice_trim(*ret).len > 0 && ret->ptr[0] != '#') return true;
        head = tc_slice_sub(head, line, head.len);
    }
    return false;
}
