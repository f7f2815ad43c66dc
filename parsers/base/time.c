#include "parsers/base/time.h"

enum {
    DAYS_TO_1970 = 719162, /* from 0001-01-01 */
    LAST_DAY = 106751,     /* 2262-04-11; the other way it is the last whole day of 1677 */
};

/* Eight bytes whose digits are marked by '0' in the pattern; every other byte must be as it is
 * there. In the difference to the pattern a digit is 0..9, so adding 6 leaves its high half zero.
 */
static inline bool fits_pattern(const uint8_t *eight, const char *pattern, const char *mask)
{
    const uint64_t sixes = UINT64_C(0x0606060606060606);
    const uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0);
    uint64_t text, want, fixed;
    memcpy(&text, eight, 8);
    memcpy(&want, pattern, 8);
    memcpy(&fixed, mask, 8);
    uint64_t difference = text ^ want;
    return (difference & fixed) == 0 && ((difference + sixes) & high) == 0;
}

static inline int two_digits(const uint8_t *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to a day of the years 1 to 9999; false if there is no such day. */
static inline bool count_days(int year, int month, int day, int64_t *ret)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    bool leap = is_leap(year);
    int length = before[month] - before[month - 1] + (month == 2 && leap);
    if (day > length) return false;
    int past = year - 1;
    *ret = past * INT64_C(365) + past / 4 - past / 100 + past / 400 + before[month - 1] +
           (month > 2 && leap) + day - 1 - DAYS_TO_1970;
    return true;
}

static inline bool read_days(const uint8_t *ten, int64_t *ret)
{
    if (!fits_pattern(ten, "0000-00-", "\xF0\xF0\xF0\xF0\xFF\xF0\xF0\xFF")) return false;
    if (!tc_is_digit(ten[8]) || !tc_is_digit(ten[9])) return false;
    int year = two_digits(ten) * 100 + two_digits(ten + 2);
    return count_days(year, two_digits(ten + 5), two_digits(ten + 8), ret);
}

/* Second 60 is a leap second and falls together with the second after it. */
static inline bool read_seconds(const uint8_t *eight, int32_t *ret)
{
    if (!fits_pattern(eight, "00:00:00", "\xF0\xF0\xFF\xF0\xF0\xFF\xF0\xF0")) return false;
    int hour = two_digits(eight);
    int minute = two_digits(eight + 3);
    int second = two_digits(eight + 6);
    if (hour > 23 || minute > 59 || second > 60) return false;
    *ret = (hour * 60 + minute) * 60 + second;
    return true;
}

/* seconds and nanoseconds (of the same direction) as an instant, if it is one. */
static bool make_instant(int64_t seconds, int64_t nanoseconds, tc_time *ret)
{
    tc_time t;
    if (__builtin_mul_overflow(seconds, TC_SECOND, &t) ||
        __builtin_add_overflow(t, nanoseconds, &t) || t == TC_TIME_NONE) {
        return false;
    }
    *ret = t;
    return true;
}

/* ".digits" or ",digits" (ISO 8601 has both), of which nine count; nothing at all is zero. False
 * for a point without a digit. */
static bool read_fraction(tc_cursor *c, int64_t *ret)
{
    *ret = 0;
    if (!tc_cursor_byte(c, '.') && !tc_cursor_byte(c, ',')) return true;
    int64_t unit = TC_SECOND;
    int64_t n = 0;
    const uint8_t *first = c->at;
    for (; c->at != c->end && tc_is_digit(*c->at); c->at++) {
        unit /= 10;
        n += unit * (*c->at - '0');
    }
    *ret = n;
    return c->at != first;
}

/* "Z", "UTC", "GMT", "+hh", "+hh:mm" or "+hhmm", with or without blanks before it, as seconds east
 * of Greenwich. */
static bool read_zone(tc_cursor *c, int32_t *ret)
{
    tc_cursor_skip_run(c, ' ', SIZE_MAX);
    *ret = 0;
    if (tc_cursor_byte(c, 'Z') || tc_cursor_byte(c, 'z') || tc_cursor_text(c, TC_LIT("UTC")) ||
        tc_cursor_text(c, TC_LIT("GMT")))
        return true;
    bool west = tc_cursor_byte(c, '-');
    if (!west && !tc_cursor_byte(c, '+')) return false;
    uint32_t hours, minutes = 0;
    if (!tc_cursor_fixed(c, 2, &hours)) return false;
    bool more = tc_cursor_byte(c, ':') || !tc_cursor_at_end(c);
    if (more && !tc_cursor_fixed(c, 2, &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    int32_t offset = (int32_t)(hours * 3600 + minutes * 60);
    *ret = west ? -offset : offset;
    return true;
}

bool tc_time_parse_iso(tc_slice s, tc_time *ret, bool *ret_zoned)
{
    int64_t days;
    int64_t fraction = 0;
    int32_t seconds = 0;
    int32_t zone = 0;
    bool zoned = false;
    if (s.len < 10 || !read_days(s.ptr, &days)) return false;
    if (s.len > 10) {
        tc_cursor c = {s.ptr + 10, s.ptr + s.len};
        if (!tc_cursor_byte(&c, 'T') && !tc_cursor_byte(&c, 't') &&
            tc_cursor_skip_run(&c, ' ', SIZE_MAX) == 0) {
            return false;
        }
        if (tc_cursor_left(&c) < 8 || !read_seconds(c.at, &seconds)) return false;
        c.at += 8;
        if (!read_fraction(&c, &fraction)) return false;
        zoned = !tc_cursor_at_end(&c);
        if (zoned && (!read_zone(&c, &zone) || !tc_cursor_at_end(&c))) return false;
    }
    if (!make_instant(days * 86400 + seconds - zone, fraction, ret)) return false;
    if (ret_zoned) *ret_zoned = zoned;
    return true;
}

int tc_time_month(const uint8_t three[3])
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int m = 0; m < 12; m++)
        if (tc_slice_equal_ascii(tc_slice_make(three, 3), tc_slice_make(months + 3 * m, 3)))
            return m + 1;
    return 0;
}

bool tc_time_fixed_date(const uint8_t *ten, tc_time *ret_midnight)
{
    int64_t days;
    if (!read_days(ten, &days) || days >= LAST_DAY || days < -LAST_DAY) return false;
    *ret_midnight = days * TC_DAY;
    return true;
}

bool tc_time_fixed_clock(const uint8_t *eight, tc_time *ret_since_midnight)
{
    int32_t seconds;
    if (!read_seconds(eight, &seconds)) return false;
    *ret_since_midnight = seconds * TC_SECOND;
    return true;
}

bool tc_time_parse_date(tc_slice s, tc_time *ret_midnight)
{
    return s.len == 10 && tc_time_fixed_date(s.ptr, ret_midnight);
}

bool tc_time_parse_clock(tc_slice s, tc_time *ret_since_midnight)
{
    int32_t seconds;
    int64_t fraction;
    if (s.len < 8 || !read_seconds(s.ptr, &seconds)) return false;
    tc_cursor c = {s.ptr + 8, s.ptr + s.len};
    if (!read_fraction(&c, &fraction) || !tc_cursor_at_end(&c)) return false;
    *ret_since_midnight = seconds * TC_SECOND + fraction;
    return true;
}

bool tc_time_parse_epoch(tc_slice s, tc_time *ret)
{
    tc_cursor c = tc_cursor_on(s);
    bool negative = tc_cursor_byte(&c, '-');
    uint64_t n;
    int64_t fraction;
    if (!tc_cursor_digits(&c, 19, &n) || n > INT64_MAX) return false;
    bool whole = tc_cursor_at_end(&c);
    if (!read_fraction(&c, &fraction) || !tc_cursor_at_end(&c)) return false;

    int64_t unit = TC_SECOND;
    if (n >= UINT64_C(100000000000000000)) {
        unit = 1;
    } else if (n >= UINT64_C(100000000000000)) {
        unit = 1000;
    } else if (n >= UINT64_C(100000000000)) {
        unit = 1000000;
    }
    if (unit != TC_SECOND && !whole) return false;
    int64_t per_second = TC_SECOND / unit;
    int64_t seconds = (int64_t)n / per_second;
    fraction += (int64_t)n % per_second * unit;
    return negative ? make_instant(-seconds, -fraction, ret) : make_instant(seconds, fraction, ret);
}

bool tc_time_from_filetime(uint64_t filetime, tc_time *ret)
{
    /* 11644473600 s lie between 1601-01-01 and 1970-01-01 ([MS-DTYP] 2.3.3 counts from there). */
    const int64_t ticks_to_1970 = INT64_C(116444736000000000);
    if (filetime > INT64_MAX) return false;
    tc_time t;
    if (__builtin_mul_overflow((int64_t)filetime - ticks_to_1970, INT64_C(100), &t)) return false;
    *ret = t;
    return true;
}

bool tc_time_from_civil(int year, int month, int day, int hour, int minute, int second,
                        tc_time *ret)
{
    int64_t days;
    if (year > 9999 || !count_days(year, month, day, &days)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return false;
    }
    return make_instant(days * 86400 + (hour * 60 + minute) * 60 + second, 0, ret);
}

static int64_t unit_seconds(int letter)
{
    switch (letter) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    case 'M':
        return 2629746;
    case 'y':
        return 31556952;
    default:
        return 0;
    }
}

bool tc_time_parse_span(tc_slice s, int64_t *ret_ns)
{
    tc_cursor c = tc_cursor_on(s);
    uint64_t n;
    int64_t seconds;
    if (!tc_cursor_digits(&c, SIZE_MAX, &n) || tc_cursor_left(&c) != 1) return false;
    int64_t unit = unit_seconds(tc_cursor_peek(&c));
    if (unit == 0 || __builtin_mul_overflow(n, unit, &seconds)) return false;
    return make_instant(seconds, 0, ret_ns);
}
