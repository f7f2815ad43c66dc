/* Clixml: objects as PowerShell writes them down (Export-Clixml): one element <Obj> for each, two
 * blanks deep, line by line. MS-PSRP 2.2.5. */
#include "parsers/audit/export_blocks.h"
#include "parsers/open/xml_reader.h"
#include "parsers/registered.h"

#define OBJECT "  <Obj RefId="

/* -- where objects begin --------------------------------------------------------------------- */

static tc_framing_answer starts(tc_slice bytes, tc_slice sign, bool last)
{
    if (tc_slice_starts(bytes, sign)) return TC_FRAMING_YES;
    bool may = bytes.len < sign.len && tc_slice_starts(sign, bytes);
    return may && !last ? TC_FRAMING_UNKNOWN : TC_FRAMING_NO;
}

static tc_framing_answer begins(tc_slice bytes, bool last)
{
    tc_framing_answer object = starts(bytes, TC_LIT(OBJECT), last);
    if (object != TC_FRAMING_NO) return object;
    tc_framing_answer root = starts(bytes, TC_LIT("<Objs"), last);
    return root != TC_FRAMING_NO ? root : starts(bytes, TC_LIT("</Objs>"), last);
}

/* -- values ---------------------------------------------------------------------------------- */

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The UTF-16 unit of "_x000D_" at the beginning of s; false if there is none. */
static bool escaped_unit(tc_slice s, unsigned *ret)
{
    if (s.len < 7 || s.ptr[0] != '_' || s.ptr[1] != 'x' || s.ptr[6] != '_') return false;
    *ret = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = digit_of(s.ptr[i]);
        if (digit < 0) return false;
        *ret = *ret << 4 | (unsigned)digit;
    }
    return true;
}

static size_t put_unit(unsigned unit, uint8_t *out)
{
    if (unit < 0x80) {
        out[0] = (uint8_t)unit;
        return 1;
    }
    if (unit < 0x800) {
        out[0] = (uint8_t)(0xC0 | unit >> 6);
        out[1] = (uint8_t)(0x80 | (unit & 0x3F));
        return 2;
    }
    out[0] = (uint8_t)(0xE0 | unit >> 12);
    out[1] = (uint8_t)(0x80 | (unit >> 6 & 0x3F));
    out[2] = (uint8_t)(0x80 | (unit & 0x3F));
    return 3;
}

/* Text with what PowerShell escaped. */
static tc_cell decoded(tc_cell cell, tc_arena *arena)
{
    tc_slice text = tc_cell_value(cell, arena).text;
    if (tc_slice_search(text, TC_LIT("_x")) == TC_NPOS) return tc_cell_text(text);
    uint8_t *out = tc_arena_get(arena, text.len, 1);
    size_t filled = 0;
    if (!out) return tc_cell_text(text);
    for (size_t i = 0; i < text.len;) {
        unsigned unit;
        bool escaped = escaped_unit(tc_slice_sub(text, i, 7), &unit);
        if (escaped)
            filled += put_unit(unit, out + filled);
        else
            out[filled++] = text.ptr[i];
        i += escaped ? 7 : 1;
    }
    return tc_cell_text(tc_slice_make(out, filled));
}

static tc_slice name_of(const tc_xml_token *tag, tc_arena *arena)
{
    tc_slice attributes = tag->attributes, name;
    tc_cell cell;
    while (tc_xml_attribute(&attributes, &name, &cell))
        if (tc_slice_equal(name, TC_LIT("N")))
            return tc_cell_value(decoded(cell, arena), arena).text;
    return TC_EMPTY_SLICE;
}

/* -- one object ------------------------------------------------------------------------------ */

#define NEST_MAX 8

typedef struct reading {
    tc_xml r;
    tc_arena *arena;
    tc_export_record *record;
    /* The member of the object that the reader is in, if it holds others: what they are. */
    tc_slice outer;
    unsigned outer_depth;
    tc_slice shown;
    tc_row_list list;
    tc_slice key; /* of a pair that is called Name or Key, and Value */
} reading;

static void take_pair(reading *d, tc_cell value)
{
    if (d->key.len == 0) return;
    tc_slice outer = d->outer;
    if (tc_slice_ends(outer, TC_LIT("Parameters"))) outer = TC_LIT("Parameters");
    uint8_t *joined = tc_arena_get(d->arena, outer.len + 1 + d->key.len, 1);
    if (!joined) return;
    memcpy(joined, outer.ptr, outer.len);
    joined[outer.len] = '.';
    memcpy(joined + outer.len + 1, d->key.ptr, d->key.len);
    tc_export_record_add(d->record, tc_slice_make(joined, outer.len + 1 + d->key.len), value);
    d->key = TC_EMPTY_SLICE;
}

/* What is left of an object that was too deep to be written down. */
static bool is_type_name(tc_cell cell, tc_arena *arena)
{
    return tc_slice_starts(tc_cell_value(cell, arena).text, TC_LIT("System."));
}

/* A plain value: a member of the record, or part of one that holds several. */
static void take_plain(reading *d, tc_slice name, tc_cell cell)
{
    cell = decoded(cell, d->arena);
    if (d->outer.len == 0) {
        tc_export_record_add(d->record, name, cell);
        return;
    }
    bool key = tc_slice_equal(name, TC_LIT("Name")) || tc_slice_equal(name, TC_LIT("Key"));
    bool value = tc_slice_equal(name, TC_LIT("Value"));
    if (key)
        d->key = tc_cell_value(cell, d->arena).text;
    else if (value && d->key.len)
        take_pair(d, cell);
    else if ((name.len == 0 || value) && !is_type_name(cell, d->arena))
        (void)tc_row_list_add(d->arena, &d->list, cell);
}

static bool is_one_of(tc_slice tag, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (tc_slice_equal(tag, tc_slice_of(names[i]))) return true;
    return false;
}

static bool take_inside(reading *d, unsigned depth);

/* An element that holds others, from behind its start tag. */
static bool take_holder(reading *d, const tc_xml_token *tag, unsigned depth)
{
    tc_slice name = name_of(tag, d->arena);
    bool opens = tc_slice_equal(tag->name, TC_LIT("Obj")) && name.len > 0 && d->outer.len == 0;
    if (opens) {
        d->outer = name;
        d->outer_depth = depth + 1;
        d->list = (tc_row_list){NULL, 0, 0};
        d->shown = TC_EMPTY_SLICE;
    }
    if (depth == NEST_MAX ? !tc_xml_skip(&d->r) : !take_inside(d, depth + 1)) return false;
    if (!opens) return true;
    /* What is a number to the program has a word to be shown. */
    if (d->list.count <= 1 && d->shown.len > 0)
        tc_export_record_add(d->record, d->outer, tc_cell_text(d->shown));
    else if (d->list.count > 0)
        tc_export_record_add(d->record, d->outer, tc_row_list_cell(&d->list));
    d->outer = d->key = TC_EMPTY_SLICE;
    return true;
}

/* A value, from behind its start tag. */
static bool take_value(reading *d, const tc_xml_token *tag, unsigned depth)
{
    static const char *const types[] = {"T", "TN", "Nil", "Ref", "TNRef", NULL};
    tc_slice name = name_of(tag, d->arena), kind = tag->name;
    tc_xml_token inner;
    tc_cell cell;
    if (is_one_of(kind, types)) return tc_xml_skip(&d->r);
    if (!tc_xml_leaf(&d->r, &cell, &inner))
        return !tc_xml_failed(&d->r) && (inner.empty || tc_xml_skip(&d->r)) && tc_xml_skip(&d->r);
    bool shown = tc_slice_equal(kind, TC_LIT("ToString"));
    if (!shown)
        take_plain(d, name, cell);
    else if (d->outer.len > 0 && depth == d->outer_depth)
        d->shown = tc_cell_value(decoded(cell, d->arena), d->arena).text;
    return true;
}

/* Everything inside the element that the reader is in. */
static bool take_inside(reading *d, unsigned depth)
{
    static const char *const holders[] = {"Obj", "Props", "MS",  "LST", "DCT",
                                          "En",  "IE",    "STK", "QUE", NULL};
    tc_xml_token tag;
    while (tc_xml_next_tag(&d->r, &tag)) {
        if (tag.type != TC_XML_OPEN) return tag.type == TC_XML_CLOSE;
        if (tag.empty) continue;
        bool taken =
            is_one_of(tag.name, holders) ? take_holder(d, &tag, depth) : take_value(d, &tag, depth);
        if (!taken) return false;
    }
    return false;
}

static tc_export_block read_object(tc_slice text, tc_arena *arena, tc_export_record *record)
{
    reading d = {.arena = arena, .record = record};
    tc_xml_token token;
    text = tc_slice_trim(text);
    if (tc_slice_starts(text, TC_LIT("<Objs")) || tc_slice_starts(text, TC_LIT("</Objs>")))
        return TC_EXPORT_BLOCK_STRUCTURE;
    tc_xml_init(&d.r, text);
    if (!tc_xml_next_tag(&d.r, &token) || token.type != TC_XML_OPEN || token.empty ||
        !tc_slice_equal(token.name, TC_LIT("Obj")) || !take_inside(&d, 0))
        return TC_EXPORT_BLOCK_BROKEN;
    return TC_EXPORT_BLOCK_RECORD;
}

/* -- the format ------------------------------------------------------------------------------ */

static int probe(tc_slice head)
{
    tc_slice start = tc_slice_trim(tc_slice_sub(head, 0, 256));
    if (tc_slice_starts(start, TC_LIT("<?xml"))) {
        size_t root = tc_slice_find(start, '>');
        start = root == TC_NPOS ? start : tc_slice_trim(tc_slice_sub(start, root + 1, start.len));
    }
    bool marked = tc_slice_starts(start, TC_LIT("#< CLIXML"));
    if (!marked && !tc_slice_starts(start, TC_LIT("<Objs"))) return 0;
    return tc_slice_search(head, TC_LIT("\n" OBJECT)) != TC_NPOS ? 90 : 0;
}

static const tc_export_blocks format = {.begins = begins, .read = read_object, .probe = probe};

const tc_parser tc_parser_clixml = {
    .name = "clixml",
    .summary = "objects of PowerShell (Export-Clixml): events, audit logs, mail on its way",
    .spec = "MS-PSRP 2.2.5; Microsoft Learn: Export-Clixml",
    .gives = "what the same objects give as CSV, with what that leaves out",
    .evidence = TC_AUDIT_EVIDENCE | TC_EVIDENCE_MESSAGES,
    .limits = tc_export_limits_any,
    TC_EXPORT_BLOCKS_PARSER(&format),
};
