#include "detector/pipeline/known_sources.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

static tc_known_source source(const char *path, uint64_t key, uint64_t length, tc_time newest)
{
    return (tc_known_source){.path = tc_slice_of(path),
                             .format = TC_LIT("iis-w3c"),
                             .key = key,
                             .head_length = 99,
                             .size = length,
                             .length = length,
                             .newest = newest};
}

static uint32_t note(tc_known_sources *k, const char *path, uint64_t key, uint64_t length,
                     tc_time newest)
{
    tc_known_source s = source(path, key, length, newest);
    return tc_known_sources_note(k, &s);
}

Test(known_sources, are_known_by_content_and_base_name_wherever_they_lie)
{
    tc_known_sources *k = tc_known_sources_new();
    cr_expect_eq(note(k, "/logs/EX01/u_ex110309.log", 7, 100, 5), 0);
    cr_expect_eq(note(k, "/logs/EX01/u_ex110310.log", 8, 100, 5), 1);
    cr_expect_eq(tc_known_sources_find(k, 7, TC_LIT("/elsewhere/u_ex110309.log")), 0);
    cr_expect_eq(tc_known_sources_find(k, 7, TC_LIT("u_ex110309.log.gz")), 0, "packed since");
    cr_expect_eq(tc_known_sources_find(k, 7, TC_LIT("/logs/EX01/u_ex110310.log")), UINT32_MAX);
    cr_expect_eq(tc_known_sources_find(k, 9, TC_LIT("u_ex110309.log")), UINT32_MAX);
    tc_known_sources_free(k);
}

Test(known_sources, what_grew_is_brought_up_to_date_under_its_number)
{
    tc_known_sources *k = tc_known_sources_new();
    note(k, "a.log", 7, 100, 5);
    note(k, "b.log", 7, 100, 5);
    cr_expect_eq(note(k, "a.log", 7, 300, 9), 0);
    cr_expect_eq(note(k, "a.log", 7, 200, 8), 0);
    const tc_known_source *s = tc_known_sources_at(k, 0);
    cr_expect(s->length == 300 && s->newest == 9 && s->size == 200);
    cr_expect_eq(tc_known_sources_count(k), 2);
    tc_known_source late = source("a.log", 7, 300, 9);
    late.late = 4;
    cr_expect_eq(tc_known_sources_note(k, &late), 0);
    cr_expect_eq(note(k, "a.log", 7, 300, 9), 0);
    cr_expect_eq(tc_known_sources_at(k, 0)->late, 4, "nobody has judged them since");
    tc_known_sources_free(k);
}

Test(known_sources, namesakes_are_found_and_one_that_grew_has_another_beginning)
{
    tc_known_sources *k = tc_known_sources_new();
    note(k, "/EX01/u_ex110309.log", 7, 100, 5);
    note(k, "/EX01/u_ex110310.log", 7, 100, 5);
    note(k, "/EX02/u_ex110309.log", 8, 100, 5);
    tc_slice path = TC_LIT("/elsewhere/u_ex110309.log.xz");
    cr_expect_eq(tc_known_sources_named(k, path, UINT32_MAX), 2);
    cr_expect_eq(tc_known_sources_named(k, path, 2), 0);
    cr_expect_eq(tc_known_sources_named(k, path, 0), UINT32_MAX);
    cr_expect_eq(tc_known_sources_named(k, TC_LIT("other"), UINT32_MAX), UINT32_MAX);
    tc_known_sources_rekey(k, 2, 9, 555);
    cr_expect_eq(tc_known_sources_find(k, 9, path), 2);
    cr_expect_eq(tc_known_sources_at(k, 2)->head_length, 555);
    tc_known_sources_free(k);
}

static tape *save(tc_known_sources *k)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    tc_known_sources_visit(k, v);
    cr_assert_not(tc_visit_failed(v));
    tc_visit_free(v);
    return t;
}

static tc_code load(tape *t, tc_known_sources *k)
{
    tc_visit *v = tape_loader(t);
    tc_known_sources_visit(k, v);
    tc_code code = tc_visit_status(v).code;
    tc_visit_free(v);
    return code;
}

static tc_known_sources *some(void)
{
    tc_known_sources *k = tc_known_sources_new();
    char path[32];
    for (uint64_t i = 0; i < 50; i++) {
        snprintf(path, sizeof(path), "/logs/%" PRIu64 ".log", i);
        note(k, path, i / 3, 100 + i, i ? (tc_time)i : TC_TIME_NONE);
    }
    return k;
}

Test(known_sources, come_back_under_their_numbers)
{
    tc_known_sources *k = some(), *back = tc_known_sources_new();
    tape *t = save(k);
    cr_assert_eq(load(t, back), TC_OK);
    cr_expect_eq(tc_known_sources_count(back), 50);
    cr_expect_eq(tc_known_sources_find(back, 4, TC_LIT("13.log")), 13);
    cr_expect_eq(tc_known_sources_at(back, 0)->newest, TC_TIME_NONE);
    cr_expect(tc_slice_equal(tc_known_sources_at(back, 7)->format, TC_LIT("iis-w3c")));
    tape *again = save(back);
    cr_expect(tape_equal(t, again));
    tape_free(again);
    tape_free(t);
    tc_known_sources_free(back);
    tc_known_sources_free(k);
}

Test(known_sources, damage_is_refused_or_read_as_other_sources)
{
    tc_known_sources *k = some();
    tape *t = save(k);
    size_t refused = 0;
    for (uint64_t dice = 1; dice < 3000; dice++) {
        tape *copy = tape_copy(t);
        tc_known_sources *back = tc_known_sources_new();
        tape_damage(copy, dice * UINT64_C(0x9E3779B97F4A7C15));
        refused += load(copy, back) != TC_OK;
        tc_known_sources_free(back);
        tape_free(copy);
    }
    cr_expect(refused > 100, "%zu", refused);
    tape_free(t);
    tc_known_sources_free(k);
}
