/* The incidents of a state as a table, one of them as a page, both as JSON. */
#include "detector/app/incident_kept.h"
#include "detector/output/text_table.h"
#include "parsers/base/json_writer.h"
#include "parsers/base/utf8.h"

static bool is_listed(const tc_kept_incident *i, bool all, tc_time now)
{
    return all || tc_kept_incident_is_open(&i->row, now);
}

/* -- the table ------------------------------------------------------------------------------ */

static const tc_table_column columns[] = {{.title = "ID"},
                                          {.title = "LEVEL"},
                                          {.title = "STATE"},
                                          {.title = "OPENED"},
                                          {.title = "LAST"},
                                          {.title = "BOXES", .right = true},
                                          {.title = "BY", .flexible = true},
                                          {.title = "WHAT", .flexible = true, .drop = 1}};

static void add_row(tc_table *table, const tc_board_row *row, tc_time now)
{
    char opened[TC_TIME_TEXT], last[TC_TIME_TEXT];
    if (!tc_table_row(table)) return;
    tc_table_cellf(table, "%.8s", row->id);
    tc_table_cellf(table, "%s", tc_level_name(row->level));
    tc_table_cellf(table, "%s", tc_kept_incident_state(row, now));
    tc_table_cellf(table, "%.10s", tc_time_format_human(row->opened, opened));
    tc_table_cellf(table, "%.16s", tc_time_format_human(row->last, last));
    tc_table_cellf(table, "%" PRIu64, row->mailboxes);
    tc_table_cell(table, tc_slice_of(row->by));
    tc_table_cell(table, tc_slice_of(row->message));
}

static size_t add_table(const tc_kept_incidents *k, bool all, uint32_t width, tc_time now,
                        size_t from, size_t *count, tc_str *out)
{
    tc_table table;
    size_t rows = 0;
    tc_table_init(&table);
    tc_table_open(&table, columns, TC_COUNT_OF(columns));
    for (; from < k->count && rows < TC_TABLE_ROWS; from++) {
        if (!is_listed(&k->items[from], all, now)) continue;
        add_row(&table, &k->items[from].row, now);
        rows++;
    }
    if (rows) (void)tc_table_print(&table, 0, width, out);
    *count += rows;
    tc_table_done(&table);
    return from;
}

void tc_incident_list(const tc_kept_incidents *k, bool all, uint32_t width, tc_time now,
                      tc_str *out)
{
    size_t listed = 0;
    for (size_t from = 0; from < k->count;)
        from = add_table(k, all, width, now, from, &listed, out);
    if (listed == 0) tc_str_addf(out, "no incidents%s\n", k->count ? " are open (--all)" : "");
    if (listed && listed < k->count)
        tc_str_addf(out, "%zu more are closed, merged or over (--all)\n", k->count - listed);
    if (!k->running) tc_str_addf(out, "no tocsin watch runs here now: this is how it was left\n");
}

/* -- one of them ---------------------------------------------------------------------------- */

static void add_said(const tc_board_row *row, tc_str *out)
{
    char said[TC_TIME_TEXT];
    if (row->by[0] == 0) return;
    tc_str_addf(out, ", by ");
    tc_escape_text(out, tc_slice_of(row->by));
    tc_str_addf(out, " at %.16s UTC", tc_time_format_human(row->said, said));
    if (row->note[0] == 0) return;
    tc_str_addf(out, ": ");
    tc_escape_text(out, tc_slice_of(row->note));
}

void tc_incident_show(const tc_kept_incident *i, tc_time now, tc_str *out)
{
    char until[TC_TIME_TEXT];
    const tc_board_row *row = &i->row;
    tc_str_addf(out, "%s  %s", row->id, tc_kept_incident_state(row, now));
    if (row->stand == TC_STAND_MERGED) tc_str_addf(out, " into %s", row->merged_into);
    add_said(row, out);
    tc_str_add_byte(out, '\n');
    if (row->silent_until != TC_TIME_NONE && now < row->silent_until)
        tc_str_addf(out, "silent until %.16s UTC unless it rises above %s\n",
                    tc_time_format_human(row->silent_until, until),
                    tc_level_name(row->silent_level));
    if (i->paged) {
        tc_str_add(out, i->page.text);
        return;
    }
    tc_escape_text(out, tc_slice_of(row->message));
    tc_str_addf(out, "\n(no page of it is kept)\n");
}

/* -- JSON ----------------------------------------------------------------------------------- */

static void add_text(tc_json_writer *w, const char *key, const char *text)
{
    if (text[0] == 0) return;
    tc_json_key(w, key);
    tc_json_cstring(w, text);
}

static void add_time(tc_json_writer *w, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time != TC_TIME_NONE) add_text(w, key, tc_time_format_ms(time, text));
}

static void add_json(tc_json_writer *w, const tc_kept_incident *i, bool whole, tc_time now)
{
    const tc_board_row *row = &i->row;
    tc_json_object_open(w);
    add_text(w, "id", row->id);
    add_text(w, "level", tc_level_name(row->level));
    add_text(w, "state", tc_kept_incident_state(row, now));
    add_time(w, "opened", row->opened);
    add_time(w, "last", row->last);
    add_time(w, "told", row->told);
    tc_json_key(w, "mailboxes");
    tc_json_u64(w, row->mailboxes);
    tc_json_key(w, "sources");
    tc_json_u64(w, row->sources);
    tc_json_key(w, "historic");
    tc_json_bool(w, row->historic);
    add_text(w, "message", row->message);
    add_text(w, "merged_into", row->merged_into);
    add_text(w, "by", row->by);
    add_time(w, "said", row->said);
    add_text(w, "note", row->note);
    add_time(w, "silent_until", row->silent_until);
    if (whole && i->page.json.len) {
        tc_json_key(w, "incident");
        tc_json_raw(w, tc_slice_trim(i->page.json));
    }
    tc_json_object_close(w);
}

void tc_incident_list_json(const tc_kept_incidents *k, bool all, tc_time now, tc_str *out)
{
    tc_json_writer w;
    tc_json_writer_init(&w, out);
    tc_json_object_open(&w);
    tc_json_key(&w, "running");
    tc_json_bool(&w, k->running);
    tc_json_key(&w, "incidents");
    tc_json_array_open(&w);
    for (size_t i = 0; i < k->count; i++)
        if (is_listed(&k->items[i], all, now)) add_json(&w, &k->items[i], false, now);
    tc_json_array_close(&w);
    tc_json_object_close(&w);
    tc_str_add_byte(out, '\n');
}

void tc_incident_show_json(const tc_kept_incident *i, tc_time now, tc_str *out)
{
    tc_json_writer w;
    tc_json_writer_init(&w, out);
    add_json(&w, i, true, now);
    tc_str_add_byte(out, '\n');
}
