#include "detector/derive/people.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

typedef struct bench {
    tc_identity *identity;
    tc_people *people;
    size_t forgotten;
} bench;

static void forget(void *context, tc_entity root)
{
    bench *b = context;
    b->forgotten++;
    tc_people_forget(b->people, root);
}

static void start(bench *b, size_t persons, size_t pieces)
{
    *b = (bench){0};
    b->identity = tc_identity_new(
        &(tc_identity_options){.max_bytes = (size_t)16 << 20, .context = b, .forget = forget});
    b->people = tc_people_new(&(tc_people_options){persons, pieces}, b->identity);
}

static void stop(bench *b)
{
    tc_people_free(b->people);
    tc_identity_free(b->identity);
}

static tc_person *person(bench *b, const char *name)
{
    tc_identity_begin(b->identity);
    return tc_people_of(b->people, tc_identity_of(b->identity, tc_slice_of(name)));
}

Test(people, a_trait_is_known_since_its_first_time)
{
    bench b;
    start(&b, 16, 16);
    tc_person *p = person(&b, "anna");
    cr_expect_not(tc_person_has_traits(p));
    tc_time t = 1000 * TC_SECOND;
    cr_expect_eq(tc_people_trait(b.people, p, TC_TRAIT_AGENT, 5, t), t);
    cr_expect_eq(tc_people_trait(b.people, p, TC_TRAIT_AGENT, 5, 2 * t), t);
    cr_expect_eq(tc_people_trait(b.people, p, TC_TRAIT_NETWORK, 5, 3 * t), 3 * t, "another kind");
    cr_expect(tc_person_has_traits(p));
    stop(&b);
}

/* The quota of each kind is its own; of a full kind the one used longest ago goes. */
Test(people, whoever_invents_agents_gives_up_agents)
{
    bench b;
    start(&b, 16, 64);
    tc_person *p = person(&b, "anna");
    for (uint64_t i = 0; i < 4; i++)
        (void)tc_people_trait(b.people, p, TC_TRAIT_COUNTRY, i, TC_SECOND);
    (void)tc_people_trait(b.people, p, TC_TRAIT_AGENT, 1, TC_SECOND);
    for (uint64_t i = 100; i < 30000; i++) {
        tc_time now = (tc_time)i * TC_SECOND;
        (void)tc_people_trait(b.people, p, TC_TRAIT_AGENT, i, now);
        cr_assert_eq(tc_people_trait(b.people, p, TC_TRAIT_AGENT, 1, now), TC_SECOND,
                     "an agent in use stays");
    }
    for (uint64_t i = 0; i < 4; i++)
        cr_expect_eq(tc_people_trait(b.people, p, TC_TRAIT_COUNTRY, i, TC_DAY), TC_SECOND);
    cr_expect_leq(tc_people_bytes(b.people), 4096 * (96 + 72));
    stop(&b);
}

Test(people, days_make_a_name_stay)
{
    bench b;
    start(&b, 8, 64);
    for (int day = 0; day < 9; day++) {
        tc_person *p = person(&b, "old");
        tc_people_seen(b.people, p, day * TC_DAY);
        tc_people_seen(b.people, p, day * TC_DAY + TC_HOUR);
        cr_assert_eq(p->days, day + 1, "a day counts once");
        if (day < 2) tc_people_seen(b.people, person(&b, "young"), day * TC_DAY);
    }
    tc_people_vouch(b.people, person(&b, "vouched"));
    for (int i = 0; i < 1000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "ghost%d", i);
        tc_people_seen(b.people, person(&b, name), 20 * TC_DAY);
    }
    cr_expect_eq(tc_people_forgotten(b.people), 1000 - 5);
    cr_expect_eq(b.forgotten, 1000 - 5);
    static const char *const kept[] = {"old", "young", "vouched", "ghost999"};
    for (size_t i = 0; i < TC_COUNT_OF(kept); i++)
        cr_expect_neq(tc_identity_find(b.identity, tc_slice_of(kept[i])), 0, "%s", kept[i]);
    cr_expect_eq(tc_identity_find(b.identity, TC_LIT("ghost0")), 0);
    stop(&b);
}

Test(people, what_two_names_have_had_is_one_memory)
{
    bench b;
    start(&b, 16, 64);
    tc_person *into = person(&b, "anna"), *from = person(&b, "corp\\x17");
    (void)tc_people_trait(b.people, into, TC_TRAIT_ASN, 1, 5 * TC_SECOND);
    (void)tc_people_trait(b.people, from, TC_TRAIT_ASN, 1, 3 * TC_SECOND);
    for (uint64_t i = 10; i < 20; i++)
        (void)tc_people_trait(b.people, from, TC_TRAIT_ASN, i, 7 * TC_SECOND);
    tc_people_seen(b.people, from, 3 * TC_DAY);
    from->webmail = true;
    into->mail = true;
    from->created = 9;
    tc_people_fold(b.people, into, from);
    cr_expect_eq(tc_people_trait(b.people, into, TC_TRAIT_ASN, 1, TC_DAY), 3 * TC_SECOND);
    cr_expect_eq(tc_people_trait(b.people, into, TC_TRAIT_ASN, 19, TC_DAY), 7 * TC_SECOND);
    cr_expect(into->webmail && into->mail);
    cr_expect_eq(into->created, 9);
    cr_expect_eq(into->days, 1);
    stop(&b);
}

/* With nobody to forget, what cannot be kept is told. */
Test(people, a_bound_without_a_way_out_is_told)
{
    bench b;
    start(&b, 4, 1);
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof(name), "old%d", i);
        tc_person *p = person(&b, name);
        tc_identity_raise(b.identity, p->entity, TC_RANK_PINNED);
        for (uint64_t k = 0; k < 8; k++)
            (void)tc_people_trait(b.people, p, TC_TRAIT_ASN, k, TC_SECOND);
    }
    cr_expect_null(person(&b, "more"));
    tc_bounds bounds = {.count = 0};
    tc_people_bounds(b.people, &bounds);
    cr_assert_eq(bounds.count, 2);
    cr_expect_eq(bounds.items[0].given_up, 1);
    cr_expect_gt(bounds.items[1].given_up, 0);
    stop(&b);
}

Test(people, lack_of_memory_is_told)
{
    bench b;
    start(&b, 16, 16);
    tc_identity_begin(b.identity);
    tc_entity root = tc_identity_of(b.identity, TC_LIT("anna"));
    for (uint64_t n = 1; n <= 2; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_people_of(b.people, root));
    }
    tc_alloc_fail_after(0);
    tc_person *p = tc_people_of(b.people, root);
    cr_assert_not_null(p);
    tc_alloc_fail_after(1);
    cr_expect_eq(tc_people_trait(b.people, p, TC_TRAIT_ASN, 1, TC_SECOND), TC_SECOND);
    tc_alloc_fail_after(0);
    cr_expect_not(tc_person_has_traits(p));
    stop(&b);
}
