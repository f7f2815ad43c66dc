/* The identity stays while the people are saved and loaded: their numbers must fit it. */
#include "detector/derive/people.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

enum { PERSONS = 24, PIECES = 60, NAMES = 50 };

typedef struct bench {
    tc_identity *identity;
    tc_people *people;
} bench;

static void forget(void *context, tc_entity root)
{
    tc_people_forget(((bench *)context)->people, root);
}

static void renew(void *object)
{
    bench *b = object;
    tc_people_free(b->people);
    b->people = tc_people_new(&(tc_people_options){PERSONS, PIECES}, b->identity);
    cr_assert_not_null(b->people);
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    b->identity = tc_identity_new(
        &(tc_identity_options){.max_bytes = (size_t)1 << 20, .context = b, .forget = forget});
    cr_assert_not_null(b->identity);
    renew(b);
    return b;
}

static void drop(void *object)
{
    bench *b = object;
    tc_people_free(b->people);
    tc_identity_free(b->identity);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    tc_people_visit(((bench *)object)->people, v);
}

static tc_slice name_of(char room[64], uint32_t number, uint32_t form)
{
    switch (form) {
    case 0:
        snprintf(room, 64, "CORP\\user%" PRIu32, number);
        break;
    case 1:
        snprintf(room, 64, "user%" PRIu32 "@corp.example", number);
        break;
    default:
        snprintf(room, 64, "S-1-5-21-1-2-3-%" PRIu32, 1000 + number);
    }
    return tc_slice_of(room);
}

static void tell_bounds(const bench *b, tc_str *log)
{
    tc_bounds bounds = {.count = 0};
    tc_people_bounds(b->people, &bounds);
    tc_str_addf(log, "forgotten %" PRIu64 "\n", tc_people_forgotten(b->people));
    for (size_t i = 0; i < bounds.count; i++)
        tc_str_addf(log, "%s %" PRIu64 "\n", bounds.items[i].what, bounds.items[i].given_up);
}

static void unite(bench *b, size_t n, tc_str *log)
{
    char one[64], other[64];
    tc_entity absorbed;
    uint32_t number = stateful_roll(n, 2, NAMES);
    tc_entity root = tc_identity_unite(b->identity, name_of(one, number, stateful_roll(n, 3, 3)),
                                       name_of(other, number, stateful_roll(n, 4, 3)), &absorbed);
    uint32_t given_up = absorbed ? tc_identity_absorbed_value(b->identity) : 0;
    const tc_person *from = tc_people_numbered(b->people, given_up);
    tc_person *into = from ? tc_people_of(b->people, root) : NULL;
    tc_str_addf(log, "unite %" PRIu32 " %" PRIu32 "\n", root, given_up);
    if (n % 10 == 0) tell_bounds(b, log);
    if (from == NULL) return;
    if (into) tc_people_fold(b->people, into, from);
    tc_people_release(b->people, given_up);
}

static void tell(tc_str *log, const tc_person *p)
{
    const tc_established *e = &p->established;
    tc_str_addf(log,
                "%" PRIu32 " %" PRIx64 " %" PRId64 " %" PRIu32 " %" PRIu32 " %d %d %u %d%d%d%d%d%d",
                p->entity, p->key, p->created, p->messages, p->changes, p->change_day, p->day,
                p->days, p->webmail, p->mail, p->active, p->vouched, p->counted, p->joined);
    for (uint8_t i = 0; i < p->language_count; i++)
        tc_str_addf(log, " %u:%u:%u:%u:%d", p->languages[i].language, p->languages[i].uses,
                    p->languages[i].days, p->languages[i].day, p->languages[i].intruding);
    tc_str_addf(log, " %u:%u", p->novel_day, p->stranger_day);
    tc_str_addf(log, " %u %u %u %u %u %" PRIu32 "\n", e->language, e->stable, e->other,
                e->candidate, e->streak, e->first);
}

static void use(bench *b, size_t n, tc_person *p, tc_time now, tc_str *log)
{
    tc_trait_kind kind = (tc_trait_kind)stateful_roll(n, 5, TC_TRAIT_COUNT);
    tell(log, p);
    tc_time since = tc_people_trait(b->people, p, kind, stateful_roll(n, 6, 25), now);
    tc_people_seen(b->people, p, now);
    if (stateful_roll(n, 7, 100) == 0) tc_people_vouch(b->people, p);
    p->webmail |= stateful_roll(n, 8, 2) != 0;
    p->mail |= stateful_roll(n, 8, 3) == 0;
    p->active |= stateful_roll(n, 8, 5) == 0;
    p->counted |= stateful_roll(n, 8, 7) == 0;
    p->joined = p->webmail && p->mail;
    p->messages++;
    if (stateful_roll(n, 9, 30) == 0) p->created = now;
    if (stateful_roll(n, 10, 9) == 0) p->changes++;
    p->change_day = (int32_t)(now / TC_DAY);
    p->language_count = (uint8_t)stateful_roll(n, 11, TC_PERSON_LANGUAGES + 1);
    for (uint8_t i = 0; i < p->language_count; i++)
        p->languages[i] = (tc_spoken){
            .language = (uint8_t)(i + 1),
            .day = (uint8_t)(stateful_roll(n, 12, 256) & 0xFF),
            .uses = (uint16_t)(stateful_roll(n, 15, 2048) & TC_SPOKEN_USES_MAX),
            .days = (uint16_t)(stateful_roll(n, 16, 16) & TC_SPOKEN_DAYS_MAX),
            .intruding = stateful_roll(n, 17, 2) != 0,
        };
    p->novel_day = (uint16_t)(stateful_roll(n, 18, 60000) & UINT16_MAX);
    p->stranger_day = (uint16_t)(stateful_roll(n, 19, 60000) & UINT16_MAX);
    if (stateful_roll(n, 13, 2))
        p->established = (tc_established){1, 2, 3, 4, 5, stateful_roll(n, 14, 1000000)};
    tc_str_addf(log, "since %" PRId64 "\n", since);
}

static void step(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    char name[64];
    tc_identity_begin(b->identity);
    if (stateful_roll(n, 0, 12) == 0) {
        unite(b, n, log);
        return;
    }
    tc_slice written = name_of(name, stateful_roll(n, 2, NAMES), stateful_roll(n, 3, 2));
    tc_person *p = tc_people_of(b->people, tc_identity_of(b->identity, written));
    if (p)
        use(b, n, p, (tc_time)n * 3 * TC_HOUR, log);
    else
        tc_str_add(log, TC_LIT("there is no room\n"));
}

static const stateful people = {make, drop, renew, visit, step};

static bench *after(size_t steps)
{
    tc_str log;
    tc_str_init(&log, (size_t)8 << 20);
    bench *b = make();
    for (size_t n = 0; n < steps; n++)
        step(b, n, &log);
    tc_str_done(&log);
    return b;
}

Test(people_visit, goes_on_as_without_a_break)
{
    stateful_goes_on(&people, 3000, 1);
    bench *b = after(3000);
    cr_expect_gt(tc_people_forgotten(b->people), 100, "the stream reaches the bounds");
    drop(b);
}

Test(people_visit, what_is_not_all_of_it_is_refused)
{
    stateful_refuses_torn(&people, 60);
}

Test(people_visit, damage_is_borne)
{
    stateful_bears_damage(&people, 60, 3000);
}

Test(people_visit, failures_are_told)
{
    stateful_tells_failures(&people, 400);
}

Test(people_visit, persons_without_their_names_are_refused)
{
    bench *b = after(60), *stranger = make();
    tape *t = stateful_save(&people, b);
    cr_expect_eq(stateful_load(&people, stranger, t), TC_ESYNTAX);
    tape_free(t);
    drop(b);
    drop(stranger);
}

/* Numbers that identity keeps of persons who were not loaded must not make two people one. */
Test(people_visit, names_without_their_persons_begin_anew)
{
    bench *b = after(60);
    tc_entity known[PERSONS];
    size_t count = 0;
    for (uint32_t i = 1; i <= tc_people_last(b->people); i++)
        if (tc_people_numbered(b->people, i) != NULL)
            known[count++] = tc_people_numbered(b->people, i)->entity;
    cr_assert_gt(count, 10);
    tape *t = stateful_save(&people, b);
    tape_outdate(t, "people");
    cr_assert_eq(stateful_load(&people, b, t), TC_OK, "the section is passed over");
    for (size_t i = 0; i < count; i++)
        cr_expect_null(tc_people_find(b->people, known[i]));
    tc_people_forget(b->people, known[1]);
    for (size_t i = count; i-- > 0;) {
        const tc_person *p = tc_people_of(b->people, known[i]);
        cr_assert_not_null(p);
        cr_expect_eq(p->entity, known[i]);
        cr_expect_eq(p->days, 0);
    }
    tape_free(t);
    drop(b);
}

Test(people_visit, what_was_refused_stays_counted)
{
    char name[64];
    tc_str before, loaded;
    tc_str_init(&before, 65536);
    tc_str_init(&loaded, 65536);
    bench *b = make();
    for (uint32_t i = 0; i < PERSONS + 3; i++) {
        tc_identity_begin(b->identity);
        tc_entity root = tc_identity_of(b->identity, name_of(name, i, 0));
        tc_identity_raise(b->identity, root, TC_RANK_PINNED);
        tc_person *p = tc_people_of(b->people, root);
        for (uint64_t k = 0; p != NULL && k < 12; k++)
            (void)tc_people_trait(b->people, p, TC_TRAIT_ASN, k, TC_SECOND);
    }
    tell_bounds(b, &before);
    tape *t = stateful_save(&people, b);
    cr_assert_eq(stateful_load(&people, b, t), TC_OK);
    tell_bounds(b, &loaded);
    cr_expect_str_eq(tc_str_cstr(&before), tc_str_cstr(&loaded));
    cr_expect_neq(tc_slice_search(tc_str_view(&before), TC_LIT("remembered 3\n")), TC_NPOS);
    cr_expect_neq(tc_slice_search(tc_str_view(&before), TC_LIT("habits")), TC_NPOS);
    tape_free(t);
    drop(b);
    tc_str_done(&before);
    tc_str_done(&loaded);
}
