#include "detector/app/scan_worker.h"

#include "detector/sigma/matcher.h"
#include "parsers/base/alloc.h"

#define BLOCK_ARENA_BYTES ((size_t)256 << 20)

typedef struct scan_worker {
    tc_scan_shared *shared;
    const tc_run *run;
    tc_enrich_worker *enrich;
    tc_matcher *matcher;
    tc_arena *arena;
    tc_overlay overlay;
    /* The present block: */
    tc_block_origin origin;
    tc_block_result *result;
    tc_observations *batch;
    const tc_schema *schema; /* of the last event, and whether rules care for it */
    bool concerned;
} scan_worker;

void *tc_scan_worker_new(void *context)
{
    scan_worker *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->shared = context;
    w->run = w->shared->run;
    w->enrich = tc_enrich_worker_new(w->run->enricher);
    w->matcher = tc_matcher_new(w->run->rules);
    w->arena = tc_arena_new(BLOCK_ARENA_BYTES);
    if (w->enrich && w->matcher && w->arena) return w;
    tc_scan_worker_free(w);
    return NULL;
}

void tc_scan_worker_free(void *worker)
{
    scan_worker *w = worker;
    if (w == NULL) return;
    tc_enrich_worker_free(w->enrich);
    tc_matcher_free(w->matcher);
    tc_arena_free(w->arena);
    tc_free(w);
}

void tc_scan_payload_free(void *payload)
{
    tc_observations_free(payload);
}

/* -- batches -------------------------------------------------------------------------------- */

static TC_STATUS begin_batch(scan_worker *w)
{
    w->batch = tc_observations_new(TC_PAYLOAD_BYTES);
    if (w->batch == NULL) return (tc_status){TC_ENOMEM};
    return tc_enrich_begin_block(w->enrich, &w->origin, w->batch);
}

/* Hands the full batch over and begins another. One statement fits into an empty batch whatever it
 * says, because all its texts are cut to a size. */
static TC_STATUS next_batch(scan_worker *w)
{
    tc_observations *full = w->batch;
    if (tc_observations_count(full) == 0)
        return tc_fail(&w->result->error, TC_ELIMIT, "one record says more than a batch can hold");
    w->batch = NULL;
    tc_observations_sort(full);
    TC_TRY(tc_pipeline_hand_over(w->result, full, tc_observations_memory(full)));
    return begin_batch(w);
}

static TC_STATUS observe(scan_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_status status = tc_enrich_observe(w->enrich, event, ret_filtered);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_observe(w->enrich, event, ret_filtered);
}

static TC_STATUS hit(scan_worker *w, const tc_event *event, uint32_t rule, const tc_slice *texts,
                     const bool *present, size_t count)
{
    tc_status status = tc_enrich_hit(w->enrich, event, rule, texts, present, count);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_hit(w->enrich, event, rule, texts, present, count);
}

/* -- events --------------------------------------------------------------------------------- */

/* Observes the matches of stateless rules on the event as it is, with the ECS names they may ask
 * for. */
TC_NOINLINE static TC_STATUS take_matches(scan_worker *w, tc_event *event)
{
    const uint32_t *rules;
    tc_capture captures[TC_CAPTURES_MAX];
    tc_slice texts[TC_CAPTURES_MAX];
    bool present[TC_CAPTURES_MAX];
    tc_overlay_clear(&w->overlay);
    event->overlay = &w->overlay;
    tc_enrich_ecs(w->enrich, event);
    size_t n = tc_matcher_match(w->matcher, event, &rules);
    for (size_t i = 0; i < n; i++) {
        const tc_rule *rule = tc_ruleset_rule(w->run->rules, rules[i]);
        size_t count = rule->capture_count;
        tc_matcher_capture(w->matcher, event, rules[i], captures);
        for (size_t k = 0; k < count; k++) {
            texts[k] = captures[k].text;
            present[k] = captures[k].present;
        }
        TC_TRY(hit(w, event, rules[i], texts, present, count));
    }
    return TC_SUCCESS;
}

/* Whether any rule could match events of this kind; asked once per schema. */
static bool is_concerned(scan_worker *w, const tc_event *event)
{
    if (event->schema != w->schema) {
        w->schema = event->schema;
        w->concerned =
            tc_ruleset_concerns(w->run->rules, event->schema->labels, event->schema->label_count);
    }
    return w->concerned;
}

void tc_note_time(tc_block_result *r, tc_time time)
{
    if (r->first == TC_TIME_NONE) {
        r->first = r->last_time = time;
    } else if (time >= r->last_time) {
        r->last_time = time;
    } else {
        r->fall = TC_MAX(r->fall, tc_time_between(time, r->last_time));
        r->first = TC_MIN(r->first, time);
    }
}

static TC_STATUS take_time(void *context, tc_event *event)
{
    scan_worker *w = context;
    if (event->time != TC_TIME_NONE) tc_note_time(w->result, event->time);
    return TC_SUCCESS;
}

static TC_STATUS take_event(void *context, tc_event *event)
{
    scan_worker *w = context;
    tc_ledger *ledger = &w->result->ledger;
    tc_reason filtered = TC_REASON_COUNT;
    if (event->time == TC_TIME_NONE) {
        ledger->events.filtered[TC_REASON_BAD_TIME]++;
        return TC_SUCCESS;
    }
    tc_note_time(w->result, event->time);
    if (w->run->options->until != TC_TIME_NONE && event->time > w->run->options->until) {
        ledger->events.filtered[TC_REASON_OUT_OF_RANGE]++;
        return TC_SUCCESS;
    }
    TC_TRY(observe(w, event, &filtered));
    if (filtered != TC_REASON_COUNT) {
        ledger->events.filtered[filtered]++;
        return TC_SUCCESS;
    }
    ledger->events.delivered++;
    return is_concerned(w, event) ? take_matches(w, event) : TC_SUCCESS;
}

static void locate(const void *context, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    tc_block_locate(context, place, ret, ret_position);
}

static TC_STATUS parse(scan_worker *w, const tc_block *block, bool times_only)
{
    const tc_source *source = tc_input_source(w->run->input, block->source);
    tc_sink sink = {w, times_only ? take_time : take_event, NULL};
    tc_arena_reset(w->arena);
    return source->parser->parse(source->parser, &block->carry, &block->options,
                                 tc_slice_make(block->data, block->length), w->arena,
                                 &w->result->ledger, &sink);
}

TC_STATUS tc_scan_worker_work(void *worker, const tc_block *block, tc_block_result *result)
{
    scan_worker *w = worker;
    const tc_source *source = tc_input_source(w->run->input, block->source);
    w->result = result;
    w->schema = NULL;
    if (atomic_load_explicit(&w->shared->times_only, memory_order_relaxed))
        return parse(w, block, true);
    w->origin = (tc_block_origin){.parser = source->parser,
                                  .source = block->source,
                                  .source_key = source->key,
                                  .host = source->host,
                                  .locate_context = block,
                                  .locate = locate};
    tc_status status = begin_batch(w);
    if (!tc_failed(status)) status = parse(w, block, false);
    if (!tc_failed(status)) status = tc_enrich_end_block(w->enrich);
    tc_observations *batch = w->batch;
    w->batch = NULL;
    if (tc_failed(status)) {
        tc_observations_free(batch);
        return status;
    }
    tc_observations_sort(batch);
    result->payload = batch;
    result->payload_bytes = tc_observations_memory(batch);
    return TC_SUCCESS;
}
