#include "detector/output/proof_parts.h"

#include "parsers/base/utf8.h"

/* -- rows ----------------------------------------------------------------------------------- */

/* The next cell; `*rest` has no pointer after the last. */
static tc_slice next_cell(tc_slice row, tc_slice *rest, char *room, size_t size)
{
    size_t used = 0, i = 1;
    if (row.len == 0 || row.ptr[0] != '"') return tc_slice_split(row, ',', rest);
    for (; i < row.len; i++) {
        if (row.ptr[i] == '"' && (i + 1 >= row.len || row.ptr[i + 1] != '"')) break;
        if (row.ptr[i] == '"') i++;
        if (used < size) room[used++] = (char)row.ptr[i];
    }
    (void)tc_slice_split(tc_slice_sub(row, TC_MIN(i + 1, row.len), TC_NPOS), ',', rest);
    return tc_slice_make(room, used);
}

size_t tc_proof_csv(tc_slice row, tc_slice *cells, size_t max, char *room, size_t size)
{
    size_t n = 0, used = 0;
    while (row.ptr != NULL && n < max) {
        cells[n] = next_cell(row, &row, room + used, size - used);
        bool copied = cells[n].len && cells[n].ptr == (const uint8_t *)room + used;
        used += copied ? cells[n].len : 0;
        n++;
    }
    return n;
}

/* -- JSON ----------------------------------------------------------------------------------- */

static size_t skip_blanks(tc_slice s, size_t at)
{
    while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
        at++;
    return at;
}

/* Where the member's value begins; TC_NPOS if it has none behind `from`. */
static size_t json_value(tc_slice line, tc_slice name, size_t from)
{
    for (;;) {
        size_t at = tc_slice_search(tc_slice_sub(line, from, TC_NPOS), name);
        if (at == TC_NPOS) return TC_NPOS;
        at += from;
        from = at + name.len;
        bool quoted = at > 0 && line.ptr[at - 1] == '"' && from < line.len &&
                      line.ptr[from] == '"' && (at < 2 || line.ptr[at - 2] != '\\');
        if (!quoted) continue;
        size_t colon = skip_blanks(line, from + 1);
        if (colon < line.len && line.ptr[colon] == ':') return skip_blanks(line, colon + 1);
    }
}

static size_t put_code_point(tc_slice s, size_t at, char *room, size_t *used, size_t size)
{
    uint64_t code = 0, low = 0;
    uint8_t bytes[4];
    size_t taken = 4;
    if (!tc_slice_hex_to_u64(tc_slice_sub(s, at, 4), &code)) return 0;
    bool high = code >= 0xD800 && code < 0xDC00;
    if (high && at + 10 <= s.len && s.ptr[at + 4] == '\\' && s.ptr[at + 5] == 'u' &&
        tc_slice_hex_to_u64(tc_slice_sub(s, at + 6, 4), &low) && low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        taken = 10;
    }
    if (code >= 0xD800 && code < 0xE000) return taken;
    size_t length = tc_utf8_encode((uint32_t)code, bytes);
    for (size_t i = 0; i < length && *used + length - i <= size; i++)
        room[(*used)++] = (char)bytes[i];
    return taken;
}

static tc_slice json_text(tc_slice s, size_t at, char *room, size_t size)
{
    static const char escapes[] = "n\nt\tr\rb\bf\f";
    size_t used = 0;
    for (; at < s.len && s.ptr[at] != '"' && used < size; at++) {
        if (s.ptr[at] != '\\' || at + 1 >= s.len) {
            room[used++] = (char)s.ptr[at];
            continue;
        }
        uint8_t c = s.ptr[++at];
        const char *known = strchr(escapes, c);
        if (c == 'u')
            at += put_code_point(s, at + 1, room, &used, size);
        else
            room[used++] = (char)(known && c > ' ' ? known[1] : c);
    }
    return tc_slice_make(room, used);
}

static tc_slice json_member(tc_slice line, tc_slice name, char *room, size_t size)
{
    for (size_t from = 0; from < line.len;) {
        size_t at = json_value(line, name, from), end;
        if (at == TC_NPOS || at >= line.len) return TC_EMPTY_SLICE;
        if (line.ptr[at] == '"') return json_text(line, at + 1, room, size);
        for (end = at; end < line.len && line.ptr[end] >= '0' && line.ptr[end] <= '9'; end++)
            ;
        if (end > at) return tc_slice_sub(line, at, end - at);
        from = at;
    }
    return TC_EMPTY_SLICE;
}

/* -- XML ------------------------------------------------------------------------------------ */

static tc_slice xml_text(tc_slice s, size_t at, char *room, size_t size)
{
    static const struct {
        const char *name, byte;
    } entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    size_t used = 0;
    while (at < s.len && s.ptr[at] != '<' && used < size) {
        size_t length = 1;
        room[used] = (char)s.ptr[at];
        for (size_t i = 0; s.ptr[at] == '&' && i < TC_COUNT_OF(entities); i++) {
            tc_slice entity = tc_slice_of(entities[i].name);
            if (!tc_slice_starts(tc_slice_sub(s, at, entity.len), entity)) continue;
            room[used] = entities[i].byte;
            length = entity.len;
        }
        used++;
        at += length;
    }
    return tc_slice_trim(tc_slice_make(room, used));
}

static bool begins_name(uint8_t byte)
{
    return byte == '<' || byte == '"' || byte == '\'';
}

static bool ends_name(uint8_t byte)
{
    return byte == '>' || byte == ' ' || byte == '"' || byte == '\'';
}

static tc_slice xml_member(tc_slice line, tc_slice name, char *room, size_t size)
{
    for (size_t from = 0;;) {
        size_t at = tc_slice_search(tc_slice_sub(line, from, TC_NPOS), name);
        if (at == TC_NPOS) return TC_EMPTY_SLICE;
        at += from;
        from = at + name.len;
        if (at == 0 || !begins_name(line.ptr[at - 1]) || from >= line.len ||
            !ends_name(line.ptr[from]))
            continue;
        size_t close = tc_slice_find(tc_slice_sub(line, from, TC_NPOS), '>');
        if (close == TC_NPOS) return TC_EMPTY_SLICE;
        tc_slice value = xml_text(line, from + close + 1, room, size);
        if (value.len) return value;
    }
}

tc_slice tc_proof_member(tc_slice line, const char *name, char *room, size_t size)
{
    bool xml = line.len && line.ptr[0] == '<';
    return xml ? xml_member(line, tc_slice_of(name), room, size)
               : json_member(line, tc_slice_of(name), room, size);
}
