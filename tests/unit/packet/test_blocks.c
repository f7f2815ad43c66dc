/* Blocks of one size, handed out again. */
#include "parsers/packet/blocks.h"

#include <criterion/criterion.h>

enum { SIZE = 200 };

static bool is_zero(const uint8_t *block)
{
    for (size_t i = 0; i < SIZE; i++)
        if (block[i] != 0) return false;
    return true;
}

Test(blocks, what_was_given_back_comes_again_and_is_empty)
{
    tc_blocks blocks = {0};
    uint8_t *first = tc_blocks_take(&blocks, SIZE), *second = tc_blocks_take(&blocks, SIZE);
    cr_assert(first && second && first != second && is_zero(first));
    memset(first, 0xA5, SIZE);
    tc_blocks_give(&blocks, NULL);
    tc_blocks_give(&blocks, first);
    uint8_t *again = tc_blocks_take(&blocks, SIZE);
    cr_expect_eq(again, first);
    cr_expect(is_zero(again));
    tc_blocks_give(&blocks, again);
    tc_blocks_give(&blocks, second);
    cr_expect_eq(blocks.count, 2);
    tc_blocks_done(&blocks);
    cr_expect_eq(blocks.count, 0);
}

Test(blocks, no_more_wait_than_are_allowed)
{
    enum { MANY = TC_BLOCKS_KEPT + 9 };
    tc_blocks blocks = {0};
    void *taken[MANY];
    for (size_t i = 0; i < MANY; i++)
        taken[i] = tc_blocks_take(&blocks, SIZE);
    for (size_t i = 0; i < MANY; i++)
        tc_blocks_give(&blocks, taken[i]);
    cr_expect_eq(blocks.count, TC_BLOCKS_KEPT);
    tc_blocks_done(&blocks);
}
