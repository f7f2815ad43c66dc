#include "tests/fault/bench.h"

#include "detector/store/outbox.h"

#define ROWS 1000
#define ROW_BYTES 512
#define ALERTS 5000

static tc_time now_of(void *context)
{
    struct timespec t;
    (void)context;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (tc_time)t.tv_sec * TC_SECOND + t.tv_nsec;
}

static double seconds_since(tc_time start)
{
    return (double)tc_time_between(start, now_of(NULL)) / (double)TC_SECOND;
}

static TC_STATUS one(tc_store *store, unsigned number, tc_error *error)
{
    uint8_t body[ROW_BYTES];
    char key[32];
    uint64_t sequence;
    tc_store_committed done;
    memset(body, (int)number, sizeof(body));
    snprintf(key, sizeof(key), "point-%u", number % 100);
    TC_TRY(tc_store_put_point(store, tc_slice_of(key), tc_slice_make(body, 300)));
    for (unsigned i = 0; i < ROWS; i++)
        TC_TRY(tc_store_journal(store, i, tc_slice_make(body, sizeof(body)), &sequence));
    return tc_store_commit(store, &done, error);
}

static TC_STATUS commits_at(const char *folder, unsigned commits, tc_store_durability durability,
                            tc_error *error)
{
    tc_store_options options = {.now = now_of, .durability = durability};
    tc_store *store;
    TC_TRY(tc_store_open(folder, &options, &store, error));
    tc_status status = TC_SUCCESS;
    tc_time start = now_of(NULL);
    double longest = 0;
    for (unsigned i = 0; i < commits && !tc_failed(status); i++) {
        tc_time begun = now_of(NULL);
        status = one(store, i, error);
        longest = TC_MAX(longest, seconds_since(begun));
    }
    double all = seconds_since(start);
    tc_store_close(store);
    if (!tc_failed(status))
        printf("%s: %.0f commits/s of %u rows of %u bytes, longest %.0f ms\n",
               durability == TC_STORE_FULL ? "full" : "normal", (double)commits / all, ROWS,
               ROW_BYTES, longest * 1000);
    return status;
}

static TC_STATUS put_alerts(tc_store *store, tc_error *error)
{
    tc_store_committed done;
    char id[32];
    static const uint8_t payload[1024];
    for (unsigned i = 0; i < ALERTS; i++) {
        snprintf(id, sizeof(id), "alert-%u", i);
        tc_store_alert alert = {.receiver = TC_LIT("siem"),
                                .id = tc_slice_of(id),
                                .payload = tc_slice_make(payload, sizeof(payload))};
        TC_TRY(tc_store_outbox_put(store, &alert));
    }
    return tc_store_commit(store, &done, error);
}

static TC_STATUS drain(const char *folder, const tc_store_options *options, tc_error *error)
{
    tc_outbox *outbox;
    tc_outbox_row row;
    TC_TRY(tc_outbox_open(folder, "siem", options, &outbox, error));
    tc_status status;
    do {
        status = tc_outbox_next(outbox, 0, 0, &row, error);
        if (!tc_failed(status) && row.sequence)
            status = tc_outbox_sent(outbox, row.sequence, error);
    } while (!tc_failed(status) && row.sequence);
    tc_outbox_close(outbox);
    return status;
}

static TC_STATUS alerts(const char *folder, tc_error *error)
{
    tc_store_options options = {.now = now_of};
    tc_store *store;
    TC_TRY(tc_store_open(folder, &options, &store, error));
    tc_status status = put_alerts(store, error);
    tc_time start = now_of(NULL);
    if (!tc_failed(status)) status = drain(folder, &options, error);
    if (!tc_failed(status))
        printf("outbox: %.0f alerts/s taken and marked\n", ALERTS / seconds_since(start));
    tc_store_close(store);
    return status;
}

int bench_run(const char *folder, unsigned commits)
{
    tc_error error = {0};
    tc_status status = commits_at(folder, commits, TC_STORE_FULL, &error);
    if (!tc_failed(status)) status = commits_at(folder, commits, TC_STORE_NORMAL, &error);
    if (!tc_failed(status)) status = alerts(folder, &error);
    if (tc_failed(status)) printf("%s: %s\n", error.source, error.text);
    return tc_failed(status);
}
