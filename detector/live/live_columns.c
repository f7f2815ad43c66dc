#include "detector/live/live_columns.h"

#include "detector/live/blob.h"
#include "detector/store/store.h"
#include "parsers/base/alloc.h"
#include "parsers/base/map.h"

typedef struct known {
    uint64_t hashes[TC_COLUMNS_KEPT];
    size_t count;
    uint32_t next; /* where the next one goes, over the eldest */
} known;

struct tc_live_columns {
    tc_store *store;
    tc_map *by_log; /* -> index */
    known *logs;
    size_t count, capacity;
};

tc_live_columns *tc_live_columns_new(tc_store *store)
{
    tc_live_columns *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return NULL;
    c->store = store;
    c->by_log = tc_map_new(TC_COLUMNS_LOGS);
    if (c->by_log) return c;
    tc_live_columns_free(c);
    return NULL;
}

void tc_live_columns_free(tc_live_columns *c)
{
    if (c == NULL) return;
    tc_map_free(c->by_log);
    tc_free(c->logs);
    tc_free(c);
}

/* -- kept ----------------------------------------------------------------------------------- */

static void name_of(uint64_t log, char out[32])
{
    snprintf(out, 32, "columns-%016" PRIx64, log);
}

static void visit(known *k, tc_visit *v)
{
    tc_visit_count(v, &k->count, TC_COLUMNS_KEPT);
    tc_visit_below(v, &k->next, TC_COLUMNS_KEPT);
    for (size_t i = 0; i < k->count; i++)
        tc_visit_u64(v, &k->hashes[i]);
}

/* What cannot be read is begun anew: it costs a notice. */
static void load(tc_live_columns *c, uint64_t log, known *ret)
{
    char name[32];
    bool there = false;
    tc_blob blob;
    tc_error error;
    known loaded = {.count = 0};
    tc_str found;
    tc_str_init(&found, TC_STORE_VALUE_MAX);
    name_of(log, name);
    tc_status status = tc_store_meta(c->store, name, &found, &there, &error);
    if (!tc_failed(status) && there) {
        if (tc_blob_load(&blob, tc_str_view(&found), "columns", 1)) visit(&loaded, blob.visit);
        if (!tc_failed(tc_blob_end(&blob, &error))) *ret = loaded;
    }
    tc_str_done(&found);
}

static TC_STATUS keep(tc_live_columns *c, uint64_t log, known *k)
{
    char name[32];
    tc_blob blob;
    tc_error error;
    tc_str out;
    tc_str_init(&out, TC_STORE_VALUE_MAX);
    name_of(log, name);
    if (tc_blob_save(&blob, &out, "columns", 1)) visit(k, blob.visit);
    tc_status status = tc_blob_end(&blob, &error);
    if (!tc_failed(status)) status = tc_store_put_meta(c->store, name, tc_str_view(&out));
    tc_str_done(&out);
    return status;
}

/* -- noting --------------------------------------------------------------------------------- */

/* NULL: there is no room for more logs. */
static TC_STATUS find(tc_live_columns *c, uint64_t log, known **ret)
{
    tc_slice key = tc_slice_make(&log, sizeof(log));
    uint64_t *at = tc_map_get(c->by_log, key);
    *ret = NULL;
    if (at == NULL && c->count == TC_COLUMNS_LOGS) return TC_SUCCESS;
    if (at == NULL) {
        TC_TRY(tc_grow(&c->logs, &c->capacity, c->count + 1, sizeof(*c->logs), TC_COLUMNS_LOGS));
        TC_TRY(tc_map_put(c->by_log, key, &at, NULL));
        *at = c->count;
        c->logs[c->count] = (known){.count = 0};
        load(c, log, &c->logs[c->count++]);
    }
    *ret = &c->logs[*at];
    return TC_SUCCESS;
}

TC_STATUS tc_live_columns_note(tc_live_columns *c, uint64_t log, uint64_t hash, bool *ret_changed)
{
    known *k;
    *ret_changed = false;
    TC_TRY(find(c, log, &k));
    if (k == NULL) return TC_SUCCESS;
    for (size_t i = 0; i < k->count; i++)
        if (k->hashes[i] == hash) return TC_SUCCESS;
    *ret_changed = k->count > 0;
    k->hashes[k->next] = hash;
    k->next = (k->next + 1) % TC_COLUMNS_KEPT;
    k->count = TC_MIN(k->count + 1, (size_t)TC_COLUMNS_KEPT);
    return keep(c, log, k);
}
