/* What people say takes effect; and what they have declared is kept. */
#include "detector/live/live_state.h"

/* -- taking effect -------------------------------------------------------------------------- */

static void declare_window(tc_live_stage *s, const tc_request *r)
{
    tc_live_declared *d = &s->declared;
    size_t at = 0;
    for (size_t i = 1; i < d->count; i++)
        if (d->windows[i].until < d->windows[at].until) at = i;
    if (d->count < TC_DECLARED_WINDOWS) at = d->count++;
    d->windows[at] = (tc_declared_window){r->from, r->until, r->what};
    tc_ordered_declare_window(s->ordered, &d->windows[at]);
}

void tc_live_obey(tc_live_stage *s, const tc_request *r)
{
    tc_live_tell_say(s->options.tell, r);
    if (r->kind == TC_REQUEST_CLOSE) tc_ordered_judge(s->ordered, r->incident, r->is_true);
    if (r->kind == TC_REQUEST_WINDOW) declare_window(s, r);
    if (r->kind == TC_REQUEST_RESPONSE) {
        s->declared.response_since = r->from;
        tc_ordered_declare_response(s->ordered, r->from);
    }
}

void tc_live_declare_again(tc_live_stage *s)
{
    const tc_live_declared *d = &s->declared;
    if (d->response_since != TC_TIME_NONE)
        tc_ordered_declare_response(s->ordered, d->response_since);
    for (size_t i = 0; i < d->count; i++)
        tc_ordered_declare_window(s->ordered, &d->windows[i]);
}

void tc_live_visit_declared(tc_live_stage *s, tc_visit *v)
{
    tc_live_declared *d = &s->declared;
    tc_visit_time(v, &d->response_since);
    tc_visit_count(v, &d->count, TC_DECLARED_WINDOWS);
    for (size_t i = 0; i < d->count; i++) {
        uint32_t what = d->windows[i].what;
        tc_visit_time(v, &d->windows[i].from);
        tc_visit_time(v, &d->windows[i].until);
        tc_visit_below(v, &what, TC_INDICATOR_COUNT);
        d->windows[i].what = (tc_indicator)what;
    }
}
