/*
 * gate: what of a storm is sent, and exact counts of the rest.
 *
 * Stands before the outbox: everything that would be told to people is offered once, in order, with
 * the time of the commit (which a journal keeps, so that a replay decides the same). Receivers that
 * are ungated, files, get all of it all the same: nothing is lost by being held.
 *
 * Held are, counted each under its own name: alerts of an incident that is open and was told
 * (inhibited); growth of an incident beyond three messages in twelve hours; of one rule, what goes
 * beyond its share of a minute and an hour; and of everything, what goes beyond the whole. Changes
 * of incidents have a lane of their own, which no flood of single alerts fills. What was held is
 * told in summaries: of a rule after five minutes, then after ten, up to an hour while it lasts. At
 * all times offered = sent + held, and held = told + what summaries are still to tell.
 *
 * Pure: knows no clock, no thread, no output. Bounded: rules and incidents beyond the tables share
 * one entry, so counts stay exact. Times that go back are taken as standing still.
 */
#ifndef TC_SEND_GATE_H
#define TC_SEND_GATE_H

#include "detector/alert.h"
#include "detector/send/notice.h"
#include "parsers/base/visit.h"

typedef struct tc_gate_options {
    uint32_t minute;      /* messages a minute, summaries not counted: 600 */
    uint32_t hour;        /* and an hour: 6,000 */
    uint32_t rule_minute; /* of one rule: 20 */
    uint32_t rule_hour;   /* 120 */
    uint32_t growth;      /* of one incident within `night`: 3 */
    int64_t night;        /* 12 hours */
    uint32_t summaries;   /* a minute: 100 */
} tc_gate_options;

typedef enum tc_gate_answer {
    TC_GATE_SEND = 0,
    TC_GATE_INHIBITED, /* its incident tells of it */
    TC_GATE_GROWTH,
    TC_GATE_RULE,
    TC_GATE_WHOLE,
    TC_GATE_ANSWER_COUNT
} tc_gate_answer;

typedef struct tc_gate_item {
    tc_slice rule;     /* what it is known by */
    tc_slice incident; /* its id; empty: none */
    tc_transition transition;
    tc_level level;
} tc_gate_item;

typedef struct tc_gate_counts {
    uint64_t offered;
    uint64_t answered[TC_GATE_ANSWER_COUNT]; /* the first is what was sent */
    uint64_t told;                           /* of what was held: by summaries */
    uint64_t summaries;
} tc_gate_counts;

typedef struct tc_gate tc_gate;

/* NULL options: the usual ones; a zero in them is the usual value. NULL without memory. */
tc_gate *tc_gate_new(const tc_gate_options *options) TC_MUST_USE;
void tc_gate_free(tc_gate *gate);
tc_gate_item tc_gate_item_of(const tc_alert *alert);
tc_gate_answer tc_gate_offer(tc_gate *gate, const tc_gate_item *item, tc_time now);
/* Hands out the summaries that are due; with `all` also those that are not yet, at an end. */
void tc_gate_tell(tc_gate *gate, tc_time now, bool all, tc_notice_take take, void *context);
/* When the next one will be due; TC_TIME_MAX: none is waiting. */
tc_time tc_gate_next(const tc_gate *gate);
tc_gate_counts tc_gate_counted(const tc_gate *gate);
const char *tc_gate_answer_name(tc_gate_answer answer);
void tc_gate_visit(tc_gate *gate, tc_visit *visit);

#endif
