/* That a log was being written, told once in a step: which logs fell silent is seen by that. */
#include "detector/enrich/worker.h"

static tc_time step_begins(tc_time time)
{
    return tc_time_sub(time, (time % TC_ALIVE_STEP + TC_ALIVE_STEP) % TC_ALIVE_STEP);
}

static tc_slice host_of(const tc_enrich_worker *w, const tc_event *event)
{
    if (event->shipped && event->shipped->host.len > 0) return event->shipped->host;
    if (w->origin.host.len > 0) return w->origin.host;
    return tc_worker_field(event, (tc_field)w->family->host);
}

/* What a server writes in the order of time is one server's; exports and envelopes hold many's. */
static bool is_present(const tc_enrich_worker *w, const tc_event *event, tc_time time)
{
    const tc_alive_slot *s = w->present;
    bool ordered = w->origin.parser && w->origin.parser->order == TC_ORDER_WRITTEN;
    return s != NULL && ordered && event->shipped == NULL && s->block == (uint32_t)w->block &&
           time >= s->from && time < s->until;
}

/* The first and last record of a step, however its block was cut. */
static TC_STATUS go_on(tc_enrich_worker *w, const tc_event *event, tc_time time)
{
    tc_observation *o = tc_observations_at(w->batch, w->present->index);
    o->last = TC_MAX(o->last, time);
    bool first =
        time < o->order.time ||
        (time == o->order.time && tc_record_id(w->origin.parser, event) < o->order.record_hash);
    if (!first) return TC_SUCCESS;
    tc_observation made = *o;
    TC_TRY(tc_emit_again(w, event, &made));
    *o = made;
    return TC_SUCCESS;
}

static TC_STATUS begin(tc_enrich_worker *w, const tc_event *event, tc_alive_slot *slot)
{
    tc_observation *o = NULL;
    TC_TRY(tc_emit(w, event, TC_OBS_ALIVE, &o));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_EXTRA, tc_slice_of(w->family->name)));
    slot->index = (uint32_t)tc_observations_count(w->batch) - 1;
    slot->block = (uint32_t)w->block;
    w->present = slot;
    return TC_SUCCESS;
}

/* The slot of that log, or else one of its set that no log of the block has, or else the first: two
 * servers that write in turn would otherwise put each other out whenever their hashes meet. */
static tc_alive_slot *slot_of(tc_enrich_worker *w, uint64_t log)
{
    tc_alive_slot *set = &w->alive[log % TC_ALIVE_SETS * TC_ALIVE_WAYS], *ret = NULL;
    for (size_t i = 0; i < TC_ALIVE_WAYS; i++) {
        bool taken = set[i].block == (uint32_t)w->block;
        if (taken && set[i].log == log) return &set[i];
        if (!taken && ret == NULL) ret = &set[i];
    }
    return ret ? ret : set;
}

static TC_STATUS tell(tc_enrich_worker *w, const tc_event *event, tc_time time)
{
    tc_time from = step_begins(time);
    uint64_t log = tc_quick_hash(w->key, (uint64_t)from, host_of(w, event));
    log = tc_quick_hash(w->key, log, tc_slice_of(w->family->name));
    tc_alive_slot *slot = slot_of(w, log);
    if (slot->log == log && slot->block == (uint32_t)w->block) {
        w->present = slot;
        return go_on(w, event, time);
    }
    *slot = (tc_alive_slot){.log = log, .from = from, .until = tc_time_add(from, TC_ALIVE_STEP)};
    return begin(w, event, slot);
}

TC_STATUS tc_enrich_alive(tc_enrich_worker *w, const tc_event *event)
{
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    tc_time time = tc_time_whole_ms(event->time);
    if (is_present(w, event, time)) {
        const tc_observation *o = tc_observations_at(w->batch, w->present->index);
        if (time > o->order.time) return go_on(w, event, time);
    }
    tc_worker_begin_event(w, event);
    if (w->family->observe == NULL) return TC_SUCCESS;
    return tc_worker_end_event(w, event, tell(w, event, time));
}
