#include "detector/enrich/observation.h"

#include "detector/enrich/quickhash.h"
#include "parsers/base/alloc.h"

#define MIN_BYTES ((size_t)64 << 10)
#define FIRST_HEAP 4096
#define FIRST_SLOTS 256 /* a power of two */

tc_slice tc_address_class_name(tc_address_class address_class)
{
    static const char *const names[TC_ADDRESS_CLASS_COUNT] = {
        [TC_ADDRESS_NONE] = "",           [TC_ADDRESS_INTERNAL] = "internal",
        [TC_ADDRESS_PRIVATE] = "private", [TC_ADDRESS_EGRESS] = "egress",
        [TC_ADDRESS_REMOTE] = "remote",
    };
    TC_ASSERT(address_class < TC_ADDRESS_CLASS_COUNT);
    return tc_slice_of(names[address_class]);
}

/* A text of the heap; length 0 = the slot is free. */
typedef struct text_slot {
    uint32_t hash;
    uint32_t offset;
    uint32_t length;
} text_slot;

struct tc_observations {
    tc_observation *items;
    size_t count, capacity;
    uint8_t *heap;
    size_t heap_length, heap_capacity;
    text_slot *slots;
    size_t slot_count, slots_used;
    size_t max_bytes;
    tc_hash_key key;
};

tc_observations *tc_observations_new(size_t max_bytes)
{
    tc_observations *b = tc_alloc(1, sizeof(*b));
    if (b == NULL) return NULL;
    b->max_bytes = TC_MIN(TC_MAX(max_bytes, MIN_BYTES), (size_t)UINT32_MAX);
    b->key = tc_hash_random_key();
    b->slot_count = FIRST_SLOTS;
    b->slots = tc_alloc(FIRST_SLOTS, sizeof(text_slot));
    bool grown = !tc_failed(tc_grow(&b->heap, &b->heap_capacity, FIRST_HEAP, 1, SIZE_MAX));
    if (b->slots == NULL || !grown) {
        tc_observations_free(b);
        return NULL;
    }
    return b;
}

void tc_observations_free(tc_observations *b)
{
    if (b == NULL) return;
    tc_free(b->items);
    tc_free(b->heap);
    tc_free(b->slots);
    tc_free(b);
}

void tc_observations_clear(tc_observations *b)
{
    b->count = 0;
    b->heap_length = 0;
    b->slots_used = 0;
    memset(b->slots, 0, b->slot_count * sizeof(text_slot));
}

size_t tc_observations_bytes(const tc_observations *b)
{
    return b->count * sizeof(tc_observation) + b->heap_length + b->slots_used * sizeof(text_slot);
}

size_t tc_observations_memory(const tc_observations *b)
{
    return sizeof(*b) + b->capacity * sizeof(tc_observation) + b->heap_capacity +
           b->slot_count * sizeof(text_slot);
}

static bool fits(const tc_observations *b, size_t more)
{
    size_t bytes = tc_observations_bytes(b);
    return bytes <= b->max_bytes && more <= b->max_bytes - bytes;
}

TC_STATUS tc_observations_add(tc_observations *b, tc_observation **ret)
{
    if (!fits(b, sizeof(tc_observation))) return (tc_status){TC_ELIMIT};
    TC_TRY(tc_grow(&b->items, &b->capacity, b->count + 1, sizeof(tc_observation), SIZE_MAX));
    *ret = &b->items[b->count++];
    memset(*ret, 0, sizeof(**ret));
    return TC_SUCCESS;
}

static TC_STATUS grow_slots(tc_observations *b)
{
    size_t count = b->slot_count * 2;
    text_slot *slots = tc_alloc(count, sizeof(text_slot));
    if (slots == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < b->slot_count; i++) {
        if (b->slots[i].length == 0) continue;
        size_t at = b->slots[i].hash & (count - 1);
        while (slots[at].length != 0)
            at = (at + 1) & (count - 1);
        slots[at] = b->slots[i];
    }
    tc_free(b->slots);
    b->slots = slots;
    b->slot_count = count;
    return TC_SUCCESS;
}

TC_STATUS tc_observations_text(tc_observations *b, tc_slice text, tc_text_ref *ret)
{
    *ret = (tc_text_ref){0, 0};
    if (text.len == 0) return TC_SUCCESS;
    uint32_t hash = (uint32_t)tc_quick_hash(b->key, 0, text);
    size_t at = hash & (b->slot_count - 1);
    for (; b->slots[at].length != 0; at = (at + 1) & (b->slot_count - 1)) {
        const text_slot *s = &b->slots[at];
        if (s->hash == hash && s->length == text.len &&
            memcmp(b->heap + s->offset, text.ptr, text.len) == 0) {
            *ret = (tc_text_ref){s->offset, s->length};
            return TC_SUCCESS;
        }
    }
    if (text.len > b->max_bytes || !fits(b, text.len + sizeof(text_slot)))
        return (tc_status){TC_ELIMIT};
    if ((b->slots_used + 1) * 4 > b->slot_count * 3) {
        TC_TRY(grow_slots(b));
        at = hash & (b->slot_count - 1);
        while (b->slots[at].length != 0)
            at = (at + 1) & (b->slot_count - 1);
    }
    TC_TRY(tc_grow(&b->heap, &b->heap_capacity, b->heap_length + text.len, 1, SIZE_MAX));
    memcpy(b->heap + b->heap_length, text.ptr, text.len);
    *ret = (tc_text_ref){(uint32_t)b->heap_length, (uint32_t)text.len};
    b->slots[at] = (text_slot){hash, ret->offset, ret->length};
    b->slots_used++;
    b->heap_length += text.len;
    return TC_SUCCESS;
}

TC_STATUS tc_observations_new_text(tc_observations *b, tc_slice text, tc_text_ref *ret)
{
    *ret = (tc_text_ref){0, 0};
    if (text.len == 0) return TC_SUCCESS;
    if (text.len > b->max_bytes || !fits(b, text.len)) return (tc_status){TC_ELIMIT};
    TC_TRY(tc_grow(&b->heap, &b->heap_capacity, b->heap_length + text.len, 1, SIZE_MAX));
    memcpy(b->heap + b->heap_length, text.ptr, text.len);
    *ret = (tc_text_ref){(uint32_t)b->heap_length, (uint32_t)text.len};
    b->heap_length += text.len;
    return TC_SUCCESS;
}

size_t tc_observations_count(const tc_observations *b)
{
    return b->count;
}

void tc_observations_truncate(tc_observations *b, size_t count)
{
    TC_ASSERT(count <= b->count);
    b->count = count;
}

tc_observation *tc_observations_at(tc_observations *b, size_t index)
{
    TC_ASSERT(index < b->count);
    return &b->items[index];
}

tc_slice tc_observations_heap(const tc_observations *b)
{
    return (tc_slice){b->heap, b->heap_length};
}

static int by_order(const void *a, const void *b)
{
    return tc_order_compare(&((const tc_observation *)a)->order,
                            &((const tc_observation *)b)->order);
}

void tc_observations_sort(tc_observations *b)
{
    /* Logs are nearly in order: most batches need no work, and large items are dear to move. */
    for (size_t i = 1; i < b->count; i++) {
        if (tc_order_compare(&b->items[i - 1].order, &b->items[i].order) > 0) {
            qsort(b->items, b->count, sizeof(tc_observation), by_order);
            return;
        }
    }
}
