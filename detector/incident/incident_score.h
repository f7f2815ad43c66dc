/*
 * incident_score: what pieces of evidence are worth together.
 *
 * Weights and scores are chances in 1/1024 that what is seen is an attack, combined as independent
 * ones: 1 - (1 - a)(1 - b), the noisy-or of Pearl (1988). A rule weighs its level's share, times
 * the confidence that its author wrote down; each rule counts once. Each doubling of the people
 * concerned adds a twentieth. Integers only, so that the same evidence scores the same everywhere.
 *
 * A score opens no page by itself: incident_level.c says what else is needed. Internal to
 * incident*.c.
 */
#ifndef TC_INCIDENT_INCIDENT_SCORE_H
#define TC_INCIDENT_INCIDENT_SCORE_H

#include "detector/alert.h"

enum {
    TC_SCORE_SURE = 1024,
    TC_SCORE_HIGH = 614,     /* 0.6 */
    TC_SCORE_CRITICAL = 870, /* 0.85 */
};

/* What a rule of that level and confidence (0 to 100) weighs. */
uint32_t tc_score_weight(tc_level level, uint8_t confidence);
/* Both together; never less than either, never more than sure. */
uint32_t tc_score_add(uint32_t score, uint32_t weight);
/* The score of what concerns so many people. */
uint32_t tc_score_of_people(uint32_t score, size_t people);

#endif
