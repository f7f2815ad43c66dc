/*
 * store-threads: one thread commits, takes snapshots, which another one places, and prunes; two
 * take alerts out of the outbox, each for its receiver, failing now and then; one looks on. At the
 * end every alert came once, in order, and the figures add up. Run under ThreadSanitizer too.
 */
#include "detector/store/folder.h"
#include "detector/store/inspect.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define COMMITS 150
#define PER_COMMIT 5
#define ALERTS (COMMITS * PER_COMMIT)

static char folder[64];
static atomic_bool all_put;
static _Atomic unsigned failures;

static tc_time now_of(void *context)
{
    struct timespec t;
    (void)context;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (tc_time)t.tv_sec * TC_SECOND + t.tv_nsec;
}

/* What is told when somebody else has the lock for too long may pass; all else is wrong. */
static bool worked(tc_status status, const tc_error *error)
{
    if (!tc_failed(status)) return true;
    printf("%s: %s\n", error->source, error->text);
    failures++;
    return false;
}

static TC_STATUS put(tc_store *store, unsigned number, const char *receiver)
{
    char id[32];
    snprintf(id, sizeof(id), "%u", number);
    tc_store_alert alert = {.receiver = tc_slice_of(receiver),
                            .id = tc_slice_of(id),
                            .payload = tc_slice_of(id),
                            .level = 2};
    return tc_store_outbox_put(store, &alert);
}

typedef struct placing {
    tc_store *store;
    pthread_t thread;
    tc_status status;
    tc_error error;
} placing;

static void *place(void *context)
{
    placing *p = context;
    p->status = tc_store_snapshot_place(p->store, &p->error);
    return NULL;
}

static TC_STATUS begin_snapshot(placing *p, tc_error *error)
{
    tc_visit *visit;
    TC_TRY(tc_store_snapshot_begin(p->store, &visit, error));
    TC_TRY(tc_store_snapshot_end(p->store, error));
    if (pthread_create(&p->thread, NULL, place, p)) exit(2);
    return TC_SUCCESS;
}

static TC_STATUS end_snapshot(placing *p, tc_error *error)
{
    (void)pthread_join(p->thread, NULL);
    *error = p->error;
    TC_TRY(p->status);
    return tc_store_snapshot_commit(p->store, error);
}

static TC_STATUS commit_rows(tc_store *store, unsigned number, tc_error *error)
{
    uint64_t sequence;
    tc_store_committed done;
    TC_TRY(tc_store_put_point(store, TC_LIT("point"), TC_LIT("somewhere")));
    TC_TRY(tc_store_journal(store, 1, TC_LIT("a row"), &sequence));
    for (unsigned i = 1; i <= PER_COMMIT; i++) {
        TC_TRY(put(store, number * PER_COMMIT + i, "first"));
        TC_TRY(put(store, number * PER_COMMIT + i, "second"));
    }
    return tc_store_commit(store, &done, error);
}

/* One snapshot in twenty commits, the last of which goes on while it is placed. */
static TC_STATUS commit(tc_store *store, unsigned number, tc_error *error)
{
    bool more;
    placing p = {.store = store};
    bool snapshot = number % 20 == 19;
    if (snapshot) TC_TRY(begin_snapshot(&p, error));
    tc_status status = commit_rows(store, number, error);
    if (!snapshot) return status;
    tc_status placed = end_snapshot(&p, error);
    TC_TRY(status);
    TC_TRY(placed);
    return tc_store_prune(store, &more, error);
}

static void *write_all(void *context)
{
    tc_error error = {0};
    for (unsigned i = 0; i < COMMITS; i++)
        if (!worked(commit(context, i, &error), &error)) break;
    all_put = true;
    return NULL;
}

static void take_all(tc_outbox *outbox)
{
    for (unsigned expected = 1; expected <= ALERTS && failures == 0;) {
        tc_outbox_row row;
        uint64_t number = 0;
        tc_error error = {0};
        if (!worked(tc_outbox_next(outbox, 0, 0, &row, &error), &error)) return;
        if (row.sequence == 0 && all_put) (void)usleep(1000);
        if (row.sequence == 0) continue;
        if (!tc_slice_to_u64(row.id, &number) || number != expected) {
            printf("alert %u came for alert %u\n", (unsigned)number, expected);
            failures++;
            return;
        }
        if (row.attempts == 0 && number % 7 == 0) {
            (void)worked(tc_outbox_retry(outbox, row.sequence, "not yet", &error), &error);
            continue;
        }
        if (!worked(tc_outbox_sent(outbox, row.sequence, &error), &error)) return;
        expected++;
    }
}

static void *send_all(void *context)
{
    tc_store_options options = {.now = now_of};
    tc_error error = {0};
    tc_outbox *outbox;
    if (!worked(tc_outbox_open(folder, context, &options, &outbox, &error), &error)) return NULL;
    take_all(outbox);
    tc_outbox_tally tallies[TC_STORE_LEVELS];
    if (worked(tc_outbox_tallies(outbox, tallies, &error), &error) &&
        (tallies[2].put != ALERTS || tallies[2].sent != ALERTS || tallies[2].waiting != 0)) {
        puts("the figures do not add up");
        failures++;
    }
    tc_outbox_close(outbox);
    return NULL;
}

static void *look_on(void *context)
{
    (void)context;
    while (!all_put && failures == 0) {
        tc_inspect *inspect;
        tc_inspect_facts facts;
        tc_error error = {0};
        if (!worked(tc_inspect_open(folder, &inspect, &error), &error)) break;
        if (worked(tc_inspect_facts_of(inspect, &facts, &error), &error) && !facts.used) {
            puts("it is in use, and that is not seen");
            failures++;
        }
        tc_inspect_close(inspect);
        (void)usleep(5000);
    }
    return NULL;
}

static void run(tc_store *store)
{
    pthread_t threads[4];
    static char first[] = "first", second[] = "second";
    if (pthread_create(&threads[0], NULL, write_all, store) ||
        pthread_create(&threads[1], NULL, send_all, first) ||
        pthread_create(&threads[2], NULL, send_all, second) ||
        pthread_create(&threads[3], NULL, look_on, NULL))
        exit(2);
    for (size_t i = 0; i < TC_COUNT_OF(threads); i++)
        (void)pthread_join(threads[i], NULL);
}

static void drop_file(void *context, const char *name)
{
    char path[256];
    (void)context;
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (name[0] != '.') (void)unlink(path);
}

int main(void)
{
    tc_store_options options = {.now = now_of};
    tc_store *store;
    tc_error error = {0};
    tc_folder place;
    bool used;
    snprintf(folder, sizeof(folder), "%s/tocsin-threads-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL || !worked(tc_store_open(folder, &options, &store, &error), &error))
        return 2;
    run(store);
    tc_store_close(store);
    if (worked(tc_folder_look(&place, folder, &used, &error), &error)) {
        (void)worked(tc_folder_each(&place, drop_file, NULL, &error), &error);
        tc_folder_close(&place);
    }
    (void)rmdir(folder);
    printf("%d alerts for each of two receivers, %u failures\n", ALERTS, (unsigned)failures);
    return failures != 0;
}
