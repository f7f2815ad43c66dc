#include "detector/live/watermark.h"

#include "parsers/base/alloc.h"
#include "parsers/base/map.h"

enum { DAYS = 7 };
#define NO_SERIES UINT32_MAX

/* What was learned of sources that come in the same way. */
typedef struct group {
    uint64_t key;
    int64_t day; /* of the newest figure */
    int64_t longest[DAYS];
    bool counts; /* a source of it has no delay of its own */
} group;

/* Logs of which one goes on where another was turned. */
typedef struct series {
    uint32_t front; /* the source that begins last, of those that a record was read of */
    tc_time begin;
} series;

typedef struct source {
    uint32_t group;
    uint32_t series; /* NO_SERIES: none */
    int64_t delay;   /* its own; 0: none */
    int64_t lateness;
    tc_time newest;    /* until one was read: the first that is expected */
    tc_time last_came; /* by the clock */
    bool shuffled;     /* and not read to its end yet */
    bool seen_end;     /* it was caught up once */
    bool has_read;     /* a record of it, in this process */
    bool caught_up, ended, half;
} source;

struct tc_watermark {
    int64_t delay, longest_said; /* of all; of those that have one of their own */
    bool held;
    tc_time at;
    source *sources;
    size_t count, capacity, max;
    group *groups;
    size_t group_count, group_capacity;
    tc_map *by_key;
    series *series;
    size_t series_count, series_capacity;
    tc_map *by_series;
};

tc_watermark *tc_watermark_new(int64_t delay, size_t sources)
{
    tc_watermark *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->delay = delay;
    w->max = sources;
    w->held = true;
    w->at = TC_TIME_NONE;
    w->by_key = tc_map_new(TC_WATERMARK_GROUPS);
    w->by_series = tc_map_new(TC_WATERMARK_GROUPS);
    if (w->by_key && w->by_series) return w;
    tc_watermark_free(w);
    return NULL;
}

void tc_watermark_free(tc_watermark *w)
{
    if (w == NULL) return;
    tc_free(w->sources);
    tc_free(w->groups);
    tc_free(w->series);
    tc_map_free(w->by_key);
    tc_map_free(w->by_series);
    tc_free(w);
}

/* -- delays --------------------------------------------------------------------------------- */

static tc_slice bytes_of(const uint64_t *key)
{
    return tc_slice_make(key, sizeof(*key));
}

/* Those beyond the bound share the first. */
static TC_STATUS group_of(tc_watermark *w, uint64_t key, uint32_t *ret)
{
    const uint64_t *known = tc_map_get(w->by_key, bytes_of(&key));
    *ret = known ? (uint32_t)*known : 0;
    if (known || w->group_count == TC_WATERMARK_GROUPS) return TC_SUCCESS;
    uint64_t *at;
    TC_TRY(tc_grow(&w->groups, &w->group_capacity, w->group_count + 1, sizeof(group),
                   TC_WATERMARK_GROUPS));
    TC_TRY(tc_map_put(w->by_key, bytes_of(&key), &at, NULL));
    w->groups[w->group_count] = (group){.key = key, .day = INT64_MIN};
    *at = w->group_count;
    *ret = (uint32_t)w->group_count++;
    return TC_SUCCESS;
}

static int64_t day_of(tc_time now)
{
    return now / TC_DAY;
}

static void learn(group *g, int64_t delay, tc_time now)
{
    int64_t day = day_of(now);
    if (delay > TC_WATERMARK_MOST || day < 0) return;
    if (g->day == INT64_MIN || day - g->day >= DAYS) memset(g->longest, 0, sizeof(g->longest));
    for (int64_t d = TC_MAX(g->day + 1, day - DAYS); d <= day && g->day != INT64_MIN; d++)
        g->longest[d % DAYS] = 0;
    g->day = TC_MAX(g->day, day);
    g->longest[day % DAYS] = TC_MAX(g->longest[day % DAYS], delay);
}

static int64_t delay_of(const tc_watermark *w, const group *g, tc_time now)
{
    int64_t delay = TC_WATERMARK_LEAST, today = day_of(now);
    if (w->delay > 0) return w->delay;
    for (int64_t back = 0; back < DAYS; back++) {
        int64_t day = g->day - back;
        if (g->day == INT64_MIN || day < 0 || day <= today - DAYS) break;
        delay = TC_MAX(delay, g->longest[day % DAYS]);
    }
    return delay;
}

int64_t tc_watermark_delay(const tc_watermark *w, uint64_t key, tc_time now)
{
    const uint64_t *known = tc_map_get(w->by_key, bytes_of(&key));
    static const group nothing = {.day = INT64_MIN};
    return delay_of(w, known ? &w->groups[*known] : &nothing, now);
}

/* A group of which nothing is followed any more counts: its next file may come as late. */
static int64_t longest_delay(const tc_watermark *w, tc_time now)
{
    int64_t longest = w->longest_said;
    for (size_t i = 0; i < w->group_count; i++)
        if (w->groups[i].counts) longest = TC_MAX(longest, delay_of(w, &w->groups[i], now));
    return longest;
}

static int64_t delay_of_source(const tc_watermark *w, const source *s, tc_time now)
{
    int64_t delay = s->delay > 0 ? s->delay : delay_of(w, &w->groups[s->group], now);
    return TC_MAX(delay, s->lateness);
}

/* -- sources -------------------------------------------------------------------------------- */

static TC_STATUS series_of(tc_watermark *w, uint64_t key, uint32_t *ret)
{
    *ret = NO_SERIES;
    if (key == 0) return TC_SUCCESS;
    const uint64_t *known = tc_map_get(w->by_series, bytes_of(&key));
    if (known) *ret = (uint32_t)*known;
    if (known || w->series_count == TC_WATERMARK_GROUPS) return TC_SUCCESS;
    uint64_t *at;
    TC_TRY(tc_grow(&w->series, &w->series_capacity, w->series_count + 1, sizeof(series),
                   TC_WATERMARK_GROUPS));
    TC_TRY(tc_map_put(w->by_series, bytes_of(&key), &at, NULL));
    w->series[w->series_count] = (series){.begin = TC_TIME_NONE};
    *at = w->series_count;
    *ret = (uint32_t)w->series_count++;
    return TC_SUCCESS;
}

TC_STATUS tc_watermark_add(tc_watermark *w, const tc_watermark_source *given)
{
    uint32_t number, row;
    TC_TRY(group_of(w, given->group, &number));
    TC_TRY(series_of(w, given->series, &row));
    TC_TRY(tc_grow(&w->sources, &w->capacity, w->count + 1, sizeof(source), w->max));
    w->longest_said = TC_MAX(w->longest_said, given->delay);
    if (given->delay <= 0) w->groups[number].counts = true;
    w->sources[w->count++] = (source){.group = number,
                                      .series = row,
                                      .delay = given->delay,
                                      .lateness = given->lateness,
                                      .newest = given->first,
                                      .last_came = TC_TIME_NONE,
                                      .shuffled = given->shuffled};
    return TC_SUCCESS;
}

void tc_watermark_hold(tc_watermark *w, bool held)
{
    w->held = held;
}

/* Of the records that it begins with, as far as that is known. */
static void look_whether_front(tc_watermark *w, uint32_t number, tc_time least, tc_time now)
{
    const source *s = &w->sources[number];
    if (s->series == NO_SERIES) return;
    series *row = &w->series[s->series];
    tc_time begin = s->newest == TC_TIME_NONE ? least : TC_MIN(least, s->newest);
    begin = tc_watermark_clamp(begin, now);
    if (begin < row->begin) return;
    *row = (series){number, begin};
}

void tc_watermark_read(tc_watermark *w, uint32_t number, tc_time least, tc_time largest,
                       tc_time now)
{
    source *s = &w->sources[number];
    s->last_came = now;
    if (largest == TC_TIME_NONE) return;
    if (s->seen_end && s->delay <= 0) learn(&w->groups[s->group], tc_time_between(least, now), now);
    if (!s->has_read) look_whether_front(w, number, least, now);
    s->has_read = true;
    s->newest = TC_MAX(s->newest, tc_watermark_clamp(largest, now));
}

void tc_watermark_caught_up(tc_watermark *w, uint32_t number, bool all, tc_time now)
{
    source *s = &w->sources[number];
    s->caught_up = all;
    if (!all) return;
    s->seen_end = true;
    s->shuffled = false;
    if (s->last_came == TC_TIME_NONE) s->last_came = now;
}

void tc_watermark_half(tc_watermark *w, uint32_t number, bool half)
{
    w->sources[number].half = half;
}

void tc_watermark_ended(tc_watermark *w, uint32_t number)
{
    w->sources[number].ended = true;
}

void tc_watermark_clock_set(tc_watermark *w, int64_t by)
{
    for (size_t i = 0; i < w->count; i++) {
        source *s = &w->sources[i];
        if (s->last_came != TC_TIME_NONE) s->last_came = tc_time_add(s->last_came, by);
    }
}

/* -- the watermark -------------------------------------------------------------------------- */

/* Another one goes on in its stead. */
static bool is_turned(const tc_watermark *w, const source *s)
{
    if (s->series == NO_SERIES || s->half || s->newest == TC_TIME_NONE) return false;
    const series *row = &w->series[s->series];
    if (row->begin == TC_TIME_NONE || &w->sources[row->front] == s) return false;
    return tc_time_add(row->begin, s->lateness) >= s->newest;
}

static bool holds(const tc_watermark *w, const source *s, int64_t delay, bool at_rest, tc_time now)
{
    if (!s->caught_up) return true;
    if (s->ended || at_rest || is_turned(w, s)) return false;
    return tc_time_between(s->last_came, now) <= tc_time_add(delay, TC_WATERMARK_IDLE);
}

static tc_time least_bound(const tc_watermark *w, bool at_rest, tc_time now)
{
    tc_time least = tc_time_sub(now, longest_delay(w, now));
    for (size_t i = 0; i < w->count; i++) {
        const source *s = &w->sources[i];
        int64_t delay = delay_of_source(w, s, now);
        if (!holds(w, s, delay, at_rest, now)) continue;
        if (s->shuffled || s->newest == TC_TIME_NONE) return TC_TIME_NONE;
        least = TC_MIN(least, tc_time_sub(s->newest, delay));
    }
    return least;
}

tc_time tc_watermark_at(tc_watermark *w, bool at_rest, tc_time now)
{
    if (w->held || w->count == 0) return w->at;
    tc_time least = least_bound(w, at_rest, now);
    if (least != TC_TIME_NONE) w->at = TC_MAX(w->at, tc_time_whole_ms(least));
    return w->at;
}

void tc_watermark_start(tc_watermark *w, tc_time at)
{
    w->at = TC_MAX(w->at, at);
}

/* -- saved ---------------------------------------------------------------------------------- */

static void load_group(tc_watermark *w, const group *loaded, tc_visit *v)
{
    uint32_t number;
    if (tc_visit_failed(v)) return;
    bool known = tc_map_get(w->by_key, bytes_of(&loaded->key)) != NULL;
    tc_status status = group_of(w, loaded->key, &number);
    if (tc_failed(status)) {
        tc_visit_fail(v, status.code, "no memory for what was learned of delays");
        return;
    }
    if (loaded->day != INT64_MIN && (loaded->day < 0 || loaded->day > INT64_MAX / TC_DAY))
        tc_visit_refuse(v, "a delay was learned on no day");
    for (size_t i = 0; i < DAYS; i++) {
        if (loaded->longest[i] < 0 || loaded->longest[i] > TC_WATERMARK_MOST)
            tc_visit_refuse(v, "a delay is longer than any can be");
    }
    /* One whose sources are not followed any more: its next file may come as late. */
    bool counts = known ? w->groups[number].counts : true;
    if (!tc_visit_failed(v)) w->groups[number] = *loaded;
    w->groups[number].counts = counts;
}

void tc_watermark_visit(tc_watermark *w, tc_visit *v)
{
    size_t count = w->group_count;
    if (!tc_visit_begin(v, "delays", 1)) return;
    tc_visit_count(v, &count, TC_WATERMARK_GROUPS);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        group g = {.day = INT64_MIN};
        if (!tc_visit_loads(v)) g = w->groups[i];
        tc_visit_u64(v, &g.key);
        tc_visit_i64(v, &g.day);
        for (size_t k = 0; k < DAYS; k++)
            tc_visit_i64(v, &g.longest[k]);
        if (tc_visit_loads(v)) load_group(w, &g, v);
    }
    tc_visit_end(v);
}
