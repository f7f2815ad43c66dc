/* Language and time zone that a cmdlet set for a mailbox.
 *
 * What an administrator sets is no news to the mailbox afterwards, whatever language it is; nor is
 * what the owner sets, unless somebody new to the mailbox was in it lately: a session in webmail
 * acts in the owner's name. */
#include "detector/derive/derive_state.h"

typedef struct setting {
    const tc_observation *o;
    tc_slice heap;
    tc_person *p; /* NULL: not remembered */
    tc_entity entity, actor;
    bool own;
    uint8_t language; /* 0: none was set */
} setting;

static void set_actor(tc_deriver *d, const setting *s, tc_subject *subject)
{
    tc_overlay *v = &d->overlay;
    subject->actor = tc_identity_label(d->identity, s->actor);
    if (subject->actor.len) tc_overlay_set_text(v, TC_FIELD_ACTOR, subject->actor);
    tc_overlay_set_text(
        v, TC_FIELD_ACTOR_CLASS,
        s->own ? TC_LIT("owner")
               : tc_derive_actor_class(s->o, tc_observation_text(s->o, s->heap, TC_OBS_TEXT_USER)));
}

/* How a language stands to the mailbox, and who was in it, says something of its owner's deeds
 * only. */
static void set_language(tc_deriver *d, const setting *s, tc_subject *subject)
{
    tc_overlay *v = &d->overlay;
    if (subject->language.len) tc_overlay_set_text(v, TC_FIELD_LANGUAGE, subject->language);
    if (s->p != NULL) subject->previous = tc_derive_language_usual(d, s->p);
    if (!s->own) return;
    if (s->p != NULL) subject->novel = tc_derive_accessed(d, s->p, s->o->order.time);
    if (s->language != 0)
        tc_derive_language_history(d, s->p, s->language, s->o->order.time);
    else if (s->p != NULL)
        tc_derive_access(d, s->p, s->o->order.time);
}

static TC_STATUS tell(tc_deriver *d, const setting *s, const tc_derived_sink *sink)
{
    tc_overlay *v = tc_derive_overlay(d);
    tc_slice zone = tc_observation_text(s->o, s->heap, TC_OBS_TEXT_EXTRA);
    tc_subject subject = {.mailbox = tc_identity_label(d->identity, s->entity),
                          .entity = s->entity,
                          .host = tc_observation_text(s->o, s->heap, TC_OBS_TEXT_HOST),
                          .language = tc_observation_text(s->o, s->heap, TC_OBS_TEXT_VALUE)};
    subject.target = subject.mailbox;
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, TC_LIT("regional_configuration_changed"));
    if (subject.mailbox.len) {
        tc_overlay_set_text(v, TC_FIELD_MAILBOX, subject.mailbox);
        tc_overlay_set_text(v, TC_FIELD_TARGET, subject.mailbox);
    }
    if (zone.len) tc_overlay_set_text(v, TC_FIELD_TIME_ZONE, zone);
    if (subject.host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, subject.host);
    set_actor(d, s, &subject);
    set_language(d, s, &subject);
    tc_evidence evidence = tc_derive_evidence(s->o, s->heap);
    return tc_derive_emit(d, d->account, NULL, &evidence, &subject, sink);
}

TC_STATUS tc_derive_regional(tc_deriver *d, const tc_observation *o, tc_slice heap,
                             const tc_derived_sink *sink)
{
    setting s = {.o = o, .heap = heap};
    s.entity = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    s.actor = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    s.own = (o->flags & TC_OBS_FLAG_OWN) || (s.actor != 0 && s.actor == s.entity);
    s.p = tc_people_find(d->people, s.entity);
    s.language = tc_derive_language_of(d, tc_observation_text(o, heap, TC_OBS_TEXT_VALUE));
    TC_TRY(tell(d, &s, sink));
    if (s.p == NULL || s.language == 0) return TC_SUCCESS;
    bool doubted = s.own && tc_derive_accessed(d, s.p, o->order.time);
    if (doubted && tc_derive_language_intrudes(d, s.p, s.language, false) == TC_INTRUDES)
        return tc_derive_campaign_language(d, s.p, TC_CAMPAIGN_REGIONAL, s.language, TC_INTRUDES,
                                           sink);
    if (!doubted) tc_derive_vocabulary_give(d, s.p, s.language);
    return TC_SUCCESS;
}
