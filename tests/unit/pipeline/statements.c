#include "tests/unit/pipeline/statements.h"

#include "detector/pipeline/input_feed.h"
#include "detector/pipeline/scan_worker.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

/* Behind whatever the logs say. */
#define NOW (INT64_C(1893456000) * TC_SECOND)
#define WORDS_MAX 16
#define STATEMENTS_MAX ((size_t)1 << 22)

typedef struct reading {
    tc_scan_shared shared;
    statements *into;
} reading;

static void *worker_new(void *context)
{
    return tc_scan_worker_new(&((reading *)context)->shared);
}

static TC_STATUS keep(void *context, tc_block_result *r)
{
    statements *s = ((reading *)context)->into;
    tc_observations *batch = r->payload;
    if (batch == NULL) return TC_SUCCESS;
    TC_TRY(tc_grow(&s->batches, &s->batch_capacity, s->batch_count + 1, sizeof(*s->batches),
                   STATEMENTS_MAX));
    s->batches[s->batch_count++] = batch;
    return TC_SUCCESS;
}

static void read_all(statements *s, size_t block_size)
{
    tc_error error = {0};
    reading r = {.shared = {.run = &s->run}, .into = s};
    tc_input_feed feed;
    tc_input_feed_start(&feed, s->run.input, NULL, 0, block_size);
    tc_pipeline_job job = {.context = &r,
                           .worker_new = worker_new,
                           .worker_free = tc_scan_worker_free,
                           .work = tc_scan_worker_work,
                           .collect = keep,
                           .payload_free = tc_scan_payload_free,
                           .jobs = 2,
                           .feed = tc_input_feed_of(&feed)};
    tc_status status = tc_pipeline_run(&job, &error);
    tc_input_feed_done(&feed);
    for (size_t i = 0; i < TC_SCAN_SIGHTS; i++)
        tc_sight_free(r.shared.sights[i]);
    cr_assert_eq(status.code, TC_OK, "%s", error.text);
}

void read_statements(statements *s, const char *const *words, size_t block_size)
{
    tc_error error = {0};
    char *argv[WORDS_MAX] = {NULL};
    int count = 0;
    for (; words[count] != NULL; count++) {
        cr_assert(count + 1 < WORDS_MAX);
        argv[count] = (char *)(uintptr_t)words[count];
    }
    *s = (statements){0};
    tc_status status = tc_options_read(&s->options, TC_COMMAND_SCAN, count, argv, NOW, &error);
    if (!tc_failed(status)) status = tc_run_open(&s->run, &s->options, NOW, true, &error);
    if (!tc_failed(status)) status = tc_run_open_input(&s->run, &error);
    cr_assert_eq(status.code, TC_OK, "%s", error.text);
    read_all(s, block_size);
}

void done_statements(statements *s)
{
    for (size_t i = 0; i < s->batch_count; i++)
        tc_observations_free(s->batches[i]);
    tc_free(s->batches);
    tc_run_close(&s->run);
    tc_options_done(&s->options);
}

size_t count_statements(const statements *s, tc_observation_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < s->batch_count; i++)
        for (size_t k = 0; k < tc_observations_count(s->batches[i]); k++)
            found += tc_observations_at(s->batches[i], k)->kind == kind;
    return found;
}
