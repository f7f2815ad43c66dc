/* What was known of the sources of a mailbox's sessions. */
#include "detector/derive/people_state.h"

static const uint8_t quotas[TC_TRAIT_COUNT] = {[TC_TRAIT_COUNTRY] = 8,
                                               [TC_TRAIT_ASN] = 12,
                                               [TC_TRAIT_NETWORK] = 16,
                                               [TC_TRAIT_AGENT] = 12,
                                               [TC_TRAIT_FAMILY] = 8};

unsigned tc_people_quota(unsigned kind)
{
    return quotas[kind];
}

void tc_people_pieces_give(tc_people *people, uint32_t number)
{
    while (number) {
        people_piece *q = tc_people_piece(people, number);
        uint32_t next = q->next;
        q->next = people->pieces.free;
        people->pieces.free = number;
        number = next;
    }
}

static uint32_t seconds_of(tc_time time)
{
    if (time <= 0) return 0;
    return (uint32_t)TC_MIN(time / TC_SECOND, (int64_t)UINT32_MAX);
}

static uint64_t key_of(tc_trait_kind kind, uint64_t value)
{
    return value * 8 + (uint64_t)kind;
}

people_trait *tc_people_trait_find(const tc_people *people, const tc_person *p, uint64_t key,
                                   people_trait **ret_oldest)
{
    *ret_oldest = NULL;
    for (uint32_t number = p->traits; number;) {
        people_piece *q = tc_people_piece(people, number);
        for (uint32_t i = 0; i < q->count; i++) {
            people_trait *t = &q->traits[i];
            if (t->key == key) return t;
            if (t->key % 8 == key % 8 && (*ret_oldest == NULL || t->last < (*ret_oldest)->last))
                *ret_oldest = t;
        }
        number = q->next;
    }
    return NULL;
}

/* Room for one more trait; NULL if there is none. Only the first piece is ever not full. */
static people_trait *trait_room(tc_people *people, tc_person *p)
{
    people_piece *q = p->traits ? tc_people_piece(people, p->traits) : NULL;
    if (q == NULL || q->count == PIECE_TRAITS) {
        uint32_t number = people->pieces.free;
        if (number)
            people->pieces.free = tc_people_piece(people, number)->next;
        else
            number = tc_people_store_fresh(&people->pieces);
        if (number == 0) return NULL;
        q = tc_people_piece(people, number);
        q->next = p->traits;
        q->count = 0;
        p->traits = number;
    }
    return &q->traits[q->count++];
}

/* Where a new trait of that kind goes. */
static people_trait *make_trait(tc_people *people, tc_person *p, tc_trait_kind kind,
                                people_trait *oldest)
{
    if (p->trait_count[kind] >= quotas[kind]) return oldest;
    people_trait *t = trait_room(people, p);
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
    people_trait *oldest = NULL;
    uint64_t key = key_of(kind, value);
    uint32_t seconds = seconds_of(now);
    people_trait *t = tc_people_trait_find(people, p, key, &oldest);
    if (t != NULL) {
        t->last = TC_MAX(t->last, seconds);
        return (tc_time)t->first * TC_SECOND;
    }
    t = make_trait(people, p, kind, oldest);
    if (t != NULL) *t = (people_trait){key, seconds, seconds};
    return now;
}

bool tc_person_has_traits(const tc_person *p)
{
    return p->traits != 0;
}

bool tc_people_has_trait(const tc_people *people, const tc_person *p, tc_trait_kind kind,
                         uint64_t value)
{
    people_trait *oldest = NULL;
    return tc_people_trait_find(people, p, key_of(kind, value), &oldest) != NULL;
}

static void fold_trait(tc_people *people, tc_person *into, const people_trait *t)
{
    people_trait *oldest = NULL;
    people_trait *mine = tc_people_trait_find(people, into, t->key, &oldest);
    if (mine != NULL) {
        mine->first = TC_MIN(mine->first, t->first);
        mine->last = TC_MAX(mine->last, t->last);
        return;
    }
    tc_trait_kind kind = (tc_trait_kind)tc_people_trait_kind(t->key);
    if (into->trait_count[kind] >= quotas[kind]) return;
    mine = trait_room(people, into);
    if (mine == NULL) {
        people->traits_refused++;
        return;
    }
    into->trait_count[kind]++;
    *mine = *t;
}

void tc_people_traits_fold(tc_people *people, tc_person *into, const tc_person *from)
{
    for (uint32_t number = from->traits; number;) {
        const people_piece *q = tc_people_piece(people, number);
        for (uint32_t i = 0; i < q->count; i++)
            fold_trait(people, into, &q->traits[i]);
        number = q->next;
    }
}
