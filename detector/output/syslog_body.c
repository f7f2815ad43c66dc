/*
 * What the syslog formats tell, without a header and without a limit: who sends it (detector/send)
 * knows the receiver's header and size only when it is sent.
 */
#include "detector/output/escape.h"
#include "detector/output/syslog_element.h"
#include "detector/output/verdict_words.h"

#define BODY_MAX ((size_t)1 << 20)

static const tc_medium behind = {"", true};
/* A '[' before the element could be taken for it. */
static const tc_medium before = {"[", false};

static tc_syslog_element element_of(const tc_str *out, bool message_is_cut)
{
    return (tc_syslog_element){out->len + BODY_MAX, message_is_cut};
}

static void add_sentence(const tc_medium *medium, tc_slice text, tc_str *out)
{
    (void)tc_medium_add(out, medium, text, TC_SYSLOG_MESSAGE, false);
}

/* Whether the sentence has to be cut: then the element says so, even if it comes first. */
static bool is_long(tc_slice text)
{
    return text.len > TC_SYSLOG_MESSAGE;
}

static void alert_element_first(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    bool cut = is_long(tc_output_value(output, a->message));
    tc_syslog_add_alert(output, a, element_of(out, cut), out);
    tc_str_add_byte(out, ' ');
    add_sentence(&behind, tc_output_value(output, a->message), out);
    tc_str_add_byte(out, '\n');
}

static void alert_sentence_first(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    tc_slice text = tc_output_value(output, a->message);
    bool cut = is_long(text);
    add_sentence(&before, text, out);
    tc_str_add_byte(out, ' ');
    tc_syslog_add_alert(output, a, element_of(out, cut), out);
    tc_str_add_byte(out, '\n');
}

static tc_slice sentence_of(tc_output *output, const tc_summary *s)
{
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    return tc_output_value(output, tc_str_view(sentence));
}

static void summary_element_first(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    bool cut = is_long(sentence_of(output, s));
    tc_syslog_add_summary(output, s, element_of(out, cut), out);
    tc_str_add_byte(out, ' ');
    add_sentence(&behind, sentence_of(output, s), out);
    tc_str_add_byte(out, '\n');
}

static void summary_sentence_first(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    tc_slice text = sentence_of(output, s);
    bool cut = is_long(text);
    add_sentence(&before, text, out);
    tc_str_add_byte(out, ' ');
    tc_syslog_add_summary(output, s, element_of(out, cut), out);
    tc_str_add_byte(out, '\n');
}

const tc_output_format tc_output_element_first = {
    .name = "element-first",
    .help = "structured data, then the sentence",
    .alert = alert_element_first,
    .summary = summary_element_first,
};

const tc_output_format tc_output_sentence_first = {
    .name = "sentence-first",
    .help = "the sentence, then structured data",
    .alert = alert_sentence_first,
    .summary = summary_sentence_first,
};
