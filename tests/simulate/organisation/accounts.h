/*
 * accounts: what passwords and people management leave in the logs, whoever does it.
 */
#ifndef TC_SIMULATE_ACCOUNTS_H
#define TC_SIMULATE_ACCOUNTS_H

#include "tests/simulate/organisation/winlog.h"

/* The connector that writes back what users reset themselves. */
void accounts_connector(const org *o, char name[32], char sid[64]);
/* The n-th helpdesk clerk: an account of its own, no mailbox. */
void accounts_clerk(const org *o, uint32_t n, char name[32], char sid[64]);
void accounts_change(org *o, const person *m, tc_time t);
bool accounts_reset(org *o, const person *m, tc_time t, const char *by, const char *by_sid);
/* The phone still has the old password: failures, and now and then a lock. */
void accounts_stale_phone(org *o, const person *m, tc_time t, rng *r);
/* Forced at the form: the page, the post, the change. */
void accounts_change_at_form(org *o, const person *m, tc_time t, const char *ip, rng *r);

#endif
