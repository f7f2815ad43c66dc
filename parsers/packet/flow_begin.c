/* Where connections begin, and which packet begins another one (flow.h). */
#include "parsers/packet/flow.h"

void tc_flow_begin_side(tc_flow *f, bool server, uint32_t first)
{
    tc_side *s = &f->sides[server];
    s->known = s->numbered = true;
    s->first = s->expected = first;
    f->begun = true;
}

/* A SYN of the connection that there is: sent again, mirrored twice, or come behind its bytes. */
static bool is_known(const tc_flow *f, tc_side *s, uint32_t first, tc_time now)
{
    int32_t before = tc_flow_distance(first, s->first);
    bool late = f->used != TC_TIME_NONE && now != TC_TIME_NONE &&
                tc_time_between(f->used, now) > TC_FLOW_PATIENCE;
    if (s->numbered) return before == 0 && !late;
    if (before < 0 || before > TC_FLOW_WINDOW) return false;
    s->numbered = true;
    s->first = first;
    return true;
}

static bool syn_begins_anew(tc_flow *f, bool server, const tc_datagram *d, tc_time now)
{
    tc_side *s = &f->sides[server];
    const tc_side *other = &f->sides[!server];
    bool answers = (d->flags & TC_TCP_ACK) != 0;
    uint32_t first = d->sequence + 1;
    if (answers && other->renewed && other->asks && other->anew == d->acknowledged) return true;
    if (!s->known || is_known(f, s, first, now)) return f->ended && !s->known;
    s->renewed = true;
    s->asks = !answers;
    s->anew = first;
    return f->ended;
}

/* Bytes that follow a SYN: the very next, or others that the old connection cannot have said. */
static bool follows_syn(const tc_side *s, const tc_datagram *d)
{
    int32_t behind = tc_flow_distance(s->anew, d->sequence);
    if (!s->renewed || behind < 0 || behind > TC_FLOW_WINDOW) return false;
    return behind == 0 || !tc_flow_is_near(s, d->sequence);
}

/* What a connection that has ended has said before. */
static bool is_copy(const tc_side *s, const tc_datagram *d)
{
    uint32_t end = d->sequence + (uint32_t)d->payload.len;
    return s->known && tc_flow_distance(end, s->expected) >= 0 && tc_flow_is_near(s, end);
}

bool tc_flow_begins_anew(tc_flow *f, bool server, const tc_datagram *d, tc_time now)
{
    const tc_side *s = &f->sides[server];
    if (!f->tcp || (d->flags & TC_TCP_RST)) return false;
    if (d->flags & TC_TCP_SYN) return syn_begins_anew(f, server, d, now);
    if (d->payload.len == 0) return false;
    return follows_syn(s, d) || (f->ended && !is_copy(s, d));
}
