/*
 * queue: pointers handed from thread to thread, first in, first out.
 *
 * Bounded by its capacity: put waits for room, take waits for an item. After close, put is refused
 * and take gives what is left and then NULL.
 */
#ifndef TC_PIPELINE_QUEUE_H
#define TC_PIPELINE_QUEUE_H

#include "parsers/base/status.h"

typedef struct tc_queue tc_queue;

tc_queue *tc_queue_new(size_t capacity) TC_MUST_USE;
void tc_queue_free(tc_queue *queue);
/* False when the queue is closed; the item then stays the caller's. */
bool tc_queue_put(tc_queue *queue, void *item) TC_MUST_USE;
/* NULL when closed and empty, or when wait_ms (>= 0) passed without an item. */
void *tc_queue_take(tc_queue *queue, int wait_ms);
void tc_queue_close(tc_queue *queue);
bool tc_queue_closed_and_empty(tc_queue *queue);

#endif
