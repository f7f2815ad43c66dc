/* presence_state: the counts themselves, for presence*.c alone. */
#ifndef TC_PIPELINE_PRESENCE_STATE_H
#define TC_PIPELINE_PRESENCE_STATE_H

#include "detector/pipeline/presence.h"

#define TC_MONTH_HOURS (30 * 24)

/* Thirty days of counts. */
typedef struct tc_month {
    int64_t number; /* since 1970 */
    uint8_t of[TC_MONTH_HOURS];
} tc_month;

/* What one server wrote of one kind of evidence; months in order. */
typedef struct tc_server_log {
    tc_slice host;
    uint32_t evidence;
    bool beyond; /* some of it is not counted: nothing is said of it */
    tc_month *months;
    size_t count, capacity;
} tc_server_log;

struct tc_presence {
    tc_server_log *logs;
    size_t count, capacity, months;
    bool full;
};

static inline int64_t tc_month_of(int64_t hour)
{
    return hour / TC_MONTH_HOURS - (hour % TC_MONTH_HOURS < 0);
}
/* Where that month stands or would stand. */
size_t tc_server_log_place(const tc_server_log *log, int64_t month);

#endif
