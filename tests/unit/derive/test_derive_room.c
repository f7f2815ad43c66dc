/* What becomes of two names of one mailbox when there is hardly room. */
#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

/* Anna is the eldest, who goes first. */
static void start_with_anna(tc_derive_bench *b)
{
    tc_time at = tc_derive_bench_at(1, 8, 0, 0);
    tc_derive_bench_start_with(b, &(tc_derive_options){0}, (size_t)256 << 10);
    tc_derive_bench_web(b, TC_OBS_WEB_SPAN, at, at, "CORP\\anna", "192.0.2.1", "A");
}

static const char *ghost_name(char room[32], int number)
{
    snprintf(room, 32, "CORP\\ghost%05d", number);
    return room;
}

static void add_ghost(tc_derive_bench *b, int number)
{
    char name[32];
    tc_time at = tc_derive_bench_at(1, 9, 0, 0);
    tc_derive_bench_web(b, TC_OBS_WEB_SPAN, at, at, ghost_name(name, number), "192.0.2.7", "bot");
}

static int ghosts_that_fit(void)
{
    tc_derive_bench b;
    int count = 0;
    start_with_anna(&b);
    while (tc_identity_evicted(b.identity, TC_RANK_NEW) == 0)
        add_ghost(&b, count++);
    cr_assert_eq(tc_identity_find(b.identity, TC_LIT("CORP\\anna")), 0);
    tc_derive_bench_stop(&b);
    return count - 1;
}

static void say_alias(tc_derive_bench *b, tc_time at, const char *user, const char *target)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_ALIAS, at);
    o->flags = TC_OBS_FLAG_VOUCHED;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_TARGET, target);
    tc_derive_bench_feed(b, o);
}

/* Whether the first name was looked up lately must not matter. */
Test(derive_room, the_first_name_does_not_make_room_for_the_second)
{
    tc_derive_bench b;
    char name[32];
    int count = ghosts_that_fit();
    start_with_anna(&b);
    for (int i = 0; i < count; i++)
        add_ghost(&b, i);
    cr_assert_eq(tc_identity_evicted(b.identity, TC_RANK_NEW), 0);
    say_alias(&b, tc_derive_bench_at(1, 10, 0, 0), "CORP\\anna", ghost_name(name, count));
    tc_entity anna = tc_identity_find(b.identity, TC_LIT("CORP\\anna"));
    cr_expect_neq(anna, 0);
    cr_expect_eq(tc_identity_find(b.identity, tc_slice_of(name)), anna);
    cr_expect_gt(tc_identity_evicted(b.identity, TC_RANK_NEW), 0, "others did");
    tc_derive_bench_stop(&b);
}

/* The elder name is an actor's, of whom nothing is remembered but the name. */
Test(derive_room, a_person_who_cannot_be_folded_gives_its_room_back)
{
    tc_derive_bench b;
    tc_derive_bench_start_with(&b, &(tc_derive_options){.persons_max = 1}, (size_t)1 << 20);
    tc_derive_bench_account(&b, tc_derive_bench_at(1, 8, 0, 0), "CORP\\elder", "CORP\\younger", 0);
    say_alias(&b, tc_derive_bench_at(1, 8, 1, 0), "CORP\\elder", "CORP\\younger");
    cr_assert_eq(b.unions, 1);
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 1, "it was missing once");
    tc_derive_bench_account(&b, tc_derive_bench_at(1, 8, 2, 0), "CORP\\elder", "CORP\\younger", 0);
    cr_expect_eq(tc_derive_bench_count(&b, " value=1\n"), 2, "%s", tc_str_cstr(&b.log));
    bounds.count = 0;
    tc_deriver_bounds(b.deriver, &bounds);
    cr_expect_eq(bounds.items[0].given_up, 1, "and not again");
    tc_derive_bench_stop(&b);
}
