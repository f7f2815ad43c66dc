/* Doing again what the journal says, and taking up the resume points. */
#include "detector/live/live_rows.h"

#include "detector/live/blob.h"
#include "detector/live/live_inputs.h"
#include "detector/memory/observation_visit.h"

#define BATCH_BYTES ((size_t)1 << 20)

/* -- doing again ---------------------------------------------------------------------------- */

static TC_STATUS redo_source(tc_live_stage *s, tc_slice body)
{
    tc_blob blob;
    uint32_t index = 0, id = 0;
    uint64_t key = 0;
    if (tc_blob_load(&blob, body, "source", 1))
        tc_live_visit_source(s, &index, &id, &key, blob.visit);
    TC_TRY(tc_blob_end(&blob, &s->error));
    return tc_live_add_source(s, index, id, key);
}

/* Adds what was loaded so far; *batch is empty again. */
static TC_STATUS add_loaded(tc_live_stage *s, tc_observations **batch)
{
    uint64_t late;
    tc_observations *full = *batch;
    *batch = tc_observations_new(BATCH_BYTES + TC_OBSERVATION_BYTES);
    if (*batch == NULL) {
        *batch = full;
        return (tc_status){TC_ENOMEM};
    }
    tc_observations_sort(full);
    tc_status status = tc_live_early_take(s, full);
    if (tc_failed(status)) {
        tc_observations_free(full);
        return status;
    }
    return tc_ordered_add(s->ordered, full, &late);
}

static TC_STATUS load_batch(tc_live_stage *s, tc_visit *v, tc_observations **batch)
{
    size_t count = 0;
    tc_visit_count(v, &count, TC_LIVE_OBSERVATIONS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        (void)tc_observation_load(v, &s->references, *batch);
        if (tc_observations_bytes(*batch) >= BATCH_BYTES) TC_TRY(add_loaded(s, batch));
    }
    return tc_observations_count(*batch) > 0 ? add_loaded(s, batch) : TC_SUCCESS;
}

static TC_STATUS redo_batch(tc_live_stage *s, tc_slice body)
{
    tc_blob blob;
    tc_status status = TC_SUCCESS;
    tc_observations *batch = tc_observations_new(BATCH_BYTES + TC_OBSERVATION_BYTES);
    if (batch == NULL) return (tc_status){TC_ENOMEM};
    if (tc_blob_load(&blob, body, "batch", 2)) status = load_batch(s, blob.visit, &batch);
    tc_status loaded = tc_blob_end(&blob, &s->error);
    tc_observations_free(batch);
    return tc_failed(status) ? status : loaded;
}

static TC_STATUS redo_step(tc_live_stage *s, tc_slice body)
{
    tc_blob blob;
    tc_live_step_row row = {.watermark = TC_TIME_NONE};
    if (tc_blob_load(&blob, body, "step", 2)) tc_live_visit_step(&row, blob.visit);
    TC_TRY(tc_blob_end(&blob, &s->error));
    TC_TRY(tc_live_step(s, row.watermark, row.now, row.history));
    if (row.told != tc_live_tell_count(s->options.tell) ||
        row.hash != tc_live_tell_hash(s->options.tell) ||
        row.early != tc_live_tell_early_count(s->options.tell))
        s->counts.differs = true;
    return TC_SUCCESS;
}

static TC_STATUS redo_request(tc_live_stage *s, tc_slice body)
{
    tc_blob blob;
    tc_request request = {.now = TC_TIME_NONE};
    if (tc_blob_load(&blob, body, "request", 1)) tc_request_visit(&request, blob.visit);
    TC_TRY(tc_blob_end(&blob, &s->error));
    tc_live_obey(s, &request);
    return TC_SUCCESS;
}

TC_STATUS tc_live_redo(tc_live_stage *s, uint32_t kind, tc_slice body)
{
    s->counts.replayed++;
    switch (kind) {
    case TC_LIVE_ROW_SOURCE:
        return redo_source(s, body);
    case TC_LIVE_ROW_BATCH:
        return redo_batch(s, body);
    case TC_LIVE_ROW_STEP:
        return redo_step(s, body);
    case TC_LIVE_ROW_REQUEST:
        return redo_request(s, body);
    default:
        return tc_fail(&s->error, TC_EUNSUPPORTED,
                       "the journal has rows that this version does not know");
    }
}

/* -- points --------------------------------------------------------------------------------- */

static TC_STATUS copy_place(tc_slice *place)
{
    uint8_t *copy = tc_alloc(place->len + 1, 1);
    if (copy == NULL) return (tc_status){TC_ENOMEM};
    if (place->len > 0) memcpy(copy, place->ptr, place->len);
    place->ptr = copy;
    return TC_SUCCESS;
}

/* Who goes on there: the follower, or the inputs, which know when something came last. */
static TC_STATUS load_from(tc_live_stage *s, uint32_t index, tc_visit *v)
{
    const tc_live_source *source = &s->sources[index];
    tc_receive *receive = tc_live_inputs_receive(s->options.inputs);
    if (!source->received) {
        tc_follow_point point = {0};
        tc_follow_point_visit(&point, v);
        return tc_visit_failed(v) ? TC_SUCCESS : tc_follow_know(s->options.follow, &point);
    }
    tc_time came = TC_TIME_NONE;
    tc_visit_time(v, &came);
    if (receive == NULL || tc_visit_failed(v)) return TC_SUCCESS;
    tc_slice name = tc_input_source(s->options.run->input, index)->path;
    return tc_receive_know(receive, name, source->key, came);
}

TC_STATUS tc_live_load_point(tc_live_stage *s, tc_slice key, tc_slice value)
{
    tc_blob blob;
    tc_live_source loaded = {.newest = TC_TIME_NONE};
    const uint64_t *at = tc_map_get(s->by_key, key);
    if (at == NULL) return TC_SUCCESS;
    tc_live_source *source = &s->sources[*at];
    tc_status status = TC_SUCCESS;
    if (tc_blob_load(&blob, value, source->received ? "received" : "point", 1)) {
        status = load_from(s, (uint32_t)*at, blob.visit);
        tc_visit_time(blob.visit, &loaded.newest);
        tc_live_visit_books(&loaded.books, blob.visit);
        tc_visit_text(blob.visit, &loaded.place, TC_VISIT_TEXT_MAX);
        if (!tc_failed(status) && !tc_visit_failed(blob.visit)) status = copy_place(&loaded.place);
    }
    tc_status read = tc_blob_end(&blob, &s->error);
    TC_TRY(status);
    TC_TRY(read);
    source->place = loaded.place;
    source->newest = loaded.newest;
    source->books = loaded.books;
    tc_watermark_read(s->watermark, (uint32_t)*at, loaded.newest, loaded.newest, tc_live_now(s));
    return TC_SUCCESS;
}
