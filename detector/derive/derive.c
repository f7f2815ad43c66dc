#include "detector/derive/derive_state.h"

#include "parsers/base/alloc.h"

static const tc_logsource webmail_label[] = {{NULL, "tocsin", "webmail"}};
static const tc_logsource message_label[] = {{NULL, "tocsin", "message"}};
static const tc_logsource account_label[] = {{NULL, "tocsin", "account"}};
static const tc_logsource baseline_label[] = {{NULL, "tocsin", "baseline"}};

#define DERIVE_SCRATCH_BYTES (1u << 20)
/* Password resets of a day, and sessions from new sources of a week. */
#define RESETS_MAX 8192
#define NOVELS_MAX 32768

static TC_STATUS make_schemas(tc_deriver *d, const tc_names *names)
{
    d->schemas = tc_schemas_new(names, 8);
    if (d->schemas == NULL) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-webmail", webmail_label, 1, NULL, 0, &d->webmail));
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-message", message_label, 1, NULL, 0, &d->message));
    TC_TRY(tc_schemas_get(d->schemas, "tocsin-account", account_label, 1, NULL, 0, &d->account));
    return tc_schemas_get(d->schemas, "tocsin-baseline", baseline_label, 1, NULL, 0, &d->baseline);
}

static void set_defaults(tc_derive_options *o)
{
    if (o->learn_ns == 0) o->learn_ns = TC_LEARNING;
    if (o->novelty_ns == 0) o->novelty_ns = 7 * TC_DAY;
    if (o->idle_ns == 0) o->idle_ns = TC_SESSION_IDLE;
    /* Workers merge within TC_SESSION_IDLE: a shorter one here could not see the silence. */
    TC_ASSERT(o->idle_ns >= TC_SESSION_IDLE);
    if (o->persons_max == 0) o->persons_max = TC_PERSONS_MAX;
    if (o->sessions_max == 0) o->sessions_max = 131072;
    if (o->habits_max == 0) o->habits_max = TC_MAX(o->persons_max * 2, (size_t)64);
    if (o->uses_max == 0) o->uses_max = 262144;
    if (o->places_max == 0) o->places_max = 16384;
    if (o->values_max == 0) o->values_max = 262144;
}

static bool is_complete(const tc_deriver *d)
{
    const void *const parts[] = {d->refusals, d->tries,     d->arena,  d->people,    d->sessions,
                                 d->programs, d->familiars, d->habits, d->crowds,    d->strangers,
                                 d->logons,   d->sprays,    d->resets, d->routines,  d->visits,
                                 d->cultures, d->names,     d->recent, d->resetters, d->doors,
                                 d->silences, d->withheld,  d->rates,  d->wire_deeds};
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++)
        if (parts[i] == NULL) return false;
    return true;
}

static TC_STATUS make_tables(tc_deriver *d)
{
    const tc_derive_options *o = &d->options;
    d->arena = tc_arena_new(DERIVE_SCRATCH_BYTES);
    d->people = tc_people_new(&(tc_people_options){o->persons_max, o->habits_max}, d->identity);
    d->sessions = tc_sessions_new(o->sessions_max, o->idle_ns);
    d->programs = tc_sessions_new(o->uses_max, 0);
    d->familiars = tc_familiars_new(o->places_max);
    d->habits = tc_habits_new(o->values_max);
    d->crowds = tc_familiars_new(o->places_max * 4);
    d->strangers = tc_strangers_new();
    d->logons = tc_logons_new();
    d->refusals = tc_refusals_new();
    d->tries = tc_twins_new();
    d->sprays = tc_sprays_new();
    d->resets = tc_resets_new(RESETS_MAX, NOVELS_MAX);
    d->routines = tc_routines_new();
    d->resetters = tc_resetters_new();
    d->wire_deeds = tc_wire_deeds_new();
    d->doors = tc_doors_new();
    d->visits = tc_visits_new();
    d->cultures = tc_cultures_new();
    d->rates = tc_rates_new();
    d->silences = tc_silences_new();
    d->withheld = tc_withheld_new();
    d->names = tc_alloc(NAME_CACHE, sizeof(cached_name));
    d->key = tc_hash_random_key();
    d->recent = tc_alloc(RECENT_MESSAGES, sizeof(recent_message));
    tc_keymap_init(&d->recent_index, RECENT_MESSAGES);
    return is_complete(d) ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_deriver_new(const tc_derive_options *options, tc_identity *identity,
                         const tc_names *names, tc_deriver **ret)
{
    tc_deriver *d = tc_alloc(1, sizeof(*d));
    if (d == NULL) return (tc_status){TC_ENOMEM};
    d->options = *options;
    set_defaults(&d->options);
    d->identity = identity;
    d->last.time = TC_TIME_NONE;
    d->coverage.first_web = d->coverage.last_web = TC_TIME_NONE;
    d->coverage.first_message = d->coverage.last_message = TC_TIME_NONE;
    d->coverage.first_account = d->coverage.last_account = TC_TIME_NONE;
    tc_status status = make_tables(d);
    if (!tc_failed(status)) status = make_schemas(d, names);
    if (tc_failed(status)) {
        tc_deriver_free(d);
        return status;
    }
    tc_derive_languages_declare(d);
    *ret = d;
    return TC_SUCCESS;
}

void tc_deriver_free(tc_deriver *d)
{
    if (d == NULL) return;
    tc_people_free(d->people);
    tc_sessions_free(d->sessions);
    tc_sessions_free(d->programs);
    tc_familiars_free(d->familiars);
    tc_habits_free(d->habits);
    tc_familiars_free(d->crowds);
    tc_strangers_free(d->strangers);
    tc_logons_free(d->logons);
    tc_refusals_free(d->refusals);
    tc_twins_free(d->tries);
    tc_sprays_free(d->sprays);
    tc_resets_free(d->resets);
    tc_routines_free(d->routines);
    tc_resetters_free(d->resetters);
    tc_wire_deeds_free(d->wire_deeds);
    tc_doors_free(d->doors);
    tc_rates_free(d->rates);
    tc_silences_free(d->silences);
    tc_withheld_free(d->withheld);
    tc_visits_free(d->visits);
    tc_cultures_free(d->cultures);
    tc_free(d->names);
    tc_free(d->recent);
    tc_keymap_done(&d->recent_index);
    tc_free(d->wave.changes);
    tc_arena_free(d->arena);
    tc_schemas_free(d->schemas);
    tc_free(d);
}

/* -- persons -------------------------------------------------------------------------------- */

static void uncount_forgotten(tc_deriver *d, const tc_person *p)
{
    tc_derive_uncount(d, p);
    d->wave.changers -= p->changes != 0;
    d->coverage.mailboxes_forgotten += p->counted;
    tc_derive_vocabulary_remove(d, p);
}

void tc_deriver_forget(tc_deriver *d, tc_entity root)
{
    const tc_person *p = tc_people_find(d->people, root);
    if (p == NULL) return;
    uncount_forgotten(d, p);
    tc_strangers_forget(d->strangers, p->key);
    tc_withheld_forget(d->withheld, p->key);
    tc_people_forget(d->people, root);
}

void tc_deriver_unite(tc_deriver *d, tc_entity root, tc_entity absorbed)
{
    uint32_t absorbed_value = tc_identity_absorbed_value(d->identity);
    tc_person *from = tc_people_numbered(d->people, absorbed_value);
    if (from == NULL || from->entity != absorbed) return;
    tc_person *into = tc_people_of(d->people, root);
    if (into == NULL) {
        uncount_forgotten(d, from);
        tc_people_release(d->people, absorbed_value);
        return;
    }
    tc_derive_uncount(d, from);
    d->active_accounts += !into->active && from->active;
    tc_derive_language_fold(d, into, from);
    tc_derive_wave_fold(d, into, from);
    tc_strangers_unite(d->strangers, from->key, into->key, root);
    tc_withheld_unite(d->withheld, from->key, into->key, root);
    tc_people_fold(d->people, into, from);
    tc_derive_count_joined(d, into);
    tc_people_release(d->people, absorbed_value);
}

static TC_STATUS derive_alias(tc_deriver *d, const tc_observation *o, tc_slice heap,
                              const tc_derived_sink *sink)
{
    tc_entity absorbed = 0;
    uint32_t a = tc_derive_name(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    (void)tc_identity_root(d->identity, a); /* in use: room for the other is not made of it */
    uint32_t b = tc_derive_name(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    bool vouched = (o->flags & TC_OBS_FLAG_VOUCHED) != 0;
    bool directory = vouched && (o->flags & TC_OBS_FLAG_DIRECTORY) != 0;
    tc_entity root = directory ? tc_identity_unite_object(d->identity, b, a, &absorbed)
                     : vouched ? tc_identity_unite_names(d->identity, a, b, &absorbed)
                               : tc_identity_claim_names(d->identity, a, b, &absorbed);
    if (absorbed != 0) {
        tc_deriver_unite(d, root, absorbed);
        if (sink->united) TC_TRY(sink->united(sink->context, root, absorbed));
    }
    if (!vouched) return TC_SUCCESS;
    tc_person *p = tc_people_of(d->people, root);
    if (p != NULL) tc_people_vouch(d->people, p);
    return TC_SUCCESS;
}

static TC_STATUS derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                const tc_derived_sink *sink)
{
    if (o->flags & TC_OBS_FLAG_REGIONAL) return tc_derive_regional(d, o, heap, sink);
    if (tc_wire_deeds_told(d->wire_deeds, o, heap)) return TC_SUCCESS;
    return tc_derive_account(d, o, heap, sink);
}

TC_STATUS tc_deriver_observe(tc_deriver *d, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink)
{
    TC_ASSERT(d->last.time == TC_TIME_NONE || tc_order_compare(&d->last, &o->order) <= 0);
    tc_identity_begin(d->identity);
    TC_TRY(tc_derive_passed_until(d, o->order.time, sink));
    tc_derive_withheld_until(d, o->order.time);
    d->last = o->order;
    d->emitted = 0;
    switch ((tc_observation_kind)o->kind) {
    case TC_OBS_WEB_SPAN:
    case TC_OBS_WEB_USE:
    case TC_OBS_WEB_LANDING:
    case TC_OBS_WEB_LOGON:
    case TC_OBS_WEB_REFUSED:
    case TC_OBS_WEB_CULTURE:
        return tc_derive_web(d, o, heap, sink);
    case TC_OBS_MESSAGE:
        return tc_derive_message(d, o, heap, sink);
    case TC_OBS_ACCOUNT:
        return derive_account(d, o, heap, sink);
    case TC_OBS_ALIAS:
        return derive_alias(d, o, heap, sink);
    case TC_OBS_ALIVE:
        return tc_derive_silence(d, o, heap, sink);
    case TC_OBS_AUDIT:
        tc_derive_audit(d, o, heap);
        return TC_SUCCESS;
    case TC_OBS_HIT:
    case TC_OBS_KIND_COUNT:
        return TC_SUCCESS;
    }
    return TC_SUCCESS;
}

bool tc_deriver_amend(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_time time)
{
    return tc_logons_amend(d->logons, o, heap, time);
}

bool tc_deriver_overdue(const tc_deriver *d, tc_time watermark)
{
    return tc_logons_overdue(d->logons, watermark) ||
           tc_refusals_ended(d->refusals, watermark) != NULL ||
           tc_cultures_ended(d->cultures, watermark) != NULL;
}

TC_STATUS tc_deriver_advance(tc_deriver *d, tc_time watermark, const tc_derived_sink *sink)
{
    return tc_derive_passed_until(d, watermark, sink);
}

void tc_deriver_bounds(const tc_deriver *d, tc_bounds *bounds)
{
    tc_people_bounds(d->people, bounds);
    tc_sessions_bounds(d->sessions, "webmail sessions under way at once", bounds);
    tc_sessions_bounds(d->programs, "uses by programs within a week", bounds);
    tc_familiars_bounds(d->familiars, "countries and systems that the organisation uses",
                        TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_JOIN), bounds);
    tc_habits_bounds(d->habits, bounds);
    /* A place that is forgotten is told of, and hides nothing. */
    tc_familiars_bounds(d->crowds, "networks that people come to", 0, bounds);
    tc_strangers_bounds(d->strangers, bounds);
    tc_logons_bounds(d->logons, bounds);
    tc_sprays_bounds(d->sprays, bounds);
    tc_bounds_add(bounds, "refused logons that several logs may tell of", TC_TWINS_MAX,
                  tc_twins_given_up(d->tries), 0);
    tc_resets_bounds(d->resets, bounds);
    tc_routines_bounds(d->routines, bounds);
    tc_visits_bounds(d->visits, bounds);
    tc_cultures_bounds(d->cultures, bounds);
    tc_silences_bounds(d->silences, bounds);
    tc_withheld_bounds(d->withheld, bounds);
    tc_bounds_add(bounds, "system messages of a day", RECENT_MESSAGES, d->recent_given_up, 0);
    tc_bounds_add(bounds, "languages", LANGUAGE_USES, d->languages_refused,
                  TC_BLINDS(TC_INDICATOR_LANGUAGE) | TC_BLINDS(TC_INDICATOR_JOIN));
    tc_bounds_add(bounds, "password changes within a day", CHANGES_MAX, d->wave.given_up,
                  TC_BLINDS(TC_INDICATOR_PASSWORDS));
}
