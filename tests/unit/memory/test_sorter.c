#include "detector/memory/sorter.h"
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

static TC_STATUS visit(void *context, const tc_observation *o, tc_slice heap)
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

static TC_STATUS add_items(tc_sorter *sorter, const item *items, size_t count)
{
    tc_observations *batch = tc_observations_new(BATCH_BYTES);
    for (size_t i = 0; i < count; i++)
        add(batch, &items[i]);
    tc_observations_sort(batch);
    uint64_t late;
    tc_status status = tc_sorter_add(sorter, batch, &late);
    cr_expect_eq(late, 0);
    return status;
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
    tc_sorter *sorter = tc_sorter_new(memory_bytes, ".", 0);
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
        tc_sorter *sorter = tc_sorter_new(spills ? 0 : SIZE_MAX, ".", 0);
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

static int compare_for_sort(const item *items, const item *other, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (compare_items(&items[i], &other[i]) != 0) return 1;
    return 0;
}

/* A view shows what waited when it was made, whatever is taken off, added and merged meanwhile. */
Test(sorter, shows_what_waited_while_it_goes_on)
{
    enum { WAITING = 40 * PER_BATCH };
    static item items[WAITING], shown[WAITING], out[2 * WAITING];
    static const size_t memory[] = {SIZE_MAX, 50 * 1024, 0};
    for (size_t m = 0; m < TC_COUNT_OF(memory); m++) {
        tc_sorter *sorter = tc_sorter_new(memory[m], ".", 0);
        tc_spill_view rest = {.runs = NULL};
        seen look = {.items = shown, .before = TC_TIME_MAX};
        seen took = {.items = out, .before = TC_TIME_MAX};
        bool more = true;
        state = m + 1;
        make_items(items, WAITING);
        for (size_t i = 0; i < WAITING; i += PER_BATCH)
            cr_assert_eq(add_items(sorter, items + i, PER_BATCH).code, TC_OK);
        cr_assert_eq(tc_sorter_look(sorter, visit, &look, &rest).code, TC_OK);
        cr_expect_eq(rest.count > 0, m > 0);
        cr_assert_eq(tc_sorter_release(sorter, 100 * TC_SECOND, visit, &took).code, TC_OK);
        for (size_t i = 0; more; i++) {
            item late = {.order = {.time = 300 * TC_SECOND, .position = i}, .user = "late"};
            cr_assert_eq(add_items(sorter, &late, 1).code, TC_OK);
            cr_assert_eq(tc_spill_view_show(&rest, 7, visit, &look, &more).code, TC_OK);
            if (i == 100)
                cr_assert_eq(tc_sorter_release(sorter, 250 * TC_SECOND, visit, &took).code, TC_OK);
        }
        cr_assert_eq(look.count, WAITING);
        qsort(items, WAITING, sizeof(item), compare_items);
        qsort(shown, WAITING, sizeof(item), compare_items);
        cr_expect_eq(compare_for_sort(items, shown, WAITING), 0, "memory %zu", m);
        tc_spill_view_close(&rest);
        tc_sorter_free(sorter);
    }
}

/* What only a view still reads stands on disk all the same. */
Test(sorter, counts_what_a_view_keeps_on_disk)
{
    item first[2] = {{.user = "kept"}, {.user = "kept"}}, later = first[0];
    static item out[8];
    tc_spill_view rest = {.runs = NULL};
    seen s = {.items = out, .before = TC_TIME_MAX};
    later.order.time = 20 * TC_SECOND;
    tc_sorter *sorter = tc_sorter_new(0, ".", 0);
    cr_assert_eq(add_items(sorter, &later, 1).code, TC_OK);
    uint64_t one = tc_sorter_spilled_bytes(sorter);
    tc_sorter_free(sorter);

    sorter = tc_sorter_new(0, ".", 2 * one + one / 2);
    cr_assert_eq(add_items(sorter, first, 2).code, TC_OK);
    cr_assert_eq(tc_sorter_look(sorter, visit, &s, &rest).code, TC_OK);
    cr_assert_eq(tc_sorter_release(sorter, 10 * TC_SECOND, visit, &s).code, TC_OK);
    cr_expect_eq(add_items(sorter, &later, 1).code, TC_ELIMIT);
    tc_spill_view_close(&rest);
    cr_expect_eq(add_items(sorter, &later, 1).code, TC_OK);
    tc_sorter_free(sorter);
}

Test(sorter, takes_empty_batches_and_what_is_left_at_the_end)
{
    tc_sorter *sorter = tc_sorter_new(0, ".", 0);
    uint64_t late;
    cr_expect_eq(tc_sorter_add(sorter, tc_observations_new(BATCH_BYTES), &late).code, TC_OK);
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
    tc_sorter *sorter = tc_sorter_new(0, ".", 0);
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
    tc_sorter *sorter = tc_sorter_new(0, "./no such folder", 0);
    cr_expect_eq(add_items(sorter, &i, 1).code, TC_EIO);
    cr_expect(strstr(tc_sorter_error(sorter)->text, "'./no such folder'") != NULL);
    tc_sorter_free(sorter);

    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {20, 20};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    sorter = tc_sorter_new(0, ".", 0);
    cr_expect_eq(add_items(sorter, &i, 1).code, TC_EIO);
    tc_sorter_free(sorter);
}

Test(sorter, says_when_there_is_no_memory)
{
    item i = {.user = "a"};
    for (uint64_t n = 1;; n++) {
        tc_observations *batch = tc_observations_new(BATCH_BYTES);
        add(batch, &i);
        tc_sorter *sorter = tc_sorter_new(0, ".", 0);
        tc_alloc_fail_after(n);
        uint64_t late;
        tc_status status = tc_sorter_add(sorter, batch, &late);
        tc_alloc_fail_after(0);
        tc_sorter_free(sorter);
        if (!tc_failed(status)) {
            cr_expect_gt(n, 4);
            return;
        }
        cr_assert_eq(status.code, TC_ENOMEM);
    }
}

Test(sorter, takes_nothing_in_behind_what_it_has_handed_out)
{
    static item out[10];
    tc_sorter *sorter = tc_sorter_new(SIZE_MAX, ".", 0);
    seen s = {.items = out, .before = 100};
    item early[] = {{.order = {.time = 50}}, {.order = {.time = 150}}};
    cr_assert_eq(add_items(sorter, early, 2).code, TC_OK);
    cr_assert_eq(tc_sorter_release(sorter, 100, visit, &s).code, TC_OK);
    tc_observations *batch = tc_observations_new(BATCH_BYTES);
    item late[] = {{.order = {.time = 98}},
                   {.order = {.time = 99}},
                   {.order = {.time = 100}},
                   {.order = {.time = 200}}};
    for (size_t i = 0; i < 4; i++)
        add(batch, &late[i]);
    uint64_t count = 0;
    cr_assert_eq(tc_sorter_add(sorter, batch, &count).code, TC_OK);
    cr_expect_eq(count, 2);
    batch = tc_observations_new(BATCH_BYTES);
    add(batch, &late[0]);
    cr_assert_eq(tc_sorter_add(sorter, batch, &count).code, TC_OK);
    cr_expect_eq(count, 1, "a batch of nothing else");
    s.before = TC_TIME_MAX;
    cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, visit, &s).code, TC_OK);
    static const tc_time wanted[] = {50, 100, 150, 200};
    cr_assert_eq(s.count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(out[i].order.time, wanted[i]);
    tc_sorter_free(sorter);
}

Test(sorter, keeps_to_its_bound_on_disk_and_loses_nothing_at_it)
{
    static item items[400], out[400];
    state = 3;
    make_items(items, TC_COUNT_OF(items));
    /* A record takes some 70 bytes, and runs that are merged stand there twice. */
    static const uint64_t bounds[] = {50, 500, 2000, 8000, 20000};
    for (size_t b = 0; b < TC_COUNT_OF(bounds); b++) {
        tc_sorter *sorter = tc_sorter_new(0, ".", bounds[b]);
        size_t taken = 0;
        tc_status status = TC_SUCCESS;
        for (; taken < TC_COUNT_OF(items) && !tc_failed(status); taken++)
            status = add_items(sorter, &items[taken], 1);
        cr_expect_eq(status.code, TC_ELIMIT, "bound %" PRIu64, bounds[b]);
        const tc_error *error = tc_sorter_error(sorter);
        cr_expect_eq(error->code, TC_ELIMIT);
        cr_expect(strstr(error->text, "'.'") && strstr(error->text, "TMPDIR"), "%s", error->text);
        cr_expect(taken > bounds[b] / 300 && taken < bounds[b] / 40 + 20, "%zu", taken);
        seen s = {.items = out, .before = TC_TIME_MAX};
        cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, visit, &s).code, TC_OK);
        cr_expect_eq(s.count, taken, "bound %" PRIu64 ": %zu of %zu", bounds[b], s.count, taken);
        for (size_t i = 1; i < s.count; i++)
            cr_expect(compare_items(&out[i - 1], &out[i]) <= 0);
        tc_sorter_free(sorter);
    }
}

Test(sorter, gives_room_on_disk_back_with_what_is_handed_out)
{
    static item out[2000];
    tc_sorter *sorter = tc_sorter_new(0, ".", 5000);
    seen s = {.items = out};
    for (int i = 0; i < 1000; i++) {
        item one = {.order = {.time = i}};
        cr_assert_eq(add_items(sorter, &one, 1).code, TC_OK, "item %d", i);
        s.before = i - 10;
        cr_assert_eq(tc_sorter_release(sorter, s.before, visit, &s).code, TC_OK);
    }
    cr_expect(tc_sorter_spilled_bytes(sorter) > 25000);
    tc_sorter_free(sorter);
}

static TC_STATUS refuse(void *context, const tc_observation *o, tc_slice heap)
{
    (void)o;
    (void)heap;
    ++*(int *)context;
    return (tc_status){TC_ELIMIT};
}

Test(sorter, hands_on_what_the_visitor_says)
{
    item i = {.user = "a"};
    tc_sorter *sorter = tc_sorter_new(SIZE_MAX, ".", 0);
    cr_assert_eq(add_items(sorter, &i, 1).code, TC_OK);
    int calls = 0;
    cr_expect_eq(tc_sorter_release(sorter, TC_TIME_MAX, refuse, &calls).code, TC_ELIMIT);
    cr_expect_eq(calls, 1);
    tc_sorter_free(sorter);
}
