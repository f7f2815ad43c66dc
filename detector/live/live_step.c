/* A step of the watermark: the one thing besides batches that moves the ordered stage. */
#include "detector/live/live_state.h"

TC_STATUS tc_live_step(tc_live_stage *s, tc_time watermark, tc_time now, bool history)
{
    tc_live_tell *tell = s->options.tell;
    s->step_now = now;
    TC_TRY(tc_live_early_tell(s));
    if (watermark > s->released) {
        s->released = watermark;
        TC_TRY(tc_ordered_release(s->ordered, watermark));
        tc_live_tell_turned(tell, watermark);
    }
    if (tc_live_tell_is_due(tell, now)) TC_TRY(tc_live_tell_due(tell, now));
    if (history) {
        TC_TRY(tc_live_tell_history(tell, now));
        s->counts.history_read = true;
    }
    s->counts.steps++;
    return TC_SUCCESS;
}
