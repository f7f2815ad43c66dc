/* The wave of password changes as a baseline: how many accounts within 24 hours, and how many on
 * the days before. */
#include "detector/derive/derive_state.h"

#include "parsers/base/alloc.h"

change *tc_derive_wave_change(wave *w, size_t i)
{
    return &w->changes[(w->first + i) % w->capacity];
}

static void drop_oldest(tc_deriver *d)
{
    wave *w = &d->wave;
    const change *c = tc_derive_wave_change(w, 0);
    tc_person *p = tc_people_find(d->people, c->target);
    /* The number of an account that was forgotten may be another's by now. */
    if (p != NULL && p->key == c->key && p->changes && --p->changes == 0) w->changers--;
    tc_derive_wave_count(w, c, -1);
    w->first = (w->first + 1) % w->capacity;
    w->count--;
}

static void forget_before(tc_deriver *d, tc_time limit)
{
    while (d->wave.count > 0 && tc_derive_wave_change(&d->wave, 0)->time < limit)
        drop_oldest(d);
}

/* Room at the end of the ring, which doubles up to CHANGES_MAX; past that the oldest makes room. */
bool tc_derive_wave_room(tc_deriver *d)
{
    wave *w = &d->wave;
    if (w->count < w->capacity) return true;
    if (w->capacity >= CHANGES_MAX) {
        w->given_up++;
        drop_oldest(d);
        return true;
    }
    size_t capacity = w->capacity ? w->capacity * 2 : 256;
    change *larger = tc_alloc(capacity, sizeof(change));
    if (larger == NULL) {
        w->given_up++;
        return false;
    }
    for (size_t i = 0; i < w->count; i++)
        larger[i] = *tc_derive_wave_change(w, i);
    tc_free(w->changes);
    w->changes = larger;
    w->capacity = capacity;
    w->first = 0;
    return true;
}

static TC_STATUS wave_event(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_slice target,
                            const tc_derived_sink *sink)
{
    double value = (double)d->wave.changers, median = 0;
    uint32_t days = tc_past_counts_usual(&d->wave.history, 1, &median, NULL);
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_METRIC, TC_LIT("password_change_wave"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_TARGET, target);
    tc_derive_number(d, TC_FIELD_VALUE, value);
    tc_derive_number(d, TC_FIELD_MEDIAN, median);
    tc_derive_number(d, TC_FIELD_RATIO, value / TC_MAX(median, 1.0));
    tc_derive_number(d, TC_FIELD_DAYS, days);
    if (d->active_accounts) tc_derive_number(d, TC_FIELD_SHARE, value / (double)d->active_accounts);
    tc_derive_wave_class(d, o->order.time);
    char began[TC_TIME_TEXT];
    tc_slice start = tc_slice_of(tc_time_format(tc_derive_wave_change(&d->wave, 0)->time, began));
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START, start);
    /* No mailbox in the subject: a wave is about the organisation, and must not tie incidents. */
    tc_subject subject = {.target = target};
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &subject, sink);
}

/* A day of an attack is no measure for the days to come, unless nobody confirms that it was one. */
static void turn_day(tc_deriver *d, tc_time now)
{
    wave *w = &d->wave;
    int64_t day = w->history.step;
    double median;
    if (!tc_past_counts_turn(&w->history, now / TC_DAY, WAVE_DAYS) || !w->suspect) return;
    w->suspect = false;
    tc_withheld_item item = {.kind = TC_WITHHELD_WAVE, .what = (uint64_t)day};
    item.value = tc_past_counts_correct(&w->history, day, 0);
    (void)tc_past_counts_usual(&w->history, 1, &median, NULL);
    (void)tc_past_counts_correct(&w->history, day, (uint32_t)median);
    tc_withheld_add(d->withheld, &item, now);
}

TC_STATUS tc_derive_wave(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_person *p,
                         bool entered, const tc_derived_sink *sink)
{
    wave *w = &d->wave;
    tc_time now = o->order.time;
    turn_day(d, now);
    forget_before(d, tc_time_sub(now, TC_DAY));
    if (!tc_derive_wave_room(d)) return TC_SUCCESS;
    if (p->changes++ == 0) w->changers++;
    change *c = tc_derive_wave_change(w, w->count++);
    *c = (change){.time = now, .key = p->key, .target = p->entity, .entered = entered};
    tc_derive_wave_judge(d, p, c);
    tc_derive_wave_count(w, c, 1);
    int32_t day = (int32_t)(now / TC_DAY);
    if (p->change_day != day) {
        p->change_day = day;
        w->history.count++;
    }
    return wave_event(d, o, heap, tc_identity_label(d->identity, p->entity), sink);
}

/* What was counted of the younger name is counted of the elder from now on. */
void tc_derive_wave_fold(tc_deriver *d, tc_person *into, const tc_person *from)
{
    if (from->changes == 0) return;
    for (size_t i = 0; i < d->wave.count; i++) {
        change *c = tc_derive_wave_change(&d->wave, i);
        if (c->key != from->key) continue;
        c->key = into->key;
        c->target = into->entity;
    }
    d->wave.changers -= into->changes != 0;
    into->changes += from->changes;
}

size_t tc_deriver_changers(const tc_deriver *d, tc_entity *out, size_t max, tc_derive_usual *ret)
{
    const wave *w = &d->wave;
    size_t count = TC_MIN(w->count, max);
    ret->most = tc_past_counts_most(&w->history, &ret->days);
    ret->accounts = d->active_accounts;
    for (size_t i = 0; i < count; i++)
        out[i] = w->changes[(w->first + i) % w->capacity].target;
    return count;
}
