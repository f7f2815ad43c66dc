/*
 * observer: who is shown what goes through the ordered stage, to answer a question about it.
 *
 * Shown is everything in the total order: each observation that is no copy; each derived event,
 * before it is matched, with the matcher to ask why a rule does not hold of it; each match of a
 * detection rule; what each count of a correlation has come to after a hit; and each firing and
 * what goes on of one. An observer changes nothing, cannot fail the scan, and keeps what it needs
 * within a bound of its own. Nobody observes an ordinary scan: that costs a comparison. All
 * functions are set.
 */
#ifndef TC_INQUIRE_OBSERVER_H
#define TC_INQUIRE_OBSERVER_H

#include "detector/correlate/correlator.h"
#include "detector/derive/derive.h"

typedef struct tc_observer {
    void *context;
    void (*observed)(void *context, const tc_observation *o, tc_slice heap);
    void (*derived)(void *context, tc_matcher *matcher, const tc_derived *d);
    void (*matched)(void *context, const tc_rule *rule, const tc_hit *hit);
    void (*looked)(void *context, const tc_rule *rule, const tc_capture *group, double value);
    void (*fired)(void *context, const tc_firing *firing);
} tc_observer;

#endif
