/* Places and members as saved state, from the place told longest ago on. */
#include "detector/derive/spray_table_state.h"

static void visit_member(tc_visit *v, spray_member *m)
{
    tc_visit_u64(v, &m->id);
    tc_visit_u32(v, &m->failed);
    tc_visit_u32(v, &m->first_ok);
    tc_visit_u32(v, &m->last_ok);
    tc_visit_u32(v, &m->tries);
    tc_visit_u32(v, &m->entity);
    tc_visit_bool(v, &m->novel);
}

static bool fits(const spray_place *p)
{
    size_t succeeded = 0;
    for (size_t i = 0; i < p->count; i++)
        succeeded += p->members[i].first_ok != 0;
    return succeeded <= SPRAY_SUCCEEDED_MAX && p->count - succeeded <= SPRAY_FAILED_MAX;
}

static void load_members(tc_spray_table *t, tc_visit *v, spray_place *p, size_t count)
{
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        spray_member loaded = {0};
        visit_member(v, &loaded);
        if (tc_visit_failed(v)) return;
        if (t->members >= t->members_max) {
            tc_visit_refuse(v, "more members than there is room for");
            return;
        }
        spray_member *m = tc_spray_table_member(t, p);
        if (m == NULL)
            tc_visit_fail(v, TC_ENOMEM, "out of memory");
        else
            *m = loaded;
    }
    if (!fits(p)) tc_visit_refuse(v, "more members than a place has");
}

static void visit_head(tc_visit *v, spray_place *p, size_t *count)
{
    tc_visit_u64(v, &p->key);
    tc_visit_u32(v, &p->told);
    tc_visit_u32(v, &p->peak);
    tc_visit_u32(v, &p->peak_at);
    tc_visit_count(v, count, SPRAY_MEMBERS_MAX);
}

static void load_place(tc_spray_table *t, tc_visit *v)
{
    spray_place head = {0};
    size_t count = 0;
    visit_head(v, &head, &count);
    if (tc_visit_failed(v)) return;
    if (tc_keymap_get(&t->at, head.key) != 0) {
        tc_visit_refuse(v, "a place stands twice");
        return;
    }
    spray_place *p = tc_spray_table_make(t, head.key);
    if (p == NULL) {
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
        return;
    }
    p->told = head.told;
    p->peak = head.peak;
    p->peak_at = head.peak_at;
    load_members(t, v, p, count);
}

static void save_place(tc_visit *v, spray_place *p)
{
    size_t count = p->count;
    visit_head(v, p, &count);
    for (size_t i = 0; i < count; i++)
        visit_member(v, &p->members[i]);
}

void tc_spray_table_visit(tc_spray_table *t, const char *section, tc_visit *v)
{
    size_t count = t->at.count;
    uint32_t next = t->oldest;
    if (!tc_visit_begin(v, section, 1)) return;
    tc_visit_u64(v, &t->given_up);
    tc_visit_count(v, &count, t->places_max);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v)) {
            load_place(t, v);
            continue;
        }
        save_place(v, &t->places[next - 1]);
        next = t->places[next - 1].younger;
    }
    tc_visit_end(v);
}
