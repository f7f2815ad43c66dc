/*
 * output: alerts and summaries as text for people, JSON lines, RFC 5424 syslog, CEF and LEEF.
 *
 * A format is a pure function of the alert: it appends to a tc_str and knows no file, clock or
 * environment (the time of sending and the host name are given): one row of a table (formats.def),
 * one file. Every byte that came from input is
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

typedef struct tc_output tc_output;
typedef struct tc_output_format tc_output_format;

/* host and version are borrowed: they live as long as the output. */
typedef struct tc_output_options {
    const tc_output_format *format;
    bool color;      /* text only */
    uint32_t width;  /* text: columns, 60..200 */
    uint32_t height; /* text: lines of the screen; 0 = not known */
    bool timeline;   /* text: also the changes of incidents */
    bool quiet;      /* text: nothing of what was read */
    bool redact;
    bool explain;       /* text: also alerts that belong to incidents, and why */
    tc_level min_level; /* what is told at all */
    tc_slice host;      /* HOSTNAME of syslog headers; empty = "-" */
    uint32_t process_id;
    const char *version;
    /* The element of structured data as a receiver wants it: its id's enterprise number (0: that of
     * examples), and names of letters, digits and '_' only, with times of three decimals. */
    uint32_t enterprise;
    bool flat_names;
} tc_output_options;

/*
 * A way of telling: const data. Its functions append to `out`, whole lines only, what they are
 * given as it may be told (redaction is done, levels are chosen) and note a lack of memory in the
 * output (output_state.h). `now` is the time of sending, or TC_TIME_NONE for the time of what is
 * told: only a header of a transport may say it, because everything else depends on the logs alone.
 */
struct tc_output_format {
    const char *name; /* of --format */
    const char *help; /* a few words for people: who reads it */
    void (*alert)(tc_output *output, const tc_alert *alert, tc_time now, tc_str *out);
    void (*summary)(tc_output *output, const tc_summary *summary, tc_time now, tc_str *out);
    /* What is there to be judged, before findings; NULL: has no use for it. */
    void (*inventory)(tc_output *output, const tc_summary *summary, tc_str *out);
    /* What stands before the findings, of the whole scan; NULL: nothing does. */
    void (*head)(tc_output *output, const tc_summary *summary, tc_str *out);
    /* The alert stands behind all that are none; NULL: they stand as they come. */
    bool (*is_detail)(const tc_alert *alert);
};

#define TC_OUTPUT_FORMAT(format) extern const tc_output_format tc_output_##format;
#include "detector/output/formats.def"
#undef TC_OUTPUT_FORMAT

/* What a syslog daemon expects at the socket of its own machine; no format of --format. */
extern const tc_output_format tc_output_syslog_local;
/* The same content without a header and without a limit, for whoever sends it behind a header of
 * its own and cuts it: the element and the sentence, or the other way round. */
extern const tc_output_format tc_output_element_first, tc_output_sentence_first;

/* All of them, then NULL. The first is the one that nobody has to name. */
extern const tc_output_format *const tc_output_formats[];
/* The format of that name, in any case of letters; NULL if the table has none. */
const tc_output_format *tc_output_format_of(const tc_output_format *const *table, tc_slice name);
/* Appends the names as a person lists them: "text, json or cef". */
void tc_output_format_names(const tc_output_format *const *table, tc_str *out);

tc_output *tc_output_new(const tc_output_options *options) TC_MUST_USE;
void tc_output_free(tc_output *output);

/* Appends the alert in the output's format (nothing when it is below min_level or the format does
 * not tell it: text tells single alerts only as one line). */
void tc_output_alert(tc_output *output, const tc_alert *alert, tc_time now, tc_str *out);
/* What there is to be judged: told before findings, or known from then on. */
void tc_output_inventory(tc_output *output, const tc_summary *summary, tc_str *out);
/* What stands before all findings: of text the result, of others nothing. */
void tc_output_head(tc_output *output, const tc_summary *summary, tc_str *out);
bool tc_output_is_detail(const tc_output *output, const tc_alert *alert);
/* Text: coverage, what was read; and the result again on a long page. The other formats: one record
 * of type "summary", also when nothing was found, with the outcome, the reasons why it is
 * incomplete, the time that was judged, incidents per level, files, mailboxes and coverage. */
void tc_output_summary(tc_output *output, const tc_summary *summary, tc_time now, tc_str *out);

#endif
