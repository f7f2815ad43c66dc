#include "detector/derive/doors.h"

#include "parsers/base/alloc.h"

struct tc_doors {
    tc_door all[TC_DOORS_MAX];
    size_t count;
};

tc_doors *tc_doors_new(void)
{
    return tc_alloc(1, sizeof(tc_doors));
}

void tc_doors_free(tc_doors *d)
{
    tc_free(d);
}

static tc_door *find_or_make(tc_doors *d, tc_ip ip)
{
    size_t fewest = 0;
    uint64_t inherited = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (tc_ip_equal(d->all[i].ip, ip)) return &d->all[i];
        if (d->all[i].sessions < d->all[fewest].sessions) fewest = i;
    }
    if (d->count == TC_DOORS_MAX) inherited = d->all[fewest].sessions;
    size_t place = d->count < TC_DOORS_MAX ? d->count++ : fewest;
    d->all[place] = (tc_door){.ip = ip, .sessions = inherited, .day = INT64_MIN};
    return &d->all[place];
}

static void note_person(tc_door *door, uint64_t mailbox)
{
    for (uint32_t i = 0; i < door->people_count; i++)
        if (door->people[i] == mailbox) return;
    if (door->people_count < TC_DOOR_PEOPLE) door->people[door->people_count++] = mailbox;
}

void tc_doors_note(tc_doors *d, tc_ip ip, uint64_t mailbox, tc_time now)
{
    int64_t day = now / TC_DAY;
    tc_door *door = find_or_make(d, ip);
    if (door->sessions < UINT64_MAX) door->sessions++;
    if (day != door->day && door->days < UINT32_MAX) door->days++;
    door->day = day;
    note_person(door, mailbox);
}

size_t tc_doors_count(const tc_doors *d)
{
    return d->count;
}

const tc_door *tc_doors_at(const tc_doors *d, size_t index)
{
    TC_ASSERT(index < d->count);
    return &d->all[index];
}

static void visit_one(tc_visit *v, tc_door *door)
{
    tc_visit_ip(v, &door->ip);
    tc_visit_u64(v, &door->sessions);
    tc_visit_below(v, &door->people_count, TC_DOOR_PEOPLE + 1);
    for (uint32_t i = 0; i < door->people_count; i++)
        tc_visit_u64(v, &door->people[i]);
    tc_visit_u32(v, &door->days);
    tc_visit_i64(v, &door->day);
}

void tc_doors_visit(tc_doors *d, tc_visit *v)
{
    size_t count = d->count;
    if (!tc_visit_begin(v, "doors", 1)) return;
    tc_visit_count(v, &count, TC_DOORS_MAX);
    for (size_t i = 0; i < count; i++)
        visit_one(v, &d->all[i]);
    if (tc_visit_loads(v)) d->count = count;
    tc_visit_end(v);
}
