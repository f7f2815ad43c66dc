#include "parsers/base/time.h"

#include <criterion/criterion.h>

/* 2011-03-09T07:12:03Z */
#define MARCH (INT64_C(1299654723) * TC_SECOND)

typedef struct row {
    const char *text;
    bool ok;
    tc_time want;
} row;

static tc_time iso(const char *text)
{
    tc_time t = TC_TIME_NONE;
    cr_assert(tc_time_parse_iso(tc_slice_of(text), &t, NULL), "%s", text);
    return t;
}

Test(time, iso_forms_are_read)
{
    const struct {
        const char *text;
        tc_time want;
        bool zoned;
    } rows[] = {
        {"2011-03-09T07:12:03Z", MARCH, true},
        {"2011-03-09T07:12:03", MARCH, false},
        {"2011-03-09t07:12:03z", MARCH, true},
        {"2011-03-09 07:12:03", MARCH, false},
        {"2011-03-09    07:12:03Z", MARCH, true},
        {"2011-03-09T08:42:03+01:30", MARCH, true},
        {"2011-03-09T08:42:03+0130", MARCH, true},
        {"2011-03-08T23:12:03-08:00", MARCH, true},
        {"2011-03-09T07:12:03-00:00", MARCH, true},
        {"2011-03-09T07:12:03.5Z", MARCH + TC_SECOND / 2, true},
        {"2011-03-09T07:12:03.123Z", MARCH + 123000000, true},
        {"2011-03-09T07:12:03.1234567Z", MARCH + 123456700, true},
        {"2011-03-09T07:12:03.123456789", MARCH + 123456789, false},
        {"2011-03-09T07:12:03.1234567899999999999999+00:00", MARCH + 123456789, true},
        {"2011-03-09T07:12:03.000000000000000000001Z", MARCH, true},
        {"2011-03-09", MARCH - (7 * 60 + 12) * TC_MINUTE - 3 * TC_SECOND, false},
        {"1970-01-01T00:00:00Z", 0, true},
        {"1969-12-31T23:59:59.5Z", -TC_SECOND / 2, true},
        {"2000-02-29T00:00:00Z", INT64_C(951782400) * TC_SECOND, true},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800) * TC_SECOND, true},
        {"2011-03-09T07:12:03,5", MARCH + TC_SECOND / 2, false},
        {"2011-03-09 07:12:03,123 +0000", MARCH + 123000000, true},
        {"2011-03-09T08:12:03+01", MARCH, true},
        {"2011-03-09T08:12:03 +01:00", MARCH, true},
        {"2011-03-09 07:12:03.5 UTC", MARCH + TC_SECOND / 2, true},
        {"2011-03-09 07:12:03UTC", MARCH, true},
        {"2011-03-09 07:12:03 GMT", MARCH, true},
        {"2011-03-09 07:12:03 Z", MARCH, true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 1;
        bool zoned = !rows[i].zoned;
        cr_expect(tc_time_parse_iso(tc_slice_of(rows[i].text), &t, &zoned), "%s", rows[i].text);
        cr_expect_eq(t, rows[i].want, "%s", rows[i].text);
        cr_expect_eq(zoned, rows[i].zoned, "%s", rows[i].text);
    }
}

Test(time, what_is_no_iso_form_is_refused)
{
    static const char *const texts[] = {
        "",
        "2",
        "2011-03-0",
        "2011-03-09T",
        "2011-03-09 ",
        "2011-03-09T07:12",
        "2011-03-09T7:12:03",
        "2011-03-0907:12:03",
        "2011/03/09",
        "2011-03-09X07:12:03",
        "2011-03-09T 07:12:03",
        "2011-03-09T07:12:03.",
        "2011-03-09T07:12:03.Z",
        "2011-03-09T07:12:03,",
        "2011-03-09T07:12:03 ",
        "2011-03-09T07:12:03 CET",
        "2011-03-09T07:12:03 UTCX",
        "2011-03-09T07:12:03 +",
        "2011-03-09T07:12:03+010",
        "2011-03-09T07:12:03ZZ",
        "2011-03-09T07:12:03Z ",
        "2011-03-09T07:12:03+",
        "2011-03-09T07:12:03+1",
        "2011-03-09T07:12:03+01:",
        "2011-03-09T07:12:03+01:3",
        "2011-03-09T07:12:03+24:00",
        "2011-03-09T07:12:03+01:60",
        "2011-03-09T07:12:03+01:300",
        "2011-03-09T07:12:03*01:00",
        " 2011-03-09",
        "+011-03-09",
        "-011-03-09",
        "201a-03-09",
        "2011-0:-09",
        "2011-03-0/",
        "2011-03-09T07.12.03",
        "2011-03-09T0:12:030",
        "2011-03-09\t07:12:03",
        "2011-03-09T07:12:0\xB3",
        "\xB2\xB0\xB1\xB1-03-09",
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        tc_time t = 42;
        bool zoned = true;
        cr_expect_not(tc_time_parse_iso(tc_slice_of(texts[i]), &t, &zoned), "%s", texts[i]);
        cr_expect_eq(t, 42, "%s", texts[i]);
    }
    tc_time t;
    cr_expect_not(tc_time_parse_iso(TC_EMPTY_SLICE, &t, NULL));
    cr_expect_not(tc_time_parse_date(TC_EMPTY_SLICE, &t) ||
                  tc_time_parse_clock(TC_EMPTY_SLICE, &t));
    cr_expect_not(tc_time_parse_epoch(TC_EMPTY_SLICE, &t) ||
                  tc_time_parse_span(TC_EMPTY_SLICE, &t));
    cr_expect_not(tc_time_parse_user(TC_EMPTY_SLICE, 0, &t));
}

Test(time, no_byte_but_a_digit_is_taken_for_one)
{
    /* Every byte at every place of date and clock. */
    static const char good[] = "2012-11-10T12:11:10";
    for (size_t at = 0; at < sizeof(good) - 1; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[sizeof(good)];
            tc_time t;
            memcpy(text, good, sizeof(good));
            text[at] = (char)byte;
            bool digit = good[at] >= '0' && good[at] <= '9';
            if (digit && byte >= '0' && byte <= '9') continue;
            bool same = byte == (unsigned char)good[at];
            bool between = good[at] == 'T' && (byte == 't' || byte == ' ');
            cr_assert_eq(tc_time_parse_iso(tc_slice_make(text, sizeof(good) - 1), &t, NULL),
                         same || between, "byte %02x at %zu", byte, at);
        }
    }
}

Test(time, impossible_dates_are_refused_everywhere)
{
    static const char *const dates[] = {
        "2011-00-10", "2011-13-10", "2011-99-10", "2011-01-00", "2011-01-32", "2011-02-29",
        "2011-04-31", "2011-06-31", "2011-09-31", "2011-11-31", "1900-02-29", "2100-02-29",
        "2012-02-30", "0000-01-01", "1677-09-20", "2262-04-12", "1600-01-01", "9999-12-31",
    };
    for (size_t i = 0; i < TC_COUNT_OF(dates); i++) {
        tc_slice s = tc_slice_of(dates[i]);
        tc_time t = 42;
        int year, month, day;
        cr_assert_eq(sscanf(dates[i], "%d-%d-%d", &year, &month, &day), 3);
        cr_expect_not(tc_time_parse_date(s, &t), "%s", dates[i]);
        cr_expect_not(tc_time_parse_iso(s, &t, NULL), "%s", dates[i]);
        cr_expect_not(tc_time_fixed_date(s.ptr, &t), "%s", dates[i]);
        cr_expect_not(tc_time_from_civil(year, month, day, 0, 0, 0, &t), "%s", dates[i]);
        cr_expect_eq(t, 42, "%s", dates[i]);
    }
    static const char *const clocks[] = {"24:00:00", "23:60:00", "23:59:61", "99:99:99"};
    for (size_t i = 0; i < TC_COUNT_OF(clocks); i++) {
        tc_slice s = tc_slice_of(clocks[i]);
        tc_time t = 42;
        int hour, minute, second;
        cr_assert_eq(sscanf(clocks[i], "%d:%d:%d", &hour, &minute, &second), 3);
        cr_expect_not(tc_time_parse_clock(s, &t), "%s", clocks[i]);
        cr_expect_not(tc_time_fixed_clock(s.ptr, &t), "%s", clocks[i]);
        cr_expect_not(tc_time_from_civil(2011, 3, 9, hour, minute, second, &t), "%s", clocks[i]);
        cr_expect_eq(t, 42, "%s", clocks[i]);
    }
}

Test(time, civil_parts_of_any_size_are_judged)
{
    static const int wild[] = {INT32_MIN, -1, 10000, INT32_MAX};
    tc_time t = 42;
    for (size_t i = 0; i < TC_COUNT_OF(wild); i++) {
        cr_expect_not(tc_time_from_civil(wild[i], 1, 1, 0, 0, 0, &t));
        cr_expect_not(tc_time_from_civil(2011, wild[i], 1, 0, 0, 0, &t));
        cr_expect_not(tc_time_from_civil(2011, 1, wild[i], 0, 0, 0, &t));
        cr_expect_not(tc_time_from_civil(2011, 1, 1, wild[i], 0, 0, &t));
        cr_expect_not(tc_time_from_civil(2011, 1, 1, 0, wild[i], 0, &t));
        cr_expect_not(tc_time_from_civil(2011, 1, 1, 0, 0, wild[i], &t));
    }
    cr_expect_eq(t, 42);
    cr_expect(tc_time_from_civil(2011, 3, 9, 7, 12, 3, &t));
    cr_expect_eq(t, MARCH);
    cr_expect(tc_time_from_civil(2016, 12, 31, 23, 59, 60, &t));
    cr_expect_eq(t, iso("2017-01-01"));
}

Test(time, every_day_of_the_range_is_read_and_written)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = -106751;
    int year = 1677, month = 9, in_month = 22;
    for (; day < 106751; day++) {
        char text[40], want[64], got[TC_TIME_TEXT];
        tc_time t = 42;
        snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, in_month);
        cr_assert(tc_time_parse_date(tc_slice_of(text), &t), "%s", text);
        cr_assert_eq(t, day * TC_DAY, "%s", text);
        snprintf(want, sizeof(want), "%s 13:14:15", text);
        tc_time later = t + 13 * TC_HOUR + 14 * TC_MINUTE + 15 * TC_SECOND + 999999999;
        cr_assert_str_eq(tc_time_format_human(later, got), want);
        cr_assert_eq(tc_time_midnight(later), t, "%s", text);
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (++in_month > lengths[month - 1] + (month == 2 && leap)) {
            in_month = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    cr_expect_eq(year, 2262);
}

Test(time, the_ends_of_the_range_hold)
{
    const row rows[] = {
        {"2262-04-11T23:47:16.854775807Z", true, INT64_MAX},
        {"2262-04-11T23:47:16.854775808Z", false, 0},
        {"2262-04-11T23:47:17Z", false, 0},
        {"2262-04-11", true, 106751 * TC_DAY},
        {"1677-09-21T00:12:44Z", true, INT64_C(-9223372036) * TC_SECOND},
        {"1677-09-21T00:12:43Z", false, 0},
        {"1677-09-21", false, 0},
        {"2262-04-12T00:00:00+00:30", true, INT64_C(9223371000) * TC_SECOND},
        {"2262-04-11T23:40:00-00:30", false, 0},
        {"0001-01-01T00:00:00Z", false, 0},
        {"9999-12-31T23:59:60-23:59", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 0;
        cr_expect_eq(tc_time_parse_iso(tc_slice_of(rows[i].text), &t, NULL), rows[i].ok, "%s",
                     rows[i].text);
        cr_expect_eq(t, rows[i].want, "%s", rows[i].text);
    }
}

Test(time, the_last_separate_date_leaves_room_for_clock_and_zone)
{
    tc_time date = 0, clock = 0, sum;
    cr_expect_not(tc_time_parse_date(TC_LIT("2262-04-11"), &date));
    cr_expect(tc_time_parse_date(TC_LIT("2262-04-10"), &date));
    cr_expect(tc_time_parse_clock(TC_LIT("23:59:60.999999999"), &clock));
    cr_expect_not(__builtin_add_overflow(date, clock + 14 * TC_HOUR, &sum));
    cr_expect(tc_time_parse_date(TC_LIT("1677-09-22"), &date));
    cr_expect_not(__builtin_sub_overflow(date, 14 * TC_HOUR, &sum));
}

Test(time, clocks_are_read_with_fractions)
{
    const row rows[] = {
        {"00:00:00", true, 0},
        {"07:12:03", true, 25923 * TC_SECOND},
        {"07:12:03.25", true, 25923 * TC_SECOND + TC_SECOND / 4},
        {"23:59:60", true, TC_DAY},
        {"7:12:03", false, 0},
        {"07:12:03.", false, 0},
        {"07:12:03 ", false, 0},
        {"07:12:03Z", false, 0},
        {"07:12:3", false, 0},
        {"-7:12:03", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 0;
        cr_expect_eq(tc_time_parse_clock(tc_slice_of(rows[i].text), &t), rows[i].ok, "%s",
                     rows[i].text);
        cr_expect_eq(t, rows[i].want, "%s", rows[i].text);
    }
}

Test(time, dates_alone_are_ten_bytes)
{
    tc_time t = 42;
    cr_expect_not(tc_time_parse_date(TC_LIT("2011-03-9"), &t));
    cr_expect_not(tc_time_parse_date(TC_LIT("2011-03-09 "), &t));
    cr_expect_not(tc_time_parse_date(TC_LIT("2011-03-09T07:12:03Z"), &t));
    cr_expect_eq(t, 42);
    cr_expect(tc_time_fixed_date((const uint8_t *)"2011-03-09trailing", &t));
    cr_expect_eq(t, iso("2011-03-09"));
    cr_expect(tc_time_fixed_clock((const uint8_t *)"07:12:03trailing", &t));
    cr_expect_eq(t, MARCH - iso("2011-03-09"));
}

Test(time, the_unit_of_an_epoch_is_told_by_its_magnitude)
{
    const row rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"1299654723", true, MARCH},
        {"1299654723.5", true, MARCH + TC_SECOND / 2},
        {"1299654723.1234567891", true, MARCH + 123456789},
        {"1299654723000", true, MARCH},
        {"1299654723123", true, MARCH + 123000000},
        {"1299654723123456", true, MARCH + 123456000},
        {"1299654723123456789", true, MARCH + 123456789},
        {"-1.5", true, -3 * TC_SECOND / 2},
        {"-1299654723123", true, -MARCH - 123000000},
        {"9223372036", true, INT64_C(9223372036) * TC_SECOND},
        {"9223372036.854775807", true, INT64_MAX},
        {"9223372036.854775808", false, 0},
        {"9223372037", false, 0},
        {"-9223372036.854775807", true, INT64_MIN + 1},
        {"-9223372036.854775808", false, 0},
        {"99999999999", false, 0}, /* still seconds, but of the year 5138 */
        {"100000000000", true, INT64_C(100000000) * TC_SECOND},
        {"99999999999999", false, 0}, /* still milliseconds */
        {"100000000000000", true, INT64_C(100000000) * TC_SECOND},
        {"99999999999999999", false, 0}, /* still microseconds */
        {"100000000000000000", true, INT64_C(100000000) * TC_SECOND},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775807", true, INT64_MIN + 1},
        {"-9223372036854775808", false, 0},
        {"12996547231234567890", false, 0},
        {"1299654723123.5", false, 0},
        {"-", false, 0},
        {"", false, 0},
        {"1.", false, 0},
        {".5", false, 0},
        {"+1", false, 0},
        {"1e9", false, 0},
        {"1 ", false, 0},
        {"0x10", false, 0},
        {"--1", false, 0},
        {"1.5.5", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 0;
        cr_expect_eq(tc_time_parse_epoch(tc_slice_of(rows[i].text), &t), rows[i].ok, "%s",
                     rows[i].text);
        cr_expect_eq(t, rows[i].want, "%s", rows[i].text);
    }
}

Test(time, filetimes_outside_the_range_are_refused)
{
    const struct {
        uint64_t filetime;
        bool ok;
        tc_time want;
    } rows[] = {
        {UINT64_C(116444736000000000), true, 0},
        {UINT64_C(116444736000000001), true, 100},
        {UINT64_C(116444735999999999), true, -100},
        {UINT64_C(129441283230000000), true, MARCH},
        {0, false, 0},
        {UINT64_MAX, false, 0},
        {UINT64_C(0x7FFFFFFFFFFFFFFF), false, 0}, /* "never" of Active Directory */
        {UINT64_C(0x8000000000000000), false, 0},
        {UINT64_C(116444736000000000) + UINT64_C(92233720368547758), true,
         INT64_C(9223372036854775800)},
        {UINT64_C(116444736000000000) + UINT64_C(92233720368547759), false, 0},
        {UINT64_C(116444736000000000) - UINT64_C(92233720368547758), true,
         INT64_C(-9223372036854775800)},
        {UINT64_C(116444736000000000) - UINT64_C(92233720368547759), false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 0;
        cr_expect_eq(tc_time_from_filetime(rows[i].filetime, &t), rows[i].ok, "row %zu", i);
        cr_expect_eq(t, rows[i].want, "row %zu", i);
    }
}

Test(time, spans_are_one_number_and_one_unit)
{
    const row rows[] = {
        {"90s", true, 90 * TC_SECOND},
        {"15m", true, 15 * TC_MINUTE},
        {"6h", true, 6 * TC_HOUR},
        {"30d", true, 30 * TC_DAY},
        {"2w", true, 14 * TC_DAY},
        {"1M", true, 2629746 * TC_SECOND},
        {"1y", true, 31556952 * TC_SECOND},
        {"0s", true, 0},
        {"007d", true, 7 * TC_DAY},
        {"9223372036s", true, INT64_C(9223372036) * TC_SECOND},
        {"9223372037s", false, 0},
        {"292y", true, INT64_C(292) * 31556952 * TC_SECOND},
        {"293y", false, 0},
        {"18446744073709551615y", false, 0},
        {"18446744073709551616s", false, 0},
        {"5q", false, 0},
        {"5", false, 0},
        {"s", false, 0},
        {"", false, 0},
        {"5 s", false, 0},
        {"5ms", false, 0},
        {"1h30m", false, 0},
        {"-5s", false, 0},
        {"+5s", false, 0},
        {"1.5h", false, 0},
        {"5S", false, 0},
        {"5D", false, 0},
        {"5W", false, 0},
        {"5Y", false, 0},
        {"5H", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        int64_t span = 0;
        cr_expect_eq(tc_time_parse_span(tc_slice_of(rows[i].text), &span), rows[i].ok, "%s",
                     rows[i].text);
        cr_expect_eq(span, rows[i].want, "%s", rows[i].text);
    }
}

Test(time, fractions_are_written_only_when_not_zero)
{
    const struct {
        tc_time t;
        const char *plain, *ms, *human;
    } rows[] = {
        {MARCH, "2011-03-09T07:12:03Z", "2011-03-09T07:12:03.000Z", "2011-03-09 07:12:03"},
        {MARCH + 120000000, "2011-03-09T07:12:03.120Z", "2011-03-09T07:12:03.120Z",
         "2011-03-09 07:12:03"},
        {MARCH + 1000, "2011-03-09T07:12:03.000001Z", "2011-03-09T07:12:03.000Z",
         "2011-03-09 07:12:03"},
        {MARCH + 999999999, "2011-03-09T07:12:03.999999999Z", "2011-03-09T07:12:03.999Z",
         "2011-03-09 07:12:03"},
        {-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59"},
        {0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00"},
        {TC_TIME_MAX, "2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854Z",
         "2262-04-11 23:47:16"},
        {TC_TIME_NONE + 1, "1677-09-21T00:12:43.145224193Z", "1677-09-21T00:12:43.145Z",
         "1677-09-21 00:12:43"},
        {TC_TIME_NONE, "unknown", "unknown", "unknown"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char out[TC_TIME_TEXT];
        cr_expect_str_eq(tc_time_format(rows[i].t, out), rows[i].plain, "row %zu: %s", i, out);
        cr_expect_str_eq(tc_time_format_ms(rows[i].t, out), rows[i].ms, "row %zu: %s", i, out);
        cr_expect_str_eq(tc_time_format_human(rows[i].t, out), rows[i].human, "row %zu: %s", i,
                         out);
        cr_expect_eq(tc_time_format(rows[i].t, out), out);
    }
}

Test(time, what_is_written_is_read_back)
{
    uint64_t state = 99;
    for (int i = 0; i < 100000; i++) {
        char out[TC_TIME_TEXT];
        tc_time back = 0;
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        tc_time t = (int64_t)(state ^ state >> 31);
        if (t < INT64_C(-9223372036) * TC_SECOND) continue;
        cr_assert(tc_time_parse_iso(tc_slice_of(tc_time_format(t, out)), &back, NULL), "%s", out);
        /* A fraction before 1970 is added to the second before it. */
        cr_assert_eq(back, t, "%s", out);
    }
}

Test(time, midnight_rounds_down)
{
    cr_expect_eq(tc_time_midnight(MARCH), iso("2011-03-09"));
    cr_expect_eq(tc_time_midnight(0), 0);
    cr_expect_eq(tc_time_midnight(-1), -TC_DAY);
    cr_expect_eq(tc_time_midnight(-TC_DAY), -TC_DAY);
    cr_expect_eq(tc_time_midnight(TC_DAY - 1), 0);
    cr_expect_eq(tc_time_midnight(TC_TIME_MAX), 106751 * TC_DAY);
    cr_expect_eq(tc_time_midnight(TC_TIME_NONE), TC_TIME_NONE);
    cr_expect_eq(tc_time_midnight(TC_TIME_NONE + 1), TC_TIME_NONE);
}
