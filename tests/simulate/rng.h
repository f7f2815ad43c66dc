/*
 * rng: random streams for the simulators.
 *
 * A stream belongs to (seed, tag, number): a subsystem that is added draws from streams of its own
 * and reshuffles nobody's. The same three give the same stream on every machine.
 */
#ifndef TC_SIMULATE_RNG_H
#define TC_SIMULATE_RNG_H

#include "parsers/base/slice.h"
#include "parsers/base/time.h"

typedef struct rng {
    uint64_t s[4];
} rng;

/* A stream for (seed, tag, number). */
rng rng_for(uint64_t seed, const char *tag, uint64_t number);
uint64_t rng_next(rng *r);
/* 0 .. n-1 */
uint32_t rng_below(rng *r, uint32_t n);
/* True with that probability. */
bool rng_chance(rng *r, double p);
/* Uniform in [from, to). */
double rng_between(rng *r, double from, double to);
/* About normal, mean 0 and deviation 1, within -6 .. 6. */
double rng_normal(rng *r);
/* How many events of a rate: Poisson. */
uint32_t rng_count(rng *r, double mean);
/* Log-uniform in [from, to). */
double rng_wide(rng *r, double from, double to);
/* An instant in [from, to). */
tc_time rng_span(rng *r, tc_time from, tc_time to);

#endif
