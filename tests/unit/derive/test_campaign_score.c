#include "detector/derive/campaign_score.h"

#include "parsers/base/hash.h"

#include <criterion/criterion.h>

typedef struct bench {
    tc_strangers *strangers;
    tc_habits *habits;
    tc_observations *batch;
    tc_time now;
} bench;

/* An organisation of 200 mailboxes with an agent and a network of its own each. */
static void start(bench *b)
{
    *b = (bench){.strangers = tc_strangers_new(),
                 .habits = tc_habits_new(4096),
                 .batch = tc_observations_new(65536),
                 .now = 20000 * TC_DAY};
    cr_assert(b->strangers && b->habits && b->batch);
    for (uint64_t i = 0; i < 200; i++) {
        tc_habits_person(b->habits);
        tc_habits_note(b->habits, TC_TRAIT_AGENT, 1000 + i);
        tc_habits_note(b->habits, TC_TRAIT_NETWORK, 1000 + i);
        tc_habits_note(b->habits, TC_TRAIT_ASN, 1000 + i % 20);
    }
}

static void stop(bench *b)
{
    tc_strangers_free(b->strangers);
    tc_habits_free(b->habits);
    tc_observations_free(b->batch);
}

static tc_stranger *come(bench *b, uint64_t mailbox, uint64_t agent, uint64_t asn, uint64_t network)
{
    tc_observation *o = NULL;
    char address[64];
    const uint64_t keys[] = {agent, asn, network, mailbox};
    tc_observations_clear(b->batch);
    cr_assert(!tc_failed(tc_observations_add(b->batch, &o)));
    b->now += TC_HOUR;
    o->order.time = b->now;
    snprintf(address, sizeof(address), "9.%u.%u.%u", (unsigned)(mailbox / 250),
             (unsigned)(network % 250), (unsigned)(mailbox % 250));
    cr_assert(tc_ip_parse(tc_slice_of(address), &o->ip));
    tc_strangers_expire(b->strangers, b->now);
    return tc_strangers_add(b->strangers, keys, (uint32_t)mailbox, o,
                            tc_observations_heap(b->batch));
}

static int32_t score(bench *b, tc_stranger_key which, uint64_t key)
{
    tc_campaign c;
    tc_campaign_judge(b->strangers, b->habits, which, key, &c);
    return c.score;
}

Test(campaign_score, logarithms_are_right_to_a_thousandth)
{
    cr_expect_eq(tc_log2_1024(0), 0);
    cr_expect_eq(tc_log2_1024(1), 0);
    static const struct {
        uint64_t number;
        double log;
    } known[] = {{2, 1}, {3, 1.584963}, {10, 3.321928}, {1000, 9.965784}, {123457, 16.913679}};
    for (size_t i = 0; i < TC_COUNT_OF(known); i++)
        cr_expect_float_eq(tc_log2_1024(known[i].number) / 1024.0, known[i].log, 0.001, "%" PRIu64,
                           known[i].number);
    cr_expect_eq(tc_log2_1024(UINT64_C(1) << 63), 63 * 1024);
    cr_expect_eq(tc_log2_1024(UINT64_MAX), 64 * 1024 - 1);
}

Test(campaign_score, nobody_is_no_campaign)
{
    bench b;
    start(&b);
    cr_expect_eq(score(&b, TC_STRANGER_AGENT, 7), INT32_MIN);
    stop(&b);
}

Test(campaign_score, three_strangers_with_one_client_and_system_are_one)
{
    bench b;
    start(&b);
    come(&b, 1, 7, 8, 9);
    int32_t one = score(&b, TC_STRANGER_AGENT, 7);
    come(&b, 2, 7, 8, 10);
    int32_t two = score(&b, TC_STRANGER_AGENT, 7);
    come(&b, 3, 7, 8, 11);
    int32_t three = score(&b, TC_STRANGER_AGENT, 7);
    cr_expect_lt(one, 0, "%d", one);
    cr_expect_gt(two, one);
    cr_expect_gt(three, 5 * TC_CAMPAIGN_BIT, "%d", three);
    cr_expect_gt(score(&b, TC_STRANGER_ASN, 8), 5 * TC_CAMPAIGN_BIT);
    stop(&b);
}

Test(campaign_score, strangers_with_nothing_in_common_are_none)
{
    bench b;
    start(&b);
    for (uint64_t i = 1; i <= 12; i++)
        come(&b, i, 100 + i, 200 + i, 300 + i);
    for (uint64_t i = 1; i <= 12; i++)
        cr_expect_lt(score(&b, TC_STRANGER_AGENT, 100 + i), 0);
    stop(&b);
}

Test(campaign_score, what_many_use_is_met_by_chance)
{
    bench b;
    start(&b);
    for (int i = 0; i < 60; i++)
        tc_habits_note(b.habits, TC_TRAIT_AGENT, 7);
    for (uint64_t i = 1; i <= 6; i++)
        come(&b, i, 7, 1000 + i, 300 + i);
    cr_expect_lt(score(&b, TC_STRANGER_AGENT, 7), 0, "%d", score(&b, TC_STRANGER_AGENT, 7));
    stop(&b);
}

/* Three strangers with one agent, whose family so many mailboxes of 200 use. */
static int32_t three_of_family(uint32_t users, bool own)
{
    bench b;
    start(&b);
    for (uint32_t i = 0; i < users; i++)
        tc_habits_note(b.habits, TC_TRAIT_FAMILY, 5);
    for (uint64_t i = 1; i <= 3; i++) {
        tc_stranger *it = come(&b, i, 7, 8, 8 + i);
        it->family = 5;
        it->own = own;
    }
    int32_t ret = score(&b, TC_STRANGER_AGENT, 7);
    stop(&b);
    return ret;
}

Test(campaign_score, a_rare_family_that_is_the_mailbox_s_own_is_its_owner)
{
    /* One in ten has it: log2(2/10) for each of the three. */
    int32_t less = three_of_family(20, false) - three_of_family(20, true);
    cr_expect_float_eq(less / 1024.0, 3 * 2.3219, 0.01, "%d", less);
    /* As many have it as come by chance with it: nothing is said. */
    cr_expect_eq(three_of_family(100, false), three_of_family(100, true));
    cr_expect_eq(three_of_family(180, false), three_of_family(180, true));
    /* Never more than three bits. */
    cr_expect_eq(three_of_family(1, false) - three_of_family(1, true), 9 * TC_CAMPAIGN_BIT);
}

Test(campaign_score, one_mailbox_many_times_is_one_mailbox)
{
    bench b;
    tc_campaign c;
    start(&b);
    for (int i = 0; i < 20; i++)
        come(&b, 1, 7, 8, 9);
    tc_campaign_judge(b.strangers, b.habits, TC_STRANGER_AGENT, 7, &c);
    cr_expect_eq(c.mailboxes, 1);
    cr_expect_eq(c.count, 20);
    cr_expect_lt(c.score, 0);
    stop(&b);
}

Test(campaign_score, a_network_of_many_clients_says_less)
{
    bench b;
    start(&b);
    for (uint64_t i = 1; i <= 4; i++)
        come(&b, i, 100 + i, 1000, 9);
    int32_t mixed = score(&b, TC_STRANGER_NETWORK, 9);
    for (uint64_t i = 5; i <= 8; i++)
        come(&b, i, 7, 1000, 10);
    cr_expect_lt(mixed, 0, "%d", mixed);
    cr_expect_gt(score(&b, TC_STRANGER_NETWORK, 10), 5 * TC_CAMPAIGN_BIT);
    stop(&b);
}

Test(campaign_score, where_people_come_with_own_devices_is_a_place)
{
    bench b;
    tc_campaign c;
    start(&b);
    for (uint64_t i = 1; i <= 4; i++)
        come(&b, i, 7, 8, 9);
    cr_expect(!tc_campaign_is_place(b.strangers, b.habits, 9));
    tc_habits_note(b.habits, TC_TRAIT_NETWORK, 9);
    tc_habits_note(b.habits, TC_TRAIT_NETWORK, 9);
    cr_expect(tc_campaign_is_place(b.strangers, b.habits, 9));
    cr_expect(!tc_campaign_has_guests(b.strangers, b.habits, 9), "all with one agent");
    tc_habits_note(b.habits, TC_HABIT_GUESTS, 9);
    cr_expect(tc_campaign_has_guests(b.strangers, b.habits, 9));
    tc_campaign_judge(b.strangers, b.habits, TC_STRANGER_AGENT, 7, &c);
    cr_expect_eq(c.count, 0);
    come(&b, 5, 7, 8, 9);
    cr_expect(!tc_campaign_is_place(b.strangers, b.habits, 9), "more strangers than people");
    cr_expect(!tc_campaign_has_guests(b.strangers, b.habits, 9));
    stop(&b);
}

Test(campaign_score, each_kind_of_evidence_counts_once_a_mailbox)
{
    bench b;
    start(&b);
    tc_stranger *first = come(&b, 1, 7, 8, 9);
    int32_t before = score(&b, TC_STRANGER_AGENT, 7);
    first->evidence = TC_CAMPAIGN_LANGUAGE;
    int32_t after = score(&b, TC_STRANGER_AGENT, 7);
    cr_expect_eq(after - before, 8 * TC_CAMPAIGN_BIT);
    come(&b, 1, 7, 8, 9)->evidence = TC_CAMPAIGN_LANGUAGE;
    cr_expect_eq(score(&b, TC_STRANGER_AGENT, 7), after);
    stop(&b);
}

Test(campaign_score, a_mailbox_without_history_says_less)
{
    bench b;
    start(&b);
    tc_stranger *it = come(&b, 1, 7, 8, 9);
    int32_t with = score(&b, TC_STRANGER_AGENT, 7);
    it->without_history = true;
    cr_expect_lt(score(&b, TC_STRANGER_AGENT, 7), with);
    stop(&b);
}

Test(campaign_score, a_busy_fortnight_makes_coincidence_likelier)
{
    bench b, quiet;
    start(&b);
    start(&quiet);
    for (uint64_t i = 10; i < 110; i++)
        come(&b, i, 500 + i, 500 + i, 500 + i);
    for (uint64_t i = 1; i <= 3; i++) {
        come(&b, i, 7, 8, 9);
        come(&quiet, i, 7, 8, 9);
    }
    cr_expect_lt(score(&b, TC_STRANGER_AGENT, 7), score(&quiet, TC_STRANGER_AGENT, 7));
    stop(&b);
    stop(&quiet);
}

/* -- strangers ------------------------------------------------------------------------------ */

Test(strangers, are_forgotten_after_a_fortnight)
{
    bench b;
    start(&b);
    come(&b, 1, 7, 8, 9);
    come(&b, 2, 7, 8, 9);
    tc_strangers_expire(b.strangers, b.now + TC_STRANGERS_WINDOW - TC_MINUTE);
    cr_expect_eq(tc_strangers_mailboxes(b.strangers), 1);
    cr_expect_not_null(tc_strangers_first(b.strangers, TC_STRANGER_AGENT, 7));
    tc_strangers_expire(b.strangers, b.now + TC_STRANGERS_WINDOW + TC_MINUTE);
    cr_expect_eq(tc_strangers_mailboxes(b.strangers), 0);
    cr_expect_null(tc_strangers_first(b.strangers, TC_STRANGER_AGENT, 7));
    stop(&b);
}

Test(strangers, of_one_mailbox_do_not_push_out_the_others)
{
    bench b;
    start(&b);
    come(&b, 1, 7, 8, 9);
    tc_time then = b.now;
    for (uint64_t i = 0; i < 2 * TC_STRANGERS_MAX; i++) {
        b.now = then;
        (void)come(&b, 2, 1000 + i, 1000 + i, 1000 + i);
    }
    const tc_stranger *it = tc_strangers_first(b.strangers, TC_STRANGER_AGENT, 7);
    cr_assert_not_null(it, "the other mailbox's is there");
    cr_expect_eq(it->keys[TC_STRANGER_MAILBOX], 1);
    tc_bounds bounds = {.count = 0};
    tc_strangers_bounds(b.strangers, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 2 * TC_STRANGERS_MAX - TC_STRANGERS_OF_ONE);
    stop(&b);
}

Test(strangers, at_the_bound_the_eldest_goes_and_is_counted)
{
    bench b;
    start(&b);
    tc_time then = b.now;
    for (uint64_t i = 1; i <= TC_STRANGERS_MAX + 5; i++) {
        b.now = then;
        come(&b, i, 10000 + i, 1, 1);
    }
    cr_expect_null(tc_strangers_first(b.strangers, TC_STRANGER_AGENT, 10005));
    cr_expect_not_null(tc_strangers_first(b.strangers, TC_STRANGER_AGENT, 10006));
    cr_expect_eq(tc_strangers_mailboxes(b.strangers), TC_STRANGERS_MAX);
    tc_bounds bounds = {.count = 0};
    tc_strangers_bounds(b.strangers, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 5);
    stop(&b);
}

Test(strangers, united_mailboxes_are_one)
{
    bench b;
    tc_campaign c;
    start(&b);
    come(&b, 1, 7, 8, 9);
    come(&b, 2, 7, 8, 10);
    come(&b, 3, 7, 8, 11);
    tc_strangers_unite(b.strangers, 2, 1, 1);
    cr_expect_eq(tc_strangers_mailboxes(b.strangers), 2);
    tc_campaign_judge(b.strangers, b.habits, TC_STRANGER_AGENT, 7, &c);
    cr_expect_eq(c.mailboxes, 2);
    cr_expect_eq(c.count, 3);
    cr_expect_eq(c.members[1]->entity, 1);
    tc_strangers_forget(b.strangers, 1);
    cr_expect_eq(c.members[0]->entity, 0);
    stop(&b);
}

/* -- habits --------------------------------------------------------------------------------- */

Test(habits, what_few_use_makes_room)
{
    tc_habits *h = tc_habits_new(64);
    for (uint64_t value = 0; value < 32; value++)
        for (int i = 0; i < 3; i++)
            tc_habits_note(h, TC_TRAIT_AGENT, value);
    for (uint64_t value = 1000; value < 9000; value++)
        tc_habits_note(h, TC_TRAIT_ASN, value);
    for (uint64_t value = 0; value < 32; value++)
        cr_expect_eq(tc_habits_of(h, TC_TRAIT_AGENT, value), 3, "%" PRIu64, value);
    cr_expect_eq(tc_habits_values(h, TC_TRAIT_AGENT), 32);
    cr_expect_eq(tc_habits_uses(h, TC_TRAIT_AGENT), 96);
    cr_expect_eq(tc_habits_values(h, TC_TRAIT_ASN), 32);
    cr_expect_eq(tc_habits_uses(h, TC_TRAIT_ASN), 32);
    tc_bounds bounds = {.count = 0};
    tc_habits_bounds(h, &bounds);
    cr_expect_eq(bounds.items[0].given_up, 8000 - 32);
    tc_habits_free(h);
}
