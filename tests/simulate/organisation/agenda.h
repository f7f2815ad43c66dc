/*
 * agenda: what is to happen at a certain time, set by attacks and by odd events alike.
 *
 * An errand is run on its day, before everyday life of that day; it may set further ones, of that
 * day or later. Errands of a day run in the order in which they were set.
 */
#ifndef TC_SIMULATE_AGENDA_H
#define TC_SIMULATE_AGENDA_H

#include "tests/simulate/organisation/agents.h"
#include "tests/simulate/organisation/culture.h"
#include "tests/simulate/organisation/internet.h"

typedef struct errand {
    tc_time at;
    void (*run)(org *o, const struct errand *e, rng *r);
    uint32_t mailbox;
    int campaign; /* -1: harmless */
    char ip[ADDRESS_TEXT];
    char agent[AGENT_TEXT];
    const culture *culture;
    uint32_t a, b; /* whatever the errand needs */
    const char *text;
    uint32_t tricks; /* of actor.h */
    bool done;
} errand;

typedef struct agenda agenda;
agenda *agenda_new(void);
void agenda_free(agenda *a);
void agenda_add(org *o, errand e);
/* Runs those of the day that is made. */
void agenda_run(org *o);

#endif
