#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

/* Messages of anna's, one a day in the languages given, so that `days` counts them. */
static void speak(tc_derive_bench *b, int day, const char *const *languages, size_t count)
{
    char id[16];
    for (size_t i = 0; i < count; i++) {
        int at = day + (int)i;
        snprintf(id, sizeof(id), "m-%d", at);
        tc_derive_bench_message(b, tc_derive_bench_at(at, 8, 0, 0), "anna@corp.example",
                                languages[i], id);
    }
}

#define SPEAK(b, day, ...)                                                                         \
    speak((b), (day), (const char *const[]){__VA_ARGS__},                                          \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void expect_said(tc_derive_bench *b, const char *text, size_t times)
{
    cr_expect_eq(tc_derive_bench_count(b, text), times, "%s\n%s", text, tc_str_cstr(&b->log));
}

Test(language, a_first_message_stands_to_nothing)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    SPEAK(&b, 1, "en");
    expect_said(&b, "language=en", 1);
    expect_said(&b, "before=", 0);
    tc_derive_bench_stop(&b);
}

Test(language, a_switch_says_how_established_the_old_one_was)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    SPEAK(&b, 1, "en", "en", "en", "en", "zh-Hans");
    expect_said(&b, "language=en before=en share=100 events=3 days=3 streak=0", 1);
    expect_said(&b, "language=zh-Hans before=en share=100 events=4 days=4 streak=1", 1);
    tc_derive_bench_stop(&b);
}

Test(language, one_message_in_another_is_an_accident_and_two_adopt_it)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    SPEAK(&b, 1, "en", "en", "en", "en", "fr", "en", "fr", "fr", "fr", "en");
    /* The lone French one counts against English from the next English one on. */
    expect_said(&b, "language=en before=en share=100 events=4 days=5 streak=0", 1);
    expect_said(&b, "language=fr before=en share=83 events=6 days=6 streak=1", 1);
    expect_said(&b, "language=fr before=en share=83 events=6 days=7 streak=2", 1);
    /* Adopted: what was the own language is now the other one. */
    expect_said(&b, "language=fr before=fr share=100 events=2", 1);
    expect_said(&b, "language=en before=fr share=100 events=3 days=9 streak=1", 1);
    tc_derive_bench_stop(&b);
}

Test(language, two_different_ones_in_a_row_are_no_streak)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    SPEAK(&b, 1, "en", "en", "en", "fr", "de", "fr", "de");
    expect_said(&b, "streak=1", 4);
    expect_said(&b, "streak=2", 0);
    expect_said(&b, "language=de before=en share=60 events=5", 1);
    tc_derive_bench_stop(&b);
}

/* Many messages are halved and never overflow: the share stays what it was. */
Test(language, long_histories_keep_their_share)
{
    tc_derive_bench b;
    char id[16];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 3000; i++) {
        snprintf(id, sizeof(id), "m-%d", i);
        tc_derive_bench_message(&b, tc_derive_bench_at(1 + i / 200, 8, i % 200 / 60, i % 200 % 60),
                                "anna@corp.example", i % 10 == 9 ? "fr" : "en", id);
    }
    tc_str_clear(&b.log);
    tc_derive_bench_message(&b, tc_derive_bench_at(20, 8, 0, 0), "anna@corp.example", "zh-Hans",
                            "last");
    expect_said(&b, "before=en", 1);
    cr_expect_eq(tc_derive_bench_count(&b, "share=8") + tc_derive_bench_count(&b, "share=9"), 1,
                 "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* Two names that turn out to be one mailbox: the one with more messages knows its language. */
Test(language, of_two_names_the_one_that_spoke_more_knows_better)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    SPEAK(&b, 1, "en", "en", "en", "en");
    tc_derive_bench_message(&b, tc_derive_bench_at(5, 8, 0, 0), "anna.old@corp.example", "fr",
                            "x-1");
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_ALIAS, tc_derive_bench_at(6, 8, 0, 0));
    o->flags = TC_OBS_FLAG_VOUCHED;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, "anna.old@corp.example");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, "anna@corp.example");
    tc_derive_bench_feed(&b, o);
    SPEAK(&b, 7, "zh-Hans");
    expect_said(&b, "language=zh-Hans before=en share=100 events=4 days=6 streak=1", 1);
    tc_derive_bench_stop(&b);
}
