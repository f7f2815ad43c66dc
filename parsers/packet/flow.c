#include "parsers/packet/flow.h"

#include "parsers/base/alloc.h"

bool tc_flow_is_near(const tc_side *s, uint32_t sequence)
{
    int32_t ahead = tc_flow_distance(s->expected, sequence);
    return ahead >= -TC_FLOW_WINDOW && ahead <= TC_FLOW_WINDOW;
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
    int32_t from = TC_MAX(tc_flow_distance(a->sequence, sequence), 0);
    int32_t to =
        TC_MIN((int32_t)a->length, tc_flow_distance(a->sequence, sequence) + (int32_t)bytes.len);
    if (from >= to) return false;
    const uint8_t *other = bytes.ptr + (from - tc_flow_distance(a->sequence, sequence));
    return memcmp(a->bytes + from, other, (size_t)(to - from)) != 0;
}

/* A copy that stands in for the packet; NULL without memory. */
static tc_segment *copy_segment(tc_flow *f, const tc_segment *head, tc_slice bytes)
{
    tc_segment *new = tc_alloc(1, sizeof *new + bytes.len);
    if (!new) {
        f->counts->no_memory++;
        return NULL;
    }
    memcpy(new, head, sizeof *new);
    if (bytes.len > 0) memcpy(new->bytes, bytes.ptr, bytes.len);
    f->memory += sizeof *new + bytes.len;
    return new;
}

/* Behind all that begin no later: of equal ones the first stays first. */
static void wait_for_turn(tc_flow *f, tc_side *s, const tc_segment *head, tc_slice bytes)
{
    tc_segment **link = &s->waiting;
    while (*link && tc_flow_distance((*link)->sequence, head->sequence) >= 0) {
        f->counts->conflicts += contradicts(*link, head->sequence, bytes);
        link = &(*link)->next;
    }
    tc_segment *new = copy_segment(f, head, bytes);
    if (!new) return;
    new->next = *link;
    *link = new;
    s->waiting_count++;
    s->waiting_bytes += new->length;
}

/* -- handing on ----------------------------------------------------------------------------- */

/* It answers bytes of the other side that are still to come. */
static bool answers_the_future(const tc_side *other, const tc_segment *s)
{
    return s->answers && other->known && !other->closed &&
           tc_flow_distance(other->expected, s->acknowledged) > 0 &&
           tc_flow_is_near(other, s->acknowledged);
}

/* Hands on the first that waits, if its turn has come. */
static bool hand_on(tc_flow *f, bool server)
{
    tc_side *s = &f->sides[server];
    tc_segment *front = s->waiting;
    if (!front || tc_flow_distance(s->expected, front->sequence) > 0) return false;
    if (answers_the_future(&f->sides[!server], front)) return false;
    uint32_t old =
        (uint32_t)TC_MIN(tc_flow_distance(front->sequence, s->expected), (int32_t)front->length);
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

/* What is said in the dialogue is not all there; of one that nobody reads that is no matter. */
static void note_hole(tc_flow *f)
{
    if (f->holed || f->dialogue.opaque) return;
    f->holed = true;
    f->counts->holed++;
}

/* Where it goes back, more is lost than can be told: the protocol hears a number that is greater
 * than all it can be waiting for. */
static void lose_up_to(tc_flow *f, bool server, uint32_t sequence)
{
    tc_side *s = &f->sides[server];
    uint32_t lost = sequence - s->expected;
    s->expected = sequence;
    f->counts->gaps++;
    note_hole(f);
    if ((int32_t)lost > 0) f->counts->lost += lost;
    tc_dialogue_lose(f, server, lost);
}

/* Whether the other side went on acknowledging, and never what waits behind the hole. */
static bool was_never_there(const tc_side *s, uint32_t sequence, tc_time since)
{
    return s->heeded && s->acked_at != TC_TIME_NONE && since != TC_TIME_NONE &&
           tc_time_between(since, s->acked_at) > TC_FLOW_PATIENCE / 2 &&
           tc_flow_distance(s->acked, sequence) > 0;
}

/* Gives up the hole that keeps a side waiting: the other side's, if that is what it answers. */
static void give_up(tc_flow *f, bool server)
{
    tc_side *s = &f->sides[server];
    tc_segment *front = s->waiting;
    if (tc_flow_distance(s->expected, front->sequence) > 0) {
        if (was_never_there(s, front->sequence, front->since))
            forget_first(f, s);
        else
            lose_up_to(f, server, front->sequence);
        return;
    }
    if (was_never_there(&f->sides[!server], front->acknowledged, front->since)) {
        front->answers = false;
        return;
    }
    tc_side *other = &f->sides[!server];
    uint32_t to = front->acknowledged;
    if (other->waiting && tc_flow_distance(other->waiting->sequence, to) > 0 &&
        tc_flow_distance(other->expected, other->waiting->sequence) > 0)
        to = other->waiting->sequence;
    lose_up_to(f, !server, to);
}

static void give_up_all(tc_flow *f)
{
    hand_on_all(f);
    while (f->sides[0].waiting || f->sides[1].waiting) {
        /* The side whose hole is its own goes first: the other may be waiting for it. */
        give_up(f, !f->sides[0].waiting);
        hand_on_all(f);
    }
}

/* -- far off -------------------------------------------------------------------------------- */

static void forget_astray(tc_flow *f, tc_side *s)
{
    while (s->astray) {
        tc_segment *front = s->astray;
        s->astray = front->next;
        f->memory -= sizeof *front + front->length;
        tc_free(front);
    }
    s->astray_count = 0;
}

/* The side is where they say: they are what waits. */
static void follow_astray(tc_flow *f, bool server)
{
    tc_side *s = &f->sides[server];
    give_up_all(f);
    if (s->expected != s->astray->sequence) lose_up_to(f, server, s->astray->sequence);
    s->closed = false;
    s->heeded = false;
    s->waiting = s->astray;
    s->waiting_count = s->astray_count;
    for (const tc_segment *a = s->astray; a; a = a->next)
        s->waiting_bytes += a->length;
    s->astray = NULL;
    s->astray_count = 0;
    hand_on_all(f);
}

/* A row is of segments that go ahead, none of them far from the one before. */
static void take_astray(tc_flow *f, bool server, const tc_segment *head, tc_slice bytes)
{
    tc_side *s = &f->sides[server];
    tc_segment **link = &s->astray;
    const tc_segment *last = NULL;
    while (*link) {
        last = *link;
        link = &(*link)->next;
    }
    int32_t ahead = last ? tc_flow_distance(last->sequence, head->sequence) : 0;
    if (last && ahead <= 0 && ahead >= -TC_FLOW_WINDOW) return;
    if (last && (ahead < 0 || ahead > TC_FLOW_WINDOW)) {
        forget_astray(f, s);
        link = &s->astray;
    }
    *link = copy_segment(f, head, bytes);
    if (*link && ++s->astray_count >= TC_FLOW_ASTRAY) follow_astray(f, server);
}

/* What the other side says that it has: if it has what lies far off, that is so. */
static void note_acknowledged(tc_flow *f, bool server, uint32_t sequence, tc_time now)
{
    tc_side *s = &f->sides[server];
    int32_t of_astray = s->astray ? tc_flow_distance(s->astray->sequence, sequence) : 0;
    if (of_astray > 0 && of_astray <= TC_FLOW_WINDOW) follow_astray(f, server);
    if (!s->known || !tc_flow_is_near(s, sequence)) return;
    s->heeded = true;
    s->acked = sequence;
    s->acked_at = now;
}

/* -- packets -------------------------------------------------------------------------------- */

static void begin_side(tc_flow *f, tc_side *s, const tc_datagram *d)
{
    if (s->known) return;
    bool syn = (d->flags & TC_TCP_SYN) != 0;
    s->known = true;
    s->numbered = syn;
    s->first = s->expected = d->sequence + (syn ? 1 : 0);
    f->dialogue.from_start[s == &f->sides[1]] = syn;
    if (!syn && !f->begun) f->counts->middle++;
    f->begun = true;
}

/* Too much waits, or for too long. */
static bool waits_too_long(const tc_side *s, tc_time now)
{
    if (s->waiting_count > TC_FLOW_WAITING || s->waiting_bytes > TC_FLOW_BYTES) return true;
    return s->waiting && s->waiting->since != TC_TIME_NONE && now != TC_TIME_NONE &&
           tc_time_between(s->waiting->since, now) > TC_FLOW_PATIENCE;
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
static bool hand_on_at_once(tc_flow *f, bool server, const tc_segment *head, tc_slice bytes)
{
    tc_side *s = &f->sides[server];
    if (s->waiting || head->length == 0 || s->expected != head->sequence || head->fin ||
        answers_the_future(&f->sides[!server], head))
        return false;
    s->expected += head->length;
    tc_dialogue_feed(f, server, bytes, head->time);
    if (f->sides[!server].waiting) hand_on_all(f);
    return true;
}

static void take_bytes(tc_flow *f, bool server, const tc_segment *head, tc_slice bytes)
{
    tc_side *s = &f->sides[server];
    uint32_t end = head->sequence + head->length;
    int32_t behind = tc_flow_distance(s->expected, end);
    if (!tc_flow_is_near(s, behind < 0 ? end : head->sequence)) {
        take_astray(f, server, head, bytes);
        return;
    }
    if (s->astray) forget_astray(f, s);
    if (behind < 0 || (behind == 0 && !head->fin)) return; /* once more */
    if (hand_on_at_once(f, server, head, bytes)) return;
    wait_for_turn(f, s, head, bytes);
    hand_on_all(f);
}

/* A SYN of another connection, which may begin, says nothing of this one. */
static bool is_foreign_syn(const tc_side *s, const tc_datagram *d)
{
    return (d->flags & TC_TCP_SYN) && s->known && d->sequence + 1 != s->first;
}

static void take_tcp(tc_flow *f, bool server, const tc_datagram *d, tc_time time, tc_time now)
{
    tc_side *s = &f->sides[server];
    if (d->flags & TC_TCP_RST) {
        f->ended |= !s->known || tc_flow_is_near(s, d->sequence);
        return;
    }
    if (is_foreign_syn(s, d)) return;
    begin_side(f, s, d);
    tc_segment head = {.sequence = d->sequence + ((d->flags & TC_TCP_SYN) ? 1 : 0),
                       .acknowledged = d->acknowledged,
                       .length = (uint32_t)d->payload.len,
                       .answers = (d->flags & TC_TCP_ACK) != 0,
                       .fin = (d->flags & TC_TCP_FIN) != 0,
                       .time = time,
                       .since = now};
    if (head.answers && tc_flow_is_near(s, head.sequence))
        note_acknowledged(f, !server, d->acknowledged, now);
    if (head.length == 0 && !head.fin) return;
    take_bytes(f, server, &head, d->payload);
    relieve(f, now);
    f->ended |= f->sides[0].closed && f->sides[1].closed;
}

void tc_flow_take(tc_flow *flow, bool server, const tc_datagram *datagram, tc_time time,
                  tc_time now)
{
    if (flow->tcp)
        take_tcp(flow, server, datagram, time, now);
    else if (datagram->lost == 0)
        tc_dialogue_feed(flow, server, datagram->payload, time);
    if (datagram->lost > 0) note_hole(flow);
}

void tc_flow_end(tc_flow *f)
{
    for (int i = 0; i < 2; i++)
        if (f->sides[i].astray_count > 1) follow_astray(f, i != 0);
    give_up_all(f);
    tc_dialogue_end(f);
    for (int i = 0; i < 2; i++) {
        forget_astray(f, &f->sides[i]);
        tc_free(f->sides[i].held);
        f->sides[i].held = NULL;
        f->sides[i].held_length = f->sides[i].held_capacity = 0;
    }
    f->memory = f->dialogue.extra = 0;
}
