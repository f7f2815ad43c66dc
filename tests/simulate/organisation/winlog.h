/*
 * winlog: Windows events as Winlogbeat ships them.
 */
#ifndef TC_SIMULATE_WINLOG_H
#define TC_SIMULATE_WINLOG_H

#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/people.h"

typedef struct pair {
    const char *name, *value;
} pair;

/* Who does something: an account and its identifier. */
typedef struct subject {
    const char *account, *sid, *path; /* ad.example/Users/Name */
} subject;

subject winlog_person(const org *o, const person *m, char path[128]);
/* 4624 or 4625 on a front end; sub: of a failure (0xc000006a ...), NULL for success. */
bool winlog_logon(org *o, tc_time t, uint32_t host, const char *name, const char *sid,
                  const char *ip, const char *sub);
/* 4723, 4724 (with its 4738), 4740, 4720, 4725, 4767: on a domain controller. */
bool winlog_account(org *o, tc_time t, int id, const char *target, const char *target_sid,
                    const char *by, const char *by_sid);
/* Event 1 of MSExchange Management. */
bool winlog_cmdlet(org *o, tc_time t, const char *cmdlet, const char *parameters, subject by,
                   const char *application);
/* Any other event of a mail server. */
bool winlog_other(org *o, tc_time t, uint32_t host, const char *channel, const char *provider,
                  int id, const pair *data, size_t count);

#endif
