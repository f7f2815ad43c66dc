#include "detector/live/clock_step.h"
#include "detector/live/watermark.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1300000000) * TC_SECOND)
#define DELAY (2 * TC_MINUTE)

static tc_watermark *fresh(int64_t delay)
{
    tc_watermark *w = tc_watermark_new(delay, 100);
    cr_assert(w != NULL);
    tc_watermark_hold(w, false);
    return w;
}

static void add(tc_watermark *w, uint64_t group, tc_time first, bool shuffled)
{
    tc_watermark_source s = {
        .group = group, .lateness = 10 * TC_SECOND, .first = first, .shuffled = shuffled};
    cr_assert(!tc_failed(tc_watermark_add(w, &s)));
}

Test(watermark, is_the_least_of_the_newest_records_less_the_delay)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_HOUR, false);
    add(w, 2, NOW - 3 * TC_HOUR, false);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - 3 * TC_HOUR - DELAY);
    tc_watermark_read(w, 1, NOW - 3 * TC_HOUR, NOW - TC_MINUTE, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - TC_HOUR - DELAY);
    tc_watermark_read(w, 0, NOW - TC_HOUR, NOW - TC_SECOND, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - TC_MINUTE - DELAY);
    tc_watermark_free(w);
}

Test(watermark, a_source_with_a_delay_of_its_own_holds_by_that)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_MINUTE, false);
    tc_watermark_source slow = {.group = 2, .delay = TC_HOUR, .first = NOW - TC_MINUTE};
    cr_assert(!tc_failed(tc_watermark_add(w, &slow)));
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - TC_MINUTE - TC_HOUR);
    /* All are silent: the clock is held by the longest. */
    tc_watermark_caught_up(w, 0, true, NOW);
    tc_watermark_caught_up(w, 1, true, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW + 5 * TC_HOUR), NOW + 4 * TC_HOUR);
    tc_watermark_free(w);
    /* And not by what nobody waits for. */
    w = fresh(0);
    tc_watermark_source quick = {.group = 1, .delay = TC_SECOND, .first = NOW};
    cr_assert(!tc_failed(tc_watermark_add(w, &quick)));
    tc_watermark_caught_up(w, 0, true, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW + TC_HOUR), NOW + TC_HOUR - TC_SECOND);
    tc_watermark_free(w);
}

Test(watermark, never_goes_back_and_never_passes_the_clock_less_the_delay)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_HOUR, false);
    tc_watermark_read(w, 0, NOW, NOW + 200 * TC_DAY, NOW); /* a date far ahead */
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - DELAY);
    cr_expect_eq(tc_watermark_at(w, false, NOW - TC_HOUR), NOW - DELAY, "the clock was set back");
    add(w, 1, NOW - TC_DAY, false);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - DELAY, "a file with old records came");
    cr_expect_eq(tc_watermark_clamp(NOW + TC_DAY, NOW), NOW + TC_WATERMARK_AHEAD);
    cr_expect_eq(tc_watermark_clamp(NOW, NOW), NOW);
    tc_watermark_free(w);
}

static void add_of(tc_watermark *w, uint64_t series, tc_time first)
{
    tc_watermark_source s = {
        .group = 1, .series = series, .lateness = 10 * TC_SECOND, .first = first};
    cr_assert(!tc_failed(tc_watermark_add(w, &s)));
}

/* Read to its end: records of one time. */
static void read_whole(tc_watermark *w, uint32_t source, tc_time at, tc_time now)
{
    tc_watermark_read(w, source, at, at, now);
    tc_watermark_caught_up(w, source, true, now);
}

Test(watermark, a_log_that_was_turned_does_not_hold_beside_the_one_that_goes_on)
{
    tc_watermark *w = fresh(0);
    tc_time end = NOW - TC_MINUTE;
    add_of(w, 7, end);
    read_whole(w, 0, end, NOW);
    add_of(w, 7, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), end - DELAY, "nothing was read of it yet");
    read_whole(w, 1, NOW, NOW + TC_SECOND);
    cr_expect_eq(tc_watermark_at(w, false, NOW + TC_SECOND), NOW - DELAY);
    /* A last line of the other, and it is where it was; what comes within its delay is not late. */
    read_whole(w, 0, end + TC_SECOND, NOW + TC_MINUTE);
    read_whole(w, 1, NOW + TC_MINUTE, NOW + TC_MINUTE);
    tc_time at = tc_watermark_at(w, false, NOW + TC_MINUTE);
    cr_expect_eq(at, NOW + TC_MINUTE - DELAY);
    /* A third one: the first two do not hold. */
    add_of(w, 7, NOW + 2 * TC_MINUTE);
    read_whole(w, 2, NOW + 2 * TC_MINUTE, NOW + 2 * TC_MINUTE);
    cr_expect_eq(tc_watermark_at(w, false, NOW + 2 * TC_MINUTE), NOW + 2 * TC_MINUTE - DELAY);
    /* What is still to be read holds always. */
    tc_watermark_caught_up(w, 0, false, NOW + 3 * TC_MINUTE);
    read_whole(w, 2, NOW + 3 * TC_MINUTE, NOW + 3 * TC_MINUTE);
    cr_expect_eq(tc_watermark_at(w, false, NOW + 3 * TC_MINUTE), NOW + 2 * TC_MINUTE - DELAY);
    tc_watermark_free(w);
}

Test(watermark, no_other_log_stands_for_one_that_is_silent)
{
    static const struct {
        const char *what;
        uint64_t series;
        int64_t begins; /* after the end of the first */
        bool half, goes_on, holds;
    } rows[] = {
        {"of another series", 8, TC_SECOND, false, false, true},
        {"of none", 0, TC_SECOND, false, false, true},
        {"it began before", 7, -TC_MINUTE, false, false, true},
        {"within the lateness of the format", 7, -10 * TC_SECOND, false, false, false},
        {"half a record waits", 7, TC_SECOND, true, false, true},
        {"the first goes on", 7, TC_SECOND, false, true, true},
        {"it goes on where the first ends", 7, 0, false, false, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_watermark *w = fresh(0);
        tc_time end = NOW - TC_MINUTE, last = NOW + TC_MINUTE;
        add_of(w, 7, end - TC_HOUR);
        tc_watermark_read(w, 0, end - TC_HOUR, end, NOW - TC_MINUTE);
        tc_watermark_caught_up(w, 0, true, NOW - TC_MINUTE);
        tc_watermark_half(w, 0, rows[i].half);
        add_of(w, rows[i].series, end + rows[i].begins);
        tc_watermark_read(w, 1, end + rows[i].begins, NOW, NOW);
        if (rows[i].goes_on) {
            end = NOW - 5 * TC_SECOND;
            read_whole(w, 0, end, NOW);
        }
        read_whole(w, 1, last, last);
        tc_time want = (rows[i].holds ? end : last) - DELAY;
        cr_expect_eq(tc_watermark_at(w, false, last), want, "%s", rows[i].what);
        tc_watermark_free(w);
    }
}

Test(watermark, a_source_at_rest_holds_for_its_delay_and_a_minute)
{
    tc_watermark *w = fresh(0);
    tc_time newest = NOW - TC_MINUTE;
    add(w, 1, newest, false);
    tc_watermark_read(w, 0, newest, newest, NOW);
    tc_watermark_caught_up(w, 0, true, NOW);
    tc_time end = NOW + DELAY + TC_WATERMARK_IDLE;
    cr_expect_eq(tc_watermark_at(w, false, end), newest - DELAY);
    cr_expect_eq(tc_watermark_at(w, false, end + TC_SECOND), end + TC_SECOND - DELAY);
    tc_watermark_free(w);
}

Test(watermark, a_source_with_a_backlog_holds_however_long_it_takes)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_DAY, false);
    tc_watermark_caught_up(w, 0, false, NOW);
    cr_expect_eq(tc_watermark_at(w, true, NOW + TC_DAY), NOW - TC_DAY - DELAY);
    tc_watermark_ended(w, 0);
    cr_expect_eq(tc_watermark_at(w, true, NOW + TC_DAY), NOW - TC_DAY - DELAY, "ended, not read");
    tc_watermark_caught_up(w, 0, true, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - DELAY);
    tc_watermark_free(w);
}

Test(watermark, at_rest_says_that_the_delay_is_over)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_DAY, false);
    tc_watermark_read(w, 0, NOW - TC_DAY, NOW - TC_HOUR, NOW);
    tc_watermark_caught_up(w, 0, true, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - TC_HOUR - DELAY);
    cr_expect_eq(tc_watermark_at(w, true, NOW), NOW - DELAY);
    tc_watermark_free(w);
}

Test(watermark, a_shuffled_source_holds_everything_until_it_was_read)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_DAY, true);
    tc_watermark_read(w, 0, NOW - TC_HOUR, NOW, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), TC_TIME_NONE);
    tc_watermark_caught_up(w, 0, true, NOW);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - DELAY);
    tc_watermark_free(w);
}

Test(watermark, holds_until_the_first_look_is_over)
{
    tc_watermark *w = tc_watermark_new(0, 10);
    cr_expect_eq(tc_watermark_at(w, true, NOW), TC_TIME_NONE);
    tc_watermark_start(w, NOW - TC_DAY);
    cr_expect_eq(tc_watermark_at(w, true, NOW), NOW - TC_DAY);
    tc_watermark_hold(w, false);
    cr_expect_eq(tc_watermark_at(w, true, NOW), NOW - TC_DAY, "there is no source");
    add(w, 1, NOW - TC_HOUR, false);
    tc_watermark_caught_up(w, 0, true, NOW);
    cr_expect_eq(tc_watermark_at(w, true, NOW), NOW - DELAY);
    tc_watermark_free(w);
}

/* Records that come so late, at a source that was read to its end before. */
static void come_late(tc_watermark *w, uint32_t source, int64_t delay, tc_time now)
{
    tc_watermark_caught_up(w, source, true, now);
    tc_watermark_read(w, source, now - delay, now, now);
}

Test(watermark, learns_the_longest_delay_of_seven_days)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW - TC_DAY, false);
    add(w, 2, NOW - TC_DAY, false);
    tc_watermark_read(w, 0, NOW - TC_DAY, NOW, NOW);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW), DELAY, "history is no delay");
    come_late(w, 0, TC_HOUR, NOW);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW), TC_HOUR);
    cr_expect_eq(tc_watermark_delay(w, 2, NOW), DELAY);
    come_late(w, 0, 10 * TC_MINUTE, NOW + 3 * TC_DAY);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW + 6 * TC_DAY), TC_HOUR);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW + 7 * TC_DAY), 10 * TC_MINUTE);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW + 11 * TC_DAY), DELAY);
    come_late(w, 0, 10 * TC_MINUTE, NOW + 3 * TC_DAY);
    come_late(w, 0, 25 * TC_HOUR, NOW + 3 * TC_DAY);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW + 7 * TC_DAY), 10 * TC_MINUTE, "more than a day");
    tc_watermark_free(w);
}

Test(watermark, a_configured_delay_counts)
{
    tc_watermark *w = fresh(5 * TC_SECOND);
    add(w, 1, NOW - TC_DAY, false);
    come_late(w, 0, TC_HOUR, NOW);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW), 5 * TC_SECOND);
    cr_expect_eq(tc_watermark_at(w, false, NOW), NOW - 10 * TC_SECOND, "the format's lateness");
    tc_watermark_free(w);
}

Test(watermark, groups_beyond_the_bound_share_one)
{
    tc_watermark *w = tc_watermark_new(0, 10000);
    for (uint64_t i = 0; i < 9000; i++)
        add(w, i + 1, NOW, false);
    come_late(w, 8999, TC_HOUR, NOW);
    cr_expect_eq(tc_watermark_delay(w, 1, NOW), TC_HOUR);
    cr_expect_eq(tc_watermark_delay(w, 2, NOW), DELAY);
    tc_watermark_free(w);
}

Test(watermark, what_was_learned_can_be_saved)
{
    tape *t = tape_new();
    tc_watermark *w = fresh(0), *other = fresh(0);
    add(w, 7, NOW - TC_DAY, false);
    come_late(w, 0, TC_HOUR, NOW);
    tc_visit *v = tape_saver(t);
    tc_watermark_visit(w, v);
    cr_assert(!tc_visit_failed(v));
    tc_visit_free(v);
    v = tape_loader(t);
    tc_watermark_visit(other, v);
    cr_assert(!tc_visit_failed(v));
    tc_visit_free(v);
    cr_expect_eq(tc_watermark_delay(other, 7, NOW), TC_HOUR);
    for (uint64_t dice = 0; dice < 300; dice++) {
        tape *damaged = tape_copy(t);
        tc_watermark *hostile = fresh(0);
        tape_damage(damaged, dice);
        v = tape_loader(damaged);
        tc_watermark_visit(hostile, v);
        int64_t delay = tc_watermark_delay(hostile, 7, NOW);
        cr_expect(delay >= DELAY && delay <= TC_WATERMARK_MOST);
        tc_visit_free(v);
        tc_watermark_free(hostile);
        tape_free(damaged);
    }
    tape_free(t);
    tc_watermark_free(w);
    tc_watermark_free(other);
}

/* A clock that is set forth makes nobody silent, and one that is set back nobody awake. */
Test(watermark, a_clock_that_is_set_changes_nothing_of_silence)
{
    tc_watermark *w = fresh(0);
    add(w, 1, NOW, false);
    tc_watermark_read(w, 0, NOW - TC_DAY, NOW - TC_DAY, NOW);
    tc_watermark_caught_up(w, 0, true, NOW);
    tc_time before = tc_watermark_at(w, false, NOW);
    tc_watermark_clock_set(w, TC_HOUR);
    cr_expect_eq(tc_watermark_at(w, false, NOW + TC_HOUR), before);
    tc_watermark_clock_set(w, -TC_HOUR);
    cr_expect_eq(tc_watermark_at(w, false, NOW), before);
    cr_expect_gt(tc_watermark_at(w, false, NOW + DELAY + TC_WATERMARK_IDLE + 1), before);
    tc_watermark_free(w);
}

Test(watermark, setting_the_clock_is_told_from_time_that_passes)
{
    tc_clock_step step = {0};
    cr_expect_eq(tc_clock_step_look(&step, NOW, 5), 0);
    cr_expect_eq(tc_clock_step_look(&step, NOW + TC_HOUR, 5 + TC_HOUR), 0);
    cr_expect_eq(tc_clock_step_look(&step, NOW + 3 * TC_HOUR, 5 + TC_HOUR), 2 * TC_HOUR);
    cr_expect_eq(tc_clock_step_look(&step, NOW + TC_HOUR, 5 + TC_HOUR), -2 * TC_HOUR);
    cr_expect_eq(tc_clock_step_look(&step, NOW + TC_HOUR + TC_SECOND, 5 + TC_HOUR), 0);
}
