#include "parsers/windows/windows_adfs.h"

#include "parsers/base/ip.h"
#include "parsers/windows/windows_event.h"

#define VALUES_MAX 16
#define RANK_READ 1

typedef struct target {
    tc_row *row;
    const tc_schema *schema;
    const tc_names *names;
} target;

static void set_field(const target *t, const char *name, tc_slice value)
{
    value = tc_slice_trim(value);
    if (value.len == 0 || tc_slice_equal(value, TC_LIT("N/A"))) return;
    tc_field field = tc_names_find(t->names, tc_slice_of(name));
    int column = field == TC_FIELD_NONE ? -1 : tc_schema_column(t->schema, field);
    if (column >= 0)
        tc_row_set(t->row, (uint16_t)column, tc_cell_text(value), RANK_READ);
    else if (t->row->all)
        tc_row_extra(t->row, tc_slice_of(name), tc_cell_text(value));
}

/* -- XML in a value -------------------------------------------------------------------------- */

/* What stands in the first element of that name. */
static tc_slice element(tc_slice text, const char *name)
{
    char tag[64];
    int length = snprintf(tag, sizeof tag, "<%s>", name);
    size_t at = tc_slice_search(text, tc_slice_of(tag));
    if (at == TC_NPOS) return TC_EMPTY_SLICE;
    text = tc_slice_sub(text, at + (size_t)length, text.len);
    size_t end = tc_slice_find(text, '<');
    return end == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_trim(tc_slice_sub(text, 0, end));
}

static tc_slice first_address(tc_slice list)
{
    tc_slice rest;
    return tc_slice_trim(tc_slice_split(list, ',', &rest));
}

static void read_audit(const target *t, tc_slice text)
{
    tc_slice forwarded = element(text, "ForwardedIpAddress");
    bool known = forwarded.len && !tc_slice_equal(forwarded, TC_LIT("N/A"));
    tc_slice address = known ? forwarded : element(text, "IpAddress");
    set_field(t, "TargetUserName", element(text, "UserId"));
    set_field(t, "IpAddress", first_address(address));
    set_field(t, "cs(User-Agent)", element(text, "UserAgentString"));
    set_field(t, "RelyingParty", element(text, "RelyingParty"));
    set_field(t, "Status", element(text, "FailureType"));
}

/* -- values by their shapes ------------------------------------------------------------------ */

static bool is_address(tc_slice text)
{
    tc_ip ip;
    return tc_ip_parse_loose(first_address(text), &ip);
}

/* "anna@x.example-The user name or password is incorrect": the name, which ends at the last dash
 * before the first blank. */
static tc_slice refused_name(tc_slice text)
{
    size_t blank = tc_slice_find(text, ' ');
    if (blank == TC_NPOS) return TC_EMPTY_SLICE;
    while (blank > 0 && text.ptr[blank - 1] != '-')
        blank--;
    return blank > 1 ? tc_slice_sub(text, 0, blank - 1) : TC_EMPTY_SLICE;
}

static bool is_name(tc_slice text)
{
    bool shaped = tc_slice_find(text, '@') != TC_NPOS || tc_slice_find(text, '\\') != TC_NPOS;
    return shaped && text.len <= 320 && tc_slice_find(text, ' ') == TC_NPOS &&
           tc_slice_find(text, '/') == TC_NPOS;
}

static void read_value(const target *t, tc_slice text)
{
    text = tc_slice_trim(text);
    if (tc_slice_search(text, TC_LIT("<AuditBase")) != TC_NPOS) {
        read_audit(t, text);
        return;
    }
    if (is_address(text)) {
        set_field(t, "IpAddress", first_address(text));
        return;
    }
    tc_slice name = is_name(text) ? text : refused_name(text);
    if (is_name(name)) set_field(t, "TargetUserName", name);
}

/* NXLog and others have the values in the message alone. */
static void read_message(const target *t)
{
    const tc_row *row = t->row;
    tc_value message =
        tc_cell_value(row->cells[tc_windows_column(TC_FIELD_WE_MESSAGE)], row->arena);
    if (message.kind != TC_KIND_STRING) return;
    size_t at = tc_slice_search(message.text, TC_LIT("<AuditBase"));
    if (at != TC_NPOS) read_audit(t, tc_slice_sub(message.text, at, TC_NPOS));
}

void tc_windows_read_adfs(tc_row *row, const tc_schema *schema, const tc_names *names)
{
    const target t = {row, schema, names};
    tc_value data = tc_cell_value(row->cells[tc_windows_column(TC_FIELD_WE_DATA)], row->arena);
    if (data.kind == TC_KIND_STRING) read_value(&t, data.text);
    for (size_t i = 0; data.kind == TC_KIND_LIST && i < data.item_count && i < VALUES_MAX; i++)
        read_value(&t, tc_cell_value(data.items[i], row->arena).text);
    if (row->ranks[tc_windows_column(TC_FIELD_WE_TARGET_USER_NAME)] == 0) read_message(&t);
}
