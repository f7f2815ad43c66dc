/*
 * deque: the times of a window, oldest first, each with a number that its owner gives a meaning.
 *
 * It lies in pieces of the correlator's pool and owns them until it is cleared. Times are pushed in
 * order; it has no bound of its own, its owner knows how many entries a window can need.
 */
#ifndef TC_MEMORY_DEQUE_H
#define TC_MEMORY_DEQUE_H

#include "detector/memory/pool.h"
#include "parsers/base/time.h"
#include "parsers/base/visit.h"

/* All zero = empty. */
typedef struct tc_deque {
    tc_piece head, tail;
    uint32_t count;
    uint16_t first; /* place of the oldest in the head piece */
    uint16_t end;   /* place behind the newest in the tail piece */
} tc_deque;

/* Takes at most one piece, which must have been reserved. */
void tc_deque_push(tc_deque *deque, tc_pool *pool, tc_time time, uint32_t tag);
/* The oldest; the deque must not be empty. */
tc_time tc_deque_oldest(const tc_deque *deque, const tc_pool *pool, uint32_t *ret_tag);
uint32_t tc_deque_newest_tag(const tc_deque *deque, const tc_pool *pool);
void tc_deque_pop(tc_deque *deque, tc_pool *pool);
void tc_deque_clear(tc_deque *deque, tc_pool *pool);

/* How a deque is saved and had back. */
typedef struct tc_deque_visitor {
    tc_visit *visit;
    void *context;
    /* What an entry's number stands for in the state, and back. NULL: the numbers are left out. */
    uint32_t (*name)(void *context, uint32_t tag);
    /* Loading: makes sure that a piece can be taken; false: the load has failed. */
    bool (*reserve)(void *context);
} tc_deque_visitor;
/* What is loaded lies in as many pieces, filled alike. Times that fall are refused. */
void tc_deque_visit(tc_deque *deque, tc_pool *pool, const tc_deque_visitor *visitor);

#endif
