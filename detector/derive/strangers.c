#include "detector/derive/strangers.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define BUCKETS 8192

struct tc_strangers {
    tc_stranger *ring;
    uint64_t eldest, next; /* numbers, from 1; place in the ring: number % TC_STRANGERS_MAX */
    uint64_t *heads;       /* [key][bucket]: the youngest's number, or one that is gone */
    tc_hash_key key;
    size_t mailboxes;
    uint64_t given_up, refused;
};

tc_strangers *tc_strangers_new(void)
{
    tc_strangers *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->ring = tc_alloc(TC_STRANGERS_MAX, sizeof(tc_stranger));
    s->heads = tc_alloc((size_t)TC_STRANGER_KEYS * BUCKETS, sizeof(uint64_t));
    s->key = tc_hash_random_key();
    s->eldest = s->next = 1;
    if (s->ring != NULL && s->heads != NULL) return s;
    tc_strangers_free(s);
    return NULL;
}

void tc_strangers_free(tc_strangers *s)
{
    if (s == NULL) return;
    tc_free(s->ring);
    tc_free(s->heads);
    tc_free(s);
}

static tc_stranger *numbered(tc_strangers *s, uint64_t number)
{
    return number >= s->eldest && number < s->next ? &s->ring[number % TC_STRANGERS_MAX] : NULL;
}

static uint64_t *head_of(tc_strangers *s, unsigned which, uint64_t key)
{
    uint64_t hash = tc_siphash(s->key, tc_slice_make((const uint8_t *)&key, sizeof(key)));
    return &s->heads[which * BUCKETS + hash % BUCKETS];
}

static tc_stranger *with_key(tc_strangers *s, unsigned which, uint64_t key, uint64_t number)
{
    tc_stranger *it = numbered(s, number);
    while (it != NULL && it->keys[which] != key)
        it = numbered(s, it->older[which]);
    return it;
}

tc_stranger *tc_strangers_first(tc_strangers *s, tc_stranger_key which, uint64_t key)
{
    return key ? with_key(s, which, key, *head_of(s, which, key)) : NULL;
}

tc_stranger *tc_strangers_next(tc_strangers *s, tc_stranger_key which, const tc_stranger *it)
{
    return with_key(s, which, it->keys[which], it->older[which]);
}

size_t tc_strangers_mailboxes(const tc_strangers *s)
{
    return s->mailboxes;
}

/* The eldest of the mailbox with a network; NULL if there is none. */
static tc_stranger *eldest_of(tc_strangers *s, uint64_t mailbox)
{
    tc_stranger *eldest = NULL, *it = tc_strangers_first(s, TC_STRANGER_MAILBOX, mailbox);
    for (; it != NULL; it = tc_strangers_next(s, TC_STRANGER_MAILBOX, it))
        if (it->keys[TC_STRANGER_NETWORK]) eldest = it;
    return eldest;
}

/* The eldest goes; if its mailbox has others the next of them stands for it. */
static void drop_eldest(tc_strangers *s)
{
    const tc_stranger *gone = numbered(s, s->eldest);
    uint64_t mailbox = gone->keys[TC_STRANGER_MAILBOX];
    bool sole = gone->sole;
    s->eldest++;
    if (!sole) return;
    tc_stranger *last = eldest_of(s, mailbox);
    if (last != NULL)
        last->sole = true;
    else
        s->mailboxes--;
}

void tc_strangers_expire(tc_strangers *s, tc_time now)
{
    tc_time limit = tc_time_sub(now, TC_STRANGERS_WINDOW);
    while (s->eldest < s->next && numbered(s, s->eldest)->session.o.order.time < limit)
        drop_eldest(s);
}

static size_t count_of(tc_strangers *s, uint64_t mailbox)
{
    size_t n = 0;
    for (const tc_stranger *it = tc_strangers_first(s, TC_STRANGER_MAILBOX, mailbox); it != NULL;
         it = tc_strangers_next(s, TC_STRANGER_MAILBOX, it))
        n++;
    return n;
}

static void link_one(tc_strangers *s, uint64_t number)
{
    tc_stranger *it = numbered(s, number);
    for (unsigned which = 0; which < TC_STRANGER_KEYS; which++) {
        if (it->keys[which] == 0) continue;
        uint64_t *head = head_of(s, which, it->keys[which]);
        it->older[which] = *head;
        *head = number;
    }
}

static tc_stranger *room(tc_strangers *s)
{
    if (s->next - s->eldest == TC_STRANGERS_MAX) {
        s->given_up++;
        drop_eldest(s);
    }
    tc_stranger *it = &s->ring[s->next++ % TC_STRANGERS_MAX];
    memset(it, 0, sizeof(*it));
    return it;
}

tc_stranger *tc_strangers_add(tc_strangers *s, const uint64_t keys[TC_STRANGER_KEYS],
                              uint32_t entity, const tc_observation *o, tc_slice heap)
{
    size_t others = count_of(s, keys[TC_STRANGER_MAILBOX]);
    if (others >= TC_STRANGERS_OF_ONE) {
        s->refused++;
        return NULL;
    }
    tc_stranger *it = room(s);
    memcpy(it->keys, keys, sizeof(it->keys));
    it->entity = entity;
    it->sole = keys[TC_STRANGER_NETWORK] && eldest_of(s, keys[TC_STRANGER_MAILBOX]) == NULL;
    s->mailboxes += it->sole;
    it->told = INT32_MIN;
    tc_kept_fill(&it->session, o, heap);
    const tc_stranger *before =
        tc_strangers_first(s, TC_STRANGER_MAILBOX, keys[TC_STRANGER_MAILBOX]);
    it->language = before != NULL ? before->language : 0;
    it->speaks = before != NULL ? before->speaks : 0;
    link_one(s, s->next - 1);
    return it;
}

/* Chains are made anew: this is rare, and a chain must lead from the youngest to the eldest. */
static void link_all(tc_strangers *s)
{
    memset(s->heads, 0, (size_t)TC_STRANGER_KEYS * BUCKETS * sizeof(uint64_t));
    for (uint64_t number = s->eldest; number < s->next; number++)
        link_one(s, number);
}

static void count_mailboxes(tc_strangers *s)
{
    s->mailboxes = 0;
    for (uint64_t number = s->eldest; number < s->next; number++)
        s->mailboxes += numbered(s, number)->sole;
}

void tc_strangers_unite(tc_strangers *s, uint64_t from, uint64_t into, uint32_t entity)
{
    tc_stranger *it = tc_strangers_first(s, TC_STRANGER_MAILBOX, from);
    if (it == NULL) return;
    while (it != NULL) {
        tc_stranger *next = tc_strangers_next(s, TC_STRANGER_MAILBOX, it);
        it->keys[TC_STRANGER_MAILBOX] = into;
        it = next;
    }
    link_all(s);
    for (it = tc_strangers_first(s, TC_STRANGER_MAILBOX, into); it != NULL;
         it = tc_strangers_next(s, TC_STRANGER_MAILBOX, it)) {
        it->entity = entity;
        it->sole = false;
    }
    it = eldest_of(s, into);
    if (it != NULL) it->sole = true;
    count_mailboxes(s);
}

void tc_strangers_forget(tc_strangers *s, uint64_t mailbox)
{
    for (tc_stranger *it = tc_strangers_first(s, TC_STRANGER_MAILBOX, mailbox); it != NULL;
         it = tc_strangers_next(s, TC_STRANGER_MAILBOX, it))
        it->entity = 0;
}

void tc_strangers_bounds(const tc_strangers *s, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "sessions of strangers within a fortnight", TC_STRANGERS_MAX, s->given_up,
                  TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_JOIN));
    tc_bounds_add(bounds, "sessions of strangers of one mailbox", TC_STRANGERS_OF_ONE, s->refused,
                  0);
}

/* -- saved state ---------------------------------------------------------------------------- */

#define SESSIONS (1u << TC_OBS_WEB_SPAN | 1u << TC_OBS_WEB_USE)

static void visit_stranger(tc_visit *v, tc_references *r, tc_observations *batch, tc_stranger *it)
{
    for (unsigned which = 0; which < TC_STRANGER_KEYS; which++)
        tc_visit_u64(v, &it->keys[which]);
    tc_visit_u64(v, &it->country);
    tc_visit_u64(v, &it->family);
    tc_visit_u32(v, &it->entity);
    tc_visit_u32(v, &it->evidence);
    tc_visit_u8(v, &it->language);
    tc_visit_u8(v, &it->speaks);
    tc_visit_i32(v, &it->told);
    tc_visit_bool(v, &it->without_history);
    tc_visit_bool(v, &it->own);
    tc_visit_bool(v, &it->sole);
    (void)tc_kept_visit(v, r, SESSIONS, batch, &it->session);
}

static void check_loaded(tc_strangers *s, tc_visit *v, const tc_stranger *it)
{
    if (tc_visit_failed(v)) return;
    const tc_stranger *before = numbered(s, s->next - 2);
    if (it->keys[TC_STRANGER_MAILBOX] == 0 ||
        (before != NULL && before->session.o.order.time > it->session.o.order.time))
        tc_visit_refuse(v, "strangers are not in order");
}

static void visit_all(tc_strangers *s, tc_visit *v, tc_references *r, tc_observations *batch)
{
    size_t count = (size_t)(s->next - s->eldest);
    tc_visit_count(v, &count, TC_STRANGERS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_stranger *it = tc_visit_loads(v) ? room(s) : numbered(s, s->eldest + i);
        visit_stranger(v, r, batch, it);
        if (tc_visit_loads(v)) check_loaded(s, v, it);
    }
}

void tc_strangers_visit(tc_strangers *s, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "strangers", 6)) return;
    tc_observations *batch = tc_kept_batch(v);
    tc_visit_u64(v, &s->given_up);
    tc_visit_u64(v, &s->refused);
    visit_all(s, v, r, batch);
    tc_observations_free(batch);
    tc_visit_end(v);
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    link_all(s);
    count_mailboxes(s);
}
