/* What is missing in a server's log, by its own habit. */
#include "detector/pipeline/presence_state.h"

/* So many records in three of four hours (days) that hold any: then none is no accident. */
enum { BUSY_HOUR = 12, BUSY_DAY = 6 };
/* A day of which fewer hours are expected is judged as a whole, if it is one. */
enum { HOURS_LEAST = 6, WHOLE_DAY = 12 };
/* An end that is farther from the time in question is the log's own. */
enum { END_DAYS = 7 };
/* Fewer lost hours than that are outages, too. */
#define HOURS_SHARE 0.05
/* A clock that was wrong by years is no habit. */
enum { YEARS_MOST = 5 };
enum { HOUR_CLASSES = 48 };

/* How many of a class there are, and how many hold so many records. */
typedef struct tally {
    uint32_t all, with[UINT8_MAX + 1];
} tally;

/* A stretch of hours of one log. */
typedef struct stretch {
    const tc_server_log *log;
    int64_t low, high;
    bool busy[HOUR_CLASSES], busy_day[2];
    bool by_hours; /* hours are lost rather than days */
} stretch;

static uint8_t count_at(const tc_server_log *log, int64_t hour)
{
    int64_t number = tc_month_of(hour);
    size_t at = tc_server_log_place(log, number);
    if (at == log->count || log->months[at].number != number) return 0;
    return log->months[at].of[hour - number * TC_MONTH_HOURS];
}

static int64_t day_of(int64_t hour)
{
    return hour / 24 - (hour % 24 < 0);
}

static unsigned is_weekend(int64_t day)
{
    /* 1970-01-01 was a Thursday. */
    return ((day + 3) % 7 + 7) % 7 >= 5;
}

static unsigned class_of(int64_t hour)
{
    int64_t day = day_of(hour);
    return is_weekend(day) * 24 + (unsigned)(hour - day * 24);
}

/* Whether at least a quarter hold records, and three of four of these so many. */
static bool is_busy(const tally *t, uint32_t least)
{
    uint32_t present = t->all - t->with[0], below = 0;
    if (present == 0 || present * 4 < t->all) return false;
    for (uint32_t n = 1; n < least; n++)
        below += t->with[n];
    return below * 4 < present;
}

/* Records of a day within the stretch, up to 255. */
static uint32_t count_day(const stretch *s, int64_t day)
{
    uint32_t sum = 0;
    for (int64_t hour = TC_MAX(s->low, day * 24); hour <= TC_MIN(s->high, day * 24 + 23); hour++)
        sum += count_at(s->log, hour);
    return TC_MIN(sum, (uint32_t)UINT8_MAX);
}

static void learn(stretch *s)
{
    tally hours[HOUR_CLASSES] = {0}, days[2] = {0};
    for (int64_t hour = s->low; hour <= s->high; hour++) {
        tally *t = &hours[class_of(hour)];
        t->all++;
        t->with[count_at(s->log, hour)]++;
    }
    for (int64_t day = day_of(s->low); day <= day_of(s->high); day++) {
        tally *t = &days[is_weekend(day)];
        t->all++;
        t->with[count_day(s, day)]++;
    }
    for (unsigned i = 0; i < HOUR_CLASSES; i++)
        s->busy[i] = is_busy(&hours[i], BUSY_HOUR);
    for (unsigned i = 0; i < 2; i++)
        s->busy_day[i] = is_busy(&days[i], BUSY_DAY);
}

typedef struct day_hours {
    uint32_t all, expected, absent;
} day_hours;

static day_hours look_at(const stretch *s, int64_t day)
{
    day_hours h = {0, 0, 0};
    for (int64_t hour = TC_MAX(s->low, day * 24); hour <= TC_MIN(s->high, day * 24 + 23); hour++) {
        h.all++;
        if (!s->busy[class_of(hour)]) continue;
        h.expected++;
        h.absent += count_at(s->log, hour) == 0;
    }
    return h;
}

/* Files of an hour are lost by the hour, files of a day by the day. */
static void tell_hours_from_days(stretch *s)
{
    double whole = 0, parts = 0;
    for (int64_t day = day_of(s->low); day <= day_of(s->high); day++) {
        day_hours h = look_at(s, day);
        if (h.expected < HOURS_LEAST) continue;
        if (h.absent == h.expected)
            whole += 1;
        else
            parts += (double)h.absent / h.expected;
    }
    s->by_hours = parts > whole;
}

/* The part of the day that is missing; negative: nothing is expected of it. Where days are lost,
 * hours are outages, or nobody worked. */
static double missing_of(const stretch *s, int64_t day)
{
    day_hours h = look_at(s, day);
    if (h.expected >= HOURS_LEAST)
        return s->by_hours ? (double)h.absent / h.expected : h.absent == h.expected;
    if (s->by_hours || h.all < WHOLE_DAY || !s->busy_day[is_weekend(day)]) return -1;
    return count_day(s, day) == 0;
}

static void find_ends(const tc_server_log *log, int64_t *ret_low, int64_t *ret_high)
{
    const tc_month *month = &log->months[0], *end = &log->months[log->count - 1];
    int64_t low = 0, high = TC_MONTH_HOURS - 1;
    while (month->of[low] == 0)
        low++;
    while (end->of[high] == 0)
        high--;
    *ret_low = month->number * TC_MONTH_HOURS + low;
    *ret_high = end->number * TC_MONTH_HOURS + high;
}

/* What of the log is in those hours; false: nothing that can be judged. */
static bool stretch_of(const tc_server_log *log, int64_t lowest, int64_t highest, stretch *ret)
{
    int64_t low, high;
    if (log->count == 0) return false;
    find_ends(log, &low, &high);
    if (high - low > (int64_t)YEARS_MOST * 366 * 24) return false;
    *ret = (stretch){.log = log, .low = TC_MAX(low, lowest), .high = TC_MIN(high, highest)};
    if (ret->low > ret->high) return false;
    if (ret->low - lowest <= END_DAYS * 24) ret->low = lowest;
    if (highest - ret->high <= END_DAYS * 24) ret->high = highest;
    return true;
}

static void add_log(const tc_server_log *log, const tc_gaps *one, tc_gaps *ret)
{
    ret->all += one->all;
    ret->judged += one->judged;
    ret->missing += one->missing;
    if (one->day == TC_TIME_NONE || (ret->day != TC_TIME_NONE && ret->day <= one->day)) return;
    ret->host = log->host;
    ret->day = one->day;
}

static void judge_log(const tc_server_log *log, int64_t lowest, int64_t highest, tc_gaps *ret)
{
    tc_gaps one = {.day = TC_TIME_NONE};
    stretch s;
    if (!stretch_of(log, lowest, highest, &s)) return;
    learn(&s);
    tell_hours_from_days(&s);
    for (int64_t day = day_of(s.low); day <= day_of(s.high); day++) {
        double missing = missing_of(&s, day);
        one.all += missing >= 0 || !s.by_hours;
        if (missing < 0) continue;
        one.judged += 1;
        one.missing += missing;
        if (missing >= 0.5 && one.day == TC_TIME_NONE) one.day = day * TC_DAY;
    }
    if (s.by_hours && one.missing < HOURS_SHARE * one.judged) {
        one.missing = 0;
        one.day = TC_TIME_NONE;
    }
    add_log(log, &one, ret);
}

void tc_presence_judge(const tc_presence *p, uint32_t evidence, tc_time first, tc_time last,
                       tc_gaps *ret)
{
    *ret = (tc_gaps){.unknown = p->full, .day = TC_TIME_NONE};
    if (first == TC_TIME_NONE || p->full) return;
    for (size_t i = 0; i < p->count; i++) {
        const tc_server_log *log = &p->logs[i];
        if (log->evidence == evidence && !log->beyond)
            judge_log(log, tc_hour_of(first), tc_hour_of(last), ret);
    }
}

static bool gave(const tc_presence *p, tc_slice host, uint32_t evidence)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->logs[i].evidence == evidence && tc_slice_equal(p->logs[i].host, host)) return true;
    return false;
}

void tc_presence_peers(const tc_presence *p, uint32_t evidence, uint32_t other, tc_gaps *ret)
{
    bool both = false;
    tc_slice without = TC_EMPTY_SLICE;
    for (size_t i = 0; i < p->count; i++) {
        tc_slice host = p->logs[i].host;
        if (p->logs[i].evidence != other || host.len == 0) continue;
        if (gave(p, host, evidence))
            both = true;
        else if (without.len == 0 || tc_slice_compare(host, without) < 0)
            without = host;
    }
    ret->without = both && !p->full ? without : TC_EMPTY_SLICE;
}
