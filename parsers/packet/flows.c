#include "parsers/packet/flows.h"

#include "parsers/base/alloc.h"

#define BUCKETS ((size_t)65536)

struct tc_flows {
    tc_wire *wire;
    tc_hash_key key;
    tc_flow *buckets[BUCKETS];
    tc_flow *newest, *oldest;
    size_t count;
    size_t memory; /* of all flows */
    tc_flow_counts counts;
};

tc_flows *tc_flows_new(tc_wire *wire)
{
    tc_flows *flows = tc_alloc(1, sizeof *flows);
    if (!flows) return NULL;
    flows->wire = wire;
    flows->key = tc_hash_random_key();
    return flows;
}

tc_flow_counts tc_flows_counts(const tc_flows *flows)
{
    return flows->counts;
}

/* -- the table ------------------------------------------------------------------------------ */

static void unlink_use(tc_flows *t, tc_flow *f)
{
    *(f->newer ? &f->newer->older : &t->newest) = f->older;
    *(f->older ? &f->older->newer : &t->oldest) = f->newer;
    f->newer = f->older = NULL;
}

static void link_newest(tc_flows *t, tc_flow *f)
{
    f->older = t->newest;
    f->newer = NULL;
    *(t->newest ? &t->newest->newer : &t->oldest) = f;
    t->newest = f;
}

static size_t memory_of(const tc_flow *f)
{
    return f->memory + f->dialogue.extra;
}

static void remove_flow(tc_flows *t, tc_flow *f)
{
    tc_flow **link = &t->buckets[f->hash % BUCKETS];
    t->memory -= memory_of(f);
    tc_flow_end(f);
    while (*link != f)
        link = &(*link)->chain;
    *link = f->chain;
    unlink_use(t, f);
    t->count--;
    tc_free(f);
}

bool tc_flows_end_one(tc_flows *flows)
{
    if (!flows->oldest) return false;
    remove_flow(flows, flows->oldest);
    return true;
}

void tc_flows_free(tc_flows *flows)
{
    while (flows && tc_flows_end_one(flows))
        continue;
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
                    bool source_low)
{
    if (t->count >= TC_FLOWS_MAX) {
        t->counts.evicted++;
        (void)tc_flows_end_one(t);
    }
    tc_flow *f = tc_alloc(1, sizeof *f);
    if (!f) {
        t->counts.no_memory++;
        return NULL;
    }
    bool client = source_is_client(d);
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
    link_newest(t, f);
    t->count++;
    return f;
}

/* A connection that begins anew between the same ends. */
static bool begins_anew(const tc_flow *f, bool server, const tc_datagram *d)
{
    if (!d->tcp || (d->flags & (TC_TCP_SYN | TC_TCP_ACK)) != TC_TCP_SYN) return false;
    const tc_side *s = &f->sides[server];
    return server || (s->known && d->sequence + 1 != s->expected && f->dialogue.heard[0]);
}

/* Those that were silent for too long end. Times that go back end nothing. */
static void end_idle(tc_flows *t, tc_time now)
{
    while (t->oldest && now != TC_TIME_NONE && t->oldest->used != TC_TIME_NONE &&
           tc_time_between(t->oldest->used, now) > TC_FLOWS_IDLE)
        (void)tc_flows_end_one(t);
}

void tc_flows_take(tc_flows *t, const tc_datagram *d, tc_time time)
{
    end_idle(t, time);
    flow_key k;
    bool source_low = make_key(d, &k);
    uint64_t hash = tc_siphash(t->key, tc_slice_make(&k, sizeof k));
    tc_flow *f = find(t, &k, hash);
    if (f && begins_anew(f, f->client_low != source_low, d)) {
        remove_flow(t, f);
        f = NULL;
    }
    if (!f && !is_wanted(d)) return;
    if (!f) f = add(t, &k, hash, d, source_low);
    if (!f) return;
    unlink_use(t, f);
    link_newest(t, f);
    f->used = time;
    size_t before = memory_of(f);
    tc_flow_take(f, f->client_low != source_low, d, time);
    t->memory += memory_of(f) - before;
    if (f->ended) remove_flow(t, f);
    while (t->memory > TC_FLOWS_MEMORY) {
        t->counts.evicted++;
        (void)tc_flows_end_one(t);
    }
}
