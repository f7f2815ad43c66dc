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

static bool is(const char *label, const char *wanted)
{
    return label != NULL && strcmp(label, wanted) == 0;
}

static tc_family family_of(const tc_schema *schema)
{
    tc_family family = TC_FAMILY_NONE;
    for (size_t i = 0; i < schema->label_count; i++) {
        const tc_logsource *l = &schema->labels[i];
        if (is(l->category, "webserver")) return TC_FAMILY_WEB;
        if (is(l->service, "messagetracking")) return TC_FAMILY_MESSAGE;
        if (is(l->product, "windows"))
            family = is(l->service, "security") ? TC_FAMILY_SECURITY : TC_FAMILY_WINDOWS;
    }
    return family;
}

void tc_worker_use_schema(tc_enrich_worker *w, const tc_schema *schema)
{
    static const tc_field_static fields[TC_WEB_COLUMNS] = {
        [TC_WEB_PORT] = TC_FIELD_S_PORT,           [TC_WEB_STEM] = TC_FIELD_CS_URI_STEM,
        [TC_WEB_QUERY] = TC_FIELD_CS_URI_QUERY,    [TC_WEB_METHOD] = TC_FIELD_CS_METHOD,
        [TC_WEB_USER] = TC_FIELD_CS_USERNAME,      [TC_WEB_CLIENT] = TC_FIELD_C_IP,
        [TC_WEB_AGENT] = TC_FIELD_CS_USER_AGENT,   [TC_WEB_STATUS] = TC_FIELD_SC_STATUS,
        [TC_WEB_WIN32] = TC_FIELD_SC_WIN32_STATUS, [TC_WEB_FORWARDED] = TC_FIELD_X_FORWARDED_FOR,
    };
    w->schema = schema;
    w->schema_serial = schema->serial;
    w->family = family_of(schema);
    for (size_t i = 0; i < TC_WEB_COLUMNS; i++)
        w->web_columns[i] = tc_schema_column(schema, (tc_field)fields[i]);
    if (w->web_columns[TC_WEB_FORWARDED] < 0)
        w->web_columns[TC_WEB_FORWARDED] = tc_schema_column(schema, TC_FIELD_ORIGINAL_IP);
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
        tc_seen_note(&w->seen, w->pending[i], event->time, w->block);
    return TC_SUCCESS;
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    switch (w->family) {
    case TC_FAMILY_WEB:
        return tc_observe_web(w, event, ret_filtered);
    case TC_FAMILY_MESSAGE:
        return tc_observe_message(w, event, ret_filtered);
    case TC_FAMILY_SECURITY:
        return tc_observe_security(w, event);
    case TC_FAMILY_NONE:
    case TC_FAMILY_WINDOWS:
        break;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_enrich_observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    *ret_filtered = TC_REASON_COUNT;
    /* What has no time has no place in the order. */
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    tc_worker_begin_event(w, event);
    return tc_worker_end_event(w, event, observe(w, event, ret_filtered));
}

void tc_enrich_ecs(tc_enrich_worker *w, tc_event *event)
{
    if (tc_worker_is_other_schema(w, event->schema)) tc_worker_use_schema(w, event->schema);
    switch (w->family) {
    case TC_FAMILY_WEB:
        tc_ecs_web(w, event);
        break;
    case TC_FAMILY_MESSAGE:
        tc_ecs_message(w, event);
        break;
    case TC_FAMILY_SECURITY:
    case TC_FAMILY_WINDOWS:
        tc_ecs_windows(w, event);
        break;
    case TC_FAMILY_NONE:
        break;
    }
}
