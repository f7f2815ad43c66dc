#include "parsers/text/w3c_time.h"

#define HALF_DAY (12 * TC_HOUR)
#define LAST_HOUR (23 * TC_HOUR)

void tc_w3c_clock_set(tc_w3c_clock *clock, tc_time instant)
{
    clock->day = tc_time_midnight(instant);
    clock->last = tc_time_between(clock->day, instant);
    clock->rolled = false;
}

bool tc_w3c_clock_next(tc_w3c_clock *clock, tc_time since_midnight, tc_time *ret)
{
    if (clock->day == TC_TIME_NONE) return false;
    if (clock->rolled && since_midnight - clock->last > LAST_HOUR) {
        *ret = tc_time_add(tc_time_sub(clock->day, TC_DAY), since_midnight);
        return true;
    }
    if (clock->last - since_midnight > HALF_DAY) {
        if (clock->day > TC_TIME_MAX - 2 * TC_DAY) return false;
        clock->day += TC_DAY;
        clock->rolled = true;
    }
    clock->last = since_midnight;
    *ret = tc_time_add(clock->day, since_midnight);
    return true;
}
