/* Password resets and changes, and accounts made. */
#include "detector/correlate/derive_state.h"

/* A reset so soon after the account was made is part of making it. */
#define ONBOARDING TC_DAY

tc_slice tc_derive_actor_class(tc_slice written)
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

static TC_STATUS account_event(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               tc_slice actor, tc_entity entity, bool routine,
                               const tc_derived_sink *sink)
{
    tc_slice target = tc_identity_label(d->identity, entity);
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
                        tc_derive_actor_class(tc_observation_text(o, heap, TC_OBS_TEXT_USER)));
    if (target.len) {
        tc_overlay_set_text(v, TC_FIELD_TARGET, target);
        tc_overlay_set_text(v, TC_FIELD_MAILBOX, target);
    }
    tc_overlay_set_bool(v, TC_FIELD_ROUTINE, routine);
    if (host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, host);
    tc_subject subject = {
        .mailbox = target, .entity = entity, .actor = actor, .target = target, .host = host};
    tc_derive_source(d, o, heap, &subject);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->account, NULL, &evidence, &subject, sink);
}

TC_STATUS tc_derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    if (d->coverage.first_account == TC_TIME_NONE) d->coverage.first_account = o->order.time;
    d->coverage.last_account = TC_MAX(d->coverage.last_account, o->order.time);
    tc_entity actor = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    tc_entity target = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    bool routine = (o->flags & TC_OBS_FLAG_ROUTINE) != 0, failed = o->flags & TC_OBS_FLAG_FAILED;
    /* A domain controller speaks of no account that is not there. */
    tc_identity_raise(d->identity, actor, TC_RANK_OLD);
    tc_person *p = tc_people_of(d->people, target);
    if (p != NULL) {
        tc_people_vouch(d->people, p);
        tc_people_seen(d->people, p, o->order.time);
        tc_derive_active(d, p);
        if (o->flags & TC_OBS_FLAG_CREATED)
            p->created = o->order.time;
        else if (p->created != TC_TIME_NONE &&
                 tc_time_between(p->created, o->order.time) <= ONBOARDING)
            routine = true;
    }
    TC_TRY(account_event(d, o, heap, tc_identity_label(d->identity, actor), target, routine, sink));
    if (o->flags & TC_OBS_FLAG_CREATED) return TC_SUCCESS;
    if (o->flags & TC_OBS_FLAG_RESET) {
        d->coverage.password_resets++;
        return TC_SUCCESS;
    }
    d->coverage.password_changes++;
    return failed || routine || p == NULL ? TC_SUCCESS : tc_derive_wave(d, o, heap, p, sink);
}
