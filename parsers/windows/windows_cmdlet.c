#include "parsers/windows/windows_cmdlet.h"

#define PARAMETERS_MAX 64
#define VALUES_MAX 256
#define NAME_MAX_BYTES 64
#define PREFIX "Parameters."

/* Where the values without a name stand. */
enum { AT_CMDLET, AT_PARAMETERS, AT_CALLER, AT_SID, AT_APPLICATION = 5, AT_COUNT };

/* -- parameters ----------------------------------------------------------------------------- */

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void skip_blanks(tc_slice *s)
{
    while (s->len && is_blank(s->ptr[0]))
        *s = tc_slice_sub(*s, 1, TC_NPOS);
}

/* PowerShell takes these for dashes, too; the event holds what was typed. */
static size_t dash_at(tc_slice s)
{
    static const tc_slice dashes[] = {{(const uint8_t *)"-", 1},
                                      {(const uint8_t *)"\xE2\x80\x93", 3},
                                      {(const uint8_t *)"\xE2\x80\x94", 3},
                                      {(const uint8_t *)"\xE2\x80\x95", 3}};
    for (size_t i = 0; i < TC_COUNT_OF(dashes); i++)
        if (tc_slice_starts(s, dashes[i]) && s.len > dashes[i].len &&
            is_letter(s.ptr[dashes[i].len]))
            return dashes[i].len;
    return 0;
}

/* The closing quote; doubled or behind a backtick it is a part of the text. */
static size_t quoted_end(tc_slice s)
{
    uint8_t quote = s.ptr[0];
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '`' && quote == '"')
            i++;
        else if (s.ptr[i] == quote && i + 1 < s.len && s.ptr[i + 1] == quote)
            i++;
        else if (s.ptr[i] == quote)
            return i + 1;
    }
    return s.len;
}

/* The closing bracket of any kind, quotes passed over. */
static size_t bracket_end(tc_slice s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (c == '"' || c == '\'') {
            i += quoted_end(tc_slice_sub(s, i, TC_NPOS)) - 1;
        } else if (c == '(' || c == '{') {
            depth++;
        } else if ((c == ')' || c == '}') && --depth == 0) {
            return i + 1;
        }
    }
    return s.len;
}

/* How long the value at the start is: up to the next parameter. */
static size_t value_end(tc_slice s)
{
    size_t at = 0;
    while (at < s.len) {
        tc_slice rest = tc_slice_sub(s, at, TC_NPOS);
        uint8_t c = rest.ptr[0];
        if (c == '"' || c == '\'') {
            at += quoted_end(rest);
        } else if (c == '(' || c == '{') {
            at += bracket_end(rest);
        } else if (is_blank(c)) {
            if (dash_at(tc_slice_sub(rest, 1, TC_NPOS))) return at;
            at++;
        } else {
            at++;
        }
    }
    return s.len;
}

/* -- values --------------------------------------------------------------------------------- */

static tc_slice without_quotes(tc_slice s)
{
    s = tc_slice_trim(s);
    if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
        return tc_slice_sub(s, 1, s.len - 2);
    return s;
}

static tc_cell cell_of(tc_slice s)
{
    s = without_quotes(s);
    if (tc_slice_equal_ascii(s, TC_LIT("$true"))) s = TC_LIT("True");
    if (tc_slice_equal_ascii(s, TC_LIT("$false"))) s = TC_LIT("False");
    if (tc_slice_equal_ascii(s, TC_LIT("$null"))) return (tc_cell){NULL, 0, TC_FORM_NULL};
    return tc_cell_text(s);
}

static size_t comma_at(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ',') return i;
        if (s.ptr[i] == '"' || s.ptr[i] == '\'')
            i += quoted_end(tc_slice_sub(s, i, TC_NPOS)) - 1;
        else if (s.ptr[i] == '(' || s.ptr[i] == '{')
            i += bracket_end(tc_slice_sub(s, i, TC_NPOS)) - 1;
    }
    return s.len;
}

/* ("a","b") and "a","b" are several values, @{Add="a"} is what it adds or removes as it stands. */
static tc_cell value_of(tc_row *row, tc_slice s)
{
    tc_row_list list = {0};
    s = tc_slice_trim(s);
    if (s.len >= 2 && s.ptr[0] == '@') s = tc_slice_sub(s, 1, TC_NPOS);
    if (s.len >= 2 && s.ptr[0] == '(' && bracket_end(s) == s.len) s = tc_slice_sub(s, 1, s.len - 2);
    size_t comma = comma_at(s);
    if (comma == s.len) return cell_of(s);
    while (s.len && list.count < VALUES_MAX) {
        comma = comma_at(s);
        if (!tc_row_list_add(row->arena, &list, cell_of(tc_slice_sub(s, 0, comma)))) break;
        s = tc_slice_sub(s, TC_MIN(comma + 1, s.len), TC_NPOS);
    }
    return tc_row_list_cell(&list);
}

/* -- fields --------------------------------------------------------------------------------- */

static void set_field(tc_row *row, const tc_schema *schema, tc_field field, tc_cell cell)
{
    int column = tc_schema_column(schema, field);
    if (column >= 0) tc_row_set(row, (uint16_t)column, cell, TC_WINDOWS_RANK_HINT);
}

static void set_text(tc_row *row, const tc_schema *schema, tc_field_static field, tc_slice text)
{
    if (text.len) set_field(row, schema, (tc_field)field, tc_cell_text(text));
}

/* The name as the manual spells it: PowerShell takes it in any case. */
static tc_slice spelled(tc_slice name, const tc_names *names)
{
    for (tc_field f = TC_FIELD_PARAMETER_IDENTITY;
         f <= TC_FIELD_PARAMETER_MESSAGE_TRACKING_LOG_ENABLED; f++) {
        tc_slice known = tc_slice_sub(tc_names_text(names, f), strlen(PREFIX), TC_NPOS);
        if (tc_slice_equal_ascii(known, name)) return known;
    }
    return name;
}

void tc_windows_set_parameter(tc_row *row, const tc_schema *schema, const tc_names *names,
                              tc_slice name, tc_cell value)
{
    char text[sizeof(PREFIX) + NAME_MAX_BYTES];
    tc_slice full, known = spelled(name, names);
    if (name.len > NAME_MAX_BYTES) return;
    snprintf(text, sizeof(text), PREFIX "%.*s", (int)known.len, (const char *)known.ptr);
    tc_field field = tc_names_find(names, tc_slice_of(text));
    if (field != TC_FIELD_NONE)
        set_field(row, schema, field, value);
    else if (row->all && tc_arena_copy(row->arena, tc_slice_of(text), &full))
        tc_row_extra(row, full, value);
}

static size_t name_end(tc_slice s)
{
    size_t at = 0;
    while (at < s.len && !is_blank(s.ptr[at]) && s.ptr[at] != ':')
        at++;
    return at;
}

void tc_windows_read_parameters(tc_row *row, const tc_schema *schema, const tc_names *names,
                                tc_slice s)
{
    for (size_t i = 0; i < PARAMETERS_MAX; i++) {
        skip_blanks(&s);
        size_t dash = dash_at(s);
        if (dash == 0) return;
        s = tc_slice_sub(s, dash, TC_NPOS);
        tc_slice name = tc_slice_sub(s, 0, name_end(s));
        s = tc_slice_sub(s, name.len, TC_NPOS);
        if (s.len && s.ptr[0] == ':') s = tc_slice_sub(s, 1, TC_NPOS);
        skip_blanks(&s);
        bool alone = s.len == 0 || dash_at(s) > 0;
        size_t length = alone ? 0 : value_end(s);
        tc_cell value =
            alone ? tc_cell_text(TC_LIT("True")) : value_of(row, tc_slice_sub(s, 0, length));
        tc_windows_set_parameter(row, schema, names, name, value);
        s = tc_slice_sub(s, length, TC_NPOS);
    }
}

/* -- the event ------------------------------------------------------------------------------ */

static tc_slice text_of(const tc_row *row, tc_cell cell)
{
    tc_value value = tc_cell_value(cell, row->arena);
    return value.kind == TC_KIND_STRING ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
}

/* Verb-Noun. */
static bool is_cmdlet(tc_slice s)
{
    size_t dash = tc_slice_find(s, '-');
    return dash != TC_NPOS && dash > 0 && dash + 1 < s.len && s.len <= NAME_MAX_BYTES &&
           is_letter(s.ptr[0]) && is_letter(s.ptr[dash + 1]) && tc_slice_find(s, ' ') == TC_NPOS;
}

/* Shippers leave out empty values, so a cmdlet without parameters has its caller in their place. */
static bool read_values(const tc_row *row, tc_slice ret[AT_COUNT])
{
    tc_value value;
    size_t at = 0;
    if (!tc_windows_values(row, &value)) return false;
    for (size_t i = 0; i < value.item_count && at < AT_COUNT; i++, at++) {
        tc_slice text = text_of(row, value.items[i]);
        if (at == AT_PARAMETERS && text.len && dash_at(text) == 0) at++;
        ret[at] = text;
    }
    return is_cmdlet(ret[AT_CMDLET]);
}

/* Up to the next comma behind which a blank stands, outside of quotes and brackets; the rest is
 * behind it. */
static tc_slice next_joined(tc_slice *rest)
{
    size_t at = 0;
    while (at < rest->len) {
        tc_slice ahead = tc_slice_sub(*rest, at, TC_NPOS);
        at += comma_at(ahead);
        if (at + 1 >= rest->len || rest->ptr[at + 1] == ' ') break;
        at++;
    }
    tc_slice next = tc_slice_sub(*rest, 0, at);
    *rest = tc_slice_sub(*rest, TC_MIN(at + 2, rest->len), TC_NPOS);
    return next;
}

/* EvtxECmd: all values in one text, with commas between them. The caller ends where his SID begins,
 * since his name may hold a comma. */
static bool read_joined(const tc_row *row, tc_slice ret[AT_COUNT])
{
    tc_value value = tc_cell_value(row->cells[tc_windows_column(TC_FIELD_WE_DATA)], row->arena);
    if (value.kind == TC_KIND_LIST && value.item_count == 1)
        value = tc_cell_value(value.items[0], row->arena);
    if (value.kind != TC_KIND_STRING) return false;
    tc_slice rest = value.text;
    ret[AT_CMDLET] = next_joined(&rest);
    if (dash_at(rest)) ret[AT_PARAMETERS] = next_joined(&rest);
    size_t sid = tc_slice_search(rest, TC_LIT(", S-1-"));
    if (sid != TC_NPOS) {
        ret[AT_CALLER] = tc_slice_trim(tc_slice_sub(rest, 0, sid));
        rest = tc_slice_sub(rest, sid + 2, TC_NPOS);
        ret[AT_SID] = next_joined(&rest);
        (void)next_joined(&rest);
        ret[AT_APPLICATION] = next_joined(&rest);
    }
    return is_cmdlet(ret[AT_CMDLET]);
}

/* "Cmdlet suceeded. Cmdlet Set-Mailbox, parameters -Identity ... ." */
static bool read_message(const tc_row *row, tc_slice ret[AT_COUNT])
{
    tc_slice text = text_of(row, row->cells[tc_windows_column(TC_FIELD_WE_MESSAGE)]);
    size_t at = tc_slice_search(text, TC_LIT(". Cmdlet "));
    if (at == TC_NPOS) return false;
    text = tc_slice_sub(text, at + 9, TC_NPOS);
    size_t comma = tc_slice_search(text, TC_LIT(", parameters "));
    if (comma == TC_NPOS) return false;
    ret[AT_CMDLET] = tc_slice_sub(text, 0, comma);
    text = tc_slice_trim(tc_slice_sub(text, comma + 13, TC_NPOS));
    if (text.len && text.ptr[text.len - 1] == '.') text = tc_slice_sub(text, 0, text.len - 1);
    ret[AT_PARAMETERS] = text;
    return is_cmdlet(ret[AT_CMDLET]);
}

void tc_windows_read_cmdlet(tc_row *row, const tc_schema *schema, const tc_names *names)
{
    tc_slice values[AT_COUNT] = {TC_EMPTY_SLICE};
    if (!read_values(row, values)) {
        memset(values, 0, sizeof(values));
        if (!read_joined(row, values)) memset(values, 0, sizeof(values));
        if (values[AT_CMDLET].len == 0 && !read_message(row, values)) return;
    }
    set_text(row, schema, TC_FIELD_CMDLET, values[AT_CMDLET]);
    set_text(row, schema, TC_FIELD_PARAMETERS, values[AT_PARAMETERS]);
    set_text(row, schema, TC_FIELD_CALLER, values[AT_CALLER]);
    set_text(row, schema, TC_FIELD_CALLER_SID, values[AT_SID]);
    set_text(row, schema, TC_FIELD_CLIENT_APPLICATION, values[AT_APPLICATION]);
    tc_windows_read_parameters(row, schema, names, values[AT_PARAMETERS]);
}
