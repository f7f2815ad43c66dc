#include "detector/app/second_look.h"

#include "detector/pipeline/input_feed.h"
#include "detector/pipeline/scan_worker.h"
#include "detector/pipeline/sources.h"

typedef struct look {
    const tc_second_look_hooks *hooks;
    tc_scan_shared shared;
    tc_sources *sources;
    tc_error *error;
} look;

TC_STATUS tc_second_look_possible(const tc_run *run, tc_error *reterr)
{
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *source = tc_input_source(run->input, i);
        if (!source->once) continue;
        char shown[200];
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "the logs are read twice, and '%s' can be read only once: save it to a file",
                       tc_slice_to_cstr(source->path, shown, sizeof(shown)));
    }
    return TC_SUCCESS;
}

static void *worker_new(void *context)
{
    return tc_scan_worker_new(&((look *)context)->shared);
}

static TC_STATUS show(look *l, tc_observations *batch)
{
    tc_slice heap = tc_observations_heap(batch);
    for (size_t i = 0; i < tc_observations_count(batch); i++)
        TC_TRY(l->hooks->observe(l->hooks->context, tc_observations_at(batch, i), heap));
    return TC_SUCCESS;
}

static TC_STATUS collect(void *context, tc_block_result *r)
{
    look *l = context;
    tc_status status = r->payload ? show(l, r->payload) : TC_SUCCESS;
    if (r->payload) tc_scan_payload_free(r->payload);
    if (tc_failed(status))
        return tc_fail(l->error, status.code, "what the incidents touched could not be kept: %s",
                       status.code == TC_ENOMEM ? "out of memory" : "a bound was reached");
    return r->part ? TC_SUCCESS : tc_sources_note(l->sources, r);
}

static void tick(void *context)
{
    const look *l = context;
    uint64_t done, total;
    tc_sources_bytes(l->sources, &done, &total);
    l->hooks->tick(l->hooks->context, done, total);
}

TC_STATUS tc_second_look(const tc_run *run, const tc_second_look_hooks *hooks, tc_error *reterr)
{
    tc_error error = {0};
    look l = {.hooks = hooks, .shared = {.run = run, .second_look = true}, .error = &error};
    tc_input_feed feed;
    l.sources = tc_sources_new(run->input, NULL);
    if (l.sources == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_input_feed_start(&feed, run->input, NULL, tc_input_count(run->input),
                        run->options->block_size);
    tc_pipeline_job job = {.context = &l,
                           .worker_new = worker_new,
                           .worker_free = tc_scan_worker_free,
                           .work = tc_scan_worker_work,
                           .collect = collect,
                           .payload_free = tc_scan_payload_free,
                           .tick = tick,
                           .jobs = run->jobs,
                           .feed = tc_input_feed_of(&feed)};
    tc_status status = tc_pipeline_run(&job, &error);
    tc_input_feed_done(&feed);
    tc_sources_free(l.sources);
    if (tc_failed(status) && reterr && error.code != TC_OK) *reterr = error;
    return status;
}
