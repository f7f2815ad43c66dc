#include "parsers/mail/mail_stamp.h"

#define QUARTER (15 * TC_MINUTE)
#define ZONE_MAX (14 * TC_HOUR)
#define LAG (30 * TC_SECOND) /* so long a line may wait until it is sent on */
#define LEAD (2 * TC_SECOND) /* so far the clocks may be apart */

static size_t blanks_at(tc_slice line, size_t at)
{
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at;
}

/* "2024 " at *at, which is then behind it; 0 if no year stands there. */
static int take_year(tc_slice line, size_t *at)
{
    uint64_t year;
    if (line.len < *at + 5 || line.ptr[*at + 4] != ' ') return 0;
    if (!tc_slice_to_u64(tc_slice_sub(line, *at, 4), &year)) return 0;
    *at += 5;
    return (int)year;
}

/* ",123456" or ".123456" at the beginning: its length, and what it adds. */
static size_t read_fraction(tc_slice s, int64_t *ret)
{
    int64_t unit = TC_SECOND;
    size_t n = 1;
    *ret = 0;
    if (s.len < 2 || (s.ptr[0] != ',' && s.ptr[0] != '.')) return 0;
    for (; n < s.len && n < 10 && tc_is_digit(s.ptr[n]); n++) {
        unit /= 10;
        *ret += unit * (s.ptr[n] - '0');
    }
    return n;
}

/* "Mar  9 07:00:01 ", with one blank before a day of one digit, a year behind it and a fraction
 * behind the seconds perhaps. */
static bool read_old(tc_slice line, tc_mail_calendar *c, tc_mail_stamp *ret)
{
    tc_mail_date d;
    int64_t part;
    if (line.len < 14 || line.ptr[3] != ' ' || (d.month = tc_time_month(line.ptr)) == 0)
        return false;
    size_t at = 4 + (line.ptr[4] == ' ');
    if (!tc_is_digit(line.ptr[at])) return false;
    d.day = line.ptr[at++] - '0';
    if (tc_is_digit(line.ptr[at])) d.day = 10 * d.day + line.ptr[at++] - '0';
    if (line.ptr[at++] != ' ') return false;
    int year = take_year(line, &at);
    if (line.len < at + 8 || !tc_time_fixed_clock(line.ptr + at, &d.clock)) return false;
    size_t fraction = read_fraction(tc_slice_sub(line, at + 8, TC_NPOS), &part);
    d.clock += part;
    ret->dated = year > 0;
    if (!(ret->dated ? tc_mail_date_in(&d, year, &ret->time)
                     : tc_mail_calendar_tell(c, &d, &ret->time)))
        return false;
    ret->form = TC_MAIL_STAMP_OLD;
    ret->length = at + 8 + fraction;
    return true;
}

/* The end of a zone written behind a blank: " +0100" or " +01:00"; `at` if there is none. */
static size_t zone_end(tc_slice line, size_t at)
{
    size_t n = at + 1;
    if (at + 6 > line.len || line.ptr[at] != ' ') return at;
    if (line.ptr[n] != '+' && line.ptr[n] != '-') return at;
    for (n++; n < line.len && (tc_is_digit(line.ptr[n]) || line.ptr[n] == ':'); n++) {
    }
    return n;
}

static bool read_iso(tc_slice line, tc_mail_stamp *ret)
{
    if (line.len < 19 || line.ptr[4] != '-') return false;
    bool blank = line.ptr[10] == ' ';
    size_t at = 19;
    while (at < line.len && line.ptr[at] != ' ' && !(blank && line.ptr[at] == ':'))
        at++;
    bool comma = tc_slice_find(tc_slice_sub(line, 19, at - 19), ',') != TC_NPOS;
    if (blank && !comma) at = zone_end(line, at);
    if (!tc_time_parse_iso(tc_slice_sub(line, 0, at), &ret->time, &ret->zoned)) return false;
    ret->form = comma ? TC_MAIL_STAMP_COMMA : blank ? TC_MAIL_STAMP_BLANK : TC_MAIL_STAMP_ISO;
    ret->length = at;
    return true;
}

static bool two_digits(const uint8_t *two, int *ret)
{
    *ret = 10 * (two[0] - '0') + two[1] - '0';
    return tc_is_digit(two[0]) && tc_is_digit(two[1]);
}

/* " +0100": what is to be added for UTC; false if there is no zone. */
static bool read_zone(tc_slice s, int64_t *ret)
{
    int hours, minutes;
    if (s.len < 6 || s.ptr[0] != ' ' || (s.ptr[1] != '+' && s.ptr[1] != '-')) return false;
    if (!two_digits(s.ptr + 2, &hours) || !two_digits(s.ptr + 4, &minutes)) return false;
    int64_t ahead = hours * TC_HOUR + minutes * TC_MINUTE;
    *ret = s.ptr[1] == '-' ? ahead : -ahead;
    return true;
}

/* "[09-Mar-2011 07:00:01,123456 +0100]:", fraction and zone at will. */
static bool read_square(tc_slice line, tc_mail_stamp *ret)
{
    uint64_t year;
    int64_t clock, fraction, zone = 0;
    int day;
    const uint8_t *p = line.ptr;
    if (line.len < 23 || p[3] != '-' || p[7] != '-' || !two_digits(p + 1, &day)) return false;
    if (!tc_slice_to_u64(tc_slice_make(p + 8, 4), &year)) return false;
    if (!tc_time_fixed_clock(p + 13, &clock)) return false;
    if (!tc_time_from_civil((int)year, tc_time_month(p + 4), day, 0, 0, 0, &ret->time))
        return false;
    size_t at = 21 + read_fraction(tc_slice_sub(line, 21, TC_NPOS), &fraction);
    ret->zoned = read_zone(tc_slice_sub(line, at, TC_NPOS), &zone);
    at += ret->zoned ? 6 : 0;
    if (line.len <= at || p[at] != ']') return false;
    ret->time = tc_time_add(tc_time_add(ret->time, clock + fraction), zone);
    ret->form = TC_MAIL_STAMP_SQUARE;
    ret->length = at + 1 + (line.len > at + 1 && p[at + 1] == ':');
    return true;
}

static bool read_tai(tc_slice line, tc_mail_stamp *ret)
{
    uint64_t seconds, nanoseconds;
    if (line.len < 25 || !tc_slice_hex_to_u64(tc_slice_sub(line, 1, 16), &seconds)) return false;
    if (!tc_slice_hex_to_u64(tc_slice_sub(line, 17, 8), &nanoseconds)) return false;
    uint64_t since = seconds - UINT64_C(0x400000000000000A);
    if (since > INT64_MAX / TC_SECOND || nanoseconds >= TC_SECOND) return false;
    ret->time = tc_time_add((tc_time)since * TC_SECOND, (int64_t)nanoseconds);
    ret->zoned = true;
    ret->form = TC_MAIL_STAMP_TAI;
    ret->length = 25;
    return true;
}

/* Hours by which a zone's time is ahead, times four; false: nobody knows which zone that is. */
static bool zone_named(tc_slice name, int *ret_quarters)
{
    static const struct {
        const char *name;
        int quarters;
    } zones[] = {
        {"UTC", 0},   {"GMT", 0},   {"WET", 0},   {"WEST", 4},  {"CET", 4},   {"CEST", 8},
        {"EET", 8},   {"EEST", 12}, {"MSK", 12},  {"EST", -20}, {"EDT", -16}, {"CST", -24},
        {"CDT", -20}, {"MST", -28}, {"MDT", -24}, {"PST", -32}, {"PDT", -28},
    };
    for (size_t i = 0; i < TC_COUNT_OF(zones); i++) {
        if (!tc_slice_equal(name, tc_slice_of(zones[i].name))) continue;
        *ret_quarters = zones[i].quarters;
        return true;
    }
    return false;
}

static bool is_zone_name(tc_slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((uint8_t)(word.ptr[i] - 'A') > 25) return false;
    return word.len >= 3 && word.len <= 5;
}

/* "Wed 2011-03-09 07:00:01 CET ", of journalctl -o short-full. */
static bool read_weekday(tc_slice line, tc_mail_stamp *ret)
{
    static const char *const days[] = {"Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "};
    int quarters = 0;
    tc_slice rest = tc_slice_sub(line, 4, TC_NPOS), zone, behind;
    bool known = false;
    for (size_t i = 0; i < TC_COUNT_OF(days); i++)
        known = known || tc_slice_starts(line, tc_slice_of(days[i]));
    if (!known || rest.len < 20 || rest.ptr[10] != ' ' || rest.ptr[19] != ' ') return false;
    if (!tc_time_parse_iso(tc_slice_sub(rest, 0, 19), &ret->time, &ret->zoned)) return false;
    ret->form = TC_MAIL_STAMP_ISO;
    ret->length = 4 + 19;
    zone = tc_slice_split(tc_slice_sub(rest, 20, TC_NPOS), ' ', &behind);
    if (tc_time_parse_iso(tc_slice_sub(rest, 0, 20 + zone.len), &ret->time, &ret->zoned)) {
        ret->length += 1 + zone.len;
        return true;
    }
    if (!is_zone_name(zone)) return true;
    ret->zoned = zone_named(zone, &quarters);
    ret->time = tc_time_sub(ret->time, quarters * QUARTER);
    ret->length += 1 + zone.len;
    return true;
}

/* "1299654001.123456 ", of journalctl -o short-unix. */
static bool read_unix(tc_slice line, tc_mail_stamp *ret)
{
    tc_slice rest, word = tc_slice_split(line, ' ', &rest);
    if (word.len != 17 || word.ptr[10] != '.' || !tc_time_parse_epoch(word, &ret->time))
        return false;
    ret->form = TC_MAIL_STAMP_ISO;
    ret->zoned = true;
    ret->length = word.len;
    return true;
}

static bool read_form(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret)
{
    if (line.len == 0) return false;
    if (tc_is_digit(line.ptr[0])) return read_iso(line, ret) || read_unix(line, ret);
    if (line.ptr[0] == '[') return read_square(line, ret);
    if (line.ptr[0] == '@') return read_tai(line, ret);
    return read_old(line, calendar, ret) || read_weekday(line, ret);
}

bool tc_mail_stamp_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret)
{
    *ret = (tc_mail_stamp){.time = TC_TIME_NONE};
    if (!read_form(line, calendar, ret)) return false;
    ret->length = blanks_at(line, ret->length);
    ret->dated = ret->dated || ret->form != TC_MAIL_STAMP_OLD;
    tc_mail_calendar_move(calendar, ret->time, ret->dated);
    return true;
}

void tc_mail_stamp_settle(tc_mail_stamp *stamp, tc_time sent)
{
    if (stamp->zoned) return;
    int64_t between = tc_time_between(sent, stamp->time);
    if (between > ZONE_MAX + LEAD || between < -ZONE_MAX - LAG) return;
    int64_t above = between + LAG + ZONE_MAX + QUARTER; /* not negative */
    int64_t zone = above / QUARTER * QUARTER - ZONE_MAX - QUARTER;
    if (zone < between - LEAD) return;
    stamp->time = tc_time_sub(stamp->time, zone);
    stamp->zoned = true;
}
