#include "parsers/base/map.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_slice key_of(char out[32], unsigned n)
{
    int len = snprintf(out, 32, "key-%u", n);
    return tc_slice_make(out, (size_t)len);
}

static void set(tc_map *map, unsigned n, uint64_t value)
{
    char text[32];
    uint64_t *at = NULL;
    cr_assert_not(tc_failed(tc_map_put(map, key_of(text, n), &at, NULL)));
    *at = value;
}

static bool take(tc_map *map, unsigned n)
{
    char text[32];
    return tc_map_remove(map, key_of(text, n));
}

static const uint64_t *get(const tc_map *map, unsigned n)
{
    char text[32];
    return tc_map_get(map, key_of(text, n));
}

Test(map, an_empty_map_has_nothing)
{
    tc_map *map = tc_map_new(10);
    size_t cursor = 0;
    tc_slice key;
    uint64_t *value;
    cr_expect_null(tc_map_get(map, TC_LIT("x")));
    cr_expect_null(tc_map_get(map, TC_EMPTY_SLICE));
    cr_expect_not(tc_map_remove(map, TC_LIT("x")));
    cr_expect_eq(tc_map_count(map), 0);
    cr_expect_not(tc_map_next(map, &cursor, &key, &value));
    tc_map_free(map);
    tc_map_free(NULL);
}

Test(map, put_creates_once_and_gives_the_same_value_again)
{
    tc_map *map = tc_map_new(10);
    uint64_t *value = NULL;
    bool created = false;
    cr_expect_not(tc_failed(tc_map_put(map, TC_LIT("a"), &value, &created)));
    cr_expect(created);
    cr_expect_eq(*value, 0);
    *value = 7;
    cr_expect_not(tc_failed(tc_map_put(map, TC_LIT("a"), &value, &created)));
    cr_expect_not(created);
    cr_expect_eq(*value, 7);
    cr_expect_eq(tc_map_count(map), 1);
    tc_map_free(map);
}

Test(map, keys_are_bytes_and_are_copied)
{
    tc_map *map = tc_map_new(10);
    char text[] = "abc";
    uint64_t *value;
    cr_expect_not(tc_failed(tc_map_put(map, tc_slice_of(text), &value, NULL)));
    *value = 1;
    text[0] = 'x';
    cr_expect_not(tc_failed(tc_map_put(map, TC_EMPTY_SLICE, &value, NULL)));
    *value = 2;
    cr_expect_not(tc_failed(tc_map_put(map, TC_LIT("a\0b"), &value, NULL)));
    *value = 3;
    cr_expect_eq(*tc_map_get(map, TC_LIT("abc")), 1);
    cr_expect_null(tc_map_get(map, tc_slice_of(text)));
    cr_expect_eq(*tc_map_get(map, TC_LIT("")), 2);
    cr_expect_eq(*tc_map_get(map, TC_LIT("a\0b")), 3);
    cr_expect_null(tc_map_get(map, TC_LIT("a\0c")));
    cr_expect(tc_map_remove(map, TC_EMPTY_SLICE));
    cr_expect_null(tc_map_get(map, TC_EMPTY_SLICE));
    tc_map_free(map);
}

Test(map, it_grows_and_finds_everything)
{
    tc_map *map = tc_map_new(100000);
    for (unsigned i = 0; i < 50000; i++) {
        set(map, i, i);
    }
    cr_expect_eq(tc_map_count(map), 50000);
    for (unsigned i = 0; i < 50000; i++) {
        const uint64_t *value = get(map, i);
        cr_assert(value && *value == i, "%u", i);
    }
    cr_expect_null(get(map, 50000));
    tc_map_free(map);
}

Test(map, the_maximum_holds_for_what_is_in_it)
{
    tc_map *map = tc_map_new(100);
    uint64_t *value = NULL;
    for (unsigned i = 0; i < 100; i++) {
        set(map, i, i);
    }
    cr_expect_eq(tc_map_put(map, TC_LIT("more"), &value, NULL).code, TC_ELIMIT);
    cr_expect_eq(tc_map_count(map), 100);
    set(map, 50, 1);
    cr_expect(take(map, 50));
    cr_expect_not(tc_failed(tc_map_put(map, TC_LIT("more"), &value, NULL)));
    cr_expect_eq(tc_map_put(map, TC_LIT("still more"), &value, NULL).code, TC_ELIMIT);
    tc_map_free(map);
    map = tc_map_new(0);
    cr_expect_eq(tc_map_put(map, TC_LIT("x"), &value, NULL).code, TC_ELIMIT);
    tc_map_free(map);
}

Test(map, the_walk_is_in_the_order_of_insertion)
{
    tc_map *map = tc_map_new(1000);
    for (unsigned i = 0; i < 500; i++) {
        set(map, i, i);
    }
    for (unsigned i = 0; i < 500; i += 2) {
        cr_assert(take(map, i));
    }
    for (unsigned i = 1; i < 500; i += 2) {
        set(map, i, i); /* present: keeps its place */
    }
    for (unsigned i = 0; i < 500; i += 2) {
        set(map, i, i); /* absent: goes to the end */
    }
    size_t cursor = 0;
    tc_slice key;
    uint64_t *value;
    unsigned seen = 0;
    while (tc_map_next(map, &cursor, &key, &value)) {
        char text[32];
        unsigned want = seen < 250 ? 2 * seen + 1 : 2 * (seen - 250);
        cr_assert_eq(*value, want, "place %u", seen);
        cr_assert(tc_slice_equal(key, key_of(text, want)));
        seen++;
    }
    cr_expect_eq(seen, 500);
    cr_expect_not(tc_map_next(map, &cursor, &key, &value));
    tc_map_free(map);
}

Test(map, removal_leaves_all_others_to_be_found)
{
    /* Against a plain table of what must be there. */
    enum { KEYS = 3000 };
    static bool present[KEYS];
    tc_map *map = tc_map_new(KEYS);
    uint64_t state = 1;
    size_t count = 0;
    for (int step = 0; step < 300000; step++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned n = (unsigned)(state >> 33) % KEYS;
        if (state >> 62 < 2) {
            count += !present[n];
            present[n] = true;
            set(map, n, n);
        } else {
            cr_assert_eq(take(map, n), present[n], "step %d", step);
            count -= present[n];
            present[n] = false;
        }
        cr_assert_eq(tc_map_count(map), count);
    }
    for (unsigned i = 0; i < KEYS; i++) {
        const uint64_t *value = get(map, i);
        cr_assert_eq(value != NULL, present[i], "%u", i);
        cr_assert(!value || *value == i);
    }
    tc_map_free(map);
}

Test(map, a_queue_of_keys_does_not_grow_for_ever)
{
    tc_map *map = tc_map_new(100);
    size_t most = 0;
    for (unsigned i = 0; i < 200000; i++) {
        if (i >= 100) cr_assert(take(map, i - 100));
        set(map, i, i);
        most = TC_MAX(most, tc_map_bytes(map));
    }
    cr_expect(most < 32 * 1024, "%zu bytes", most);
    cr_expect_eq(*get(map, 199900), 199900);
    tc_map_free(map);
}

Test(map, long_keys_that_were_removed_give_their_memory_back)
{
    static uint8_t text[10000];
    tc_map *map = tc_map_new(100000);
    uint64_t *value;
    for (unsigned i = 0; i < 2000; i++) {
        memcpy(text, &i, sizeof(i));
        tc_slice key = {text, sizeof(text)};
        cr_assert_not(tc_failed(tc_map_put(map, key, &value, NULL)));
        cr_assert(tc_map_remove(map, key));
        cr_assert(tc_map_bytes(map) < 200000, "%zu bytes", tc_map_bytes(map));
    }
    tc_map_free(map);
}

Test(map, without_memory_nothing_changes)
{
    for (uint64_t n = 1; n <= 2; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_map_new(10));
    }
    tc_alloc_fail_after(0);
    tc_map *map = tc_map_new(100000);
    unsigned done = 0;
    for (uint64_t n = 1; n < 60; n++) {
        /* Every allocation that growing makes fails once. */
        char text[32];
        uint64_t *value = NULL;
        tc_alloc_fail_after(n % 4 + 1);
        while (done < 40000 && !tc_failed(tc_map_put(map, key_of(text, done), &value, NULL))) {
            *value = done++;
        }
        tc_alloc_fail_after(0);
        cr_assert_eq(tc_map_count(map), done);
        cr_assert_null(get(map, done));
    }
    cr_expect(done > 1000, "%u", done);
    for (unsigned i = 0; i < done; i++) {
        const uint64_t *value = get(map, i);
        cr_assert(value && *value == i, "%u", i);
    }
    tc_map_free(map);
}

Test(map, without_memory_for_tidying_up_the_keys_stay)
{
    static uint8_t text[6000];
    tc_map *map = tc_map_new(1000);
    uint64_t *value = NULL;
    set(map, 1, 11);
    cr_assert_not(tc_failed(tc_map_put(map, (tc_slice){text, sizeof(text)}, &value, NULL)));
    cr_assert(tc_map_remove(map, (tc_slice){text, sizeof(text)}));
    for (uint64_t n = 1; n <= 4; n++) {
        /* Entries, slots, the new arena and its first chunk. */
        tc_alloc_fail_after(n);
        cr_expect_eq(tc_map_put(map, TC_LIT("x"), &value, NULL).code, TC_ENOMEM, "%d", (int)n);
        tc_alloc_fail_after(0);
        cr_expect_eq(tc_map_count(map), 1);
        cr_expect_eq(*get(map, 1), 11);
    }
    cr_expect_not(tc_failed(tc_map_put(map, TC_LIT("x"), &value, NULL)));
    cr_expect(tc_map_bytes(map) < 6000);
    tc_map_free(map);
}
