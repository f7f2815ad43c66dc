#include "detector/pipeline/input_feed.h"
#include "detector/pipeline/pipeline.h"
#include "parsers/base/alloc.h"
#include "tests/unit/pipeline/logs.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

TestSuite(pipeline, .init = init_files, .fini = done_files);

enum { JOBS = 4, BLOCK = 256, PIECE = 1 << 20 };

/* A job whose payloads are plain memory, counted. */
typedef struct bench {
    atomic_int made, freed;        /* payloads, by anybody */
    atomic_size_t under_way, most; /* bytes of payloads not yet collected */
    int collected, parts, failed;
    int pieces;        /* payloads of each block */
    int fail_at;       /* collect fails at this result */
    const char *words; /* of a worker that fails; NULL = it fails without */
    bool work_fails, worker_missing;
    uint64_t next[8]; /* sequence expected of each source, in order */
    bool in_sequence;
} bench;

static bench b;

static void *worker_new(void *context)
{
    (void)context;
    return b.worker_missing ? NULL : &b;
}

static void worker_free(void *worker)
{
    (void)worker;
}

static void *make_payload(void)
{
    size_t now = atomic_fetch_add(&b.under_way, PIECE) + PIECE, most = atomic_load(&b.most);
    while (now > most && !atomic_compare_exchange_weak(&b.most, &most, now))
        continue;
    void *payload = tc_alloc(1, 64);
    if (payload) atomic_fetch_add(&b.made, 1);
    return payload;
}

static void payload_free(void *payload)
{
    if (payload) atomic_fetch_add(&b.freed, 1);
    atomic_fetch_sub(&b.under_way, PIECE);
    tc_free(payload);
}

static TC_STATUS work(void *worker, const tc_block *block, tc_block_result *result)
{
    (void)worker;
    (void)block;
    for (int i = 1; i < b.pieces; i++)
        TC_TRY(tc_pipeline_hand_over(result, make_payload(), PIECE));
    result->payload = make_payload();
    result->payload_bytes = b.pieces ? PIECE : 0;
    if (!b.work_fails) return TC_SUCCESS;
    if (b.words) return tc_fail(&result->error, TC_ELIMIT, "%s", b.words);
    return (tc_status){TC_ENOMEM};
}

static TC_STATUS collect(void *context, tc_block_result *result)
{
    (void)context;
    if (result->payload) payload_free(result->payload);
    b.parts += result->part ? 1 : 0;
    b.failed += result->failed ? 1 : 0;
    if (!result->part && b.next[result->source]++ != result->sequence) b.in_sequence = false;
    return ++b.collected == b.fail_at ? (tc_status){TC_ENOMEM} : TC_SUCCESS;
}

static tc_input *put_and_open(void)
{
    static int seconds[500];
    for (int i = 0; i < 500; i++)
        seconds[i] = i;
    put_iis("a.log", seconds, 500);
    put_iis("b.log", seconds + 100, 300);
    put_iis("c.log", seconds + 200, 1);
    return open_logs();
}

static TC_STATUS run_feed(const tc_feed *feed, bool in_order, uint32_t jobs, tc_error *error)
{
    tc_pipeline_job job = {.worker_new = worker_new,
                           .worker_free = worker_free,
                           .work = work,
                           .collect = collect,
                           .payload_free = payload_free,
                           .in_order = in_order,
                           .jobs = jobs,
                           .feed = *feed};
    b.in_sequence = true;
    tc_status status = tc_pipeline_run(&job, error);
    cr_expect_eq(atomic_load(&b.made), atomic_load(&b.freed), "%d made, %d freed",
                 atomic_load(&b.made), atomic_load(&b.freed));
    return status;
}

static TC_STATUS run(const tc_input *input, bool in_order, tc_error *error)
{
    tc_input_feed sources;
    memset(error, 0, sizeof(*error));
    tc_input_feed_start(&sources, input, NULL, 0, BLOCK);
    tc_feed feed = tc_input_feed_of(&sources);
    tc_status status = run_feed(&feed, in_order, JOBS, error);
    tc_input_feed_done(&sources);
    return status;
}

Test(pipeline, collects_every_block_once_and_in_order_when_asked)
{
    tc_error error;
    tc_input *input = put_and_open();
    cr_expect_eq(run(input, true, &error).code, TC_OK);
    cr_expect(b.in_sequence);
    cr_expect(b.collected > 60, "%d", b.collected);
    close_logs(input);
}

Test(pipeline, reads_only_what_it_is_told_to)
{
    tc_error error = {0};
    tc_input *input = put_and_open();
    uint32_t order[] = {source_index(input, "/c.log")};
    tc_input_feed sources;
    tc_input_feed_start(&sources, input, order, 1, BLOCK);
    tc_feed feed = tc_input_feed_of(&sources);
    cr_expect_eq(run_feed(&feed, false, 1, &error).code, TC_OK);
    tc_input_feed_done(&sources);
    cr_expect(b.next[order[0]] >= 1);
    for (uint32_t i = 0; i < 3; i++)
        cr_expect(i == order[0] || b.next[i] == 0);
    close_logs(input);
}

Test(pipeline, lets_no_more_payloads_be_under_way_than_is_promised)
{
    tc_error error;
    tc_input *input = put_and_open();
    b.pieces = 50;
    cr_expect_eq(run(input, false, &error).code, TC_OK);
    cr_expect_eq(b.parts, (b.collected - b.parts) * 49);
    /* What waits for room in a worker's hands counts besides. */
    cr_expect_leq(atomic_load(&b.most), (size_t)(JOBS * 2 + 2 + JOBS) * TC_PAYLOAD_BYTES);
    close_logs(input);
}

Test(pipeline, frees_what_is_under_way_when_collecting_fails)
{
    tc_input *input = put_and_open();
    for (int fail_at = 1; fail_at < 60; fail_at += 7) {
        tc_error error;
        b = (bench){.pieces = 3, .fail_at = fail_at};
        cr_expect_eq(run(input, false, &error).code, TC_ENOMEM);
        cr_expect_eq(error.code, TC_OK, "who collects keeps the words");
        cr_expect_eq(b.collected, fail_at);
        b = (bench){.fail_at = fail_at % 20 + 1};
        cr_expect_eq(run(input, true, &error).code, TC_ENOMEM);
    }
    close_logs(input);
}

Test(pipeline, keeps_the_words_of_its_caller_when_collecting_fails)
{
    tc_error error = {0};
    tc_input *input = put_and_open();
    tc_input_feed sources;
    tc_input_feed_start(&sources, input, NULL, 0, BLOCK);
    tc_feed feed = tc_input_feed_of(&sources);
    b.fail_at = 3;
    (void)tc_fail(&error, TC_EIO, "written by the collector");
    cr_expect_eq(run_feed(&feed, false, 2, &error).code, TC_ENOMEM);
    tc_input_feed_done(&sources);
    cr_expect_str_eq(error.text, "written by the collector");
    close_logs(input);
}

Test(pipeline, hands_on_the_words_of_a_worker_that_fails_and_names_the_file)
{
    tc_error error;
    tc_input *input = put_and_open();
    b = (bench){.work_fails = true, .words = "no more of this", .pieces = 2};
    cr_expect_eq(run(input, false, &error).code, TC_ELIMIT);
    cr_expect_str_eq(error.text, "no more of this");
    cr_expect(strstr(error.source, ".log") != NULL, "%s", error.source);
    b = (bench){.work_fails = true};
    cr_expect_eq(run(input, true, &error).code, TC_ENOMEM);
    cr_expect_str_eq(error.text, "out of memory");
    cr_expect(strstr(error.source, ".log") != NULL, "%s", error.source);
    close_logs(input);
}

Test(pipeline, says_when_there_is_no_memory_for_a_worker)
{
    tc_error error;
    tc_input *input = put_and_open();
    b.worker_missing = true;
    cr_expect_eq(run(input, false, &error).code, TC_ENOMEM);
    cr_expect_str_eq(error.text, "out of memory for a worker");
    close_logs(input);
}

Test(pipeline, says_when_a_thread_cannot_start_and_frees_everything)
{
    /* Stacks so large that not even one can be had, and so that a few can. */
    static const size_t stacks[] = {(size_t)1 << 46, (size_t)1 << 45, (size_t)1 << 44};
    tc_input *input = put_and_open();
    pthread_attr_t usual, huge;
    cr_assert_eq(pthread_getattr_default_np(&usual), 0);
    for (size_t i = 0; i < TC_COUNT_OF(stacks); i++) {
        tc_error error;
        cr_assert_eq(pthread_attr_init(&huge), 0);
        cr_assert_eq(pthread_attr_setstacksize(&huge, stacks[i]), 0);
        cr_assert_eq(pthread_setattr_default_np(&huge), 0);
        b = (bench){.pieces = 2};
        tc_status status = run(input, false, &error);
        cr_assert_eq(pthread_setattr_default_np(&usual), 0);
        pthread_attr_destroy(&huge);
        if (!tc_failed(status) && i > 0) continue; /* that much can be had here */
        cr_expect_eq(status.code, TC_EIO, "stack %zu", stacks[i]);
        cr_expect(strstr(error.text, "cannot start a thread: ") == error.text, "%s", error.text);
    }
    pthread_attr_destroy(&usual);
    close_logs(input);
}

Test(pipeline, survives_the_lack_of_memory_anywhere)
{
    tc_input *input = put_and_open();
    for (uint64_t n = 1; n < 60; n += 3) {
        tc_error error = {0};
        b = (bench){.pieces = 2};
        tc_alloc_fail_after(n);
        tc_status status = run(input, false, &error);
        tc_alloc_fail_after(0);
        /* Sources that cannot be read for it end as failed; the run itself may go on. */
        cr_expect(!tc_failed(status) || error.code == status.code, "%" PRIu64, n);
    }
    close_logs(input);
}

/* -- feeds ---------------------------------------------------------------------------------- */

enum { SOURCES = 3, TURNS = 40 };

/* Three sources that take turns, with nothing to give now and then; the second one fails in the
 * end. */
typedef struct turns {
    unsigned at, idle;
    uint64_t sequence[SOURCES];
} turns;

static tc_feed_result take_turns(void *context, tc_block *block, tc_error *reterr)
{
    turns *t = context;
    if (t->at == TURNS * SOURCES) return TC_FEED_END;
    if (++t->idle % 4 != 0) return TC_FEED_IDLE;
    block->source = t->at++ % SOURCES;
    block->sequence = t->sequence[block->source]++;
    block->last = block->sequence == TURNS - 1;
    if (block->source != 1 || !block->last) return TC_FEED_BLOCK;
    (void)tc_fail(reterr, TC_EIO, "gone");
    return TC_FEED_FAILED;
}

static tc_slice call_it(void *context, uint32_t source)
{
    (void)context;
    return source == 1 ? TC_LIT("the second") : TC_LIT("another");
}

Test(pipeline, takes_blocks_of_sources_that_take_turns_and_asks_again_when_there_is_nothing)
{
    for (int in_order = 0; in_order < 2; in_order++) {
        tc_error error = {0};
        turns t = {0};
        tc_feed feed = {&t, take_turns, call_it};
        b = (bench){.pieces = in_order ? 1 : 2};
        cr_expect_eq(run_feed(&feed, in_order, JOBS, &error).code, TC_OK);
        for (size_t i = 0; i < SOURCES; i++)
            cr_expect_eq(b.next[i], TURNS);
        cr_expect(b.in_sequence || !in_order);
        cr_expect_eq(b.failed, 1);
    }
}

/* Never has anything, and never ends by itself. */
static tc_feed_result give_one_then_nothing(void *context, tc_block *block, tc_error *reterr)
{
    bool *given = context;
    (void)reterr;
    block->source = 1;
    block->sequence = 0;
    block->last = false;
    if (*given) return TC_FEED_IDLE;
    *given = true;
    return TC_FEED_BLOCK;
}

Test(pipeline, leaves_a_feed_that_has_nothing_when_the_run_ends_otherwise)
{
    bool given = false;
    tc_error error = {0};
    tc_feed feed = {&given, give_one_then_nothing, call_it};
    b = (bench){.work_fails = true, .words = "no more of this"};
    cr_expect_eq(run_feed(&feed, false, JOBS, &error).code, TC_ELIMIT);
    cr_expect_str_eq(error.source, "the second");
}
