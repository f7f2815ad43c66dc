/* What the site had left out of what was found. */
#include "detector/output/escape.h"
#include "detector/output/output_state.h"
#include "detector/output/text_page.h"

#define LISTED 20
#define LABEL 11

static void add_place(const tc_left_out *l, tc_str *text)
{
    tc_str_addf(text, "%s", l->kind[0] == 'e' ? "exception" : "change window");
    if (l->file.len == 0) return;
    tc_str_add(text, TC_LIT(" at "));
    tc_str_add(text, tc_slice_sub(l->file, 0, TC_VALUE_MAX));
    tc_str_addf(text, ":%" PRIu32, l->line);
}

static void compose(const tc_left_out *l, tc_str *text)
{
    char number[32], until[TC_TIME_TEXT];
    if (!l->ended)
        tc_str_addf(text, "%s finding%s: ", tc_page_number(l->findings, number),
                    l->findings == 1 ? "" : "s");
    if (l->line) {
        add_place(l, text);
        tc_str_add(text, l->ended ? TC_LIT(" has ended and is not applied: ") : TC_LIT(", "));
    }
    tc_str_add(text, tc_slice_sub(l->what, 0, TC_VALUE_MAX));
    if (l->reason.len) {
        tc_str_add(text, TC_LIT("; "));
        tc_str_add(text, tc_slice_sub(l->reason, 0, TC_VALUE_MAX));
    }
    if (l->kind[0] == 'e')
        tc_str_addf(text, " (until %s)", tc_page_minute(tc_time_sub(l->until, TC_SECOND), until));
}

/* As the site says; LEFT OUT stands before the first. */
void tc_output_text_left_out(tc_output *output, const tc_summary *s, tc_str *out)
{
    for (size_t i = 0; i < s->left_out_count && i < LISTED; i++) {
        tc_str *text = tc_output_compose(output);
        compose(&s->left_out[i], text);
        tc_page_paint(output, TC_PAINT_HEAD, i ? "" : "LEFT OUT", LABEL, out);
        tc_page_wrap(output, LABEL, LABEL + 2, tc_str_view(text), out);
    }
    if (s->left_out_count > LISTED)
        tc_str_addf(out, "%*sand %zu more\n", LABEL, "", s->left_out_count - LISTED);
}
