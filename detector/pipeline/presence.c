/* Keeps the counts; presence_judge.c makes something of them. */
#include "detector/pipeline/presence_state.h"

#include "parsers/base/alloc.h"

enum { LOGS_MAX = 512, MONTHS_MAX = 8192 };

tc_presence *tc_presence_new(void)
{
    return tc_alloc(1, sizeof(tc_presence));
}

void tc_presence_free(tc_presence *p)
{
    if (p == NULL) return;
    for (size_t i = 0; i < p->count; i++)
        tc_free(p->logs[i].months);
    tc_free(p->logs);
    tc_free(p);
}

static TC_STATUS find_log(tc_presence *p, tc_slice host, uint32_t evidence, tc_server_log **ret)
{
    for (size_t i = 0; i < p->count; i++) {
        *ret = &p->logs[i];
        if (p->logs[i].evidence == evidence && tc_slice_equal(p->logs[i].host, host))
            return TC_SUCCESS;
    }
    *ret = NULL;
    p->full = p->full || p->count == LOGS_MAX;
    if (p->full) return TC_SUCCESS;
    TC_TRY(tc_grow(&p->logs, &p->capacity, p->count + 1, sizeof(tc_server_log), LOGS_MAX));
    *ret = &p->logs[p->count++];
    **ret = (tc_server_log){.host = host, .evidence = evidence};
    return TC_SUCCESS;
}

size_t tc_server_log_place(const tc_server_log *log, int64_t month)
{
    size_t low = 0, high = log->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->months[middle].number < month)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static TC_STATUS find_month(tc_presence *p, tc_server_log *log, int64_t number, tc_month **ret)
{
    size_t at = tc_server_log_place(log, number);
    if (at == log->count || log->months[at].number != number) {
        *ret = NULL;
        p->full = p->full || p->months == MONTHS_MAX;
        if (p->full) return TC_SUCCESS;
        TC_TRY(tc_grow(&log->months, &log->capacity, log->count + 1, sizeof(tc_month), MONTHS_MAX));
        memmove(&log->months[at + 1], &log->months[at], (log->count - at) * sizeof(tc_month));
        log->months[at] = (tc_month){.number = number};
        log->count++;
        p->months++;
    }
    *ret = &log->months[at];
    return TC_SUCCESS;
}

static TC_STATUS add_hours(tc_presence *p, tc_server_log *log, const tc_hours *hours)
{
    tc_month *month = NULL;
    for (size_t i = 0; i < TC_HOURS_MAX; i++) {
        if (hours->of[i] == 0) continue;
        int64_t hour = hours->base + (int64_t)i, number = tc_month_of(hour);
        if (month == NULL || month->number != number) TC_TRY(find_month(p, log, number, &month));
        if (month == NULL) return TC_SUCCESS;
        uint8_t *count = &month->of[hour - number * TC_MONTH_HOURS];
        *count = (uint8_t)TC_MIN(*count + hours->of[i], UINT8_MAX);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_presence_add(tc_presence *p, tc_slice host, uint32_t evidence, const tc_hours *hours)
{
    if (!hours->known) return TC_SUCCESS;
    for (uint32_t rest = evidence; rest; rest &= rest - 1) {
        tc_server_log *log;
        TC_TRY(find_log(p, host, rest & (~rest + 1), &log));
        if (log == NULL) return TC_SUCCESS;
        log->beyond = log->beyond || hours->beyond;
        TC_TRY(add_hours(p, log, hours));
    }
    return TC_SUCCESS;
}
