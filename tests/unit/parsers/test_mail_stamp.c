/* Times of mail servers' logs, above all the year that syslog leaves out. */
#include "parsers/mail/mail_stamp.h"

#include <criterion/criterion.h>

static tc_time iso(const char *text)
{
    tc_time time = TC_TIME_NONE;
    cr_assert(tc_time_parse_iso(tc_slice_of(text), &time, NULL), "%s", text);
    return time;
}

/* The lines one after the other: what each is told as, "-" for no time. */
static void expect(const char *newest, bool growing, const char *const (*rows)[2])
{
    tc_mail_calendar calendar = tc_mail_calendar_new(newest ? iso(newest) : 0, growing);
    for (; (*rows)[0]; rows++) {
        char text[TC_TIME_TEXT] = "-";
        tc_mail_stamp stamp;
        if (tc_mail_stamp_read(tc_slice_of((*rows)[0]), &calendar, &stamp))
            (void)tc_time_format(stamp.time, text);
        cr_expect_str_eq(text, (*rows)[1], "%s", (*rows)[0]);
    }
}
#define EXPECT(newest, growing, ...)                                                               \
    expect(newest, growing, (const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

Test(mail_stamp, reads_every_form)
{
    EXPECT("2024-05-20T00:00:00Z", false, {"Mar  9 07:00:01 h", "2024-03-09T07:00:01Z"},
           {"Mar 9 07:00:01 h", "2024-03-09T07:00:01Z"},
           {"Mar 09 07:00:01", "2024-03-09T07:00:01Z"},
           {"Mar  9 2021 07:00:01 h", "2021-03-09T07:00:01Z"},
           {"Mar 9 2024 07:00:01 h", "2024-03-09T07:00:01Z"},
           {"2024-03-09T07:00:01.5+01:00 h", "2024-03-09T06:00:01.500Z"},
           {"2024-03-09 07:00:01,123 INFO", "2024-03-09T07:00:01.123Z"},
           {"2024-03-09 07:00:01 +0100 x", "2024-03-09T06:00:01Z"},
           {"[09-Mar-2024 07:00:01 -0230]: x", "2024-03-09T09:30:01Z"},
           {"[09-Mar-2024 07:00:01] x", "2024-03-09T07:00:01Z"},
           {"@4000000065ec0b1b1dcd6500 x", "2024-03-09T07:09:05.500Z"});
}

Test(mail_stamp, reads_what_journalctl_and_roundcube_print_besides)
{
    EXPECT("2024-05-20T00:00:00Z", false, {"Mar 09 07:00:01.250000 h", "2024-03-09T07:00:01.250Z"},
           {"Sat 2024-03-09 07:00:01 CET h", "2024-03-09T06:00:01Z"},
           {"Sat 2024-03-09 07:00:01 UTC h", "2024-03-09T07:00:01Z"},
           {"Sat 2024-03-09 07:00:01 +0330 h", "2024-03-09T03:30:01Z"},
           {"Sat 2024-03-09 07:00:01 ACST h", "2024-03-09T07:00:01Z"},
           {"Sat 2024-03-09 07:00:01", "-"}, {"Xat 2024-03-09 07:00:01 UTC h", "-"},
           {"1709967601.250000 h", "2024-03-09T07:00:01.250Z"}, {"1709967601 h", "-"},
           {"[09-Mar-2024 07:00:01,250000 +0100]: x", "2024-03-09T06:00:01.250Z"},
           {"[09-Mar-2024 07:00:01.25]: x", "2024-03-09T07:00:01.250Z"},
           {"[09-Mar-2024 07:00:01,25", "-"});
}

static void expect_settled(const char *written, const char *sent, const char *want)
{
    char text[TC_TIME_TEXT];
    tc_mail_stamp stamp = {.time = iso(written)};
    tc_mail_stamp_settle(&stamp, iso(sent));
    cr_expect_str_eq(tc_time_format(stamp.time, text), want, "%s, %s", written, sent);
}

Test(mail_stamp, tells_a_zone_by_when_a_line_was_sent)
{
    expect_settled("2024-03-09T09:00:01Z", "2024-03-09T07:00:01.5Z", "2024-03-09T07:00:01Z");
    expect_settled("2024-03-09T07:00:01Z", "2024-03-09T07:00:20Z", "2024-03-09T07:00:01Z");
    expect_settled("2024-03-08T21:15:02Z", "2024-03-09T03:00:01Z", "2024-03-09T03:00:02Z");
    expect_settled("2024-03-09T21:00:01Z", "2024-03-09T07:00:01Z", "2024-03-09T07:00:01Z");
    expect_settled("2024-03-09T09:00:01Z", "2024-03-09T07:05:01Z", "2024-03-09T09:00:01Z");
    expect_settled("2024-03-09T23:00:01Z", "2024-03-09T07:00:01Z", "2024-03-09T23:00:01Z");
    expect_settled("2023-03-09T07:00:01Z", "2024-03-09T07:00:01Z", "2023-03-09T07:00:01Z");
}

Test(mail_stamp, refuses_what_is_no_time)
{
    EXPECT("2024-05-20T00:00:00Z", false, {"", "-"}, {"Mar", "-"}, {"Mar  9 07:00", "-"},
           {"Mar 32 07:00:01 h", "-"}, {"Foo  9 07:00:01 h", "-"}, {"Mar  9 25:00:01 h", "-"},
           {"Mar  9 2024 07:00", "-"}, {"Feb 29 2023 07:00:01 h", "-"},
           {"[09-Foo-2024 07:00:01]", "-"}, {"[09-Mar-2024 07:00:01", "-"},
           {"@40000000zzec0b1b1dcd6500", "-"}, {"@ffffffffffffffffffffffff x", "-"},
           {"2024-13-09 07:00:01 x", "-"});
}

Test(mail_stamp, follows_the_turn_of_a_year_both_ways)
{
    EXPECT("2024-01-08T00:00:00Z", false, {"Dec 30 07:00:01 h", "2023-12-30T07:00:01Z"},
           {"Dec 31 23:59:59 h", "2023-12-31T23:59:59Z"},
           {"Jan  1 00:00:01 h", "2024-01-01T00:00:01Z"},
           {"Dec 31 23:59:58 h", "2023-12-31T23:59:58Z"}, /* it came late */
           {"Jan  1 00:00:02 h", "2024-01-01T00:00:02Z"});
}

Test(mail_stamp, is_never_later_than_the_file)
{
    EXPECT("2024-03-09T00:00:00Z", false, {"Mar  9 12:00:00 h", "2024-03-09T12:00:00Z"},
           {"Mar 12 12:00:00 h", "2024-03-12T12:00:00Z"}, /* order says so */
           {"Jan  5 12:00:00 h", "2024-01-05T12:00:00Z"});
    EXPECT("2024-03-09T00:00:00Z", false, {"Mar 12 12:00:00 h", "2023-03-12T12:00:00Z"});
}

Test(mail_stamp, goes_on_into_the_new_year_while_a_file_grows)
{
    EXPECT("2023-12-20T00:00:00Z", true, {"Dec 20 12:00:00 h", "2023-12-20T12:00:00Z"},
           {"Jan  5 12:00:00 h", "2024-01-05T12:00:00Z"},
           {"Mar  5 12:00:00 h", "2024-03-05T12:00:00Z"});
}

Test(mail_stamp, knows_leap_years)
{
    EXPECT("2025-12-20T00:00:00Z", false, {"Feb 29 12:00:00 h", "2024-02-29T12:00:00Z"});
    EXPECT(NULL, false, {"Feb 29 12:00:00 h", "2000-02-29T12:00:00Z"});
}

Test(mail_stamp, takes_a_year_from_a_line_that_has_one_but_not_from_a_made_up_one)
{
    EXPECT("2024-05-20T00:00:00Z", false, {"2019-03-09T07:00:01Z h", "2019-03-09T07:00:01Z"},
           {"Mar  9 07:00:02 h", "2019-03-09T07:00:02Z"});
    EXPECT("2024-05-20T00:00:00Z", false, {"2199-03-09T07:00:01Z h", "2199-03-09T07:00:01Z"},
           {"Mar  9 07:00:02 h", "2024-03-09T07:00:02Z"});
}
