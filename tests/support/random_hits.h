/*
 * random_hits: random correlations of all types, some of them on others, and random hits for them.
 *
 * Everything follows from the seed of the dice.
 */
#ifndef TC_TEST_RANDOM_HITS_H
#define TC_TEST_RANDOM_HITS_H

#include "detector/sigma/matcher.h"
#include "tests/support/fake_ruleset.h"

enum { TC_RANDOM_CAPTURES = 4, TC_RANDOM_DETECTIONS = 3, TC_RANDOM_CORRELATIONS = 9 };

typedef struct tc_dice {
    uint64_t state;
} tc_dice;

tc_dice tc_dice_of(uint64_t seed);
uint32_t tc_roll(tc_dice *dice, uint32_t sides);
bool tc_chance(tc_dice *dice, uint32_t percent);

/* What rules borrow. */
typedef struct tc_random_rules {
    uint32_t rules[TC_RANDOM_CORRELATIONS][4];
    tc_expression expressions[TC_RANDOM_CORRELATIONS][5];
} tc_random_rules;

/* The rules live as long as `room`. */
tc_ruleset *tc_random_ruleset(tc_dice *dice, tc_random_rules *room);

/* What a hit borrows. */
typedef struct tc_random_hit {
    tc_capture captures[TC_RANDOM_CAPTURES];
    char texts[TC_RANDOM_CAPTURES][8];
    char line[16];
    tc_evidence evidence;
    tc_subject subject;
} tc_random_hit;

void tc_random_hit_make(tc_dice *dice, tc_random_hit *hit, uint64_t number, tc_time time);

#endif
