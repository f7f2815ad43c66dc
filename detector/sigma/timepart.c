#include "detector/sigma/timepart.h"

#include "parsers/base/time.h"

typedef struct civil {
    int64_t year, month, day;
} civil;

/* Floor division. */
static int64_t divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 to a date, by eras of 400 years that begin on 1 March. */
static civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = divide(days, 146097);
    int64_t in_era = days - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153; /* 0 = March */
    civil c = {.day = in_year - (153 * month + 2) / 5 + 1,
               .month = month < 10 ? month + 3 : month - 9};
    c.year = year + era * 400 + (c.month <= 2);
    return c;
}

static int64_t days_before_year(int64_t year)
{
    int64_t y = year - 1;
    return 365 * y + divide(y, 4) - divide(y, 100) + divide(y, 400) - 719162;
}

/* ISO 8601: weeks begin on Monday; week 1 is that of the first Thursday. */
static int64_t iso_week(int64_t days)
{
    int64_t weekday = days + 3 - divide(days + 3, 7) * 7; /* 0 = Monday */
    int64_t thursday = days - weekday + 3;
    return (thursday - days_before_year(civil_of(thursday).year)) / 7 + 1;
}

/* Without a zone behind the clock time. */
static tc_slice without_zone(tc_slice s)
{
    for (size_t i = 11; i < s.len; i++)
        if (s.ptr[i] == 'Z' || s.ptr[i] == 'z' || s.ptr[i] == '+' || s.ptr[i] == '-')
            return tc_slice_sub(s, 0, i);
    return s;
}

bool tc_time_part_of(tc_slice text, bool number, tc_time_part part, int64_t *ret)
{
    tc_time t;
    if (number ? !tc_time_parse_epoch(text, &t) : !tc_time_parse_iso(without_zone(text), &t, NULL))
        return false;
    int64_t days = divide(t, TC_DAY);
    int64_t in_day = t - days * TC_DAY;
    civil c = civil_of(days);
    switch (part) {
    case TC_PART_MINUTE:
        *ret = in_day / TC_MINUTE % 60;
        return true;
    case TC_PART_HOUR:
        *ret = in_day / TC_HOUR;
        return true;
    case TC_PART_DAY:
        *ret = c.day;
        return true;
    case TC_PART_WEEK:
        *ret = iso_week(days);
        return true;
    case TC_PART_MONTH:
        *ret = c.month;
        return true;
    case TC_PART_YEAR:
        *ret = c.year;
        return true;
    case TC_PART_COUNT:
        break;
    }
    return false;
}
