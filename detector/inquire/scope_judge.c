/* What is shared, who is at home, and what that makes of everybody who was met. */
#include "detector/inquire/scope_state.h"

static const tc_scope_own *own_of(const tc_scope *s, uint64_t who)
{
    uint32_t place = who & TC_SCOPE_NOBODY ? 0 : tc_keymap_get(&s->own_at, who);
    return place ? &s->owns[place - 1] : NULL;
}

/* All that was met there is the mailbox's own elsewhere too. */
static bool brings_own(const tc_scope *s, const tc_scope_selector *it, const tc_scope_touch *t)
{
    const tc_scope_own *own = own_of(s, t->who);
    if (own == NULL || tc_scope_set_empty(&t->met)) return false;
    return tc_scope_set_within(&t->met, it->kind == TC_SCOPE_AGENT ? &own->networks : &own->agents);
}

static void judge_touch(const tc_scope *s, tc_scope_touch *t)
{
    const tc_scope_selector *it = &s->selectors[t->selector];
    const tc_scope_incident *in = &s->incidents[it->incident];
    if (t->first_in == TC_TIME_NONE) return;
    bool before = t->first_in < in->start;
    bool device = it->kind != TC_SCOPE_ACTOR && brings_own(s, it, t);
    bool long_before = t->first_in < tc_time_sub(in->start, TC_SCOPE_WEEK);
    bool placed = it->kind == TC_SCOPE_ADDRESS || it->kind == TC_SCOPE_BLOCK;
    t->home = long_before || (before && (device || !placed));
    t->visitor = !t->home && device;
}

static void judge_selector(tc_scope_selector *it)
{
    bool crowd = it->place || it->homes + it->visitors >= TC_SCOPE_VISITORS;
    if (!it->followed) {
        it->shared = true;
        return;
    }
    it->shared = it->inside || it->homes >= TC_SCOPE_HOMES || crowd;
    it->others = crowd ? it->homes + it->visitors : it->homes;
}

void tc_scope_judge(tc_scope *s)
{
    if (s->judged) return;
    s->judged = true;
    for (size_t i = 0; i < s->touch_count; i++) {
        tc_scope_touch *t = &s->touches[i];
        judge_touch(s, t);
        s->selectors[t->selector].homes += t->home;
        s->selectors[t->selector].visitors += t->visitor;
    }
    for (size_t i = 0; i < s->selector_count; i++)
        judge_selector(&s->selectors[i]);
}
