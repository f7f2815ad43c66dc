/* What PowerShell shows of objects as lists (Format-List, and what fl writes to a file): a line
 * "Name : value" for each property, names padded to one width, values that are longer go on in
 * lines that are indented as far, an empty line between objects. What the objects are, their names
 * tell. */
#include "parsers/audit/export_blocks.h"
#include "parsers/audit/export_rows.h"
#include "parsers/registered.h"
#include "parsers/windows/windows_event.h"

#define NAME_MAX 80   /* of a property, with the blanks behind it */
#define PROBED 65536u /* bytes in which an object that is known must begin */

static tc_slice line_at(tc_slice bytes, size_t *ret_next)
{
    size_t feed = tc_slice_find(bytes, '\n');
    *ret_next = feed == TC_NPOS ? bytes.len : feed + 1;
    tc_slice line = tc_slice_sub(bytes, 0, feed);
    if (tc_slice_ends(line, TC_LIT("\r"))) line.len--;
    return line;
}

static bool is_name_byte(uint8_t c)
{
    return tc_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26 || c == '_' || c == '.' || c == '-';
}

/* Where the colon of "Name : value" stands; TC_NPOS if the line is none. */
static size_t colon_of(tc_slice line)
{
    size_t at = 0;
    while (at < line.len && at < NAME_MAX && is_name_byte(line.ptr[at]))
        at++;
    if (at == 0 || at >= line.len || line.ptr[at] != ' ') return TC_NPOS;
    while (at < line.len && at < NAME_MAX && line.ptr[at] == ' ')
        at++;
    bool sign = at < line.len && line.ptr[at] == ':';
    return sign && (at + 1 == line.len || line.ptr[at + 1] == ' ') ? at : TC_NPOS;
}

/* An empty line with a property behind it. What is known of a line that has not ended yet must stay
 * true however it goes on. */
static tc_framing_answer begins(tc_slice bytes, bool last)
{
    size_t next, end;
    tc_slice line = line_at(bytes, &next);
    bool whole = next > 0 && bytes.ptr[next - 1] == '\n';
    if (line.len > 0) return TC_FRAMING_NO;
    if (!whole) return last ? TC_FRAMING_NO : TC_FRAMING_UNKNOWN;
    tc_slice rest = tc_slice_sub(bytes, next, bytes.len);
    line = line_at(rest, &end);
    size_t colon = colon_of(line);
    bool ended = last || (end > 0 && rest.ptr[end - 1] == '\n');
    if (colon != TC_NPOS && (ended || colon + 1 < line.len)) return TC_FRAMING_YES;
    return !ended && rest.len < NAME_MAX + 3 ? TC_FRAMING_UNKNOWN : TC_FRAMING_NO;
}

/* -- values ----------------------------------------------------------------------------------- */

/* A message keeps its lines. Of a JSON text they were cut where the window ended; others were cut
 * at a blank. */
typedef enum joint { JOINT_LINE, JOINT_NOTHING, JOINT_BLANK } joint;

static joint joint_of(tc_slice name, tc_slice first)
{
    if (tc_slice_equal_ascii(name, TC_LIT("Message"))) return JOINT_LINE;
    bool json = tc_slice_starts(first, TC_LIT("{\"")) || tc_slice_starts(first, TC_LIT("[{"));
    return json ? JOINT_NOTHING : JOINT_BLANK;
}

/* The value that begins with `first` and goes on in the indented lines of *rest, which are passed.
 */
static tc_slice take_value(tc_slice name, tc_slice first, size_t indent, tc_slice *rest,
                           tc_arena *arena)
{
    tc_slice more = *rest;
    size_t lines = 0, length = first.len, next;
    while (more.len > 0) {
        tc_slice line = line_at(more, &next);
        size_t blanks = 0;
        while (blanks < line.len && line.ptr[blanks] == ' ')
            blanks++;
        if (line.len > 0 && blanks < indent && blanks < line.len) break;
        length += line.len + 1;
        lines++;
        more = tc_slice_sub(more, next, more.len);
    }
    uint8_t *out = lines > 0 ? tc_arena_get(arena, length, 1) : NULL;
    joint between = joint_of(name, first);
    if (!out) {
        *rest = more;
        return first;
    }
    if (first.len) memcpy(out, first.ptr, first.len);
    length = first.len;
    for (; lines > 0; lines--) {
        tc_slice line = line_at(*rest, &next);
        line = tc_slice_sub(line, indent, line.len);
        if (between != JOINT_NOTHING) out[length++] = between == JOINT_LINE ? '\n' : ' ';
        if (line.len) memcpy(out + length, line.ptr, line.len);
        length += line.len;
        *rest = tc_slice_sub(*rest, next, rest->len);
    }
    return tc_slice_trim(tc_slice_make(out, length));
}

/* "{a, b}": of one element that alone, of several the list as it is written. */
static tc_slice without_braces(tc_slice value)
{
    bool list = value.len >= 2 && value.ptr[0] == '{' && value.ptr[value.len - 1] == '}';
    if (!list || (value.len > 2 && value.ptr[1] == '"')) return value;
    return tc_slice_sub(value, 1, value.len - 2);
}

static tc_export_block read(tc_slice text, tc_arena *arena, tc_export_record *record)
{
    bool blank = tc_slice_trim(text).len == 0;
    size_t next;
    while (text.len > 0) {
        tc_slice line = line_at(text, &next);
        size_t colon = colon_of(line);
        text = tc_slice_sub(text, next, text.len);
        if (colon == TC_NPOS) continue;
        tc_slice name = tc_slice_trim(tc_slice_sub(line, 0, colon));
        tc_slice first = tc_slice_trim(tc_slice_sub(line, colon + 1, line.len));
        tc_slice value = without_braces(take_value(name, first, colon + 2, &text, arena));
        if (value.len) tc_export_record_add(record, name, tc_cell_text(value));
    }
    if (record->count > 0) return TC_EXPORT_BLOCK_RECORD;
    return blank ? TC_EXPORT_BLOCK_STRUCTURE : TC_EXPORT_BLOCK_BROKEN;
}

/* -- the format ------------------------------------------------------------------------------- */

/* Whether an object that begins the bytes is one that is known. */
static bool is_known(tc_slice bytes)
{
    tc_slice names[TC_EXPORT_COLUMNS];
    size_t count = 0, next;
    while (bytes.len > 0 && count < TC_EXPORT_COLUMNS) {
        tc_slice line = line_at(bytes, &next);
        size_t colon = colon_of(line);
        if (line.len == 0 && begins(bytes, true) == TC_FRAMING_YES) break;
        if (colon != TC_NPOS) names[count++] = tc_slice_trim(tc_slice_sub(line, 0, colon));
        bytes = tc_slice_sub(bytes, next, bytes.len);
    }
    for (size_t i = 0; tc_export_kinds[i]; i++)
        if (count > 0 && tc_export_has_all(tc_export_kinds[i], names, count)) return true;
    return false;
}

static int probe(tc_slice head)
{
    head = tc_slice_sub(head, 0, PROBED);
    bool fresh = true; /* at the beginning, or behind an empty line */
    while (head.len > 0) {
        size_t next;
        tc_slice line = line_at(head, &next);
        if (fresh && colon_of(line) != TC_NPOS && is_known(head)) return 86;
        fresh = line.len == 0;
        head = tc_slice_sub(head, next, head.len);
    }
    return 0;
}

static const tc_export_blocks format = {.begins = begins, .read = read, .probe = probe};

const tc_parser tc_parser_powershell_list = {
    .name = "powershell-list",
    .summary = "objects of PowerShell as lists (Format-List): events, audit, mail",
    .spec = "Microsoft Learn: Format-List",
    .gives = "what the objects are: events, audit records, tracked mail",
    .evidence = TC_WINDOWS_EVIDENCE | TC_AUDIT_EVIDENCE | TC_EVIDENCE_MESSAGES,
    .limits = tc_export_limits_any,
    TC_EXPORT_BLOCKS_PARSER(&format),
};
