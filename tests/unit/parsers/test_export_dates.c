/* Whether day or month comes first is told once of a whole export. */
#include "parsers/registered.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

#define TRACKED "Timestamp,Source,EventId,Sender,MessageSubject\r\n"
#define ROW(time) "\"" time "\",SMTP,SEND,a@b.example,x\r\n"
#define HELD "Keywords,Date and Time,Source,Event ID,Task Category\r\n"
#define EVENT(time) "Audit Success," time ",Security,4724,Users,\"Text\r\nof it\"\r\n"
#define LISTED(time)                                                                               \
    "\r\nRunDate        : " time "\r\nCmdletName     : Set-X\r\nObjectModified : x\r\n"            \
    "Caller         : corp/adm\r\n"

typedef struct date_case {
    const tc_parser *parser;
    const char *text;
    bool open;
    const char *want; /* of the last record's shown time */
} date_case;

static const date_case cases[] = {
    /* A number that is no month, before or behind. */
    {&tc_parser_msgtrk_csv, TRACKED ROW("20/04/2024 7:00:00 AM") ROW("3/05/2024 7:00:00 AM"), false,
     "2024-05-03T07:00:00Z"},
    {&tc_parser_msgtrk_csv, TRACKED ROW("05/03/2024 07:00:00") ROW("05/20/2024 07:00:00"), false,
     "2024-05-03T07:00:00Z"},
    {&tc_parser_eventviewer_csv, HELD EVENT("2/5/2024 6:00:47 πμ") EVENT("26/5/2024 6:00:47 μμ"),
     false, "2024-05-02T06:00:47Z"},
    /* Nobody writes months first and pads the day alone. */
    {&tc_parser_eventviewer_csv, HELD EVENT("2/05/2024 6:00:47 AM"), false, "2024-05-02T06:00:47Z"},
    /* Rows go one way: up, or down where the newest come first. */
    {&tc_parser_msgtrk_csv,
     TRACKED ROW("12/5/2024 7:00:00 AM") ROW("1/6/2024 7:00:00 AM") ROW("3/7/2024 7:00:00 AM"),
     false, "2024-06-01T07:00:00Z"},
    {&tc_parser_msgtrk_csv,
     TRACKED ROW("3/7/2024 7:00:00 AM") ROW("1/6/2024 7:00:00 AM") ROW("12/5/2024 7:00:00 AM"),
     false, "2024-06-01T07:00:00Z"},
    /* Single days, in whatever order. */
    {&tc_parser_msgtrk_csv,
     TRACKED ROW("3/5/2024 7:00:00 AM") ROW("1/5/2024 7:00:00 AM") ROW("2/5/2024 7:00:00 AM"),
     false, "2024-05-03T07:00:00Z"},
    {&tc_parser_msgtrk_csv, TRACKED ROW("05/03/2024 07:00:00") ROW("05/02/2024 07:00:00"), false,
     "2024-05-03T07:00:00Z"},
    /* Other columns are strangers'. */
    {&tc_parser_msgtrk_csv,
     TRACKED "5/3/2024 7:00:00 AM,SMTP,SEND,a@b.example,20/04/2024 7:00:00 AM\r\n", true,
     "2024-05-03T07:00:00Z"},
    /* Nothing tells: as the form is usually meant, and it is said. */
    {&tc_parser_msgtrk_csv, TRACKED ROW("5/3/2024 7:00:00 AM"), true, "2024-05-03T07:00:00Z"},
    {&tc_parser_msgtrk_csv, TRACKED ROW("03/05/2024 07:00:00"), true, "2024-05-03T07:00:00Z"},
    {&tc_parser_msgtrk_csv, TRACKED ROW("03/05/2024 07:00:00 a. m."), true, "2024-05-03T07:00:00Z"},
    {&tc_parser_msgtrk_csv, TRACKED ROW("5/5/2024 7:00:00 AM"), false, "2024-05-05T07:00:00Z"},
    /* Two systems' in one: each by its form. */
    {&tc_parser_msgtrk_csv,
     TRACKED ROW("20/04/2024 07:00:00") ROW("4/20/2024 7:00:00 AM") ROW("5/3/2024 7:00:00 AM"),
     true, "2024-05-03T07:00:00Z"},
    /* Forms that leave nothing open. */
    {&tc_parser_msgtrk_csv, TRACKED ROW("03.05.2024 07:00:00") ROW("2024-05-03 07:00:00"), false,
     "2024-05-03T07:00:00Z"},
    {&tc_parser_powershell_list, LISTED("1/05/2024 7:00:00 AM") LISTED("3/05/2024 7:00:00 AM"),
     false, "2024-05-03T07:00:00Z"},
};

static tc_columns learned(const date_case *c)
{
    tc_columns columns = {.rows = 0};
    cr_assert(!tc_failed(c->parser->columns->learn_writing(
        c->parser, tc_slice_of(c->text), TC_EMPTY_SLICE, TC_EMPTY_SLICE, &columns)));
    return columns;
}

Test(export_dates, are_of_one_order_in_one_export)
{
    for (size_t i = 0; i < TC_COUNT_OF(cases); i++) {
        const date_case *c = &cases[i];
        tc_chunker chunker = {.parser = c->parser};
        tc_chunker_run(&chunker, tc_slice_of(c->text));
        tc_slice shown = tc_chunker_text(&chunker);
        cr_expect(tc_chunker_sound(&chunker, tc_slice_of(c->text)), "%s", c->text);
        cr_expect_neq(tc_slice_search(shown, tc_slice_of(c->want)), TC_NPOS, "%s: %.*s", c->text,
                      (int)shown.len, shown.ptr);
        cr_expect_eq(learned(c).open, c->open, "%s", c->text);
        tc_chunker_done(&chunker);
    }
}

Test(export_dates, are_told_by_what_follows_the_head_too)
{
    const char *text = TRACKED ROW("5/3/2024 7:00:00 AM");
    tc_columns columns = {.rows = 0};
    cr_assert(!tc_failed(tc_parser_msgtrk_csv.columns->learn_writing(
        &tc_parser_msgtrk_csv, tc_slice_of(text),
        TC_LIT("MTP,SEND,a@b.example,cut\r\n" ROW("20/4/2024 7:00:00 AM")), TC_EMPTY_SLICE,
        &columns)));
    cr_expect(!columns.open);
    cr_expect(tc_slice_equal(columns.lists, TC_LIT("@day/month")));
}
