#include "detector/summary.h"

static const char *const states[TC_WATCH_STATE_COUNT] = {
    [TC_WATCHED] = "watched",
    [TC_PARTLY] = "partly",
    [TC_BLIND] = "blind",
};

const char *tc_watch_state_name(tc_watch_state state)
{
    TC_ASSERT(state < TC_WATCH_STATE_COUNT);
    return states[state];
}
