#include "detector/correlate/sorter.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BATCHES = 40, PER_BATCH = 50, BATCH_BYTES = 1 << 20 };

typedef struct item {
    tc_order order;
    tc_time last;
    uint32_t source;
    uint16_t kind;
    char user[24];
} item;

static uint64_t state;

static uint32_t roll(uint32_t sides)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % sides;
}

static void add(tc_observations *batch, const item *i)
{
    tc_observation *o;
    cr_assert_eq(tc_observations_add(batch, &o).code, TC_OK);
    o->order = i->order;
    o->last = i->last;
    o->at.source = i->source;
    o->kind = i->kind;
    tc_text_ref user, raw;
    cr_assert_eq(tc_observations_text(batch, tc_slice_of(i->user), &user).code, TC_OK);
    cr_assert_eq(tc_observations_text(batch, TC_LIT("the record"), &raw).code, TC_OK);
    o->text[TC_OBS_TEXT_USER] = user;
    o->text[TC_OBS_TEXT_RAW] = raw;
    o->as_org = raw;
}

/* Few distinct orders, so that ties are common; of equal orders some are equal in all. */
static void make_items(item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (item){.order = {.time = roll(200) * TC_SECOND,
                                    .source_key = roll(2),
                                    .position = roll(3),
                                    .record_hash = roll(2),
                                    .sub = roll(2)},
                          .last = roll(2),
                          .kind = (uint16_t)roll(2),
                          .source = roll(3)};
        snprintf(items[i].user, sizeof(items[i].user), "user%u", roll(3));
    }
}

static int compare_items(const void *a, const void *b)
{
    const item *x = a, *y = b;
    int c = tc_order_compare(&x->order, &y->order);
    if (c == 0) c = (x->kind > y->kind) - (x->kind < y->kind);
    if (c == 0) c = (x->last > y->last) - (x->last < y->last);
    if (c == 0) c = strcmp(x->user, y->user);
    if (c == 0) c = (x->source > y->source) - (x->source < y->source);
    return c;
}

typedef struct seen {
    item *items;
    size_t count;
    tc_time before;
} seen;

static tc_status visit(void *context, const tc_observation *o, tc_slice heap)
{
    seen *s = context;
    item *i = &s->items[s->count++];
    *i = (item){o->order, o->last, o->at.source, o->kind, ""};
    tc_slice_to_cstr(tc_observation_text(o, heap, TC_OBS_TEXT_USER), i->user, sizeof(i->user));
    cr_assert(tc_slice_equal(tc_observation_text(o, heap, TC_OBS_TEXT_RAW), TC_LIT("the record")));
    cr_assert(tc_slice_equal(tc_slice_make(heap.ptr + o->as_org.offset, o->as_org.length),
                             TC_LIT("the record")));
    cr_assert_eq(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT).len, 0);
    cr_assert_lt(o->order.time, s->before);
    return TC_SUCCESS;
}

static tc_status add_items(tc_sorter *sorter, const item *items, size_t count)
{
    tc_observations *batch = tc_observations_new(BATCH_BYTES);
    for (size_t i = 0; i < count; i++)
        add(batch, &items[i]);
    tc_observations_sort(batch);
    return tc_sorter_add(sorter, batch);
}

/* Puts the items into batches in an order of arrival made of `seed`; what comes out must be sorted
 * whatever that is. */
static uint64_t sort_by(uint64_t seed, size_t memory_bytes, const item *items, item *out)
{
    enum { COUNT = BATCHES * PER_BATCH };
    static size_t arrival[COUNT];
    state = seed;
    for (size_t i = 0; i < COUNT; i++)
        arrival[i] = i;
    for (size_t i = COUNT; i > 1; i--) {
        size_t other = roll((uint32_t)i), moved = arrival[other];
        arrival[other] = arrival[i - 1];
        arrival[i - 1] = moved;
    }
    tc_sorter *sorter = tc_sorter_new(memory_bytes, ".");
    seen s = {.items = out, .before = TC_TIME_MAX};
    item batch[PER_BATCH];
    for (size_t b = 0; b < BATCHES; b++) {
        for (size_t i = 0; i < PER_BATCH; i++)
            batch[i] = items[arrival[b * PER_BATCH + i]];
        cr_assert_eq(add_items(sorter, batch, PER_BATCH).code, TC_OK);
    }
    cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, visit, &s).code, TC_OK);
    cr_assert_eq(s.count, COUNT);
    uint64_t spilled = tc_sorter_spilled_bytes(sorter);
    tc_sorter_free(sorter);
    return spilled;
}

Test(sorter, gives_one_order_whatever_the_arrival)
{
    enum { COUNT = BATCHES * PER_BATCH };
    static item items[COUNT], out[COUNT];
    state = 1;
    make_items(items, COUNT);
    qsort(items, COUNT, sizeof(item), compare_items);
    static const size_t memory[] = {SIZE_MAX, 200 * 1024, 50 * 1024, 0};
    for (size_t m = 0; m < TC_COUNT_OF(memory); m++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            uint64_t spilled = sort_by(seed, memory[m], items, out);
            cr_expect_eq(spilled > 0, m > 0);
            /* Without any memory every batch is a run: each is written, and rewritten once when
             * sixteen have come. */
            if (m == 3) cr_expect_lt(spilled, 2 * COUNT * (sizeof(tc_observation) + 40));
            for (size_t i = 0; i < COUNT; i++) {
                cr_assert_eq(compare_items(&items[i], &out[i]), 0,
                             "memory %zu, seed %" PRIu64 ": item %zu", m, seed, i);
            }
        }
    }
}

Test(sorter, releases_what_is_before_the_bound)
{
    for (int spills = 0; spills < 2; spills++) {
        static item out[400];
        tc_sorter *sorter = tc_sorter_new(spills ? 0 : SIZE_MAX, ".");
        seen s = {.items = out};
        for (int round = 0; round < 20; round++) {
            item batch[20];
            for (int i = 0; i < 20; i++) {
                /* Each round reaches back half a round. */
                batch[i] = (item){.order = {.time = round * 10 + i, .position = (uint64_t)round}};
                snprintf(batch[i].user, sizeof(batch[i].user), "%d", i);
            }
            cr_assert_eq(add_items(sorter, batch, 20).code, TC_OK);
            s.before = round * 10;
            size_t before = s.count;
            cr_assert_eq(tc_sorter_release(sorter, s.before, visit, &s).code, TC_OK);
            cr_expect_eq(s.count - before, round == 0 ? 0 : round == 1 ? 10 : 20);
            cr_assert_eq(tc_sorter_release(sorter, s.before, visit, &s).code, TC_OK);
        }
        s.before = TC_TIME_MAX;
        cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, visit, &s).code, TC_OK);
        cr_expect_eq(s.count, 400);
        for (size_t i = 1; i < s.count; i++)
            cr_expect_lt(tc_order_compare(&out[i - 1].order, &out[i].order), 0);
        tc_sorter_free(sorter);
    }
}

Test(sorter, takes_empty_batches_and_what_is_left_at_the_end)
{
    tc_sorter *sorter = tc_sorter_new(0, ".");
    cr_expect_eq(tc_sorter_add(sorter, tc_observations_new(BATCH_BYTES)).code, TC_OK);
    item i = {.user = "left"};
    cr_expect_eq(add_items(sorter, &i, 1).code, TC_OK);
    cr_expect_gt(tc_sorter_spilled_bytes(sorter), 0);
    tc_sorter_free(sorter); /* leaks are found by the sanitizer */
}

static size_t files_here(void)
{
    DIR *folder = opendir(".");
    size_t count = 0;
    const struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(folder);
        cr_assert(entry || errno == 0);
        count += entry != NULL;
    } while (entry);
    closedir(folder);
    return count;
}

Test(sorter, leaves_no_file_and_few_descriptors)
{
    static item items[2000], out[2000];
    size_t files = files_here();
    struct rlimit limit = {64, 64};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    tc_sorter *sorter = tc_sorter_new(0, ".");
    state = 7;
    make_items(items, TC_COUNT_OF(items));
    /* 2,000 runs within 64 descriptors: so they are merged as they grow in number. */
    for (size_t i = 0; i < TC_COUNT_OF(items); i++)
        cr_assert_eq(add_items(sorter, &items[i], 1).code, TC_OK, "item %zu", i);
    cr_expect_eq(files_here(), files);
    seen s = {.items = out, .before = TC_TIME_MAX};
    cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, visit, &s).code, TC_OK);
    cr_expect_eq(s.count, TC_COUNT_OF(items));
    tc_sorter_free(sorter);
}

Test(sorter, says_when_it_cannot_write)
{
    item i = {.user = "lost"};
    tc_sorter *sorter = tc_sorter_new(0, "./no such folder");
    cr_expect_eq(add_items(sorter, &i, 1).code, TC_EIO);
    tc_sorter_free(sorter);

    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {100, 100};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    sorter = tc_sorter_new(0, ".");
    cr_expect_eq(add_items(sorter, &i, 1).code, TC_EIO);
    tc_sorter_free(sorter);
}

Test(sorter, says_when_there_is_no_memory)
{
    item i = {.user = "a"};
    for (uint64_t n = 1;; n++) {
        tc_observations *batch = tc_observations_new(BATCH_BYTES);
        add(batch, &i);
        tc_sorter *sorter = tc_sorter_new(0, ".");
        tc_alloc_fail_after(n);
        tc_status status = tc_sorter_add(sorter, batch);
        tc_alloc_fail_after(0);
        tc_sorter_free(sorter);
        if (!tc_failed(status)) {
            cr_expect_gt(n, 4);
            return;
        }
        cr_assert_eq(status.code, TC_ENOMEM);
    }
}

static tc_status refuse(void *context, const tc_observation *o, tc_slice heap)
{
    (void)o;
    (void)heap;
    ++*(int *)context;
    return (tc_status){TC_ELIMIT};
}

Test(sorter, hands_on_what_the_visitor_says)
{
    item i = {.user = "a"};
    tc_sorter *sorter = tc_sorter_new(SIZE_MAX, ".");
    cr_assert_eq(add_items(sorter, &i, 1).code, TC_OK);
    int calls = 0;
    cr_expect_eq(tc_sorter_release(sorter, TC_TIME_MAX, refuse, &calls).code, TC_ELIMIT);
    cr_expect_eq(calls, 1);
    tc_sorter_free(sorter);
}
