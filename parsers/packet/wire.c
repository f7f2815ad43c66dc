#include "parsers/packet/wire.h"

#include "parsers/base/alloc.h"

static bool open_memory(tc_wire_memory *m)
{
    m->slots = tc_alloc((size_t)TC_MEMORY_SETS * TC_MEMORY_WAYS, sizeof *m->slots);
    return m->slots != NULL;
}

bool tc_wire_init(tc_wire *wire)
{
    *wire = (tc_wire){0};
    tc_exchanges_init(&wire->out);
    bool sessions = open_memory(&wire->sessions), askers = open_memory(&wire->askers);
    bool accounts = open_memory(&wire->accounts);
    return open_memory(&wire->told) && sessions && askers && accounts;
}

void tc_wire_done(tc_wire *wire)
{
    tc_exchanges_done(&wire->out);
    tc_free(wire->sessions.slots);
    tc_free(wire->askers.slots);
    tc_free(wire->accounts.slots);
    tc_free(wire->told.slots);
    tc_blocks_done(&wire->requests);
    *wire = (tc_wire){0};
}

static tc_remembered *find(const tc_wire_memory *m, uint64_t key)
{
    tc_remembered *set = m->slots + key % TC_MEMORY_SETS * TC_MEMORY_WAYS;
    for (size_t i = 0; i < TC_MEMORY_WAYS; i++)
        if (set[i].key == key && key != 0) return &set[i];
    return NULL;
}

const tc_remembered *tc_wire_recall(const tc_wire_memory *memory, uint64_t key)
{
    return find(memory, key);
}

void tc_wire_remember(tc_wire_memory *memory, uint64_t key, tc_slice text, tc_time time)
{
    tc_remembered *slot = find(memory, key);
    size_t set = key % TC_MEMORY_SETS;
    if (!slot) {
        slot = memory->slots + set * TC_MEMORY_WAYS + memory->oldest[set];
        memory->oldest[set] = (uint8_t)((memory->oldest[set] + 1) % TC_MEMORY_WAYS);
    }
    slot->key = key;
    slot->time = time;
    slot->length = (uint8_t)TC_MIN(text.len, (size_t)TC_WIRE_NAME);
    if (slot->length > 0) memcpy(slot->text, text.ptr, slot->length);
}

bool tc_wire_told_before(tc_wire *wire, uint64_t key, tc_time time, int64_t span)
{
    const tc_remembered *was = find(&wire->told, key);
    bool before = was && time != TC_TIME_NONE && was->time != TC_TIME_NONE &&
                  tc_time_between(was->time, time) <= span &&
                  tc_time_between(time, was->time) <= span;
    if (!before) tc_wire_remember(&wire->told, key, TC_EMPTY_SLICE, time);
    return before;
}
