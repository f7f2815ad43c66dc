#include "detector/store/batch.h"

#include "parsers/base/alloc.h"

#define CHANGES_MAX ((size_t)1 << 22)

TC_STATUS tc_batch_open(tc_batch *b, size_t limit)
{
    *b = (tc_batch){.bytes = tc_arena_new(limit)};
    return b->bytes ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

void tc_batch_close(tc_batch *b)
{
    tc_arena_free(b->bytes);
    tc_free(b->changes);
    *b = (tc_batch){.bytes = NULL};
}

TC_STATUS tc_batch_add(tc_batch *b, const tc_change *change)
{
    tc_arena_mark mark = tc_arena_save(b->bytes);
    tc_change copy = *change;
    TC_TRY(tc_grow(&b->changes, &b->capacity, b->count + 1, sizeof(*b->changes), CHANGES_MAX));
    if (!tc_arena_copy(b->bytes, change->key, &copy.key) ||
        !tc_arena_copy(b->bytes, change->id, &copy.id) ||
        !tc_arena_copy(b->bytes, change->body, &copy.body)) {
        tc_arena_rewind(b->bytes, mark);
        return (tc_status){TC_ELIMIT};
    }
    b->changes[b->count++] = copy;
    return TC_SUCCESS;
}

void tc_batch_clear(tc_batch *b)
{
    tc_arena_reset(b->bytes);
    b->count = 0;
}
