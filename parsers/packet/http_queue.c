#include "parsers/packet/http_queue.h"

static void tell_first(tc_dialogue *d, tc_http_queue *q, const tc_http_answer *a)
{
    tc_http_request *r = q->first;
    tc_http_tell(d, r, r->unsure ? NULL : a);
    q->first = r->next;
    if (!q->first) q->last = NULL;
    if (q->open == r) q->open = NULL;
    q->count--;
    d->extra -= sizeof *r;
    tc_blocks_give(&d->wire->requests, r);
}

/* An answer to HEAD has no body though it names a length: unless it is known for one, what follows
 * cannot be told apart. */
static void make_room(tc_dialogue *d, tc_http_queue *q)
{
    bool head = q->first->head;
    tell_first(d, q, NULL);
    q->owed++;
    if (!head) return;
    tc_http_queue_tear(q);
    for (tc_http_request *r = q->first; r; r = r->next)
        r->unsure = true;
}

static void settle(tc_http_queue *q)
{
    bool settled = q->count == 0 && q->owed == 0 && q->heard;
    q->torn = !settled;
    q->ahead = !settled;
    q->heard = false;
}

void tc_http_queue_add(tc_dialogue *d, tc_http_queue *q, tc_http_request *r)
{
    if (q->count == TC_HTTP_WAITING) make_room(d, q);
    if (q->torn) settle(q);
    r->unsure = q->torn;
    *(q->last ? &q->last->next : &q->first) = r;
    q->last = r;
    q->count++;
    d->extra += sizeof *r;
}

void tc_http_queue_answer(tc_dialogue *d, tc_http_queue *q, const tc_http_answer *a)
{
    bool nobody = q->owed == 0 && !q->first;
    q->heard |= nobody || !q->ahead;
    if (q->owed > 0)
        q->owed--;
    else if (q->first)
        tell_first(d, q, a);
}

void tc_http_queue_tear(tc_http_queue *q)
{
    q->torn = true;
    q->heard = false;
    q->ahead = false;
}

void tc_http_queue_flush(tc_dialogue *d, tc_http_queue *q)
{
    /* Of several that wait some may still be answered. */
    bool several = q->count + q->owed > 1;
    while (q->first)
        tell_first(d, q, NULL);
    q->owed = 0;
    if (several && !q->torn)
        tc_http_queue_tear(q);
    else
        q->heard = true;
}
