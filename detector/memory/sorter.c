#include "detector/memory/sorter.h"

#include "detector/memory/nameless.h"
#include "detector/memory/spill.h"
#include "parsers/base/alloc.h"

/* Runs of one tier are merged into one of the next when there are so many: each observation is then
 * written once per tier, and sixteen times more data means one tier more. */
#define FAN_IN 16
#define MEMORY_TIER UINT32_MAX
#define FEEDS_MAX ((size_t)1 << 24)

/* Something sorted that observations are taken from: a batch in memory, or a run on disk. */
typedef struct feed {
    tc_time time; /* of the head: decides nearly always, without a look at the head itself */
    const tc_observation *head;
    tc_slice heap;
    tc_observations *batch;
    size_t at, count;
    tc_spill *run;
    uint32_t tier;
} feed;

struct tc_sorter {
    const char *folder;
    size_t memory_bytes, held_bytes;
    uint64_t spill_max, spill_held; /* on disk, of all runs that anybody reads */
    tc_time released;               /* nothing older may come any more */
    feed *feeds;                    /* binary heap by head */
    size_t feed_count, feed_capacity;
    uint64_t spilled;
    tc_error error;
};

static uint64_t default_spill_max(const char *folder)
{
    uint64_t room = tc_nameless_room(folder);
    return TC_MAX(room - room / 4, TC_SORTER_SPILL_LEAST);
}

tc_sorter *tc_sorter_new(size_t memory_bytes, const char *folder, uint64_t spill_max)
{
    tc_sorter *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->folder = folder;
    s->memory_bytes = memory_bytes;
    s->spill_max = spill_max ? spill_max : default_spill_max(folder);
    s->released = TC_TIME_NONE;
    return s;
}

static void close_feed(tc_sorter *s, feed *f)
{
    if (f->batch != NULL) {
        s->held_bytes -= tc_observations_memory(f->batch);
        tc_observations_free(f->batch);
    }
    tc_spill_close(f->run);
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

#define COMPARE(a, b)                                                                              \
    do {                                                                                           \
        if ((a) != (b)) return (a) < (b) ? -1 : 1;                                                 \
    } while (0)

static int compare_texts(const tc_observation *x, tc_slice x_heap, const tc_observation *y,
                         tc_slice y_heap)
{
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++) {
        int c = tc_slice_compare(tc_observation_text(x, x_heap, (tc_obs_text)i),
                                 tc_observation_text(y, y_heap, (tc_obs_text)i));
        if (c != 0) return c;
    }
    return tc_slice_compare(tc_slice_make(x_heap.ptr + x->as_org.offset, x->as_org.length),
                            tc_slice_make(y_heap.ptr + y->as_org.offset, y->as_org.length));
}

/* Where the order itself is equal, the content decides, so that arrival never does. What is equal
 * in all content is the same record in two places: then the place decides which one counts. How
 * many requests a span merges is no content: it depends on how blocks were cut. */
static int compare_content(const tc_observation *x, tc_slice x_heap, const tc_observation *y,
                           tc_slice y_heap)
{
    COMPARE(x->kind, y->kind);
    COMPARE(x->flags, y->flags);
    COMPARE(x->rule, y->rule);
    COMPARE(x->status, y->status);
    COMPARE(x->last, y->last);
    COMPARE(x->asn, y->asn);
    COMPARE(x->address_class, y->address_class);
    COMPARE(x->weight_percent, y->weight_percent);
    COMPARE(x->script, y->script);
    COMPARE(x->certainty, y->certainty);
    int c = tc_ip_compare(x->ip, y->ip);
    if (c == 0) c = tc_ip_compare(x->peer, y->peer);
    if (c == 0) c = memcmp(x->country, y->country, sizeof(x->country));
    if (c == 0) c = compare_texts(x, x_heap, y, y_heap);
    if (c != 0) return c;
    COMPARE(x->at.source, y->at.source);
    COMPARE(x->at.offset, y->at.offset);
    COMPARE(x->at.line, y->at.line);
    COMPARE(x->at.length, y->at.length);
    return 0;
}

static int compare(const tc_observation *x, tc_slice x_heap, const tc_observation *y,
                   tc_slice y_heap)
{
    int c = tc_order_compare(&x->order, &y->order);
    return c != 0 ? c : compare_content(x, x_heap, y, y_heap);
}

static bool goes_before(const feed *a, const feed *b)
{
    if (a->time != b->time) return a->time < b->time;
    return compare(a->head, a->heap, b->head, b->heap) < 0;
}

/* Workers sort by order alone; what is equal in that is brought into order here. */
static void settle_ties(tc_observations *batch)
{
    tc_slice heap = tc_observations_heap(batch);
    size_t count = tc_observations_count(batch);
    tc_observation *items = tc_observations_at(batch, 0);
    for (size_t i = 1; i < count; i++) {
        int c = tc_order_compare(&items[i - 1].order, &items[i].order);
        TC_ASSERT(c <= 0);
        if (c < 0) continue;
        tc_observation moved = items[i];
        size_t to = i;
        for (; to > 0 && compare(&items[to - 1], heap, &moved, heap) > 0; to--)
            items[to] = items[to - 1];
        items[to] = moved;
    }
}

static void sift_down(tc_sorter *s, size_t at)
{
    feed moved = s->feeds[at];
    for (;;) {
        size_t least = 2 * at + 1, right = least + 1;
        if (least >= s->feed_count) break;
        if (right < s->feed_count && goes_before(&s->feeds[right], &s->feeds[least])) least = right;
        if (!goes_before(&s->feeds[least], &moved)) break;
        s->feeds[at] = s->feeds[least];
        at = least;
    }
    s->feeds[at] = moved;
}

static void sift_up(tc_sorter *s, size_t at)
{
    feed moved = s->feeds[at];
    for (; at > 0 && goes_before(&moved, &s->feeds[(at - 1) / 2]); at = (at - 1) / 2)
        s->feeds[at] = s->feeds[(at - 1) / 2];
    s->feeds[at] = moved;
}

/* -- feeds ---------------------------------------------------------------------------------- */

static TC_STATUS no_memory(tc_sorter *s)
{
    return tc_fail(&s->error, TC_ENOMEM, "out of memory");
}

static TC_STATUS reserve_feeds(tc_sorter *s, size_t count)
{
    tc_status grown = tc_grow(&s->feeds, &s->feed_capacity, count, sizeof(feed), FEEDS_MAX);
    return tc_failed(grown) ? no_memory(s) : TC_SUCCESS;
}

/* There must be room for it. */
static void push_feed(tc_sorter *s, feed f)
{
    s->feeds[s->feed_count++] = f;
    sift_up(s, s->feed_count - 1);
}

/* Goes to the feed's next observation; head is NULL at its end. */
static TC_STATUS step(feed *f)
{
    if (f->run != NULL) {
        TC_TRY(tc_spill_next(f->run, &f->head, &f->heap));
    } else {
        f->at++;
        f->head = f->at < f->count ? tc_observations_at(f->batch, f->at) : NULL;
    }
    if (f->head != NULL) f->time = f->head->order.time;
    return TC_SUCCESS;
}

/* Takes the first observation of all off, after it was used. */
static TC_STATUS pop(tc_sorter *s)
{
    TC_TRY(step(&s->feeds[0]));
    if (s->feeds[0].head == NULL) {
        close_feed(s, &s->feeds[0]);
        s->feeds[0] = s->feeds[--s->feed_count];
    }
    if (s->feed_count) sift_down(s, 0);
    return TC_SUCCESS;
}

/* -- spilling ------------------------------------------------------------------------------- */

static size_t count_tier(const tc_sorter *s, uint32_t tier)
{
    size_t count = 0;
    for (size_t i = 0; i < s->feed_count; i++)
        count += s->feeds[i].tier == tier ? 1 : 0;
    return count;
}

/* Moves the feeds of a tier from one heap to another, which has room for them. */
static void move_tier(tc_sorter *from, uint32_t tier, tc_sorter *to)
{
    size_t kept = 0;
    for (size_t i = 0; i < from->feed_count; i++) {
        if (from->feeds[i].tier == tier) {
            push_feed(to, from->feeds[i]);
        } else {
            from->feeds[kept++] = from->feeds[i];
        }
    }
    from->feed_count = kept;
    for (size_t i = kept / 2; i-- > 0;)
        sift_down(from, i);
}

static TC_STATUS write_all(tc_sorter *part, tc_spill *run)
{
    while (part->feed_count > 0) {
        TC_TRY(tc_spill_write(run, part->feeds[0].head, part->feeds[0].heap));
        TC_TRY(pop(part));
    }
    return tc_spill_rewind(run);
}

/* What the rest of a feed takes in a run. */
static uint64_t disk_bytes_of(const feed *f)
{
    uint64_t bytes = 0;
    if (f->run != NULL) return tc_spill_bytes(f->run);
    for (size_t i = f->at; i < f->count; i++)
        bytes += tc_spill_size(tc_observations_at(f->batch, i));
    return bytes;
}

/* Runs are read while the one that they become is written, so both count. */
static TC_STATUS reserve_disk(tc_sorter *s, uint32_t tier)
{
    uint64_t needed = 0;
    for (size_t i = 0; i < s->feed_count; i++) {
        if (s->feeds[i].tier == tier) needed += disk_bytes_of(&s->feeds[i]);
    }
    if (s->spill_held <= s->spill_max && needed <= s->spill_max - s->spill_held) return TC_SUCCESS;
    return tc_fail(&s->error, TC_ELIMIT,
                   "what must be sorted takes more than the %.0f MB that temporary files may take "
                   "in '%.200s'; set TMPDIR to a folder with more room",
                   (double)s->spill_max / 1e6, s->folder);
}

/* Merges the feeds of one tier into a run of another. */
static TC_STATUS merge(tc_sorter *s, uint32_t tier, uint32_t into)
{
    tc_sorter part = {.held_bytes = s->held_bytes};
    feed f = {.tier = into};
    TC_TRY(reserve_disk(s, tier));
    if (tc_failed(reserve_feeds(&part, count_tier(s, tier)))) return no_memory(s);
    tc_status status = tc_spill_open(s->folder, &s->error, &s->spill_held, &f.run);
    if (!tc_failed(status)) {
        move_tier(s, tier, &part);
        status = write_all(&part, f.run);
        s->spilled += tc_spill_bytes(f.run);
    }
    if (!tc_failed(status)) status = step(&f);
    for (size_t i = 0; i < part.feed_count; i++)
        close_feed(&part, &part.feeds[i]);
    tc_free(part.feeds);
    s->held_bytes = part.held_bytes;
    if (tc_failed(status) || f.head == NULL) {
        tc_spill_close(f.run);
        return status;
    }
    push_feed(s, f); /* in the room of those that it was made of */
    return TC_SUCCESS;
}

static TC_STATUS spill(tc_sorter *s)
{
    TC_TRY(merge(s, MEMORY_TIER, 0));
    for (uint32_t tier = 0; count_tier(s, tier) >= FAN_IN; tier++)
        TC_TRY(merge(s, tier, tier + 1));
    return TC_SUCCESS;
}

/* -- use ------------------------------------------------------------------------------------ */

/* How many at the beginning of a sorted batch are older than what was released. */
static size_t count_late(const tc_sorter *s, tc_observations *batch)
{
    size_t low = 0, high = tc_observations_count(batch);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tc_observations_at(batch, middle)->order.time < s->released)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

TC_STATUS tc_sorter_add(tc_sorter *s, tc_observations *batch, uint64_t *ret_late)
{
    size_t count = tc_observations_count(batch), late = count_late(s, batch);
    *ret_late = late;
    /* That a log was written, and what it is, is said beside what was written. */
    for (size_t i = 0; i < late; i++) {
        unsigned kind = tc_observations_at(batch, i)->kind;
        if (kind == TC_OBS_ALIVE || kind == TC_OBS_AUDIT) --*ret_late;
    }
    tc_status status = late < count ? reserve_feeds(s, s->feed_count + 1) : TC_SUCCESS;
    if (tc_failed(status) || late == count) {
        tc_observations_free(batch);
        return status;
    }
    settle_ties(batch);
    const tc_observation *head = tc_observations_at(batch, late);
    push_feed(s, (feed){.time = head->order.time,
                        .head = head,
                        .heap = tc_observations_heap(batch),
                        .batch = batch,
                        .at = late,
                        .count = count,
                        .tier = MEMORY_TIER});
    s->held_bytes += tc_observations_memory(batch);
    return s->held_bytes > s->memory_bytes ? spill(s) : TC_SUCCESS;
}

TC_STATUS tc_sorter_release(tc_sorter *s, tc_time before, tc_sorter_visit visit, void *context)
{
    s->released = TC_MAX(s->released, before);
    while (s->feed_count > 0) {
        const feed *first = &s->feeds[0];
        if (before != TC_TIME_MAX && first->time >= before) return TC_SUCCESS;
        TC_TRY(visit(context, first->head, first->heap));
        TC_TRY(pop(s));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_sorter_look(tc_sorter *s, tc_sorter_visit visit, void *context,
                         tc_spill_view *ret_rest)
{
    for (size_t i = 0; i < s->feed_count; i++) {
        const feed *f = &s->feeds[i];
        if (f->run != NULL) {
            TC_TRY(visit(context, f->head, f->heap));
            TC_TRY(tc_spill_view_add(ret_rest, f->run));
        }
        for (size_t k = f->at; f->run == NULL && k < f->count; k++)
            TC_TRY(visit(context, tc_observations_at(f->batch, k), f->heap));
    }
    return TC_SUCCESS;
}

tc_time tc_sorter_first(const tc_sorter *s)
{
    return s->feed_count > 0 ? s->feeds[0].time : TC_TIME_NONE;
}

const tc_error *tc_sorter_error(const tc_sorter *s)
{
    return &s->error;
}

uint64_t tc_sorter_spilled_bytes(const tc_sorter *s)
{
    return s->spilled;
}
