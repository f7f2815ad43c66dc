/*
 * block_worker: what every worker needs to make something of a block, whatever it makes.
 *
 * Part of a worker of scan or parse: a thread's own. Owns the enricher's worker and the arena,
 * which holds the events of one block; everything else is borrowed from the run or for the block.
 */
#ifndef TC_PIPELINE_BLOCK_WORKER_H
#define TC_PIPELINE_BLOCK_WORKER_H

#include "detector/pipeline/pipeline.h"
#include "detector/pipeline/run.h"

typedef struct tc_block_worker {
    const tc_run *run;
    tc_enrich_worker *enrich;
    tc_arena *arena;
    tc_overlay overlay;
    /* The present block: */
    const tc_block *block;
    const tc_source *source;
    tc_block_result *result;
} tc_block_worker;

/* False without memory; _done undoes it also then. */
bool tc_block_worker_init(tc_block_worker *worker, const tc_run *run) TC_MUST_USE;
void tc_block_worker_done(tc_block_worker *worker);
/* Makes a block the present one. */
void tc_block_worker_begin(tc_block_worker *worker, const tc_block *block, tc_block_result *result);
/* Parses it; its books go into the result. */
TC_STATUS tc_block_worker_parse(tc_block_worker *worker, const tc_sink *sink);
/* The event with the ECS names that somebody may ask for, in the worker's overlay. */
void tc_block_worker_ecs(tc_block_worker *worker, tc_event *event);

/* Whether the event is later than --until: then it is booked, and not wanted. */
static inline bool tc_block_worker_too_late(tc_block_worker *w, const tc_event *event)
{
    tc_time until = w->run->options->until;
    if (until == TC_TIME_NONE || event->time == TC_TIME_NONE || event->time <= until) return false;
    w->result->ledger.events.filtered[TC_REASON_OUT_OF_RANGE]++;
    return true;
}
/* Takes the time of the next event of a block into the result: least, largest, the fall, and its
 * hour. */
static inline void tc_note_time(tc_block_result *r, tc_time time)
{
    tc_hours_note(&r->hours, time);
    if (r->first == TC_TIME_NONE) {
        r->first = r->last_time = time;
    } else if (time >= r->last_time) {
        r->last_time = time;
    } else {
        r->fall = TC_MAX(r->fall, tc_time_between(time, r->last_time));
        r->first = TC_MIN(r->first, time);
    }
}
/* The same of an event that has a time, and what it is, if an envelope carried it. */
static inline void tc_note_event(tc_block_result *r, const tc_event *event)
{
    if (event->shipped) {
        r->inside |= event->shipped->format;
        tc_spans_widen(&r->shipped, event->shipped->parser->evidence, event->time, event->time);
    }
    tc_note_time(r, event->time);
}

#endif
