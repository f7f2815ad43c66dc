#include "detector/pipeline/scan_worker.h"

#include "detector/pipeline/paths_seen.h"
#include "detector/sigma/matcher.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define INTERESTS 16 /* a power of two */

/* What rules care for in events of a schema; asked once as long as it keeps its slot. */
typedef struct interest {
    const tc_schema *schema;
    uint64_t serial; /* another one may since have taken the schema's address */
    bool concerned;
    uint64_t columns; /* keyed hash of labels and columns: what rules can know of the schema */
    uint64_t names;   /* hash of what its columns are called */
    uint64_t asked[TC_OVERLAY_WORDS];
} interest;

typedef struct scan_worker {
    tc_block_worker base;
    tc_scan_shared *shared;
    tc_matcher *matcher;
    /* The present block: */
    tc_block_origin origin;
    tc_observations *batch;
    interest interests[INTERESTS]; /* by the schema's serial */
    tc_paths_seen paths;
    tc_hash_key key;
    tc_sight *sight;    /* NULL: the run has no rules of its own */
    bool columns_known; /* of the schema with this serial, in this block: */
    uint64_t columns_of;
} scan_worker;

/* Without memory or room nothing is told of own rules that match nothing; a second look judges
 * none. */
static tc_sight *open_sight(tc_scan_shared *shared)
{
    const tc_run *run = shared->run;
    if (shared->second_look || tc_ruleset_count(run->rules) == run->shipped_rules) return NULL;
    unsigned number = atomic_fetch_add(&shared->sight_count, 1);
    if (number >= TC_SCAN_SIGHTS) return NULL;
    return shared->sights[number] = tc_sight_new(run->rules, run->shipped_rules);
}

void *tc_scan_worker_new(void *context)
{
    scan_worker *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->shared = context;
    w->key = tc_hash_random_key();
    w->sight = open_sight(w->shared);
    bool made = tc_block_worker_init(&w->base, w->shared->run);
    w->matcher = tc_matcher_new(w->shared->run->rules);
    if (made && w->shared->second_look) tc_enrich_tell_every_use(w->base.enrich);
    if (made && w->matcher) return w;
    tc_scan_worker_free(w);
    return NULL;
}

void tc_scan_worker_free(void *worker)
{
    scan_worker *w = worker;
    if (w == NULL) return;
    tc_block_worker_done(&w->base);
    tc_matcher_free(w->matcher);
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
    return tc_enrich_begin_block(w->base.enrich, &w->origin, w->batch);
}

/* Hands the full batch over and begins another. One statement fits into an empty batch whatever it
 * says, because all its texts are cut to a size. */
static TC_STATUS next_batch(scan_worker *w)
{
    tc_observations *full = w->batch;
    if (tc_observations_count(full) == 0)
        return tc_fail(&w->base.result->error, TC_ELIMIT,
                       "one record says more than a batch can hold");
    w->batch = NULL;
    tc_observations_sort(full);
    TC_TRY(tc_pipeline_hand_over(w->base.result, full, tc_observations_memory(full)));
    return begin_batch(w);
}

static TC_STATUS observe(scan_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_status status = tc_enrich_observe(w->base.enrich, event, ret_filtered);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_observe(w->base.enrich, event, ret_filtered);
}

static TC_STATUS alive(scan_worker *w, const tc_event *event)
{
    tc_status status = tc_enrich_alive(w->base.enrich, event);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_alive(w->base.enrich, event);
}

static TC_STATUS hit(scan_worker *w, const tc_event *event, uint32_t rule, const tc_slice *texts,
                     const bool *present, size_t count)
{
    tc_status status = tc_enrich_hit(w->base.enrich, event, rule, texts, present, count);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_hit(w->base.enrich, event, rule, texts, present, count);
}

static TC_STATUS mention(scan_worker *w, const tc_event *event)
{
    tc_status status = tc_enrich_mention(w->base.enrich, event);
    if (status.code != TC_ELIMIT) return status;
    TC_TRY(next_batch(w));
    return tc_enrich_mention(w->base.enrich, event);
}

/* -- events --------------------------------------------------------------------------------- */

/* Each file has a schema of its own, and most are alike. */
static uint64_t hash_columns(tc_hash_key key, const tc_schema *schema)
{
    tc_slice labels = tc_slice_make(schema->labels, schema->label_count * sizeof(*schema->labels));
    tc_slice fields = tc_slice_make(schema->fields, schema->column_count * sizeof(*schema->fields));
    const uint64_t both[] = {tc_siphash(key, labels), tc_siphash(key, fields)};
    return tc_siphash(key, tc_slice_make(both, sizeof(both)));
}

/* What the source calls its columns: the same in every run. */
static uint64_t name_columns(const tc_schema *schema)
{
    uint64_t hash = tc_content_hash(tc_slice_of(schema->format));
    for (size_t i = 0; i < schema->column_count; i++)
        hash = tc_content_hash_add(tc_content_hash_add(hash, schema->names[i]), TC_LIT(" "));
    return hash;
}

static const interest *interest_in(scan_worker *w, const tc_schema *schema)
{
    interest *i = &w->interests[schema->serial % INTERESTS];
    if (i->schema == schema && i->serial == schema->serial) return i;
    const tc_ruleset *rules = w->base.run->rules;
    *i = (interest){.schema = schema, .serial = schema->serial};
    i->concerned = tc_ruleset_concerns(rules, schema->labels, schema->label_count);
    i->columns = hash_columns(w->key, schema);
    i->names = name_columns(schema);
    tc_ruleset_asked_fields(rules, schema->labels, schema->label_count, i->asked, TC_OVERLAY_WORDS);
    return i;
}

/* Sets the ECS names that the rules look at; those that only matches are told with come when there
 * is one. */
static size_t match(scan_worker *w, tc_event *event, const uint32_t **ret_rules)
{
    static const uint64_t all[TC_OVERLAY_WORDS] = {UINT64_MAX, UINT64_MAX};
    _Static_assert(TC_OVERLAY_WORDS == 2, "all fields are meant");
    tc_enrich_want(w->base.enrich, interest_in(w, event->schema)->asked);
    tc_block_worker_ecs(&w->base, event);
    size_t count = tc_matcher_match(w->matcher, event, ret_rules);
    tc_enrich_want(w->base.enrich, all);
    if (count > 0) tc_block_worker_ecs(&w->base, event);
    return count;
}

/* The path asked for as the log writes it; empty if it is not of that kind. */
static tc_slice path_of(const tc_event *event)
{
    tc_cell cell = tc_event_cell(event, TC_FIELD_CS_URI_STEM);
    return cell.form == TC_FORM_TEXT ? tc_slice_make(cell.ptr, cell.len) : TC_EMPTY_SLICE;
}

/* For an event that no rule matched. The decoded path hangs on the path alone. */
static void learn_path(scan_worker *w, const tc_event *event, tc_slice path)
{
    static const tc_field of_path[] = {TC_FIELD_CS_URI_STEM, TC_FIELD_URL_DECODED_PATH};
    if (path.len == 0 || path.len > TC_PATH_SEEN_MAX ||
        !tc_overlay_has(event->overlay, TC_FIELD_URL_DECODED_PATH))
        return;
    bool quiet = tc_matcher_excludes(w->matcher, event, of_path, TC_COUNT_OF(of_path));
    tc_paths_seen_keep(&w->paths, interest_in(w, event->schema)->columns, path, quiet);
}

/* Observes the matches of stateless rules on the event as it is. */
TC_NOINLINE static TC_STATUS take_matches(scan_worker *w, tc_event *event)
{
    const uint32_t *rules;
    tc_capture captures[TC_CAPTURES_MAX];
    tc_slice texts[TC_CAPTURES_MAX];
    bool present[TC_CAPTURES_MAX];
    tc_slice path = path_of(event);
    uint64_t columns = interest_in(w, event->schema)->columns;
    tc_path_news news = tc_paths_seen_find(&w->paths, columns, path);
    if (news == TC_PATH_QUIET) return TC_SUCCESS;
    size_t n = match(w, event, &rules);
    if (news == TC_PATH_UNSEEN && n == 0) learn_path(w, event, path);
    for (size_t i = 0; i < n; i++) {
        const tc_rule *rule = tc_ruleset_rule(w->base.run->rules, rules[i]);
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

/* Up to here the source was understood. */
static void note_end(scan_worker *w, const tc_event *event)
{
    w->base.result->end = w->base.block->position + event->place.offset + event->place.length;
}

static TC_STATUS take_time(void *context, tc_event *event)
{
    scan_worker *w = context;
    note_end(w, event);
    if (event->time != TC_TIME_NONE) tc_note_event(w->base.result, event);
    return TC_SUCCESS;
}

static void note_columns(scan_worker *w, const tc_schema *schema)
{
    tc_block_result *r = w->base.result;
    if (w->columns_known && w->columns_of == schema->serial) return;
    uint64_t hash = interest_in(w, schema)->names;
    w->columns_known = true;
    w->columns_of = schema->serial;
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i] == hash) return;
    if (r->column_count < TC_BLOCK_COLUMNS) r->columns[r->column_count++] = hash;
}

static void note_hidden(scan_worker *w, const tc_event *event)
{
    const tc_parser *parser = w->base.source->parser;
    uint32_t hidden = parser->hides ? parser->hides(parser, event) : 0;
    for (unsigned k = 0; hidden >> k; k++)
        w->base.result->hidden[k] += hidden >> k & 1;
}

static TC_STATUS take_event(void *context, tc_event *event)
{
    scan_worker *w = context;
    tc_ledger *ledger = &w->base.result->ledger;
    tc_reason filtered = TC_REASON_COUNT;
    note_end(w, event);
    if (event->time == TC_TIME_NONE) {
        ledger->events.filtered[TC_REASON_BAD_TIME]++;
        return TC_SUCCESS;
    }
    tc_note_event(w->base.result, event);
    note_columns(w, event->schema);
    if (tc_block_worker_too_late(&w->base, event)) return TC_SUCCESS;
    note_hidden(w, event);
    TC_TRY(observe(w, event, &filtered));
    if (!w->shared->second_look) TC_TRY(alive(w, event));
    if (filtered != TC_REASON_COUNT) {
        ledger->events.filtered[filtered]++;
        return TC_SUCCESS;
    }
    ledger->events.delivered++;
    if (w->sight) tc_sight_note(w->sight, event);
    if (w->shared->second_look) return mention(w, event);
    return interest_in(w, event->schema)->concerned ? take_matches(w, event) : TC_SUCCESS;
}

static void locate(const void *context, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    tc_block_locate(context, place, ret, ret_position);
}

TC_STATUS tc_scan_worker_work(void *worker, const tc_block *block, tc_block_result *result)
{
    scan_worker *w = worker;
    tc_sink times = {w, take_time, NULL}, events = {w, take_event, NULL};
    tc_block_worker_begin(&w->base, block, result);
    w->columns_known = false;
    if (atomic_load_explicit(&w->shared->times_only, memory_order_relaxed))
        return tc_block_worker_parse(&w->base, &times);
    const tc_source *source = w->base.source;
    w->origin = (tc_block_origin){.parser = source->parser,
                                  .source = block->source,
                                  .source_key = source->key,
                                  .host = source->host,
                                  .locate_context = block,
                                  .locate = locate};
    tc_status status = begin_batch(w);
    if (!tc_failed(status)) status = tc_block_worker_parse(&w->base, &events);
    if (!tc_failed(status)) status = tc_enrich_end_block(w->base.enrich);
    result->web = tc_enrich_take_web_fields(w->base.enrich);
    result->accounts = tc_enrich_take_account_fields(w->base.enrich);
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
