/*
 * inlet: the records of one log that an input takes in, as a stream of lines.
 *
 * One for each host and log of an input (record.h), so that each is read in its own order and held
 * for no longer than it needs. What was written stays in memory until it is safe, that is until a
 * commit holds it; who reads it can begin again behind what is safe. Bounded: bytes and marks of
 * one, and bytes of all. Under the lock of the whole; owned by the table.
 */
#ifndef TC_RECEIVE_INLET_H
#define TC_RECEIVE_INLET_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"

#define TC_INLET_BYTES ((size_t)4 << 20)
#define TC_INLETS_BYTES ((size_t)64 << 20)
#define TC_INLET_NAME_MAX ((size_t)1024)

/* Where a record ends, and which one it is; 0: it has no identity. */
typedef struct tc_inlet_mark {
    uint64_t end, identity;
} tc_inlet_mark;

typedef struct tc_inlet {
    tc_slice name; /* owned */
    uint64_t key;
    uint32_t number;
    uint32_t input;
    uint8_t *data; /* from `safe` on */
    size_t capacity, length;
    uint64_t safe;     /* offsets count from the beginning of the process */
    uint64_t pledged;  /* safe with the next commit that succeeds */
    uint64_t released; /* acknowledged though it is not safe: nobody knows yet what it is */
    uint64_t base;     /* where the reader that is there began */
    uint64_t read;
    tc_inlet_mark *marks;
    size_t mark_first, mark_count, mark_capacity;
    tc_time came;
    size_t users;          /* connections that wait for it, or write to it */
    bool told;             /* a reader knows of it */
    bool asked, asked_end; /* it was told that there is more, or an end, and has not read since */
    bool again;            /* what came before was not understood */
    bool ends;             /* nothing more will be written */
    bool ended;            /* ... and the reader has seen its end */
    bool heard;            /* something came in this process */
} tc_inlet;

static inline uint64_t tc_inlet_end(const tc_inlet *inlet)
{
    return inlet->safe + inlet->length;
}
/* What may be acknowledged ends here. */
static inline uint64_t tc_inlet_sure(const tc_inlet *inlet)
{
    return TC_MAX(inlet->safe, inlet->released);
}
/* Whether so many bytes more find room. */
bool tc_inlet_has_room(const tc_inlet *inlet, size_t bytes);
/* Appends bytes; with `mark`, that a record ends there. TC_ENOMEM: nothing was appended. */
TC_STATUS tc_inlet_add(tc_inlet *inlet, tc_slice bytes, bool mark, uint64_t identity);
/* Up to there it is safe: it is forgotten. Marks stay. */
void tc_inlet_forget(tc_inlet *inlet, uint64_t safe);
/* The next mark up to `end`, taken off; false: there is none. */
bool tc_inlet_take_mark(tc_inlet *inlet, uint64_t end, tc_inlet_mark *ret);
void tc_inlet_free(tc_inlet *inlet);

#endif
