#include "detector/live/replay_told.h"

#include "parsers/base/alloc.h"
#include "parsers/base/map.h"

#define AGAIN (UINT64_C(1) << 63) /* the second replay has told it, too */

struct tc_replay_told {
    tc_alert_sink first, second;
    tc_map *findings; /* id -> index of its incident plus 1, 0: none; AGAIN */
    tc_map *by_id;    /* -> index */
    tc_replay_incident *items;
    size_t count, capacity;
    uint64_t single, single_left, lost;
};

static tc_slice id_of(const char id[33])
{
    return tc_slice_of(id);
}

/* -- incidents ------------------------------------------------------------------------------ */

/* Index plus 1; 0: there is no id, or no room. */
static TC_STATUS incident_of(tc_replay_told *t, const char id[33], uint32_t *ret)
{
    bool created = false;
    uint64_t *at;
    *ret = 0;
    if (id[0] == 0) return TC_SUCCESS;
    if (t->count == TC_REPLAY_INCIDENTS && tc_map_get(t->by_id, id_of(id)) == NULL) {
        t->lost++;
        return TC_SUCCESS;
    }
    TC_TRY(
        tc_grow(&t->items, &t->capacity, t->count + 1, sizeof(*t->items), TC_REPLAY_INCIDENTS + 1));
    TC_TRY(tc_map_put(t->by_id, id_of(id), &at, &created));
    if (created) {
        *at = t->count;
        t->items[t->count] = (tc_replay_incident){.merged = 0};
        memcpy(t->items[t->count].id, id, sizeof(t->items[0].id));
        t->count++;
    }
    *ret = (uint32_t)*at + 1;
    return TC_SUCCESS;
}

static TC_STATUS note_incident(tc_replay_told *t, const tc_alert *a)
{
    uint32_t at, into;
    TC_TRY(incident_of(t, a->incident_id, &at));
    TC_TRY(incident_of(t, a->merged_into, &into));
    if (at == 0) return TC_SUCCESS;
    tc_replay_incident *item = &t->items[at - 1];
    item->level = TC_MAX(item->level, a->level);
    size_t length = TC_MIN(a->message.len, sizeof(item->message) - 1);
    (void)tc_slice_to_cstr(tc_slice_sub(a->message, 0, length), item->message,
                           sizeof(item->message));
    if (into != at) item->merged = into;
    return TC_SUCCESS;
}

static uint32_t root_of(const tc_replay_told *t, uint32_t at)
{
    for (size_t steps = 0; t->items[at].merged && steps < t->count; steps++)
        at = t->items[at].merged - 1;
    return at;
}

/* -- findings ------------------------------------------------------------------------------- */

static TC_STATUS note_finding(tc_replay_told *t, const tc_alert *a)
{
    uint32_t at;
    uint64_t *value;
    bool created = false;
    if (tc_map_count(t->findings) == TC_REPLAY_FINDINGS &&
        tc_map_get(t->findings, id_of(a->id)) == NULL) {
        t->lost++;
        return TC_SUCCESS;
    }
    TC_TRY(incident_of(t, a->incident_id, &at));
    TC_TRY(tc_map_put(t->findings, id_of(a->id), &value, &created));
    if (!created) return TC_SUCCESS;
    *value = at;
    if (at == 0) {
        t->single++;
        return TC_SUCCESS;
    }
    t->items[at - 1].findings++;
    t->items[at - 1].level = TC_MAX(t->items[at - 1].level, a->level);
    return TC_SUCCESS;
}

static TC_STATUS told_first(void *context, const tc_alert *a)
{
    return a->transition == TC_TRANSITION_NONE ? note_finding(context, a)
                                               : note_incident(context, a);
}

static TC_STATUS told_second(void *context, const tc_alert *a)
{
    tc_replay_told *t = context;
    if (a->transition != TC_TRANSITION_NONE) return TC_SUCCESS;
    uint64_t *value = tc_map_get(t->findings, id_of(a->id));
    if (value == NULL || *value & AGAIN) return TC_SUCCESS;
    if (*value)
        t->items[*value - 1].left++;
    else
        t->single_left++;
    *value |= AGAIN;
    return TC_SUCCESS;
}

/* -- the whole ------------------------------------------------------------------------------ */

tc_replay_told *tc_replay_told_new(void)
{
    tc_replay_told *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->first = (tc_alert_sink){t, told_first};
    t->second = (tc_alert_sink){t, told_second};
    t->findings = tc_map_new(TC_REPLAY_FINDINGS);
    t->by_id = tc_map_new(TC_REPLAY_INCIDENTS);
    if (t->findings && t->by_id) return t;
    tc_replay_told_free(t);
    return NULL;
}

void tc_replay_told_free(tc_replay_told *t)
{
    if (t == NULL) return;
    tc_map_free(t->findings);
    tc_map_free(t->by_id);
    tc_free(t->items);
    tc_free(t);
}

const tc_alert_sink *tc_replay_told_first(tc_replay_told *t)
{
    return &t->first;
}

const tc_alert_sink *tc_replay_told_second(tc_replay_told *t)
{
    return &t->second;
}

void tc_replay_told_conclude(tc_replay_told *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        tc_replay_incident *from = &t->items[i], *to = &t->items[root_of(t, i)];
        if (from == to) continue;
        to->findings += from->findings;
        to->left += from->left;
        to->level = TC_MAX(to->level, from->level);
        from->findings = from->left = 0;
    }
}

size_t tc_replay_told_count(const tc_replay_told *t)
{
    return t->count;
}

const tc_replay_incident *tc_replay_told_at(const tc_replay_told *t, size_t index)
{
    return &t->items[index];
}

const tc_replay_incident *tc_replay_told_find(const tc_replay_told *t, const char *id)
{
    const uint64_t *at = tc_map_get(t->by_id, tc_slice_of(id));
    return at != NULL ? &t->items[root_of(t, (uint32_t)*at)] : NULL;
}

uint64_t tc_replay_told_single(const tc_replay_told *t, uint64_t *ret_left)
{
    *ret_left = t->single_left;
    return t->single;
}

uint64_t tc_replay_told_lost(const tc_replay_told *t)
{
    return t->lost;
}
