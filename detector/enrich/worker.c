#include "detector/enrich/worker.h"

#include "parsers/base/alloc.h"

#define SCRATCH_BYTES ((size_t)256 << 10)

/* -- a worker ------------------------------------------------------------------------------- */

tc_enrich_worker *tc_enrich_worker_new(const tc_enricher *enricher)
{
    tc_enrich_worker *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->enricher = enricher;
    w->key = enricher->key;
    w->scratch = tc_arena_new(SCRATCH_BYTES);
    w->addresses.networks = &enricher->networks;
    w->addresses.geo = enricher->geo;
    w->addresses.key = w->key.k0;
    w->family = &tc_family_none;
    memset(w->wanted, 0xFF, sizeof(w->wanted));
    if (w->scratch == NULL) {
        tc_enrich_worker_free(w);
        return NULL;
    }
    return w;
}

void tc_enrich_worker_free(tc_enrich_worker *w)
{
    if (w == NULL) return;
    tc_arena_free(w->scratch);
    tc_free(w);
}

uint64_t tc_enrich_geo_errors(const tc_enrich_worker *w)
{
    return w->addresses.geo_errors;
}

void tc_enrich_want(tc_enrich_worker *w, const uint64_t wanted[TC_OVERLAY_WORDS])
{
    memcpy(w->wanted, wanted, sizeof(w->wanted));
}

void tc_enrich_tell_every_use(tc_enrich_worker *w)
{
    w->every_use = true;
}

static int column_of(const tc_schema *schema, const tc_family_column *wanted)
{
    int column = -1;
    for (size_t i = 0; i < TC_FAMILY_CHOICES && column < 0 && wanted->fields[i]; i++)
        column = tc_schema_column(schema, (tc_field)wanted->fields[i]);
    return column;
}

void tc_worker_use_schema(tc_enrich_worker *w, const tc_schema *schema)
{
    w->schema = schema;
    w->schema_serial = schema->serial;
    w->family = tc_family_of(tc_families, schema);
    TC_ASSERT(w->family->column_count <= TC_FAMILY_COLUMNS_MAX);
    for (size_t i = 0; i < w->family->column_count; i++)
        w->columns[i] = column_of(schema, &w->family->columns[i]);
}

/* -- blocks and events ---------------------------------------------------------------------- */

TC_STATUS tc_enrich_begin_block(tc_enrich_worker *w, const tc_block_origin *origin,
                                tc_observations *batch)
{
    w->origin = *origin;
    w->batch = batch;
    w->block++;
    w->span_count = 0;
    w->event_raw = NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_enrich_end_block(tc_enrich_worker *w)
{
    /* Spans stand in the batch from their first request on; nothing may be added to them now. */
    w->block++;
    w->batch = NULL;
    return TC_SUCCESS;
}

void tc_worker_begin_event(tc_enrich_worker *w, const tc_event *event)
{
    if (tc_worker_is_other_schema(w, event->schema)) tc_worker_use_schema(w, event->schema);
    w->mark = tc_observations_count(w->batch);
    w->pending_count = 0;
    if (w->event_raw == event->raw.ptr && w->event_record == event->place.record) return;
    w->event_raw = event->raw.ptr;
    w->event_record = event->place.record;
    w->located = false;
    w->raw_kept = false;
}

TC_STATUS tc_worker_end_event(tc_enrich_worker *w, const tc_event *event, tc_status status)
{
    if (tc_failed(status)) {
        tc_observations_truncate(w->batch, w->mark);
        w->event_raw = NULL;
        return status;
    }
    for (size_t i = 0; i < w->pending_count; i++)
        tc_seen_note(&w->seen, w->pending[i], event->time);
    return TC_SUCCESS;
}

TC_STATUS tc_enrich_observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_status status = TC_SUCCESS;
    *ret_filtered = TC_REASON_COUNT;
    /* What has no time has no place in the order. */
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    tc_worker_begin_event(w, event);
    w->said = (tc_web_fields){0};
    if (w->family->observe != NULL) status = w->family->observe(w, event, ret_filtered);
    status = tc_worker_end_event(w, event, status);
    if (!tc_failed(status)) tc_web_fields_add(&w->fields, &w->said);
    return status;
}

tc_web_fields tc_enrich_take_web_fields(tc_enrich_worker *w)
{
    tc_web_fields taken = w->fields;
    w->fields = (tc_web_fields){0};
    return taken;
}

tc_account_fields tc_enrich_take_account_fields(tc_enrich_worker *w)
{
    tc_account_fields taken = w->accounts;
    w->accounts = (tc_account_fields){0};
    return taken;
}

void tc_enrich_ecs(tc_enrich_worker *w, tc_event *event)
{
    if (tc_worker_is_other_schema(w, event->schema)) tc_worker_use_schema(w, event->schema);
    if (w->family->ecs != NULL) w->family->ecs(w, event);
}
