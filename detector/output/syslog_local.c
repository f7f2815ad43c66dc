/*
 * Lines as programs write them to the syslog socket of their own machine (syslog(3)): priority, tag
 * and text, without a header of RFC 5424, which default configurations of that socket do not read,
 * and without a time and a host, which the receiver knows. For people the sentence comes first,
 * then the element that the syslog format has. A '[' of the sentence is told as \x5b, so that the
 * first " [tocsin@32473" of a line is the element, whatever an attacker has written into a log.
 *
 * Not a format of --format: the sender to that socket needs it.
 */
#include "detector/output/escape.h"
#include "detector/output/syslog_element.h"
#include "detector/output/verdict_words.h"

static const tc_medium message = {"[", false};

/* Begins the line; what is left of it is the element's. */
static tc_syslog_element begin_line(const tc_output *output, tc_level level, tc_slice text,
                                    tc_str *out)
{
    size_t start = out->len;
    tc_str_addf(out, "<%d>" TC_OUTPUT_PRODUCT, TC_SYSLOG_FACILITY * 8 + tc_level_syslog(level));
    if (output->options.process_id) tc_str_addf(out, "[%" PRIu32 "]", output->options.process_id);
    tc_str_add(out, TC_LIT(": "));
    bool whole = tc_medium_add(out, &message, text, TC_SYSLOG_MESSAGE, false);
    tc_str_add_byte(out, ' ');
    return (tc_syslog_element){start + TC_SYSLOG_LINE - (sizeof(TC_SYSLOG_TRUNCATED "]\n") - 1),
                               !whole};
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    tc_syslog_element element =
        begin_line(output, a->level, tc_output_value(output, a->message), out);
    tc_syslog_add_alert(output, a, element, out);
    tc_str_add_byte(out, '\n');
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    tc_syslog_element element = begin_line(output, tc_output_summary_level(s),
                                           tc_output_value(output, tc_str_view(sentence)), out);
    tc_syslog_add_summary(output, s, element, out);
    tc_str_add_byte(out, '\n');
}

const tc_output_format tc_output_syslog_local = {
    .name = "syslog-local",
    .help = "lines for the syslog socket of this machine",
    .alert = tell_alert,
    .summary = tell_summary,
};
