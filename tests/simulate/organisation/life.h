/*
 * life: what happens on an ordinary day, and what is odd but harmless.
 *
 * Each function makes one subject of the day o->day. Traps (trap_*.c) set their errands once,
 * before the first day.
 */
#ifndef TC_SIMULATE_LIFE_H
#define TC_SIMULATE_LIFE_H

#include "tests/simulate/organisation/agenda.h"
#include "tests/simulate/organisation/people.h"

/* Where somebody is who uses the webmail or a phone. */
typedef struct place {
    char ip[ADDRESS_TEXT];
    bool inside;
} place;
place life_home(const org *o, const person *m, uint32_t day);
place life_office(const org *o, const person *m);
place life_exit(const org *o, uint32_t n);
place life_mobile(const org *o, const person *m, uint32_t day, uint32_t n);
place life_away(const org *o, const person *m, const spell *s, uint32_t day, uint32_t n);

void life_web(org *o);      /* owners at the webmail */
void life_clients(org *o);  /* phones, desks, web services */
void life_mail(org *o);     /* mail, replies, receipts */
void life_accounts(org *o); /* passwords, helpdesk, new people */
void life_noise(org *o);    /* probes, scanners, spraying, the cloud */

void trap_language_set(org *o); /* B1-B5, B7 */
void trap_place_set(org *o);    /* B8, B9 */
void trap_password_set(org *o); /* B10, B11 */
void trap_server_set(org *o);   /* B13, B14, copies */
/* How often in the whole time: the natural rate (a thousand mailboxes and week), or at least once
 * with that chance. */
uint32_t trap_count(const org *o, rng *r, double per_thousand_week, double once);
/* Change windows and declared responses of the site's own file. */
void config_window(org *o, tc_time from, tc_time until, const char *kind, const char *scope);
bool config_write(const org *o);

#endif
