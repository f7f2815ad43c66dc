/*
 * Lines of values apart by tabs: a whole output format, as docs/adding-an-output.md adds one.
 * Columns: time, level, type, rule or "summary", id, user, mailboxes, message. No value holds a tab
 * or a line end, because values are escaped text.
 */
#include "detector/output/flat.h"
#include "detector/output/output_state.h"
#include "detector/output/verdict_words.h"

static void add_value(tc_output *output, tc_slice raw, char behind, tc_str *out)
{
    tc_str_add(out, tc_output_value(output, raw));
    tc_str_add_byte(out, (uint8_t)behind);
}

static void add_head(tc_time time, tc_level level, const char *type, tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_str_addf(out, "%s\t%s\t%s\t", tc_time_format(time, text), tc_level_name(level), type);
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    add_head(a->time, a->level, tc_alert_type(a), out);
    add_value(output, tc_alert_rule_key(a), '\t', out);
    add_value(output, tc_slice_of(a->id), '\t', out);
    add_value(output, a->user_name, '\t', out);
    tc_str *list = tc_output_scratch(output);
    tc_flat_mailboxes(list, a);
    tc_str_add(out, tc_str_view(list));
    tc_str_add_byte(out, '\t');
    add_value(output, a->message, '\n', out);
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    add_head(s->last, tc_output_summary_level(s), "summary", out);
    tc_str_addf(out, "summary\t\t\t\t");
    add_value(output, tc_str_view(sentence), '\n', out);
}

extern const tc_output_format tc_output_tsv;
const tc_output_format tc_output_tsv = {
    .name = "tsv",
    .help = "values apart by tabs, for spreadsheets",
    .alert = tell_alert,
    .summary = tell_summary,
};
