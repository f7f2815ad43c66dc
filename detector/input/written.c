#include "detector/input/written.h"

/* "20240107" or "2024-01-07" at the beginning, with no digit behind it: the end of that day. */
static bool take_date(tc_slice s, tc_time *ret)
{
    uint8_t date[10] = "0000-00-00";
    size_t at = 0;
    for (size_t i = 0; i < sizeof date; i++) {
        if (date[i] == '-') {
            at += at < s.len && s.ptr[at] == '-';
            continue;
        }
        if (at == s.len || !tc_is_digit(s.ptr[at])) return false;
        date[i] = s.ptr[at++];
    }
    if (at < s.len && tc_is_digit(s.ptr[at])) return false;
    if (!tc_time_parse_date(tc_slice_make(date, sizeof date), ret)) return false;
    *ret = tc_time_add(*ret, TC_DAY);
    return true;
}

tc_time tc_written_at(tc_slice name, tc_time modified, tc_time now)
{
    tc_time time = modified > 0 && (now <= 0 || modified < now) ? modified : now, date;
    for (size_t i = 0; i < name.len; i++) {
        bool begins = tc_is_digit(name.ptr[i]) && (i == 0 || !tc_is_digit(name.ptr[i - 1]));
        if (!begins || !take_date(tc_slice_sub(name, i, SIZE_MAX), &date)) continue;
        if (date > 0 && (time <= 0 || date < time)) time = date;
    }
    return TC_MAX(time, 0);
}
