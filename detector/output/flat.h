/*
 * flat: lists of an alert or a summary as one text each, for formats without nesting.
 *
 * Items are escaped and stand apart by ','; a comma in an item is written \x2c, so that a list can
 * be taken apart again without a doubt. No list is made much longer than TC_FLAT_MAX: the formats
 * cut there and give the count besides.
 */
#ifndef TC_OUTPUT_FLAT_H
#define TC_OUTPUT_FLAT_H

#include "detector/summary.h"
#include "parsers/base/str.h"

#define TC_FLAT_MAX ((size_t)4096)

void tc_flat_texts(tc_str *out, const tc_slice *items, size_t count);
void tc_flat_mailboxes(tc_str *out, const tc_alert *alert);
/* Everybody named: mailboxes, the user, related users. */
void tc_flat_users(tc_str *out, const tc_alert *alert);
void tc_flat_ips(tc_str *out, const tc_alert *alert);
/* name=value,name=value */
void tc_flat_baseline(tc_str *out, const tc_alert *alert);
/* file:offset,file:offset */
void tc_flat_places(tc_str *out, const tc_alert *alert);
void tc_flat_former_ids(tc_str *out, const tc_alert *alert);

/* The same of a summary. "webmail access=watched,..." */
void tc_flat_coverage(tc_str *out, const tc_summary *summary);
/* The keys of the reasons. */
void tc_flat_reasons(tc_str *out, const tc_summary *summary);
/* "names of mailboxes=1234,..." */
void tc_flat_bounds(tc_str *out, const tc_summary *summary);
/* "exception rule x=3,...": what the site had left out, and how many findings that were; "=ended"
 * for what is not applied any more. */
void tc_flat_left_out(tc_str *out, const tc_summary *summary);
/* The files that could not be read, or not well. */
void tc_flat_problems(tc_str *out, const tc_summary *summary);

/* Calls `told` for everybody named in the alert, in order; a user who is also a mailbox or the
 * email address is told once. */
void tc_alert_people(const tc_alert *alert, void (*told)(void *context, tc_slice name),
                     void *context);
/* What the rule is known by: its id, else its name, else its title. */
tc_slice tc_alert_rule_key(const tc_alert *alert);
/* "alert" or "incident". */
const char *tc_alert_type(const tc_alert *alert);

#endif
