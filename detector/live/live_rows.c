/* Rows of the journal, resume points and snapshots, as bytes. */
#include "detector/live/live_rows.h"

#include "detector/input/growing.h"
#include "detector/live/blob.h"
#include "detector/live/live_inputs.h"
#include "detector/memory/observation_visit.h"

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
    if (tc_blob_save(&blob, &s->row, "batch", 2)) {
        tc_visit_count(blob.visit, &count, TC_LIVE_OBSERVATIONS_MAX);
        for (size_t i = 0; i < count; i++)
            tc_observation_save(blob.visit, &s->references, tc_observations_at(batch, i), heap);
    }
    return put_row(s, TC_LIVE_ROW_BATCH, &blob);
}

void tc_live_visit_step(tc_live_step_row *row, tc_visit *v)
{
    tc_visit_time(v, &row->watermark);
    tc_visit_time(v, &row->now);
    tc_visit_bool(v, &row->history);
    tc_visit_u64(v, &row->told);
    tc_visit_u64(v, &row->hash);
    tc_visit_u64(v, &row->early);
}

TC_STATUS tc_live_put_step(tc_live_stage *s, tc_time now, bool history)
{
    tc_blob blob;
    const tc_live_tell *tell = s->options.tell;
    tc_live_step_row row = {s->released,
                            now,
                            history,
                            tc_live_tell_count(tell),
                            tc_live_tell_hash(tell),
                            tc_live_tell_early_count(tell)};
    if (tc_blob_save(&blob, &s->row, "step", 2)) tc_live_visit_step(&row, blob.visit);
    return put_row(s, TC_LIVE_ROW_STEP, &blob);
}

TC_STATUS tc_live_put_request(tc_live_stage *s, tc_request *request)
{
    tc_blob blob;
    if (tc_blob_save(&blob, &s->row, "request", 1)) tc_request_visit(request, blob.visit);
    return put_row(s, TC_LIVE_ROW_REQUEST, &blob);
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

/* NULL for `point`: what an input takes in, which nobody looks for again; only when it came. */
static TC_STATUS put_point(tc_live_stage *s, tc_live_source *source, tc_follow_point *point)
{
    tc_blob blob;
    tc_time now = tc_live_now(s);
    if (tc_blob_save(&blob, &s->row, point ? "point" : "received", 1)) {
        if (point)
            tc_follow_point_visit(point, blob.visit);
        else
            tc_visit_time(blob.visit, &now);
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

static TC_STATUS put_place(tc_live_stage *s, tc_live_source *source)
{
    tc_follow_point point;
    if (source->received) {
        tc_receive *receive = tc_live_inputs_receive(s->options.inputs);
        if (receive == NULL) return TC_SUCCESS;
        tc_receive_pledge(receive, source->stream, source->taken);
        s->pledged = true;
        return put_point(s, source, NULL);
    }
    tc_status status = tc_follow_point_at(s->options.follow, source->stream, source->taken, &point);
    if (status.code == TC_ELIMIT) return TC_SUCCESS; /* nobody could go on there */
    return tc_failed(status) ? status : put_point(s, source, &point);
}

TC_STATUS tc_live_put_points(tc_live_stage *s)
{
    for (size_t i = 0; i < s->count; i++) {
        tc_live_source *source = &s->sources[i];
        if (!source->dirty || source->forgotten) continue;
        source->dirty = false;
        TC_TRY(put_place(s, source));
    }
    return tc_live_inputs_put(s->options.inputs, s->options.store);
}
