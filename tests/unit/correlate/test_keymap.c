#include "detector/correlate/keymap.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static uint32_t seed = 7;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Against an array that says where each key is. */
Test(keymap, puts_gets_and_removes_like_an_array)
{
    enum { KEYS = 500 };
    uint32_t place[KEYS];
    tc_keymap index;
    size_t count = 0;
    tc_keymap_init(&index, KEYS);
    for (size_t i = 0; i < KEYS; i++)
        place[i] = TC_KEYMAP_NONE;
    for (uint32_t step = 0; step < 200000; step++) {
        uint32_t key = roll(KEYS);
        cr_assert_eq(tc_keymap_get(&index, key), place[key], "step %u", step);
        if (roll(2)) {
            count += place[key] == TC_KEYMAP_NONE;
            place[key] = step;
            cr_assert(tc_keymap_put(&index, key, step));
        } else {
            count -= place[key] != TC_KEYMAP_NONE;
            place[key] = TC_KEYMAP_NONE;
            tc_keymap_remove(&index, key);
        }
        cr_assert_eq(index.count, count);
    }
    tc_keymap_done(&index);
}

Test(keymap, stops_at_its_bound_and_goes_on_when_something_was_removed)
{
    tc_keymap index;
    tc_keymap_init(&index, 100);
    cr_expect_eq(tc_keymap_get(&index, 1), TC_KEYMAP_NONE, "before the first put");
    tc_keymap_remove(&index, 1);
    for (uint64_t key = 0; key < 100; key++)
        cr_assert(tc_keymap_put(&index, key << 32, (uint32_t)key));
    cr_expect_not(tc_keymap_put(&index, 7, 7));
    cr_expect(tc_keymap_put(&index, UINT64_C(5) << 32, 55), "one that is there");
    tc_keymap_remove(&index, UINT64_C(9) << 32);
    cr_expect(tc_keymap_put(&index, 7, 7));
    cr_expect_eq(tc_keymap_get(&index, UINT64_C(5) << 32), 55);
    cr_expect_leq(tc_keymap_bytes(&index), 256 * 12);
    tc_keymap_done(&index);
}

Test(keymap, lack_of_memory_loses_nothing)
{
    tc_keymap index;
    tc_keymap_init(&index, 1000);
    for (uint32_t key = 0; key < 48; key++)
        cr_assert(tc_keymap_put(&index, key, key));
    tc_alloc_fail_after(1);
    cr_expect_not(tc_keymap_put(&index, 48, 48));
    tc_alloc_fail_after(0);
    for (uint32_t key = 0; key < 48; key++)
        cr_expect_eq(tc_keymap_get(&index, key), key);
    cr_expect(tc_keymap_put(&index, 48, 48));
    tc_keymap_done(&index);
}
