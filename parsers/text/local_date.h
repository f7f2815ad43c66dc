/*
 * local_date: dates as a server's system writes them, and whether day or month comes first.
 *
 * 5/2/2024 has the month before the day or behind it, as the system has it; 2.5.2024 has the day
 * first, 2024-05-02 the year. Which of the two it is, is told of a whole log: by numbers that are
 * no month, then by the order of time, then by the file's name; or it stays open.
 */
#ifndef TC_TEXT_LOCAL_DATE_H
#define TC_TEXT_LOCAL_DATE_H

#include "parsers/parser.h"

/* What is learned of a source (tc_columns.lists): which of the two comes first in its dates. */
#define TC_DAY_FIRST TC_LIT("@day/month")
#define TC_MONTH_FIRST TC_LIT("@month/day")

/* Midnight of a date; `told` is what was learned (tc_columns.lists), or TC_LINE_LOG_ANY. */
bool tc_local_date_read(tc_slice text, tc_slice told, tc_time *ret) TC_MUST_USE;
/* 6:00:31: the hour in one digit or two. */
bool tc_local_clock_read(tc_slice text, tc_time *ret) TC_MUST_USE;

/* What is looked at to learn it. */
typedef struct tc_local_dates {
    /* The date of a line that is a record; false: it is none. */
    bool (*date_of)(tc_slice line, tc_slice *ret);
    /* What stands before the day in a file's name, "in" of in240205.log; the year has two digits
     * or, with `century`, four. */
    const char *prefix;
    bool century;
} tc_local_dates;

/* tc_column_reader.learn_writing of such a log. */
void tc_local_dates_learn(const tc_local_dates *dates, tc_slice head, tc_slice tail, tc_slice name,
                          tc_columns *ret);

#endif
