#include "detector/pipeline/reading.h"
#include "tests/unit/pipeline/logs.h"

#include <criterion/criterion.h>
#include <unistd.h>

TestSuite(reading, .init = init_files, .fini = done_files);

static void put_three(void)
{
    put_iis("late.log", (int[]){9000, 9001}, 2);
    put_iis("early.log", (int[]){100, 200}, 2);
    put_events("events.jsonl", (int[]){5000, 50, 8000}, 3);
}

static void expect_order(const tc_reading *r, const tc_input *input, const char *const *wanted)
{
    cr_assert_eq(r->count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect_eq(r->order[i], source_index(input, wanted[i]), "place %u", i);
        cr_expect_eq(r->place[r->order[i]], i);
    }
}

Test(reading, holds_what_no_writer_keeps_in_order_and_reads_it_first)
{
    put_three();
    tc_input *input = open_logs();
    tc_reading *r = tc_reading_new(input);
    expect_order(r, input, (const char *[]){"/events.jsonl", "/early.log", "/late.log"});
    cr_expect(r->held[source_index(input, "/events.jsonl")]);
    cr_expect(!r->held[source_index(input, "/early.log")]);
    cr_expect(!r->held[source_index(input, "/late.log")]);

    bool more[3] = {false};
    more[source_index(input, "/late.log")] = true;
    tc_reading_hold(r, input, more);
    /* Among the held the earlier stands first as well. */
    expect_order(r, input, (const char *[]){"/events.jsonl", "/late.log", "/early.log"});
    cr_expect(r->held[source_index(input, "/events.jsonl")], "it stays held");
    tc_reading_free(r);
    close_logs(input);
}

Test(reading, holds_everything_when_something_can_be_read_only_once)
{
    int ends[2];
    static const char text[] = "#Software: IIS\n#Fields: date time c-ip sc-status\n"
                               "2011-03-01 00:00:00 192.0.2.1 200\n";
    cr_assert(pipe(ends) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    cr_assert(write(ends[1], text, sizeof(text) - 1) == sizeof(text) - 1);
    close(ends[1]);
    put_iis("early.log", (int[]){100, 200}, 2);
    tc_input *input = open_logs_and_stdin();
    tc_reading *r = tc_reading_new(input);
    cr_assert_eq(r->count, 2);
    cr_expect(r->held[0] && r->held[1]);
    tc_reading_free(r);
    close_logs(input);
}
