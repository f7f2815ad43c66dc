#include "detector/enrich/identity.h"

#include <criterion/criterion.h>

static tc_identity *table;

static void setup(void)
{
    table = tc_identity_new(&(tc_identity_options){.max_bytes = 16 << 20});
}

static void teardown(void)
{
    tc_identity_free(table);
}

TestSuite(identity, .init = setup, .fini = teardown);

static tc_entity of(const char *raw)
{
    return tc_identity_of(table, tc_slice_of(raw));
}

static tc_entity unite(const char *a, const char *b, tc_entity *absorbed)
{
    tc_entity ignored;
    return tc_identity_unite(table, tc_slice_of(a), tc_slice_of(b), absorbed ? absorbed : &ignored);
}

static bool label_is(tc_entity entity, const char *expected)
{
    return tc_slice_equal(tc_identity_label(table, entity), tc_slice_of(expected));
}

#define GUID_A "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"
#define GUID_B "1bb89cf8-aa07-4103-8a1d-ca9e619f223e"

Test(identity, the_same_name_written_differently_is_one_entity)
{
    tc_entity e = of("EXAMPLE\\jdoe");
    cr_expect_neq(e, 0);
    cr_expect_eq(of("example%5CJDOE"), e);
    cr_expect_eq(of("Example/jdoe"), e);
    cr_expect_eq(of("-"), 0);
    cr_expect_eq(tc_identity_find(table, TC_LIT("example\\JDoe")), e);
    cr_expect_eq(tc_identity_find(table, TC_LIT("stranger")), 0);
    cr_expect_eq(tc_identity_count(table), 1);
}

Test(identity, addresses_are_counted_by_their_domain)
{
    (void)of("a@corp.example");
    (void)of("b@mail.Corp.Example");
    (void)of("c@notcorp.example");
    (void)of("CORP\\d");
    cr_expect_eq(tc_identity_addresses(table, TC_LIT("corp.example")), 2);
    cr_expect_eq(tc_identity_addresses(table, TC_LIT("mail.corp.example")), 1);
    cr_expect_eq(tc_identity_addresses(table, TC_LIT("example")), 3);
    cr_expect_eq(tc_identity_addresses(table, TC_LIT("else.example")), 0);
    cr_expect_eq(tc_identity_addresses(table, TC_EMPTY_SLICE), 3);
}

Test(identity, a_fact_unites_and_the_elder_leads)
{
    tc_entity absorbed = 99;
    tc_entity sid = of("S-1-5-21-1-2-3-1104");
    tc_entity nt = of("EXAMPLE\\jdoe");
    cr_expect_neq(sid, nt);
    cr_expect_eq(unite("EXAMPLE\\jdoe", "S-1-5-21-1-2-3-1104", &absorbed), sid);
    cr_expect_eq(absorbed, nt);
    cr_expect_eq(of("EXAMPLE\\jdoe"), sid);
    cr_expect_eq(tc_identity_root(table, nt), sid);
    cr_expect_eq(unite("EXAMPLE\\jdoe", "S-1-5-21-1-2-3-1104", &absorbed), sid);
    cr_expect_eq(absorbed, 0, "once is enough");
    cr_expect(label_is(nt, "example\\jdoe"));
}

Test(identity, chains_of_facts_are_one)
{
    tc_entity absorbed;
    unite("EXAMPLE\\jdoe", "S-1-5-21-1-2-3-1104", NULL);
    unite("j.doe@example.org", GUID_A, NULL);
    tc_entity root = unite("EXAMPLE\\jdoe", GUID_A, &absorbed);
    cr_expect_neq(absorbed, 0);
    cr_expect_eq(of("S-1-5-21-1-2-3-1104"), root);
    cr_expect_eq(of("j.doe@example.org"), root);
    cr_expect(label_is(root, "j.doe@example.org"));
    bool assumed = true;
    cr_expect(tc_identity_joined(table, root, &assumed));
    cr_expect_not(assumed);
}

Test(identity, a_bare_name_is_assumed_to_be_the_only_address_of_that_user)
{
    tc_entity smtp = of("jdoe@example.org");
    cr_expect_eq(of("EXAMPLE\\jdoe"), smtp);
    cr_expect_eq(of("jdoe"), smtp);
    bool assumed = false;
    cr_expect(tc_identity_joined(table, smtp, &assumed));
    cr_expect(assumed);
}

Test(identity, the_account_may_be_seen_first)
{
    tc_entity nt = of("EXAMPLE\\jdoe");
    cr_expect_eq(of("jdoe@example.org"), nt);
    cr_expect(label_is(nt, "jdoe@example.org"));
    bool assumed = false;
    cr_expect(tc_identity_joined(table, nt, &assumed));
    cr_expect(assumed);
}

Test(identity, two_addresses_of_one_user_part_make_it_ambiguous)
{
    tc_entity a = of("jdoe@example.org");
    tc_entity b = of("jdoe@example.net");
    cr_expect_neq(a, b);
    tc_entity nt = of("EXAMPLE\\jdoe");
    cr_expect_neq(nt, a);
    cr_expect_neq(nt, b);
    bool assumed = true;
    cr_expect_not(tc_identity_joined(table, nt, &assumed));
    cr_expect_not(assumed);
}

Test(identity, two_domains_with_one_user_stay_apart)
{
    tc_entity a = of("NORTH\\jdoe");
    tc_entity b = of("SOUTH\\jdoe");
    cr_expect_neq(a, b);
    tc_entity smtp = of("jdoe@example.org");
    cr_expect_neq(smtp, a);
    cr_expect_neq(smtp, b);
    tc_entity bare = of("jdoe");
    cr_expect_neq(bare, a);
    cr_expect_neq(bare, b);
    cr_expect_eq(of("north.example.org\\jdoe"), of("north.example.org\\jdoe"));
}

Test(identity, long_and_short_domain_names_are_one_domain)
{
    tc_entity a = of("EXAMPLE\\jdoe");
    cr_expect_eq(of("example.local\\jdoe"), a);
}

Test(identity, a_principal_name_in_an_unreachable_domain_is_an_account)
{
    tc_entity upn = of("jdoe@corp.local");
    tc_entity smtp = of("jdoe@example.org");
    cr_expect_eq(upn, smtp);
    cr_expect_eq(of("CORP\\jdoe"), smtp);
    cr_expect(label_is(upn, "jdoe@example.org"), "the reachable one is shown");
}

Test(identity, a_fact_that_contradicts_undoes_the_assumption)
{
    tc_entity assumed_owner = of("jdoe@example.org");
    cr_assert_eq(of("EXAMPLE\\jdoe"), assumed_owner);
    tc_entity real = of("jane.doe@example.org");
    tc_entity absorbed = 99;
    tc_entity root = unite("EXAMPLE\\jdoe", "jane.doe@example.org", &absorbed);
    cr_expect_eq(of("EXAMPLE\\jdoe"), root);
    cr_expect_eq(of("jane.doe@example.org"), root);
    cr_expect_neq(of("jdoe@example.org"), root, "the guess is taken back");
    cr_expect_eq(of("jdoe@example.org"), assumed_owner);
    cr_expect(root == real || absorbed == real, "what was known of the address moves");
    bool assumed = true;
    cr_expect(tc_identity_joined(table, root, &assumed));
    cr_expect_not(assumed);
}

Test(identity, a_fact_that_confirms_makes_the_assumption_a_fact)
{
    tc_entity smtp = of("jdoe@example.org");
    tc_entity absorbed = 99;
    cr_assert_eq(of("EXAMPLE\\jdoe"), smtp);
    cr_expect_eq(unite("EXAMPLE\\jdoe", "jdoe@example.org", &absorbed), smtp);
    cr_expect_eq(absorbed, 0);
    bool assumed = true;
    cr_expect(tc_identity_joined(table, smtp, &assumed));
    cr_expect_not(assumed);
}

Test(identity, a_sid_learned_later_joins_what_was_assumed)
{
    tc_entity smtp = of("jdoe@example.org");
    of("EXAMPLE\\jdoe");
    unite("EXAMPLE\\jdoe", "S-1-5-21-1-2-3-1104", NULL);
    cr_expect_eq(of("S-1-5-21-1-2-3-1104"), smtp);
    cr_expect_eq(of("EXAMPLE\\jdoe"), smtp);
}

Test(identity, an_elder_sid_takes_over_the_whole_group)
{
    tc_entity sid = of("S-1-5-21-1-2-3-1104"), absorbed = 0;
    tc_entity smtp = of("jdoe@example.org");
    of("EXAMPLE\\jdoe");
    cr_expect_eq(unite("EXAMPLE\\jdoe", "S-1-5-21-1-2-3-1104", &absorbed), sid);
    cr_expect_eq(absorbed, smtp);
    cr_expect_eq(of("jdoe@example.org"), sid);
    cr_expect_eq(of("jdoe"), sid);
    cr_expect(label_is(sid, "jdoe@example.org"));
}

Test(identity, a_shared_mailbox_does_not_chain_its_users)
{
    unite("EXAMPLE\\bob", GUID_A, NULL);
    unite("bob@example.org", GUID_A, NULL);
    unite("EXAMPLE\\carol", GUID_B, NULL);
    /* carol opens bob's mailbox, bob sends as the shared address */
    unite("EXAMPLE\\carol", GUID_A, NULL);
    unite("office@example.org", GUID_A, NULL);
    cr_expect_neq(of("EXAMPLE\\carol"), of("EXAMPLE\\bob"));
    cr_expect_neq(of("office@example.org"), of("EXAMPLE\\bob"));
    cr_expect_eq(of("bob@example.org"), of("EXAMPLE\\bob"));
    cr_expect_eq(tc_identity_conflicts(table), 2);
}

Test(identity, a_mailbox_may_have_a_principal_name_beside_its_address)
{
    unite("bob@logon.example.net", GUID_A, NULL);
    unite("bob.smith@example.org", GUID_A, NULL);
    cr_expect_eq(of("bob@logon.example.net"), of("bob.smith@example.org"));
    cr_expect_eq(tc_identity_conflicts(table), 0);
}

static tc_entity unite_object(const char *object, const char *name)
{
    tc_entity absorbed;
    uint32_t a = tc_identity_name(table, tc_slice_of(object));
    return tc_identity_unite_object(table, a, tc_identity_name(table, tc_slice_of(name)),
                                    &absorbed);
}

Test(identity, an_object_of_the_directory_keeps_its_names)
{
    unite("bob@example.org", GUID_B, NULL);
    tc_entity bob = unite_object(GUID_A, "bob@example.org");
    cr_expect_eq(of(GUID_A), bob, "a mailbox has a number of its own beside it");
    unite_object(GUID_A, "bob.married@example.org");
    cr_expect_eq(of("bob.married@example.org"), of("bob@example.org"), "of one domain, too");
    uint64_t conflicts = tc_identity_conflicts(table);
    unite_object("2cc89cf8-aa07-4103-8a1d-ca9e619f223e", "bob@example.org");
    cr_expect_eq(tc_identity_conflicts(table), conflicts + 1);
    cr_expect_neq(of("2cc89cf8-aa07-4103-8a1d-ca9e619f223e"), of("bob@example.org"),
                  "a name that has an object takes no other");
}

/* What is written over names before logs are handed on is the name of everybody. */
Test(identity, a_name_that_stands_for_many_makes_nobody_one)
{
    static const char *const masks[] = {"EX\\***", "everybody@e.org"};
    char account[32], address[32], sid[48];
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 40; i++) {
            snprintf(account, sizeof(account), "EX\\u%u", i);
            snprintf(address, sizeof(address), "u%u@e.org", i);
            snprintf(sid, sizeof(sid), "S-1-5-21-1-2-3-%u", 1100 + i);
            if (i % 2) of(address);
            unite(masks[0], sid, NULL);
            unite(account, sid, NULL);
            unite(account, masks[1], NULL);
            cr_expect_eq(of(account), of(sid), "%s", account);
            cr_expect_eq(of(sid) == of("S-1-5-21-1-2-3-1100"), i == 0, "%s", sid);
        }
    }
    cr_expect_eq(tc_identity_conflicts(table), 2 * 2 * 39);
}

Test(identity, a_person_has_a_sid_in_each_domain)
{
    unite("ana@e.org", "S-1-5-21-1-2-3-1104", NULL);
    unite("ana@e.org", "S-1-5-21-7-8-9-2204", NULL);
    cr_expect_eq(of("S-1-5-21-1-2-3-1104"), of("S-1-5-21-7-8-9-2204"), "also in the cloud");
    unite("ana@e.org", "S-1-5-21-1-2-3-1105", NULL);
    cr_expect_neq(of("S-1-5-21-1-2-3-1105"), of("ana@e.org"));
    cr_expect_eq(tc_identity_conflicts(table), 1);
    unite("EX\\ana", "S-1-5-21-1-2-3-1104", NULL);
    unite("EX\\anna", "S-1-5-21-1-2-3-1104", NULL);
    cr_expect_eq(of("EX\\ana"), of("EX\\anna"), "renamed");
}

Test(identity, a_declared_pairing_is_never_refused)
{
    tc_identity_declare(table, TC_LIT("EXAMPLE\\bob"), TC_LIT(GUID_A));
    tc_identity_declare(table, TC_LIT("EXAMPLE\\bob"), TC_LIT(GUID_B));
    cr_expect_eq(of(GUID_A), of(GUID_B));
}

Test(identity, labels_prefer_the_address_then_the_account)
{
    unite(GUID_A, "EXAMPLE\\jd", NULL);
    tc_entity e = of(GUID_A);
    cr_expect(label_is(e, "example\\jd"));
    unite("J.Doe@Example.org", "EXAMPLE\\jd", NULL);
    cr_expect(label_is(e, "j.doe@example.org"));
    unite("second@example.org", "EXAMPLE\\jd", NULL);
    cr_expect(label_is(e, "j.doe@example.org"), "the first one stays");
    cr_expect(label_is(of("EX01$"), "ex01$"));
    cr_expect(label_is(of("S-1-5-18"), "s-1-5-18"));
    cr_expect_eq(tc_identity_label(table, 0).len, 0);
}

Test(identity, a_full_table_refuses_and_counts)
{
    tc_identity *small = tc_identity_new(&(tc_identity_options){0});
    char name[32];
    size_t made = 0;
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "user%d@example.org", i);
        made += tc_identity_of(small, tc_slice_of(name)) != 0;
    }
    cr_expect_gt(made, 50);
    cr_expect_lt(made, 2000);
    cr_expect_eq(tc_identity_count(small), made);
    cr_expect_eq(tc_identity_refused(small), 20000 - made);
    cr_expect_neq(tc_identity_of(small, TC_LIT("user0@example.org")), 0, "old names are found");
    tc_entity absorbed;
    cr_expect_eq(tc_identity_unite(small, TC_LIT("user0@example.org"), TC_LIT("new"), &absorbed),
                 tc_identity_of(small, TC_LIT("user0@example.org")));
    tc_identity_free(small);
}

/* Whatever is said in whatever order: roots are roots, ids are never younger than what they lead,
 * and what a fact united without a contradiction stays united. */
Test(identity, random_facts_keep_the_table_sound)
{
    static const char *const domains[] = {"NORTH\\", "SOUTH\\", "", "north.example\\"};
    uint32_t seed = 7;
    char a[64], b[64];
    for (int round = 0; round < 60000; round++) {
        seed = seed * 1664525u + 1013904223u;
        unsigned r = seed >> 8;
        snprintf(a, sizeof(a), "%suser%u", domains[r % 4], (r >> 2) % 40);
        if (r & 0x1000)
            snprintf(b, sizeof(b), "user%u@example.%s", (r >> 13) % 40, r & 0x800 ? "org" : "net");
        else
            snprintf(b, sizeof(b), "S-1-5-21-1-2-3-%u", (r >> 13) % 60);
        tc_entity absorbed = 0;
        if (r & 0x400) {
            uint64_t conflicts = tc_identity_conflicts(table);
            tc_entity root = unite(a, b, &absorbed);
            cr_assert_eq(tc_identity_root(table, root), root);
            if (tc_identity_conflicts(table) == conflicts) cr_assert_eq(of(a), of(b));
            cr_assert_eq(of(a), root);
            if (absorbed) cr_assert_eq(tc_identity_root(table, absorbed), root);
            if (absorbed) cr_assert_gt(absorbed, root);
        } else {
            of(a);
            of(b);
        }
        tc_entity e = of(a);
        cr_assert_eq(tc_identity_root(table, e), e);
        cr_assert_gt(tc_identity_label(table, e).len, 0);
    }
}

static tc_entity claim(const char *a, const char *b)
{
    tc_entity ignored;
    return tc_identity_claim_names(table, tc_identity_name(table, tc_slice_of(a)),
                                   tc_identity_name(table, tc_slice_of(b)), &ignored);
}

Test(identity, a_client_may_say_what_contradicts_nothing)
{
    static const char *const pairs[][2] = {{"EX\\ab1", "anna.bell@e.org"},
                                           {"clara.dunn@e.org", "EX\\cd2"},
                                           {"EX\\efox", "efox"},
                                           {"EX\\ghunt", "ghunt@corp.local"},
                                           {"EX\\ik3", GUID_A}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        claim(pairs[i][0], pairs[i][1]);
        cr_expect_eq(of(pairs[i][0]), of(pairs[i][1]), "%s is %s", pairs[i][0], pairs[i][1]);
    }
    cr_expect_eq(tc_identity_conflicts(table), 0);
}

/* One owner of a mailbox must not make the mailboxes of others, or a whole organisation, one. */
Test(identity, a_client_cannot_take_what_others_are_called)
{
    static const char *const taken[] = {"EX\\vera",          "vera",     "vera@e.org",
                                        "vera@corp.local",   "EX\\olga", "olga@e.org",
                                        "S-1-5-21-1-2-3-44", GUID_A,     "EX\\mallory2"};
    for (int i = 0; i < 2; i++) {
        const char *evil = i ? "mallory@e.org" : "EX\\mallory";
        of("EX\\vera");
        of("vera@e.org");
        of("olga@e.org");
        of("EX\\mallory");
        of("mallory@e.org");
        unite(GUID_A, "vera@e.org", NULL);
        for (size_t n = 0; n < sizeof(taken) / sizeof(taken[0]); n++) {
            cr_expect_eq(claim(evil, taken[n]), of(evil));
            cr_expect_neq(of(evil), of(taken[n]), "%s took %s", evil, taken[n]);
        }
    }
    cr_expect_eq(tc_identity_conflicts(table), 18);
    cr_expect_eq(of("EX\\vera"), of("vera@e.org"));
}

/* Where nothing is known of an address the first claim of an account holds, and it is the last. */
Test(identity, a_client_has_one_address_by_claims)
{
    char victim[32];
    tc_entity evil = of("EX\\m1");
    claim("EX\\m1", "v0@e.org");
    for (int i = 1; i < 100; i++) {
        snprintf(victim, sizeof(victim), "v%d@e.org", i);
        claim("EX\\m1", victim);
        cr_expect_neq(of(victim), evil);
    }
    cr_expect_eq(of("v0@e.org"), evil);
    claim("EX\\m2", "v0@e.org");
    cr_expect_neq(of("EX\\m2"), evil);
}
