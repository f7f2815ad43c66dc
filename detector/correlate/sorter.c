#include "detector/correlate/sorter.h"

#include "detector/correlate/spill.h"
#include "parsers/base/alloc.h"

#define RUNS_MAX 48
#define FEEDS_MAX ((size_t)1 << 24)

/* Something sorted that observations are taken from: a batch in memory, or a run on disk. */
typedef struct feed {
    tc_observations *batch;
    size_t at, count;
    tc_spill *run;
    const tc_observation *head;
    tc_slice heap;
} feed;

struct tc_sorter {
    const char *folder;
    size_t memory_bytes, held_bytes;
    feed *feeds; /* binary heap by head */
    size_t feed_count, feed_capacity;
    size_t run_count;
    uint64_t spilled;
};

tc_sorter *tc_sorter_new(size_t memory_bytes, const char *folder)
{
    tc_sorter *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->folder = folder;
    s->memory_bytes = memory_bytes;
    return s;
}

static void close_feed(tc_sorter *s, feed *f)
{
    if (f->batch != NULL) {
        s->held_bytes -= tc_observations_bytes(f->batch);
        tc_observations_free(f->batch);
    }
    if (f->run != NULL) {
        tc_spill_close(f->run);
        s->run_count--;
    }
}

void tc_sorter_free(tc_sorter *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->feed_count; i++)
        close_feed(s, &s->feeds[i]);
    tc_free(s->feeds);
    tc_free(s);
}

/* -- order ---------------------------------------------------------------------------------- */

static int compare_texts(const feed *a, const feed *b)
{
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        int c = tc_slice_compare(tc_observation_text(a->head, a->heap, (tc_obs_text)i),
                                 tc_observation_text(b->head, b->heap, (tc_obs_text)i));
        if (c != 0) return c;
    }
    return 0;
}

/* Where the order itself is equal, the content decides, so that arrival never does. */
static int compare_content(const feed *a, const feed *b)
{
    const tc_observation *x = a->head, *y = b->head;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->flags != y->flags) return x->flags < y->flags ? -1 : 1;
    if (x->rule != y->rule) return x->rule < y->rule ? -1 : 1;
    if (x->last != y->last) return x->last < y->last ? -1 : 1;
    if (x->count != y->count) return x->count < y->count ? -1 : 1;
    int c = tc_ip_compare(x->ip, y->ip);
    return c != 0 ? c : compare_texts(a, b);
}

static bool goes_before(const feed *a, const feed *b)
{
    int c = tc_order_compare(&a->head->order, &b->head->order);
    if (c == 0) c = compare_content(a, b);
    return c < 0;
}

static void sift_down(tc_sorter *s, size_t at)
{
    for (;;) {
        size_t least = at, left = 2 * at + 1, right = left + 1;
        if (left < s->feed_count && goes_before(&s->feeds[left], &s->feeds[least])) least = left;
        if (right < s->feed_count && goes_before(&s->feeds[right], &s->feeds[least])) least = right;
        if (least == at) return;
        feed moved = s->feeds[at];
        s->feeds[at] = s->feeds[least];
        s->feeds[least] = moved;
        at = least;
    }
}

static void sift_up(tc_sorter *s, size_t at)
{
    while (at > 0 && goes_before(&s->feeds[at], &s->feeds[(at - 1) / 2])) {
        feed moved = s->feeds[at];
        s->feeds[at] = s->feeds[(at - 1) / 2];
        s->feeds[(at - 1) / 2] = moved;
        at = (at - 1) / 2;
    }
}

/* -- feeds ---------------------------------------------------------------------------------- */

static tc_status push_feed(tc_sorter *s, feed f)
{
    tc_status status =
        tc_grow(&s->feeds, &s->feed_capacity, s->feed_count + 1, sizeof(feed), FEEDS_MAX);
    if (tc_failed(status)) return status;
    s->feeds[s->feed_count++] = f;
    sift_up(s, s->feed_count - 1);
    return TC_SUCCESS;
}

/* Goes to the feed's next observation; head is NULL at its end. */
static tc_status step(feed *f)
{
    if (f->run != NULL) return tc_spill_next(f->run, &f->head, &f->heap);
    f->at++;
    f->head = f->at < f->count ? tc_observations_at(f->batch, f->at) : NULL;
    return TC_SUCCESS;
}

/* Takes the first observation of all off, after it was used. */
static tc_status pop(tc_sorter *s)
{
    tc_status status = step(&s->feeds[0]);
    if (s->feeds[0].head == NULL) {
        close_feed(s, &s->feeds[0]);
        s->feeds[0] = s->feeds[--s->feed_count];
    }
    if (s->feed_count) sift_down(s, 0);
    return status;
}

/* -- spilling ------------------------------------------------------------------------------- */

/* Merges all that is held in memory, or everything when there are too many runs, into one new run.
 */
static tc_status spill(tc_sorter *s)
{
    tc_sorter part = {.folder = s->folder};
    tc_spill *run = NULL;
    bool everything = s->run_count >= RUNS_MAX;
    TC_TRY(tc_spill_open(s->folder, &run));
    size_t kept = 0;
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < s->feed_count; i++) {
        if (everything || s->feeds[i].batch != NULL) {
            status = push_feed(&part, s->feeds[i]);
            if (tc_failed(status)) close_feed(s, &s->feeds[i]);
        } else {
            s->feeds[kept++] = s->feeds[i];
        }
    }
    s->feed_count = kept;
    part.held_bytes = s->held_bytes;
    part.run_count = s->run_count;
    while (!tc_failed(status) && part.feed_count > 0) {
        status = tc_spill_write(run, part.feeds[0].head, part.feeds[0].heap);
        if (!tc_failed(status)) status = pop(&part);
    }
    for (size_t i = 0; i < part.feed_count; i++)
        close_feed(&part, &part.feeds[i]);
    tc_free(part.feeds);
    s->held_bytes = part.held_bytes;
    s->run_count = part.run_count;
    s->spilled += tc_spill_bytes(run);
    /* The runs that stay lost their heap order when the others were taken out. */
    for (size_t i = s->feed_count / 2; i-- > 0;)
        sift_down(s, i);
    feed f = {.run = run};
    s->run_count++;
    if (!tc_failed(status)) status = tc_spill_rewind(run);
    if (!tc_failed(status)) status = step(&f);
    if (!tc_failed(status) && f.head != NULL) status = push_feed(s, f);
    if (tc_failed(status) || f.head == NULL) close_feed(s, &f);
    return status;
}

tc_status tc_sorter_add(tc_sorter *s, tc_observations *batch)
{
    feed f = {.batch = batch, .count = tc_observations_count(batch)};
    if (f.count == 0) {
        tc_observations_free(batch);
        return TC_SUCCESS;
    }
    f.head = tc_observations_at(batch, 0);
    f.heap = tc_observations_heap(batch);
    s->held_bytes += tc_observations_bytes(batch);
    tc_status status = push_feed(s, f);
    if (tc_failed(status)) {
        close_feed(s, &f);
        return status;
    }
    return s->held_bytes > s->memory_bytes ? spill(s) : TC_SUCCESS;
}

tc_status tc_sorter_release(tc_sorter *s, tc_time before, tc_sorter_visit visit, void *context)
{
    while (s->feed_count > 0) {
        const feed *first = &s->feeds[0];
        if (before != TC_TIME_MAX && first->head->order.time >= before) return TC_SUCCESS;
        TC_TRY(visit(context, first->head, first->heap));
        TC_TRY(pop(s));
    }
    return TC_SUCCESS;
}

uint64_t tc_sorter_spilled_bytes(const tc_sorter *s)
{
    return s->spilled;
}
