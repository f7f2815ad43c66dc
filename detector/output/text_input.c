/* INPUT: what was read, host by host, what was not, and what was taken for granted. */
#include "detector/output/escape.h"
#include "detector/output/text_page.h"

enum { LISTED = 20, LABEL = 11 };

static void add_head(const tc_output *output, tc_paint paint, const char *head, tc_str *out)
{
    tc_page_paint(output, paint, head, LABEL, out);
}

/* -- what was read -------------------------------------------------------------------------- */

static const tc_table_column columns[] = {
    {"host", false, true, 0}, {"log", false, true, 0},    {"files", true, false, 3},
    {"size", true, false, 2}, {"first", false, false, 0}, {"last", false, false, 1},
};

/* To the minute; without its year where `before` stands in the same row and has the same. */
static void time_cell(tc_table *table, tc_time time, tc_time before)
{
    char text[TC_TIME_TEXT], other[TC_TIME_TEXT];
    if (time == TC_TIME_NONE) {
        tc_table_cell(table, TC_EMPTY_SLICE);
        return;
    }
    tc_time_format_human(time, text);
    text[sizeof("2011-03-09 07:12") - 1] = 0;
    tc_time_format_human(before, other);
    bool same = before != TC_TIME_NONE && strncmp(text, other, sizeof("2011-") - 1) == 0;
    tc_table_cellf(table, "%s", text + (same ? sizeof("2011-") - 1 : 0));
}

/* What people call the format; of others its name. */
static const char *words_of(const char *format)
{
    static const struct {
        const char *format, *words;
    } names[] = {{"iis-w3c", "IIS"},
                 {"iis-native", "IIS (native)"},
                 {"isa", "ISA or TMG"},
                 {"ncsa", "web access"},
                 {"httperr", "HTTP.SYS errors"},
                 {"exchange-msgtrk", "message tracking"},
                 {"windows-xml", "events (XML)"},
                 {"windows-json", "events (JSON)"}};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (strcmp(format, names[i].format) == 0) return names[i].words;
    return format;
}

static void add_rows(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_table *table = &output->table;
    char text[32];
    tc_table_open(table, columns, TC_COUNT_OF(columns));
    for (size_t i = 0; i < s->inventory_count; i++) {
        const tc_inventory_row *row = &s->inventory[i];
        if (!tc_table_row(table)) continue;
        tc_table_cell(table, row->host.len ? row->host : TC_LIT("(no name)"));
        tc_table_cell(table, tc_slice_of(row->format ? words_of(row->format) : ""));
        tc_table_cellf(table, "%s", tc_page_number(row->files, text));
        tc_table_cellf(table, "%s", row->bytes ? tc_page_size(row->bytes, text) : "");
        time_cell(table, row->first, TC_TIME_NONE);
        time_cell(table, row->last, row->first);
    }
    (void)tc_table_print(table, LABEL, output->options.width, out);
    if (table->rows_left_out)
        tc_str_addf(out, "%*sand %zu more\n", LABEL, "", table->rows_left_out);
}

static void add_figure(tc_str *text, const char *between, uint64_t number, const char *one,
                       const char *many)
{
    char digits[32];
    if (number == 0) return;
    tc_str_addf(text, "%s%s %s", between, tc_page_number(number, digits), number == 1 ? one : many);
}

/* What was left out on purpose, and of which kind it was. */
static void add_set_aside(const tc_ledger *l, tc_str *text)
{
    static const struct {
        tc_reason reason;
        const char *one, *many;
    } kinds[] = {
        {TC_REASON_PROBE, "health probe", "health probes"},
        {TC_REASON_BALANCER, "balancer's check", "balancers' checks"},
        {TC_REASON_MONITOR, "request of monitoring", "requests of monitoring"},
        {TC_REASON_BACK_END, "back end's copy", "back ends' copies"},
        {TC_REASON_BAD_TIME, "without a time", "without a time"},
        {TC_REASON_OUT_OF_RANGE, "of another time", "of another time"},
    };
    const char *between = " (";
    uint64_t all = tc_ledger_filtered(l);
    add_figure(text, "; ", all, "record set aside", "records set aside");
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        uint64_t count = l->events.filtered[kinds[i].reason];
        add_figure(text, between, count, kinds[i].one, kinds[i].many);
        if (count > 0) between = ", ";
    }
    if (between[0] == ',') tc_str_add_byte(text, ')');
}

/* What captures lack, and what is in the way of all that is in them. */
static uint64_t add_missing(const tc_ledger *l, tc_str *text)
{
    static const struct {
        tc_reason reason;
        const char *one, *many;
    } kinds[] = {
        {TC_REASON_HOLE, "connection or datagram with holes",
         "connections or datagrams with holes"},
        {TC_REASON_DROPPED, "packet dropped where it was captured",
         "packets dropped where they were captured"},
        {TC_REASON_TUNNEL, "packet in a tunnel that is not read",
         "packets in tunnels that are not read"},
    };
    uint64_t all = 0;
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        uint64_t count = l->records.rejected[kinds[i].reason];
        add_figure(text, "; ", count, kinds[i].one, kinds[i].many);
        all += count;
    }
    return all;
}

/* What of the records was not judged, in words; the books are in --stats. */
static void add_losses(const tc_summary *s, tc_str *text)
{
    const tc_ledger *l = &s->totals;
    size_t before = text->len;
    uint64_t missing = add_missing(l, text);
    add_figure(text, "; ", tc_ledger_rejected(l) - missing, "record damaged", "records damaged");
    add_figure(text, "; ", l->bytes.pending, "byte cut off", "bytes cut off");
    add_figure(text, "; ", l->events.late, "record too late", "records too late");
    add_figure(text, "; ", l->events.duplicate, "copy of a record", "copies of records");
    add_set_aside(l, text);
    if (text->len == before && l->records.accepted) tc_str_add(text, TC_LIT("; none damaged"));
}

static void add_totals(tc_output *output, const tc_summary *s, tc_str *out)
{
    char size[32];
    uint64_t count = 0, bytes = 0;
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < s->inventory_count; i++) {
        count += s->inventory[i].files;
        bytes += s->inventory[i].bytes;
    }
    if (count == 0) tc_str_add(text, TC_LIT("no log that can be read was found"));
    add_figure(text, "", count, "file of logs", "files of logs");
    if (bytes) tc_str_addf(text, ", %s", tc_page_size(bytes, size));
    add_figure(text, ", ", s->totals.records.accepted, "record", "records");
    add_losses(s, text);
    add_head(output, TC_PAINT_HEAD, "INPUT", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

/* -- what was not --------------------------------------------------------------------------- */

static void add_line(tc_output *output, size_t indent, tc_slice raw, tc_str *out)
{
    tc_str_addf(out, "%*s", (int)indent, "");
    tc_page_wrap(output, indent, indent + 2, raw, out);
}

/* The names that were kept, and how many there are besides. */
static void add_names(tc_output *output, const tc_slice *names, size_t count, uint64_t all,
                      tc_str *out)
{
    char number[32];
    for (size_t i = 0; i < count; i++)
        add_line(output, LABEL + 2, names[i], out);
    if (all > count)
        tc_str_addf(out, "%*sand %s more\n", LABEL + 2, "", tc_page_number(all - count, number));
}

static void add_links(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    add_figure(text, "left out: ", s->links, "symbolic link, not followed (--follow-links)",
               "symbolic links, not followed (--follow-links)");
    if (text->len == 0) return;
    add_line(output, LABEL, tc_str_view(text), out);
    add_names(output, s->link_names, TC_MIN(s->link_name_count, (size_t)LISTED), s->links, out);
}

static void add_left_out(tc_output *output, const tc_summary *s, tc_str *out)
{
    char size[32];
    tc_str *text = tc_output_compose(output);
    add_figure(text, "left out: ", s->irrelevant_files, "file that is no log",
               "files that are no log");
    if (text->len) {
        tc_str_addf(text, " (%s)%s", tc_page_size(s->irrelevant_bytes, size),
                    output->options.explain ? "" : "; names: --explain");
        add_line(output, LABEL, tc_str_view(text), out);
    }
    if (output->options.explain)
        add_names(output, s->irrelevant_names, s->irrelevant_name_count, s->irrelevant_files, out);
    add_links(output, s, out);
    text = tc_output_compose(output);
    add_figure(text, "left out: ", s->duplicate_files, "file with the same content as another",
               "files with the same content as another");
    if (text->len) add_line(output, LABEL, tc_str_view(text), out);
}

static void add_more(size_t count, tc_str *out)
{
    if (count > LISTED) tc_str_addf(out, "%*sand %zu more\n", LABEL, "", count - LISTED);
}

/* Files of one folder with the same words: a server's folders have thousands of a kind. */
typedef struct group {
    const tc_problem *first;
    uint64_t count;
} group;

#define EACH_OF 3 /* so many of a group are named each */

static tc_slice folder_of(tc_slice path)
{
    size_t slash = tc_slice_rfind(path, '/');
    return slash == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(path, 0, slash);
}

static bool is_of(const group *g, const tc_problem *p)
{
    tc_slice folder = folder_of(p->file);
    return folder.len > 0 && tc_slice_equal(folder, folder_of(g->first->file)) &&
           tc_slice_equal(g->first->text, p->text);
}

static size_t group_of(const group *groups, size_t count, const tc_problem *p)
{
    size_t g = 0;
    while (g < count && groups[g].first != p && !is_of(&groups[g], p))
        g++;
    return g;
}

static size_t group_problems(const tc_summary *s, group groups[LISTED])
{
    size_t count = 0;
    for (size_t i = 0; i < s->problem_count; i++) {
        size_t g = group_of(groups, count, &s->problems[i]);
        if (g == LISTED) continue;
        if (g == count) groups[count++] = (group){&s->problems[i], 0};
        groups[g].count++;
    }
    return count;
}

/* `more`: as many files beside it. */
static void add_problem(tc_output *output, const tc_problem *p, uint64_t more, bool first,
                        tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    tc_str_add(text, tc_slice_sub(p->file, 0, TC_VALUE_MAX));
    if (more > 0) tc_str_addf(text, " and %" PRIu64 " more beside it", more);
    tc_str_add(text, TC_LIT(": "));
    tc_str_add(text, tc_slice_sub(p->text, 0, TC_VALUE_MAX));
    add_head(output, TC_PAINT_BAD, first ? "NOT READ" : "", out);
    tc_page_wrap(output, LABEL, LABEL + 2, tc_str_view(text), out);
}

static void add_problems(tc_output *output, const tc_summary *s, tc_str *out)
{
    group groups[LISTED];
    size_t count = group_problems(s, groups), lines = 0;
    uint64_t rest = 0;
    for (size_t i = 0; i < s->problem_count; i++) {
        const tc_problem *p = &s->problems[i];
        size_t g = group_of(groups, count, p);
        bool many = g < count && groups[g].count > EACH_OF;
        if (many && groups[g].first != p) continue;
        if (lines < LISTED)
            add_problem(output, p, many ? groups[g].count - 1 : 0, lines++ == 0, out);
        else
            rest += many ? groups[g].count : 1;
    }
    if (rest > 0) tc_str_addf(out, "%*sand %" PRIu64 " more\n", LABEL, "", rest);
}

/* -- what it rests on ----------------------------------------------------------------------- */

static void add_list(tc_output *output, const char *head, const tc_slice *items, size_t count,
                     tc_str *out)
{
    for (size_t i = 0; i < count && i < LISTED; i++) {
        add_head(output, TC_PAINT_HEAD, i ? "" : head, out);
        tc_page_wrap(output, LABEL, LABEL + 2, items[i], out);
    }
    add_more(count, out);
}

/* Which columns rows without a header have: what everything that is found in them rests on. */
static void add_columns(tc_output *output, const tc_summary *s, tc_str *out)
{
    char number[32], rows[32];
    for (size_t i = 0; i < s->columns_count && i < LISTED; i++) {
        const tc_columns_told *c = &s->columns[i];
        tc_str *text = tc_output_compose(output);
        tc_str_add(text, tc_slice_sub(c->file, 0, TC_VALUE_MAX));
        if (c->files > 1) tc_str_addf(text, " and %s more", tc_page_number(c->files - 1, number));
        if (c->rows)
            tc_str_addf(text, ", without a #Fields line, read by the shapes of %s rows: ",
                        tc_page_number(c->rows, rows));
        else
            tc_str_add(text, TC_LIT(", as --fields says: "));
        tc_str_add(text, tc_slice_sub(c->names, 0, TC_VALUE_MAX));
        add_head(output, TC_PAINT_HEAD, i ? "" : "COLUMNS", out);
        tc_page_wrap(output, LABEL, LABEL + 2, tc_str_view(text), out);
    }
    add_more(s->columns_count, out);
}

void tc_output_text_input(tc_output *output, const tc_summary *s, tc_str *out)
{
    if (!output->options.quiet) {
        add_totals(output, s, out);
        if (s->inventory_count) add_rows(output, s, out);
        add_left_out(output, s, out);
        add_list(output, "SETTINGS", s->guesses, s->guess_count, out);
        add_columns(output, s, out);
        add_list(output, "MISSING", s->missing, s->missing_count, out);
    }
    add_problems(output, s, out);
}
