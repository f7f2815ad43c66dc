/* The ordered stage is fed what the workers say, said in other ways: the same bytes come out. */
#include "tests/unit/pipeline/dense.h"
#include "tests/unit/pipeline/logs.h"
#include "tests/unit/pipeline/statements.h"

#include "parsers/base/poison.h"

#include <criterion/criterion.h>
#include <spawn.h>
#include <sys/wait.h>

TestSuite(ordered, .init = init_files, .fini = done_files);

#define OUT_MAX ((size_t)1 << 28)
#define BLOCK_BYTES ((size_t)64 << 10)

static const telling plain = {.name = "as they came"};

static statements said;
static tc_str as_they_came;

/* -- logs ----------------------------------------------------------------------------------- */

/* What is in "logs", judged with the rules of the house and own ones. */
static void read_logs(bool with_geo, size_t block_size)
{
    static char rules[1024], logs[1024], geo[1024];
    static const char *words[] = {"scan", "--internal", "10.0.0.0/8", "--rules", rules,
                                  logs,   "--geo",      geo,          NULL};
    snprintf(rules, sizeof(rules), "%s", in_files("own.yml"));
    snprintf(logs, sizeof(logs), "%s", in_files("logs"));
    snprintf(geo, sizeof(geo), "%s", in_files("geo.mmdb"));
    words[6] = with_geo ? "--geo" : NULL;
    read_statements(&said, words, block_size);
}

static void open_statements(bool with_geo)
{
    put_own_rules();
    read_logs(with_geo, BLOCK_BYTES);
    tc_str_init(&as_they_came, OUT_MAX);
    tell(&said, &plain, &as_they_came);
}

static void close_statements(void)
{
    tc_str_done(&as_they_came);
    done_statements(&said);
}

static void open_dense(void)
{
    put_dense();
    open_statements(false);
}

extern char **environ;

/* The example that the program brings along, by one more word. */
static void open_example(const char *word)
{
    const char *program = getenv("TOCSIN_SIMULATE");
    const char *words[] = {"tocsin-simulate", "--out", in_files(""), word, NULL};
    pid_t child;
    int status;
    cr_assert(program != NULL, "TOCSIN_SIMULATE must name the program");
    cr_assert_eq(posix_spawn(&child, program, NULL, NULL, (char *const *)(uintptr_t)words, environ),
                 0);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    open_statements(true);
}

/* -- comparing ------------------------------------------------------------------------------ */

/* Says where two texts part, with what stands around. */
static void expect_same(const telling *how, tc_slice got)
{
    tc_slice want = tc_str_view(&as_they_came);
    size_t at = 0;
    while (at < want.len && at < got.len && want.ptr[at] == got.ptr[at])
        at++;
    if (at == want.len && at == got.len) return;
    size_t from = at > 300 ? at - 300 : 0;
    cr_expect(false, "%s: differs at byte %zu\n  came: %.*s\n  told: %.*s", how->name, at,
              (int)TC_MIN(want.len - from, (size_t)500), (const char *)want.ptr + from,
              (int)TC_MIN(got.len - from, (size_t)500), (const char *)got.ptr + from);
}

static const telling ways[] = {
    {.name = "twice running", .again = TOLD_TWICE_RUNNING},
    {.name = "twice in batches of their own", .again = TOLD_TWICE_APART},
    {.name = "sessions in pieces", .cut = true, .seed = 1},
    {.name = "sessions in other pieces", .cut = true, .seed = 2},
    {.name = "sessions in pieces, twice", .cut = true, .seed = 3, .again = TOLD_TWICE_RUNNING},
    {.name = "facts once more", .again_later = true, .seed = 4},
    {.name = "one statement a batch", .batch = 1},
    {.name = "one batch", .batch = SIZE_MAX / 2},
    {.name = "another order", .shuffled = true, .batch = 999, .seed = 5},
    {.name = "released often", .by_time = true, .batch = 7},
    {.name = "released seldom", .by_time = true, .batch = 5000},
    {.name = "everything",
     .again = TOLD_TWICE_APART,
     .cut = true,
     .again_later = true,
     .shuffled = true,
     .by_time = true,
     .batch = 50,
     .seed = 6},
    {.name = "everything, in bulk",
     .again = TOLD_TWICE_RUNNING,
     .cut = true,
     .again_later = true,
     .shuffled = true,
     .batch = 20000,
     .seed = 7},
};

static uint64_t expect_same_told(const telling *how)
{
    tc_str out;
    tc_str_init(&out, OUT_MAX);
    uint64_t spilled = tell(&said, how, &out);
    expect_same(how, tc_str_view(&out));
    tc_str_done(&out);
    return spilled;
}

/* Sanitised builds, which are several times as slow, take a third of them for logs that differ from
 * the example in little. */
static void expect_same_in_some_ways(void)
{
#ifdef TC_WITH_ASAN
    size_t stride = getenv("TOCSIN_SLOW") ? 1 : 3;
#else
    size_t stride = 1;
#endif
    for (size_t i = 0; i < TC_COUNT_OF(ways); i += stride)
        expect_same_told(&ways[i]);
}

static void expect_same_in_all_ways(void)
{
    uint64_t spilled = 0;
    for (size_t i = 0; i < TC_COUNT_OF(ways); i++)
        spilled += expect_same_told(&ways[i]);
    cr_expect_gt(spilled, 0, "no way takes more than the sorter's memory");
}

/* Otherwise nothing would be compared. Nobody in the example asks for a language, no program comes
 * from outside, and it has no cloud. */
static void expect_much(bool every_kind)
{
    tc_slice out = tc_str_view(&as_they_came);
    for (int kind = 0; kind < TC_OBS_KIND_COUNT; kind++)
        cr_expect(((kind == TC_OBS_WEB_CULTURE || kind == TC_OBS_WEB_USE || kind == TC_OBS_AUDIT) &&
                   !every_kind) ||
                      count_statements(&said, (tc_observation_kind)kind) > 0,
                  "kind %d", kind);
    cr_expect(tc_slice_search(out, TC_LIT("\"type\":\"incident\"")) != TC_NPOS);
    cr_expect(tc_slice_search(out, TC_LIT("\"offset\":")) != TC_NPOS);
}

Test(ordered, crowded_seconds_told_in_any_way_give_the_same_bytes)
{
    open_dense();
    expect_much(true);
    /* Records stand in both servers' logs: told twice, they are no more copies than before. */
    cr_expect(tc_slice_search(tc_str_view(&as_they_came), TC_LIT("copies in source")) != TC_NPOS);
    expect_same_in_all_ways();
    close_statements();
}

/* Then workers merge, and repeat, other things. */
Test(ordered, blocks_that_end_elsewhere_give_the_same_bytes)
{
    static const telling again = {.name = "other blocks"};
    open_dense();
    size_t spans = count_statements(&said, TC_OBS_WEB_SPAN);
    for (size_t block_size = 4096; block_size <= 1 << 20; block_size *= 256) {
        done_statements(&said);
        read_logs(false, block_size);
        cr_expect_neq(count_statements(&said, TC_OBS_WEB_SPAN), spans, "blocks of %zu", block_size);
        expect_same_told(&again);
    }
    close_statements();
}

Test(ordered, the_example_told_in_any_way_gives_the_same_bytes)
{
    open_example(NULL);
    expect_much(false);
    expect_same_in_all_ways();
    close_statements();
}

Test(ordered, accounts_unlike_addresses_told_in_any_way_give_the_same_bytes)
{
    open_example("--accounts-unlike");
    expect_much(false);
    expect_same_in_some_ways();
    close_statements();
}

Test(ordered, clients_behind_a_balancer_told_in_any_way_give_the_same_bytes)
{
    open_example("--nat");
    expect_much(false);
    expect_same_in_some_ways();
    close_statements();
}

/* -- saved and had back --------------------------------------------------------------------- */

Test(ordered, all_state_saved_and_had_back_after_every_statement_gives_the_same_bytes)
{
    static const telling every = {.name = "saved each time", .saved = true, .batch = 1};
    static const telling stretches = {
        .name = "saved each time in stretches", .saved = true, .batch = TOLD_IN_STRETCHES};
    open_dense();
    expect_same_told(getenv("TOCSIN_SLOW") ? &every : &stretches);
    close_statements();
}

Test(ordered, the_example_saved_and_had_back_gives_the_same_bytes)
{
    static const telling often = {.name = "saved often", .saved = true, .batch = 97};
    open_example(NULL);
    expect_same_told(&often);
    close_statements();
}

Test(ordered, clients_behind_a_balancer_saved_and_had_back_give_the_same_bytes)
{
    static const telling often = {.name = "saved often", .saved = true, .batch = 997};
    open_example("--nat");
    expect_same_told(&often);
    close_statements();
}

Test(ordered, who_only_looks_at_names_changes_no_state)
{
    open_dense();
    cr_expect(looks_leave_no_trace(&said));
    close_statements();
}

Test(ordered, state_that_somebody_has_changed_is_refused_or_gone_on_from)
{
    size_t rounds = getenv("TOCSIN_SLOW") ? 20000 : 150;
    open_dense();
    size_t taken = tell_after_damage(&said, rounds);
    cr_expect(taken > rounds / 10 && taken < rounds, "%zu of %zu were taken", taken, rounds);
    close_statements();
}
