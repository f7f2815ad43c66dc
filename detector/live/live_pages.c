/* What is known of the incidents that have changed, put into the store for whoever asks. */
#include "detector/live/incident_page.h"
#include "detector/live/live_rows.h"
#include "detector/output/output.h"

#define ROWS_PER_COMMIT 8
#define PAGE_WIDTH 80
#define TEXT_MAX ((size_t)1 << 20)

static TC_STATUS put(tc_live_stage *s, const char *kind, const char *id, tc_status saved)
{
    char key[64];
    snprintf(key, sizeof(key), "%s%s", kind, id);
    tc_status status = saved;
    if (!tc_failed(status))
        status = tc_store_put_point(s->options.store, tc_slice_of(key), tc_str_view(&s->row));
    tc_str_clear(&s->row);
    return status;
}

/* Whole lines, and a word about what is not there. */
static void cut(tc_str *text)
{
    static const char words[] = "  (the page is longer; files have all of it)\n";
    if (text->len <= TC_PAGE_TEXT) return;
    size_t end = TC_PAGE_TEXT - sizeof(words);
    while (end > 0 && text->data[end - 1] != '\n')
        end--;
    text->len = end;
    tc_str_add(text, tc_slice_of(words));
}

static void list(const tc_alert *a, tc_incident_page *page)
{
    page->rule_count = TC_MIN(a->rule_count, (size_t)TC_PAGE_LIST);
    page->mailbox_count = TC_MIN(a->mailbox_count, (size_t)TC_PAGE_LIST);
    page->source_count = TC_MIN(a->source_count, (size_t)TC_PAGE_LIST);
    page->cut = page->rule_count < a->rule_count || page->mailbox_count < a->mailbox_count ||
                page->source_count < a->source_count;
    /* A rule without a name is known by its id: of the gravest, which stands first, that is told.
     */
    for (size_t i = 0; i < page->rule_count; i++)
        page->rules[i] = i == 0 && a->rules[i].name.len == 0 ? a->rule_id : a->rules[i].name;
    for (size_t i = 0; i < page->mailbox_count; i++)
        page->mailboxes[i] = a->mailboxes[i].name;
    for (size_t i = 0; i < page->source_count; i++)
        page->sources[i] = (tc_page_source){a->sources[i].ip, a->sources[i].agent};
}

/* Names stand in the lists too: with pseudonyms they are left out. */
static void list_without_names(const tc_alert *a, tc_incident_page *page)
{
    list(a, page);
    page->cut |= page->mailbox_count > 0;
    page->mailbox_count = 0;
}

/* By an output of its own: one remembers what it has told. */
static void word(const tc_live_stage *s, const tc_alert *a, const tc_output_format *format,
                 tc_str *out)
{
    tc_output_options options = {.format = format,
                                 .width = PAGE_WIDTH,
                                 .redact = s->options.redact,
                                 .version = TC_VERSION,
                                 .quiet = true};
    tc_output *output = tc_output_new(&options);
    if (output != NULL) tc_output_alert(output, a, TC_TIME_NONE, out);
    tc_output_free(output);
}

typedef struct showing {
    tc_live_stage *stage;
    tc_board_row row; /* with the figures of now */
} showing;

static void take_figures(tc_board_row *row, const tc_alert *a)
{
    row->last = TC_MAX(row->last, a->end);
    row->mailboxes = a->mailbox_count;
    row->sources = a->source_count;
}

static TC_STATUS shown(void *context, const tc_alert *a)
{
    showing *w = context;
    tc_live_stage *s = w->stage;
    take_figures(&w->row, a);
    tc_incident_page page = {.cut = false};
    tc_str text, json;
    tc_str_init(&text, TEXT_MAX);
    tc_str_init(&json, TEXT_MAX);
    if (s->options.redact)
        list_without_names(a, &page);
    else
        list(a, &page);
    word(s, a, &tc_output_text, &text);
    word(s, a, &tc_output_json, &json);
    cut(&text);
    page.text = tc_str_view(&text);
    if (json.len <= TC_PAGE_TEXT) page.json = tc_str_view(&json);
    tc_status saved = tc_incident_page_save(&page, &s->row, &s->error);
    tc_str_done(&text);
    tc_str_done(&json);
    return put(s, TC_PAGE_KEY, a->incident_id, saved);
}

static TC_STATUS put_row(tc_live_stage *s, const tc_board_row *row)
{
    showing w = {s, *row};
    tc_alert_sink sink = {&w, shown};
    TC_TRY(tc_live_make_room(s));
    TC_TRY(tc_ordered_show(s->ordered, row->id, &sink));
    tc_status saved = tc_incident_row_save(&w.row, &s->row, &s->error);
    return put(s, TC_INCIDENT_KEY, row->id, saved);
}

static TC_STATUS drop(tc_live_stage *s, const char *id)
{
    static const char *const kinds[] = {TC_INCIDENT_KEY, TC_PAGE_KEY};
    char key[64];
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        snprintf(key, sizeof(key), "%s%s", kinds[i], id);
        TC_TRY(tc_store_drop_point(s->options.store, tc_slice_of(key)));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_put_pages(tc_live_stage *s, bool all)
{
    char id[33];
    tc_board *board = tc_live_tell_board(s->options.tell);
    tc_time now = all ? TC_TIME_MAX : tc_live_now(s);
    for (size_t i = 0; all || i < ROWS_PER_COMMIT; i++) {
        const tc_board_row *row = tc_board_changed(board, now);
        if (row == NULL) break;
        TC_TRY(put_row(s, row));
    }
    while (tc_board_gone(board, id))
        TC_TRY(drop(s, id));
    return TC_SUCCESS;
}
