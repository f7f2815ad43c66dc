#include "detector/incident/incident_score.h"

enum { DOUBLING = TC_SCORE_SURE / 20 };

uint32_t tc_score_weight(tc_level level, uint8_t confidence)
{
    static const uint16_t shares[TC_LEVEL_COUNT] = {0, 205, 563, 860, 1000};
    return (uint32_t)shares[level] * TC_MIN(confidence, (uint8_t)100) / 100;
}

uint32_t tc_score_add(uint32_t score, uint32_t weight)
{
    uint32_t a = TC_SCORE_SURE - TC_MIN(score, (uint32_t)TC_SCORE_SURE);
    uint32_t b = TC_SCORE_SURE - TC_MIN(weight, (uint32_t)TC_SCORE_SURE);
    return TC_SCORE_SURE - (a * b + TC_SCORE_SURE - 1) / TC_SCORE_SURE;
}

uint32_t tc_score_of_people(uint32_t score, size_t people)
{
    uint32_t sum = score;
    if (score == 0) return 0;
    for (; people > 1; people /= 2)
        sum += DOUBLING;
    return TC_MIN(sum, (uint32_t)TC_SCORE_SURE);
}
