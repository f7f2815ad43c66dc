#include "detector/inquire/scope_page.h"

#include "detector/output/text_page.h"

#define ACTIVE_FOR (3 * TC_DAY)

enum { INDENT = 2, NAMES = 4, REASONS = 6 };

bool tc_scope_is_active(const tc_scope_answer *answer, tc_time newest)
{
    return newest != TC_TIME_NONE && tc_time_between(answer->last_sign, newest) < ACTIVE_FOR;
}

/* -- the head ------------------------------------------------------------------------------- */

static void say_state(tc_output *text, size_t at, const tc_scope_answer *a, tc_time newest,
                      tc_str *out)
{
    char time[TC_TIME_TEXT + 4], span[40];
    bool active = tc_scope_is_active(a, newest);
    tc_page_paint(text, active ? TC_PAINT_ALARM : TC_PAINT_HEAD, active ? "ACTIVE" : "quiet", 0,
                  out);
    tc_str_addf(out, "%s", active ? ": " : " ");
    tc_page_wrapf(text, at + (active ? 8 : 6), INDENT, out,
                  active ? "last sign %s, %s before the newest record"
                         : "since %s: records go on for %s",
                  tc_page_time(a->last_sign, time), tc_page_span(a->last_sign, newest, span));
}

/* The one with the latest sign speaks for all. */
static const tc_scope_answer *latest(const tc_scope_page *page)
{
    const tc_scope_answer *best = NULL;
    for (size_t i = 0; i < page->answer_count; i++)
        if (best == NULL || page->answers[i].last_sign > best->last_sign) best = &page->answers[i];
    return best;
}

static void say_nothing(tc_output *text, const tc_scope_page *page, tc_str *out)
{
    tc_page_wrapf(text, 0, INDENT, out, "No incident was found whose scope could be told.");
    if (page->lower)
        tc_page_wrapf(text, 0, INDENT, out,
                      "%zu below the level asked for: see --fail-level, or name it with --incident",
                      page->lower);
}

static void list_reaches(tc_output *text, const tc_scope_page *page, tc_str *out)
{
    static const tc_table_column columns[] = {{.title = "HOST", .flexible = true},
                                              {.title = "LOG"},
                                              {.title = "FILES", .right = true, .drop = 1},
                                              {.title = "NEWEST RECORD"},
                                              {.title = "BEHIND"}};
    char time[TC_TIME_TEXT], span[40];
    tc_table *table = &text->table;
    tc_table_open(table, columns, TC_COUNT_OF(columns));
    for (size_t i = 0; i < page->reach_count; i++) {
        const tc_scope_reach *r = &page->reaches[i];
        if (!tc_table_row(table)) continue;
        tc_table_cell(table, r->host.len ? r->host : TC_LIT("(unknown)"));
        tc_table_cellf(table, "%s", r->format);
        tc_table_cellf(table, "%" PRIu64, r->files);
        tc_table_cellf(table, "%s", tc_page_minute(r->newest, time));
        tc_table_cellf(table, "%s",
                       r->newest == page->newest ? "-"
                                                 : tc_page_span(r->newest, page->newest, span));
    }
    tc_table_print(table, INDENT, text->options.width, out);
    if (table->rows_left_out) tc_str_addf(out, "  and %zu more\n", table->rows_left_out);
}

void tc_scope_text_head(tc_output *text, const tc_scope_page *page, tc_str *out)
{
    const tc_scope_answer *last = latest(page);
    if (last == NULL)
        say_nothing(text, page, out);
    else
        say_state(text, 0, last, page->newest, out);
    tc_str_add(out, TC_LIT("\nHOW FAR THE LOGS REACH (where a log ends is no calm)\n"));
    list_reaches(text, page, out);
    if (page->kept_one_in > 1)
        tc_page_wrapf(
            text, 0, INDENT, out,
            "\nINCOMPLETE: more than %zu pairs of source and name were met: one in %" PRIu64
            " is told. Ask for one incident (--incident ID).",
            page->bound, page->kept_one_in);
}

/* -- an incident ---------------------------------------------------------------------------- */

static void add_count(tc_str *words, const char **between, uint64_t n, const char *what)
{
    char number[32];
    if (n == 0) return;
    tc_str_addf(words, "%s%s %s", *between, tc_page_number(n, number), what);
    *between = ", ";
}

static void say_requests(tc_str *words, const tc_scope_reason *r)
{
    const char *between = "";
    bool acts = r->kind == TC_SCOPE_ACTOR;
    add_count(words, &between, r->in, acts ? "acts" : "let in");
    add_count(words, &between, r->refused, "refused");
    add_count(words, &between, r->asked, r->asked == 1 ? "logon sent" : "logons sent");
}

static void say_reason(tc_output *text, const tc_scope_reason *r, tc_str *out)
{
    static const char *const words_of[] = {[TC_SCOPE_ADDRESS] = "from ",
                                           [TC_SCOPE_BLOCK] = "from the network ",
                                           [TC_SCOPE_AGENT] = "with the client ",
                                           [TC_SCOPE_ACTOR] = "by the account "};
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    tc_str words;
    tc_str_init(&words, 4096);
    tc_str_addf(&words, "%s", words_of[r->kind]);
    tc_str_add(&words, r->what);
    tc_str_addf(&words, ": %s", tc_page_minute(r->first, first));
    if (r->last > r->first) tc_str_addf(&words, " to %s", tc_page_minute(r->last, last));
    tc_str_add(&words, TC_LIT(": "));
    say_requests(&words, r);
    if (r->home) tc_str_add(&words, TC_LIT("; came there before the incident"));
    if (r->device) tc_str_add(&words, TC_LIT("; with what it also uses elsewhere"));
    tc_str_addf(out, "%*s", REASONS, "");
    tc_page_wrap(text, REASONS, REASONS + 2, tc_str_view(&words), out);
    tc_output_note_failure(text, words.failed);
    tc_str_done(&words);
}

static void say_row(tc_output *text, const tc_scope_row *row, tc_str *out)
{
    tc_str words;
    tc_str_init(&words, 4096);
    tc_str_add(&words, row->name);
    if (row->named) tc_str_add(&words, TC_LIT("  (the incident names it)"));
    if (row->guest && !row->named) tc_str_add(&words, TC_LIT("  (most likely at home there)"));
    if (row->unknown) tc_str_add(&words, TC_LIT("  (seen nowhere else)"));
    if (row->in == 0 && row->reason_count && !row->named)
        tc_str_add(&words, TC_LIT("  (never let in)"));
    tc_str_addf(out, "%*s", NAMES, "");
    tc_page_wrap(text, NAMES, REASONS, tc_str_view(&words), out);
    for (size_t i = 0; i < row->reason_count; i++)
        say_reason(text, &row->reasons[i], out);
    tc_output_note_failure(text, words.failed);
    tc_str_done(&words);
}

static void say_rows(tc_output *text, const tc_scope_answer *a, tc_str *out)
{
    static const char *const titles[] = {[TC_SCOPE_CERTAIN] = "CERTAIN",
                                         [TC_SCOPE_LIKELY] = "LIKELY",
                                         [TC_SCOPE_NETWORK] = "THE SAME NETWORK ONLY"};
    for (size_t i = 0; i < a->row_count; i++) {
        if (i == 0 || a->rows[i].mark != a->rows[i - 1].mark)
            tc_str_addf(out, "\n  %s\n", titles[a->rows[i].mark]);
        say_row(text, &a->rows[i], out);
    }
}

static void say_shared(tc_output *text, const tc_scope_answer *a, tc_str *out)
{
    if (a->shared_count) tc_str_add(out, TC_LIT("\n  NOT FOLLOWED\n"));
    for (size_t i = 0; i < a->shared_count; i++) {
        const tc_scope_shared *s = &a->shared[i];
        tc_str words;
        tc_str_init(&words, 4096);
        tc_str_addf(&words, "%s ", tc_scope_kind_name(s->kind));
        tc_str_add(&words, s->what);
        if (s->inside)
            tc_str_add(&words,
                       TC_LIT(": is not outside (an own exit or a balancer), not followed"));
        else if (s->others == 0)
            tc_str_add(&words,
                       TC_LIT(": people come there with devices of their own, not followed"));
        else
            tc_str_addf(&words, ": shared with %" PRIu64 " other%s, not followed", s->others,
                        s->others == 1 ? "" : "s");
        tc_str_addf(out, "%*s", NAMES, "");
        tc_page_wrap(text, NAMES, REASONS, tc_str_view(&words), out);
        tc_output_note_failure(text, words.failed);
        tc_str_done(&words);
    }
}

static void say_counts(tc_output *text, const tc_scope_answer *a, tc_str *out)
{
    size_t of[TC_SCOPE_MARK_COUNT] = {0}, named = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        of[a->rows[i].mark]++;
        named += a->rows[i].named;
    }
    tc_str_addf(out, "%*s", INDENT, "");
    tc_page_wrapf(text, INDENT, INDENT, out,
                  "%zu mailboxes and accounts: %zu certain, %zu likely, %zu by the same network "
                  "only. The incident names %zu of them.",
                  a->row_count, of[TC_SCOPE_CERTAIN], of[TC_SCOPE_LIKELY], of[TC_SCOPE_NETWORK],
                  named);
}

void tc_scope_text_incident(tc_output *text, const tc_scope_page *page, size_t index, tc_str *out)
{
    const tc_scope_answer *a = &page->answers[index];
    tc_str_add(out, TC_LIT("\nINCIDENT "));
    tc_page_level(text, a->level, 0, out);
    tc_str_addf(out, " %s\n", a->id);
    tc_str_addf(out, "%*s", INDENT, "");
    tc_page_wrap(text, INDENT, INDENT, a->title, out);
    tc_str_addf(out, "%*s", INDENT, "");
    say_state(text, INDENT, a, page->newest, out);
    say_counts(text, a, out);
    say_rows(text, a, out);
    say_shared(text, a, out);
}
