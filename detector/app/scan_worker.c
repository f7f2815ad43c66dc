#include "detector/app/scan_worker.h"

#include "detector/sigma/matcher.h"
#include "parsers/base/alloc.h"

#define BATCH_BYTES ((size_t)256 << 20)
#define BLOCK_ARENA_BYTES ((size_t)256 << 20)

typedef struct scan_worker {
    const tc_run *run;
    tc_enrich_worker *enrich;
    tc_matcher *matcher;
    tc_arena *arena;
    tc_overlay overlay;
    /* The present block: */
    const tc_block *block;
    const tc_source *source;
    tc_block_result *result;
    tc_observations *batch;
    const tc_schema *schema; /* of the last event, and whether rules care for it */
    bool concerned;
    tc_time bound_at_start, bound_at_end; /* of the block */
} scan_worker;

tc_time tc_source_bound(const tc_source *source, uint64_t file_offset)
{
    tc_time bound = TC_TIME_NONE;
    for (uint32_t i = 0; i < source->bound_count; i++) {
        if (source->bound_offset[i] > file_offset) break;
        bound = source->bound[i];
    }
    return bound;
}

void *tc_scan_worker_new(void *context)
{
    scan_worker *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->run = context;
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

static void locate(const void *context, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    tc_block_locate(context, place, ret, ret_position);
}

/* Hands over the matches of stateless rules on the event as it is, with the ECS names they may ask
 * for. */
TC_NOINLINE static tc_status take_matches(scan_worker *w, tc_event *event)
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
        TC_TRY(tc_enrich_hit(w->enrich, event, rules[i], texts, present, count));
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

static void note_time(tc_block_result *r, tc_time time)
{
    if (r->first == TC_TIME_NONE || time < r->first) r->first = time;
    r->last_time = TC_MAX(r->last_time, time);
}

/* Whether a record is older than what was promised of its part of the source. Bounds never
 * decrease, so those at the ends of the block decide nearly always. */
static bool is_late(const scan_worker *w, const tc_event *event)
{
    tc_locator at;
    uint64_t position;
    if (event->time >= w->bound_at_end) return false;
    if (event->time < w->bound_at_start) return true;
    tc_block_locate(w->block, event->place, &at, &position);
    tc_time bound = tc_source_bound(w->source, at.offset);
    return bound != TC_TIME_NONE && event->time < bound;
}

/* TC_TIME_NONE is less than any time: nothing is late then. */
static void set_bounds(scan_worker *w)
{
    tc_locator end;
    uint64_t position;
    tc_block_locate(w->block, (tc_place){w->block->length, 0, 0}, &end, &position);
    w->bound_at_start = tc_source_bound(w->source, w->block->file_offset);
    w->bound_at_end = tc_source_bound(w->source, end.offset);
}

static tc_status take_event(void *context, tc_event *event)
{
    scan_worker *w = context;
    tc_ledger *ledger = &w->result->ledger;
    tc_reason filtered = TC_REASON_COUNT;
    if (event->time == TC_TIME_NONE) {
        ledger->events.filtered[TC_REASON_BAD_TIME]++;
        return TC_SUCCESS;
    }
    note_time(w->result, event->time);
    if (w->run->options->until != TC_TIME_NONE && event->time > w->run->options->until) {
        ledger->events.filtered[TC_REASON_OUT_OF_RANGE]++;
        return TC_SUCCESS;
    }
    if (is_late(w, event)) {
        ledger->events.late++;
        return TC_SUCCESS;
    }
    TC_TRY(tc_enrich_observe(w->enrich, event, &filtered));
    if (filtered != TC_REASON_COUNT) {
        ledger->events.filtered[filtered]++;
        return TC_SUCCESS;
    }
    ledger->events.delivered++;
    return is_concerned(w, event) ? take_matches(w, event) : TC_SUCCESS;
}

tc_status tc_scan_worker_work(void *worker, const tc_block *block, tc_block_result *result)
{
    scan_worker *w = worker;
    w->block = block;
    w->source = tc_input_source(w->run->input, block->source);
    w->result = result;
    w->schema = NULL;
    set_bounds(w);
    w->batch = tc_observations_new(BATCH_BYTES);
    if (w->batch == NULL) return (tc_status){TC_ENOMEM};
    tc_block_origin origin = {.source = block->source,
                              .source_key = w->source->key,
                              .host = w->source->host,
                              .locate_context = block,
                              .locate = locate};
    tc_sink sink = {w, take_event, NULL};
    tc_arena_reset(w->arena);
    tc_status status = tc_enrich_begin_block(w->enrich, &origin, w->batch);
    if (!tc_failed(status))
        status = w->source->parser->parse(&block->carry, &block->options,
                                          tc_slice_make(block->data, block->length), w->arena,
                                          &result->ledger, &sink);
    if (!tc_failed(status)) status = tc_enrich_end_block(w->enrich);
    if (tc_failed(status)) {
        tc_observations_free(w->batch);
        return status;
    }
    tc_observations_sort(w->batch);
    result->payload = w->batch;
    return TC_SUCCESS;
}
