/*
 * scope_page: the answer of scope, for people and as JSON lines.
 *
 * The first line says whether anything is still going on, or since when it is quiet; then how far
 * each log reaches, so that a log that ends early is not taken for calm; then every incident with
 * whom it touched and why, and what was not followed because others share it. Pure functions: they
 * append to `out`, escape every byte that came from logs, and know no clock.
 */
#ifndef TC_INQUIRE_SCOPE_PAGE_H
#define TC_INQUIRE_SCOPE_PAGE_H

#include "detector/inquire/scope.h"
#include "detector/output/output.h"

/* The newest record of one kind of log of one host. */
typedef struct tc_scope_reach {
    tc_slice host; /* empty = not known */
    const char *format;
    uint64_t files;
    tc_time newest; /* TC_TIME_NONE = no record */
} tc_scope_reach;

typedef struct tc_scope_page {
    const tc_scope_reach *reaches;
    size_t reach_count;
    tc_time newest; /* of all */
    const tc_scope_answer *answers;
    size_t answer_count;
    size_t lower;         /* incidents below the level asked for */
    uint64_t kept_one_in; /* 1: all that was met is told */
    size_t bound;         /* so many pairs of selector and name are kept at most */
} tc_scope_page;

/* The last sign is less than three days older than the newest record. */
bool tc_scope_is_active(const tc_scope_answer *answer, tc_time newest);

/* What stands before the incidents; then each of them. `text` is an output of the text format. */
void tc_scope_text_head(tc_output *text, const tc_scope_page *page, tc_str *out);
void tc_scope_text_incident(tc_output *text, const tc_scope_page *page, size_t index, tc_str *out);
/* The same as one line of JSON each. */
void tc_scope_json_head(const tc_scope_page *page, tc_str *out);
void tc_scope_json_incident(const tc_scope_page *page, size_t index, tc_str *out);

#endif
