/* Password resets and changes, accounts made and locked, and logons that Windows refused. */
#include "detector/derive/derive_state.h"

/* A reset so soon after the account was made is part of making it. */
#define ONBOARDING TC_DAY

/* By its name: what that is worth, tc_derive_is_routine says. */
tc_slice tc_derive_actor_class(const tc_observation *o, tc_slice written)
{
    tc_name name;
    tc_name_normalise(written, &name);
    if (name.form == TC_NAME_MACHINE) return TC_LIT("machine");
    if (name.form == TC_NAME_SYSTEM) return TC_LIT("system");
    return o->flags & TC_OBS_FLAG_CLAIMS ? TC_LIT("connector") : TC_LIT("person");
}

static TC_STATUS account_event(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               tc_slice actor, tc_entity entity, bool routine, bool entered,
                               const tc_derived_sink *sink)
{
    tc_slice target = tc_identity_label(d->identity, entity);
    tc_overlay *v = tc_derive_overlay(d);
    tc_slice host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_slice action = TC_LIT("password_changed");
    if (o->status == TC_ACCOUNT_LOCKED)
        action = TC_LIT("account_locked");
    else if (o->flags & TC_OBS_FLAG_CREATED)
        action = TC_LIT("account_created");
    else if (o->flags & TC_OBS_FLAG_RESET)
        action = TC_LIT("password_reset");
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, action);
    tc_overlay_set_text(v, TC_FIELD_EVENT_OUTCOME,
                        o->flags & TC_OBS_FLAG_FAILED ? TC_LIT("failure") : TC_LIT("success"));
    if (actor.len) tc_overlay_set_text(v, TC_FIELD_ACTOR, actor);
    tc_overlay_set_text(v, TC_FIELD_ACTOR_CLASS,
                        tc_derive_actor_class(o, tc_observation_text(o, heap, TC_OBS_TEXT_USER)));
    if (target.len) {
        tc_overlay_set_text(v, TC_FIELD_TARGET, target);
        tc_overlay_set_text(v, TC_FIELD_MAILBOX, target);
    }
    tc_overlay_set_bool(v, TC_FIELD_ROUTINE, routine);
    if (entered) tc_overlay_set_bool(v, TC_FIELD_SOURCE_NOVEL, true);
    if (host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, host);
    tc_subject subject = {
        .mailbox = target, .entity = entity, .actor = actor, .target = target, .host = host};
    tc_derive_source(d, o, heap, &subject);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->account, NULL, &evidence, &subject, sink);
}

/* By its owner. */
static bool is_change(const tc_observation *o)
{
    return o->status != TC_ACCOUNT_LOCKED &&
           (o->flags & (TC_OBS_FLAG_CREATED | TC_OBS_FLAG_RESET)) == 0;
}

static bool is_refused(const tc_observation *o)
{
    return o->status == TC_ACCOUNT_REFUSED || o->status == TC_ACCOUNT_REFUSED_KERBEROS ||
           o->status == TC_ACCOUNT_REFUSED_NTLM;
}

/* By the server that was asked, or by the controller that this one asked. */
static TC_STATUS refused(tc_deriver *d, const tc_observation *o, tc_slice heap,
                         const tc_derived_sink *sink)
{
    if (o->status != TC_ACCOUNT_REFUSED) return tc_derive_refusal(d, o, heap, sink);
    return tc_derive_logon_refused(d, o, heap, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET),
                                   d->account, sink);
}

TC_STATUS tc_derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    /* Any server logs these: they do not show that the domain controllers' logs are there. */
    if (is_refused(o)) return refused(d, o, heap, sink);
    if (d->coverage.first_account == TC_TIME_NONE) d->coverage.first_account = o->order.time;
    d->coverage.last_account = TC_MAX(d->coverage.last_account, o->order.time);
    tc_entity actor = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    tc_entity target = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    bool routine = tc_derive_is_routine(d, o, heap, actor), failed = o->flags & TC_OBS_FLAG_FAILED;
    bool entered = false;
    /* A domain controller speaks of no account that is not there. */
    tc_identity_raise(d->identity, actor, TC_RANK_OLD);
    tc_person *p = tc_people_of(d->people, target);
    if (p != NULL) {
        tc_people_vouch(d->people, p);
        tc_people_seen(d->people, p, o->order.time);
        /* What watches the servers changes its own password every day, and is nobody. */
        if ((o->flags & TC_OBS_FLAG_ROUTINE) == 0) tc_derive_active(d, p);
        entered = is_change(o) && tc_derive_entered_lately(d, p, o->order.time);
        if (o->flags & TC_OBS_FLAG_CREATED)
            p->created = o->order.time;
        else if (p->created != TC_TIME_NONE &&
                 tc_time_between(p->created, o->order.time) <= ONBOARDING)
            routine = true;
    }
    TC_TRY(account_event(d, o, heap, tc_identity_label(d->identity, actor), target, routine,
                         entered, sink));
    if ((o->flags & TC_OBS_FLAG_CREATED) || o->status == TC_ACCOUNT_LOCKED) return TC_SUCCESS;
    if (o->flags & TC_OBS_FLAG_RESET)
        return tc_derive_reset(d, o, heap, actor, target, routine, sink);
    d->coverage.password_changes++;
    return failed || routine || p == NULL ? TC_SUCCESS
                                          : tc_derive_wave(d, o, heap, p, entered, sink);
}
