/* Webmail: sessions. */
#include "detector/derive/derive_state.h"

static void set_novelty(tc_overlay *v, const tc_novelty *n, tc_subject *subject)
{
    if (n->known) tc_overlay_set_bool(v, TC_FIELD_SOURCE_NOVEL, n->novel);
    if (n->novel) tc_overlay_set_text(v, TC_FIELD_SOURCE_NOVELTY, tc_slice_of(n->what));
    tc_derive_set_source(v, n);
    subject->novel = n->novel;
    subject->new_block = n->new_network;
    subject->own = n->own;
    subject->place = n->crowd ? TC_SETTLED_SURE : n->place ? TC_SETTLED_LIKELY : TC_SETTLED_NOT;
}

/* So long after a declared response it is told of each session. */
static void set_response(tc_deriver *d, tc_time now)
{
    tc_time since = d->options.response_since;
    if (since != 0 && now >= since)
        tc_derive_number(d, TC_FIELD_RESPONSE_DAYS, (double)(tc_time_between(since, now) / TC_DAY));
}

static tc_novelty judge(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice heap)
{
    tc_novelty n = tc_derive_novelty(d, p, o, heap);
    tc_derive_access_note(p, &n, o->order.time);
    return n;
}

/* So soon after a reset, or behind so many failures from its address, a stranger is one the more.
 */
#define SOON_AFTER_RESET (4 * TC_HOUR)
#define GUESSES 10

/* What else there is against a stranger; `failures` from its address before. */
static uint32_t evidence_of(tc_deriver *d, const tc_observation *o, const tc_person *p,
                            uint32_t failures)
{
    tc_time reset = tc_resets_of(d->resets, p->key, o->order.time);
    bool soon = reset != TC_TIME_NONE && tc_time_between(reset, o->order.time) <= SOON_AFTER_RESET;
    return (soon ? TC_CAMPAIGN_RESET : 0) | (failures >= GUESSES ? TC_CAMPAIGN_FAILURES : 0);
}

/* `p` or `n` NULL: nothing is known of the mailbox, or of the source. */
static TC_STATUS tell_session(tc_deriver *d, const tc_observation *o, tc_slice heap,
                              tc_entity entity, tc_person *p, const tc_novelty *n,
                              const tc_derived_sink *sink)
{
    tc_subject subject = {0};
    uint32_t failures = 0;
    tc_derive_web_common(d, o, heap, entity, TC_LIT("session_started"), &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    if (n != NULL) set_novelty(&d->overlay, n, &subject);
    set_response(d, o->order.time);
    if (p != NULL) failures = tc_derive_spray_session(d, o, subject.agent, p, n && n->novel);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    TC_TRY(tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink));
    if (p == NULL || n == NULL) return TC_SUCCESS;
    if (n->kept != NULL) {
        n->kept->evidence |= evidence_of(d, o, p, failures);
        TC_TRY(tc_derive_campaign(d, n->kept, sink));
    }
    return tc_derive_reset_session(d, o, heap, entity, p, n, sink);
}

static TC_STATUS session_started(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                 tc_entity entity, tc_person *p, const tc_derived_sink *sink)
{
    tc_novelty n = {.known = false};
    bool judged = p != NULL && !tc_ip_is_zero(o->ip);
    if (judged) n = judge(d, p, o, heap);
    bool usual = judged && n.known && !n.novel && o->address_class == TC_ADDRESS_REMOTE;
    if (usual) tc_doors_note(d->doors, o->ip, p->key, o->order.time);
    tc_derive_visit_keep(d, o, heap, &n);
    TC_TRY(tell_session(d, o, heap, entity, p, judged ? &n : NULL, sink));
    return tc_derive_rates_session(d, o, heap, p, &n, sink);
}

static void count_session(tc_deriver *d, const tc_observation *o, uint64_t mailbox)
{
    d->coverage.sessions++;
    if (o->address_class == TC_ADDRESS_REMOTE)
        d->coverage.remote_sessions++;
    else
        d->coverage.internal_sessions++;
    d->coverage.egress_sessions += o->address_class == TC_ADDRESS_EGRESS;
    d->coverage.shared_sessions += o->address_class == TC_ADDRESS_PRIVATE && tc_ip_is_shared(o->ip);
    d->coverage.doubted_sessions += (o->flags & TC_OBS_FLAG_DOUBTED) != 0;
    if (tc_ip_is_zero(o->ip)) d->coverage.web_records_without_address++;
    tc_derive_nat_count(d, o, mailbox);
    tc_derive_wave_hour(d, o->order.time);
}

/* Somebody was let in under what can be no name: whose mailbox it was is not known. */
static void count_flawed(tc_deriver *d, tc_slice user)
{
    tc_name_flaw flaw = tc_name_flaw_of(user);
    if (flaw < TC_NAME_FLAWS) d->coverage.flawed[flaw]++;
}

/* What programs do by themselves makes no session, but it makes a source known, or a stranger. */
static TC_STATUS background_use(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                const tc_derived_sink *sink)
{
    tc_time end = tc_time_add(tc_use_begun(o->order.time), TC_USE_PERIOD - 1);
    if (!tc_sessions_note(d->programs, o->session_hash, o->order.time, end)) return TC_SUCCESS;
    tc_entity entity = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    tc_person *p = tc_people_of(d->people, entity);
    if (entity == 0) count_flawed(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    if (p == NULL || tc_ip_is_zero(o->ip)) return TC_SUCCESS;
    tc_people_seen(d->people, p, o->order.time);
    tc_novelty n = judge(d, p, o, heap);
    if (n.kept != NULL) return tell_session(d, o, heap, entity, p, &n, sink);
    tc_derive_spray_use(d, o, tc_observation_text(o, heap, TC_OBS_TEXT_AGENT), p);
    return TC_SUCCESS;
}

static TC_STATUS web_span(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_derived_sink *sink)
{
    if (!tc_sessions_note(d->sessions, o->session_hash, o->order.time, o->last)) return TC_SUCCESS;
    tc_entity entity = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    if (entity == 0) {
        count_flawed(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
        return TC_SUCCESS;
    }
    tc_person *p = tc_people_of(d->people, entity);
    if (p != NULL) {
        p->webmail = true;
        tc_people_seen(d->people, p, o->order.time);
        tc_derive_active(d, p);
        tc_derive_count_joined(d, p);
    }
    count_session(d, o, p != NULL ? p->key : tc_identity_key(d->identity, entity));
    return session_started(d, o, heap, entity, p, sink);
}

/* A record of a clock that stood at its zero is no history, and neither are some days a year ago:
 * after a silence of weeks that is ten times as long as all before it, learning begins anew. */
static void note_history(tc_deriver *d, tc_time now)
{
    tc_derive_coverage *c = &d->coverage;
    tc_time last = TC_MAX(c->first_web, c->last_web);
    int64_t silence = tc_time_between(last, now);
    bool anew = silence > 4 * TC_LEARNING && silence / 10 > tc_time_between(c->first_web, last);
    if (c->first_web == TC_TIME_NONE || anew) c->first_web = now;
}

TC_STATUS tc_derive_web(tc_deriver *d, const tc_observation *o, tc_slice heap,
                        const tc_derived_sink *sink)
{
    note_history(d, o->order.time);
    /* Which of a week's uses are told is nobody's affair. */
    if (o->kind == TC_OBS_WEB_USE) return background_use(d, o, heap, sink);
    d->coverage.last_web = TC_MAX(d->coverage.last_web, TC_MAX(o->last, o->order.time));
    if (o->flags & TC_OBS_FLAG_DOUBTED) d->coverage.forwarded_ignored = true;
    if (o->kind == TC_OBS_WEB_SPAN) return web_span(d, o, heap, sink);
    if (o->kind == TC_OBS_WEB_CULTURE) return tc_derive_culture(d, o, heap, sink);
    return tc_derive_logon(d, o, heap, sink);
}
