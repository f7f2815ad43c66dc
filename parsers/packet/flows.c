#include "parsers/packet/flows.h"

#include "parsers/base/alloc.h"

#define BUCKETS ((size_t)65536)

/* In order of use. */
typedef struct row {
    tc_flow *newest, *oldest;
    size_t count;
} row;

struct tc_flows {
    tc_wire *wire;
    tc_hash_key key;
    tc_flow *buckets[BUCKETS];
    row live, ended;
    size_t memory; /* of all flows */
    tc_flow_clock clock;
    tc_flow_counts counts;
};

tc_flows *tc_flows_new(tc_wire *wire)
{
    tc_flows *flows = tc_alloc(1, sizeof *flows);
    if (!flows) return NULL;
    flows->wire = wire;
    flows->clock.now = TC_TIME_NONE;
    flows->key = tc_hash_random_key();
    return flows;
}

tc_flow_counts tc_flows_counts(const tc_flows *flows)
{
    return flows->counts;
}

/* -- the table ------------------------------------------------------------------------------ */

static void unlink_use(row *r, tc_flow *f)
{
    *(f->newer ? &f->newer->older : &r->newest) = f->older;
    *(f->older ? &f->older->newer : &r->oldest) = f->newer;
    f->newer = f->older = NULL;
    r->count--;
}

static void link_newest(row *r, tc_flow *f)
{
    f->older = r->newest;
    f->newer = NULL;
    *(r->newest ? &r->newest->newer : &r->oldest) = f;
    r->newest = f;
    r->count++;
}

static size_t memory_of(const tc_flow *f)
{
    return f->memory + f->dialogue.extra;
}

/* Its numbers are kept for a while, by which copies of its packets are known. */
static void end_flow(tc_flows *t, tc_flow *f)
{
    t->memory -= memory_of(f);
    f->ended = true;
    tc_flow_end(f);
    unlink_use(&t->live, f);
    link_newest(&t->ended, f);
}

static void forget_flow(tc_flows *t, tc_flow *f)
{
    tc_flow **link = &t->buckets[f->hash % BUCKETS];
    while (*link != f)
        link = &(*link)->chain;
    *link = f->chain;
    unlink_use(&t->ended, f);
    tc_free(f);
}

static void remove_flow(tc_flows *t, tc_flow *f)
{
    if (!f->ended) end_flow(t, f);
    forget_flow(t, f);
}

bool tc_flows_end_one(tc_flows *flows)
{
    if (!flows->live.oldest) return false;
    remove_flow(flows, flows->live.oldest);
    return true;
}

void tc_flows_forget_ended(tc_flows *flows)
{
    while (flows->ended.oldest)
        forget_flow(flows, flows->ended.oldest);
}

void tc_flows_free(tc_flows *flows)
{
    if (!flows) return;
    while (tc_flows_end_one(flows))
        continue;
    tc_flows_forget_ended(flows);
    tc_free(flows);
}

typedef struct flow_key {
    tc_ip low, high;
    uint32_t tunnel;
    uint16_t low_port, high_port;
    uint32_t tcp;
} flow_key;

/* The lesser end first; true if that is the sender. */
static bool make_key(const tc_datagram *d, flow_key *ret)
{
    int order = tc_ip_compare(d->source, d->target);
    bool source_low = order < 0 || (order == 0 && d->source_port <= d->target_port);
    *ret = (flow_key){.low = source_low ? d->source : d->target,
                      .high = source_low ? d->target : d->source,
                      .tunnel = d->tunnel,
                      .low_port = source_low ? d->source_port : d->target_port,
                      .high_port = source_low ? d->target_port : d->source_port,
                      .tcp = d->tcp};
    return source_low;
}

static bool has_key(const tc_flow *f, const flow_key *k)
{
    return f->low_port == k->low_port && f->high_port == k->high_port && f->tcp == (k->tcp != 0) &&
           f->tunnel == k->tunnel && tc_ip_equal(f->low, k->low) && tc_ip_equal(f->high, k->high);
}

static tc_flow *find(const tc_flows *t, const flow_key *k, uint64_t hash)
{
    tc_flow *f = t->buckets[hash % BUCKETS];
    while (f && (f->hash != hash || !has_key(f, k)))
        f = f->chain;
    return f;
}

/* -- a new one ------------------------------------------------------------------------------ */

/* Of datagrams only those that a protocol reads are anybody's business. */
static bool is_wanted(const tc_datagram *d)
{
    if (!d->tcp)
        return tc_wire_protocol_of_datagrams(d->target_port) ||
               tc_wire_protocol_of_datagrams(d->source_port);
    return d->payload.len > 0 || (d->flags & TC_TCP_SYN) != 0;
}

/* Who asked: whoever sent the SYN; else whoever talks to a port that is served; else to the lower
 * one. */
static bool source_is_client(const tc_datagram *d)
{
    if (d->tcp && (d->flags & TC_TCP_SYN)) return (d->flags & TC_TCP_ACK) == 0;
    bool to = tc_wire_is_service(d->target_port), from = tc_wire_is_service(d->source_port);
    return to != from ? to : d->source_port >= d->target_port;
}

static tc_flow *add(tc_flows *t, const flow_key *k, uint64_t hash, const tc_datagram *d,
                    bool source_low, bool client)
{
    if (t->live.count >= TC_FLOWS_MAX) {
        t->counts.evicted++;
        (void)tc_flows_end_one(t);
    }
    tc_flow *f = tc_alloc(1, sizeof *f);
    if (!f) {
        t->counts.no_memory++;
        return NULL;
    }
    *f = (tc_flow){.hash = hash,
                   .low = k->low,
                   .high = k->high,
                   .low_port = k->low_port,
                   .high_port = k->high_port,
                   .tunnel = k->tunnel,
                   .tcp = d->tcp,
                   .client_low = client == source_low,
                   .counts = &t->counts};
    f->dialogue = (tc_dialogue){.wire = t->wire,
                                .datagrams = !d->tcp,
                                .client = client ? d->source : d->target,
                                .server = client ? d->target : d->source,
                                .client_port = client ? d->source_port : d->target_port,
                                .server_port = client ? d->target_port : d->source_port,
                                .time = TC_TIME_NONE};
    f->chain = t->buckets[hash % BUCKETS];
    t->buckets[hash % BUCKETS] = f;
    link_newest(&t->live, f);
    return f;
}

/* The connection that the packet shows to have begun between the ends of another, with what is
 * known of its beginning. */
static tc_flow *replace(tc_flows *t, tc_flow *old, const flow_key *k, const tc_datagram *d,
                        bool source_low)
{
    bool server = old->client_low != source_low, syn = (d->flags & TC_TCP_SYN) != 0;
    const tc_side asked = old->sides[!server], own = old->sides[server];
    uint64_t hash = old->hash;
    remove_flow(t, old);
    bool client = syn ? source_is_client(d) : own.renewed ? own.asks : !server;
    tc_flow *f = add(t, k, hash, d, source_low, client);
    if (f && syn && !client && asked.renewed && asked.anew == d->acknowledged)
        tc_flow_begin_side(f, false, asked.anew);
    if (f && !syn && own.renewed) tc_flow_begin_side(f, !client, own.anew);
    return f;
}

/* -- time ----------------------------------------------------------------------------------- */

static void tick(tc_flow_clock *c, tc_time time)
{
    if (time == TC_TIME_NONE) return;
    if (c->now == TC_TIME_NONE) c->now = time;
    c->least = c->count > 0 ? TC_MIN(c->least, time) : time;
    c->most = c->count > 0 ? TC_MAX(c->most, time) : time;
    if (++c->count < TC_FLOWS_CLOCK) return;
    c->now = TC_MIN(TC_MAX(c->now, c->least), c->most);
    c->count = 0;
}

static bool is_past(const row *r, tc_time now, int64_t span)
{
    return r->oldest && now != TC_TIME_NONE && r->oldest->used != TC_TIME_NONE &&
           tc_time_between(r->oldest->used, now) > span;
}

/* Those that were silent for too long end, and are forgotten. Times that go back end nothing. */
static void end_idle(tc_flows *t, tc_time now)
{
    while (is_past(&t->live, now, TC_FLOWS_IDLE))
        (void)tc_flows_end_one(t);
    while (t->ended.count > TC_FLOWS_ENDED || is_past(&t->ended, now, TC_FLOW_PATIENCE))
        forget_flow(t, t->ended.oldest);
}

/* -- packets -------------------------------------------------------------------------------- */

/* The flow that the packet is of; NULL: it is nobody's business. */
static tc_flow *flow_of(tc_flows *t, const tc_datagram *d, bool *ret_server)
{
    flow_key k;
    bool source_low = make_key(d, &k);
    uint64_t hash = tc_siphash(t->key, tc_slice_make(&k, sizeof k));
    tc_flow *f = find(t, &k, hash);
    if (f && tc_flow_begins_anew(f, f->client_low != source_low, d, t->clock.now))
        f = replace(t, f, &k, d, source_low);
    else if (!f && is_wanted(d))
        f = add(t, &k, hash, d, source_low, source_is_client(d));
    *ret_server = f && f->client_low != source_low;
    return f;
}

void tc_flows_take(tc_flows *t, const tc_datagram *d, tc_time time)
{
    bool server;
    tick(&t->clock, time);
    end_idle(t, t->clock.now);
    tc_flow *f = flow_of(t, d, &server);
    if (!f || f->ended) return;
    unlink_use(&t->live, f);
    link_newest(&t->live, f);
    f->used = t->clock.now;
    size_t before = memory_of(f);
    tc_flow_take(f, server, d, time, t->clock.now);
    t->memory += memory_of(f) - before;
    if (f->ended) end_flow(t, f);
    while (t->memory > TC_FLOWS_MEMORY) {
        t->counts.evicted++;
        (void)tc_flows_end_one(t);
    }
}
