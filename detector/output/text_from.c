/* FROM: the addresses; what all of them share is said once, what differs stands in columns. */
#include "detector/output/text_block.h"

enum { ADDRESS, COUNTRY, NETWORK, MAILBOXES, FIRST, LAST, COLUMN_COUNT };
#define AGENTS_SHOWN 5

static const tc_table_column columns[COLUMN_COUNT] = {
    [ADDRESS] = {"address", false, false, 0},  [COUNTRY] = {"country", false, true, 0},
    [NETWORK] = {"network", false, true, 1},   [MAILBOXES] = {"mailboxes", true, false, 4},
    [FIRST] = {"first seen", false, false, 3}, [LAST] = {"last seen", false, false, 2},
};

typedef struct layout {
    tc_table_column shown[COLUMN_COUNT];
    int which[COLUMN_COUNT];
    size_t count;
} layout;

static bool is_known(const tc_alert_source *s, int column)
{
    switch (column) {
    case COUNTRY:
        return s->country.len != 0;
    case NETWORK:
        return s->as_org.len != 0 || s->asn != 0;
    case MAILBOXES:
        return s->mailboxes != 0;
    case FIRST:
        return s->first != TC_TIME_NONE;
    case LAST:
        return s->last != TC_TIME_NONE;
    default:
        return true;
    }
}

static bool is_common(const tc_facts *f, int column)
{
    const tc_alert *a = f->alert;
    bool one_country = f->country_count == 1;
    for (size_t i = 0; i < a->source_count && one_country; i++)
        one_country = a->sources[i].country.len != 0;
    if (column == COUNTRY) return one_country;
    return column == NETWORK && (f->network.len || f->asn);
}

static layout lay_out(const tc_facts *f)
{
    const tc_alert *a = f->alert;
    layout l = {.count = 0};
    for (int c = 0; c < COLUMN_COUNT; c++) {
        bool known = false;
        for (size_t i = 0; i < a->source_count && !known; i++)
            known = is_known(&a->sources[i], c);
        if (!known || is_common(f, c)) continue;
        l.shown[l.count] = columns[c];
        l.which[l.count++] = c;
    }
    return l;
}

static void add_network(uint32_t asn, tc_slice name, tc_str *text)
{
    if (asn) tc_str_addf(text, "AS%" PRIu32 "%s", asn, name.len ? " " : "");
    tc_str_add(text, tc_slice_sub(name, 0, 256));
}

static void cell(tc_output *output, const tc_facts *f, const tc_alert_source *s, int column)
{
    char text[TC_IP_TEXT], time[TC_TIME_TEXT];
    tc_table *t = &output->table;
    tc_str *network = tc_output_compose(output);
    if (column == NETWORK) add_network(s->asn, s->as_org, network);
    if (column == ADDRESS) tc_table_cellf(t, "%s", tc_ip_format(s->ip, text));
    if (column == COUNTRY) tc_table_cell(t, s->country);
    if (column == NETWORK) tc_table_cell(t, tc_str_view(network));
    if (column == MAILBOXES && s->mailboxes) tc_table_cellf(t, "%" PRIu32, s->mailboxes);
    if (column == MAILBOXES && !s->mailboxes) tc_table_cell(t, TC_EMPTY_SLICE);
    if (column == FIRST) tc_table_cellf(t, "%s", tc_facts_minute(f, s->first, time));
    if (column == LAST) tc_table_cellf(t, "%s", tc_facts_minute(f, s->last, time));
}

/* "3 addresses, China (CN), AS64510 Example Hosting, one and the same browser:" */
static void add_head(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    tc_str *text = tc_output_compose(output);
    tc_facts_add_count(text, a->source_count, "address", "addresses");
    if (is_common(f, COUNTRY)) {
        tc_str_add(text, TC_LIT(", "));
        tc_facts_add_country(text, f->countries[0]);
    }
    if (is_common(f, NETWORK)) {
        tc_str_add(text, TC_LIT(", "));
        add_network(f->asn, f->network, text);
    }
    if (f->agent.len)
        tc_str_addf(text, a->source_count > 1 ? ", one and the same %s:" : ", with the %s:",
                    tc_facts_client_word(f->agent));
    tc_block_text(output, "FROM", tc_str_view(text), out);
    if (f->agent.len) tc_block_line(output, TC_BLOCK_INDENT, f->agent, out);
}

static void add_agents(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    char ip[TC_IP_TEXT];
    size_t told = 0;
    for (size_t i = 0; i < a->source_count && f->agent.len == 0 && told < AGENTS_SHOWN; i++) {
        bool before = a->sources[i].agent.len == 0;
        for (size_t k = 0; k < i && !before; k++)
            before = tc_slice_equal(a->sources[i].agent, a->sources[k].agent);
        if (before) continue;
        tc_str *text = tc_output_compose(output);
        tc_str_addf(text, "%s: ", tc_ip_format(a->sources[i].ip, ip));
        tc_str_add(text, tc_slice_sub(a->sources[i].agent, 0, 1024));
        tc_block_line(output, TC_BLOCK_INDENT, tc_str_view(text), out);
        told++;
    }
}

void tc_block_from(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    size_t shown = TC_MIN(a->source_count, (size_t)TC_BLOCK_ROWS);
    layout l = lay_out(f);
    if (shown == 0) return;
    add_head(output, f, out);
    tc_table_open(&output->table, l.shown, l.count);
    for (size_t i = 0; i < shown && tc_table_row(&output->table); i++)
        for (size_t c = 0; c < l.count; c++)
            cell(output, f, &a->sources[i], l.which[c]);
    tc_block_table(output, a->source_count - shown, out);
    add_agents(output, f, out);
}
