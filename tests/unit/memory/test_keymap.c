#include "detector/memory/keymap.h"

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
    tc_keymap map;
    size_t count = 0;
    tc_keymap_init(&map, KEYS);
    for (size_t i = 0; i < KEYS; i++)
        place[i] = 0;
    for (uint32_t step = 0; step < 200000; step++) {
        uint32_t key = roll(KEYS);
        cr_assert_eq(tc_keymap_get(&map, key), place[key], "step %u", step);
        if (roll(2)) {
            count += place[key] == 0;
            place[key] = step + 1;
            cr_assert(!tc_failed(tc_keymap_put(&map, key, step + 1)));
        } else {
            count -= place[key] != 0;
            place[key] = 0;
            tc_keymap_remove(&map, key);
        }
        cr_assert_eq(map.count, count);
    }
    tc_keymap_done(&map);
}

Test(keymap, stops_at_its_bound_and_goes_on_when_something_was_removed)
{
    tc_keymap map;
    tc_keymap_init(&map, 100);
    cr_expect_eq(tc_keymap_get(&map, 1), 0, "before the first put");
    tc_keymap_remove(&map, 1);
    for (uint64_t key = 0; key < 100; key++)
        cr_assert(!tc_failed(tc_keymap_put(&map, key << 32, (uint32_t)key + 1)));
    cr_expect_eq(tc_keymap_put(&map, 7, 7).code, TC_ELIMIT);
    cr_expect_eq(tc_keymap_reserve(&map).code, TC_ELIMIT);
    cr_expect_not(tc_failed(tc_keymap_put(&map, UINT64_C(5) << 32, 55)), "one that is there");
    tc_keymap_remove(&map, UINT64_C(9) << 32);
    cr_expect_not(tc_failed(tc_keymap_put(&map, 7, 7)));
    cr_expect_eq(tc_keymap_get(&map, UINT64_C(5) << 32), 55);
    cr_expect_leq(tc_keymap_bytes(&map), 256 * 12);
    tc_keymap_done(&map);
}

Test(keymap, lack_of_memory_loses_nothing)
{
    tc_keymap map;
    tc_keymap_init(&map, 1000);
    for (uint32_t key = 0; key < 48; key++)
        cr_assert(!tc_failed(tc_keymap_put(&map, key, key + 1)));
    tc_alloc_fail_after(1);
    cr_expect_eq(tc_keymap_put(&map, 48, 49).code, TC_ENOMEM);
    cr_expect_not(tc_failed(tc_keymap_put(&map, 47, 48)), "one that is there");
    tc_alloc_fail_after(0);
    for (uint32_t key = 0; key < 48; key++)
        cr_expect_eq(tc_keymap_get(&map, key), key + 1);
    cr_expect_not(tc_failed(tc_keymap_put(&map, 48, 49)));
    tc_keymap_done(&map);
}

static uint64_t digest_of(uint32_t n)
{
    return (n + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
}

Test(keymap, without_a_bound_it_finds_what_was_put_and_not_removed)
{
    tc_keymap map = {0};
    cr_expect_eq(tc_keymap_get(&map, 1), 0);
    tc_keymap_remove(&map, 1);
    for (uint32_t i = 0; i < 3000; i++) {
        /* Half of them have no low bits. */
        uint64_t key = i % 2 ? digest_of(i) : i << 20;
        cr_assert(!tc_failed(tc_keymap_put(&map, key, i + 1)));
        if (i % 3 == 0) tc_keymap_remove(&map, key);
    }
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t expected = i % 3 == 0 ? 0 : i + 1;
        cr_expect_eq(tc_keymap_get(&map, i % 2 ? digest_of(i) : i << 20), expected, "%u", i);
    }
    cr_expect_eq(map.count, 2000);
    cr_assert(!tc_failed(tc_keymap_put(&map, digest_of(1), 7)));
    cr_expect_eq(tc_keymap_get(&map, digest_of(1)), 7, "replaced");
    cr_expect_eq(map.count, 2000);
    tc_keymap_done(&map);
    cr_expect_eq(tc_keymap_get(&map, digest_of(1)), 0, "done is empty");
}

Test(keymap, what_was_reserved_needs_no_memory)
{
    tc_keymap map = {0};
    for (uint32_t i = 0; i < 6; i++)
        cr_assert(!tc_failed(tc_keymap_put(&map, digest_of(i), i + 1)));
    tc_alloc_fail_after(1);
    cr_expect_eq(tc_keymap_reserve(&map).code, TC_ENOMEM);
    tc_alloc_fail_after(0);
    cr_expect_eq(tc_keymap_get(&map, digest_of(5)), 6);
    cr_expect_eq(tc_keymap_get(&map, digest_of(6)), 0);
    cr_assert(!tc_failed(tc_keymap_reserve(&map)));
    tc_alloc_fail_after(1);
    cr_expect_not(tc_failed(tc_keymap_put(&map, digest_of(6), 7)));
    tc_alloc_fail_after(0);
    cr_expect_eq(tc_keymap_get(&map, digest_of(6)), 7);
    tc_keymap_done(&map);
}
