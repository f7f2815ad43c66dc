/* truth_state: the labels gathered, for truth.c and truth_write.c alone. */
#ifndef TC_SIMULATE_TRUTH_STATE_H
#define TC_SIMULATE_TRUTH_STATE_H

#include "parsers/base/str.h"
#include "tests/simulate/organisation/people.h"
#include "tests/simulate/organisation/truth.h"

#define CAMPAIGNS_MAX 8

typedef struct victim {
    uint32_t mailbox, evidence;
    tc_time first;
    bool flipped;
} victim;

typedef struct source {
    char ip[ADDRESS_TEXT];
    bool only_spray;
} source;

typedef struct campaign {
    char family[FAMILY_TEXT], variant[32], actor[80];
    const culture *culture;
    tc_time start, end, first_access, first_visible, first_linked;
    victim *victims;
    source *sources;
    size_t victim_capacity, source_capacity;
    uint32_t victim_count, source_count, accesses;
} campaign;

struct truth {
    campaign campaigns[CAMPAIGNS_MAX];
    uint32_t count;
    tc_str traps; /* lines of traps.jsonl */
};

#endif
