/* Persons as saved state. */
#include "detector/derive/people_state.h"

enum {
    FLAG_WEBMAIL = 1 << 0,
    FLAG_MAIL = 1 << 1,
    FLAG_ACTIVE = 1 << 2,
    FLAG_VOUCHED = 1 << 3,
    FLAG_COUNTED = 1 << 4,
    FLAG_JOINED = 1 << 5,
    FLAGS_END = 1 << 6
};

static void visit_flags(tc_visit *v, tc_person *p)
{
    uint32_t flags = (p->webmail ? FLAG_WEBMAIL : 0u) | (p->mail ? FLAG_MAIL : 0u) |
                     (p->active ? FLAG_ACTIVE : 0u) | (p->vouched ? FLAG_VOUCHED : 0u) |
                     (p->counted ? FLAG_COUNTED : 0u) | (p->joined ? FLAG_JOINED : 0u);
    tc_visit_below(v, &flags, FLAGS_END);
    if (!tc_visit_loads(v)) return;
    p->webmail = (flags & FLAG_WEBMAIL) != 0;
    p->mail = (flags & FLAG_MAIL) != 0;
    p->active = (flags & FLAG_ACTIVE) != 0;
    p->vouched = (flags & FLAG_VOUCHED) != 0;
    p->counted = (flags & FLAG_COUNTED) != 0;
    p->joined = (flags & FLAG_JOINED) != 0;
}

static void visit_audit(tc_visit *v, tc_person *p)
{
    uint32_t audit = p->audit;
    tc_visit_below(v, &audit, TC_PERSON_AUDIT_END);
    p->audit = (uint8_t)audit;
}

static void visit_spoken(tc_visit *v, tc_spoken *s)
{
    uint32_t uses = s->uses, days = s->days;
    bool intruding = s->intruding;
    tc_visit_u8(v, &s->language);
    tc_visit_u8(v, &s->day);
    tc_visit_below(v, &uses, TC_SPOKEN_USES_MAX + 1);
    tc_visit_below(v, &days, TC_SPOKEN_DAYS_MAX + 1);
    tc_visit_bool(v, &intruding);
    s->uses = (uint16_t)(uses & TC_SPOKEN_USES_MAX);
    s->days = (uint16_t)(days & TC_SPOKEN_DAYS_MAX);
    s->intruding = intruding;
}

static void visit_languages(tc_visit *v, tc_person *p)
{
    tc_established *e = &p->established;
    size_t count = p->language_count;
    tc_visit_count(v, &count, TC_PERSON_LANGUAGES);
    if (tc_visit_loads(v)) p->language_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++)
        visit_spoken(v, &p->languages[i]);
    tc_visit_u32(v, &p->messages);
    tc_visit_u32(v, &e->first);
    tc_visit_u8(v, &e->language);
    if (e->language == 0) return;
    tc_visit_u8(v, &e->stable);
    tc_visit_u8(v, &e->other);
    tc_visit_u8(v, &e->candidate);
    tc_visit_u8(v, &e->streak);
}

/* -- traits --------------------------------------------------------------------------------- */

static void visit_trait(tc_visit *v, people_trait *t)
{
    tc_visit_u64(v, &t->key);
    tc_visit_u32(v, &t->first);
    tc_visit_u32(v, &t->last);
}

static void save_traits(const tc_people *people, tc_visit *v, const tc_person *p)
{
    for (uint32_t number = p->traits; number;) {
        people_piece *q = tc_people_piece(people, number);
        for (uint32_t i = 0; i < q->count; i++)
            visit_trait(v, &q->traits[i]);
        number = q->next;
    }
}

static void load_trait(tc_people *people, tc_visit *v, tc_person *p, people_piece *q)
{
    people_trait t, *oldest;
    visit_trait(v, &t);
    unsigned kind = tc_people_trait_kind(t.key);
    if (kind >= TC_TRAIT_COUNT || p->trait_count[kind] >= tc_people_quota(kind)) {
        tc_visit_refuse(v, "a mailbox has more of a kind than any can have");
        return;
    }
    if (tc_people_trait_find(people, p, t.key, &oldest) != NULL) {
        tc_visit_refuse(v, "a mailbox has a habit twice");
        return;
    }
    p->trait_count[kind]++;
    q->traits[q->count++] = t;
}

/* An empty piece behind that link. */
static people_piece *load_piece(tc_people *people, tc_visit *v, uint32_t *link)
{
    bool full = people->pieces.used >= people->pieces.limit;
    uint32_t number = tc_people_store_fresh(&people->pieces);
    if (number == 0) {
        tc_visit_fail(v, full ? TC_ESYNTAX : TC_ENOMEM, "there are more habits than can be kept");
        return NULL;
    }
    people_piece *q = tc_people_piece(people, number);
    q->next = q->count = 0;
    *link = number;
    return q;
}

/* What is equally old is told apart by its place, so the places stay; only the first piece is not
 * full. */
static void load_traits(tc_people *people, tc_visit *v, tc_person *p, size_t count)
{
    uint32_t *link = &p->traits;
    while (count > 0 && !tc_visit_failed(v)) {
        people_piece *q = load_piece(people, v, link);
        if (q == NULL) return;
        link = &q->next;
        size_t here = count % PIECE_TRAITS ? count % PIECE_TRAITS : PIECE_TRAITS;
        for (size_t i = 0; i < here && !tc_visit_failed(v); i++)
            load_trait(people, v, p, q);
        count -= here;
    }
}

static void visit_traits(tc_people *people, tc_visit *v, tc_person *p)
{
    size_t count = 0, most = 0;
    for (unsigned kind = 0; kind < TC_TRAIT_COUNT; kind++) {
        count += p->trait_count[kind];
        most += tc_people_quota(kind);
    }
    tc_visit_count(v, &count, most);
    if (tc_visit_loads(v))
        load_traits(people, v, p, count);
    else
        save_traits(people, v, p);
}

/* -- persons -------------------------------------------------------------------------------- */

static void visit_person(tc_people *people, tc_visit *v, uint32_t number)
{
    tc_person *p = tc_people_person(people, number);
    tc_visit_u32(v, &p->entity);
    if (p->entity == 0) return;
    if (tc_visit_loads(v) && tc_identity_value(people->identity, p->entity) != number)
        tc_visit_refuse(v, "a mailbox has no name");
    tc_visit_u64(v, &p->key);
    tc_visit_time(v, &p->created);
    tc_visit_u32(v, &p->changes);
    tc_visit_i32(v, &p->change_day);
    tc_visit_i32(v, &p->day);
    tc_visit_u16(v, &p->days);
    tc_visit_u16(v, &p->novel_day);
    tc_visit_u16(v, &p->stranger_day);
    visit_flags(v, p);
    visit_audit(v, p);
    visit_languages(v, p);
    visit_traits(people, v, p);
}

static void visit_persons(tc_people *people, tc_visit *v)
{
    size_t count = people->persons.used;
    tc_visit_count(v, &count, people->persons.limit);
    for (uint32_t number = 1; number <= count && !tc_visit_failed(v); number++) {
        if (tc_visit_loads(v) && tc_people_store_fresh(&people->persons) == 0)
            tc_visit_fail(v, TC_ENOMEM, "out of memory");
        else
            visit_person(people, v, number);
    }
}

/* -- free numbers --------------------------------------------------------------------------- */

static void save_free(const tc_people *people, tc_visit *v)
{
    for (uint32_t number = people->persons.free; number;) {
        uint32_t next = tc_people_person(people, number)->traits;
        tc_visit_u32(v, &number);
        number = next;
    }
}

/* A number that stands in the list is marked as vouched, which nobody sees of a free one. */
static void load_free(tc_people *people, tc_visit *v)
{
    uint32_t free_count = 0, *link = &people->persons.free, number = 0;
    for (uint32_t i = 1; i <= people->persons.used; i++)
        free_count += tc_people_person(people, i)->entity == 0;
    for (; free_count > 0 && !tc_visit_failed(v); free_count--) {
        tc_visit_u32(v, &number);
        bool known = number > 0 && number <= people->persons.used;
        tc_person *p = known ? tc_people_person(people, number) : NULL;
        if (p == NULL || p->entity != 0 || p->vouched) {
            tc_visit_refuse(v, "a number of a mailbox is free and is not");
            return;
        }
        p->vouched = true;
        *link = number;
        link = &p->traits;
    }
}

void tc_people_visit(tc_people *people, tc_visit *v)
{
    if (!tc_visit_begin(v, "people", 3)) return;
    tc_visit_u64(v, &people->forgotten);
    tc_visit_u64(v, &people->unmade);
    tc_visit_u64(v, &people->traits_refused);
    visit_persons(people, v);
    if (tc_visit_loads(v))
        load_free(people, v);
    else
        save_free(people, v);
    tc_visit_end(v);
}
