#include "detector/derive/resets.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"

#define NOVEL_MEMORY (7 * TC_DAY)

typedef struct reset {
    tc_time time;
    uint64_t target, actor;
    uint64_t network; /* of the last stranger's session; 0: none came */
    uint64_t agent;
    uint32_t name_length;
    uint32_t nth; /* of the accounts that the actor reset within a day */
    bool routine;
    uint8_t name[TC_RESET_NAME];
} reset;

typedef struct novel {
    uint64_t account, network;
    tc_time time;
} novel;

/* Two rings; the maps hold the last place of each account, from 1. */
struct tc_resets {
    reset *resets;
    novel *novels;
    size_t resets_max, reset_capacity, reset_first, reset_count;
    size_t novels_max, novel_capacity, novel_first, novel_count;
    tc_keymap reset_at, novel_at;
    uint64_t given_up;
};

tc_resets *tc_resets_new(size_t resets_max, size_t accounts_max)
{
    tc_resets *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return NULL;
    r->resets_max = resets_max;
    r->novels_max = accounts_max;
    return r;
}

void tc_resets_free(tc_resets *r)
{
    if (r == NULL) return;
    tc_free(r->resets);
    tc_free(r->novels);
    tc_keymap_done(&r->reset_at);
    tc_keymap_done(&r->novel_at);
    tc_free(r);
}

/* -- rings ---------------------------------------------------------------------------------- */

static reset *reset_at(const tc_resets *r, size_t i)
{
    return &r->resets[(r->reset_first + i) % r->resets_max];
}

static novel *novel_at(const tc_resets *r, size_t i)
{
    return &r->novels[(r->novel_first + i) % r->novels_max];
}

static uint32_t reset_place(const tc_resets *r, size_t i)
{
    return (uint32_t)((r->reset_first + i) % r->resets_max) + 1;
}

static uint32_t novel_place(const tc_resets *r, size_t i)
{
    return (uint32_t)((r->novel_first + i) % r->novels_max) + 1;
}

static void drop_reset(tc_resets *r)
{
    const reset *eldest = reset_at(r, 0);
    if (tc_keymap_get(&r->reset_at, eldest->target) == reset_place(r, 0))
        tc_keymap_remove(&r->reset_at, eldest->target);
    r->reset_first = (r->reset_first + 1) % r->resets_max;
    r->reset_count--;
}

static void drop_novel(tc_resets *r)
{
    const novel *eldest = novel_at(r, 0);
    if (tc_keymap_get(&r->novel_at, eldest->account) == novel_place(r, 0))
        tc_keymap_remove(&r->novel_at, eldest->account);
    r->novel_first = (r->novel_first + 1) % r->novels_max;
    r->novel_count--;
}

/* The rings grow until they are as large as they may be and have not begun to turn. */
static bool has_reset_room(tc_resets *r)
{
    size_t needed = r->reset_first + r->reset_count + 1;
    if (r->reset_count == r->resets_max) {
        r->given_up++;
        drop_reset(r);
    }
    needed = TC_MIN(needed, r->resets_max);
    return !tc_failed(tc_keymap_reserve(&r->reset_at)) &&
           !tc_failed(
               tc_grow(&r->resets, &r->reset_capacity, needed, sizeof(reset), r->resets_max));
}

static bool has_novel_room(tc_resets *r)
{
    size_t needed = r->novel_first + r->novel_count + 1;
    if (r->novel_count == r->novels_max) {
        r->given_up++;
        drop_novel(r);
    }
    needed = TC_MIN(needed, r->novels_max);
    return !tc_failed(tc_keymap_reserve(&r->novel_at)) &&
           !tc_failed(
               tc_grow(&r->novels, &r->novel_capacity, needed, sizeof(novel), r->novels_max));
}

static bool add_reset(tc_resets *r, const reset *it)
{
    if (!has_reset_room(r)) return false;
    *reset_at(r, r->reset_count++) = *it;
    return !tc_failed(tc_keymap_put(&r->reset_at, it->target, reset_place(r, r->reset_count - 1)));
}

static bool add_novel(tc_resets *r, const novel *it)
{
    if (!has_novel_room(r)) return false;
    *novel_at(r, r->novel_count++) = *it;
    return !tc_failed(tc_keymap_put(&r->novel_at, it->account, novel_place(r, r->novel_count - 1)));
}

/* -- what is told --------------------------------------------------------------------------- */

/* An account counts by its last reset, and for a day. */
static bool is_of_day(const tc_resets *r, size_t i, tc_time now)
{
    const reset *it = reset_at(r, i);
    return tc_keymap_get(&r->reset_at, it->target) == reset_place(r, i) &&
           tc_time_between(it->time, now) <= TC_RESET_MEMORY;
}

tc_reset_day tc_resets_day(const tc_resets *r, tc_time now)
{
    tc_reset_day day = {0};
    for (size_t i = 0; i < r->reset_count; i++) {
        const reset *it = reset_at(r, i);
        if (it->routine || !is_of_day(r, i, now)) continue;
        day.resets++;
        day.entered += it->network != 0;
        day.busiest = TC_MAX(day.busiest, it->nth);
    }
    return day;
}

void tc_resets_note(tc_resets *r, uint64_t target, uint64_t actor, tc_slice actor_name,
                    bool routine, tc_time now)
{
    reset it = {.time = now, .target = target, .actor = actor, .routine = routine};
    while (r->reset_count && tc_time_between(reset_at(r, 0)->time, now) > TC_RESET_MEMORY)
        drop_reset(r);
    it.name_length = (uint32_t)TC_MIN(actor_name.len, sizeof(it.name));
    if (it.name_length) memcpy(it.name, actor_name.ptr, it.name_length);
    it.nth = 1;
    for (size_t i = 0; i < r->reset_count; i++) {
        const reset *other = reset_at(r, i);
        it.nth += other->actor == actor && other->target != target && is_of_day(r, i, now);
    }
    if (!add_reset(r, &it)) r->given_up++;
}

static reset *last_reset(const tc_resets *r, uint64_t target, tc_time now)
{
    uint32_t place = tc_keymap_get(&r->reset_at, target);
    if (place == 0) return NULL;
    reset *it = &r->resets[place - 1];
    return tc_time_between(it->time, now) <= TC_RESET_MEMORY ? it : NULL;
}

tc_time tc_resets_of(const tc_resets *r, uint64_t target, tc_time now)
{
    const reset *it = last_reset(r, target, now);
    return it ? it->time : TC_TIME_NONE;
}

static const novel *last_novel(const tc_resets *r, uint64_t account)
{
    uint32_t place = tc_keymap_get(&r->novel_at, account);
    return place ? &r->novels[place - 1] : NULL;
}

static void count_actor(const tc_resets *r, const reset *mine, tc_time now, tc_reset_entry *ret)
{
    for (size_t i = 0; i < r->reset_count; i++) {
        const reset *it = reset_at(r, i);
        if (it->actor != mine->actor || !is_of_day(r, i, now)) continue;
        ret->by_actor++;
        ret->entered += it->network != 0;
        ret->same_hand += it->network == mine->network && it->agent == mine->agent;
    }
}

bool tc_resets_entered(tc_resets *r, uint64_t target, uint64_t network, uint64_t agent, tc_time now,
                       tc_reset_entry *ret)
{
    reset *it = last_reset(r, target, now);
    if (it == NULL || network == 0 || it->network == network) return false;
    it->network = network;
    it->agent = agent;
    *ret = (tc_reset_entry){.reset = it->time,
                            .actor = tc_slice_make(it->name, it->name_length),
                            .routine = it->routine};
    count_actor(r, it, now, ret);
    const novel *own = last_novel(r, it->actor);
    ret->actor_novel = own != NULL && tc_time_between(own->time, now) <= NOVEL_MEMORY;
    ret->actor_network = ret->actor_novel && own->network == network;
    return true;
}

void tc_resets_novel(tc_resets *r, uint64_t account, uint64_t network, tc_time now)
{
    novel it = {account, network, now};
    while (r->novel_count && tc_time_between(novel_at(r, 0)->time, now) > NOVEL_MEMORY)
        drop_novel(r);
    /* Of a day and network one is enough, so that a busy account does not fill the ring. */
    const novel *before = last_novel(r, account);
    if (before != NULL && before->network == network && tc_time_between(before->time, now) < TC_DAY)
        return;
    if (!add_novel(r, &it)) r->given_up++;
}

tc_time tc_resets_novel_of(const tc_resets *r, uint64_t account)
{
    const novel *it = last_novel(r, account);
    return it ? it->time : TC_TIME_NONE;
}

/* -- saved state ---------------------------------------------------------------------------- */

static void visit_reset(tc_visit *v, reset *it)
{
    tc_slice name = tc_slice_make(it->name, it->name_length);
    tc_visit_time(v, &it->time);
    tc_visit_u64(v, &it->target);
    tc_visit_u64(v, &it->actor);
    tc_visit_u64(v, &it->network);
    tc_visit_u64(v, &it->agent);
    tc_visit_u32(v, &it->nth);
    tc_visit_bool(v, &it->routine);
    tc_visit_text(v, &name, sizeof(it->name));
    if (!tc_visit_loads(v)) return;
    it->name_length = (uint32_t)name.len;
    if (name.len) memcpy(it->name, name.ptr, name.len);
}

static void visit_novel(tc_visit *v, novel *it)
{
    tc_visit_u64(v, &it->account);
    tc_visit_u64(v, &it->network);
    tc_visit_time(v, &it->time);
}

static void load_reset(tc_resets *r, tc_visit *v)
{
    reset it = {0};
    visit_reset(v, &it);
    if (!tc_visit_failed(v) && !add_reset(r, &it)) tc_visit_fail(v, TC_ENOMEM, "out of memory");
}

static void load_novel(tc_resets *r, tc_visit *v)
{
    novel it = {0};
    visit_novel(v, &it);
    if (!tc_visit_failed(v) && !add_novel(r, &it)) tc_visit_fail(v, TC_ENOMEM, "out of memory");
}

void tc_resets_visit(tc_resets *r, tc_visit *v)
{
    if (!tc_visit_begin(v, "resets", 1)) return;
    size_t resets = r->reset_count, novels = r->novel_count;
    tc_visit_u64(v, &r->given_up);
    tc_visit_count(v, &resets, r->resets_max);
    for (size_t i = 0; i < resets && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v))
            load_reset(r, v);
        else
            visit_reset(v, reset_at(r, i));
    }
    tc_visit_count(v, &novels, r->novels_max);
    for (size_t i = 0; i < novels && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v))
            load_novel(r, v);
        else
            visit_novel(v, novel_at(r, i));
    }
    tc_visit_end(v);
}

void tc_resets_bounds(const tc_resets *r, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "password resets of a day", r->resets_max, r->given_up,
                  TC_BLINDS(TC_INDICATOR_PASSWORDS));
}
