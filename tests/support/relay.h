/*
 * relay: random hits for correlators whose state is saved and handed over meanwhile.
 *
 * A relay is a random ruleset and an endless stream of hits for it.
 */
#ifndef TC_TEST_RELAY_H
#define TC_TEST_RELAY_H

#include "tests/support/firing_log.h"
#include "tests/support/random_hits.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

enum { TC_RELAY_AMPLE = 64 * 1024 * 1024 }; /* state bytes with which nothing is given up */

typedef struct tc_relay {
    tc_dice dice;
    tc_random_rules room;
    tc_ruleset *rules;
    tc_random_hit event;
    tc_time time;
    uint64_t number;
    uint32_t matches, first; /* hits of the event that are to come */
    tc_hit hit;
} tc_relay;

void tc_relay_open(tc_relay *relay, uint64_t seed);
void tc_relay_close(tc_relay *relay);
/* The next hit; an event may have several. */
const tc_hit *tc_relay_next(tc_relay *relay);

void tc_relay_save(tc_correlator *correlator, const tc_ruleset *rules, tape *tape);
/* Into a fresh correlator; NULL if it failed, with the problem in `why`. */
tc_correlator *tc_relay_load(const tc_ruleset *rules, size_t bytes, tape *tape, uint64_t *ret_lost,
                             char why[256]);
/* Replaces the correlator by one that has only its saved state, and saves that again to compare. */
void tc_relay_hand_over(tc_correlator **correlator, const tc_ruleset *rules, size_t bytes);

void tc_relay_expect_same(tc_firing_log *got, tc_firing_log *wanted, uint64_t seed,
                          const char *what);
void tc_relay_expect_stats(const tc_correlator *got, const tc_correlator *wanted);

#endif
