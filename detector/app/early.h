/*
 * early: findings of a long run as they come, one line each on standard error.
 *
 * Output waits until the order of all records is certain; who sits before the screen need not. What
 * is told here is marked as early and may still change, be raised or, if everything must be read
 * again, be taken back. Escaped like all that comes from logs. With redaction no name is told.
 */
#ifndef TC_APP_EARLY_H
#define TC_APP_EARLY_H

#include "detector/alert.h"
#include "parsers/base/str.h"

/* True for what is worth an early line: an incident that opened or changed, of level medium or
 * above, and not history. */
bool tc_early_concerns(const tc_alert *alert);
/* Appends the line. */
void tc_early_line(const tc_alert *alert, bool redact, tc_str *out);

#endif
