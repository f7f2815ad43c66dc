#include "detector/derive/twins.h"

#include "detector/enrich/host.h"
#include "detector/enrich/identity.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* How many of a chain are looked at: those in front have another user, address or server. */
#define LOOKS 16
#define BUCKETS (2 * TC_TWINS_MAX)
#define NONE UINT32_MAX

/* What a chain is of: deeds that are alike and have an id or none, or that have that id. */
typedef enum chain_kind { CHAIN_NAMED, CHAIN_NAMELESS, CHAIN_ID, CHAIN_KINDS } chain_kind;

typedef struct link {
    uint64_t key; /* of the chain: kind, hash and who has told it; 0: in none */
    uint32_t before, behind;
} link;

typedef struct entry {
    tc_twin twin;
    uint8_t told; /* bits: kinds of logs that have it */
    link links[2];
} entry;

enum { LINK_ALIKE, LINK_ID };

/* Places in the ring, from 1; 0: none, so that a new one is not even touched. */
typedef struct bucket {
    uint32_t head, tail;
} bucket;

struct tc_twins {
    entry *ring;
    size_t oldest, count;
    bucket *buckets[2]; /* of each link */
    uint64_t seed;
    uint64_t given_up;
    unsigned logs; /* bits: kinds of logs that have told of any */
};

tc_twins *tc_twins_new(void)
{
    tc_twins *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->ring = tc_alloc(TC_TWINS_MAX, sizeof(entry));
    t->seed = tc_hash_random_key().k0;
    bool made = t->ring != NULL;
    for (size_t i = 0; i < 2; i++) {
        t->buckets[i] = tc_alloc(BUCKETS, sizeof(bucket));
        made = made && t->buckets[i];
    }
    if (made) return t;
    tc_twins_free(t);
    return NULL;
}

void tc_twins_free(tc_twins *t)
{
    if (t == NULL) return;
    tc_free(t->ring);
    tc_free(t->buckets[0]);
    tc_free(t->buckets[1]);
    tc_free(t);
}

uint64_t tc_twins_given_up(const tc_twins *t)
{
    return t->given_up;
}

/* -- chains --------------------------------------------------------------------------------- */

/* The finalizer of MurmurHash3 spreads the bits. */
static uint64_t spread(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

/* Those that the same kinds of logs have told of stand in one chain, so whoever looks for what his
 * log has not told finds it in front. */
static uint64_t chain_key(chain_kind kind, uint64_t hash, unsigned told)
{
    return spread(hash + ((uint64_t)told * CHAIN_KINDS + kind + 1) * UINT64_C(0x9E3779B97F4A7C15)) |
           1;
}

/* The seed keeps strangers from aiming at one another's bucket. */
static bucket *bucket_of(const tc_twins *t, int which, uint64_t key)
{
    return &t->buckets[which][spread(key ^ t->seed) % BUCKETS];
}

static void unchain(tc_twins *t, uint32_t at, int which)
{
    link *l = &t->ring[at].links[which];
    if (l->key == 0) return;
    bucket *b = bucket_of(t, which, l->key);
    if (l->before != NONE)
        t->ring[l->before].links[which].behind = l->behind;
    else
        b->head = l->behind + 1;
    if (l->behind != NONE)
        t->ring[l->behind].links[which].before = l->before;
    else
        b->tail = l->before + 1;
    l->key = 0;
}

static bool is_elder(const tc_twins *t, uint32_t a, uint32_t b)
{
    return (a + TC_TWINS_MAX - t->oldest) % TC_TWINS_MAX <
           (b + TC_TWINS_MAX - t->oldest) % TC_TWINS_MAX;
}

/* By age, whenever it comes: a chain that is made anew from the ring is the same. */
static void chain(tc_twins *t, uint32_t at, int which, uint64_t key)
{
    bucket *b = bucket_of(t, which, key);
    uint32_t before = b->tail - 1, behind = NONE;
    while (before != NONE && is_elder(t, at, before)) {
        behind = before;
        before = t->ring[before].links[which].before;
    }
    t->ring[at].links[which] = (link){key, before, behind};
    if (before != NONE)
        t->ring[before].links[which].behind = at;
    else
        b->head = at + 1;
    if (behind != NONE)
        t->ring[behind].links[which].before = at;
    else
        b->tail = at + 1;
}

static void chain_both(tc_twins *t, uint32_t at)
{
    const entry *e = &t->ring[at];
    chain_kind kind = e->twin.id ? CHAIN_NAMED : CHAIN_NAMELESS;
    chain(t, at, LINK_ALIKE, chain_key(kind, e->twin.alike, e->told));
    if (e->twin.id) chain(t, at, LINK_ID, chain_key(CHAIN_ID, e->twin.id, e->told));
}

static void unchain_both(tc_twins *t, uint32_t at)
{
    unchain(t, at, LINK_ALIKE);
    unchain(t, at, LINK_ID);
}

static void forget_eldest(tc_twins *t)
{
    unchain_both(t, (uint32_t)t->oldest);
    t->oldest = (t->oldest + 1) % TC_TWINS_MAX;
    t->count--;
}

static void expire(tc_twins *t, tc_time now)
{
    tc_time edge = tc_time_sub(now, TC_TWINS_BY_ID + TC_TWINS_DELAY);
    while (t->count > 0 && t->ring[t->oldest].twin.now < edge)
        forget_eldest(t);
}

/* -- looking -------------------------------------------------------------------------------- */

static bool agree(uint64_t a, uint64_t b)
{
    return a == 0 || b == 0 || a == b;
}

static bool is_near(tc_time a, tc_time b, int64_t window)
{
    return a <= tc_time_add(b, window) && b <= tc_time_add(a, window);
}

/* A balancer's address in one log and the client's in the other are no contradiction. */
static bool fits(const tc_twin *told, const tc_twin *twin, int which)
{
    int64_t window = which == LINK_ID ? TC_TWINS_BY_ID : TC_TWINS_NEAR;
    bool same_source = tc_ip_equal(told->ip, twin->ip) || !told->remote || !twin->remote;
    return same_source && agree(told->user, twin->user) && agree(told->host, twin->host) &&
           is_near(told->time, twin->time, window);
}

/* The first of a chain that it may be one with; what is too old for anybody leaves the chain. */
static uint32_t look_in(tc_twins *t, int which, uint64_t key, const tc_twin *twin)
{
    tc_time edge = tc_time_sub(twin->now, TC_TWINS_NEAR + TC_TWINS_DELAY);
    uint32_t at = bucket_of(t, which, key)->head - 1;
    for (int looks = 0; at != NONE && looks < LOOKS;) {
        const entry *e = &t->ring[at];
        uint32_t behind = e->links[which].behind;
        if (which == LINK_ALIKE && e->twin.now < edge) {
            unchain(t, at, which);
        } else if (e->links[which].key == key) {
            if (fits(&e->twin, twin, which)) return at;
            looks++;
        }
        at = behind;
    }
    return NONE;
}

/* The eldest in any chain of that kind of which this log has told nothing. */
static uint32_t eldest_of(tc_twins *t, chain_kind kind, const tc_twin *twin, uint32_t found)
{
    int which = kind == CHAIN_ID ? LINK_ID : LINK_ALIKE;
    uint64_t hash = kind == CHAIN_ID ? twin->id : twin->alike;
    for (unsigned told = 1; told < 1u << TC_TWIN_LOG_COUNT; told++) {
        if (told & 1u << twin->log || told & ~t->logs) continue;
        uint32_t at = look_in(t, which, chain_key(kind, hash, told), twin);
        if (at != NONE && (found == NONE || is_elder(t, at, found))) found = at;
    }
    return found;
}

/* Two ids that differ are two deeds, however alike. */
static uint32_t find(tc_twins *t, const tc_twin *twin)
{
    uint32_t found = NONE;
    if (twin->id) found = eldest_of(t, CHAIN_ID, twin, NONE);
    if (found != NONE) return found;
    found = eldest_of(t, CHAIN_NAMELESS, twin, NONE);
    return twin->id ? found : eldest_of(t, CHAIN_NAMED, twin, found);
}

static bool says_more(const tc_twin *told, const tc_twin *twin)
{
    return (twin->remote && !told->remote) || (twin->user && !told->user);
}

static void add(tc_twins *t, const tc_twin *twin)
{
    if (t->count == TC_TWINS_MAX) {
        t->given_up++;
        forget_eldest(t);
    }
    t->logs |= 1u << twin->log;
    uint32_t at = (uint32_t)((t->oldest + t->count++) % TC_TWINS_MAX);
    t->ring[at] = (entry){.twin = *twin, .told = (uint8_t)(1u << twin->log)};
    chain_both(t, at);
}

/* What is known of a deed grows with each log that has it. */
static void learn(tc_twins *t, uint32_t at, const tc_twin *twin)
{
    entry *e = &t->ring[at];
    unchain_both(t, at);
    e->told |= (uint8_t)(1u << twin->log);
    t->logs |= e->told;
    if (e->twin.id == 0) e->twin.id = twin->id;
    if (e->twin.user == 0) e->twin.user = twin->user;
    if (twin->remote && !e->twin.remote) {
        e->twin.ip = twin->ip;
        e->twin.remote = true;
    }
    chain_both(t, at);
}

tc_twin_answer tc_twins_note(tc_twins *t, const tc_twin *twin, tc_twin *ret_first)
{
    if (twin->alike == 0) return TC_TWIN_NEW;
    expire(t, twin->now);
    uint32_t at = find(t, twin);
    if (at == NONE) {
        add(t, twin);
        return TC_TWIN_NEW;
    }
    *ret_first = t->ring[at].twin;
    learn(t, at, twin);
    return says_more(ret_first, twin) ? TC_TWIN_MORE : TC_TWIN_TOLD;
}

/* -- observations --------------------------------------------------------------------------- */

static uint64_t user_hash(tc_slice written)
{
    tc_name name;
    tc_name_normalise(written, &name);
    if (name.form == TC_NAME_NONE) return 0;
    return tc_content_hash(
        tc_slice_make((const uint8_t *)name.text + name.local_offset, name.local_length));
}

uint64_t tc_twins_host(tc_slice host)
{
    uint8_t room[TC_HOST_SHORT_MAX];
    tc_slice name = tc_host_short(host, room);
    return name.len ? tc_content_hash(name) : 0;
}

tc_twin_answer tc_twins_observed(tc_twins *t, const tc_observation *o, tc_slice heap,
                                 tc_twin *ret_first)
{
    if (o->twin.alike == 0) return TC_TWIN_NEW;
    uint64_t rank = (uint64_t)o->order.rank * UINT64_C(0x9E3779B97F4A7C15);
    tc_twin twin = {.now = o->order.time,
                    .time = o->order.time,
                    .alike = spread(o->twin.alike ^ rank) | 1,
                    .id = o->twin.id ? spread(o->twin.id ^ rank) | 1 : 0,
                    .user = user_hash(tc_observation_text(o, heap, TC_OBS_TEXT_USER)),
                    .host = tc_twins_host(tc_observation_text(o, heap, TC_OBS_TEXT_HOST)),
                    .ip = o->ip,
                    .remote = o->address_class == TC_ADDRESS_REMOTE,
                    .log = o->twin.log};
    return tc_twins_note(t, &twin, ret_first);
}

/* -- saving and loading --------------------------------------------------------------------- */

static void visit_entry(tc_visit *v, entry *e)
{
    uint32_t log = e->twin.log;
    tc_visit_time(v, &e->twin.now);
    tc_visit_time(v, &e->twin.time);
    tc_visit_u64(v, &e->twin.alike);
    tc_visit_u64(v, &e->twin.id);
    tc_visit_u64(v, &e->twin.user);
    tc_visit_u64(v, &e->twin.host);
    tc_visit_ip(v, &e->twin.ip);
    tc_visit_bool(v, &e->twin.remote);
    tc_visit_below(v, &log, TC_TWIN_LOG_COUNT);
    tc_visit_u8(v, &e->told);
    e->twin.log = (uint8_t)log;
}

static bool is_sound(const tc_twins *t, size_t at)
{
    const entry *e = &t->ring[at];
    bool told = e->told < 1u << TC_TWIN_LOG_COUNT && (e->told >> e->twin.log & 1) != 0;
    return told && e->twin.alike != 0 && (at == 0 || t->ring[at - 1].twin.now <= e->twin.now);
}

static void visit_entries(tc_twins *t, tc_visit *v)
{
    size_t count = t->count;
    tc_visit_count(v, &count, TC_TWINS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        size_t at = (t->oldest + i) % TC_TWINS_MAX;
        visit_entry(v, &t->ring[at]);
        if (!tc_visit_loads(v) || tc_visit_failed(v)) continue;
        t->count = i + 1;
        t->logs |= t->ring[at].told;
        if (is_sound(t, at))
            chain_both(t, (uint32_t)at);
        else
            tc_visit_refuse(v, "a deed of several logs contradicts itself");
    }
}

void tc_twins_visit(tc_twins *t, const char *name, tc_visit *v)
{
    if (!tc_visit_begin(v, name, 1)) return;
    tc_visit_u64(v, &t->given_up);
    visit_entries(t, v);
    tc_visit_end(v);
}
