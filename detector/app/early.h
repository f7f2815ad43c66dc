/*
 * early: findings of a long run as they come, one line each on standard error.
 *
 * Output waits until the order of all records is certain; who sits before the screen need not. What
 * is told here is marked as early and may still change, be raised or, if everything must be read
 * again, be taken back. Escaped like all that comes from logs. With redaction no name is told.
 *
 * Lines wait until somebody says that the run is a long one, so that what is found at its very
 * beginning is told too; a short run never prints them. Of each level so many lines are told and
 * then one that says so: a flood of small findings must not hide a grave one, nor fill a screen.
 */
#ifndef TC_APP_EARLY_H
#define TC_APP_EARLY_H

#include "detector/alert.h"
#include "parsers/base/str.h"

#include <stdio.h>

#define TC_EARLY_LINES_MAX 100 /* of each level, per reading */

typedef struct tc_early {
    bool redact;
    bool told; /* something was written since the start */
    uint32_t lines[TC_LEVEL_COUNT];
    tc_str waiting;
} tc_early;

void tc_early_start(tc_early *early, bool redact);
void tc_early_done(tc_early *early);
/* Keeps a line if the alert concerns. Without memory for it there is none: it comes at the end. */
void tc_early_note(tc_early *early, const tc_alert *alert);
/* Writes what waits; returns whether there was anything. */
bool tc_early_write(tc_early *early, FILE *to);
/* What waits is void, and counting begins anew. */
void tc_early_void(tc_early *early);

/* True for what is worth an early line: an incident that opened or changed, of level medium or
 * above, and not history. */
bool tc_early_concerns(const tc_alert *alert);
/* Appends the line. */
void tc_early_line(const tc_alert *alert, bool redact, tc_str *out);

#endif
