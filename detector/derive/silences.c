#include "detector/derive/silences.h"

#include "detector/enrich/observation.h"
#include "parsers/base/alloc.h"

#define STEPS_A_DAY (TC_DAY / TC_ALIVE_STEP)
#define HOURS_A_WEEK (7 * 24)
/* So many steps are remembered one by one; a longer silence is a log that was not kept. */
#define RECENT 384
/* What is usual at an hour of the week is known after so many of its steps: two weeks. */
#define KNOWN_AFTER 4
#define COUNTED_MAX 64
/* Nearly always: in nine of ten. */
#define USUAL_OF_TEN 9

#define STEP_MINUTES ((uint32_t)(TC_ALIVE_STEP / TC_MINUTE))
#define PERIOD_STEPS (28 * STEPS_A_DAY)

typedef struct one_log {
    uint64_t host, kind, source;
    int64_t begun, step; /* the first and the last in which it was written */
    tc_time last;
    uint32_t longest, longest_before; /* silence in minutes, of this period and the one before */
    uint64_t recent[RECENT / 64];     /* bit of a step: it was written then */
    /* Of each hour of the week: its steps so far, and those in which it was written. */
    uint8_t steps[HOURS_A_WEEK], written[HOURS_A_WEEK];
} one_log;

struct tc_silences {
    one_log logs[TC_SILENCE_LOGS];
    size_t count;
    uint64_t given_up;
};

tc_silences *tc_silences_new(void)
{
    return tc_alloc(1, sizeof(tc_silences));
}

void tc_silences_free(tc_silences *s)
{
    tc_free(s);
}

/* -- steps ---------------------------------------------------------------------------------- */

static int64_t step_of(tc_time time)
{
    int64_t step = time / TC_ALIVE_STEP;
    return time % TC_ALIVE_STEP < 0 ? step - 1 : step;
}

static size_t modulo(int64_t step, int64_t length)
{
    return (size_t)((step % length + length) % length);
}

static size_t hour_of(int64_t step)
{
    return (size_t)(modulo(step, STEPS_A_DAY * 7) * HOURS_A_WEEK / (STEPS_A_DAY * 7));
}

static bool is_usual(const one_log *l, size_t hour)
{
    return l->steps[hour] >= KNOWN_AFTER && l->written[hour] * 10 >= l->steps[hour] * USUAL_OF_TEN;
}

static void learn(one_log *l, int64_t step, bool written)
{
    size_t hour = hour_of(step);
    size_t bit = modulo(step, RECENT);
    uint64_t mask = UINT64_C(1) << bit % 64;
    l->recent[bit / 64] = written ? l->recent[bit / 64] | mask : l->recent[bit / 64] & ~mask;
    if (l->steps[hour] == COUNTED_MAX) {
        l->steps[hour] /= 2;
        l->written[hour] /= 2;
    }
    l->steps[hour]++;
    l->written[hour] = (uint8_t)(l->written[hour] + written);
}

static bool was_written(const one_log *l, int64_t step)
{
    size_t bit = modulo(step, RECENT);
    if (step > l->step || step <= l->step - RECENT) return false;
    return (l->recent[bit / 64] >> bit % 64 & 1) != 0;
}

/* -- logs ----------------------------------------------------------------------------------- */

static one_log *find_or_make(tc_silences *s, const tc_log_life *life, int64_t step)
{
    size_t eldest = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->logs[i].host == life->host && s->logs[i].kind == life->kind) return &s->logs[i];
        if (s->logs[i].step < s->logs[eldest].step) eldest = i;
    }
    s->given_up += s->count == TC_SILENCE_LOGS;
    one_log *l = &s->logs[s->count < TC_SILENCE_LOGS ? s->count++ : eldest];
    *l = (one_log){.host = life->host,
                   .kind = life->kind,
                   .source = life->source,
                   .begun = step,
                   .step = step,
                   .last = life->last};
    learn(l, step, true);
    return l;
}

static bool is_up(const tc_silences *s, const one_log *silent, int64_t step)
{
    for (size_t i = 0; i < s->count; i++) {
        const one_log *l = &s->logs[i];
        if (l != silent && l->host == silent->host && was_written(l, step)) return true;
    }
    return false;
}

static void measure(const tc_silences *s, one_log *l, int64_t step, tc_silence *ret)
{
    uint32_t up = 0;
    for (int64_t i = l->step + 1; i < step; i++) {
        if (!is_usual(l, hour_of(i))) continue;
        ret->missed++;
        up += is_up(s, l, i);
    }
    if (ret->missed) ret->others = (double)up / ret->missed;
}

static int64_t period_of(int64_t step)
{
    return (step - (int64_t)modulo(step, PERIOD_STEPS)) / PERIOD_STEPS;
}

/* Two periods are kept: the present one and the one before it. */
static void note_longest(one_log *l, int64_t step, uint32_t minutes)
{
    int64_t passed = period_of(step) - period_of(l->step);
    if (passed > 0) {
        l->longest_before = passed == 1 ? l->longest : 0;
        l->longest = 0;
    }
    l->longest = TC_MAX(l->longest, minutes);
}

/* What was silent for longer than can be told begins anew. */
static void pass_to(one_log *l, int64_t step)
{
    if (step - l->step > RECENT) {
        memset(l->recent, 0, sizeof(l->recent));
        l->step = step - 1;
    }
    for (int64_t i = l->step + 1; i < step; i++)
        learn(l, i, false);
    learn(l, step, true);
    l->step = step;
}

bool tc_silences_note(tc_silences *s, const tc_log_life *life, tc_silence *ret)
{
    int64_t step = step_of(life->first);
    one_log *l = find_or_make(s, life, step);
    *ret = (tc_silence){0};
    if (step > l->step) {
        bool kept = step - l->step <= RECENT;
        if (kept) measure(s, l, step, ret);
        ret->minutes = (uint32_t)TC_MIN(tc_time_between(l->last, life->first) / TC_MINUTE,
                                        (int64_t)UINT32_MAX);
        ret->ratio =
            ret->minutes / (double)TC_MAX(TC_MAX(l->longest, l->longest_before), STEP_MINUTES);
        if (kept) note_longest(l, step, ret->minutes);
        ret->days = (uint32_t)((step - l->begun) / STEPS_A_DAY);
        ret->file_goes_on = life->source == l->source;
        pass_to(l, step);
    }
    if (life->last >= l->last) {
        l->last = life->last;
        l->source = life->source;
    }
    return ret->missed > 0;
}

void tc_silences_bounds(const tc_silences *s, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "logs of servers", TC_SILENCE_LOGS, s->given_up, 0);
}

/* -- saved ---------------------------------------------------------------------------------- */

static void visit_hours(tc_visit *v, one_log *l)
{
    bool sound = true;
    tc_visit_bytes(v, l->steps, sizeof l->steps);
    tc_visit_bytes(v, l->written, sizeof l->written);
    for (size_t i = 0; i < HOURS_A_WEEK; i++)
        sound = sound && l->steps[i] <= COUNTED_MAX && l->written[i] <= l->steps[i];
    if (!sound) tc_visit_refuse(v, "a log was written in more steps than there were");
}

static bool is_a_step(int64_t step)
{
    return step <= TC_TIME_MAX / TC_ALIVE_STEP && step >= -(TC_TIME_MAX / TC_ALIVE_STEP);
}

static void visit_log(tc_visit *v, one_log *l)
{
    tc_visit_u64(v, &l->host);
    tc_visit_u64(v, &l->kind);
    tc_visit_u64(v, &l->source);
    tc_visit_i64(v, &l->begun);
    tc_visit_i64(v, &l->step);
    tc_visit_time(v, &l->last);
    tc_visit_u32(v, &l->longest);
    tc_visit_u32(v, &l->longest_before);
    for (size_t i = 0; i < TC_COUNT_OF(l->recent); i++)
        tc_visit_u64(v, &l->recent[i]);
    visit_hours(v, l);
    if (!is_a_step(l->begun) || !is_a_step(l->step) || l->begun > l->step ||
        step_of(l->last) != l->step)
        tc_visit_refuse(v, "a moment that no clock or calendar shows");
}

void tc_silences_visit(tc_silences *s, tc_visit *v)
{
    size_t count = s->count;
    if (!tc_visit_begin(v, "silences", 1)) return;
    tc_visit_u64(v, &s->given_up);
    tc_visit_count(v, &count, TC_SILENCE_LOGS);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++)
        visit_log(v, &s->logs[i]);
    if (tc_visit_loads(v)) s->count = count;
    tc_visit_end(v);
}
