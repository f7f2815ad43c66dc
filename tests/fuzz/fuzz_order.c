/*
 * fuzz_order: any observations, in any batches, with hardly any memory, released at any times.
 *
 * The input is a program of steps: put an observation into the batch, hand the batch over, release
 * up to a time. Checked against a plain array: every release hands out exactly what was due
 * (nothing lost, nothing told twice), in the order of tc_order; and a second sorter with all the
 * memory, which gets the observations one by one in the reverse order of arrival, says the same
 * thing byte for byte. Only the counts of such as are equal in all else may change places: they
 * depend on how blocks were cut, and so decide nothing.
 */
#include "detector/memory/sorter.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/take.h"

#define ITEMS_MAX 2048
#define HAND_OVERS_MAX 512
#define BATCH_BYTES ((size_t)4 << 20)

/* Compared as bytes: made zeroed, and without padding that anybody writes. */
typedef struct item {
    tc_order order;
    tc_time last;
    tc_locator at;
    uint32_t flags;
    uint32_t count;
    uint32_t user_length;
    char user[12];
} item;

typedef struct heap {
    item items[ITEMS_MAX];
    size_t count;
} heap;

static heap waiting; /* handed over, not released */
static heap batch;
static heap due, first, second;

/* -- the sorters ---------------------------------------------------------------------------- */

static void add_item(tc_observations *to, const item *i)
{
    tc_observation *o;
    tc_text_ref user;
    tc_slice text = {(const uint8_t *)i->user, i->user_length};
    TC_ASSERT(!tc_failed(tc_observations_text(to, text, &user)));
    TC_ASSERT(!tc_failed(tc_observations_add(to, &o)));
    o->order = i->order;
    o->last = i->last;
    o->at = i->at;
    o->flags = (uint16_t)i->flags;
    o->count = i->count;
    o->text[TC_OBS_TEXT_USER] = user;
    o->as_org = user;
}

/* How many came behind what was released: the sorter does not take them in. */
static uint64_t give(tc_sorter *sorter, const item *items, size_t count)
{
    uint64_t late = 0;
    tc_observations *made = tc_observations_new(BATCH_BYTES);
    TC_ASSERT(made);
    for (size_t i = 0; i < count; i++)
        add_item(made, &items[i]);
    tc_observations_sort(made);
    TC_ASSERT(!tc_failed(tc_sorter_add(sorter, made, &late)));
    return late;
}

static TC_STATUS visit(void *context, const tc_observation *o, tc_slice texts)
{
    heap *out = context;
    TC_ASSERT(out->count < ITEMS_MAX);
    item *i = &out->items[out->count++];
    memset(i, 0, sizeof(*i));
    tc_slice user = tc_observation_text(o, texts, TC_OBS_TEXT_USER);
    i->order = o->order;
    i->last = o->last;
    i->at = o->at;
    i->flags = o->flags;
    i->count = o->count;
    i->user_length = (uint32_t)user.len;
    TC_ASSERT(user.len <= sizeof(i->user) && o->as_org.length == user.len);
    if (user.len) memcpy(i->user, user.ptr, user.len);
    return TC_SUCCESS;
}

/* -- the reference -------------------------------------------------------------------------- */

static int compare_bytes(const void *a, const void *b)
{
    const item *x = a, *y = b;
    int c = tc_order_compare(&x->order, &y->order);
    return c ? c : memcmp(x, y, sizeof(*x));
}

/* Moves what is due out of `waiting`, sorted. */
static void take_due(tc_time before)
{
    size_t kept = 0;
    due.count = 0;
    for (size_t i = 0; i < waiting.count; i++) {
        bool is_due = before == TC_TIME_MAX || waiting.items[i].order.time < before;
        item *to = is_due ? &due.items[due.count++] : &waiting.items[kept++];
        if (to != &waiting.items[i]) *to = waiting.items[i];
    }
    waiting.count = kept;
    qsort(due.items, due.count, sizeof(item), compare_bytes);
}

static void expect_due(const heap *got)
{
    static heap sorted;
    TC_ASSERT(got->count == due.count);
    for (size_t i = 1; i < got->count; i++)
        TC_ASSERT(tc_order_compare(&got->items[i - 1].order, &got->items[i].order) <= 0);
    memcpy(sorted.items, got->items, got->count * sizeof(item));
    qsort(sorted.items, got->count, sizeof(item), compare_bytes);
    TC_ASSERT(memcmp(sorted.items, due.items, due.count * sizeof(item)) == 0);
}

/* Everything that is due, given to a sorter of its own in another order and other batches. */
static void say_again(void)
{
    tc_sorter *sorter = tc_sorter_new(SIZE_MAX, ".", UINT64_MAX);
    TC_ASSERT(sorter);
    for (size_t i = due.count; i > 0; i--)
        TC_ASSERT(give(sorter, &due.items[i - 1], 1) == 0);
    second.count = 0;
    TC_ASSERT(!tc_failed(tc_sorter_release(sorter, TC_TIME_MAX, visit, &second)));
    tc_sorter_free(sorter);
}

/* -- steps ---------------------------------------------------------------------------------- */

/* Times before it will not be taken in any more. */
static tc_time released;

static void hand_over(tc_sorter *sorter)
{
    size_t room = TC_MIN(batch.count, ITEMS_MAX - waiting.count);
    uint64_t late = give(sorter, batch.items, room), expected = 0;
    for (size_t i = 0; i < room; i++) {
        if (batch.items[i].order.time < released)
            expected++;
        else
            waiting.items[waiting.count++] = batch.items[i];
    }
    TC_ASSERT(late == expected);
    batch.count = 0;
}

static void release(tc_sorter *sorter, tc_time before)
{
    first.count = 0;
    TC_ASSERT(!tc_failed(tc_sorter_release(sorter, before, visit, &first)));
    released = TC_MAX(released, before);
    take_due(before);
    expect_due(&first);
    say_again();
    TC_ASSERT(second.count == first.count);
    for (size_t i = 0; i < first.count; i++)
        first.items[i].count = second.items[i].count = 0;
    TC_ASSERT(memcmp(second.items, first.items, first.count * sizeof(item)) == 0);
}

/* Times near one another and, now and then, at the ends of the range. */
static tc_time take_time(tc_slice *from)
{
    uint8_t byte = take_byte(from);
    if (byte == 255) return (tc_time)take_number(from, 8);
    if (byte == 254) return TC_TIME_MAX;
    return byte * TC_SECOND;
}

static void make_item(tc_slice *from)
{
    if (batch.count == ITEMS_MAX) return;
    item *i = &batch.items[batch.count++];
    memset(i, 0, sizeof(*i));
    i->order.time = take_time(from);
    uint8_t mix = take_byte(from);
    i->order.rank = mix & 3;
    i->order.record_hash = mix >> 2 & 1;
    i->order.source_key = mix >> 3 & 1;
    i->order.position = mix >> 4 & 3;
    i->order.sub = mix >> 6 & 1;
    i->flags = mix >> 7;
    mix = take_byte(from);
    i->last = mix & 1;
    i->count = mix >> 1 & 1;
    i->at.source = mix >> 2 & 1;
    i->at.line = mix >> 3 & 1;
    i->at.offset = mix >> 4 & 1;
    tc_slice user = tc_slice_sub(take_text(from), 0, sizeof(i->user));
    i->user_length = (uint32_t)user.len;
    if (user.len) memcpy(i->user, user.ptr, user.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t memory[] = {0, 4096, 65536, SIZE_MAX};
    tc_slice from = {data, size};
    const char *folder = getenv("TMPDIR");
    waiting.count = batch.count = 0;
    released = TC_TIME_NONE;
    tc_sorter *sorter = tc_sorter_new(memory[take_below(&from, TC_COUNT_OF(memory))],
                                      folder ? folder : "/tmp", UINT64_MAX);
    TC_ASSERT(sorter);
    for (size_t hand_overs = 0; from.len && hand_overs < HAND_OVERS_MAX;) {
        uint8_t step = take_byte(&from);
        hand_overs += step >= 200;
        if (step < 200)
            make_item(&from);
        else if (step < 240)
            hand_over(sorter);
        else
            release(sorter, take_time(&from));
    }
    hand_over(sorter);
    release(sorter, TC_TIME_MAX);
    TC_ASSERT(waiting.count == 0);
    tc_sorter_free(sorter);
    return 0;
}
