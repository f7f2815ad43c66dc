/* The memory of names, saved and loaded: nobody can tell that there was a break. */
#include "parsers/base/alloc.h"
#include "tests/unit/enrich/identity_twins.h"

#include <criterion/criterion.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SLOW = 4 };
#else
enum { SLOW = 1 };
#endif

static tc_identity *make_table(size_t bytes, size_t entities)
{
    return tc_identity_new(&(tc_identity_options){.max_bytes = bytes, .max_entities = entities});
}

static uint32_t name(tc_identity *t, const char *raw)
{
    return tc_identity_name(t, tc_slice_of(raw));
}

/* -- no break can be told ------------------------------------------------------------------- */

typedef struct happened {
    uint64_t early, late; /* forgotten in the first half of the runs, in the second */
    uint64_t refused, conflicts;
} happened;

static void run(happened *sum, twins *t, int statements, int every)
{
    size_t early = 0;
    for (int i = 0; i < statements; i++) {
        twins_say(t, i % every == every - 1);
        if (i % (16 * every) == 0) twins_compare(t);
        if (i == statements / 2) early = t->sides[0].forgotten;
    }
    twins_compare(t);
    sum->early += early;
    sum->late += t->sides[0].forgotten - early;
    sum->refused += tc_identity_refused(t->sides[0].table);
    sum->conflicts += tc_identity_conflicts(t->sides[0].table);
    twins_free(t);
}

Test(identity_visit, saved_after_every_statement)
{
    happened sum = {0};
    for (uint32_t seed = 1; seed <= 4; seed++) {
        run(&sum, twins_new(1 << 20, 6, 5, seed), 400 / SLOW, 1);
        run(&sum, twins_new(1 << 20, 25, 5, seed + 10), 400 / SLOW, 1);
        run(&sum, twins_new(1 << 20, 2, 5, seed + 20), 400 / SLOW, 1);
    }
    cr_expect_gt(sum.early, 100);
    cr_expect_gt(sum.late, 100);
    cr_expect_gt(sum.refused, 10);
    cr_expect_gt(sum.conflicts, 10);
}

Test(identity_visit, a_full_table_saved_now_and_then)
{
    happened sum = {0};
    for (uint32_t seed = 1; seed <= 2; seed++)
        run(&sum, twins_new(0, 0, 800, seed), 8000 / SLOW, 149);
    cr_expect_gt(sum.late, 1000 / SLOW);
}

/* -- what is refused ------------------------------------------------------------------------ */

/* Loads it into the table, which must fail with these words, and frees both. */
static void expect_refused(tape *saved, tc_identity *table, const char *words)
{
    tc_visit *visit = tape_loader(saved);
    tc_identity_visit(table, visit);
    cr_expect_eq(tc_visit_status(visit).code, TC_ESYNTAX);
    cr_expect_str_eq(tc_visit_where(visit), "names");
    cr_expect(strstr(tc_visit_problem(visit), words), "%s", tc_visit_problem(visit));
    tc_visit_free(visit);
    tape_free(saved);
    tc_identity_free(table);
}

static tape *saved_names(unsigned count)
{
    tc_identity *t = make_table(4 << 20, 0);
    for (unsigned i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof(text), "user%u@example.org", i);
        cr_assert_neq(name(t, text), 0);
    }
    tape *saved = identity_saved(t);
    tc_identity_free(t);
    return saved;
}

Test(identity_visit, a_table_that_knows_names_takes_no_state)
{
    tc_identity *t = make_table(1 << 20, 0);
    tc_identity_declare(t, TC_LIT("jdoe@example.org"), TC_LIT("EXAMPLE\\jdoe"));
    expect_refused(saved_names(3), t, "known already");
}

Test(identity_visit, what_does_not_fit_any_more_is_refused)
{
    expect_refused(saved_names(2500), make_table(256 << 10, 0), "more memory");
    expect_refused(saved_names(4000), make_table(256 << 10, 0), "more than can be kept");
}

Test(identity_visit, of_too_many_entities_the_next_statement_forgets_some)
{
    tape *saved = saved_names(10);
    tc_identity *t = make_table(1 << 20, 4);
    cr_assert_not(tc_failed(identity_loaded(saved, t)));
    tape_free(saved);
    cr_expect_eq(tc_identity_count(t), 10);
    tc_identity_begin(t);
    cr_expect_eq(tc_identity_count(t), 4);
    cr_expect_eq(tc_identity_find(t, TC_LIT("user5@example.org")), 0);
    cr_expect_neq(tc_identity_find(t, TC_LIT("user6@example.org")), 0);
    tc_identity_free(t);
}

Test(identity_visit, state_of_another_version_is_passed_over)
{
    tape *saved = tape_new();
    tc_visit *visit = tape_saver(saved);
    uint32_t something = 7;
    cr_assert(tc_visit_begin(visit, "names", 99));
    tc_visit_u32(visit, &something);
    tc_visit_end(visit);
    tc_visit_free(visit);
    tc_identity *t = make_table(1 << 20, 0);
    cr_expect_not(tc_failed(identity_loaded(saved, t)));
    cr_expect_eq(tc_identity_count(t), 0);
    cr_expect_neq(name(t, "jdoe"), 0);
    tape_free(saved);
    tc_identity_free(t);
}

/* -- accounts behind state ------------------------------------------------------------------ */

typedef struct union_told {
    tc_identity *table;
    size_t count;
    tc_entity root, absorbed;
    uint32_t value;
} union_told;

static void note_union(void *context, tc_entity root, tc_entity absorbed)
{
    union_told *told = context;
    told->count++;
    told->root = root;
    told->absorbed = absorbed;
    told->value = tc_identity_absorbed_value(told->table);
}

Test(identity_visit, accounts_are_loaded_after_state_and_tell_whom_they_unite)
{
    tc_identity *before = make_table(1 << 20, 0);
    tc_entity account = name(before, "EXAMPLE\\jdoe"), address = name(before, "j.doe@example.org");
    tc_identity_set_value(before, account, 7);
    tc_identity_set_value(before, address, 9);
    tape *saved = identity_saved(before);
    tc_identity_free(before);
    union_told told = {0};
    tc_identity *t = told.table = tc_identity_new(
        &(tc_identity_options){.max_bytes = 1 << 20, .context = &told, .united = note_union});
    cr_assert_not(tc_failed(identity_loaded(saved, t)));
    tape_free(saved);
    tc_error error;
    tc_slice rows = TC_LIT("EXAMPLE\\jdoe,j.doe@example.org\n");
    cr_assert_not(tc_failed(tc_identity_load_accounts(t, TC_LIT("a.csv"), rows, &error)));
    cr_expect_eq(told.count, 1);
    cr_expect_eq(told.root, account);
    cr_expect_eq(told.absorbed, address);
    cr_expect_eq(told.value, 9);
    cr_expect_eq(tc_identity_value(t, address), 7);
    cr_expect_eq(tc_identity_rank(t, address), TC_RANK_PINNED);
    tc_identity_begin(t);
    cr_expect_not(tc_identity_evict(t));
    tc_identity_free(t);
}

/* -- damage --------------------------------------------------------------------------------- */

/* Ties, pairs, unions, free numbers and places: everything a table can hold. */
static tape *small_state(uint32_t seed)
{
    twins *t = twins_new(1 << 20, 12, 6, seed);
    for (int i = 0; i < 300; i++)
        twins_say(t, false);
    tape *saved = identity_saved(t->sides[0].table);
    cr_assert_gt(t->sides[0].forgotten, 0);
    twins_free(t);
    return saved;
}

Test(identity_visit, every_cut_fails)
{
    tape *saved = small_state(1);
    size_t length = saved->length;
    for (saved->length = 0; saved->length < length; saved->length++) {
        tc_identity *t = make_table(1 << 20, 12);
        cr_assert(tc_failed(identity_loaded(saved, t)), "%zu bytes of %zu", saved->length, length);
        tc_identity_free(t);
    }
    tape_free(saved);
}

/* What gets through must be sound: said to and asked until all is forgotten, it must live. */
static void live(tc_identity *table, uint32_t seed)
{
    twins *t = twins_of_one(table, 6, seed);
    for (int i = 0; i < 40; i++)
        twins_say(t, false);
    twins_compare(t);
    tc_identity_begin(table);
    while (tc_identity_evict(table))
        ;
    tape_free(identity_saved(table));
    twins_free(t);
}

Test(identity_visit, damaged_values_are_refused_or_harmless)
{
    size_t refused = 0, harmless = 0;
    tape *states[4];
    for (uint32_t i = 0; i < TC_COUNT_OF(states); i++)
        states[i] = small_state(i + 1);
    for (uint32_t seed = 1; seed <= 6000 / SLOW; seed++) {
        twins *dice = twins_of_one(NULL, 1, seed);
        tape *saved = tape_copy(states[seed % TC_COUNT_OF(states)]);
        for (uint32_t n = 1 + twins_roll(dice, 2); n > 0; n--)
            tape_damage(saved,
                        (uint64_t)twins_roll(dice, 1 << 24) << 16 ^ twins_roll(dice, 1 << 24));
        twins_free(dice);
        tc_identity *t = make_table(1 << 20, 12);
        bool failed = tc_failed(identity_loaded(saved, t));
        tape_free(saved);
        refused += failed;
        harmless += !failed;
        if (failed)
            tc_identity_free(t);
        else
            live(t, seed);
    }
    for (size_t i = 0; i < TC_COUNT_OF(states); i++)
        tape_free(states[i]);
    cr_expect_gt(refused, 1000 / SLOW);
    cr_expect_gt(harmless, 1000 / SLOW);
}

Test(identity_visit, without_memory_it_fails_and_can_be_freed)
{
    tape *saved = small_state(3);
    for (uint64_t n = 1;; n++) {
        tc_identity *t = make_table(1 << 20, 12);
        tc_visit *visit = tape_loader(saved);
        tc_alloc_fail_after(n);
        tc_identity_visit(t, visit);
        tc_alloc_fail_after(0);
        tc_code code = tc_visit_status(visit).code;
        tc_visit_free(visit);
        tc_identity_free(t);
        cr_assert(code == TC_OK || code == TC_ENOMEM);
        if (code != TC_OK) continue;
        cr_expect_gt(n, 10);
        break;
    }
    tape_free(saved);
}
