/* How much the table takes, and what happens to whom when it is full. */
#include "detector/enrich/identity.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SLOW = 10 };
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

static bool is_label(tc_identity *t, const char *raw, const char *expected)
{
    tc_entity entity = tc_identity_find(t, tc_slice_of(raw));
    return tc_slice_equal(tc_identity_label(t, entity), tc_slice_of(expected));
}

/* -- size ----------------------------------------------------------------------------------- */

static uint32_t format_name(tc_identity *t, const char *before, unsigned i, const char *behind)
{
    char text[80];
    snprintf(text, sizeof(text), "%s%06u%s", before, i, behind);
    return name(t, text);
}

/* One mailbox as logs know it: facts join all but the bare name. */
static void add_mailbox(tc_identity *t, unsigned i)
{
    tc_entity absorbed;
    tc_identity_begin(t);
    uint32_t account = format_name(t, "EXAMPLE\\user", i, "");
    uint32_t principal = format_name(t, "user", i, "@corp.example.org");
    uint32_t address = format_name(t, "first.lastname", i, "@example.org");
    uint32_t number = i % 2 ? format_name(t, "S-1-5-21-1004336348-1177238915-682003330-", i, "")
                            : format_name(t, "0a", i, "-aa07-4103-8a1d-ca9e619f223e");
    cr_assert_neq(format_name(t, "user", i, ""), 0);
    tc_identity_unite_names(t, account, number, &absorbed);
    tc_identity_unite_names(t, address, number, &absorbed);
    tc_identity_unite_names(t, principal, address, &absorbed);
}

Test(identity_room, five_names_a_mailbox_take_ninety_bytes_each)
{
    const unsigned mailboxes = 200000 / SLOW;
    tc_identity *t = make_table((size_t)200 << 20, 0);
    for (unsigned i = 0; i < mailboxes; i++)
        add_mailbox(t, i);
    double each = (double)tc_identity_bytes(t) / (5.0 * mailboxes);
    printf("identity: %zu names, %.1f bytes each\n", tc_identity_count(t), each);
    cr_expect_eq(tc_identity_count(t), 5 * mailboxes);
    cr_expect_leq(each, 90.0);
    cr_expect(is_label(t, "user000007", "user000007@corp.example.org"));
    tc_identity_free(t);
}

/* -- floods --------------------------------------------------------------------------------- */

#define KNOWN 200

/* Mailboxes that were raised, between two invented names each. */
static void add_known(tc_identity *t)
{
    for (unsigned i = 0; i < KNOWN; i++) {
        tc_identity_begin(t);
        uint32_t known = format_name(t, "known", i, "@example.org");
        tc_identity_raise(t, tc_identity_root(t, known), (tc_rank)(1 + i % (TC_RANK_COUNT - 1)));
        format_name(t, "guess", i, "@example.org");
    }
}

static void expect_known(tc_identity *t)
{
    for (unsigned i = 0; i < KNOWN; i++) {
        char text[64];
        snprintf(text, sizeof(text), "known%06u@example.org", i);
        cr_assert(is_label(t, text, text), "%s", text);
    }
}

Test(identity_room, invented_names_push_out_only_one_another)
{
    const unsigned invented = 500000 / SLOW;
    const size_t bound = (size_t)2 << 20;
    tc_identity *t = make_table(bound, 0);
    add_known(t);
    for (unsigned i = 0; i < invented; i++) {
        tc_identity_begin(t);
        cr_assert_neq(format_name(t, "evil", i, i % 3 ? "@example.net" : "-a-longer-one"), 0);
        cr_assert_leq(tc_identity_bytes(t), bound);
    }
    expect_known(t);
    cr_expect_gt(tc_identity_count(t), 12000);
    cr_expect_eq(tc_identity_refused(t), 0);
    cr_expect_eq(tc_identity_evicted(t, TC_RANK_NEW) + tc_identity_count(t), invented + 2 * KNOWN);
    tc_identity_free(t);
}

/* Whatever the invented names look like, there is room for real ones afterwards. */
Test(identity_room, short_names_leave_no_room_that_long_ones_cannot_use)
{
    const size_t bound = (size_t)2 << 20;
    const unsigned mailboxes = 4000;
    tc_identity *t = make_table(bound, 0);
    for (unsigned i = 0; i < 100000; i++) {
        tc_identity_begin(t);
        format_name(t, "", i, "");
    }
    for (unsigned i = 0; i < mailboxes; i++) {
        add_mailbox(t, i);
        tc_identity_raise(t, format_name(t, "user", i, ""), TC_RANK_KNOWN);
    }
    for (unsigned i = 0; i < mailboxes; i++)
        cr_assert_neq(tc_identity_root(t, format_name(t, "user", i, "")), 0);
    cr_expect_eq(tc_identity_evicted(t, TC_RANK_KNOWN), 0);
    cr_expect_eq(tc_identity_refused(t), 0);
    cr_expect_leq(tc_identity_bytes(t), bound);
    tc_identity_free(t);
}

Test(identity_room, long_names_leave_no_room_that_short_ones_cannot_use)
{
    char tail[300];
    memset(tail, 'x', sizeof(tail) - 1);
    tail[sizeof(tail) - 1] = '\0';
    tc_identity *t = make_table((size_t)1 << 20, 0);
    for (unsigned i = 0; i < 20000; i++) {
        char text[320];
        tc_identity_begin(t);
        snprintf(text, sizeof(text), "%05u%s", i, tail + i % 290);
        cr_assert_neq(name(t, text), 0);
    }
    for (unsigned i = 0; i < 6000; i++) {
        tc_identity_begin(t);
        tc_identity_raise(t, format_name(t, "u", i, ""), TC_RANK_KNOWN);
    }
    cr_expect_eq(tc_identity_evicted(t, TC_RANK_KNOWN), 0);
    cr_expect_neq(tc_identity_find(t, TC_LIT("u000000")), 0);
    tc_identity_free(t);
}

/* -- who goes first ------------------------------------------------------------------------- */

static bool knows(tc_identity *t, const char *raw)
{
    return tc_identity_find(t, tc_slice_of(raw)) != 0;
}

Test(identity_room, the_lowest_rank_goes_first_and_of_it_the_eldest)
{
    tc_identity *t = make_table(1 << 20, 0);
    static const char *const names[] = {"old", "new", "seen", "newer", "pinned"};
    static const tc_rank ranks[] = {TC_RANK_OLD, TC_RANK_NEW, TC_RANK_KNOWN, TC_RANK_NEW,
                                    TC_RANK_PINNED};
    static const char *const order[] = {"new", "newer", "seen", "old"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        tc_identity_raise(t, name(t, names[i]), ranks[i]);
    tc_identity_raise(t, tc_identity_find(t, TC_LIT("old")), TC_RANK_NEW);
    cr_expect_eq(tc_identity_rank(t, tc_identity_find(t, TC_LIT("old"))), TC_RANK_OLD);
    cr_expect_not(tc_identity_evict(t), "all are in use");
    for (size_t i = 0; i < TC_COUNT_OF(order); i++) {
        cr_expect(knows(t, order[i]), "%s", order[i]);
        tc_identity_begin(t);
        cr_expect(tc_identity_evict(t));
        cr_expect_not(knows(t, order[i]), "%s", order[i]);
        tc_identity_begin(t);
    }
    cr_expect_not(tc_identity_evict(t), "only the pinned one is left");
    cr_expect(knows(t, "pinned"));
    cr_expect_eq(tc_identity_evicted(t, TC_RANK_NEW), 2);
    cr_expect_eq(tc_identity_evicted(t, TC_RANK_OLD), 1);
    tc_identity_free(t);
}

Test(identity_room, what_a_statement_uses_stays)
{
    tc_identity *t = make_table(1 << 20, 2);
    name(t, "first");
    name(t, "second");
    tc_identity_begin(t);
    tc_entity first = tc_identity_find(t, TC_LIT("first"));
    cr_expect_neq(name(t, "third"), 0);
    cr_expect(knows(t, "first"), "the elder one was in use");
    cr_expect_not(knows(t, "second"));
    cr_expect_eq(name(t, "fourth"), 0, "nobody can go");
    cr_expect_eq(tc_identity_refused(t), 1);
    cr_expect_eq(tc_identity_root(t, first), first);
    tc_identity_free(t);
}

Test(identity_room, another_name_of_somebody_known_is_no_entity_more)
{
    tc_identity *t = make_table(1 << 20, 1);
    tc_identity_declare(t, TC_LIT("jdoe@example.org"), TC_LIT("jdoe@example.org"));
    tc_identity_begin(t);
    cr_expect_eq(tc_identity_of(t, TC_LIT("EXAMPLE\\jdoe")),
                 tc_identity_find(t, TC_LIT("jdoe@example.org")));
    cr_expect_eq(name(t, "stranger"), 0);
    cr_expect_eq(tc_identity_count(t), 2);
    cr_expect_eq(tc_identity_refused(t), 1);
    tc_identity_free(t);
}

/* The text of a name in use stays where it is while others are forgotten around it. */
Test(identity_room, a_label_holds_until_the_next_statement)
{
    const size_t bound = (size_t)256 << 10;
    tc_identity *t = make_table(bound, 0);
    name(t, "gone000000@example.net");
    tc_identity_raise(t, name(t, "keep000000@example.net"), TC_RANK_KNOWN);
    for (unsigned i = 0; tc_identity_bytes(t) + 6000 < bound; i++) {
        tc_identity_begin(t);
        format_name(t, "e", i, "");
    }
    cr_assert_eq(tc_identity_evicted(t, TC_RANK_NEW), 0);
    tc_identity_begin(t);
    tc_slice label = tc_identity_label(t, tc_identity_find(t, TC_LIT("keep000000@example.net")));
    for (unsigned i = 0; i < 500; i++)
        cr_assert_neq(format_name(t, "f", i, ""), 0);
    for (unsigned i = 0; i < 3; i++)
        cr_assert_neq(format_name(t, "next", i, "@example.net"), 0);
    cr_expect_not(knows(t, "gone000000@example.net"));
    cr_expect(tc_slice_equal(label, TC_LIT("keep000000@example.net")));
    tc_identity_free(t);
}

/* -- what is forgotten ---------------------------------------------------------------------- */

typedef struct farewell {
    tc_identity *table;
    size_t count;
    uint32_t value;
    char label[64];
} farewell;

static void note(void *context, tc_entity root)
{
    farewell *f = context;
    f->count++;
    f->value = tc_identity_value(f->table, root);
    tc_slice_to_cstr(tc_identity_label(f->table, root), f->label, sizeof(f->label));
}

Test(identity_room, a_mailbox_goes_with_all_its_names_and_is_announced)
{
    farewell f = {0};
    tc_entity absorbed;
    tc_identity *t = f.table = tc_identity_new(
        &(tc_identity_options){.max_bytes = 1 << 20, .context = &f, .forget = note});
    uint32_t account = name(t, "EXAMPLE\\jdoe");
    uint32_t serial = tc_identity_serial(t, account);
    tc_identity_unite(t, TC_LIT("EXAMPLE\\jdoe"), TC_LIT("S-1-5-21-1-2-3-4"), &absorbed);
    name(t, "jdoe@example.org");
    tc_identity_set_value(t, account, 42);
    cr_expect_eq(tc_identity_count(t), 3);
    tc_identity_begin(t);
    cr_expect(tc_identity_evict(t));
    cr_expect_eq(f.count, 1);
    cr_expect_eq(f.value, 42);
    cr_expect_str_eq(f.label, "jdoe@example.org");
    cr_expect_eq(tc_identity_count(t), 0);
    cr_expect_not(knows(t, "S-1-5-21-1-2-3-4"));
    cr_expect_eq(tc_identity_root(t, account), 0);
    cr_expect_eq(tc_identity_serial(t, account), 0);
    for (unsigned i = 0; i < 3; i++)
        if (format_name(t, "other", i, "") == account)
            cr_expect_neq(tc_identity_serial(t, account), serial);
    cr_expect_eq(tc_identity_value(t, account), 0);
    tc_identity_free(t);
}

Test(identity_room, a_pair_is_forgotten_on_both_sides)
{
    static const char guid[] = "0aa89cf8-aa07-4103-8a1d-ca9e619f223e";
    tc_entity absorbed;
    tc_identity *t = make_table(1 << 20, 0);
    tc_identity_unite(t, TC_LIT("EXAMPLE\\bob"), tc_slice_of(guid), &absorbed);
    tc_identity_begin(t);
    cr_assert(tc_identity_evict(t));
    tc_identity_unite(t, TC_LIT("EXAMPLE\\carol"), tc_slice_of(guid), &absorbed);
    cr_expect_eq(tc_identity_find(t, tc_slice_of(guid)),
                 tc_identity_find(t, TC_LIT("EXAMPLE\\carol")));
    cr_expect_eq(tc_identity_conflicts(t), 0);
    tc_identity_free(t);
}

Test(identity_room, a_rival_that_is_forgotten_leaves_the_name_clear)
{
    tc_identity *t = make_table(1 << 20, 0);
    tc_identity_raise(t, name(t, "REAL\\jdoe"), TC_RANK_KNOWN);
    name(t, "FORGED\\jdoe");
    tc_identity_begin(t);
    cr_assert(tc_identity_evict(t));
    cr_expect_not(knows(t, "FORGED\\jdoe"));
    cr_expect_eq(tc_identity_of(t, TC_LIT("jdoe")), tc_identity_of(t, TC_LIT("REAL\\jdoe")));
    tc_identity_free(t);
}

Test(identity_room, no_mailbox_gathers_names_without_end)
{
    const unsigned most = 1024;
    tc_identity *t = make_table(1 << 20, 0);
    tc_entity absorbed;
    uint32_t first = name(t, "S-1-5-21-1-2-3-4");
    for (unsigned i = 0; i < 2 * most; i++)
        tc_identity_unite_names(t, first, format_name(t, "HOST\\u", i, ""), &absorbed);
    cr_expect_eq(tc_identity_conflicts(t), most + 1);
    cr_expect_eq(tc_identity_find(t, TC_LIT("HOST\\u000000")), first);
    cr_expect_neq(tc_identity_find(t, TC_LIT("HOST\\u002000")), first);
    tc_identity_free(t);
}

Test(identity_room, a_union_hands_over_value_and_rank)
{
    tc_identity *t = make_table(1 << 20, 0);
    tc_entity absorbed;
    uint32_t elder = name(t, "EXAMPLE\\a"), younger = name(t, "b@example.org");
    tc_identity_set_value(t, elder, 1);
    tc_identity_set_value(t, younger, 2);
    tc_identity_raise(t, younger, TC_RANK_USUAL);
    uint64_t key = tc_identity_key(t, elder);
    cr_expect_eq(tc_identity_unite_names(t, elder, younger, &absorbed), elder);
    cr_expect_eq(absorbed, younger);
    cr_expect_eq(tc_identity_absorbed_value(t), 2);
    cr_expect_eq(tc_identity_value(t, younger), 1, "asked by any of its names");
    cr_expect_eq(tc_identity_rank(t, elder), TC_RANK_USUAL);
    cr_expect_eq(tc_identity_key(t, younger), key);
    tc_identity_unite_names(t, elder, younger, &absorbed);
    cr_expect_eq(tc_identity_absorbed_value(t), 0);
    tc_identity_free(t);
}

Test(identity_room, bounds_tell_what_was_given_up)
{
    tc_bounds bounds = {0};
    tc_identity *t = make_table(1 << 20, 2);
    tc_identity_bounds(t, &bounds);
    cr_expect_eq(bounds.count, 0, "nothing yet");
    tc_identity_raise(t, name(t, "a"), TC_RANK_KNOWN);
    name(t, "b");
    name(t, "c");
    tc_identity_begin(t);
    while (tc_identity_evict(t))
        ;
    tc_identity_bounds(t, &bounds);
    cr_assert_eq(bounds.count, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(bounds.items[i].given_up, 1, "%s", bounds.items[i].what);
        cr_expect_eq(bounds.items[i].limit, 2);
        cr_expect_eq(bounds.items[i].blinds, TC_BLINDS_ALL);
    }
    tc_identity_free(t);
}

/* -- no memory ------------------------------------------------------------------------------ */

/* Sound: what is counted is found, has a root and a label. */
static void expect_sound(tc_identity *t, unsigned users)
{
    size_t found = 0;
    for (unsigned i = 0; i < users; i++) {
        char text[3][48];
        snprintf(text[0], sizeof(text[0]), "EXAMPLE\\user%u", i);
        snprintf(text[1], sizeof(text[1]), "user%u@example.org", i);
        snprintf(text[2], sizeof(text[2]), "S-1-5-21-1-2-3-%u", i);
        for (size_t k = 0; k < 3; k++) {
            tc_entity root = tc_identity_find(t, tc_slice_of(text[k]));
            found += root != 0;
            if (root != 0) cr_assert_gt(tc_identity_label(t, root).len, 0);
        }
    }
    cr_assert_eq(tc_identity_count(t), found);
}

static void say_all(tc_identity *t, unsigned users)
{
    for (unsigned i = 0; i < users; i++) {
        char account[48], address[48], sid[48];
        tc_entity absorbed;
        snprintf(account, sizeof(account), "EXAMPLE\\user%u", i);
        snprintf(address, sizeof(address), "user%u@example.org", i);
        snprintf(sid, sizeof(sid), "S-1-5-21-1-2-3-%u", i);
        tc_identity_begin(t);
        tc_identity_unite(t, tc_slice_of(address), tc_slice_of(sid), &absorbed);
        tc_identity_unite(t, tc_slice_of(sid), tc_slice_of(account), &absorbed);
    }
}

Test(identity_room, without_memory_names_are_refused_and_nothing_breaks)
{
    const unsigned users = 300;
    size_t refused = 0;
    for (uint64_t n = 1;; n++) {
        tc_alloc_fail_after(n);
        tc_identity *t = make_table(1 << 20, 0);
        if (t != NULL) say_all(t, users);
        tc_alloc_fail_after(0);
        if (t == NULL) continue;
        uint64_t missed = tc_identity_refused(t);
        expect_sound(t, users);
        say_all(t, users);
        cr_assert_eq(tc_identity_count(t), 3 * users, "once there is memory, all fit");
        cr_assert_eq(tc_identity_refused(t), missed);
        cr_assert_eq(tc_identity_evicted(t, TC_RANK_NEW), 0);
        tc_identity_free(t);
        refused += missed;
        if (missed == 0) break;
    }
    cr_expect_gt(refused, 1000);
}

/* The smallest table, all the time full: every page comes and goes. */
Test(identity_room, a_table_that_is_always_full_stays_sound)
{
    tc_identity *t = make_table(0, 0);
    for (unsigned round = 0; round < 4; round++) {
        say_all(t, 3000);
        expect_sound(t, 3000);
    }
    cr_expect_gt(tc_identity_evicted(t, TC_RANK_NEW), 1000);
    cr_expect_eq(tc_identity_refused(t), 0);
    cr_expect_leq(tc_identity_bytes(t), (size_t)256 << 10);
    tc_identity_free(t);
}
