/* What may be an intruder's doing, and is learned when nobody has confirmed that it was. */
#include "detector/derive/derive_state.h"

static void learn_language(tc_deriver *d, const tc_withheld_item *item)
{
    tc_person *p = tc_people_find(d->people, item->entity);
    if (p != NULL && p->key == item->who && item->what != 0 && item->what <= d->use_count)
        tc_derive_vocabulary_adopt(d, p, (uint8_t)item->what);
}

static void learn(tc_deriver *d, const tc_withheld_item *item)
{
    switch ((tc_withheld_kind)item->kind) {
    case TC_WITHHELD_HABIT:
        if (item->detail < TC_TRAIT_COUNT) tc_habits_note(d->habits, item->detail, item->what);
        return;
    case TC_WITHHELD_LANGUAGE:
        learn_language(d, item);
        return;
    case TC_WITHHELD_ROUTINE:
        tc_routines_learn(d->routines, item->who, (uint32_t)(item->value >> 32),
                          (uint32_t)(item->value & UINT32_MAX));
        return;
    case TC_WITHHELD_WAVE:
        tc_past_counts_correct(&d->wave.history, (int64_t)item->what, (uint32_t)item->value);
        return;
    case TC_WITHHELD_KINDS:
        return;
    }
}

void tc_derive_withheld_until(tc_deriver *d, tc_time now)
{
    tc_withheld_item item;
    while (tc_withheld_due(d->withheld, now, &item))
        learn(d, &item);
}

void tc_deriver_confirm(tc_deriver *d, tc_entity entity, tc_time now)
{
    const tc_person *p = tc_people_find(d->people, entity);
    if (p != NULL) tc_withheld_confirm(d->withheld, p->key, now);
}

void tc_deriver_clear(tc_deriver *d, tc_entity entity)
{
    const tc_person *p = tc_people_find(d->people, entity);
    if (p != NULL) tc_withheld_clear(d->withheld, p->key);
}

void tc_deriver_declare_response(tc_deriver *d, tc_time since)
{
    d->options.response_since = since;
}

void tc_deriver_found(tc_deriver *d, tc_entity entity, tc_time now)
{
    const tc_person *p = tc_people_find(d->people, entity);
    if (p != NULL) tc_withheld_found(d->withheld, p->key, now);
}
