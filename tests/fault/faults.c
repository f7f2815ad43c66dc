/*
 * faults: breaks a store at every call into the system and looks what is left.
 *
 *   kills STRIDE [FROM]   ends the process before and after every STRIDE-th call
 *   errors STRIDE [FROM]  lets every STRIDE-th call, or it and the 30 behind it, fail
 *   power IMAGES          images of the disk after a power cut
 *   syncs IMAGES          the same after a sync that failed
 *   bench FOLDER          how fast it is, on the disk where the folder lies
 *   leave FOLDER          an undisturbed run that stays there, for other tests
 *   mutations COUNT       damages a file of a store that was closed, or was not
 *
 * Prints what it did; 1 if anything was not as it was promised.
 */
#include "tests/fault/bench.h"
#include "tests/fault/disk.h"
#include "tests/fault/mutate.h"
#include "tests/fault/place.h"
#include "tests/fault/script.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMMITS 200
#define DAMAGED_COMMITS 63
#define SECONDS_MAX 20 /* for one look at what is left: then it hangs */

typedef struct result {
    size_t runs, unopenable, wrong;
} result;

static void count(result *r, const script_verdict *v, const char *what, size_t at)
{
    r->runs++;
    r->unopenable += !v->opened;
    if (v->problem[0] == '\0') return;
    r->wrong++;
    if (r->wrong <= 10) printf("%s %zu: %s\n", what, at, v->problem);
}

static int say(const result *r, const char *what, const char *more)
{
    printf("%s: %zu, %zu unopenable, %zu with anything lost, invented or wrong%s\n", what, r->runs,
           r->unopenable, r->wrong, more);
    return r->wrong || r->unopenable || r->runs == 0;
}

/* -- one call among all --------------------------------------------------------------------- */

typedef struct plan {
    size_t seen, at, until;
    bool kills, after;
    int sys;
} plan;

static int decide(void *context, const shim_call *call)
{
    plan *p = context;
    (void)call;
    p->seen++;
    if (p->seen < p->at || p->seen > p->until) return 0;
    if (p->kills && !p->after) (void)raise(SIGKILL);
    return p->kills ? 0 : p->sys;
}

static void done_with(void *context, const shim_call *call, bool done)
{
    plan *p = context;
    (void)call;
    (void)done;
    if (p->kills && p->after && p->seen == p->at) (void)raise(SIGKILL);
}

static size_t count_calls(const char *folder)
{
    plan p = {.at = SIZE_MAX};
    script_progress progress = {0};
    shim_watch(folder, decide, done_with, &p);
    bool ended = script_run(folder, COMMITS, 0, &progress, NULL, NULL);
    shim_watch(NULL, NULL, NULL, NULL);
    place_empty(folder);
    if (!ended || progress.acknowledged != COMMITS) {
        puts("the run does not even work undisturbed");
        exit(1);
    }
    return p.seen;
}

/* -- kills ---------------------------------------------------------------------------------- */

static void kill_at(const char *folder, plan p, script_progress *progress)
{
    memset(progress, 0, sizeof(*progress));
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        shim_watch(folder, decide, done_with, &p);
        (void)script_run(folder, COMMITS, 0, progress, NULL, NULL);
        _exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSIGNALED(status)) {
        puts("a run that was to be killed was not");
        exit(1);
    }
}

static int kills(size_t stride, size_t from)
{
    char folder[PLACE_PATH], more[64];
    result r = {0};
    script_progress *progress =
        mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (progress == MAP_FAILED) return 2;
    place_make(folder);
    size_t calls = count_calls(folder);
    for (size_t at = from; at <= calls; at += stride) {
        for (int after = 0; after < 2; after++) {
            script_verdict v;
            kill_at(folder, (plan){.at = at, .until = at, .kills = true, .after = after}, progress);
            (void)alarm(SECONDS_MAX);
            script_check(folder, progress->acknowledged, progress->attempted, progress->marked + 1,
                         true, &v);
            count(&r, &v, after ? "killed after call" : "killed before call", at);
            place_empty(folder);
        }
    }
    place_drop(folder);
    snprintf(more, sizeof(more), " (%zu calls that write)", calls);
    return say(&r, "kills", more);
}

/* -- calls that fail ------------------------------------------------------------------------ */

static void fail_at(const char *folder, plan p, result *r, size_t *failures)
{
    script_progress progress = {0};
    script_verdict v;
    shim_watch(folder, decide, done_with, &p);
    bool ended = script_run(folder, COMMITS, 200, &progress, NULL, NULL);
    shim_watch(NULL, NULL, NULL, NULL);
    (void)alarm(SECONDS_MAX);
    script_check(folder, COMMITS, COMMITS, progress.marked, true, &v);
    if (!ended) snprintf(v.problem, sizeof(v.problem), "the run did not come to its end");
    if (progress.mute) snprintf(v.problem, sizeof(v.problem), "a failure without words");
    if (progress.set_aside || progress.lost)
        snprintf(v.problem, sizeof(v.problem), "it was taken for damaged while running");
    if (progress.troubles != progress.recoveries)
        snprintf(v.problem, sizeof(v.problem), "%u troubles were told, %u recoveries",
                 progress.troubles, progress.recoveries);
    *failures += progress.failures;
    count(r, &v, p.until > p.at ? "failing from call" : "failing at call", p.at);
    place_empty(folder);
}

static int errors(size_t stride, size_t from)
{
    static const int kinds[] = {ENOSPC, EIO, EROFS};
    char folder[PLACE_PATH], more[96];
    result r = {0};
    size_t failures = 0, turn = 0;
    place_make(folder);
    size_t calls = count_calls(folder);
    for (size_t at = from; at <= calls; at += stride) {
        for (size_t k = 0; k < TC_COUNT_OF(kinds); k++, turn++) {
            plan p = {.at = at, .until = turn % 2 ? at + 30 : at, .sys = kinds[k]};
            fail_at(folder, p, &r, &failures);
        }
    }
    place_drop(folder);
    snprintf(more, sizeof(more), " (%zu failures in words)", failures);
    return say(&r, "errors", more);
}

/* -- power cuts ----------------------------------------------------------------------------- */

typedef struct recording {
    disk *disk;
    script_progress progress;
    size_t syncs, fail_sync; /* from 1; 0: none */
    size_t from;             /* calls before this one are of no interest */
} recording;

static int maybe_fail(void *context, const shim_call *call)
{
    recording *r = context;
    if (call->kind != SHIM_SYNC || ++r->syncs != r->fail_sync) return 0;
    r->from = disk_length(r->disk);
    return EIO;
}

static void record(void *context, const shim_call *call, bool done)
{
    recording *r = context;
    disk_mark(r->disk, r->progress.attempted, r->progress.acknowledged, r->progress.marked);
    disk_note(r->disk, call, done);
}

static void acknowledged(void *context)
{
    recording *r = context;
    disk_mark(r->disk, r->progress.attempted, r->progress.acknowledged, r->progress.marked);
}

static void record_run(const char *folder, recording *r)
{
    shim_watch(folder, maybe_fail, record, r);
    bool ended = script_run(folder, COMMITS, 100, &r->progress, acknowledged, r);
    shim_watch(NULL, NULL, NULL, NULL);
    place_empty(folder);
    if (ended) return;
    puts("the run that is recorded did not end");
    exit(1);
}

static void look_at_images(const char *folder, recording *r, size_t images, uint64_t seed,
                           result *all)
{
    size_t length = disk_length(r->disk) - r->from;
    for (size_t i = 0; i < images; i++) {
        script_verdict v;
        disk_moment moment;
        size_t at = r->from + 1 + i * length / images;
        disk_image(r->disk, at, seed + i, folder, &moment);
        (void)alarm(SECONDS_MAX);
        script_check(folder, moment.acknowledged, moment.attempted, moment.marked + 1, false, &v);
        count(all, &v, "power cut before call", at);
        place_empty(folder);
    }
}

static int power(size_t images, size_t runs, bool syncs_fail)
{
    char folder[PLACE_PATH], more[96];
    result r = {0};
    size_t length = 0, syncs = 0;
    place_make(folder);
    for (size_t i = 0; i < runs; i++) {
        recording rec = {.disk = disk_new()};
        if (syncs_fail) rec.fail_sync = 1 + i * TC_MAX(syncs, (size_t)1) / runs;
        record_run(folder, &rec);
        length = disk_length(rec.disk);
        syncs = rec.syncs;
        look_at_images(folder, &rec, images / runs, UINT64_C(7919) * (i + 1) << 20, &r);
        disk_free(rec.disk);
    }
    place_drop(folder);
    snprintf(more, sizeof(more), " (%zu calls recorded, %zu syncs of files)", length, syncs);
    return say(&r, syncs_fail ? "images after a sync that failed" : "images", more);
}

/* -- damage --------------------------------------------------------------------------------- */

typedef struct taking {
    const char *folder;
    unsigned commits;
    copy *taken;
} taking;

/* With a log that is long and not folded in. */
static void take(void *context)
{
    taking *t = context;
    if (++t->commits == DAMAGED_COMMITS) t->taken = copy_take(t->folder);
}

static int mutations(size_t images)
{
    char folder[PLACE_PATH], more[128];
    result r = {0};
    size_t whole = 0, told = 0;
    script_progress progress = {0};
    place_make(folder);
    taking t = {.folder = folder};
    bool ended = script_run(folder, DAMAGED_COMMITS, 0, &progress, take, &t);
    copy *closed = copy_take(folder);
    place_empty(folder);
    for (size_t i = 0; ended && i < images; i++) {
        script_verdict v;
        (void)alarm(SECONDS_MAX);
        const char *name = copy_put(i % 2 ? t.taken : closed, folder, i);
        script_check_damaged(folder, DAMAGED_COMMITS, &v);
        whole += v.commits == DAMAGED_COMMITS;
        told += v.told;
        /* What is cut off a log was never there; of anything else there is to be a word. */
        bool log = strstr(name, "-wal") != NULL;
        if (v.commits < DAMAGED_COMMITS && !v.told && !log && v.problem[0] == '\0')
            snprintf(v.problem, sizeof(v.problem), "%u commits without a word", v.commits);
        count(&r, &v, name, i);
        place_empty(folder);
    }
    copy_free(closed);
    copy_free(t.taken);
    place_drop(folder);
    snprintf(more, sizeof(more), " (%zu with all commits, %zu set aside in words)", whole, told);
    return say(&r, "mutations", more);
}

static int leave(const char *folder)
{
    script_progress progress = {0};
    return !script_run(folder, DAMAGED_COMMITS, 0, &progress, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "leave") == 0) return leave(argv[2]);
    if (argc == 3 && strcmp(argv[1], "bench") == 0) return bench_run(argv[2], 200);
    size_t number = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    size_t from = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
    const char *what = number ? argv[1] : "";
    if (strcmp(what, "kills") == 0) return kills(number, from);
    if (strcmp(what, "errors") == 0) return errors(number, from);
    if (strcmp(what, "power") == 0) return power(number, 1, false);
    if (strcmp(what, "syncs") == 0) return power(number, 25, true);
    if (strcmp(what, "mutations") == 0) return mutations(number);
    fputs("usage: store-faults kills|errors STRIDE [FROM] | power|syncs|mutations IMAGES\n",
          stderr);
    return 2;
}
