/* What a load changes on purpose: declared languages, sections of another version, what is only
 * told and not done. The identity stays. */
#include "tests/support/derive_bench.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

static tape *save(tc_derive_bench *b)
{
    tc_references references = {0};
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    tc_deriver_visit(b->deriver, v, &references);
    cr_assert_eq(tc_visit_status(v).code, TC_OK);
    tc_visit_free(v);
    return t;
}

/* Into a new deriver; frees the tape. */
static void load(tc_derive_bench *b, const tc_derive_options *options, tape *t)
{
    tc_references references = {0};
    tc_visit *v = tape_loader(t);
    tc_deriver_free(b->deriver);
    cr_assert(!tc_failed(tc_deriver_new(options, b->identity, b->names, &b->deriver)));
    tc_deriver_visit(b->deriver, v, &references);
    cr_assert_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
    tc_visit_free(v);
    tape_free(t);
}

static void say(tc_derive_bench *b, int day, int number, const char *user, const char *language)
{
    char id[32];
    snprintf(id, sizeof(id), "%d-%d", day, number);
    tc_str_clear(&b->log);
    tc_derive_bench_message(b, tc_derive_bench_at(day, 8, 0, 0) + number * TC_SECOND, user,
                            language, id);
}

/* -- languages ------------------------------------------------------------------------------ */

/* Twelve mailboxes that speak English on two days. */
static void start_speaking(tc_derive_bench *b, const tc_derive_options *options)
{
    char name[40];
    tc_derive_bench_start_with(b, options, (size_t)8 << 20);
    for (int i = 0; i < 24; i++) {
        snprintf(name, sizeof(name), "user%d@corp.example", i % 12);
        say(b, 1 + i / 12, i, name, "en");
    }
}

static bool is_foreign(tc_derive_bench *b, int number, const char *language)
{
    say(b, 3, number, "user1@corp.example", language);
    cr_assert_eq(tc_derive_bench_count(b, "foreign="), 1, "%s", tc_str_cstr(&b->log));
    return tc_derive_bench_count(b, "foreign=true") != 0;
}

Test(derive_reload, the_run_that_loads_says_which_languages_are_declared)
{
    const tc_slice first[] = {TC_LIT("nl"), TC_LIT("fr")}, second[] = {TC_LIT("de"), TC_LIT("nl")};
    tc_derive_bench b;
    start_speaking(&b, &(tc_derive_options){.languages = first, .language_count = 2});
    cr_expect(!is_foreign(&b, 1, "nl") && !is_foreign(&b, 2, "fr") && is_foreign(&b, 3, "de"));
    load(&b, &(tc_derive_options){.languages = second, .language_count = 2}, save(&b));
    cr_expect(!is_foreign(&b, 4, "nl"), "is still declared");
    cr_expect(is_foreign(&b, 5, "fr"), "is not any more");
    cr_expect(!is_foreign(&b, 6, "de"), "is now");
    cr_expect(!is_foreign(&b, 7, "en"), "is what all speak");
    cr_expect_eq(tc_derive_bench_count(&b, "before=en"), 1, "under its number: %s",
                 tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive_reload, languages_that_are_lost_are_lost_with_what_was_said_in_them)
{
    tc_derive_bench b;
    start_speaking(&b, &(tc_derive_options){0});
    say(&b, 3, 0, "user1@corp.example", "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "foreign=true before=en"), 1);
    tape *t = save(&b);
    tape_outdate(t, "deriver languages");
    load(&b, &(tc_derive_options){0}, t);
    say(&b, 4, 0, "user1@corp.example", "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "language=nl new=true uses=0\n"), 1,
                 "nothing is known: %s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* -- password changes ----------------------------------------------------------------------- */

static void change_password(tc_derive_bench *b, tc_time at, const char *user)
{
    tc_str_clear(&b->log);
    tc_derive_bench_account(b, at, user, user, 0);
}

/* What a person has changed is told by the wave alone when it is to be forgotten. */
Test(derive_reload, changes_that_are_lost_are_lost_on_both_sides)
{
    static const char *const sections[] = {"deriver password changes", "people"};

    for (size_t i = 0; i < TC_COUNT_OF(sections); i++) {
        tc_derive_bench b;
        tc_derive_bench_start(&b);
        change_password(&b, tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna");
        change_password(&b, tc_derive_bench_at(1, 8, 1, 0), "CORP\\bert");
        tape *t = save(&b);
        tape_outdate(t, sections[i]);
        load(&b, &(tc_derive_options){0}, t);
        change_password(&b, tc_derive_bench_at(1, 20, 0, 0), "CORP\\anna");
        cr_expect_eq(tc_derive_bench_count(&b, "value=1\n"), 1, "%s", tc_str_cstr(&b.log));
        change_password(&b, tc_derive_bench_at(2, 10, 0, 0), "CORP\\carl");
        cr_expect_eq(tc_derive_bench_count(&b, "value=2\n"), 1, "%s: %s", sections[i],
                     tc_str_cstr(&b.log));
        tc_derive_bench_stop(&b);
    }
}

/* -- what was refused ----------------------------------------------------------------------- */

static uint64_t given_up(tc_derive_bench *b, const char *what)
{
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b->deriver, &bounds);
    for (size_t i = 0; i < bounds.count; i++)
        if (strcmp(bounds.items[i].what, what) == 0) return bounds.items[i].given_up;
    return 0;
}

Test(derive_reload, languages_without_room_stay_counted_and_declared_ones_count_once)
{
    const tc_slice declared[] = {TC_LIT("a-language-that-is-too-long"), TC_LIT("nl")};
    const tc_derive_options options = {.languages = declared, .language_count = 2};
    char language[16];
    tc_derive_bench b;
    tc_derive_bench_start_with(&b, &options, (size_t)8 << 20);
    for (int i = 0; i < 300; i++) {
        snprintf(language, sizeof(language), "x-%d", i);
        say(&b, 1, i, "anna@corp.example", language);
    }
    uint64_t refused = given_up(&b, "languages");
    cr_expect_eq(refused, 300 - 254 + 1);
    load(&b, &options, save(&b));
    cr_expect_eq(given_up(&b, "languages"), refused);
    const tc_slice more[] = {TC_LIT("nl"), TC_LIT("de")};
    load(&b, &(tc_derive_options){.languages = more, .language_count = 2}, save(&b));
    cr_expect_eq(given_up(&b, "languages"), refused, "one that is too long less, one without room");
    tc_derive_bench_stop(&b);
}

Test(derive_reload, changes_without_room_stay_counted)
{
    static const char what[] = "password changes within a day";
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    for (int i = 0; i < 262144 + 3; i++)
        change_password(&b, tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna");
    cr_expect_eq(given_up(&b, what), 3);
    load(&b, &(tc_derive_options){0}, save(&b));
    cr_expect_eq(given_up(&b, what), 3);
    change_password(&b, tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna");
    cr_expect_eq(given_up(&b, what), 4);
    tc_derive_bench_stop(&b);
}
