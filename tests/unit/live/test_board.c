#include "detector/live/board.h"

#include "detector/live/incident_page.h"
#include "parsers/base/arena.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1300000000) * TC_SECOND)

static tc_alert alert(uint32_t number, tc_transition transition, tc_level level)
{
    tc_alert a = {.transition = transition,
                  .level = level,
                  .time = NOW,
                  .start = NOW - TC_HOUR,
                  .end = NOW,
                  .message = TC_LIT("somebody reads along")};
    snprintf(a.incident_id, sizeof(a.incident_id), "%032x", number);
    return a;
}

static void note(tc_board *b, uint32_t number, tc_transition transition, tc_level level)
{
    tc_alert a = alert(number, transition, level);
    tc_board_note(b, &a, NOW);
}

static const tc_board_row *row(const tc_board *b, uint32_t number)
{
    bool several;
    tc_alert a = alert(number, TC_TRANSITION_OPENED, TC_LEVEL_LOW);
    return tc_board_find(b, tc_slice_of(a.incident_id), &several);
}

static bool silent(const tc_board *b, uint32_t number, tc_level level, tc_time now)
{
    tc_alert a = alert(number, TC_TRANSITION_GROWN, level);
    return tc_board_is_silent(b, &a, now);
}

static const tc_said said = {TC_LIT("ann"), TC_LIT("look"), NOW};

Test(board, who_acknowledged_what_stands_there_until_it_rises)
{
    tc_board *b = tc_board_new();
    note(b, 1, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_board_acknowledge(b, row(b, 1)->id, &said);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_ACKNOWLEDGED);
    cr_expect_str_eq(row(b, 1)->by, "ann");
    note(b, 1, TC_TRANSITION_GROWN, TC_LEVEL_HIGH);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_ACKNOWLEDGED);
    note(b, 1, TC_TRANSITION_RAISED, TC_LEVEL_CRITICAL);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_OPEN);
    tc_board_free(b);
}

Test(board, a_silence_ends_by_time_or_by_a_rise)
{
    tc_board *b = tc_board_new();
    note(b, 1, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    cr_expect(!silent(b, 1, TC_LEVEL_HIGH, NOW));
    tc_board_silence(b, row(b, 1)->id, NOW + TC_HOUR, &said);
    cr_expect(silent(b, 1, TC_LEVEL_HIGH, NOW));
    cr_expect(silent(b, 1, TC_LEVEL_LOW, NOW));
    cr_expect(!silent(b, 1, TC_LEVEL_CRITICAL, NOW));
    cr_expect(!silent(b, 1, TC_LEVEL_HIGH, NOW + TC_HOUR));
    cr_expect(!silent(b, 2, TC_LEVEL_HIGH, NOW), "nobody knows it");
    note(b, 1, TC_TRANSITION_RAISED, TC_LEVEL_CRITICAL);
    cr_expect(!silent(b, 1, TC_LEVEL_CRITICAL, NOW));
    tc_board_free(b);
}

Test(board, what_was_closed_is_silent_until_it_rises)
{
    tc_board *b = tc_board_new();
    note(b, 1, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_board_close(b, row(b, 1)->id, false, &said);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_DISMISSED);
    cr_expect(silent(b, 1, TC_LEVEL_HIGH, NOW + 365 * TC_DAY));
    note(b, 1, TC_TRANSITION_GROWN, TC_LEVEL_HIGH);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_DISMISSED);
    cr_expect(!silent(b, 1, TC_LEVEL_CRITICAL, NOW));
    note(b, 1, TC_TRANSITION_RAISED, TC_LEVEL_CRITICAL);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_OPEN);
    tc_board_close(b, row(b, 1)->id, true, &said);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_CONFIRMED);
    tc_board_free(b);
}

Test(board, what_is_merged_or_over_says_so)
{
    tc_board *b = tc_board_new();
    note(b, 1, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    note(b, 2, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_alert merged = alert(2, TC_TRANSITION_MERGED, TC_LEVEL_HIGH);
    memcpy(merged.merged_into, row(b, 1)->id, sizeof(merged.merged_into));
    tc_board_note(b, &merged, NOW);
    cr_expect_eq(row(b, 2)->stand, TC_STAND_MERGED);
    cr_expect_str_eq(row(b, 2)->merged_into, row(b, 1)->id);
    note(b, 1, TC_TRANSITION_CLOSED, TC_LEVEL_HIGH);
    cr_expect_eq(row(b, 1)->stand, TC_STAND_OVER);
    tc_board_free(b);
}

Test(board, is_bounded_and_gives_up_what_matters_least)
{
    char gone[33];
    size_t left = 0;
    tc_board *b = tc_board_new();
    note(b, 0, TC_TRANSITION_OPENED, TC_LEVEL_CRITICAL);
    note(b, 1, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_board_close(b, row(b, 1)->id, true, &said);
    for (uint32_t i = 2; i < TC_BOARD_MAX + 3; i++)
        note(b, i, TC_TRANSITION_OPENED, TC_LEVEL_LOW);
    cr_expect_eq(tc_board_count(b), (size_t)TC_BOARD_MAX);
    cr_expect_not_null(row(b, 0), "the gravest stays");
    cr_expect_null(row(b, 1), "what is closed went first");
    while (tc_board_gone(b, gone))
        left++;
    cr_expect_eq(left, 3u);
    tc_board_free(b);
}

Test(board, is_found_by_a_beginning_that_is_one_only)
{
    bool several;
    tc_board *b = tc_board_new();
    note(b, 0x10, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    note(b, 0x11, TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    cr_expect_null(tc_board_find(b, TC_LIT("0000"), &several));
    cr_expect(several);
    cr_expect_null(tc_board_find(b, TC_LIT("abcd"), &several));
    cr_expect(!several);
    tc_board_free(b);
}

Test(board, a_page_comes_back_as_it_was_and_damage_is_refused)
{
    tc_str bytes;
    tc_error error;
    tc_incident_page loaded;
    tc_incident_page page = {.rules = {TC_LIT("a"), TC_LIT("b")},
                             .mailboxes = {TC_LIT("ann@example.org")},
                             .sources = {{.agent = TC_LIT("Lynx")}},
                             .rule_count = 2,
                             .mailbox_count = 1,
                             .source_count = 1,
                             .text = TC_LIT("page\n"),
                             .json = TC_LIT("{}\n")};
    tc_arena *arena = tc_arena_new((size_t)1 << 20);
    tc_str_init(&bytes, (size_t)1 << 20);
    cr_assert(!tc_failed(tc_incident_page_save(&page, &bytes, &error)));
    cr_assert(!tc_failed(tc_incident_page_load(tc_str_view(&bytes), arena, &loaded, &error)));
    cr_expect_eq(loaded.rule_count, 2u);
    cr_expect(tc_slice_equal(loaded.mailboxes[0], page.mailboxes[0]));
    cr_expect(tc_slice_equal(loaded.sources[0].agent, page.sources[0].agent));
    cr_expect(tc_slice_equal(loaded.text, page.text));
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.data[i] ^= 0x40;
        cr_expect(tc_failed(tc_incident_page_load(tc_str_view(&bytes), arena, &loaded, &error)));
        bytes.data[i] ^= 0x40;
    }
    for (size_t cut = 0; cut < bytes.len; cut++)
        cr_expect(tc_failed(
            tc_incident_page_load(tc_slice_make(bytes.data, cut), arena, &loaded, &error)));
    tc_str_done(&bytes);
    tc_arena_free(arena);
}
