/* RESULT: the first lines of a page, and its last when it is long: what it all comes to, of which
 * servers and which time, and what weighs on it. */
#include "detector/output/escape.h"
#include "detector/output/text_page.h"
#include "detector/output/verdict_words.h"

enum { LABEL = 8 };

static void add_label(const tc_output *output, tc_paint paint, const char *label, tc_str *out)
{
    tc_page_paint(output, paint, label, LABEL, out);
}

static tc_paint paint_of(const tc_summary *s)
{
    for (unsigned level = TC_LEVEL_COUNT; level-- > s->min_level;)
        if (s->incidents[level] + s->single[level]) return tc_page_level_paint((tc_level)level);
    return s->verdict.incomplete ? TC_PAINT_ALARM : TC_PAINT_HEAD;
}

static bool is_judged(const tc_summary *s)
{
    return tc_verdict_first_reason(s) == 0 || s->verdict.reason_count == 0;
}

/* "2 incidents: 1 CRITICAL, 1 LOW. Every indicator could be watched." */
static void add_sentence(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    bool found = tc_summary_found(s, s->min_level) != 0;
    add_label(output, paint_of(s), "RESULT", out);
    if (!is_judged(s) || tc_summary_nothing_new(s)) {
        tc_verdict_sentence(s, text);
    } else {
        if (s->verdict.incomplete) tc_str_add(text, TC_LIT("INCOMPLETE. "));
        tc_verdict_found(s, true, text);
        if (!found) {
            tc_str_add(text, TC_LIT(", "));
            tc_verdict_window(s, text);
        }
        tc_str_add(text, TC_LIT(". "));
        tc_verdict_gaps(s, text);
        tc_str_add_byte(text, '.');
        if (s->verdict.incomplete) tc_str_addf(text, " Exit status %d.", s->verdict.exit_status);
    }
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

/* -- what was read -------------------------------------------------------------------------- */

static size_t host_count(const tc_summary *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->inventory_count; i++) {
        bool before = s->inventory[i].host.len == 0;
        for (size_t k = 0; k < i && !before; k++)
            before = tc_slice_equal(s->inventory[i].host, s->inventory[k].host);
        count += !before;
    }
    return count;
}

static void add_read(const tc_summary *s, const char *between, tc_str *text)
{
    uint64_t unread = tc_files_unread(&s->files);
    char number[32];
    if (unread)
        tc_str_addf(text, "%s%s file%s not read", between, tc_page_number(unread, number),
                    unread == 1 ? "" : "s");
    else if (!s->verdict.incomplete)
        tc_str_addf(text, "%sall read", between);
}

/* "5 servers, 2011-02-07 00:00 to 2011-03-18 23:52 UTC (40 days), all read." Where nothing was
 * found, the time stands in the sentence above. */
static void add_reach(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    size_t hosts = host_count(s);
    bool found = tc_summary_found(s, s->min_level) != 0;
    if (s->judged_first == TC_TIME_NONE) return;
    if (hosts) tc_str_addf(text, "%zu server%s", hosts, hosts == 1 ? "" : "s");
    if (found) {
        tc_str_add(text, hosts ? TC_LIT(", ") : TC_EMPTY_SLICE);
        tc_verdict_window(s, text);
    }
    if (text->len) add_read(s, ", ", text);
    if (text->len == 0) return;
    tc_str_add(text, TC_LIT(". All times UTC."));
    tc_str_addf(out, "%*s", LABEL, "");
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

/* -- what weighs on it ---------------------------------------------------------------------- */

/* A clause as a sentence of its own. */
static void add_clause(tc_output *output, tc_paint paint, const char *word, tc_str *raw,
                       tc_str *out)
{
    size_t at = LABEL + strlen(word);
    if (raw->len && raw->data[0] >= 'a' && raw->data[0] <= 'z' && word[0] == 0)
        raw->data[0] ^= 0x20;
    tc_str_add_byte(raw, '.');
    tc_str_addf(out, "%*s", LABEL, "");
    tc_page_paint(output, paint, word, 0, out);
    tc_page_wrap(output, at, LABEL, tc_str_view(raw), out);
}

static void add_reasons(tc_output *output, const tc_summary *s, tc_str *out)
{
    for (size_t i = tc_verdict_first_reason(s); i < s->verdict.reason_count; i++) {
        tc_str *text = tc_output_compose(output);
        tc_str_add(text, s->verdict.reasons[i].words);
        add_clause(output, TC_PAINT_ALARM, "Not judged: ", text, out);
    }
}

static void add_notes(tc_output *output, const tc_summary *s, tc_str *out)
{
    for (unsigned note = 0; note < TC_NOTE_COUNT; note++) {
        tc_str *text = tc_output_compose(output);
        tc_verdict_note_words(s, (tc_verdict_note)note, text);
        if (text->len) add_clause(output, TC_PAINT_PLAIN, "", text, out);
    }
}

static void add_bounds(tc_output *output, const tc_summary *s, tc_str *out)
{
    for (size_t i = 0; i < s->bounds.count; i++) {
        tc_str *text = tc_output_compose(output);
        tc_bound_words(&s->bounds.items[i], text);
        add_clause(output, TC_PAINT_WARN, "Memory: ", text, out);
    }
}

void tc_output_text_result(tc_output *output, const tc_summary *s, tc_str *out)
{
    add_sentence(output, s, out);
    if (is_judged(s)) add_reach(output, s, out);
    add_reasons(output, s, out);
    add_notes(output, s, out);
    add_bounds(output, s, out);
}

void tc_output_text_result_again(tc_output *output, const tc_summary *s, tc_str *out)
{
    add_sentence(output, s, out);
}
