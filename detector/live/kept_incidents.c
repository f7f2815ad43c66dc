#include "detector/live/kept_incidents.h"

#include "detector/derive/withheld.h"
#include "detector/store/inspect.h"
#include "parsers/base/alloc.h"

#define ARENA_MAX ((size_t)512 << 20)

static TC_STATUS take_row(tc_kept_incidents *k, tc_slice value)
{
    tc_error error;
    tc_board_row row;
    if (tc_failed(tc_incident_row_load(value, &row, &error))) {
        k->damaged++;
        return TC_SUCCESS;
    }
    TC_TRY(tc_grow(&k->items, &k->capacity, k->count + 1, sizeof(*k->items), TC_BOARD_MAX * 2));
    k->items[k->count++] = (tc_kept_incident){.row = row};
    return TC_SUCCESS;
}

/* Rows come before pages: keys are in order. */
static TC_STATUS take_page(tc_kept_incidents *k, tc_slice id, tc_slice value)
{
    tc_error error;
    for (size_t i = 0; i < k->count; i++) {
        tc_kept_incident *item = &k->items[i];
        if (!tc_slice_equal(tc_slice_of(item->row.id), id)) continue;
        tc_status status = tc_incident_page_load(value, k->arena, &item->page, &error);
        item->paged = !tc_failed(status);
        k->damaged += item->paged ? 0 : 1;
        return status.code == TC_ENOMEM ? status : TC_SUCCESS;
    }
    return TC_SUCCESS;
}

static TC_STATUS kept(void *context, bool point, tc_slice key, tc_slice value)
{
    tc_kept_incidents *k = context;
    tc_slice row = TC_LIT(TC_INCIDENT_KEY), page = TC_LIT(TC_PAGE_KEY);
    if (point && tc_slice_starts(key, row)) return take_row(k, value);
    if (point && tc_slice_starts(key, page))
        return take_page(k, tc_slice_sub(key, page.len, key.len), value);
    return TC_SUCCESS;
}

bool tc_kept_incident_is_open(const tc_board_row *row, tc_time now)
{
    /* What was told as it happened is new for as long, however slow its log was. */
    tc_time last = row->historic ? row->last : TC_MAX(row->last, row->told);
    bool quiet = last <= now && tc_time_between(last, now) >= TC_INCIDENT_CLOSES;
    return row->stand == TC_STAND_ACKNOWLEDGED || (row->stand == TC_STAND_OPEN && !quiet);
}

const char *tc_kept_incident_state(const tc_board_row *row, tc_time now)
{
    bool open = tc_kept_incident_is_open(row, now);
    if (open && row->silent_until != TC_TIME_NONE && now < row->silent_until) return "silenced";
    return tc_stand_name(row->stand == TC_STAND_OPEN && !open ? TC_STAND_OVER : row->stand);
}

static int by_need(const void *left, const void *right, void *context)
{
    const tc_board_row *a = &((const tc_kept_incident *)left)->row;
    const tc_board_row *b = &((const tc_kept_incident *)right)->row;
    const tc_time *now = context;
    bool open = tc_kept_incident_is_open(a, *now);
    if (open != tc_kept_incident_is_open(b, *now)) return open ? -1 : 1;
    if (a->level != b->level) return a->level > b->level ? -1 : 1;
    if (a->last != b->last) return a->last > b->last ? -1 : 1;
    return strcmp(a->id, b->id);
}

TC_STATUS tc_kept_incidents_read(const char *folder, tc_time now, tc_kept_incidents *ret,
                                 tc_error *reterr)
{
    tc_inspect *inspect = NULL;
    tc_inspect_facts facts;
    tc_inspect_calls calls = {.context = ret, .kept = kept};
    *ret = (tc_kept_incidents){.arena = tc_arena_new(ARENA_MAX)};
    if (ret->arena == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_status status = tc_inspect_open(folder, &inspect, reterr);
    if (!tc_failed(status)) status = tc_inspect_facts_of(inspect, &facts, reterr);
    if (!tc_failed(status)) status = tc_inspect_kept(inspect, &calls, reterr);
    tc_inspect_close(inspect);
    TC_TRY(status);
    ret->running = facts.used;
    if (ret->count) qsort_r(ret->items, ret->count, sizeof(*ret->items), by_need, &now);
    return TC_SUCCESS;
}

void tc_kept_incidents_done(tc_kept_incidents *k)
{
    tc_free(k->items);
    tc_arena_free(k->arena);
    *k = (tc_kept_incidents){.arena = NULL};
}

TC_STATUS tc_kept_incidents_find(const tc_kept_incidents *k, const char *id,
                                 const tc_kept_incident **ret, tc_error *reterr)
{
    size_t found = 0;
    for (size_t i = 0; i < k->count; i++) {
        if (!tc_slice_starts_ascii(tc_slice_of(k->items[i].row.id), tc_slice_of(id))) continue;
        *ret = &k->items[i];
        found++;
    }
    if (found == 1) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "%.40s: %s", id,
                   found ? "several incidents begin so: more digits"
                         : "no such incident (tocsin incident list)");
}
