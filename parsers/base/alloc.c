#include "parsers/base/alloc.h"

#include <stdatomic.h>

enum { FIRST_CAPACITY = 8 };

/* Allocations until failure begins; 0 = never, 1 = the next one fails. These three are the mutable
 * global state of the program: a failure must be arranged from outside, whatever the thread (no
 * production path writes the first two), and lack of memory must be known at the end of a run
 * whoever met it. */
static _Atomic uint64_t fuse;
static _Atomic bool only_once; /* the fuse is mended by the failure */
static _Atomic uint64_t failures;

static void *no_memory(void)
{
    atomic_fetch_add_explicit(&failures, 1, memory_order_relaxed);
    return NULL;
}

uint64_t tc_alloc_failures(void)
{
    return atomic_load_explicit(&failures, memory_order_relaxed);
}

static bool must_fail(void)
{
    uint64_t left = atomic_load_explicit(&fuse, memory_order_relaxed);
    while (left > 1) {
        if (atomic_compare_exchange_weak_explicit(&fuse, &left, left - 1, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            return false;
        }
    }
    if (left == 0) return false;
    if (!atomic_load_explicit(&only_once, memory_order_relaxed)) return true;
    /* Of several threads that find the fuse burnt down, one fails. */
    return atomic_compare_exchange_strong_explicit(&fuse, &left, 0, memory_order_relaxed,
                                                   memory_order_relaxed);
}

void tc_alloc_fail_after(uint64_t n)
{
    atomic_store_explicit(&only_once, false, memory_order_relaxed);
    atomic_store_explicit(&fuse, n, memory_order_relaxed);
}

void tc_alloc_fail_once(uint64_t n)
{
    atomic_store_explicit(&only_once, true, memory_order_relaxed);
    atomic_store_explicit(&fuse, n, memory_order_relaxed);
}

uint64_t tc_alloc_left(void)
{
    return atomic_load_explicit(&fuse, memory_order_relaxed);
}

void *tc_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX) return NULL;
    if (TC_UNLIKELY(must_fail())) return no_memory();
    void *memory = calloc(1, bytes ? bytes : 1);
    return memory ? memory : no_memory();
}

void tc_free(void *memory)
{
    free(memory);
}

TC_STATUS tc_grow(void *array_address, size_t *capacity, size_t needed, size_t size, size_t limit)
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
    /* The array has the caller's element type: its pointer is moved as bytes. */
    void *old;
    memcpy(&old, array_address, sizeof(old));
    void *grown = TC_UNLIKELY(must_fail()) ? NULL : realloc(old, bytes ? bytes : 1);
    if (!grown) {
        (void)no_memory();
        return (tc_status){TC_ENOMEM};
    }
    memcpy(array_address, &grown, sizeof(grown));
    *capacity = wanted;
    return TC_SUCCESS;
}
