#include "detector/enrich/worker.h"
#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

static fixture f;

static void setup(void)
{
    fixture_open_front_end(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(alive, .init = setup, .fini = teardown);

static void show(const char *time, const char *computer)
{
    char row[200];
    snprintf(row, sizeof(row), "GET /owa/x - 443 - 203.0.113.9 A 200 0 - %s", computer);
    fixture_show(&f, time, row);
    cr_assert_eq(tc_enrich_alive(f.worker, &f.event).code, TC_OK);
}

static void expect(size_t index, const char *first, const char *last)
{
    char text[TC_TIME_TEXT];
    const tc_observation *o = fixture_at(&f, TC_OBS_ALIVE, index);
    cr_expect_str_eq(tc_time_format(o->order.time, text), first);
    cr_expect_str_eq(tc_time_format(o->last, text), last);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_EXTRA), "web");
}

Test(alive, a_half_hour_is_told_once_with_its_first_and_last_record)
{
    f.nameless = true;
    fixture_block(&f);
    show("2011-03-09T07:10:00Z", "EX01");
    show("2011-03-09T07:29:59Z", "EX01");
    show("2011-03-09T07:05:00Z", "EX01");
    show("2011-03-09T07:30:00Z", "EX01");
    cr_assert_eq(fixture_count(&f, TC_OBS_ALIVE), 2u);
    expect(0, "2011-03-09T07:05:00Z", "2011-03-09T07:29:59Z");
    expect(1, "2011-03-09T07:30:00Z", "2011-03-09T07:30:00Z");
}

/* Where their hashes lie is drawn anew for each run: none of them may put another out. */
Test(alive, servers_that_write_in_turn_are_told_once_each)
{
    f.nameless = true;
    for (unsigned draw = 0; draw < 500; draw++) {
        f.worker->key.k0 += 0x9E3779B97F4A7C15U;
        fixture_block(&f);
        for (int i = 0; i < 4; i++) {
            for (char server = '1'; server <= '8'; server++)
                show("2011-03-09T07:10:00Z", (char[]){'E', 'X', '0', server, '\0'});
        }
        cr_assert_eq(fixture_count(&f, TC_OBS_ALIVE), 8u);
    }
    cr_expect_str_eq(fixture_text(&f, fixture_at(&f, TC_OBS_ALIVE, 0), TC_OBS_TEXT_HOST), "EX01");
    cr_expect_str_eq(fixture_text(&f, fixture_at(&f, TC_OBS_ALIVE, 7), TC_OBS_TEXT_HOST), "EX08");
}

Test(alive, each_block_tells_for_itself)
{
    show("2011-03-09T07:10:00Z", "EX01");
    fixture_block(&f);
    show("2011-03-09T07:11:00Z", "EX01");
    cr_assert_eq(fixture_count(&f, TC_OBS_ALIVE), 1u);
    expect(0, "2011-03-09T07:11:00Z", "2011-03-09T07:11:00Z");
}

Test(alive, a_log_of_no_family_says_nothing)
{
    fixture_windows(&f, "2011-03-09T07:10:00Z", "system",
                    (pair[]){{"EventID", "7036"}, {NULL, NULL}});
    cr_assert_eq(fixture_observe(&f).code, TC_OK);
    cr_assert_eq(tc_enrich_alive(f.worker, &f.event).code, TC_OK);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIVE), 0u);
}

Test(alive, a_batch_that_is_full_takes_it_when_it_is_empty)
{
    f.batch_bytes = (size_t)64 << 10;
    fixture_block(&f);
    tc_status status = {TC_OK};
    char time[64];
    for (int i = 0; i < 4000 && status.code == TC_OK; i++) {
        snprintf(time, sizeof(time), "2011-%02d-%02dT%02d:00:00Z", 1 + i / 600, 1 + i / 24 % 25,
                 i % 24);
        fixture_web(&f, time, "GET /owa/x - 443 - 203.0.113.9 A 200 0 - EX01");
        status = tc_enrich_alive(f.worker, &f.event);
    }
    cr_assert_eq(status.code, TC_ELIMIT);
    size_t before = fixture_count(&f, TC_OBS_ALIVE);
    cr_expect_gt(before, 10u);
    fixture_block(&f);
    cr_assert_eq(tc_enrich_alive(f.worker, &f.event).code, TC_OK);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIVE), 1u);
}
