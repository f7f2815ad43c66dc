/* The first lines after the findings: what it all comes to, and what weighs on it. */
#include "detector/output/text_page.h"
#include "detector/output/verdict_words.h"

#define LABEL 12

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

/* One clause per line, each beginning with a capital letter, under one label. */
static void add_clause(tc_output *output, const char *label, tc_paint paint, bool first,
                       tc_str *raw, tc_str *out)
{
    if (raw->len && raw->data[0] >= 'a' && raw->data[0] <= 'z') raw->data[0] ^= 0x20;
    tc_str_add_byte(raw, '.');
    add_label(output, paint, first ? label : "", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(raw), out);
}

static void add_reasons(tc_output *output, const tc_summary *s, tc_str *out)
{
    size_t begin = tc_verdict_first_reason(s);
    for (size_t i = begin; i < s->verdict.reason_count; i++) {
        tc_str *text = tc_output_compose(output);
        tc_str_add(text, s->verdict.reasons[i].words);
        add_clause(output, "INCOMPLETE", TC_PAINT_ALARM, i == begin, text, out);
    }
}

static void add_notes(tc_output *output, const tc_summary *s, tc_str *out)
{
    bool first = true;
    for (unsigned note = 0; note < TC_NOTE_COUNT; note++) {
        tc_str *text = tc_output_compose(output);
        tc_verdict_note_words(s, (tc_verdict_note)note, text);
        if (text->len == 0) continue;
        add_clause(output, "NOTE", TC_PAINT_HEAD, first, text, out);
        first = false;
    }
}

static void add_bounds(tc_output *output, const tc_summary *s, tc_str *out)
{
    for (size_t i = 0; i < s->bounds.count; i++) {
        tc_str *text = tc_output_compose(output);
        tc_bound_words(&s->bounds.items[i], text);
        add_clause(output, "BOUNDS", TC_PAINT_WARN, i == 0, text, out);
    }
}

void tc_output_text_verdict(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    tc_verdict_sentence(s, text);
    add_label(output, paint_of(s), "VERDICT", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
    add_reasons(output, s, out);
    add_notes(output, s, out);
    add_bounds(output, s, out);
}
