/* What the two formats of extra/ make of rows; the promises of all parsers are tested by
 * test_parsers.c, over these too. */
#include "tests/conformance/extra/formats.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

#define CONNECTED                                                                                  \
    "2011-03-09T07:00:47.046Z,08CD6A3B00000001,SMTP,partner.example,+,\"DnsRemoteDelivery, "       \
    "Tls\"\n"
#define ENDED "2011-03-09T07:00:47.911Z,08CD6A3B00000001,SMTP,partner.example,-,Messages: 1\n"
#define SMTPD                                                                                      \
    "\"SMTPD\"\t5404\t17\t\"2011-03-09 07:00:59.218\"\t\"203.0.113.9\"\t\"RECEIVED: AUTH "         \
    "LOGIN\"\r\n"
#define APPLICATION                                                                                \
    "\"APPLICATION\"\t5404\t\"2011-03-09 07:01:00.001\"\t\"Message 12: Delivered.\"\r\n"

static void expect_events(const tc_parser *parser, const char *text, const char *events)
{
    tc_chunker run = {.parser = parser, .zone_offset_ns = 2 * TC_HOUR};
    tc_chunker_run(&run, tc_slice_of(text));
    cr_expect(tc_chunker_sound(&run, tc_slice_of(text)));
    cr_expect_str_eq(tc_str_cstr(&run.memory.text), events);
    tc_chunker_done(&run);
}

Test(extra_formats, connectivity_rows_have_six_columns_and_a_time_in_utc)
{
    expect_events(&tc_parser_connectivity, CONNECTED ENDED,
                  "0+89 2011-03-09T07:00:47.046Z exchange-connectivity "
                  "date-time=text:2011-03-09T07:00:47.046Z session=text:08CD6A3B00000001 "
                  "source=text:SMTP Destination=text:partner.example direction=text:+ "
                  "description=text:DnsRemoteDelivery, Tls\n"
                  "90+76 2011-03-09T07:00:47.911Z exchange-connectivity "
                  "date-time=text:2011-03-09T07:00:47.911Z session=text:08CD6A3B00000001 "
                  "source=text:SMTP Destination=text:partner.example direction=text:- "
                  "description=text:Messages: 1\n");
}

/* The time is local to the server and stands in the fourth column, or in the third. */
Test(extra_formats, hmailserver_rows_have_six_or_four_columns)
{
    expect_events(&tc_parser_hmailserver, SMTPD APPLICATION,
                  "0+78 2011-03-09T05:00:59.218Z hmailserver log-type=text:SMTPD thread=text:5404 "
                  "session=text:17 date-time=text:2011-03-09 07:00:59.218 "
                  "remote-address=text:203.0.113.9 message=text:RECEIVED: AUTH LOGIN\n"
                  "80+69 2011-03-09T05:01:00.001Z hmailserver log-type=text:APPLICATION "
                  "thread=text:5404 date-time=text:2011-03-09 07:01:00.001 message=text:Message "
                  "12: Delivered.\n");
}

Test(extra_formats, are_told_from_each_other_and_from_all_others)
{
    static const struct {
        const tc_parser *parser;
        const char *head;
        int least, most;
    } rows[] = {
        {&tc_parser_connectivity, "#Log-type: Transport Connectivity Log\n", 100, 100},
        {&tc_parser_connectivity, "#Log-type: Message Tracking Log\n" CONNECTED, 0, 0},
        {&tc_parser_connectivity, CONNECTED ENDED, 70, 79},
        {&tc_parser_connectivity, SMTPD APPLICATION, 0, 0},
        {&tc_parser_hmailserver, SMTPD APPLICATION, 70, 79},
        {&tc_parser_hmailserver, CONNECTED ENDED, 0, 0},
        {&tc_parser_hmailserver, "#Log-type: Transport Connectivity Log\n" SMTPD, 0, 0},
        {&tc_parser_hmailserver, "\"SMTPD\"\tx\t17\t\"2011-03-09 07:00:59\"\t\"::1\"\t\"y\"\n", 0,
         0},
        {&tc_parser_hmailserver, "\"SMTPD\"\t1\t17\t\"2011-03-09 07:00:59\"\t\"me\"\t\"y\"\n", 0,
         0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice head = tc_slice_of(rows[i].head);
        int bid = rows[i].parser->probe(rows[i].parser, head, TC_LIT("a.log"));
        cr_expect(bid >= rows[i].least && bid <= rows[i].most, "%zu: %d", i, bid);
        for (const tc_parser *const *p = tc_parsers; *p && rows[i].least > 0; p++)
            cr_expect_lt((*p)->probe(*p, head, TC_LIT("a.log")), bid, "%zu: %s", i, (*p)->name);
    }
}

/* A sample finds the time in whatever column it stands, also of rows that were cut. */
Test(extra_formats, show_the_time_of_a_sample)
{
    static const struct {
        const tc_parser *parser;
        const char *text, *time; /* NULL: it shows none */
    } rows[] = {
        {&tc_parser_hmailserver, "\"half a row\r\n" APPLICATION, "2011-03-09T05:01:00.001Z"},
        {&tc_parser_hmailserver, "\"IMAPD\"\t1\t2\t\"2011-03-09 07:00:00\"\t\"cut",
         "2011-03-09T05:00:00Z"},
        {&tc_parser_hmailserver, CONNECTED, NULL},
        {&tc_parser_connectivity, "x\n" CONNECTED, "2011-03-09T07:00:47.046Z"},
        {&tc_parser_connectivity, SMTPD, NULL},
    };
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 16);
    const tc_parse_options options = {.names = names,
                                      .schemas = schemas,
                                      .zone_offset_ns = 2 * TC_HOUR,
                                      .record_max = TC_RECORD_MAX};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_parser *parser = rows[i].parser;
        tc_carry carry;
        tc_time time = 0;
        char text[TC_TIME_TEXT];
        parser->begin(parser, &carry, &options);
        bool found =
            parser->sample_time(parser, &carry, &options, tc_slice_of(rows[i].text), &time);
        cr_expect_eq(found, rows[i].time != NULL, "%zu", i);
        if (found && rows[i].time) cr_expect_str_eq(tc_time_format(time, text), rows[i].time);
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}
