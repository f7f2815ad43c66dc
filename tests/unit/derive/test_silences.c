#include "detector/derive/silences.h"

#include "detector/enrich/observation.h"
#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

#define WEB 1
#define MAIL 2

/* A record in each half hour from `from` until before `until`: steps since a Monday. */
static size_t write_log(tc_silences *s, uint64_t host, uint64_t kind, int from, int until,
                        tc_silence *ret)
{
    size_t told = 0;
    for (int step = from; step < until; step++) {
        tc_time time = 4 * TC_DAY + step * TC_ALIVE_STEP;
        tc_log_life life = {host, kind, 7, time + TC_MINUTE, time + 29 * TC_MINUTE};
        told += tc_silences_note(s, &life, ret);
    }
    return told;
}

Test(silences, a_silence_in_usual_hours_is_measured_by_the_first_record_behind_it)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    /* By the step, as time goes. */
    for (int step = 0; step < 3 * 336; step++) {
        cr_expect_eq(write_log(s, 1, WEB, step, step + 1, &silence), 0u);
        cr_expect_eq(write_log(s, 1, MAIL, step, step + 1, &silence), 0u);
    }
    int at = 3 * 336;
    cr_expect_eq(write_log(s, 1, MAIL, at, at + 6, &silence), 0u);
    cr_assert_eq(write_log(s, 1, WEB, at + 6, at + 7, &silence), 1u);
    cr_expect_eq(silence.missed, 6u);
    cr_expect_eq(silence.minutes, 6u * 30 + 2);
    cr_expect_float_eq(silence.others, 1, 1e-9);
    cr_expect_eq(silence.days, 21u);
    cr_expect_float_eq(silence.ratio, 182.0 / 30, 1e-9);
    cr_expect(silence.file_goes_on);
    tc_silences_free(s);
}

Test(silences, what_another_server_writes_does_not_say_that_this_one_was_up)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    for (int step = 0; step < 3 * 336; step++)
        for (uint64_t host = 1; host <= 2; host++)
            write_log(s, host, WEB, step, step + 1, &silence);
    int at = 3 * 336;
    write_log(s, 2, WEB, at, at + 6, &silence);
    cr_assert_eq(write_log(s, 1, WEB, at + 6, at + 7, &silence), 1u);
    cr_expect_float_eq(silence.others, 0, 1e-9);
    tc_silences_free(s);
}

Test(silences, a_week_is_too_short_to_know_what_is_usual)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 336, &silence);
    cr_expect_eq(write_log(s, 1, WEB, 350, 351, &silence), 0u);
    tc_silences_free(s);
}

Test(silences, hours_that_are_often_silent_are_not_missed)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    for (int day = 0; day < 28; day++)
        cr_expect_eq(write_log(s, 1, WEB, day * 48 + 16, day * 48 + 36, &silence), 0u);
    /* Of the working day only its first two hours. */
    cr_assert_eq(write_log(s, 1, WEB, 28 * 48 + 20, 28 * 48 + 21, &silence), 1u);
    cr_expect_eq(silence.missed, 4u);
    tc_silences_free(s);
}

Test(silences, what_becomes_usual_is_told_once)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 3 * 336, &silence);
    for (int week = 3; week < 6; week++) {
        size_t told = write_log(s, 1, WEB, week * 336 + 4, (week + 1) * 336, &silence);
        cr_expect_eq(told, week == 3 ? 1u : 0u, "week %d", week);
    }
    tc_silences_free(s);
}

Test(silences, a_silence_is_held_against_the_longest_of_the_weeks_before)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 3 * 336, &silence);
    write_log(s, 1, WEB, 3 * 336 + 3, 4 * 336, &silence); /* 92 minutes */
    cr_assert_eq(write_log(s, 1, WEB, 4 * 336 + 6, 4 * 336 + 7, &silence), 1u);
    cr_expect_float_eq(silence.ratio, 182.0 / 92, 1e-9);
    /* Two periods later none of them is remembered. */
    write_log(s, 1, WEB, 4 * 336 + 7, 15 * 336, &silence);
    cr_assert_eq(write_log(s, 1, WEB, 15 * 336 + 6, 15 * 336 + 7, &silence), 1u);
    cr_expect_float_eq(silence.ratio, 182.0 / 30, 1e-9);
    tc_silences_free(s);
}

Test(silences, another_file_and_a_silence_of_more_than_a_week)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 3 * 336, &silence);
    tc_time time = 4 * TC_DAY + (3 * 336 + 4) * TC_ALIVE_STEP;
    cr_assert(tc_silences_note(s, &(tc_log_life){1, WEB, 8, time, time}, &silence));
    cr_expect_not(silence.file_goes_on);
    time += 9 * TC_DAY;
    cr_expect_not(tc_silences_note(s, &(tc_log_life){1, WEB, 8, time, time}, &silence));
    tc_silences_free(s);
}

Test(silences, told_again_and_in_other_pieces_it_is_the_same)
{
    tc_silence silence;
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 3 * 336, &silence);
    tc_time time = 4 * TC_DAY + (3 * 336 + 4) * TC_ALIVE_STEP;
    cr_assert(tc_silences_note(s, &(tc_log_life){1, WEB, 7, time, time + TC_MINUTE}, &silence));
    for (int i = 0; i < 3; i++)
        cr_expect_not(
            tc_silences_note(s, &(tc_log_life){1, WEB, 7, time, time + TC_MINUTE}, &silence));
    tc_silences_free(s);
}

Test(silences, at_the_bound_the_longest_silent_log_makes_room)
{
    tc_silence silence;
    tc_bounds bounds = {.count = 0};
    tc_silences *s = tc_silences_new();
    write_log(s, 1, WEB, 0, 3 * 336, &silence);
    for (uint64_t host = 2; host <= TC_SILENCE_LOGS; host++)
        write_log(s, host, WEB, 5, 6, &silence);
    tc_silences_bounds(s, &bounds);
    cr_expect_eq(bounds.count, 0u);
    write_log(s, 1000, WEB, 6, 7, &silence);
    tc_silences_bounds(s, &bounds);
    cr_expect_eq(bounds.count, 1u);
    cr_expect_eq(write_log(s, 1, WEB, 3 * 336 + 4, 3 * 336 + 5, &silence), 1u);
    tc_silences_free(s);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(silences);

/* Half hours of a few logs; now and then they are silent. */
static void step(void *object, size_t n, tc_str *log)
{
    tc_silence silence;
    tc_silences *all = ((bench *)object)->of;
    uint64_t which = n % 4;
    tc_time now = (tc_time)(n / 8) * TC_ALIVE_STEP + stateful_roll(n, 1, 10) * TC_MINUTE;
    if ((n / 8) % 150 < 6 && which < 2) return;
    tc_log_life life = {1 + which / 2, which, stateful_roll(n / 400, 2, 3), now, now + TC_MINUTE};
    bool told = tc_silences_note(all, &life, &silence);
    tc_str_addf(log, "%u ", silence.minutes);
    if (told)
        tc_str_addf(log, "%u %u %.3f %u %d\n", silence.minutes, silence.missed, silence.others,
                    silence.days, silence.file_goes_on);
}

static const stateful silences_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(silences, silences_state, 12000, 500, 300, 300, 1000, 300);
