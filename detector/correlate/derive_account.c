/* Password resets and changes, and the wave of changes as a baseline (detections.md 0.9, 4.4). */
#include "detector/correlate/derive_state.h"

#include "parsers/base/alloc.h"

/* A reset so soon after the account was made is part of making it. */
#define ONBOARDING TC_DAY
#define CHANGES_MAX (1u << 20)

static tc_slice actor_class(tc_slice written)
{
    tc_name name;
    tc_name_normalise(written, &name);
    tc_slice user = {(const uint8_t *)name.text + name.local_offset, name.local_length};
    if (name.form == TC_NAME_MACHINE) return TC_LIT("machine");
    if (name.form == TC_NAME_SYSTEM) return TC_LIT("system");
    if (tc_slice_starts_ascii(user, TC_LIT("msol_")) || tc_slice_starts_ascii(user, TC_LIT("aad_")))
        return TC_LIT("connector");
    return TC_LIT("person");
}

static tc_status account_event(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               tc_slice actor, tc_slice target, bool routine,
                               const tc_derived_sink *sink)
{
    tc_overlay *v = tc_derive_overlay(d);
    tc_slice host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_slice action = TC_LIT("password_changed");
    if (o->flags & TC_OBS_FLAG_CREATED)
        action = TC_LIT("account_created");
    else if (o->flags & TC_OBS_FLAG_RESET)
        action = TC_LIT("password_reset");
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, action);
    tc_overlay_set_text(v, TC_FIELD_EVENT_OUTCOME,
                        o->flags & TC_OBS_FLAG_FAILED ? TC_LIT("failure") : TC_LIT("success"));
    if (actor.len) tc_overlay_set_text(v, TC_FIELD_ACTOR, actor);
    tc_overlay_set_text(v, TC_FIELD_ACTOR_CLASS,
                        actor_class(tc_observation_text(o, heap, TC_OBS_TEXT_USER)));
    if (target.len) {
        tc_overlay_set_text(v, TC_FIELD_TARGET, target);
        tc_overlay_set_text(v, TC_FIELD_MAILBOX, target);
    }
    tc_overlay_set_bool(v, TC_FIELD_ROUTINE, routine);
    if (host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, host);
    tc_subject subject = {.mailbox = target, .actor = actor, .target = target, .host = host};
    tc_derive_source(d, o, heap, &subject);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->account, NULL, &evidence, &subject, sink);
}

/* -- the wave ------------------------------------------------------------------------------- */

static tc_slice entity_key(const tc_entity *entity)
{
    return tc_slice_make(entity, sizeof(*entity));
}

static void forget_before(tc_deriver *d, tc_time limit)
{
    while (d->change_count > 0) {
        change *c = &d->changes[d->change_first];
        if (c->time >= limit) return;
        uint64_t *times = tc_map_get(d->changers, entity_key(&c->target));
        if (times != NULL && --*times == 0) tc_map_remove(d->changers, entity_key(&c->target));
        d->change_first = (d->change_first + 1) % d->change_capacity;
        d->change_count--;
    }
}

/* Room at the end of the ring, which doubles up to CHANGES_MAX; past that the oldest makes room. */
static bool change_room(tc_deriver *d)
{
    if (d->change_count < d->change_capacity) return true;
    if (d->change_capacity >= CHANGES_MAX) {
        d->coverage.evicted++;
        forget_before(d, d->changes[d->change_first].time + 1);
        return true;
    }
    size_t capacity = d->change_capacity ? d->change_capacity * 2 : 256;
    change *larger = tc_alloc(capacity, sizeof(change));
    if (larger == NULL) return false;
    for (size_t i = 0; i < d->change_count; i++)
        larger[i] = d->changes[(d->change_first + i) % d->change_capacity];
    tc_free(d->changes);
    d->changes = larger;
    d->change_capacity = capacity;
    d->change_first = 0;
    return true;
}

static void next_day(tc_deriver *d, tc_time now)
{
    tc_time day = tc_time_midnight(now);
    if (d->wave_day == TC_TIME_NONE) d->wave_day = day;
    while (d->wave_day < day) {
        memmove(d->wave_history + 1, d->wave_history, (WAVE_DAYS - 1) * sizeof(uint32_t));
        d->wave_history[0] = d->wave_today;
        if (d->wave_days < WAVE_DAYS) d->wave_days++;
        d->wave_today = 0;
        d->wave_day = day - d->wave_day > WAVE_DAYS * TC_DAY ? day - WAVE_DAYS * TC_DAY
                                                             : d->wave_day + TC_DAY;
        size_t cursor = 0;
        tc_slice key;
        uint64_t *value;
        while (tc_map_next(d->wave_today_set, &cursor, &key, &value))
            *value = 0;
    }
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double wave_median(const tc_deriver *d)
{
    uint32_t sorted[WAVE_DAYS];
    if (d->wave_days == 0) return 0;
    memcpy(sorted, d->wave_history, d->wave_days * sizeof(uint32_t));
    qsort(sorted, d->wave_days, sizeof(uint32_t), by_size);
    size_t half = d->wave_days / 2;
    return d->wave_days % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
}

static void set_number(tc_deriver *d, tc_field field, double number)
{
    char text[32];
    tc_slice copy = TC_EMPTY_SLICE;
    snprintf(text, sizeof(text), "%.6g", number);
    if (tc_arena_copy(d->arena, tc_slice_of(text), &copy))
        tc_overlay_set_number(&d->overlay, field, copy);
}

static tc_status wave_event(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_slice target,
                            const tc_derived_sink *sink)
{
    double value = (double)tc_map_count(d->changers), median = wave_median(d);
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_METRIC, TC_LIT("password_change_wave"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_TARGET, target);
    set_number(d, TC_FIELD_VALUE, value);
    set_number(d, TC_FIELD_MEDIAN, median);
    set_number(d, TC_FIELD_RATIO, value / TC_MAX(median, 1.0));
    set_number(d, TC_FIELD_DAYS, (double)d->wave_days);
    if (d->active_accounts) set_number(d, TC_FIELD_SHARE, value / (double)d->active_accounts);
    tc_slice start = TC_EMPTY_SLICE;
    char began[TC_TIME_TEXT];
    tc_time_format(d->changes[d->change_first].time, began);
    if (tc_arena_copy(d->arena, tc_slice_of(began), &start))
        tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START, start);
    /* No mailbox in the subject: a wave is about the organisation, and must not tie incidents. */
    tc_subject subject = {.target = target};
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &subject, sink);
}

static tc_status count_change(tc_deriver *d, const tc_observation *o, tc_slice heap,
                              tc_entity target, const tc_derived_sink *sink)
{
    uint64_t *times = NULL;
    next_day(d, o->order.time);
    forget_before(d, o->order.time - TC_DAY);
    if (target == 0 || !change_room(d)) return TC_SUCCESS;
    if (tc_failed(tc_map_put(d->changers, entity_key(&target), &times, NULL))) return TC_SUCCESS;
    ++*times;
    d->changes[(d->change_first + d->change_count++) % d->change_capacity] =
        (change){o->order.time, target};
    if (!tc_failed(tc_map_put(d->wave_today_set, entity_key(&target), &times, NULL)) &&
        *times == 0) {
        *times = 1;
        d->wave_today++;
    }
    return wave_event(d, o, heap, tc_identity_label(d->identity, target), sink);
}

tc_status tc_derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    if (d->coverage.first_account == TC_TIME_NONE) d->coverage.first_account = o->order.time;
    d->coverage.last_account = TC_MAX(d->coverage.last_account, o->order.time);
    tc_entity actor = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER), true);
    tc_entity target = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET), true);
    bool routine = (o->flags & TC_OBS_FLAG_ROUTINE) != 0, failed = o->flags & TC_OBS_FLAG_FAILED;
    person *p = tc_derive_person(d, target);
    if (p != NULL) {
        tc_derive_active(d, p);
        if (o->flags & TC_OBS_FLAG_CREATED)
            p->created = o->order.time;
        else if (p->created != TC_TIME_NONE && o->order.time - p->created <= ONBOARDING)
            routine = true;
    }
    TC_TRY(account_event(d, o, heap, tc_identity_label(d->identity, actor),
                         tc_identity_label(d->identity, target), routine, sink));
    if (o->flags & TC_OBS_FLAG_CREATED) return TC_SUCCESS;
    if (o->flags & TC_OBS_FLAG_RESET) {
        d->coverage.password_resets++;
        return TC_SUCCESS;
    }
    d->coverage.password_changes++;
    return failed || routine ? TC_SUCCESS : count_change(d, o, heap, target, sink);
}
