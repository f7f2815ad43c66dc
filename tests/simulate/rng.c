/* splitmix64 and xoshiro256**, and what is drawn from them. */
#include "tests/simulate/rng.h"

#include "parsers/base/hash.h"

#include <math.h>

/* splitmix64 seeds xoshiro256** (both in the public domain, by Blackman and Vigna). */
static uint64_t split(uint64_t *x)
{
    uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

rng rng_for(uint64_t seed, const char *tag, uint64_t number)
{
    rng r;
    uint64_t x = seed ^ tc_content_hash_add(number, tc_slice_of(tag));
    for (int i = 0; i < 4; i++)
        r.s[i] = split(&x);
    return r;
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(rng *r)
{
    uint64_t result = rotate(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate(r->s[3], 45);
    return result;
}

uint32_t rng_below(rng *r, uint32_t n)
{
    return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}

bool rng_chance(rng *r, double p)
{
    return (double)(rng_next(r) >> 11) * 0x1.0p-53 < p;
}

double rng_between(rng *r, double from, double to)
{
    return from + (to - from) * ((double)(rng_next(r) >> 11) * 0x1.0p-53);
}

double rng_normal(rng *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_between(r, 0, 1);
    return sum;
}

uint32_t rng_count(rng *r, double mean)
{
    uint32_t n = 0;
    if (mean > 30) {
        double x = mean + rng_normal(r) * mean / 5.5;
        return x > 0 ? (uint32_t)x : 0;
    }
    /* Knuth: how many uniform draws until their product falls below exp(-mean). */
    double limit = exp(-mean);
    for (double p = rng_between(r, 0, 1); p > limit; p *= rng_between(r, 0, 1))
        n++;
    return n;
}

double rng_wide(rng *r, double from, double to)
{
    return from * exp(rng_between(r, 0, log(to / from)));
}

tc_time rng_span(rng *r, tc_time from, tc_time to)
{
    return from + (tc_time)rng_between(r, 0, (double)(to - from));
}
