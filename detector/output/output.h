/*
 * output: alerts and summaries as text for people, JSON lines, RFC 5424 syslog, CEF and LEEF.
 *
 * A format is a pure function of the alert: it appends to a tc_str and knows no file, clock or
 * environment (the time of sending and the host name are given). Every byte that came from input is
 * escaped for the medium. With redaction people's names become pseudonyms that are stable within
 * one output object. Every line ends with LF, which a sender that frames by length takes off.
 *
 * An alert is told whole or not at all: without memory nothing is appended, and the status of the
 * text says so.
 */
#ifndef TC_OUTPUT_OUTPUT_H
#define TC_OUTPUT_OUTPUT_H

#include "detector/summary.h"
#include "parsers/base/str.h"

typedef enum tc_output_format {
    TC_OUTPUT_TEXT = 0,
    TC_OUTPUT_JSON,
    TC_OUTPUT_SYSLOG,
    TC_OUTPUT_CEF,
    TC_OUTPUT_LEEF,
    TC_OUTPUT_FORMAT_COUNT
} tc_output_format;

/* host and version are borrowed: they live as long as the output. */
typedef struct tc_output_options {
    tc_output_format format;
    bool color;     /* text only */
    uint32_t width; /* text: columns, 60..200 */
    bool redact;
    bool explain;       /* text: also alerts that belong to incidents, and why */
    tc_level min_level; /* what is told at all */
    tc_slice host;      /* HOSTNAME of syslog headers; empty = "-" */
    uint32_t process_id;
    const char *version;
} tc_output_options;

typedef struct tc_output tc_output;

tc_output *tc_output_new(const tc_output_options *options) TC_MUST_USE;
void tc_output_free(tc_output *output);
bool tc_output_format_parse(tc_slice name, tc_output_format *ret);

/* Appends the alert in the output's format (nothing when it is below min_level or the format does
 * not tell it: text tells single alerts only as one line). `now` is the time of sending, for syslog
 * headers; TC_TIME_NONE writes the event time there. */
void tc_output_alert(tc_output *output, const tc_alert *alert, tc_time now, tc_str *out);
/* Text only: the inventory before findings, as a short table. */
void tc_output_inventory(tc_output *output, const tc_summary *summary, tc_str *out);
/* Text: verdict, coverage, ledgers. The other formats: one record of type "summary", also when
 * nothing was found, with the outcome, the reasons why it is incomplete, the time that was judged,
 * incidents per level, files, mailboxes and coverage. `now` as above. */
void tc_output_summary(tc_output *output, const tc_summary *summary, tc_time now, tc_str *out);

#endif
