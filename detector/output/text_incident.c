/*
 * The final state of an incident as a block, in the order in which questions come at two in the
 * morning: what, why is it believed, what to do, who, from where, how is it known. What is not
 * known is not there.
 */
#include "detector/output/escape.h"
#include "detector/output/incident_words.h"
#include "detector/output/text_block.h"

#define FORMER_SHOWN 2
#define UNLESS_SHOWN 3
#define NUMBER_COLUMNS 3

/* -- head ----------------------------------------------------------------------------------- */

static void add_state(const tc_facts *f, tc_str *text)
{
    char time[TC_TIME_TEXT];
    const tc_alert *a = f->alert;
    const tc_alert_course *c = &a->course;
    if (a->end != TC_TIME_NONE)
        tc_str_addf(text, ", last sign %.16s", tc_time_format_human(a->end, time));
    if (!c->known || c->until == TC_TIME_NONE || a->level < TC_LEVEL_MEDIUM) return;
    tc_str_add(text, c->active ? TC_LIT("; ACTIVE at the end of what was judged")
                               : TC_LIT("; quiet since then, to the end of what was judged"));
    if (!c->active && tc_facts_persists(f))
        tc_str_add(text, TC_LIT(", but what it has set up may still be at work"));
}

static void add_head(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    char number[32];
    int length = snprintf(number, sizeof(number), "%-2zu ", ++output->page.number);
    size_t at = (size_t)length + 10;
    tc_page_paint(output, TC_PAINT_HEAD, number, 0, out);
    tc_page_level(output, a->level, 10, out);
    tc_str *text = tc_output_compose(output);
    tc_words_headline(f, text);
    tc_page_wrap(output, at, at, tc_str_view(text), out);
    text = tc_output_compose(output);
    tc_str_addf(text, "confidence %s", tc_confidence_word(a->confidence));
    add_state(f, text);
    if (a->confidence_why.len) {
        tc_str_add(text, TC_LIT("; confidence lowered by: "));
        tc_str_add(text, tc_slice_sub(a->confidence_why, 0, TC_VALUE_MAX));
    }
    tc_block_line(output, at, tc_str_view(text), out);
}

/* -- why and what to do --------------------------------------------------------------------- */

static void add_why(tc_output *output, const tc_facts *f, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    tc_words_why(f, text);
    if (text->len) tc_block_text(output, "WHY", tc_str_view(text), out);
}

/* What else it may be, by the rule: a page that cannot doubt itself is not believed for long. */
static void add_unless(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < a->rule_falsepositive_count && i < UNLESS_SHOWN; i++) {
        bool none = tc_slice_starts(a->rule_falsepositives[i], TC_LIT("None"));
        if (text->len || none)
            tc_str_add(text, text->len ? TC_LIT(" ") : TC_LIT("Harmless causes: "));
        else
            tc_str_add(text, TC_LIT("It can be harmless: "));
        tc_str_add(text, tc_slice_sub(a->rule_falsepositives[i], 0, TC_VALUE_MAX));
    }
    if (text->len) tc_block_text(output, "BUT", tc_str_view(text), out);
}

typedef struct step_list {
    tc_output *output;
    tc_str *out;
    size_t count;
} step_list;

/* Commands stand on lines of their own. */
static void add_step(void *context, tc_slice step)
{
    step_list *list = context;
    char number[32];
    tc_slice rest, first = tc_slice_split(step, '\n', &rest);
    size_t indent = TC_BLOCK_INDENT;
    indent += (size_t)snprintf(number, sizeof(number), "%zu. ", ++list->count);
    tc_block_label(list->output, list->count == 1 ? "DO" : "", list->out);
    tc_str_add(list->out, tc_slice_of(number));
    tc_page_wrap(list->output, indent, indent, first, list->out);
    while (rest.ptr != NULL && rest.len)
        tc_block_line(list->output, indent + 2, tc_slice_split(rest, '\n', &rest), list->out);
}

static void add_do(tc_output *output, const tc_facts *f, tc_str *out)
{
    step_list list = {output, out, 0};
    tc_words_site site = {.logs = tc_str_view(&output->page.logs)};
    tc_words_do(f, &site, add_step, &list);
}

/* -- foot ----------------------------------------------------------------------------------- */

static void add_notes(tc_output *output, const tc_alert *a, tc_str *out)
{
    if (a->historic)
        tc_block_text(output, "NOTE", TC_LIT("Older than --since: shown as context, not counted."),
                      out);
    if (a->degraded)
        tc_block_text(output, a->historic ? "" : "NOTE",
                      TC_LIT("The memory limit was reached: figures may be low."), out);
}

static void add_rule(tc_str *text, const tc_alert *a)
{
    bool known = a->rule_name.len || a->rule_id.len;
    tc_slice rule = a->rule_name.len ? a->rule_name : a->rule_id.len ? a->rule_id : a->rule_title;
    if (rule.len == 0) return;
    tc_str_add(text, text->len ? TC_LIT(", rule ") : TC_LIT("rule "));
    if (!known) tc_str_add_byte(text, '"');
    tc_str_add(text, tc_slice_sub(rule, 0, 1024));
    if (!known) tc_str_add_byte(text, '"');
    if (!known && a->rule_file.len) {
        tc_str_add(text, TC_LIT(" in "));
        tc_str_add(text, tc_slice_sub(a->rule_file, 0, 4096));
    }
}

static void add_identity(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    if (a->incident_id[0]) tc_str_addf(text, "id %s", a->incident_id);
    for (size_t i = 0; i < a->former_id_count && i < FORMER_SHOWN; i++)
        tc_str_addf(text, "%s%s", i ? ", " : ", formerly ", a->former_ids[i]);
    if (a->former_id_count > FORMER_SHOWN)
        tc_str_addf(text, " and %zu more", a->former_id_count - FORMER_SHOWN);
    if (a->merged_into[0]) tc_str_addf(text, ", merged into %s", a->merged_into);
    add_rule(text, a);
    for (size_t i = 0; i < a->technique_count; i++) {
        tc_str_add(text, i ? TC_LIT(" ") : TC_LIT(", ATT&CK "));
        tc_str_add(text, tc_slice_sub(a->techniques[i], 0, 64));
    }
    if (text->len == 0) return;
    tc_str_add(out, TC_LIT("  "));
    tc_page_wrap(output, 2, 2, tc_str_view(text), out);
}

static void add_foot(tc_output *output, const tc_facts *f, tc_str *out)
{
    add_notes(output, f->alert, out);
    add_identity(output, f->alert, out);
}

/* -- all of it --------------------------------------------------------------------------- */

void tc_output_text_incident(tc_output *output, const tc_alert *a, tc_str *out)
{
    static void (*const parts[])(tc_output *, const tc_facts *, tc_str *) = {
        add_why,      add_unless,    tc_block_see,   add_do,
        tc_block_who, tc_block_from, tc_block_proof, add_foot};
    tc_facts f = tc_facts_of(a);
    tc_str_add_byte(out, '\n');
    add_head(output, &f, out);
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        size_t start = out->len;
        if (a->level >= TC_LEVEL_MEDIUM) tc_str_add_byte(out, '\n');
        size_t begun = out->len;
        parts[i](output, &f, out);
        if (out->len == begun) out->len = start;
    }
    tc_told_remember(output, &f);
}
