/* WATCHED: which indicators had what they need; what is missing for the others. */
#include "detector/output/text_page.h"

enum { LABEL = 11 };

static void add_label(const tc_output *output, const char *label, tc_str *out)
{
    tc_page_paint(output, TC_PAINT_HEAD, label, LABEL, out);
}

static void add_watched(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < s->coverage_count; i++) {
        if (s->coverage[i].state != TC_WATCHED) continue;
        if (text->len) tc_str_add(text, TC_LIT(", "));
        tc_str_add(text, tc_slice_of(s->coverage[i].indicator));
    }
    if (text->len == 0) tc_str_add(text, TC_LIT("nothing in full"));
    add_label(output, "WATCHED", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

/* "PARTLY  webmail access: only 2 days ...", and how to get more. */
static void add_gap(tc_output *output, const tc_coverage_row *row, tc_str *out)
{
    static const tc_paint paints[TC_WATCH_STATE_COUNT] = {
        [TC_WATCHED] = TC_PAINT_GOOD, [TC_PARTLY] = TC_PAINT_WARN, [TC_BLIND] = TC_PAINT_BAD};
    tc_str *text = tc_output_compose(output);
    tc_page_paint(output, paints[row->state], row->state == TC_BLIND ? "BLIND" : "PARTLY", LABEL,
                  out);
    tc_str_add(text, tc_slice_of(row->indicator));
    if (row->why.len) tc_str_add(text, TC_LIT(": "));
    tc_str_add(text, row->why);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
    if (row->fix.len == 0) return;
    text = tc_output_compose(output);
    tc_str_add(text, TC_LIT("to mend it: "));
    tc_str_add(text, row->fix);
    tc_str_addf(out, "%*s", LABEL, "");
    tc_page_wrap(output, LABEL, LABEL + 2, tc_str_view(text), out);
}

/* "AUDIT  2 mailboxes: their audit is off ... (ana@corp.example, ben@corp.example)" */
static void add_audit(tc_output *output, const tc_audit_gap *gap, tc_str *out)
{
    char count[32];
    tc_str *text = tc_output_compose(output);
    add_label(output, "AUDIT", out);
    if (gap->mailboxes)
        tc_str_addf(text, "%s %s: ", tc_page_number(gap->mailboxes, count),
                    gap->mailboxes == 1 ? "mailbox" : "mailboxes");
    tc_str_add(text, gap->why);
    for (size_t i = 0; i < gap->name_count; i++) {
        tc_str_add(text, i ? TC_LIT(", ") : TC_LIT(" ("));
        tc_str_add(text, gap->names[i]);
    }
    if (gap->mailboxes > gap->name_count) tc_str_add(text, TC_LIT(", ..."));
    if (gap->name_count) tc_str_add_byte(text, ')');
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
    text = tc_output_compose(output);
    tc_str_add(text, TC_LIT("to mend it: "));
    tc_str_add(text, gap->fix);
    tc_str_addf(out, "%*s", LABEL, "");
    tc_page_wrap(output, LABEL, LABEL + 2, tc_str_view(text), out);
}

static void add_mailboxes(tc_output *output, const tc_summary *s, tc_str *out)
{
    char seen[32], both[32], judged[32], few[32];
    if (s->mailboxes_seen == 0) return;
    uint64_t rest = s->mailboxes_seen - TC_MIN(s->mailboxes_judged, s->mailboxes_seen);
    tc_str *text = tc_output_compose(output);
    tc_str_addf(text, "%s seen, %s of them in webmail and in mail",
                tc_page_number(s->mailboxes_seen, seen), tc_page_number(s->mailboxes_joined, both));
    if (s->mailboxes_judged)
        tc_str_addf(text, "; the language of %s could be judged",
                    tc_page_number(s->mailboxes_judged, judged));
    if (rest && s->mailboxes_judged)
        tc_str_addf(text, ", %s had too few system messages", tc_page_number(rest, few));
    add_label(output, "MAILBOXES", out);
    tc_page_wrap(output, LABEL, LABEL, tc_str_view(text), out);
}

void tc_output_text_coverage(tc_output *output, const tc_summary *s, tc_str *out)
{
    if (s->coverage_count) add_watched(output, s, out);
    for (size_t i = 0; i < s->coverage_count; i++)
        if (s->coverage[i].state != TC_WATCHED) add_gap(output, &s->coverage[i], out);
    for (size_t i = 0; i < s->audit_count; i++)
        add_audit(output, &s->audit[i], out);
    add_mailboxes(output, s, out);
}
