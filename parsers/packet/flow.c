#include "parsers/packet/flow.h"

#include "parsers/base/alloc.h"

static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* -- what waits ----------------------------------------------------------------------------- */

static void forget_first(tc_flow *f, tc_side *s)
{
    tc_segment *front = s->waiting;
    s->waiting = front->next;
    s->waiting_count--;
    s->waiting_bytes -= front->length;
    f->memory -= sizeof *front + front->length;
    tc_free(front);
}

/* Whether two segments say different things about the bytes that both have. */
static bool contradicts(const tc_segment *a, uint32_t sequence, tc_slice bytes)
{
    int32_t from = TC_MAX(distance(a->sequence, sequence), 0);
    int32_t to = TC_MIN((int32_t)a->length, distance(a->sequence, sequence) + (int32_t)bytes.len);
    if (from >= to) return false;
    const uint8_t *other = bytes.ptr + (from - distance(a->sequence, sequence));
    return memcmp(a->bytes + from, other, (size_t)(to - from)) != 0;
}

/* Behind all that begin no later: of equal ones the first stays first. */
static void wait_for_turn(tc_flow *f, tc_side *s, const tc_datagram *d, uint32_t sequence,
                          tc_time time)
{
    tc_segment **link = &s->waiting;
    while (*link && distance((*link)->sequence, sequence) >= 0) {
        f->counts->conflicts += contradicts(*link, sequence, d->payload);
        link = &(*link)->next;
    }
    tc_segment *new = tc_alloc(1, sizeof *new + d->payload.len);
    if (!new) {
        f->counts->no_memory++;
        return;
    }
    new->next = *link;
    new->sequence = sequence;
    new->acknowledged = d->acknowledged;
    new->answers = (d->flags & TC_TCP_ACK) != 0;
    new->fin = (d->flags & TC_TCP_FIN) != 0;
    new->length = (uint32_t)d->payload.len;
    new->time = time;
    if (new->length > 0) memcpy(new->bytes, d->payload.ptr, new->length);
    *link = new;
    s->waiting_count++;
    s->waiting_bytes += new->length;
    f->memory += sizeof *new + new->length;
}

/* -- handing on ----------------------------------------------------------------------------- */

/* It answers bytes of the other side that are still to come. */
static bool answers_the_future(const tc_side *other, const tc_segment *s)
{
    return s->answers && other->known && !other->closed &&
           distance(other->expected, s->acknowledged) > 0;
}

/* Hands on the first that waits, if its turn has come. */
static bool hand_on(tc_flow *f, bool server)
{
    tc_side *s = &f->sides[server];
    tc_segment *front = s->waiting;
    if (!front || distance(s->expected, front->sequence) > 0) return false;
    if (answers_the_future(&f->sides[!server], front)) return false;
    uint32_t old = (uint32_t)TC_MIN(distance(front->sequence, s->expected), (int32_t)front->length);
    tc_slice fresh = tc_slice_make(front->bytes + old, front->length - old);
    s->expected += (uint32_t)fresh.len;
    bool fin = front->fin && s->expected == front->sequence + front->length;
    if (fresh.len > 0) tc_dialogue_feed(f, server, fresh, front->time);
    if (fin && !s->closed) {
        s->expected++;
        s->closed = true;
    }
    forget_first(f, s);
    return true;
}

static void hand_on_all(tc_flow *f)
{
    while (hand_on(f, false) || hand_on(f, true))
        continue;
}

static void lose_up_to(tc_flow *f, bool server, uint32_t sequence)
{
    tc_side *s = &f->sides[server];
    uint32_t lost = sequence - s->expected;
    s->expected = sequence;
    f->counts->gaps++;
    f->counts->lost += lost;
    tc_dialogue_lose(f, server, lost);
}

/* Gives up the hole that keeps a side waiting: the other side's, if that is what it answers. */
static void give_up(tc_flow *f, bool server)
{
    tc_side *s = &f->sides[server];
    const tc_segment *front = s->waiting;
    if (distance(s->expected, front->sequence) > 0) {
        lose_up_to(f, server, front->sequence);
        return;
    }
    tc_side *other = &f->sides[!server];
    uint32_t to = front->acknowledged;
    if (other->waiting && distance(other->waiting->sequence, to) > 0 &&
        distance(other->expected, other->waiting->sequence) > 0)
        to = other->waiting->sequence;
    lose_up_to(f, !server, to);
}

/* -- packets -------------------------------------------------------------------------------- */

static void begin_side(tc_flow *f, tc_side *s, const tc_datagram *d)
{
    if (s->known) return;
    bool syn = (d->flags & TC_TCP_SYN) != 0;
    s->known = true;
    s->expected = d->sequence + (syn ? 1 : 0);
    f->dialogue.from_start[s == &f->sides[1]] = syn;
    if (!syn && !f->begun) f->counts->middle++;
    f->begun = true;
}

/* Too much waits, or for too long. */
static bool waits_too_long(const tc_side *s, tc_time now)
{
    if (s->waiting_count > TC_FLOW_WAITING || s->waiting_bytes > TC_FLOW_BYTES) return true;
    return s->waiting && s->waiting->time != TC_TIME_NONE && now != TC_TIME_NONE &&
           tc_time_between(s->waiting->time, now) > TC_FLOW_PATIENCE;
}

static void relieve(tc_flow *f, tc_time now)
{
    for (int server = 0; server < 2; server++) {
        tc_side *s = &f->sides[server];
        while (waits_too_long(s, now)) {
            give_up(f, server != 0);
            hand_on_all(f);
        }
    }
}

/* The usual case, without a copy: the very next bytes, and nothing to wait for. */
static bool hand_on_at_once(tc_flow *f, bool server, const tc_datagram *d, uint32_t sequence,
                            tc_time time)
{
    tc_side *s = &f->sides[server];
    tc_segment as_waiting = {.acknowledged = d->acknowledged,
                             .answers = (d->flags & TC_TCP_ACK) != 0};
    if (s->waiting || d->payload.len == 0 || s->expected != sequence || (d->flags & TC_TCP_FIN) ||
        answers_the_future(&f->sides[!server], &as_waiting))
        return false;
    s->expected += (uint32_t)d->payload.len;
    tc_dialogue_feed(f, server, d->payload, time);
    if (f->sides[!server].waiting) hand_on_all(f);
    return true;
}

static void take_tcp(tc_flow *f, bool server, const tc_datagram *d, tc_time time)
{
    tc_side *s = &f->sides[server];
    uint32_t sequence = d->sequence + ((d->flags & TC_TCP_SYN) ? 1 : 0);
    if (d->flags & TC_TCP_RST) {
        f->ended = true;
        return;
    }
    begin_side(f, s, d);
    if (d->payload.len == 0 && (d->flags & TC_TCP_FIN) == 0) return;
    int32_t behind = distance(s->expected, sequence + (uint32_t)d->payload.len);
    if (behind < 0 || (behind == 0 && (d->flags & TC_TCP_FIN) == 0)) return; /* once more */
    if (hand_on_at_once(f, server, d, sequence, time)) return;
    wait_for_turn(f, s, d, sequence, time);
    hand_on_all(f);
    relieve(f, time);
    f->ended |= f->sides[0].closed && f->sides[1].closed;
}

void tc_flow_take(tc_flow *flow, bool server, const tc_datagram *datagram, tc_time time)
{
    if (flow->tcp)
        take_tcp(flow, server, datagram, time);
    else if (datagram->lost == 0)
        tc_dialogue_feed(flow, server, datagram->payload, time);
}

void tc_flow_end(tc_flow *f)
{
    hand_on_all(f);
    while (f->sides[0].waiting || f->sides[1].waiting) {
        /* The side whose hole is its own goes first: the other may be waiting for it. */
        bool server = !f->sides[0].waiting;
        give_up(f, server);
        hand_on_all(f);
    }
    tc_dialogue_end(f);
    for (int i = 0; i < 2; i++)
        tc_free(f->sides[i].held);
}
