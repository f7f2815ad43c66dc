/* What was learned, put in order. */
#include "detector/derive/derive_state.h"
#include "detector/derive/learned.h"

#define DOOR_DAYS 5
#define DOOR_PEOPLE 3
#define RESETTER_DAYS 3

static int by_mailboxes(const void *a, const void *b)
{
    const tc_learned_language *x = a, *y = b;
    if (x->own != y->own) return x->own ? -1 : 1;
    if (x->mailboxes != y->mailboxes) return x->mailboxes > y->mailboxes ? -1 : 1;
    return strcmp(x->tag, y->tag);
}

static void learn_languages(const tc_deriver *d, tc_learned *ret)
{
    ret->speakers = d->speakers;
    for (size_t i = 0; i < d->use_count; i++) {
        const language_use *use = &d->uses[i];
        if (use->mailboxes == 0 && !use->declared) continue;
        bool own = tc_derive_foreign(d, NULL, (uint8_t)(i + 1)) == TC_FOREIGN_NO;
        ret->languages[ret->language_count++] =
            (tc_learned_language){use->text, use->mailboxes, own};
    }
    qsort(ret->languages, ret->language_count, sizeof(ret->languages[0]), by_mailboxes);
}

static int by_people(const void *a, const void *b)
{
    const tc_learned_place *x = a, *y = b;
    if (x->mailboxes != y->mailboxes) return x->mailboxes > y->mailboxes ? -1 : 1;
    return strcmp(x->country, y->country);
}

/* Places are kept by what they hash to, and there are few. */
static void learn_places(const tc_deriver *d, tc_learned *ret)
{
    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++) {
            tc_learned_place place = {{a, b, 0}, 0};
            uint64_t key = tc_content_hash(tc_slice_of(place.country));
            place.mailboxes = tc_habits_of(d->habits, TC_TRAIT_COUNTRY, key);
            if (place.mailboxes) ret->places[ret->place_count++] = place;
        }
    qsort(ret->places, ret->place_count, sizeof(ret->places[0]), by_people);
}

static bool is_busier(const tc_door *a, const tc_door *b)
{
    if (a->people_count != b->people_count) return a->people_count > b->people_count;
    if (a->sessions != b->sessions) return a->sessions > b->sessions;
    return tc_ip_compare(a->ip, b->ip) < 0;
}

static void learn_doors(const tc_deriver *d, tc_learned *ret)
{
    for (size_t i = 0; i < tc_doors_count(d->doors); i++) {
        const tc_door *door = tc_doors_at(d->doors, i);
        if (door->days < DOOR_DAYS || door->people_count < DOOR_PEOPLE) continue;
        size_t place = ret->door_count;
        while (place > 0 && is_busier(door, ret->doors[place - 1]))
            place--;
        if (place == TC_LEARNED_LISTED) continue;
        if (ret->door_count < TC_LEARNED_LISTED) ret->door_count++;
        for (size_t k = ret->door_count - 1; k > place; k--)
            ret->doors[k] = ret->doors[k - 1];
        ret->doors[place] = door;
    }
}

static bool resets_more(const tc_resetter *a, const tc_resetter *b)
{
    if (a->days != b->days) return a->days > b->days;
    if (a->resets != b->resets) return a->resets > b->resets;
    return strcmp(a->name, b->name) < 0;
}

static void learn_resetters(const tc_deriver *d, tc_learned *ret)
{
    for (size_t i = 0; i < tc_resetters_count(d->resetters); i++) {
        const tc_resetter *one = tc_resetters_at(d->resetters, i);
        if (one->days < RESETTER_DAYS || one->name[0] == 0) continue;
        size_t place = ret->resetter_count;
        while (place > 0 && resets_more(one, ret->resetters[place - 1]))
            place--;
        if (place == TC_LEARNED_LISTED) continue;
        if (ret->resetter_count < TC_LEARNED_LISTED) ret->resetter_count++;
        for (size_t k = ret->resetter_count - 1; k > place; k--)
            ret->resetters[k] = ret->resetters[k - 1];
        ret->resetters[place] = one;
    }
}

static void widen(tc_learned *ret, tc_time first, tc_time last)
{
    if (first == TC_TIME_NONE) return;
    if (ret->first == TC_TIME_NONE || first < ret->first) ret->first = first;
    ret->last = TC_MAX(ret->last, last);
}

void tc_deriver_learned(const tc_deriver *d, tc_learned *ret)
{
    const tc_derive_coverage *c = &d->coverage;
    *ret = (tc_learned){.first = TC_TIME_NONE, .last = TC_TIME_NONE};
    learn_languages(d, ret);
    learn_places(d, ret);
    learn_doors(d, ret);
    learn_resetters(d, ret);
    ret->password_days = tc_derive_wave_policy(d, &ret->password_changes);
    widen(ret, c->first_web, c->last_web);
    widen(ret, c->first_message, c->last_message);
    widen(ret, c->first_account, c->last_account);
}
