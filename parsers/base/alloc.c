#include "parsers/base/alloc.h"

#include <stdatomic.h>

enum { FIRST_CAPACITY = 8 };

/* Allocations until failure begins; 0 = never, 1 = the next one fails and so does every later one.
 * The one piece of mutable global state of the program: an allocation that fails must be arranged
 * from outside, whatever the thread, and no production path writes it. */
static _Atomic uint64_t fuse;

static bool must_fail(void)
{
    uint64_t left = atomic_load_explicit(&fuse, memory_order_relaxed);
    while (left > 1) {
        if (atomic_compare_exchange_weak_explicit(&fuse, &left, left - 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            return false;
        }
    }
    return left == 1;
}

void tc_alloc_fail_after(uint64_t n)
{
    atomic_store_explicit(&fuse, n, memory_order_relaxed);
}

void *tc_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX) return NULL;
    if (TC_UNLIKELY(must_fail())) return NULL;
    return calloc(1, bytes ? bytes : 1);
}

void tc_free(void *memory)
{
    free(memory);
}

tc_status tc_grow(void *array_address, size_t *capacity, size_t needed, size_t size, size_t limit)
{
    if (needed > limit) return (tc_status){TC_ELIMIT};
    if (needed <= *capacity) return TC_SUCCESS;

    size_t wanted = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    wanted = TC_MAX(wanted, (size_t)FIRST_CAPACITY);
    wanted = TC_MIN(TC_MAX(wanted, needed), limit);
    size_t bytes;
    if (__builtin_mul_overflow(wanted, size, &bytes) || bytes > PTRDIFF_MAX) {
        return (tc_status){TC_ENOMEM};
    }
    if (TC_UNLIKELY(must_fail())) return (tc_status){TC_ENOMEM};

    /* The array has the caller's element type: its pointer is moved as bytes. */
    void *old;
    memcpy(&old, array_address, sizeof(old));
    void *grown = realloc(old, bytes ? bytes : 1);
    if (!grown) return (tc_status){TC_ENOMEM};
    memcpy(array_address, &grown, sizeof(grown));
    *capacity = wanted;
    return TC_SUCCESS;
}
