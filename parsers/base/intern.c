#include "parsers/base/intern.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/hash.h"

enum { FIRST_SLOTS = 16 };

typedef struct entry {
    tc_slice text;
    uint64_t hash;
} entry;

/* What a text costs besides its bytes: its entry and two slots of the table. */
enum { OVERHEAD = sizeof(entry) + 2 * sizeof(uint32_t) };

struct tc_intern {
    tc_hash_key secret;
    tc_arena *texts;
    entry *entries; /* of id - 1 */
    size_t capacity;
    size_t count;
    uint32_t *slots; /* ids, 0 = free; at most half of them taken */
    size_t slot_count;
    size_t bytes;
    size_t max_bytes;
};

tc_intern *tc_intern_new(size_t max_bytes)
{
    tc_intern *table = tc_alloc(1, sizeof(*table));
    if (!table) return NULL;
    table->texts = tc_arena_new(SIZE_MAX);
    table->slots = tc_alloc(FIRST_SLOTS, sizeof(*table->slots));
    if (!table->texts || !table->slots) {
        tc_intern_free(table);
        return NULL;
    }
    table->slot_count = FIRST_SLOTS;
    table->max_bytes = max_bytes;
    table->secret = tc_hash_random_key();
    return table;
}

void tc_intern_free(tc_intern *table)
{
    if (!table) return;
    tc_arena_free(table->texts);
    tc_free(table->entries);
    tc_free(table->slots);
    tc_free(table);
}

/* The slot of the text or the free slot where its search ends. */
static size_t find_slot(const tc_intern *table, tc_slice text, uint64_t hash)
{
    size_t mask = table->slot_count - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        uint32_t id = table->slots[at];
        if (id == 0) return at;
        const entry *e = &table->entries[id - 1];
        if (e->hash == hash && tc_slice_equal(e->text, text)) return at;
    }
}

static TC_STATUS double_slots(tc_intern *table)
{
    size_t slot_count = 2 * table->slot_count;
    uint32_t *slots = tc_alloc(slot_count, sizeof(*slots));
    if (!slots) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < table->count; i++) {
        size_t at = table->entries[i].hash & (slot_count - 1);
        while (slots[at]) {
            at = (at + 1) & (slot_count - 1);
        }
        slots[at] = (uint32_t)i + 1;
    }
    tc_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return TC_SUCCESS;
}

TC_STATUS tc_intern_put(tc_intern *table, tc_slice text, uint32_t *ret_id)
{
    uint64_t hash = tc_siphash(table->secret, text);
    size_t at = find_slot(table, text, hash);
    if (table->slots[at]) {
        *ret_id = table->slots[at];
        return TC_SUCCESS;
    }
    size_t room = table->max_bytes - table->bytes;
    if (room < OVERHEAD || text.len > room - OVERHEAD || table->count == UINT32_MAX) {
        return (tc_status){TC_ELIMIT};
    }
    if (2 * (table->count + 1) > table->slot_count) {
        TC_TRY(double_slots(table));
        at = find_slot(table, text, hash);
    }
    TC_TRY(tc_grow(&table->entries, &table->capacity, table->count + 1, sizeof(entry), UINT32_MAX));
    entry *e = &table->entries[table->count];
    if (!tc_arena_copy(table->texts, text, &e->text)) return (tc_status){TC_ENOMEM};
    e->hash = hash;
    table->count++;
    table->bytes += text.len + OVERHEAD;
    table->slots[at] = (uint32_t)table->count;
    *ret_id = (uint32_t)table->count;
    return TC_SUCCESS;
}

uint32_t tc_intern_find(const tc_intern *table, tc_slice text)
{
    return table->slots[find_slot(table, text, tc_siphash(table->secret, text))];
}

tc_slice tc_intern_text(const tc_intern *table, uint32_t id)
{
    TC_ASSERT(id <= table->count);
    return id ? table->entries[id - 1].text : TC_EMPTY_SLICE;
}

size_t tc_intern_count(const tc_intern *table)
{
    return table->count;
}

size_t tc_intern_bytes(const tc_intern *table)
{
    return table->bytes;
}
