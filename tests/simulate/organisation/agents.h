/*
 * agents: what clients of everyday life call themselves.
 *
 * A habit is a product and a machine; the version in its name moves on as updates come out, a few
 * days later for some than for others. (Attackers' clients are in actor.c.)
 */
#ifndef TC_SIMULATE_AGENTS_H
#define TC_SIMULATE_AGENTS_H

#include "tests/simulate/organisation/org.h"

#define AGENT_TEXT 200

typedef enum agent_class { AGENT_BROWSER, AGENT_PHONE, AGENT_OUTLOOK, AGENT_MAC } agent_class;

typedef struct agent_habit {
    agent_class class;
    uint8_t product;
    uint32_t machine; /* model, build: whatever stays */
} agent_habit;

agent_habit agent_draw(const org *o, agent_class class, rng *r);
/* The text of the User-Agent field on that day, blanks as IIS writes them. */
void agent_text(const org *o, agent_habit habit, uint32_t day, char out[AGENT_TEXT]);
/* DeviceId and DeviceType of a phone. */
void agent_device(agent_habit habit, char id[40], const char **type);

#endif
