#include "detector/correlate/people.h"

#include "parsers/base/alloc.h"

#define CHUNK 4096 /* persons or pieces that come from the heap at once */
#define PIECE_TRAITS 4
/* So many are forgotten at once at most to make room for one. */
#define EVICTIONS_MAX 64

typedef struct trait {
    uint64_t key;         /* of kind and value */
    uint32_t first, last; /* seconds since 1970 */
} trait;

typedef struct piece {
    trait traits[PIECE_TRAITS];
    uint32_t next;
    uint32_t count;
} piece;

_Static_assert(sizeof(tc_person) <= 96, "the budget of a mailbox: person");
_Static_assert(sizeof(piece) <= 72, "the budget of a mailbox: traits");

static const uint8_t quotas[TC_TRAIT_COUNT] = {
    [TC_TRAIT_COUNTRY] = 8, [TC_TRAIT_ASN] = 12, [TC_TRAIT_NETWORK] = 16, [TC_TRAIT_AGENT] = 12};

/* Things of one size in chunks, numbered from 1. */
typedef struct store {
    uint8_t **chunks;
    size_t chunk_count, chunk_capacity, size, used, limit;
    uint32_t free; /* list of those given back */
} store;

struct tc_people {
    tc_identity *identity;
    store persons, pieces;
    uint64_t forgotten, unmade, traits_refused;
};

static void *store_at(const store *s, uint32_t number)
{
    return s->chunks[number / CHUNK] + (size_t)(number % CHUNK) * s->size;
}

/* 0 at the limit or without memory. */
static uint32_t store_fresh(store *s)
{
    if (s->used >= s->limit) return 0;
    size_t number = s->used + 1;
    if (number / CHUNK >= s->chunk_count) {
        if (tc_failed(tc_grow(&s->chunks, &s->chunk_capacity, s->chunk_count + 1, sizeof(uint8_t *),
                              SIZE_MAX)))
            return 0;
        uint8_t *chunk = tc_alloc(CHUNK, s->size);
        if (chunk == NULL) return 0;
        s->chunks[s->chunk_count++] = chunk;
    }
    s->used = number;
    return (uint32_t)number;
}

static void store_done(store *s)
{
    for (size_t i = 0; i < s->chunk_count; i++)
        tc_free(s->chunks[i]);
    tc_free(s->chunks);
}

static tc_person *person_at(const tc_people *people, uint32_t number)
{
    return store_at(&people->persons, number);
}

static piece *piece_at(const tc_people *people, uint32_t number)
{
    return store_at(&people->pieces, number);
}

tc_people *tc_people_new(const tc_people_options *options, tc_identity *identity)
{
    tc_people *people = tc_alloc(1, sizeof(*people));
    if (people == NULL) return NULL;
    people->identity = identity;
    people->persons = (store){.size = sizeof(tc_person), .limit = options->persons_max};
    people->pieces = (store){.size = sizeof(piece), .limit = options->pieces_max};
    return people;
}

void tc_people_free(tc_people *people)
{
    if (people == NULL) return;
    store_done(&people->persons);
    store_done(&people->pieces);
    tc_free(people);
}

/* -- persons -------------------------------------------------------------------------------- */

tc_person *tc_people_numbered(const tc_people *people, uint32_t number)
{
    return number ? person_at(people, number) : NULL;
}

tc_person *tc_people_find(const tc_people *people, tc_entity root)
{
    return tc_people_numbered(people, tc_identity_value(people->identity, root));
}

/* A place for a person; identity forgets somebody when there is none. */
static uint32_t take_person(tc_people *people)
{
    for (int i = 0; i <= EVICTIONS_MAX; i++) {
        uint32_t number = people->persons.free;
        if (number) {
            people->persons.free = person_at(people, number)->traits;
            return number;
        }
        number = store_fresh(&people->persons);
        if (number) return number;
        if (!tc_identity_evict(people->identity)) return 0;
    }
    return 0;
}

tc_person *tc_people_of(tc_people *people, tc_entity root)
{
    if (root == 0) return NULL;
    tc_person *p = tc_people_find(people, root);
    if (p != NULL) return p;
    uint32_t number = take_person(people);
    if (number == 0) {
        people->unmade++;
        return NULL;
    }
    p = person_at(people, number);
    *p = (tc_person){.key = tc_identity_key(people->identity, root),
                     .entity = root,
                     .created = TC_TIME_NONE,
                     .change_day = INT32_MIN,
                     .day = INT32_MIN};
    tc_identity_set_value(people->identity, root, number);
    return p;
}

static void give_pieces(tc_people *people, uint32_t number)
{
    while (number) {
        piece *q = piece_at(people, number);
        uint32_t next = q->next;
        q->next = people->pieces.free;
        people->pieces.free = number;
        number = next;
    }
}

void tc_people_release(tc_people *people, uint32_t number)
{
    tc_person *p = person_at(people, number);
    give_pieces(people, p->traits);
    *p = (tc_person){.traits = people->persons.free};
    people->persons.free = number;
}

void tc_people_forget(tc_people *people, tc_entity root)
{
    uint32_t number = tc_identity_value(people->identity, root);
    if (number == 0) return;
    tc_people_release(people, number);
    tc_identity_set_value(people->identity, root, 0);
    people->forgotten++;
}

static tc_rank rank_of_days(uint32_t days)
{
    if (days >= 9) return TC_RANK_OLD;
    if (days >= 5) return TC_RANK_USUAL;
    if (days >= 3) return TC_RANK_REGULAR;
    return days == 2 ? TC_RANK_KNOWN : TC_RANK_NEW;
}

/* Time does not go back but for a union; an earlier day is not counted again. */
void tc_people_seen(tc_people *people, tc_person *p, tc_time time)
{
    tc_time midnight = tc_time_midnight(time);
    int32_t day = (int32_t)((midnight == TC_TIME_NONE ? time : midnight) / TC_DAY);
    if (day <= p->day) return;
    p->day = day;
    if (p->days < UINT16_MAX) p->days++;
    if (p->days <= 9) tc_identity_raise(people->identity, p->entity, rank_of_days(p->days));
}

void tc_people_vouch(tc_people *people, tc_person *p)
{
    if (p->vouched) return;
    p->vouched = true;
    tc_identity_raise(people->identity, p->entity, TC_RANK_OLD);
}

/* -- traits --------------------------------------------------------------------------------- */

static uint32_t seconds_of(tc_time time)
{
    if (time <= 0) return 0;
    return (uint32_t)TC_MIN(time / TC_SECOND, (int64_t)UINT32_MAX);
}

static uint64_t key_of(tc_trait_kind kind, uint64_t value)
{
    return value * 8 + (uint64_t)kind;
}

/* The trait of that key; else NULL, and *ret_oldest is the one of that kind used longest ago. */
static trait *find_trait(const tc_people *people, const tc_person *p, uint64_t key,
                         trait **ret_oldest)
{
    *ret_oldest = NULL;
    for (uint32_t number = p->traits; number;) {
        piece *q = piece_at(people, number);
        for (uint32_t i = 0; i < q->count; i++) {
            trait *t = &q->traits[i];
            if (t->key == key) return t;
            if (t->key % 8 == key % 8 && (*ret_oldest == NULL || t->last < (*ret_oldest)->last))
                *ret_oldest = t;
        }
        number = q->next;
    }
    return NULL;
}

/* Room for one more trait; NULL if there is none. Only the first piece is ever not full. */
static trait *trait_room(tc_people *people, tc_person *p)
{
    piece *q = p->traits ? piece_at(people, p->traits) : NULL;
    if (q == NULL || q->count == PIECE_TRAITS) {
        uint32_t number = people->pieces.free;
        if (number)
            people->pieces.free = piece_at(people, number)->next;
        else
            number = store_fresh(&people->pieces);
        if (number == 0) return NULL;
        q = piece_at(people, number);
        q->next = p->traits;
        q->count = 0;
        p->traits = number;
    }
    return &q->traits[q->count++];
}

/* Where a new trait of that kind goes. */
static trait *make_trait(tc_people *people, tc_person *p, tc_trait_kind kind, trait *oldest)
{
    if (p->trait_count[kind] >= quotas[kind]) return oldest;
    trait *t = trait_room(people, p);
    for (int i = 0; t == NULL && i < EVICTIONS_MAX; i++) {
        /* The person itself is in use and stays. */
        if (!tc_identity_evict(people->identity)) break;
        t = trait_room(people, p);
    }
    if (t != NULL) {
        p->trait_count[kind]++;
        return t;
    }
    people->traits_refused++;
    return oldest;
}

tc_time tc_people_trait(tc_people *people, tc_person *p, tc_trait_kind kind, uint64_t value,
                        tc_time now)
{
    trait *oldest = NULL;
    uint64_t key = key_of(kind, value);
    uint32_t seconds = seconds_of(now);
    trait *t = find_trait(people, p, key, &oldest);
    if (t != NULL) {
        t->last = TC_MAX(t->last, seconds);
        return (tc_time)t->first * TC_SECOND;
    }
    t = make_trait(people, p, kind, oldest);
    if (t != NULL) *t = (trait){key, seconds, seconds};
    return now;
}

bool tc_person_has_traits(const tc_person *p)
{
    return p->traits != 0;
}

static void fold_trait(tc_people *people, tc_person *into, const trait *t)
{
    trait *oldest = NULL;
    trait *mine = find_trait(people, into, t->key, &oldest);
    if (mine != NULL) {
        mine->first = TC_MIN(mine->first, t->first);
        mine->last = TC_MAX(mine->last, t->last);
        return;
    }
    tc_trait_kind kind = (tc_trait_kind)(t->key % 8);
    if (into->trait_count[kind] >= quotas[kind]) return;
    mine = trait_room(people, into);
    if (mine == NULL) {
        people->traits_refused++;
        return;
    }
    into->trait_count[kind]++;
    *mine = *t;
}

void tc_people_fold(tc_people *people, tc_person *into, const tc_person *from)
{
    for (uint32_t number = from->traits; number;) {
        const piece *q = piece_at(people, number);
        for (uint32_t i = 0; i < q->count; i++)
            fold_trait(people, into, &q->traits[i]);
        number = q->next;
    }
    into->webmail |= from->webmail;
    into->mail |= from->mail;
    into->active |= from->active;
    if (into->created == TC_TIME_NONE) into->created = from->created;
    into->change_day = TC_MAX(into->change_day, from->change_day);
    /* The days of both may be the same ones: the more of the two is sure. */
    into->day = TC_MAX(into->day, from->day);
    into->days = TC_MAX(into->days, from->days);
    tc_identity_raise(people->identity, into->entity, rank_of_days(into->days));
    if (from->vouched) tc_people_vouch(people, into);
}

/* -- the whole ------------------------------------------------------------------------------ */

void tc_people_each(const tc_people *people, void (*visit)(void *context, const tc_person *p),
                    void *context)
{
    for (size_t number = 1; number <= people->persons.used; number++) {
        const tc_person *p = person_at(people, (uint32_t)number);
        if (p->entity) visit(context, p);
    }
}

uint64_t tc_people_forgotten(const tc_people *people)
{
    return people->forgotten;
}

void tc_people_bounds(const tc_people *people, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "mailboxes that could not be remembered", people->persons.limit,
                  people->unmade, TC_BLINDS_ALL);
    tc_bounds_add(bounds, "habits of mailboxes", people->pieces.limit * PIECE_TRAITS,
                  people->traits_refused,
                  TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_JOIN));
}

size_t tc_people_bytes(const tc_people *people)
{
    return CHUNK * (people->persons.chunk_count * people->persons.size +
                    people->pieces.chunk_count * people->pieces.size);
}
