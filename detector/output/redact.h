/*
 * redact: people under pseudonyms, so that findings can be shown around.
 *
 * person-1, person-2, ... in the order of first sight, the same person always under the same number
 * within one output: names are compared folded, and what stands as user.name beside a user.email is
 * that person. Pseudonyms go where names of people stand: mailboxes, users, the verdict, the facts.
 * In free text, known names and every word that looks like an address (a@b) or an account
 * (DOMAIN\a) are replaced. Raw lines of logs are withheld, since nobody can say where in them a
 * person is named. Addresses, file names and what rules say stay. Bounded: past the millionth name
 * all new ones are told as "person".
 */
#ifndef TC_OUTPUT_REDACT_H
#define TC_OUTPUT_REDACT_H

#include "detector/summary.h"

typedef struct tc_redactor tc_redactor;

tc_redactor *tc_redactor_new(void) TC_MUST_USE;
void tc_redactor_free(tc_redactor *redactor);

/* A copy without names, valid until the next call with this redactor; NULL without memory. */
const tc_alert *tc_redact_alert(tc_redactor *redactor, const tc_alert *alert) TC_MUST_USE;
const tc_summary *tc_redact_summary(tc_redactor *redactor, const tc_summary *summary) TC_MUST_USE;

#endif
