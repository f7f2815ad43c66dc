/* The whole state of a run that goes on, as a snapshot has it. */
#include "detector/live/live_rows.h"

#include "detector/live/notify.h"

static size_t remembered(const tc_live_stage *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += !s->sources[i].forgotten;
    return count;
}

static void load_source(tc_live_stage *s, tc_visit *v)
{
    uint32_t index = 0, id = 0;
    uint64_t key = 0;
    tc_live_visit_source(s, &index, &id, &key, v);
    if (tc_visit_failed(v)) return;
    tc_status status = tc_live_add_source(s, index, id, key);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "the list of sources is full");
}

static void visit_sources(tc_live_stage *s, tc_visit *v)
{
    size_t count = remembered(s);
    if (!tc_visit_begin(v, "followed", 1)) return;
    tc_visit_u32(v, &s->next_id);
    tc_visit_count(v, &count, TC_LIVE_SOURCES_MAX);
    for (uint32_t i = 0; tc_visit_loads(v) && i < count && !tc_visit_failed(v); i++)
        load_source(s, v);
    for (uint32_t i = 0; !tc_visit_loads(v) && i < s->count; i++) {
        uint32_t index = i;
        if (s->sources[i].forgotten) continue;
        tc_live_visit_source(s, &index, &s->sources[i].id, &s->sources[i].key, v);
    }
    tc_visit_end(v);
}

static void visit_head(tc_live_stage *s, tc_visit *v)
{
    tc_live_books gone = tc_live_sum(s, true);
    if (!tc_visit_begin(v, "watch", 2)) return;
    tc_visit_time(v, &s->released);
    tc_visit_bool(v, &s->counts.history_read);
    tc_live_visit_books(&gone, v);
    if (tc_visit_loads(v)) s->gone = gone;
    tc_visit_u64(v, &s->counts.gaps);
    tc_visit_u64(v, &s->counts.observations);
    tc_live_visit_declared(s, v);
    tc_visit_end(v);
}

void tc_live_visit_front(tc_live_stage *s, tc_visit *v)
{
    visit_head(s, v);
    visit_sources(s, v);
    tc_watermark_visit(s->watermark, v);
    tc_live_tell_visit(s->options.tell, v);
}

/* Gigabytes take longer than the service manager waits for a sign of life. */
static void alive(void)
{
    tc_notify("WATCHDOG=1");
}

void tc_live_save(tc_live_stage *s, tc_visit *v, tc_spill_view *ret_rest)
{
    tc_live_visit_front(s, v);
    tc_status status = tc_ordered_save_begin(s->ordered, v, &s->references, alive, ret_rest);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "what waits could not be read back");
}
