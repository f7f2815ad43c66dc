/* Rows of the journal, resume points and snapshots, as bytes. */
#include "detector/app/live_rows.h"

#include "detector/app/blob.h"
#include "detector/correlate/observation_visit.h"
#include "detector/input/growing.h"

#define BATCH_BYTES ((size_t)1 << 20)
#define OBSERVATIONS_MAX ((size_t)1 << 24)

/* -- putting -------------------------------------------------------------------------------- */

static TC_STATUS put_row(tc_live_stage *s, uint32_t kind, tc_blob *blob)
{
    uint64_t sequence;
    tc_status status = tc_blob_end(blob, &s->error);
    if (!tc_failed(status))
        status = tc_store_journal(s->options.store, kind, tc_str_view(&s->row), &sequence);
    tc_str_clear(&s->row);
    return status;
}

/* Who it is that the other rows speak of. */
void tc_live_visit_source(tc_live_stage *s, uint32_t *index, uint32_t *id, uint64_t *key,
                          tc_visit *v)
{
    tc_visit_u32(v, id);
    tc_visit_u64(v, key);
    tc_input_visit_source(s->options.run->input, index, v);
}

TC_STATUS tc_live_put_source(tc_live_stage *s, uint32_t index)
{
    tc_blob blob;
    tc_live_source *source = &s->sources[index];
    if (tc_blob_save(&blob, &s->row, "source", 1))
        tc_live_visit_source(s, &index, &source->id, &source->key, blob.visit);
    return put_row(s, TC_LIVE_ROW_SOURCE, &blob);
}

TC_STATUS tc_live_put_batch(tc_live_stage *s, tc_observations *batch)
{
    tc_blob blob;
    size_t count = tc_observations_count(batch);
    tc_slice heap = tc_observations_heap(batch);
    TC_TRY(tc_live_make_room(s));
    if (tc_blob_save(&blob, &s->row, "batch", 1)) {
        tc_visit_count(blob.visit, &count, OBSERVATIONS_MAX);
        for (size_t i = 0; i < count; i++)
            tc_observation_save(blob.visit, &s->references, tc_observations_at(batch, i), heap);
    }
    return put_row(s, TC_LIVE_ROW_BATCH, &blob);
}

static void visit_step(tc_live_step_row *row, tc_visit *v)
{
    tc_visit_time(v, &row->watermark);
    tc_visit_time(v, &row->now);
    tc_visit_bool(v, &row->history);
    tc_visit_u64(v, &row->told);
    tc_visit_u64(v, &row->hash);
}

TC_STATUS tc_live_put_step(tc_live_stage *s, tc_time now, bool history)
{
    tc_blob blob;
    tc_live_step_row row = {s->released, now, history, tc_live_tell_count(s->options.tell),
                            tc_live_tell_hash(s->options.tell)};
    if (tc_blob_save(&blob, &s->row, "step", 1)) visit_step(&row, blob.visit);
    return put_row(s, TC_LIVE_ROW_STEP, &blob);
}

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
    return tc_ordered_add(s->ordered, full, &late);
}

static TC_STATUS load_batch(tc_live_stage *s, tc_visit *v, tc_observations **batch)
{
    size_t count = 0;
    tc_visit_count(v, &count, OBSERVATIONS_MAX);
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
    if (tc_blob_load(&blob, body, "batch", 1)) status = load_batch(s, blob.visit, &batch);
    tc_status loaded = tc_blob_end(&blob, &s->error);
    tc_observations_free(batch);
    return tc_failed(status) ? status : loaded;
}

static TC_STATUS redo_step(tc_live_stage *s, tc_slice body)
{
    tc_blob blob;
    tc_live_step_row row = {.watermark = TC_TIME_NONE};
    if (tc_blob_load(&blob, body, "step", 1)) visit_step(&row, blob.visit);
    TC_TRY(tc_blob_end(&blob, &s->error));
    TC_TRY(tc_live_step(s, row.watermark, row.now, row.history));
    if (row.told != tc_live_tell_count(s->options.tell) ||
        row.hash != tc_live_tell_hash(s->options.tell))
        s->counts.differs = true;
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
    default:
        return tc_fail(&s->error, TC_EUNSUPPORTED,
                       "the journal has rows that this version does not know");
    }
}

/* -- points --------------------------------------------------------------------------------- */

void tc_live_visit_books(tc_live_books *b, tc_visit *v)
{
    tc_visit_u64(v, &b->bytes);
    tc_visit_u64(v, &b->events);
    tc_visit_u64(v, &b->rejected);
    tc_visit_u64(v, &b->late);
    tc_visit_u64(v, &b->ahead);
}

static TC_STATUS put_point(tc_live_stage *s, tc_live_source *source, tc_follow_point *point)
{
    tc_blob blob;
    if (tc_blob_save(&blob, &s->row, "point", 1)) {
        tc_follow_point_visit(point, blob.visit);
        tc_visit_time(blob.visit, &source->newest);
        tc_live_visit_books(&source->books, blob.visit);
        tc_visit_text(blob.visit, &source->place, TC_VISIT_TEXT_MAX);
    }
    tc_status status = tc_blob_end(&blob, &s->error);
    if (!tc_failed(status))
        status =
            tc_store_put_point(s->options.store, tc_slice_make(&source->key, sizeof(source->key)),
                               tc_str_view(&s->row));
    tc_str_clear(&s->row);
    return status;
}

TC_STATUS tc_live_put_points(tc_live_stage *s)
{
    for (size_t i = 0; i < s->count; i++) {
        tc_live_source *source = &s->sources[i];
        tc_follow_point point;
        if (!source->dirty || source->forgotten) continue;
        source->dirty = false;
        tc_status status =
            tc_follow_point_at(s->options.follow, source->stream, source->taken, &point);
        if (status.code == TC_ELIMIT) continue; /* nobody could go on there */
        TC_TRY(status);
        TC_TRY(put_point(s, source, &point));
    }
    return TC_SUCCESS;
}

static TC_STATUS copy_place(tc_slice *place)
{
    uint8_t *copy = tc_alloc(place->len + 1, 1);
    if (copy == NULL) return (tc_status){TC_ENOMEM};
    if (place->len > 0) memcpy(copy, place->ptr, place->len);
    place->ptr = copy;
    return TC_SUCCESS;
}

TC_STATUS tc_live_load_point(tc_live_stage *s, tc_slice key, tc_slice value)
{
    tc_blob blob;
    tc_follow_point point = {0};
    tc_live_source loaded = {.newest = TC_TIME_NONE};
    const uint64_t *at = tc_map_get(s->by_key, key);
    if (at == NULL) return TC_SUCCESS;
    tc_live_source *source = &s->sources[*at];
    tc_status status = TC_SUCCESS;
    if (tc_blob_load(&blob, value, "point", 1)) {
        tc_follow_point_visit(&point, blob.visit);
        if (!tc_visit_failed(blob.visit)) status = tc_follow_know(s->options.follow, &point);
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
