/*
 * export_dates: whether day or month comes first in the dates of one export.
 *
 * 5/2/2024 is two days, and an export is written by one system: the order is told once of the whole
 * source, from as much of it as is looked at. First tell numbers that are no month, then how
 * numbers are padded, then the order of rows (either way: lists begin with the newest, too), then
 * single days where the other reading has one day of each month. Where nothing tells, all of it is
 * read as its first date is usually meant, and that is said to be open. Only the column of the time
 * is looked at: what strangers write in others decides nothing.
 */
#ifndef TC_AUDIT_EXPORT_DATES_H
#define TC_AUDIT_EXPORT_DATES_H

#include "parsers/audit/export.h"

/* A date whose order its form leaves open. */
typedef struct tc_export_date {
    uint16_t year;
    uint8_t first, second;
    bool padded_behind; /* 2/05/2024: nobody has months first so */
    bool american;      /* usually the month comes first in such a form */
} tc_export_date;

/* False: the text is no such date, with a time of day behind it or without. */
bool tc_export_open_date(tc_slice text, tc_export_date *ret) TC_MUST_USE;

#define TC_EXPORT_DAYS 64 /* different ones that are remembered */

/* What the rows so far say. Begins as zeroes. */
typedef struct tc_export_dates {
    tc_export_date days[TC_EXPORT_DAYS];
    size_t count;
    bool day, month;            /* something is no month: the other comes first */
    bool open;                  /* a date that is two days */
    bool padded;                /* one is padded behind */
    bool american;              /* what the first date usually means */
    tc_time last[2];            /* of the row before, by month and by day first */
    bool rising[2], falling[2]; /* so read, a row is more than a day from the one before */
} tc_export_dates;

/* Takes the next row's time into account. */
void tc_export_dates_note(tc_export_dates *dates, tc_slice text);
/* What they tell (tc_column_reader.learn_writing). */
void tc_export_dates_told(const tc_export_dates *dates, tc_columns *ret);

/* Whether the column of that name, in the words of tc_export_names, has the time of such records.
 */
bool tc_export_is_time(const tc_export *format, tc_slice name);

#endif
