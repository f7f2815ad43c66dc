/* What was read, before the findings; what the verdict rests on, after them. */
#include "detector/output/escape.h"
#include "detector/output/text_page.h"

#define LISTED 20
#define LABEL 12

static void add_head(const tc_output *output, tc_paint paint, const char *head, tc_str *out)
{
    tc_page_paint(output, paint, head, LABEL, out);
}

/* -- inventory ------------------------------------------------------------------------------ */

static const tc_table_column inventory_columns[] = {
    {"host", false, true, 0}, {"log type", false, true, 0},     {"files", true, false, 0},
    {"size", true, false, 2}, {"first (UTC)", false, false, 0}, {"last (UTC)", false, false, 1},
};

static void add_rows(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_table *table = &output->table;
    char text[32], time[TC_TIME_TEXT];
    tc_table_open(table, inventory_columns, TC_COUNT_OF(inventory_columns));
    for (size_t i = 0; i < s->inventory_count; i++) {
        const tc_inventory_row *row = &s->inventory[i];
        if (!tc_table_row(table)) continue;
        tc_table_cell(table, row->host.len ? row->host : TC_LIT("unknown"));
        tc_table_cell(table, tc_slice_of(row->format ? row->format : "unknown"));
        tc_table_cellf(table, "%s", tc_page_number(row->files, text));
        tc_table_cellf(table, "%s",
                       row->unsized ? "unknown until read" : tc_page_size(row->bytes, text));
        tc_table_cellf(table, "%s", tc_page_minute(row->first, time));
        tc_table_cellf(table, "%s", tc_page_minute(row->last, time));
    }
    tc_table_print(table, 2, output->options.width, out);
    if (table->rows_left_out) tc_str_addf(out, "  and %zu more\n", table->rows_left_out);
}

static void add_totals(tc_output *output, const tc_summary *s, tc_str *out)
{
    char files[32], size[32];
    uint64_t count = 0, bytes = 0;
    bool unsized = false;
    for (size_t i = 0; i < s->inventory_count; i++) {
        unsized |= s->inventory[i].unsized;
        count += s->inventory[i].files;
        bytes += s->inventory[i].bytes;
    }
    add_head(output, TC_PAINT_HEAD, "INPUT", out);
    if (s->inventory_count == 0)
        tc_page_wrapf(output, LABEL, LABEL, out, "no log that can be read was found");
    else
        tc_page_wrapf(output, LABEL, LABEL, out, "%s file%s of logs, %s",
                      tc_page_number(count, files), count == 1 ? "" : "s",
                      unsized ? "size unknown until read" : tc_page_size(bytes, size));
}

/* Which files are no log, as far as names were kept. */
static void add_names(tc_output *output, const tc_summary *s, tc_str *out)
{
    char number[32];
    for (size_t i = 0; i < s->irrelevant_name_count; i++) {
        tc_str_add(out, TC_LIT("    "));
        tc_page_wrap(output, 4, 6, s->irrelevant_names[i], out);
    }
    if (s->irrelevant_files > s->irrelevant_name_count)
        tc_str_addf(out, "    and %s more\n",
                    tc_page_number(s->irrelevant_files - s->irrelevant_name_count, number));
}

static void add_links(tc_output *output, const tc_summary *s, tc_str *out)
{
    char number[32];
    size_t shown = TC_MIN(s->link_name_count, (size_t)LISTED);
    tc_str_add(out, TC_LIT("  "));
    tc_page_wrapf(output, 2, 4, out, "left out: %s symbolic link%s, not followed (--follow-links)",
                  tc_page_number(s->links, number), s->links == 1 ? "" : "s");
    for (size_t i = 0; i < shown; i++) {
        tc_str_add(out, TC_LIT("    "));
        tc_page_wrap(output, 4, 6, s->link_names[i], out);
    }
    if (s->links > shown)
        tc_str_addf(out, "    and %s more\n", tc_page_number(s->links - shown, number));
}

static void add_left_out(tc_output *output, const tc_summary *s, tc_str *out)
{
    char files[32], size[32];
    if (s->irrelevant_files) {
        tc_str_add(out, TC_LIT("  "));
        tc_page_wrapf(output, 2, 4, out, "left out: %s file%s that %s no log (%s)",
                      tc_page_number(s->irrelevant_files, files),
                      s->irrelevant_files == 1 ? "" : "s", s->irrelevant_files == 1 ? "is" : "are",
                      tc_page_size(s->irrelevant_bytes, size));
    }
    if (output->options.explain) add_names(output, s, out);
    if (s->links) add_links(output, s, out);
    if (s->duplicate_files) {
        tc_str_add(out, TC_LIT("  "));
        tc_page_wrapf(output, 2, 4, out, "left out: %s file%s with the same content as another",
                      tc_page_number(s->duplicate_files, files),
                      s->duplicate_files == 1 ? "" : "s");
    }
}

static void add_more(size_t count, tc_str *out)
{
    if (count > LISTED) tc_str_addf(out, "  and %zu more\n", count - LISTED);
}

static void add_list(tc_output *output, const char *head, const tc_slice *items, size_t count,
                     tc_str *out)
{
    if (count == 0) return;
    add_head(output, TC_PAINT_HEAD, head, out);
    tc_page_end(out);
    for (size_t i = 0; i < count && i < LISTED; i++) {
        tc_str_add(out, TC_LIT("  "));
        tc_page_wrap(output, 2, 4, items[i], out);
    }
    add_more(count, out);
}

/* Which columns rows without a header have: what everything that is found in them rests on. */
static void add_columns(tc_output *output, const tc_summary *s, tc_str *out)
{
    char number[32], rows[32];
    if (s->columns_count == 0) return;
    add_head(output, TC_PAINT_HEAD, "COLUMNS read without a #Fields line (see --fields)", out);
    tc_page_end(out);
    for (size_t i = 0; i < s->columns_count && i < LISTED; i++) {
        const tc_columns_told *c = &s->columns[i];
        tc_str *text = tc_output_compose(output);
        tc_str_add(text, tc_slice_sub(c->file, 0, TC_VALUE_MAX));
        if (c->files > 1) tc_str_addf(text, " and %s more", tc_page_number(c->files - 1, number));
        if (c->rows)
            tc_str_addf(text, ", read by the shapes of %s rows: ", tc_page_number(c->rows, rows));
        else
            tc_str_add(text, TC_LIT(", as --fields says: "));
        tc_str_add(text, tc_slice_sub(c->names, 0, TC_VALUE_MAX));
        tc_str_add(out, TC_LIT("  "));
        tc_page_wrap(output, 2, 4, tc_str_view(text), out);
    }
    add_more(s->columns_count, out);
}

static void add_problems(tc_output *output, const tc_summary *s, tc_str *out)
{
    if (s->problem_count == 0) return;
    add_head(output, TC_PAINT_BAD, "NOT READ", out);
    tc_page_end(out);
    for (size_t i = 0; i < s->problem_count && i < LISTED; i++) {
        tc_str *text = tc_output_compose(output);
        tc_str_add(text, tc_slice_sub(s->problems[i].file, 0, TC_VALUE_MAX));
        tc_str_add(text, TC_LIT(": "));
        tc_str_add(text, tc_slice_sub(s->problems[i].text, 0, TC_VALUE_MAX));
        tc_str_add(out, TC_LIT("  "));
        tc_page_wrap(output, 2, 4, tc_str_view(text), out);
    }
    add_more(s->problem_count, out);
}

void tc_output_text_inventory(tc_output *output, const tc_summary *s, tc_str *out)
{
    add_totals(output, s, out);
    if (s->inventory_count) add_rows(output, s, out);
    add_left_out(output, s, out);
    add_list(output, "GUESSED from the data; say otherwise with options", s->guesses,
             s->guess_count, out);
    add_columns(output, s, out);
    add_list(output, "MISSING", s->missing, s->missing_count, out);
    add_problems(output, s, out);
    tc_str_add_byte(out, '\n');
}

/* -- mailboxes ------------------------------------------------------------------------------ */

static unsigned percent(uint64_t part, uint64_t whole)
{
    return whole ? (unsigned)((double)part * 100 / (double)whole + 0.5) : 0;
}

static void add_mailboxes(tc_output *output, const tc_summary *s, tc_str *out)
{
    char seen[32], joined[32], judged[32];
    add_head(output, TC_PAINT_HEAD, "MAILBOXES", out);
    tc_page_wrapf(
        output, LABEL, LABEL, out, "%s seen, %s joined across logs (%u %%), %s judged (%u %%)",
        tc_page_number(s->mailboxes_seen, seen), tc_page_number(s->mailboxes_joined, joined),
        percent(s->mailboxes_joined, s->mailboxes_seen),
        tc_page_number(s->mailboxes_judged, judged),
        percent(s->mailboxes_judged, s->mailboxes_seen));
}

/* -- coverage ------------------------------------------------------------------------------- */

static size_t indicator_columns(const tc_summary *s)
{
    size_t columns = 0;
    for (size_t i = 0; i < s->coverage_count; i++)
        columns = TC_MAX(columns, strlen(s->coverage[i].indicator));
    return TC_MIN(columns, (size_t)30);
}

static void add_row(tc_output *output, const tc_coverage_row *row, size_t columns, tc_str *out)
{
    static const tc_paint paints[TC_WATCH_STATE_COUNT] = {
        [TC_WATCHED] = TC_PAINT_GOOD, [TC_PARTLY] = TC_PAINT_WARN, [TC_BLIND] = TC_PAINT_BAD};
    size_t indent = 2 + TC_MAX(columns, strlen(row->indicator)) + 2 + 9;
    tc_str_addf(out, "  %-*s  ", (int)columns, row->indicator);
    tc_page_paint(output, paints[row->state], tc_watch_state_name(row->state), 9, out);
    tc_page_wrap(output, indent, 6,
                 row->why.len || row->state == TC_WATCHED ? row->why : TC_LIT("unknown why"), out);
    if (row->fix.len == 0) return;
    tc_str_add(out, TC_LIT("      fix: "));
    tc_page_wrap(output, 11, 11, row->fix, out);
}

static void add_coverage(tc_output *output, const tc_summary *s, tc_str *out)
{
    size_t columns = indicator_columns(s);
    add_head(output, TC_PAINT_HEAD, "COVERAGE", out);
    tc_str_add(out, s->coverage_count ? TC_EMPTY_SLICE : TC_LIT("unknown"));
    tc_page_end(out);
    for (size_t i = 0; i < s->coverage_count; i++)
        add_row(output, &s->coverage[i], columns, out);
}

/* -- ledgers -------------------------------------------------------------------------------- */

static void add_reasons(const uint64_t counts[TC_REASON_COUNT], tc_str *text)
{
    char number[32];
    const char *between = " (";
    for (int r = 0; r < TC_REASON_COUNT; r++) {
        if (counts[r] == 0) continue;
        tc_str_addf(text, "%s%s %s", between, tc_reason_key((tc_reason)r),
                    tc_page_number(counts[r], number));
        between = ", ";
    }
    if (between[0] == ',') tc_str_add_byte(text, ')');
}

static void add_figure(tc_str *text, const char *before, uint64_t number, const char *name)
{
    char digits[32];
    tc_str_addf(text, "%s%s %s", before, tc_page_number(number, digits), name);
}

static void add_ledgers(tc_output *output, const tc_summary *s, tc_str *out)
{
    const tc_ledger *l = &s->totals;
    tc_str *text = tc_output_compose(output);
    add_figure(text, "", l->bytes.read, "read = ");
    add_figure(text, "", l->bytes.parsed, "parsed");
    add_figure(text, " + ", l->bytes.header, "header");
    add_figure(text, " + ", l->bytes.blank, "blank");
    add_figure(text, " + ", l->bytes.rejected, "rejected");
    add_figure(text, " + ", l->bytes.pending, "pending");
    add_head(output, TC_PAINT_HEAD, "BYTES", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
    text = tc_output_compose(output);
    add_figure(text, "", l->records.accepted, "accepted = ");
    add_figure(text, "", l->events.delivered, "judged");
    add_figure(text, " + ", l->events.duplicate, "duplicate");
    add_figure(text, " + ", l->events.late, "late");
    add_figure(text, " + ", tc_ledger_filtered(l), "filtered");
    add_reasons(l->events.filtered, text);
    add_figure(text, "; besides ", l->records.header, "header");
    add_figure(text, ", ", l->records.blank, "blank");
    add_figure(text, ", ", tc_ledger_rejected(l), "rejected");
    add_reasons(l->records.rejected, text);
    add_head(output, TC_PAINT_HEAD, "RECORDS", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

void tc_output_text_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    tc_str_add_byte(out, '\n');
    tc_output_text_verdict(output, s, out);
    add_coverage(output, s, out);
    tc_output_text_left_out(output, s, out);
    add_mailboxes(output, s, out);
    add_ledgers(output, s, out);
    add_problems(output, s, out);
}
