/*
 * http_queue: which answer is whose.
 *
 * Answers come in the order of their requests (RFC 9112, 9.3.2), however many were sent ahead. At
 * most TC_HTTP_WAITING requests wait: the oldest is then told without its answer, which is passed
 * over when it comes.
 *
 * Where requests were lost (torn), how many answers are theirs cannot be known. Requests in front
 * of the loss still have theirs. One behind it has the next answer only if nothing else was
 * outstanding when it was sent: every request that was seen was answered, and an answer came since
 * the loss. If one was sent earlier than that, the client sends ahead, and only an answer that
 * belongs to nobody shows that those of the lost ones have come. Till then requests are told
 * without their answers.
 */
#ifndef TC_PACKET_HTTP_QUEUE_H
#define TC_PACKET_HTTP_QUEUE_H

#include "parsers/packet/http_message.h"

#define TC_HTTP_WAITING 32

typedef struct tc_http_queue {
    tc_http_request *first, *last;
    tc_http_request *open; /* whose body is coming; NULL once it has been told */
    size_t count;
    uint64_t owed; /* answers to requests that gave way */
    bool torn;     /* requests were lost, and it is not settled yet whose an answer is */
    bool heard;    /* an answer since then that settles it */
    bool ahead;    /* a request since then before it was settled */
} tc_http_queue;

/* A request; it is the queue's from here on. */
void tc_http_queue_add(tc_dialogue *d, tc_http_queue *queue, tc_http_request *request);
/* The next answer, informational ones (1xx) aside: tells whom it is for. */
void tc_http_queue_answer(tc_dialogue *d, tc_http_queue *queue, const tc_http_answer *answer);
/* Requests were lost. */
void tc_http_queue_tear(tc_http_queue *queue);
/* Answers were lost, or no more will come: tells of what waits without them. */
void tc_http_queue_flush(tc_dialogue *d, tc_http_queue *queue);

#endif
