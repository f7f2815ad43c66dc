/*
 * why_page: the answer of why, for people and as one JSON object. Pure functions, everything
 * escaped.
 */
#ifndef TC_INQUIRE_WHY_PAGE_H
#define TC_INQUIRE_WHY_PAGE_H

#include "detector/inquire/why.h"
#include "detector/output/output.h"

/* An alert that bears the mailbox. */
typedef struct tc_why_alert {
    tc_time time;
    tc_level level;
    bool incident; /* the final state of one */
    tc_slice what;
    char id[33]; /* of the incident; may be empty */
} tc_why_alert;

typedef struct tc_why_page {
    const tc_why *why;
    const tc_slice *names; /* of the person, the best first */
    size_t name_count;
    bool joined, assumed; /* names of mail and of logons are one; by equal user parts only */
    const tc_why_alert *alerts;
    size_t alert_count, alerts_more;
    const tc_summary *summary; /* coverage: what could not be seen at all */
    bool have_geo;
} tc_why_page;

void tc_why_text(tc_output *text, const tc_why_page *page, tc_str *out);
void tc_why_json(const tc_why_page *page, tc_str *out);

/* Reasons of this mailbox's own why something could not be judged: words for the index-th of them;
 * NULL past the last. */
const char *tc_why_missing(const tc_why_page *page, size_t index);
/* What was seen of it, in words: "requests in webmail". */
const char *tc_why_kind_words(tc_why_kind kind);
/* "at least 2" or "more than 5": the condition of a correlation. */
void tc_why_threshold(const tc_correlation *correlation, tc_str *out);

#endif
