#include "detector/derive/people_state.h"

#include "parsers/base/alloc.h"

tc_people *tc_people_new(const tc_people_options *options, tc_identity *identity)
{
    tc_people *people = tc_alloc(1, sizeof(*people));
    if (people == NULL) return NULL;
    people->identity = identity;
    people->persons = (tc_people_store){.size = sizeof(tc_person), .limit = options->persons_max};
    people->pieces = (tc_people_store){.size = sizeof(people_piece), .limit = options->pieces_max};
    return people;
}

void tc_people_free(tc_people *people)
{
    if (people == NULL) return;
    tc_people_store_done(&people->persons);
    tc_people_store_done(&people->pieces);
    tc_free(people);
}

/* -- persons -------------------------------------------------------------------------------- */

tc_person *tc_people_numbered(const tc_people *people, uint32_t number)
{
    if (number == 0 || number > people->persons.used) return NULL;
    tc_person *p = tc_people_person(people, number);
    return p->entity ? p : NULL;
}

uint32_t tc_people_last(const tc_people *people)
{
    return (uint32_t)people->persons.used;
}

/* Identity may have been loaded without its persons: its number then is nobody's or another's. */
tc_person *tc_people_find(const tc_people *people, tc_entity root)
{
    tc_person *p = tc_people_numbered(people, tc_identity_value(people->identity, root));
    return p != NULL && p->entity == root ? p : NULL;
}

/* A place for a person; identity forgets somebody when there is none. */
static uint32_t take_person(tc_people *people)
{
    for (int i = 0; i <= EVICTIONS_MAX; i++) {
        uint32_t number = people->persons.free;
        if (number) {
            people->persons.free = tc_people_person(people, number)->traits;
            return number;
        }
        number = tc_people_store_fresh(&people->persons);
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
    p = tc_people_person(people, number);
    *p = (tc_person){.key = tc_identity_key(people->identity, root),
                     .entity = root,
                     .created = TC_TIME_NONE,
                     .change_day = INT32_MIN,
                     .day = INT32_MIN};
    tc_identity_set_value(people->identity, root, number);
    return p;
}

void tc_people_release(tc_people *people, uint32_t number)
{
    tc_person *p = tc_people_person(people, number);
    tc_people_pieces_give(people, p->traits);
    *p = (tc_person){.traits = people->persons.free};
    people->persons.free = number;
}

void tc_people_forget(tc_people *people, tc_entity root)
{
    if (tc_people_find(people, root) == NULL) return;
    tc_people_release(people, tc_identity_value(people->identity, root));
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

void tc_people_fold(tc_people *people, tc_person *into, const tc_person *from)
{
    tc_people_traits_fold(people, into, from);
    into->webmail |= from->webmail;
    into->mail |= from->mail;
    into->active |= from->active;
    into->audit |= from->audit;
    if (into->created == TC_TIME_NONE) into->created = from->created;
    into->novel_day = TC_MAX(into->novel_day, from->novel_day);
    into->stranger_day = TC_MAX(into->stranger_day, from->stranger_day);
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
    for (uint32_t number = 1; number <= tc_people_last(people); number++) {
        const tc_person *p = tc_people_numbered(people, number);
        if (p != NULL) visit(context, p);
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
    return tc_people_store_bytes(&people->persons) + tc_people_store_bytes(&people->pieces);
}
