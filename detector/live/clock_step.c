#include "detector/live/clock_step.h"

#define LEAST (2 * TC_SECOND)

int64_t tc_clock_step_look(tc_clock_step *step, tc_time wall, int64_t steady)
{
    tc_clock_step before = *step;
    *step = (tc_clock_step){wall, steady, true};
    if (!before.looked) return 0;
    int64_t by = tc_time_between(tc_time_add(before.wall, steady - before.steady), wall);
    return by >= LEAST || by <= -LEAST ? by : 0;
}
