#include "detector/derive/routines.h"

#include "detector/derive/past_counts.h"
#include "parsers/base/alloc.h"

#define ACTORS_MAX 64
#define HOSTS_MAX 16
#define PROVEN_DAYS 5
#define PROVEN_SINCE 14
#define TIMES_USUAL 4
#define ALWAYS_ALLOWED 10

typedef struct actor {
    uint64_t account;
    uint64_t hosts[HOSTS_MAX];
    int64_t begun, day, hour; /* since 1970 */
    uint32_t host_count, days;
    uint32_t this_hour, this_day;
    uint32_t most_hour, most_day; /* of the hours and days before, as far as they were usual */
} actor;

struct tc_routines {
    actor actors[ACTORS_MAX];
    uint32_t count;
    uint64_t refused;
    tc_past_counts exempt; /* by the day */
};

tc_routines *tc_routines_new(void)
{
    return tc_alloc(1, sizeof(tc_routines));
}

void tc_routines_free(tc_routines *r)
{
    tc_free(r);
}

/* -- actors --------------------------------------------------------------------------------- */

static actor *find_or_make(tc_routines *r, uint64_t account, int64_t day)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->actors[i].account == account) return &r->actors[i];
    if (r->count == ACTORS_MAX) {
        r->refused++;
        return NULL;
    }
    actor *a = &r->actors[r->count++];
    *a = (actor){.account = account, .begun = day, .day = INT64_MIN, .hour = INT64_MIN};
    return a;
}

static uint32_t limit_of(uint32_t most)
{
    return TC_MAX(TIMES_USUAL * most, (uint32_t)ALWAYS_ALLOWED);
}

/* A day that was too much is no measure for the next. */
static void turn(actor *a, int64_t day, int64_t hour)
{
    if (hour > a->hour) {
        if (a->days <= 1 || a->this_hour <= limit_of(a->most_hour))
            a->most_hour = TC_MAX(a->most_hour, a->this_hour);
        a->this_hour = 0;
        a->hour = hour;
    }
    if (day <= a->day) return;
    if (a->days <= 1 || a->this_day <= limit_of(a->most_day))
        a->most_day = TC_MAX(a->most_day, a->this_day);
    a->this_day = 0;
    a->day = day;
    a->days++;
}

static bool knows_host(const actor *a, uint64_t host)
{
    for (uint32_t i = 0; i < a->host_count; i++)
        if (a->hosts[i] == host) return true;
    return false;
}

bool tc_routines_note(tc_routines *r, uint64_t account, uint64_t host, bool declared, tc_time now)
{
    int64_t day = now / TC_DAY;
    actor *a = find_or_make(r, account, day);
    if (a == NULL) return false;
    turn(a, day, now / TC_HOUR);
    a->this_hour++;
    a->this_day++;
    bool proven = a->days >= PROVEN_DAYS && day - a->begun >= PROVEN_SINCE;
    bool known = knows_host(a, host);
    /* Where it works is learned until it is believed. */
    if (!proven && !known && a->host_count < HOSTS_MAX) a->hosts[a->host_count++] = host;
    return (declared || (proven && known)) && a->this_hour <= limit_of(a->most_hour) &&
           a->this_day <= limit_of(a->most_day);
}

bool tc_routines_excess(const tc_routines *r, uint64_t account, uint32_t *ret_hour,
                        uint32_t *ret_day)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const actor *a = &r->actors[i];
        if (a->account != account) continue;
        *ret_hour = a->this_hour;
        *ret_day = a->this_day;
        return a->days > 1 &&
               (a->this_hour > limit_of(a->most_hour) || a->this_day > limit_of(a->most_day));
    }
    return false;
}

void tc_routines_learn(tc_routines *r, uint64_t account, uint32_t hour, uint32_t day)
{
    for (uint32_t i = 0; i < r->count; i++) {
        actor *a = &r->actors[i];
        if (a->account != account) continue;
        a->most_hour = TC_MIN(TC_MAX(a->most_hour, hour), UINT32_MAX / TIMES_USUAL);
        a->most_day = TC_MIN(TC_MAX(a->most_day, day), UINT32_MAX / TIMES_USUAL);
    }
}

/* -- what is exempt ------------------------------------------------------------------------- */

void tc_routines_exempt(tc_routines *r, tc_time now, tc_routine_exempt *ret)
{
    (void)tc_past_counts_turn(&r->exempt, now / TC_DAY, TC_ROUTINE_DAYS);
    ret->today = ++r->exempt.count;
    ret->days = tc_past_counts_usual(&r->exempt, 1, &ret->median, NULL);
}

/* -- the whole ------------------------------------------------------------------------------ */

static bool is_a_day(int64_t day)
{
    return day <= TC_TIME_MAX / TC_DAY && day >= -(TC_TIME_MAX / TC_DAY);
}

static void visit_actor(tc_visit *v, actor *a)
{
    tc_visit_u64(v, &a->account);
    tc_visit_below(v, &a->host_count, HOSTS_MAX + 1);
    for (uint32_t i = 0; i < a->host_count; i++)
        tc_visit_u64(v, &a->hosts[i]);
    tc_visit_i64(v, &a->begun);
    tc_visit_i64(v, &a->day);
    tc_visit_i64(v, &a->hour);
    tc_visit_u32(v, &a->days);
    tc_visit_u32(v, &a->this_hour);
    tc_visit_u32(v, &a->this_day);
    tc_visit_u32(v, &a->most_hour);
    tc_visit_u32(v, &a->most_day);
    if (!is_a_day(a->begun)) tc_visit_refuse(v, "a day that no calendar has");
    if (a->most_hour > UINT32_MAX / TIMES_USUAL || a->most_day > UINT32_MAX / TIMES_USUAL)
        tc_visit_refuse(v, "more resets than there can be");
}

void tc_routines_visit(tc_routines *r, tc_visit *v)
{
    if (!tc_visit_begin(v, "routines", 2)) return;
    size_t count = r->count;
    tc_visit_u64(v, &r->refused);
    tc_visit_count(v, &count, ACTORS_MAX);
    for (size_t i = 0; i < count; i++)
        visit_actor(v, &r->actors[i]);
    if (tc_visit_loads(v)) r->count = (uint32_t)count;
    tc_past_counts_visit(&r->exempt, v, TC_ROUTINE_DAYS, TC_DAY);
    tc_visit_end(v);
}

void tc_routines_bounds(const tc_routines *r, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "accounts of routine password work", ACTORS_MAX, r->refused, 0);
}
