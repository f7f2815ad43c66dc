#include "detector/pipeline/scan_worker.h"
#include "detector/pipeline/sources.h"
#include "tests/unit/pipeline/logs.h"

#include <criterion/criterion.h>

TestSuite(sources, .init = init_files, .fini = done_files);

static uint64_t state;

static uint32_t roll(uint32_t sides)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % sides;
}

/* What a worker says of a block with these times. */
static tc_block_result block_of(uint32_t source, uint64_t sequence, bool last, const int *seconds,
                                size_t count)
{
    tc_block_result r = {.source = source, .sequence = sequence, .last = last};
    r.first = r.last_time = TC_TIME_NONE;
    for (size_t i = 0; i < count; i++)
        tc_note_time(&r, AT(seconds[i]));
    return r;
}

static void note(tc_sources *s, uint32_t source, uint64_t sequence, bool last, int least, int most)
{
    int seconds[] = {least, most};
    tc_block_result r = block_of(source, sequence, last, seconds, 2);
    cr_assert_eq(tc_sources_note(s, &r).code, TC_OK);
}

Test(sources, the_watermark_is_the_oldest_that_may_still_come)
{
    put_iis("a.log", (int[]){1000, 9000}, 2);
    put_iis("b.log", (int[]){2000, 9000}, 2);
    put_iis("c.log", (int[]){3000, 9000}, 2);
    tc_input *input = open_logs();
    uint32_t a = source_index(input, "/a.log"), b = source_index(input, "/b.log"),
             c = source_index(input, "/c.log");
    tc_reading *reading = tc_reading_new(input);
    tc_sources *s = tc_sources_new(input, reading);
    cr_expect_eq(tc_sources_watermark(s), AT(1000) - IIS_LATENESS, "nothing was read");
    note(s, a, 0, false, 1000, 1500);
    cr_expect_eq(tc_sources_watermark(s), AT(1500) - IIS_LATENESS, "a's newest");
    note(s, a, 2, true, 2500, 2600);
    cr_expect_eq(tc_sources_watermark(s), AT(1500) - IIS_LATENESS, "a's second block is missing");
    note(s, b, 0, false, 2000, 2050);
    cr_expect_eq(tc_sources_watermark(s), AT(1500) - IIS_LATENESS, "b is newer");
    note(s, a, 1, false, 1600, 2200);
    cr_expect_eq(tc_sources_watermark(s), AT(2050) - IIS_LATENESS, "a is finished");
    note(s, c, 0, true, 3000, 9000);
    cr_expect_eq(tc_sources_watermark(s), AT(2050) - IIS_LATENESS, "only b is left");
    note(s, b, 1, true, 2100, 9000);
    cr_expect_eq(tc_sources_watermark(s), TC_TIME_MAX);
    cr_expect(!tc_sources_broken(s));
    tc_sources_free(s);
    tc_reading_free(reading);
    close_logs(input);
}

Test(sources, nothing_is_released_while_a_held_one_is_read_or_nothing_is_known)
{
    put_iis("a.log", (int[]){1000, 9000}, 2);
    put_events("e.jsonl", (int[]){500, 100}, 2);
    tc_input *input = open_logs();
    uint32_t a = source_index(input, "/a.log"), e = source_index(input, "/e.jsonl");
    tc_reading *reading = tc_reading_new(input);
    tc_sources *s = tc_sources_new(input, reading);
    cr_expect_eq(tc_sources_watermark(s), TC_TIME_NONE);
    note(s, e, 0, false, 100, 500);
    note(s, a, 0, false, 1000, 2000);
    cr_expect_eq(tc_sources_watermark(s), TC_TIME_NONE, "the held one goes on");
    note(s, e, 1, true, 0, 50);
    cr_expect_eq(tc_sources_watermark(s), AT(2000) - IIS_LATENESS);
    cr_expect_eq(tc_sources_disordered(s), 0, "no order was promised for it");
    tc_sources_free(s);
    tc_reading_free(reading);
    close_logs(input);
}

Test(sources, a_failure_ends_a_source_and_its_bound)
{
    put_iis("a.log", (int[]){1000}, 1);
    put_iis("b.log", (int[]){5000}, 1);
    tc_input *input = open_logs();
    tc_reading *reading = tc_reading_new(input);
    tc_sources *s = tc_sources_new(input, reading);
    tc_block_result r = block_of(source_index(input, "/a.log"), 0, true, NULL, 0);
    r.failed = true;
    (void)tc_fail(&r.error, TC_EIO, "gone");
    cr_assert_eq(tc_sources_note(s, &r).code, TC_OK);
    cr_expect_eq(tc_sources_watermark(s), AT(5000) - IIS_LATENESS);
    cr_expect(tc_sources_progress(s, r.source)->failed);
    cr_expect_str_eq(tc_sources_progress(s, r.source)->error.text, "gone");
    tc_sources_free(s);
    tc_reading_free(reading);
    close_logs(input);
}

Test(sources, the_watermark_counts_in_whole_milliseconds_as_the_order_does)
{
    put_iis("a.log", (int[]){1000}, 1);
    tc_input *input = open_logs();
    tc_reading *reading = tc_reading_new(input);
    tc_sources *s = tc_sources_new(input, reading);
    tc_block_result r = block_of(0, 0, false, NULL, 0);
    tc_note_time(&r, AT(2000) + 1234567);
    cr_assert_eq(tc_sources_note(s, &r).code, TC_OK);
    cr_expect_eq(tc_sources_watermark(s), AT(2000) + 1000000 - IIS_LATENESS);
    tc_sources_free(s);
    tc_reading_free(reading);
    close_logs(input);
}

enum { RECORDS = 60 };

/* The definition: a record older than the newest before it by more than the lateness. */
static bool is_disordered(const int *seconds)
{
    int newest = seconds[0];
    for (size_t i = 1; i < RECORDS; i++) {
        if (newest - seconds[i] > IIS_LATENESS / TC_SECOND) return true;
        newest = TC_MAX(newest, seconds[i]);
    }
    return false;
}

/* Cuts the records anywhere, shuffles the blocks, and books them. */
static bool book_anyhow(const tc_input *input, const tc_reading *reading, const int *seconds)
{
    tc_block_result blocks[2 * RECORDS];
    size_t count = 0;
    for (size_t at = 0; at < RECORDS;) {
        size_t part = roll(9); /* some blocks are empty */
        part = TC_MIN(part, RECORDS - at);
        blocks[count] = block_of(0, count, false, seconds + at, part);
        at += part;
        count++;
        TC_ASSERT(count < TC_COUNT_OF(blocks));
    }
    blocks[count - 1].last = true;
    for (size_t i = count; i > 1; i--) {
        size_t other = roll((uint32_t)i);
        tc_block_result moved = blocks[other];
        blocks[other] = blocks[i - 1];
        blocks[i - 1] = moved;
    }
    tc_sources *s = tc_sources_new(input, reading);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(tc_sources_note(s, &blocks[i]).code, TC_OK);
    cr_expect(tc_sources_progress(s, 0)->finished);
    bool disordered = tc_sources_progress(s, 0)->disordered;
    cr_expect_eq(tc_sources_broken(s), disordered);
    cr_expect_eq(tc_sources_disordered(s), disordered ? 1 : 0);
    tc_sources_free(s);
    return disordered;
}

Test(sources, disorder_is_found_by_content_however_blocks_are_cut_and_come)
{
    put_iis("a.log", (int[]){0}, 1);
    tc_input *input = open_logs();
    tc_reading *reading = tc_reading_new(input);
    size_t found = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        int seconds[RECORDS], now = 0;
        state = seed;
        for (size_t i = 0; i < RECORDS; i++) {
            now += (int)roll(100);
            seconds[i] = now - (int)roll(290);
        }
        /* About half of them fall just as far as is allowed, or one second further. */
        size_t fall = 1 + roll(RECORDS - 1);
        int newest = seconds[0];
        for (size_t i = 1; i < fall; i++)
            newest = TC_MAX(newest, seconds[i]);
        seconds[fall] = newest - 300 - (int)roll(2);
        bool wanted = is_disordered(seconds);
        found += wanted ? 1 : 0;
        for (int cut = 0; cut < 5; cut++)
            cr_expect_eq(book_anyhow(input, reading, seconds), wanted, "seed %" PRIu64, seed);
    }
    cr_expect(found > 50 && found < 350, "%zu", found);
    tc_reading_free(reading);
    close_logs(input);
}

Test(sources, moves_events_between_its_books_and_never_more_than_there_are)
{
    put_iis("a.log", (int[]){0}, 1);
    tc_input *input = open_logs();
    tc_sources *s = tc_sources_new(input, NULL);
    tc_block_result r = block_of(0, 0, true, (int[]){1}, 1);
    r.ledger.events.delivered = 10;
    cr_assert_eq(tc_sources_note(s, &r).code, TC_OK);
    tc_sources_book_copies(s, 0, 3);
    tc_sources_book_late(s, 0, 99);
    const tc_ledger *l = &tc_sources_progress(s, 0)->ledger;
    cr_expect_eq(l->events.delivered, 0);
    cr_expect_eq(l->events.duplicate, 3);
    cr_expect_eq(l->events.late, 7);
    tc_sources_free(s);
    close_logs(input);
}
