/* WHO: the people, as a table of what is known of them; columns that would be empty are not there.
 */
#include "detector/output/text_block.h"

#define NAMES_SHOWN 4

enum { NAME, FIRST, LAST, SESSIONS, LANGUAGE, SWITCHED, COLUMN_COUNT };

static const tc_table_column columns[COLUMN_COUNT] = {
    [NAME] = {"mailbox", false, true, 0},         [FIRST] = {"first access", false, false, 0},
    [LAST] = {"last access", false, false, 1},    [SESSIONS] = {"n", true, false, 2},
    [LANGUAGE] = {"replies in", false, false, 4}, [SWITCHED] = {"switched", false, false, 3},
};

typedef struct layout {
    tc_table_column shown[COLUMN_COUNT];
    int which[COLUMN_COUNT];
    size_t count;
} layout;

static bool has(const tc_facts *f, int column)
{
    switch (column) {
    case NAME:
        return true;
    case FIRST:
    case LAST:
        return f->accessed != 0;
    case SESSIONS:
        return f->sessions != 0;
    default:
        return f->switched != 0;
    }
}

static layout lay_out(const tc_facts *f)
{
    layout l = {.count = 0};
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (!has(f, c)) continue;
        l.shown[l.count] = columns[c];
        l.which[l.count++] = c;
    }
    return l;
}

static void language_cell(tc_output *output, const tc_alert_mailbox *m)
{
    tc_str *text = tc_output_compose(output);
    if (m->language.len == 0) {
        tc_table_cell(&output->table, TC_LIT("no switch"));
        return;
    }
    if (m->previous.len) {
        tc_str_add(text, m->previous);
        tc_str_add(text, TC_LIT("->"));
    }
    tc_str_add(text, m->language);
    tc_table_cell(&output->table, tc_str_view(text));
}

static void name_cell(tc_output *output, const tc_facts *f, const tc_alert_mailbox *m)
{
    tc_str *text = tc_output_compose(output);
    tc_str_add(text, tc_slice_sub(tc_facts_short_name(f, m->name), 0, 1024));
    if (m->vip) tc_str_add(text, TC_LIT(" (vip)"));
    tc_table_cell(&output->table, tc_str_view(text));
}

static void cell(tc_output *output, const tc_facts *f, const tc_alert_mailbox *m, int column)
{
    char time[TC_TIME_TEXT];
    tc_table *t = &output->table;
    if (column == NAME) name_cell(output, f, m);
    if (column == FIRST) tc_table_cellf(t, "%s", tc_facts_minute(f, m->first_access, time));
    if (column == LAST) tc_table_cellf(t, "%s", tc_facts_minute(f, m->last_access, time));
    if (column == SESSIONS && m->sessions) tc_table_cellf(t, "%" PRIu32, m->sessions);
    if (column == SESSIONS && !m->sessions) tc_table_cell(t, TC_EMPTY_SLICE);
    if (column == LANGUAGE) language_cell(output, m);
    if (column == SWITCHED) tc_table_cellf(t, "%s", tc_facts_minute(f, m->switched, time));
}

static void fill_table(tc_output *output, const tc_facts *f, const layout *l)
{
    const tc_alert *a = f->alert;
    size_t shown = TC_MIN(a->mailbox_count, (size_t)TC_BLOCK_ROWS);
    tc_table_open(&output->table, l->shown, l->count);
    for (size_t i = 0; i < shown && tc_table_row(&output->table); i++)
        for (size_t c = 0; c < l->count; c++)
            cell(output, f, &a->mailboxes[i], l->which[c]);
}

static bool shows_sessions(const tc_output *output, const layout *l)
{
    for (size_t c = 0; c < l->count; c++)
        if (l->which[c] == SESSIONS) return tc_block_table_shows(output, c);
    return false;
}

/* "12 mailboxes, all @commission.example"; the names behind it where nothing else is known. */
static void add_mailboxes(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    layout l = lay_out(f);
    bool table = l.count > 1;
    size_t rows = TC_MIN(a->mailbox_count, (size_t)TC_BLOCK_ROWS);
    if (a->mailbox_count == 0) return;
    if (table) fill_table(output, f, &l);
    tc_str *text = tc_output_compose(output);
    tc_facts_add_count(text, a->mailbox_count, "mailbox", "mailboxes");
    if (f->domain.len) {
        tc_str_add(text, a->mailbox_count > 1 ? TC_LIT(", all ") : TC_LIT(", "));
        tc_str_add(text, f->domain);
    }
    if (table && shows_sessions(output, &l)) tc_str_add(text, TC_LIT("; n: how many sessions"));
    if (!table) tc_str_add(text, TC_LIT(": "));
    if (!table) tc_facts_add_mailboxes(f, text, TC_BLOCK_ROWS);
    tc_block_text(output, "WHO", tc_str_view(text), out);
    if (table) tc_block_table(output, a->mailbox_count - rows, out);
}

/* Who came to the same addresses and is counted nowhere. */
static void add_guests(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    tc_str *text = tc_output_compose(output);
    if (a->guest_count == 0) return;
    tc_str_add(text, TC_LIT("Also there, with devices of their own, and most likely no victims: "));
    tc_facts_add_count(text, a->guest_count, "mailbox", "mailboxes");
    tc_str_add(text, TC_LIT(" ("));
    for (size_t i = 0; i < a->guest_count && i < TC_BLOCK_ROWS; i++) {
        if (i) tc_str_add(text, TC_LIT(", "));
        tc_str_add(text, tc_slice_sub(tc_facts_short_name(f, a->guests[i]), 0, 256));
    }
    if (a->guest_count > TC_BLOCK_ROWS)
        tc_str_addf(text, " and %zu more", a->guest_count - TC_BLOCK_ROWS);
    tc_str_add(text, TC_LIT(")"));
    tc_block_text(output, a->mailbox_count ? "" : "WHO", tc_str_view(text), out);
}

/* Users that the incident names, and who did it. */
static void add_others(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    tc_str *text = tc_output_compose(output);
    size_t told = 0;
    if (a->mailbox_count == 0 && a->user_name.len) {
        tc_str_add(text, a->user_name);
        told++;
    }
    for (size_t i = 0; i < a->related_user_count && told < TC_BLOCK_ROWS; i++) {
        bool is_mailbox = false;
        for (size_t m = 0; m < a->mailbox_count; m++)
            is_mailbox |= tc_slice_equal_ascii(a->mailboxes[m].name, a->related_users[i]);
        if (is_mailbox) continue;
        tc_str_add(text, told++ ? TC_LIT(", ") : TC_LIT("acting account: "));
        tc_str_add(text, tc_slice_sub(a->related_users[i], 0, 512));
    }
    if (told) tc_block_text(output, a->mailbox_count ? "" : "WHO", tc_str_view(text), out);
}

/* -- a crowd -------------------------------------------------------------------------------- */

static tc_slice domain_of(const tc_alert_crowd *c)
{
    tc_slice domain = TC_EMPTY_SLICE;
    for (size_t i = 0; i < c->name_count; i++) {
        size_t at = tc_slice_rfind(c->names[i], '@');
        tc_slice mine = at == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(c->names[i], at, TC_NPOS);
        if (i == 0) domain = mine;
        if (!tc_slice_equal_ascii(domain, mine)) return TC_EMPTY_SLICE;
    }
    return domain;
}

static size_t count_of(const tc_alert *a)
{
    double count = 0;
    for (size_t i = 0; i < a->baseline_count; i++)
        if (strcmp(a->baseline[i].name, "count") == 0)
            (void)!tc_slice_to_double(a->baseline[i].text, &count);
    return TC_MAX((size_t)TC_MIN(TC_MAX(count, 0.0), 1e9), a->crowd.name_count);
}

/* Which victims of an incident above are in it. */
static void add_known(tc_output *output, const tc_alert_crowd *c, tc_str *out)
{
    for (size_t i = 0; i < output->page.told_count; i++) {
        const tc_told *t = &output->page.told[i];
        size_t found = 0, count = 0;
        for (tc_slice rest = tc_str_view(&t->names); rest.len; count++) {
            tc_slice name = tc_slice_split(rest, '\n', &rest);
            bool in = false;
            for (size_t k = 0; k < c->name_count && !in; k++)
                in = tc_slice_equal_ascii(c->names[k], name);
            found += in;
        }
        if (found == 0) continue;
        tc_str_addf(out, "%*s", TC_BLOCK_INDENT, "");
        if (found == count)
            tc_page_wrapf(output, TC_BLOCK_INDENT, TC_BLOCK_INDENT, out,
                          count == 1   ? "The one of incident %zu is among them."
                          : count == 2 ? "Both of incident %zu are among them."
                                       : "All %zu of incident %zu are among them.",
                          count <= 2 ? t->number : count, t->number);
        else
            tc_page_wrapf(output, TC_BLOCK_INDENT, TC_BLOCK_INDENT, out,
                          "%zu of the %zu of incident %zu are among them.", found, count,
                          t->number);
    }
}

static void add_crowd(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert_crowd *c = &f->alert->crowd;
    tc_slice domain = domain_of(c);
    size_t all = count_of(f->alert), shown = TC_MIN(c->name_count, (size_t)NAMES_SHOWN);
    tc_str *text = tc_output_compose(output);
    if (f->alert->mailbox_count || c->name_count == 0) return;
    for (size_t i = 0; i < shown; i++) {
        tc_slice name = tc_slice_sub(c->names[i], 0, c->names[i].len - domain.len);
        tc_str_add(text, i ? TC_LIT(", ") : TC_EMPTY_SLICE);
        tc_str_add(text, tc_slice_sub(name, 0, 256));
    }
    if (all > shown) tc_str_addf(text, " and %zu more", all - shown);
    if (domain.len) {
        tc_str_add(text, TC_LIT(", all "));
        tc_str_add(text, domain);
    }
    tc_block_text(output, "WHO", tc_str_view(text), out);
    add_known(output, c, out);
}

void tc_block_who(tc_output *output, const tc_facts *f, tc_str *out)
{
    add_mailboxes(output, f, out);
    add_guests(output, f, out);
    add_crowd(output, f, out);
    add_others(output, f, out);
}
