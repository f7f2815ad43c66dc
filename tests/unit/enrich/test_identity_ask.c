/* Whom a typed name is likely to mean, and which names there are. */
#include "detector/enrich/identity.h"

#include <criterion/criterion.h>

static tc_identity *people(void)
{
    tc_identity *t = tc_identity_new(&(tc_identity_options){.max_bytes = (size_t)1 << 20});
    tc_entity absorbed;
    cr_assert(t);
    tc_identity_unite(t, TC_LIT("X\\kanna"), TC_LIT("anna@x.example"), &absorbed);
    tc_identity_of(t, TC_LIT("bob@x.example"));
    tc_identity_of(t, TC_LIT("bob@y.example"));
    return t;
}

Test(identity_ask, a_user_part_that_only_one_has_is_that_person)
{
    tc_identity *t = people();
    tc_entity anna = tc_identity_find(t, TC_LIT("anna@x.example"));
    size_t names = tc_identity_count(t);
    cr_assert_neq(anna, 0u);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("ANNA@x.example")), anna);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("anna")), anna);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("kanna")), anna);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("bob")), 0u);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("nobody")), 0u);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("anna@y.example")), 0u);
    cr_assert_eq(tc_identity_guess(t, TC_LIT("-")), 0u);
    cr_assert_eq(tc_identity_count(t), names, "nothing is made");
    tc_identity_free(t);
}

typedef struct seen {
    size_t count, of_anna;
    tc_entity anna;
} seen;

static void see(void *context, tc_slice name, tc_entity root)
{
    seen *s = context;
    cr_assert_neq(name.len, 0u);
    s->count++;
    s->of_anna += root == s->anna;
}

Test(identity_ask, every_name_is_shown_with_its_root)
{
    tc_identity *t = people();
    seen s = {.anna = tc_identity_find(t, TC_LIT("anna@x.example"))};
    tc_identity_each(t, &s, see);
    cr_assert_eq(s.count, tc_identity_count(t));
    cr_assert_eq(s.of_anna, 2u);
    tc_identity_free(t);
}
