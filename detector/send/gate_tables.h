/*
 * gate_tables: what the gate remembers of rules and incidents. For gate*.c.
 *
 * Both tables are bounded. The first entry of the rules is that of all others.
 */
#ifndef TC_SEND_GATE_TABLES_H
#define TC_SEND_GATE_TABLES_H

#include "detector/send/gate.h"
#include "detector/send/rate.h"

enum { TC_GATE_RULES = 257, TC_GATE_INCIDENTS = 1024, TC_GATE_NAME = 128, TC_GATE_GROWTH_MAX = 16 };

/* What was held and not told yet. */
typedef struct tc_gate_held {
    uint64_t count;
    tc_time first, last;
    tc_time due; /* TC_TIME_MAX: nothing is held */
    tc_level level;
} tc_gate_held;

typedef struct tc_gate_rule {
    uint64_t key; /* 0: free */
    char name[TC_GATE_NAME];
    tc_rate minute, hour;
    tc_gate_held held;
    tc_time last_used, last_told;
    uint32_t step; /* of the spans between summaries */
} tc_gate_rule;

typedef struct tc_gate_incident {
    uint64_t key; /* 0: free */
    char id[33];
    bool is_open;
    tc_time grown[TC_GATE_GROWTH_MAX]; /* when its growth was last sent; a ring */
    uint32_t grown_at;
    tc_gate_held held;
    tc_time last_used;
} tc_gate_incident;

struct tc_gate {
    tc_gate_options options;
    tc_gate_rule rules[TC_GATE_RULES];
    tc_gate_incident incidents[TC_GATE_INCIDENTS];
    tc_rate minute, hour;               /* all that was sent */
    tc_rate alerts_minute, alerts_hour; /* of it, single alerts */
    tc_rate summaries;
    tc_gate_counts counts;
    tc_time now;
};

tc_gate_rule *tc_gate_rule_of(tc_gate *gate, tc_slice name);
/* NULL: it is not known, and was not to be added. */
tc_gate_incident *tc_gate_incident_of(tc_gate *gate, tc_slice id, bool add);
/* One more is held; told by `due` at the latest. */
void tc_gate_hold(tc_gate_held *held, tc_level level, tc_time now, tc_time due);
/* Nothing of it is held any more. */
void tc_gate_let_go(tc_gate_held *held);

#endif
