/*
 * timeline: what a scan tells, as moments in the order of time.
 *
 * An alert is a moment; so is each change of an incident. The final state of an incident has more:
 * when each mailbox was first opened from the incident's sources, when its language changed, and
 * when each source was first met. A moment is one line: when, how grave, who, from where, what, and
 * where it stands in the logs. Texts are the alert's; the moment lives as long as that. Pure
 * functions, everything escaped.
 */
#ifndef TC_INQUIRE_TIMELINE_H
#define TC_INQUIRE_TIMELINE_H

#include "detector/alert.h"
#include "detector/output/output.h"

typedef enum tc_moment_kind {
    TC_MOMENT_ALERT = 0,
    TC_MOMENT_INCIDENT, /* it opened, was raised, grew, was merged */
    TC_MOMENT_SOURCE,   /* a source of an incident is met first */
    TC_MOMENT_ACCESS,   /* a mailbox is first opened from an incident's sources */
    TC_MOMENT_LANGUAGE, /* a mailbox shows another language */
    TC_MOMENT_KIND_COUNT
} tc_moment_kind;

typedef struct tc_moment {
    tc_time time;
    tc_moment_kind kind;
    tc_level level;
    tc_transition transition; /* of an incident */
    char incident[33];        /* empty: none */
    const tc_alert_mailbox *who;
    size_t who_count;
    const tc_alert_source *from;
    size_t from_count;
    tc_slice what;
    const tc_alert_evidence *evidence; /* NULL: none */
} tc_moment;

const char *tc_moment_kind_name(tc_moment_kind kind); /* "alert", "incident", ... */

/* Shows each moment of an alert. A failure ends it and is returned. */
typedef TC_STATUS (*tc_moment_sink)(void *context, const tc_moment *moment);
TC_STATUS tc_timeline_moments(const tc_alert *alert, tc_moment_sink sink, void *context);

/* `text` is an output of the text format: one moment, wrapped under its time. */
void tc_timeline_text(tc_output *text, const tc_moment *moment, tc_str *out);
/* One line of JSON. */
void tc_timeline_json(const tc_moment *moment, tc_str *out);

#endif
