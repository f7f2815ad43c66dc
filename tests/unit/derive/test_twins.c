#include "detector/derive/twins.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

static tc_twins *t;
static tc_twin first;

static void setup(void)
{
    t = tc_twins_new();
    cr_assert_not_null(t);
}

static void teardown(void)
{
    tc_twins_free(t);
}

TestSuite(twins, .init = setup, .fini = teardown);

static tc_twin deed(int64_t ms, uint8_t log, uint64_t alike, uint64_t id)
{
    tc_time time = TC_DAY + ms * (TC_SECOND / 1000);
    return (tc_twin){.now = time, .time = time, .alike = alike, .id = id, .log = log};
}

static tc_twin_answer note(int64_t ms, uint8_t log, uint64_t alike, uint64_t id)
{
    tc_twin twin = deed(ms, log, alike, id);
    return tc_twins_note(t, &twin, &first);
}

enum { A = TC_TWIN_SERVER, B = TC_TWIN_PROXY };

Test(twins, two_logs_tell_of_one_deed)
{
    cr_expect_eq(note(0, A, 7, 0), TC_TWIN_NEW);
    cr_expect_eq(note(800, B, 7, 0), TC_TWIN_TOLD);
    cr_expect_eq(note(900, B, 7, 0), TC_TWIN_NEW, "each log has it once");
    cr_expect_eq(note(1000, A, 7, 0), TC_TWIN_TOLD);
    cr_expect_eq(note(1000, A, 8, 0), TC_TWIN_NEW);
    cr_expect_eq(note(1000, B, 0, 0), TC_TWIN_NEW, "no other log has such");
    cr_expect_eq(note(1000, A, 0, 0), TC_TWIN_NEW);
}

Test(twins, of_one_log_all_are_told)
{
    for (int i = 0; i < 500; i++)
        cr_expect_eq(note(i, A, 7, i % 2 ? 9 : 0), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_given_up(t), 0);
}

Test(twins, an_id_tells_alike_ones_apart)
{
    cr_expect_eq(note(0, A, 7, 1), TC_TWIN_NEW);
    cr_expect_eq(note(0, A, 7, 2), TC_TWIN_NEW);
    cr_expect_eq(note(1, B, 7, 3), TC_TWIN_NEW);
    cr_expect_eq(note(1, B, 7, 2), TC_TWIN_TOLD);
    cr_expect_eq(note(2, B, 7, 0), TC_TWIN_TOLD, "the one that is left");
    cr_expect_eq(note(3, B, 7, 1), TC_TWIN_NEW);
}

Test(twins, an_id_reaches_further)
{
    cr_expect_eq(note(0, A, 7, 1), TC_TWIN_NEW);
    cr_expect_eq(note(0, A, 8, 0), TC_TWIN_NEW);
    cr_expect_eq(note(4000, B, 8, 0), TC_TWIN_NEW);
    cr_expect_eq(note(59000, B, 70, 1), TC_TWIN_TOLD);
    cr_expect_eq(note(60000, A, 7, 2), TC_TWIN_NEW);
    cr_expect_eq(note(121000, B, 7, 2), TC_TWIN_NEW);
}

Test(twins, who_knows_more_is_heard)
{
    tc_twin inside = deed(0, A, 7, 5), outside = deed(10, B, 7, 5);
    outside.remote = true;
    outside.ip.bytes[15] = 9;
    cr_expect_eq(tc_twins_note(t, &inside, &first), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_note(t, &outside, &first), TC_TWIN_MORE);
    cr_expect_eq(first.log, A);
    tc_twin named = deed(20, A, 8, 0), unnamed = deed(20, B, 8, 0);
    named.user = 3;
    cr_expect_eq(tc_twins_note(t, &named, &first), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_note(t, &unnamed, &first), TC_TWIN_TOLD);
}

Test(twins, what_contradicts_itself_is_two)
{
    tc_twin a = deed(0, A, 7, 5), b = deed(0, B, 7, 5);
    a.user = 1;
    b.user = 2;
    cr_expect_eq(tc_twins_note(t, &a, &first), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_note(t, &b, &first), TC_TWIN_NEW);
    a = deed(1, A, 8, 0);
    b = deed(1, B, 8, 0);
    a.host = 1;
    b.host = 2;
    cr_expect_eq(tc_twins_note(t, &a, &first), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_note(t, &b, &first), TC_TWIN_NEW);
    a = deed(2, A, 9, 6);
    b = deed(2, B, 9, 6);
    a.remote = b.remote = true;
    a.ip.bytes[15] = 1;
    cr_expect_eq(tc_twins_note(t, &a, &first), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_note(t, &b, &first), TC_TWIN_NEW, "two strangers' addresses");
}

Test(twins, three_logs)
{
    for (int i = 0; i < 100; i++)
        cr_expect_eq(note(i, TC_TWIN_WEB, 7, 0), TC_TWIN_NEW);
    for (int i = 0; i < 100; i++)
        cr_expect_eq(note(100 + i, TC_TWIN_WINDOWS, 7, 0), TC_TWIN_TOLD);
    for (int i = 0; i < 101; i++)
        cr_expect_eq(note(200 + i, TC_TWIN_DOMAIN, 7, 0), i < 100 ? TC_TWIN_TOLD : TC_TWIN_NEW);
}

Test(twins, at_the_bound_the_eldest_may_count_twice)
{
    for (uint64_t i = 0; i <= TC_TWINS_MAX; i++)
        cr_expect_eq(note(0, A, i + 1, 0), TC_TWIN_NEW);
    cr_expect_eq(tc_twins_given_up(t), 1);
    cr_expect_eq(note(1, B, 1, 0), TC_TWIN_NEW);
    cr_expect_eq(note(1, B, TC_TWINS_MAX, 0), TC_TWIN_TOLD);
}

/* -- saved state ---------------------------------------------------------------------------- */

typedef struct bench {
    tc_twins *of;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_twins_free(b->of);
    b->of = tc_twins_new();
    cr_assert_not_null(b->of);
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    renew(b);
    return b;
}

static void drop(void *object)
{
    tc_twins_free(((bench *)object)->of);
    tc_free(object);
}

static void visit(void *object, tc_visit *v)
{
    tc_twins_visit(((bench *)object)->of, "twins", v);
}

/* A crowd of a few deeds in all logs, some decided late. */
static void step(void *object, size_t n, tc_str *log)
{
    tc_twin twin = deed((int64_t)n * 300, (uint8_t)stateful_roll(n, 1, TC_TWIN_LOG_COUNT),
                        stateful_roll(n, 2, 3), stateful_roll(n, 3, 4));
    if (stateful_roll(n, 4, 3) == 0) twin.time = tc_time_sub(twin.time, 10 * TC_SECOND);
    twin.user = stateful_roll(n, 5, 3);
    twin.remote = stateful_roll(n, 6, 2);
    twin.ip.bytes[15] = (uint8_t)stateful_roll(n, 7, 2);
    tc_twin_answer answer = tc_twins_note(((bench *)object)->of, &twin, &first);
    tc_str_addf(log, "%zu %d\n", n, (int)answer);
    if (answer != TC_TWIN_NEW) tc_str_addf(log, "%" PRId64 " %u\n", first.now, first.log);
}

static const stateful twins_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(twins_visit, twins_state, 3000, 7, 8, 200, 3000, 30);
