#include "detector/derive/resetters.h"

#include "parsers/base/alloc.h"

struct tc_resetters {
    tc_resetter all[TC_RESETTERS_MAX];
    size_t count;
};

tc_resetters *tc_resetters_new(void)
{
    return tc_alloc(1, sizeof(tc_resetters));
}

void tc_resetters_free(tc_resetters *r)
{
    tc_free(r);
}

static bool is_less(const tc_resetter *a, const tc_resetter *b)
{
    if (a->days != b->days) return a->days < b->days;
    return a->resets < b->resets;
}

static tc_resetter *find_or_make(tc_resetters *r, uint64_t account)
{
    size_t least = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->all[i].account == account) return &r->all[i];
        if (is_less(&r->all[i], &r->all[least])) least = i;
    }
    size_t place = r->count < TC_RESETTERS_MAX ? r->count++ : least;
    r->all[place] = (tc_resetter){.account = account, .day = INT64_MIN};
    return &r->all[place];
}

static void count_up(uint32_t *count)
{
    if (*count < UINT32_MAX) ++*count;
}

void tc_resetters_note(tc_resetters *r, uint64_t account, tc_slice name, bool connector,
                       tc_time now)
{
    int64_t day = now / TC_DAY;
    tc_resetter *a = find_or_make(r, account);
    if (day != a->day) {
        a->day = day;
        a->today = 0;
        count_up(&a->days);
    }
    count_up(&a->resets);
    count_up(&a->today);
    a->most = TC_MAX(a->most, a->today);
    a->connector = connector;
    (void)tc_slice_to_cstr(name, a->name, sizeof(a->name));
}

size_t tc_resetters_count(const tc_resetters *r)
{
    return r->count;
}

const tc_resetter *tc_resetters_at(const tc_resetters *r, size_t index)
{
    TC_ASSERT(index < r->count);
    return &r->all[index];
}

static void visit_one(tc_visit *v, tc_resetter *a)
{
    tc_visit_u64(v, &a->account);
    tc_visit_cstr(v, a->name, sizeof(a->name));
    tc_visit_bool(v, &a->connector);
    tc_visit_i64(v, &a->day);
    tc_visit_u32(v, &a->days);
    tc_visit_u32(v, &a->resets);
    tc_visit_u32(v, &a->today);
    tc_visit_u32(v, &a->most);
}

void tc_resetters_visit(tc_resetters *r, tc_visit *v)
{
    size_t count = r->count;
    if (!tc_visit_begin(v, "resetters", 1)) return;
    tc_visit_count(v, &count, TC_RESETTERS_MAX);
    for (size_t i = 0; i < count; i++)
        visit_one(v, &r->all[i]);
    if (tc_visit_loads(v)) r->count = count;
    tc_visit_end(v);
}
