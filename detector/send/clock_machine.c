/* The machine's clocks, zone and randomness, and the one place of this folder that asks for them.
 */
#include "detector/send/patience.h"

#include "parsers/base/hash.h"

static uint64_t steady(void *context)
{
    struct timespec t = {0};
    (void)context;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static tc_time calendar(void *context)
{
    struct timespec t = {0};
    (void)context;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return tc_time_add(t.tv_sec * TC_SECOND, t.tv_nsec);
}

static int64_t zone(void *context, tc_time now)
{
    time_t seconds = (time_t)(now / TC_SECOND);
    struct tm local;
    (void)context;
    return localtime_r(&seconds, &local) != NULL ? local.tm_gmtoff * TC_SECOND : 0;
}

static uint64_t chance(void *context)
{
    (void)context;
    return tc_hash_random_key().k0;
}

const tc_send_clock tc_send_clock_machine = {
    .ms = steady,
    .now = calendar,
    .zone = zone,
    .random = chance,
};
