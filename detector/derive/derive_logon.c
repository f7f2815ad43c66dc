/* Logons: what became of those at the form, and those that were refused outright. */
#include "detector/derive/derive_state.h"

static TC_STATUS succeeded(tc_deriver *d, const tc_observation *o, tc_slice heap, const tc_logon *p,
                           const tc_derived_sink *sink)
{
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    tc_subject subject = {0};
    if (user.len == 0) user = tc_kept_text(&p->request, TC_OBS_TEXT_USER);
    tc_derive_web_common(d, o, heap, tc_derive_entity(d, user), TC_LIT("logon_succeeded"),
                         &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    char start[TC_TIME_TEXT];
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START,
                        tc_slice_of(tc_time_format(p->request.o.order.time, start)));
    tc_derive_spray_before(d, o, subject.agent);
    d->coverage.logons_succeeded++;
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

/* A name that somebody tried is nobody's mailbox: whoever was only tried is no victim, so the event
 * has no mailbox and its subject none either. */
TC_STATUS tc_derive_logon_told(tc_deriver *d, tc_failed_logon *f, const tc_schema *schema,
                               const tc_derived_sink *sink)
{
    tc_overlay *v = tc_derive_overlay(d);
    tc_subject subject = {.user = f->user, .agent = f->agent, .host = f->host, .newcomer = true};
    bool passed = f->passed.time != TC_TIME_NONE;
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, TC_LIT("logon_failed"));
    tc_overlay_set_text(v, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    if (f->user.len) tc_overlay_set_text(v, TC_FIELD_USER_NAME, f->user);
    if (f->agent.len) tc_overlay_set_text(v, TC_FIELD_USER_AGENT, f->agent);
    if (f->host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, f->host);
    tc_slice protocol = tc_observation_text(f->o, f->heap, TC_OBS_TEXT_PROTOCOL);
    if (protocol.len) tc_overlay_set_text(v, TC_FIELD_PROTOCOL, protocol);
    tc_derive_source(d, f->o, f->heap, &subject);
    /* Windows says again what the web log says. */
    d->coverage.logons_failed += schema == d->webmail;
    TC_TRY(tc_derive_emit(d, schema, passed ? &f->passed : NULL, &f->evidence, &subject, sink));
    return tc_derive_spray_failed(d, f, sink);
}

TC_STATUS tc_derive_logon_failed(tc_deriver *d, tc_failed_logon *f, const tc_schema *schema,
                                 const tc_derived_sink *sink)
{
    uint8_t log = schema == d->webmail ? TC_TWIN_WEB : TC_TWIN_WINDOWS;
    return tc_derive_is_told(d, f, log) ? TC_SUCCESS : tc_derive_logon_told(d, f, schema, sink);
}

tc_failed_logon tc_derive_failure_of(const tc_observation *o, tc_slice heap, tc_slice user)
{
    return (tc_failed_logon){.o = o,
                             .heap = heap,
                             .user = user,
                             .agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT),
                             .host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST),
                             .passed = {.time = TC_TIME_NONE},
                             .evidence = tc_derive_evidence(o, heap)};
}

TC_STATUS tc_derive_logon_refused(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  tc_slice user, const tc_schema *schema,
                                  const tc_derived_sink *sink)
{
    tc_failed_logon f = tc_derive_failure_of(o, heap, user);
    return tc_derive_logon_failed(d, &f, schema, sink);
}

/* Back at the form, which says that name or password were wrong. */
static TC_STATUS sent_back(tc_deriver *d, const tc_observation *o, tc_slice heap, const tc_logon *p,
                           const tc_derived_sink *sink)
{
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    if (user.len == 0) user = tc_kept_text(&p->request, TC_OBS_TEXT_USER);
    return tc_derive_logon_refused(d, o, heap, user, d->webmail, sink);
}

/* Nobody came back: a presumed failure, stamped with the end of the wait and ordered behind
 * everything of that instant. */
static TC_STATUS presumed_failed(tc_deriver *d, const tc_logon *p, const tc_derived_sink *sink)
{
    tc_failed_logon f = tc_derive_failure_of(&p->request.o, tc_kept_heap(&p->request),
                                             tc_kept_text(&p->request, TC_OBS_TEXT_USER));
    f.passed = f.o->order;
    f.passed.time = tc_time_add(f.passed.time, TC_LOGON_WAIT);
    f.passed.rank = TC_RANK_PASSED;
    f.passed.sub = 1;
    return tc_derive_logon_failed(d, &f, d->webmail, sink);
}

TC_STATUS tc_derive_logons_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink)
{
    tc_logon ended;
    while (tc_logons_end(d->logons, time, &ended))
        TC_TRY(presumed_failed(d, &ended, sink));
    return TC_SUCCESS;
}

TC_STATUS tc_derive_logon(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_derived_sink *sink)
{
    if (o->kind == TC_OBS_WEB_LOGON) {
        tc_logons_wait(d->logons, o, heap);
        return TC_SUCCESS;
    }
    /* A 401 is the answer to the request itself, not to a form. */
    if (o->kind == TC_OBS_WEB_REFUSED && o->status == 401)
        return tc_derive_logon_refused(d, o, heap, tc_observation_text(o, heap, TC_OBS_TEXT_USER),
                                       d->webmail, sink);
    const tc_logon *p = tc_logons_answer(d->logons, o, heap);
    if (p == NULL) return TC_SUCCESS;
    return o->kind == TC_OBS_WEB_LANDING ? succeeded(d, o, heap, p, sink)
                                         : sent_back(d, o, heap, p, sink);
}
