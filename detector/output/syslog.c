/*
 * One RFC 5424 line per alert or transition, and one (SUMMARY) at the end of every scan. No BOM:
 * rsyslog would keep its three bytes inside the message.
 */
#include "detector/output/escape.h"
#include "detector/output/syslog_element.h"
#include "detector/output/verdict_words.h"

static const tc_medium message = {"", true};

/* HOSTNAME: 1 to 255 characters of PRINTUSASCII, or nil. */
static void add_host(tc_str *out, tc_slice host)
{
    size_t len = TC_MIN(host.len, (size_t)255);
    for (size_t i = 0; i < len; i++)
        tc_str_add_byte(out, host.ptr[i] > 32 && host.ptr[i] < 127 ? host.ptr[i] : '?');
    if (len == 0) tc_str_add_byte(out, '-');
}

/* At most six fraction digits are allowed (RFC 5424 6). Downwards; before the first whole
 * microsecond that there is, up to that. */
static tc_time whole_microsecond(tc_time time)
{
    int64_t rest = time % 1000;
    if (rest < 0 && time > INT64_MIN + 1000) rest += 1000;
    return tc_time_sub(time, rest);
}

static void add_header(const tc_output *output, tc_level level, tc_time time, const char *id,
                       tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_str_addf(out, "<%d>1 ", TC_SYSLOG_FACILITY * 8 + tc_level_syslog(level));
    if (time == TC_TIME_NONE) {
        tc_str_add(out, TC_LIT("- "));
    } else {
        tc_str_addf(out, "%s ", tc_time_format(whole_microsecond(time), text));
    }
    add_host(out, output->options.host);
    tc_str_add(out, TC_LIT(" " TC_OUTPUT_PRODUCT " "));
    if (output->options.process_id)
        tc_str_add_u64(out, output->options.process_id);
    else
        tc_str_add_byte(out, '-');
    tc_str_addf(out, " %s ", id);
}

/* What the parameters leave to the end of the element, " ", the message and the line end. */
static tc_syslog_element element_before(tc_slice text, const tc_str *out)
{
    size_t told = TC_MIN(text.len, TC_SYSLOG_MESSAGE);
    size_t rest = told + sizeof(TC_SYSLOG_TRUNCATED "] \n") - 1;
    return (tc_syslog_element){out->len + TC_SYSLOG_LINE - rest, text.len > TC_SYSLOG_MESSAGE};
}

static void end_line(tc_slice text, tc_str *out)
{
    tc_str_add_byte(out, ' ');
    (void)tc_medium_add(out, &message, text, TC_SYSLOG_MESSAGE, false);
    tc_str_add_byte(out, '\n');
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    const char *id = a->transition == TC_TRANSITION_NONE ? "ALERT" : "INCIDENT";
    tc_syslog_element element = element_before(tc_output_value(output, a->message), out);
    add_header(output, a->level, now == TC_TIME_NONE ? a->time : now, id, out);
    tc_syslog_add_alert(output, a, element, out);
    end_line(tc_output_value(output, a->message), out);
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    tc_syslog_element element = element_before(tc_output_value(output, tc_str_view(sentence)), out);
    add_header(output, tc_output_summary_level(s), now == TC_TIME_NONE ? s->last : now, "SUMMARY",
               out);
    tc_syslog_add_summary(output, s, element, out);
    end_line(tc_output_value(output, tc_str_view(sentence)), out);
}

const tc_output_format tc_output_syslog = {
    .name = "syslog",
    .help = "RFC 5424 with structured data",
    .alert = tell_alert,
    .summary = tell_summary,
};
