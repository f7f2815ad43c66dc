/* Resets, and who comes in after them. */
#include "detector/derive/derive_state.h"
#include "detector/derive/place.h"

#define EXEMPT_STEP 10 /* exempt resets of a day are told each time that so many more are there */

/* An account has a person if it has a mailbox; either way one key. */
static uint64_t key_of(tc_deriver *d, tc_entity entity)
{
    const tc_person *p = tc_people_find(d->people, entity);
    return p != NULL ? p->key : tc_identity_key(d->identity, entity);
}

/* -- routine -------------------------------------------------------------------------------- */

static TC_STATUS tell_exempt(tc_deriver *d, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink)
{
    tc_routine_exempt e;
    tc_routines_exempt(d->routines, o->order.time, &e);
    d->coverage.routine_resets++;
    if (e.today % EXEMPT_STEP != 0) return TC_SUCCESS;
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_METRIC, TC_LIT("routine_resets"));
    tc_derive_number(d, TC_FIELD_VALUE, e.today);
    tc_derive_number(d, TC_FIELD_MEDIAN, e.median);
    tc_derive_number(d, TC_FIELD_RATIO, e.today / TC_MAX(e.median, 1.0));
    tc_derive_number(d, TC_FIELD_DAYS, e.days);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &(tc_subject){0}, sink);
}

/* The organisation says that resetting passwords is the account's trade. */
static bool is_declared(tc_deriver *d, tc_entity actor)
{
    for (size_t i = 0; i < d->options.routine_count; i++)
        if (tc_derive_entity_known(d, d->options.routine[i]) == actor) return true;
    return false;
}

/* More than is usual becomes usual when nobody has found anything wrong with it. */
static void withhold_excess(tc_deriver *d, uint64_t account, tc_time now)
{
    uint32_t hour, day;
    if (!tc_routines_excess(d->routines, account, &hour, &day)) return;
    tc_withheld_item item = {.kind = TC_WITHHELD_ROUTINE, .who = account};
    item.value = (uint64_t)hour << 32 | day;
    tc_withheld_add(d->withheld, &item, now);
}

bool tc_derive_is_routine(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity actor)
{
    if (o->flags & TC_OBS_FLAG_ROUTINE) return true;
    if ((o->flags & TC_OBS_FLAG_RESET) == 0 || actor == 0) return false;
    bool declared = is_declared(d, actor);
    if (!declared && (o->flags & TC_OBS_FLAG_CLAIMS) == 0) return false;
    uint64_t host = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_HOST));
    uint64_t account = key_of(d, actor);
    if (tc_routines_note(d->routines, account, host, declared, o->order.time)) return true;
    withhold_excess(d, account, o->order.time);
    return false;
}

/* -- resets --------------------------------------------------------------------------------- */

TC_STATUS tc_derive_reset(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity actor,
                          tc_entity target, bool routine, const tc_derived_sink *sink)
{
    d->coverage.password_resets++;
    bool claims = (o->flags & TC_OBS_FLAG_CLAIMS) != 0;
    if ((o->flags & (TC_OBS_FLAG_FAILED | TC_OBS_FLAG_ROUTINE)) == 0 && actor != 0)
        tc_resetters_note(d->resetters, key_of(d, actor), tc_identity_label(d->identity, actor),
                          claims, o->order.time);
    if ((o->flags & TC_OBS_FLAG_FAILED) == 0 && target != 0)
        tc_resets_note(d->resets, key_of(d, target), key_of(d, actor),
                       tc_identity_label(d->identity, actor), routine, o->order.time);
    if (routine) return tell_exempt(d, o, heap, sink);
    return o->flags & TC_OBS_FLAG_FAILED ? TC_SUCCESS : tc_derive_rates_reset(d, o, heap, sink);
}

/* -- what follows --------------------------------------------------------------------------- */

/* Whether the mailbox was not used from there before that time: a traveller who calls the help desk
 * from the hotel of the last three days is where he was. Network and, where known, system or
 * country. */
static bool is_first_since(tc_deriver *d, tc_person *p, const tc_observation *o, tc_time since)
{
    tc_time now = o->order.time, second = tc_time_sub(since, TC_SECOND);
    uint64_t network = tc_place_network(o->ip);
    if (tc_people_trait(d->people, p, TC_TRAIT_NETWORK, network, now) < second) return false;
    uint64_t country = tc_place_country(o), asn = tc_place_asn(o);
    bool fresh = country == 0 && asn == 0;
    if (country != 0)
        fresh = tc_people_trait(d->people, p, TC_TRAIT_COUNTRY, country, now) >= second;
    if (!fresh && asn != 0) fresh = tc_people_trait(d->people, p, TC_TRAIT_ASN, asn, now) >= second;
    return fresh;
}

static TC_STATUS tell_entered(tc_deriver *d, const tc_observation *o, tc_slice heap,
                              const tc_reset_entry *e, tc_subject *subject,
                              const tc_derived_sink *sink)
{
    tc_overlay *v = &d->overlay;
    int64_t minutes = tc_time_between(e->reset, o->order.time) / TC_MINUTE;
    tc_overlay_set_text(v, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    subject->actor = e->actor;
    subject->target = subject->mailbox;
    if (e->actor.len) tc_overlay_set_text(v, TC_FIELD_ACTOR, e->actor);
    if (subject->mailbox.len) tc_overlay_set_text(v, TC_FIELD_TARGET, subject->mailbox);
    tc_overlay_set_bool(v, TC_FIELD_ROUTINE, e->routine);
    tc_overlay_set_bool(v, TC_FIELD_ACTOR_NOVEL, e->actor_novel);
    tc_overlay_set_bool(v, TC_FIELD_ACTOR_HERE, e->actor_network);
    tc_derive_number(d, TC_FIELD_RESET_MINUTES, (double)minutes);
    tc_derive_number(d, TC_FIELD_RESET_ACCOUNTS, e->by_actor);
    tc_derive_number(d, TC_FIELD_RESET_ENTERED, e->entered);
    tc_derive_number(d, TC_FIELD_RESET_ENTERED_HERE, e->same_hand);
    if (e->by_actor) tc_derive_number(d, TC_FIELD_SHARE, (double)e->entered / e->by_actor);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->account, NULL, &evidence, subject, sink);
}

TC_STATUS tc_derive_reset_session(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  tc_entity entity, tc_person *p, const tc_novelty *n,
                                  const tc_derived_sink *sink)
{
    tc_reset_entry entry;
    tc_subject subject = {0};
    if (tc_ip_is_zero(o->ip) || o->address_class != TC_ADDRESS_REMOTE) return TC_SUCCESS;
    uint64_t network = tc_place_network(o->ip);
    if (n->novel) tc_resets_novel(d->resets, p->key, network, o->order.time);
    tc_time reset = tc_resets_of(d->resets, p->key, o->order.time);
    if (reset == TC_TIME_NONE || !is_first_since(d, p, o, reset)) return TC_SUCCESS;
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    if (!tc_resets_entered(d->resets, p->key, network, agent, o->order.time, &entry))
        return TC_SUCCESS;
    tc_derive_web_common(d, o, heap, entity, TC_LIT("reset_then_access"), &subject);
    subject.novel = n->novel;
    tc_overlay_set_bool(&d->overlay, TC_FIELD_SOURCE_NOVEL, n->novel);
    tc_derive_set_source(&d->overlay, n);
    return tell_entered(d, o, heap, &entry, &subject, sink);
}

bool tc_derive_entered_lately(const tc_deriver *d, const tc_person *p, tc_time now)
{
    tc_time novel = tc_resets_novel_of(d->resets, p->key);
    return novel != TC_TIME_NONE && tc_time_between(novel, now) <= TC_DAY;
}
