#include "parsers/packet/blocks.h"

#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"

void *tc_blocks_take(tc_blocks *blocks, size_t size)
{
    TC_ASSERT(blocks->size == 0 || blocks->size == size);
    blocks->size = size;
    if (blocks->count == 0) return tc_alloc(1, size);
    void *block = blocks->kept[--blocks->count];
    TC_UNPOISON(block, size);
    return memset(block, 0, size);
}

void tc_blocks_give(tc_blocks *blocks, void *block)
{
    if (!block) return;
    if (blocks->count == TC_BLOCKS_KEPT) {
        tc_free(block);
        return;
    }
    TC_POISON(block, blocks->size);
    blocks->kept[blocks->count++] = block;
}

void tc_blocks_done(tc_blocks *blocks)
{
    while (blocks->count > 0) {
        void *block = blocks->kept[--blocks->count];
        TC_UNPOISON(block, blocks->size);
        tc_free(block);
    }
}
