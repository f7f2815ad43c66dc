/* A break anywhere in an instant: what is loaded judges on as what was saved. */
#include "detector/memory/dedupe.h"
#include "parsers/base/alloc.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

enum { STEPS = 400, SOURCES = 3 };

static uint32_t roll(uint64_t *dice, uint32_t sides)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*dice >> 33) % sides;
}

/* In the next run the sources come the other way round. */
static uint32_t rename_source(void *context, uint32_t source, bool loading)
{
    (void)context;
    if (!loading) return source + 5;
    return source >= 5 && source < 5 + SOURCES ? SOURCES + 4 - source : UINT32_MAX;
}

static tc_code visit(tc_dedupe *d, tc_visit *v)
{
    tc_references r = {.source = rename_source};
    tc_dedupe_visit(d, v, &r);
    tc_code code = tc_visit_status(v).code;
    tc_visit_free(v);
    return code;
}

/* Instants of about fifty records; every statement comes twice now and then. */
static tc_observation next(uint64_t *dice, tc_time *time, bool turned)
{
    tc_observation o = {.kind = TC_OBS_WEB_LOGON};
    if (roll(dice, 50) == 0) *time += TC_SECOND;
    o.order = (tc_order){.time = *time,
                         .rank = roll(dice, 2),
                         .record_hash = roll(dice, 9),
                         .position = roll(dice, 4)};
    uint32_t source = roll(dice, SOURCES);
    o.at.source = turned ? SOURCES - 1 - source : source;
    return o;
}

static void expect_same_rest(tc_dedupe *whole, tc_dedupe *loaded, uint64_t dice, tc_time time)
{
    for (uint32_t n = 0; n < 120; n++) {
        uint64_t again = dice;
        tc_time again_time = time;
        tc_observation a = next(&dice, &time, false), b = next(&again, &again_time, true);
        cr_expect_eq(tc_dedupe_is_copy(whole, &a), tc_dedupe_is_copy(loaded, &b), "after %u", n);
    }
}

static tc_dedupe *after(uint32_t steps, uint64_t *dice, tc_time *time, uint32_t *ret_copies)
{
    tc_dedupe *d = tc_dedupe_new(SOURCES);
    cr_assert_not_null(d);
    *dice = 7;
    *time = TC_DAY;
    for (uint32_t n = 0; n < steps; n++) {
        tc_observation o = next(dice, time, false);
        *ret_copies += tc_dedupe_is_copy(d, &o);
    }
    return d;
}

Test(dedupe_visit, a_break_anywhere_changes_nothing)
{
    uint32_t copies = 0;
    for (uint32_t k = 0; k < STEPS; k++) {
        uint64_t dice;
        tc_time time;
        tc_dedupe *d = after(k, &dice, &time, &copies), *loaded = tc_dedupe_new(SOURCES);
        tape *t = tape_new();
        cr_assert_eq(visit(d, tape_saver(t)), TC_OK);
        cr_assert_eq(visit(loaded, tape_loader(t)), TC_OK);
        for (uint32_t source = 0; source < SOURCES; source++)
            cr_expect_eq(tc_dedupe_copies(loaded, source), 0, "they are of that run");
        expect_same_rest(d, loaded, dice, time);
        tc_dedupe_free(d);
        tc_dedupe_free(loaded);
        tape_free(t);
    }
    cr_expect_gt(copies, STEPS);
}

Test(dedupe_visit, what_is_loaded_is_saved_as_it_was)
{
    tc_references r = {0};
    tc_dedupe *d = tc_dedupe_new(SOURCES), *loaded = tc_dedupe_new(SOURCES);
    tape *t = tape_new(), *again = tape_new();
    for (uint64_t hash = 0; hash < 3 * TC_DEDUPE_MAX; hash++) {
        tc_observation o = {.order = {.time = 5, .record_hash = hash << 30},
                            .at = {.source = (uint32_t)(hash % SOURCES)},
                            .kind = TC_OBS_WEB_LOGON};
        cr_assert_not(tc_dedupe_is_copy(d, &o));
    }
    cr_assert_gt(tc_dedupe_unjudged(d), TC_DEDUPE_MAX);
    tc_visit *visits[] = {tape_saver(t), tape_loader(t), tape_saver(again)};
    for (size_t i = 0; i < TC_COUNT_OF(visits); i++) {
        tc_dedupe_visit(i == 0 ? d : loaded, visits[i], &r);
        cr_assert(!tc_visit_failed(visits[i]));
        tc_visit_free(visits[i]);
    }
    cr_expect(tape_equal(t, again));
    cr_expect_eq(tc_dedupe_unjudged(loaded), tc_dedupe_unjudged(d));
    tc_dedupe_free(d);
    tc_dedupe_free(loaded);
    tape_free(t);
    tape_free(again);
}

static bool survives(const tape *good, uint64_t change, uint64_t dice, tc_time time)
{
    tape *t = tape_copy(good);
    tc_dedupe *d = tc_dedupe_new(SOURCES);
    tape_damage(t, change);
    bool loaded = visit(d, tape_loader(t)) == TC_OK;
    for (uint32_t n = 0; loaded && n < 50; n++) {
        tc_observation o = next(&dice, &time, false);
        (void)tc_dedupe_is_copy(d, &o);
    }
    tc_dedupe_free(d);
    tape_free(t);
    return loaded;
}

Test(dedupe_visit, damage_breaks_nothing)
{
    uint64_t dice;
    tc_time time;
    uint32_t copies = 0, loaded = 0;
    tc_dedupe *d = after(230, &dice, &time, &copies);
    tape *t = tape_new();
    cr_assert_eq(visit(d, tape_saver(t)), TC_OK);
    size_t length = t->length;
    for (uint64_t n = 1; n <= 3000; n++)
        loaded += survives(t, n * UINT64_C(0x9E3779B97F4A7C15), dice, time);
    cr_expect(loaded > 100 && loaded < 2900, "%u", loaded);
    for (t->length = 0; t->length < length; t->length++) {
        tc_dedupe *torn = tc_dedupe_new(SOURCES);
        cr_expect_eq(visit(torn, tape_loader(t)), TC_ESYNTAX, "%zu bytes", t->length);
        tc_dedupe_free(torn);
    }
    tc_dedupe_free(d);
    tape_free(t);
}

Test(dedupe_visit, lack_of_memory_is_said)
{
    uint32_t copies = 0;
    uint64_t dice;
    tc_time time;
    tc_dedupe *d = after(10, &dice, &time, &copies), *loaded = tc_dedupe_new(SOURCES);
    tape *t = tape_new();
    for (uint64_t hash = 0; hash < 1000; hash++) {
        tc_observation o = {.order = {.time = time, .record_hash = hash}, .kind = TC_OBS_WEB_LOGON};
        (void)tc_dedupe_is_copy(d, &o);
    }
    cr_assert_eq(visit(d, tape_saver(t)), TC_OK);
    tc_visit *v = tape_loader(t);
    tc_alloc_fail_after(1);
    tc_code code = visit(loaded, v);
    tc_alloc_fail_after(0);
    cr_expect_eq(code, TC_ENOMEM);
    tc_dedupe_free(d);
    tc_dedupe_free(loaded);
    tape_free(t);
}
